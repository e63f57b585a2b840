/*
 * config.h - rows of the control plane: pools, clients, domains, items of a pool, signing keys, epochs.
 *
 * Every write of a pool's configuration bumps one of 16 epochs in the same batch; nodes read all of them
 * every 300 ms and drop the snapshots that may be stale (DATA 8).
 */
#ifndef LG_STORE_CONFIG_H
#define LG_STORE_CONFIG_H

#include "gen/rec_types.h"
#include "store/store.h"

/* While it is imported, no function finds a pool, its clients or its domains, but for those that say so. */
#define LG_POOL_ACTIVE LG_STR("active")
#define LG_POOL_IMPORTING LG_STR("importing")

struct lg_pool_row {
	int64_t pool;    /* random 63 bits */
	lg_str pool_id;
	lg_str state;    /* LG_POOL_ACTIVE, LG_POOL_IMPORTING */
	int64_t version;
	lg_time valid_since;
	lg_time created;
	lg_time modified;
	struct lg_rec_pool settings;
};

/* Load the pool's class keys into the keyring and open its settings. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_store_pool_read(struct lg_store *store, struct lg_ctx *cx, lg_str pool_id,
	struct lg_pool_row *ret);
/* The same in whatever state. */
LG_MUST lg_status lg_store_pool_read_any(struct lg_store *store, struct lg_ctx *cx, lg_str pool_id,
	struct lg_pool_row *ret);
/* Pools in id order behind `after` (absent = from the start). */
LG_MUST lg_status lg_store_pool_page(struct lg_store *store, struct lg_ctx *cx, lg_str after, size_t limit,
	struct lg_pool_row **ret, size_t *ret_count);
/* How many pools have an id that begins with `prefix`. */
LG_MUST lg_status lg_store_pool_count(struct lg_store *store, struct lg_ctx *cx, lg_str prefix,
	int64_t *ret);
/* Insert with fresh class keys; draws row->pool when it is 0. A conflict when the id exists. */
void lg_store_pool_insert(struct lg_batch *batch, struct lg_pool_row *row);
/* A conflict unless the stored version is row->version; writes version + 1. */
void lg_store_pool_update(struct lg_batch *batch, const struct lg_pool_row *row);
/*
 * The control rows of the pool, keys included: what is left in other planes can never be opened again and
 * goes lazily.
 */
void lg_store_pool_delete(struct lg_batch *batch, const struct lg_pool_row *row);
/*
 * Remove about `limit` left-over rows of deleted pools from the look-up and user planes (rows of one user go
 * together); `*ret_removed` 0 = none left.
 */
LG_MUST lg_status lg_store_pool_purge(struct lg_store *store, struct lg_ctx *cx, int64_t limit,
	int64_t *ret_removed);

struct lg_client_row {
	lg_str client_id;
	int64_t pool;
	int64_t version;
	struct lg_rec_client settings;
};
/* Finds the client and its pool's id, pool keys loaded. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_store_client_read(struct lg_store *store, struct lg_ctx *cx, lg_str client_id,
	struct lg_client_row *ret, lg_str *ret_pool_id);
LG_MUST lg_status lg_store_client_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str after,
	size_t limit, struct lg_client_row **ret, size_t *ret_count);
LG_MUST lg_status lg_store_client_count(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	int64_t *ret);
void lg_store_client_insert(struct lg_batch *batch, const struct lg_client_row *row);
/* version as for pools */
void lg_store_client_update(struct lg_batch *batch, const struct lg_client_row *row);
void lg_store_client_delete(struct lg_batch *batch, const struct lg_client_row *row);

/* Where a pool's pages are: a prefix, without a dot, or a domain of the owner's. */
struct lg_domain_row {
	lg_str host;
	int64_t pool;
	int64_t version;
	struct lg_rec_domain settings;
};
/* Finds the domain and its pool's id, pool keys loaded. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_store_domain_read(struct lg_store *store, struct lg_ctx *cx, lg_str host,
	struct lg_domain_row *ret, lg_str *ret_pool_id);
/* Those of all pools that are no prefixes. */
LG_MUST lg_status lg_store_domain_count_custom(struct lg_store *store, struct lg_ctx *cx, int64_t *ret);
/* a conflict when the host is taken */
void lg_store_domain_insert(struct lg_batch *batch, const struct lg_domain_row *row);
/* version as for pools */
void lg_store_domain_update(struct lg_batch *batch, const struct lg_domain_row *row);
void lg_store_domain_delete(struct lg_batch *batch, const struct lg_domain_row *row);

/* Groups, resource servers, providers, branding, terms: `kind` names the record that `shape` describes. */
struct lg_item_row {
	int64_t pool;
	lg_str kind;  /* "group" */
	lg_str name;
	lg_str id;    /* 16 bytes, random unless the caller sets them */
	int64_t version;
	lg_time created;
	lg_time modified;
	void *record; /* of the shape given to the call */
};
/* LG_E_NOT_FOUND, by name and by id. */
LG_MUST lg_status lg_store_item_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind,
	lg_str name, const struct lg_shape *shape, struct lg_item_row *ret);
LG_MUST lg_status lg_store_item_read_id(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind,
	const unsigned char id[16], const struct lg_shape *shape, struct lg_item_row *ret);
/*
 * In the order of the names' digests, which is stable and tells nothing; behind the item named `after`
 * (absent = from the start).
 */
LG_MUST lg_status lg_store_item_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind,
	lg_str after, size_t limit, const struct lg_shape *shape, struct lg_item_row **ret,
	size_t *ret_count);
LG_MUST lg_status lg_store_item_count(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str kind,
	int64_t *ret);
/* Draws the id unless it is set; a time that is not set is now, `modified` like `created`. */
void lg_store_item_insert(struct lg_batch *batch, struct lg_item_row *row, const struct lg_shape *shape);
void lg_store_item_update(struct lg_batch *batch, const struct lg_item_row *row,
	const struct lg_shape *shape);
void lg_store_item_delete(struct lg_batch *batch, const struct lg_item_row *row);
/* Whatever version, and whether it is there or not. */
void lg_store_item_drop(struct lg_batch *batch, int64_t pool, lg_str kind, lg_str name);
void lg_store_item_drop_kind(struct lg_batch *batch, int64_t pool, lg_str kind);

/* A signing key with its four times. `use`: "id", "access"; pool 0, use "stock": waiting for a pool. */
struct lg_signing_key_row {
	int64_t pool;
	lg_str kid;
	lg_str use;
	lg_str alg;
	lg_time publish, sign, retire, drop;
	lg_str public_der;
	lg_str sealed; /* by the key holder */
};
LG_MUST lg_status lg_store_signing_keys(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	struct lg_signing_key_row **ret, size_t *ret_count); /* by publish, kid */
void lg_store_signing_key_insert(struct lg_batch *batch, const struct lg_signing_key_row *row);
/* a conflict when it is gone */
void lg_store_signing_key_delete(struct lg_batch *batch, int64_t pool, lg_str kid);

/* Bump the pool's epoch: every configuration function above does it by itself. */
#define LG_EPOCH_SLOTS 16
int lg_store_epoch_slot(int64_t pool);
LG_MUST lg_status lg_store_epochs(struct lg_store *store, struct lg_ctx *cx, int64_t ret[LG_EPOCH_SLOTS]);

/*
 * Server-wide values under a name, sealed under the server's data key: the root credentials, the demo pool's
 * mark.
 */
/* LG_E_NOT_FOUND */
LG_MUST lg_status lg_store_meta_read(struct lg_store *store, struct lg_ctx *cx, lg_str name, lg_str *ret);
/* a conflict when the name exists */
void lg_store_meta_put(struct lg_batch *batch, lg_str name, lg_str value);

#endif

/*
 * impl.h - what the files of src/store share: running statements, collecting writes, sealing. Of src/store
 * only.
 */
#ifndef LG_STORE_IMPL_H
#define LG_STORE_IMPL_H

#include "gen/sql.h"
#include "store/guard.h"
#include "store/store.h"
#include "store/user.h"

/* The version of a pool's first keys, which wrap the keys of its users. */
#define LG_STORE_KEY_VERSION 1

struct lg_store {
	struct lg_arena *arena;
	struct lg_db *db;
	struct lg_keyring *keys;
};

/* ---- reading ---- */

#define LG_PARAMS(...) ((const struct lg_db_value[]){ __VA_ARGS__ })

/* One round trip, counted. At most `max_rows`. */
LG_MUST lg_status lg_store_select(struct lg_store *store, struct lg_ctx *cx, enum lg_query_id id,
	const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret);

/* The only row; LG_E_NOT_FOUND when there is none. */
LG_MUST lg_status lg_store_select_one(struct lg_store *store, struct lg_ctx *cx, enum lg_query_id id,
	const struct lg_db_value *params, const struct lg_db_value **ret);

static inline const struct lg_db_value *
lg_row(const struct lg_db_rows *rows, size_t index)
{
	return rows->cells + index * rows->columns;
}

static inline lg_time
lg_cell_time(const struct lg_db_value *cell)
{
	return (lg_time){ cell->number };
}

static inline struct lg_db_value
lg_value_uid(const unsigned char uid[LG_UID_SIZE])
{
	return LG_DB_VBLOB(lg_str_from_bytes(uid, LG_UID_SIZE));
}

/* A uid as a column holds it; LG_E_INTERNAL when it has another length. */
LG_MUST lg_status lg_cell_uid(
	struct lg_ctx *cx, const struct lg_db_value *cell, unsigned char ret[LG_UID_SIZE]);

/* ---- writing ---- */

/* One statement on its own, committed and counted. LG_E_CONFLICT when it met other rows than it expects. */
LG_MUST lg_status lg_store_write(struct lg_store *store, struct lg_ctx *cx, enum lg_query_id id,
	const struct lg_db_value *params, struct lg_db_rows *ret_rows, int64_t *ret_changed);

struct lg_ctx *lg_batch_cx(struct lg_batch *batch);
struct lg_store *lg_batch_store(struct lg_batch *batch);

/*
 * A function of a public header begins to add its writes: what it adds until the next one is what a tag
 * names.
 */
void lg_batch_begin(struct lg_batch *batch);

/* Add a write; its parameters' bytes are kept by reference until the commit. */
void lg_batch_add(struct lg_batch *batch, enum lg_query_id id, const struct lg_db_value *params);

/* Keep the first failure, for the commit. True when there is one, now or from before. */
bool lg_batch_check(struct lg_batch *batch, lg_status s);

/* A copy that lives as long as the request, for what the caller may change before the commit. */
struct lg_db_value lg_batch_uid(struct lg_batch *batch, const unsigned char uid[LG_UID_SIZE]);
struct lg_db_value lg_batch_blob(struct lg_batch *batch, const void *bytes, size_t len);

/*
 * Fresh keys of all classes, in the keyring and in the batch; the keyring forgets them when the batch
 * fails.
 */
void lg_batch_make_keys(struct lg_batch *batch, int64_t pool);

/* The number of a new pool, random, never 0, which is the server itself. */
int64_t lg_store_draw_pool(struct lg_ctx *cx);

/* The control rows that a pool has beside its own, and the mark for lg_store_pool_purge. */
void lg_batch_delete_pool(struct lg_batch *batch, int64_t pool);

/* Bump the pool's epoch. */
void lg_batch_bump(struct lg_batch *batch, int64_t pool);

/* ---- sealing (DATA 2) ---- */

/* What a sealed text belongs to: associated data, so that no row opens in the place of another. */
struct lg_seal_place {
	lg_str table;
	int64_t pool;
	lg_str first; /* what else identifies the row, in the order of its key */
	lg_str second;
};

/* Load the pool's class keys unless the keyring has them. LG_E_NOT_FOUND when there are none. */
LG_MUST lg_status lg_store_need_keys(struct lg_store *store, struct lg_ctx *cx, int64_t pool);

/* Bytes, or a record, under the pool's data key. */
LG_MUST lg_status lg_store_seal(struct lg_store *store, struct lg_ctx *cx, const struct lg_seal_place *place,
	lg_str plain, lg_str *ret);
LG_MUST lg_status lg_store_open_sealed(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_seal_place *place, lg_str sealed, lg_str *ret);
LG_MUST lg_status lg_store_seal_record(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_seal_place *place, const struct lg_shape *shape, const void *record, lg_str *ret);
LG_MUST lg_status lg_store_open_record(struct lg_store *store, struct lg_ctx *cx,
	const struct lg_seal_place *place, const struct lg_shape *shape, lg_str sealed, void *ret);

/* A record under a key derived from the user's own for `place->second`. */
LG_MUST lg_status lg_seal_for_user(struct lg_ctx *cx, lg_str user_key, const struct lg_seal_place *place,
	const struct lg_shape *shape, const void *record, lg_str *ret);
LG_MUST lg_status lg_open_for_user(struct lg_ctx *cx, lg_str user_key, const struct lg_seal_place *place,
	const struct lg_shape *shape, lg_str sealed, void *ret);

/* ---- rows that several files make ---- */

/* The columns of user_page as a user without parts, his key opened. */
LG_MUST lg_status lg_store_head_of_row(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const struct lg_db_value *cells, struct lg_user_row *ret);

#define LG_STORE_PART_COUNT 4

/* The rows of one user, one a part, without what user_read tells beside. */
LG_MUST lg_status lg_store_user_of_rows(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const struct lg_db_rows *rows, struct lg_user_row *ret);

/* The sealed column of a row of user_item, whose columns kind and name are given. */
LG_MUST lg_status lg_store_user_item_open(struct lg_ctx *cx, const struct lg_user_row *user, lg_str kind,
	lg_str column, lg_str sealed, struct lg_rec_item *ret);

/* Rows of user_page, find_page and group_page as users. */
LG_MUST lg_status lg_store_users_of_rows(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const struct lg_db_rows *rows, struct lg_user_page *ret);

/* gen, grace_until_ms, revoked_ms, active_ms, sealed; all NULL when there is no row. */
struct lg_session_row lg_session_of_cells(const struct lg_db_value *cells);

/* What is kept of a session that is tracked. */
LG_MUST lg_status lg_seal_session(struct lg_ctx *cx, const struct lg_user_row *user,
	const unsigned char *sid, const struct lg_rec_tracked_session *detail, lg_str *ret);

/* The name of the profile part, for those statements. */
lg_str lg_store_profile_part(void);

/* Rows with name, id, version, created, modified, sealed as items. */
struct lg_item_row;
LG_MUST lg_status lg_store_items_of_rows(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	lg_str kind, const struct lg_shape *shape, const struct lg_db_rows *rows, struct lg_item_row **ret,
	size_t *ret_count);

#define LG_STORE_PURGE_PREFIX                                                                               \
	"purge:" /* store_meta: a deleted pool whose rows in other planes may be left */
#define LG_STORE_VALUE_PREFIX "value:" /* store_meta: of lg_store_meta_put */

#endif

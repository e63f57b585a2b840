/*
 * pool_load.h - rows of the control plane become snapshots: defaults filled in, names and times worked out.
 *
 * Inside of domain/pool only.
 */
#ifndef LG_DOMAIN_POOL_LOAD_H
#define LG_DOMAIN_POOL_LOAD_H

#include "domain/grant/key_schedule.h"
#include "domain/pool/pool_cache.h"

/*
 * Read and build. Everything lies in the snapshot's own arena; the reads are not counted as the request's
 * work, for they say nothing about a user. LG_E_NOT_FOUND.
 */
LG_MUST lg_status lg_snapshot_load(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind,
	lg_str key, struct lg_snapshot **ret);

/*
 * The cached snapshot, or one that is loaded and cached now; it lives until the request ends.
 * LG_E_NOT_FOUND.
 */
LG_MUST lg_status lg_snapshot_find(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind,
	lg_str key, const struct lg_snapshot **ret);

/* The parts, for tests: `cx` is in the arena that the result shall live in. */
LG_MUST lg_status lg_pool_build(struct lg_ctx *cx, const struct lg_settings *settings,
	const struct lg_pool_row *row, struct lg_pool *ret);
LG_MUST lg_status lg_client_build(struct lg_ctx *cx, const struct lg_client_row *row, struct lg_client *ret);

/* The rules that settings or a record say. */
struct lg_name_rules lg_name_rules_of(const struct lg_str_list *aliases, const struct lg_str_list *usernames,
	bool case_sensitive, int64_t gen);

/*
 * The JWKS document of those keys that may verify now, and until when it is right. Absent without keys. The
 * keys of these uses, in their order; no uses = all.
 */
LG_MUST lg_status lg_jwks_render(struct lg_ctx *cx, struct lg_key_set set, const lg_str *uses,
	size_t use_count, lg_str *ret, lg_time *ret_until);
LG_MUST lg_status lg_jwks_render_pool(
	struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret, lg_time *ret_until);

/* The document of a snapshot in memory while it is right, or, of a stale one, the last. False = none. */
bool lg_jwks_cached(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind, lg_str key,
	lg_str *ret);
bool lg_jwks_last(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind, lg_str key,
	lg_str *ret);

#endif

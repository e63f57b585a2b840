/*
 * client_admin.h - app clients made, read, replaced, deleted and listed (spec/user-pools.md 4).
 *
 * A client's record holds UserPoolClientType as DescribeUserPoolClient shows it, but for dates and secret.
 * The secrets stand beside it, the first is the one that is shown.
 */
#ifndef LG_DOMAIN_CLIENT_ADMIN_H
#define LG_DOMAIN_CLIENT_ADMIN_H

#include "domain/pool/pool.h"

/* `fixed_id` is absent outside of the demo pool: 26 random characters. */
LG_MUST lg_status lg_client_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_user_pool_client_request *in, lg_str fixed_id,
	struct lg_idp_user_pool_client_type **ret);

/*
 * LG_E_RESOURCE_NOT_FOUND "User pool client <id> does not exist.", here and below; a client of another pool
 * is none.
 */
LG_MUST lg_status lg_client_describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str client_id, struct lg_idp_user_pool_client_type **ret);

/* What is omitted gets its default; secrets stay, and so does an omitted name. */
LG_MUST lg_status lg_client_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_user_pool_client_request *in, struct lg_idp_user_pool_client_type **ret);
LG_MUST lg_status lg_client_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id);
LG_MUST lg_status lg_client_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_user_pool_clients_request *in,
	struct lg_idp_list_user_pool_clients_response *ret);

/* A client of the pool as it is stored now. */
LG_MUST lg_status lg_client_row_read(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str client_id,
	struct lg_client_row *ret);
/* Its settings as they are in `row` now. LG_E_CONFLICT: changed since it was read, call again. */
LG_MUST lg_status lg_client_row_write(struct lg_ctx *cx, struct lg_env *env, struct lg_client_row *row);

/*
 * Show `visit` the clients of a pool by id, behind `after` (absent = from the start), until it stops. A
 * row is gone when `visit` returns.
 */
LG_MUST lg_status lg_client_each(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str after,
	lg_status (*visit)(struct lg_ctx *cx, const struct lg_client_row *row, void *arg, bool *ret_stop),
	void *arg);

#endif

/*
 * client_secret.h - the secrets of an app client: two live at once, so that one can take the place of the
 * other (spec/user-pools.md 3.3).
 *
 * Every live secret counts, in SECRET_HASH and wherever the secret itself is asked for. Its value is told
 * when it is made, and by DescribeUserPoolClient for the oldest.
 */
#ifndef LG_DOMAIN_CLIENT_SECRET_H
#define LG_DOMAIN_CLIENT_SECRET_H

#include "domain/pool/pool.h"

/*
 * A new secret, behind those that are in `list`: `given`, or when it is absent, one of ours. Nothing is
 * written.
 */
LG_MUST lg_status lg_client_secret_append(struct lg_ctx *cx, lg_str client_id, lg_str given,
	struct lg_rec_client_secret_list *list);

/*
 * LG_E_RESOURCE_NOT_FOUND "User pool client <id> does not exist.", here and below;
 * LG_E_INVALID_PARAMETER for a client without secret or a secret that it has; LG_E_LIMIT_EXCEEDED.
 */
LG_MUST lg_status lg_client_secret_add(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_add_user_pool_client_secret_request *in,
	struct lg_idp_client_secret_descriptor_type **ret);

/* Without the values. */
LG_MUST lg_status lg_client_secret_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_user_pool_client_secrets_request *in,
	struct lg_idp_client_secret_descriptor_list_type *ret);

/* LG_E_INVALID_PARAMETER for the last one; LG_E_RESOURCE_NOT_FOUND for one that is not there. */
LG_MUST lg_status lg_client_secret_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str client_id, lg_str secret_id);

#endif

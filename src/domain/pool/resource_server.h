/*
 * resource_server.h - APIs of the pool's owner and their scopes (spec/user-pools.md 15).
 *
 * A scope is named "<identifier>/<name>". One that is removed stays in the settings of the clients that
 * were given it, and no longer counts.
 */
#ifndef LG_DOMAIN_RESOURCE_SERVER_H
#define LG_DOMAIN_RESOURCE_SERVER_H

#include "domain/pool/pool.h"

/* LG_E_INVALID_PARAMETER "<id> already exists in user pool <pool>.", LG_E_LIMIT_EXCEEDED. */
LG_MUST lg_status lg_resource_server_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_idp_create_resource_server_request *in,
	struct lg_idp_resource_server_type **ret);

/* LG_E_RESOURCE_NOT_FOUND "Resource server <id> does not exist.", here and below. */
LG_MUST lg_status lg_resource_server_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str identifier, struct lg_idp_resource_server_type **ret);
/* Name and scopes are replaced, so no scopes removes all. */
LG_MUST lg_status lg_resource_server_update(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_idp_update_resource_server_request *in,
	struct lg_idp_resource_server_type **ret);
LG_MUST lg_status lg_resource_server_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str identifier);
LG_MUST lg_status lg_resource_server_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_resource_servers_request *in,
	struct lg_idp_list_resource_servers_response *ret);

/* Does a resource server of the pool have the scope of this full name? */
LG_MUST lg_status lg_resource_scope_exists(
	struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str scope, bool *ret);

/* Is it the full name of a scope, and not one that every pool has ("openid")? */
bool lg_resource_scope_is_custom(lg_str scope);

#endif

/*
 * branding.h - styles of the managed login pages: a settings document and pictures, one style for an app
 * client (spec/oauth-endpoints.md 10.2).
 */
#ifndef LG_DOMAIN_BRANDING_H
#define LG_DOMAIN_BRANDING_H

#include "domain/pool/pool.h"

/*
 * LG_E_INVALID_PARAMETER: UseCognitoProvidedValues beside values, or neither; settings or pictures that
 * can't be used. LG_E_MANAGED_LOGIN_BRANDING_EXISTS, LG_E_LIMIT_EXCEEDED; LG_E_RESOURCE_NOT_FOUND for a
 * client that the pool does not have.
 */
LG_MUST lg_status lg_branding_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_managed_login_branding_request *in,
	struct lg_idp_managed_login_branding_type **ret);

/* `merged`: with our values for all settings that the style leaves out. LG_E_RESOURCE_NOT_FOUND. */
LG_MUST lg_status lg_branding_describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str id, bool merged, struct lg_idp_managed_login_branding_type **ret);
LG_MUST lg_status lg_branding_of_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str client_id, bool merged, struct lg_idp_managed_login_branding_type **ret);

/*
 * Settings and pictures are each replaced when they are given; UseCognitoProvidedValues drops both. A
 * picture without bytes stays what it is.
 */
LG_MUST lg_status lg_branding_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_managed_login_branding_request *in,
	struct lg_idp_managed_login_branding_type **ret);
LG_MUST lg_status lg_branding_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str id);

#endif

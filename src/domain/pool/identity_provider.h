/*
 * identity_provider.h - identity providers of a pool: made, read, replaced, deleted and listed
 * (spec/federation.md 1). People who sign in with them are another matter.
 *
 * Each of a provider's identifiers is an item of its own, so that an identifier means one provider of the
 * pool. A new provider brings the group of its users (spec/user-pools.md 14), which stays when it goes.
 */
#ifndef LG_DOMAIN_IDENTITY_PROVIDER_H
#define LG_DOMAIN_IDENTITY_PROVIDER_H

#include "domain/pool/pool.h"

/* LG_E_DUPLICATE_PROVIDER, LG_E_LIMIT_EXCEEDED, LG_E_INVALID_PARAMETER. */
LG_MUST lg_status lg_provider_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_identity_provider_request *in,
	struct lg_idp_identity_provider_type **ret);

/* LG_E_RESOURCE_NOT_FOUND "Identity provider <name> does not exist.", here and below. */
LG_MUST lg_status lg_provider_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, struct lg_idp_identity_provider_type **ret);
LG_MUST lg_status lg_provider_read_by_identifier(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, lg_str identifier, struct lg_idp_identity_provider_type **ret);
/* Each of details, mapping and identifiers is replaced as a whole when it is given. */
LG_MUST lg_status lg_provider_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_identity_provider_request *in,
	struct lg_idp_identity_provider_type **ret);
LG_MUST lg_status lg_provider_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name);
LG_MUST lg_status lg_provider_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_identity_providers_request *in,
	struct lg_idp_list_identity_providers_response *ret);

/* The provider as it is stored, for those who use it: details with all secrets. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_provider_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, const struct lg_rec_identity_provider **ret);

#endif

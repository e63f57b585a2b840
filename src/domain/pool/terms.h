/*
 * terms.h - documents that the pages of an app client link to: terms of use, privacy policy
 * (spec/user-pools.md 3.3). A client has at most one of each.
 */
#ifndef LG_DOMAIN_TERMS_H
#define LG_DOMAIN_TERMS_H

#include "domain/pool/pool.h"

/*
 * LG_E_TERMS_EXISTS; LG_E_INVALID_PARAMETER when the links lack a default or lead to no web page;
 * LG_E_RESOURCE_NOT_FOUND for a client that the pool does not have.
 */
LG_MUST lg_status lg_terms_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_terms_request *in, struct lg_idp_terms_type **ret);

/* LG_E_RESOURCE_NOT_FOUND, here and below. */
LG_MUST lg_status lg_terms_describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str id, struct lg_idp_terms_type **ret);
LG_MUST lg_status lg_terms_of_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str client_id, lg_str name, struct lg_idp_terms_type **ret);
/* Members that are absent stay as they are; links are replaced as a whole. The rules of creation. */
LG_MUST lg_status lg_terms_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_terms_request *in, struct lg_idp_terms_type **ret);
LG_MUST lg_status lg_terms_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str id);
LG_MUST lg_status lg_terms_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_terms_request *in, struct lg_idp_list_terms_response *ret);

#endif

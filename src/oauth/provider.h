/*
 * provider.h - which identity providers an application's people may be sent to: those that its client
 * supports, and that there are.
 */
#ifndef LG_OAUTH_PROVIDER_H
#define LG_OAUTH_PROVIDER_H

#include "oauth/trip.h"

/* All of them, in the order of the client's settings. One read each. */
LG_MUST lg_status lg_provider_list_of(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_upstream **ret, size_t *ret_count);

/* One of them. LG_E_NOT_FOUND, here and below. */
LG_MUST lg_status lg_provider_by_name(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str name, struct lg_upstream *ret);
/* By one of its identifiers, in any case: the domain of an address. */
LG_MUST lg_status lg_provider_by_identifier(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_client *client, lg_str identifier,
	struct lg_upstream *ret);
/* identity_provider or idp_identifier of a request; COGNITO is none. */
LG_MUST lg_status lg_provider_of_request(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_request *request, struct lg_upstream *ret);

/* The query of a page without the name of a provider that a button put there. */
LG_MUST lg_status lg_provider_query(struct lg_ctx *cx, lg_str query, lg_str *ret);

#endif

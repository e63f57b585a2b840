/*
 * provider_link.h - identities of providers that belong to a user (spec/federation.md 7).
 *
 * A link is a look-up key of the user, so an identity belongs to one user of the pool. It is named by
 * provider, attribute and value: the attribute is LG_LINK_SUBJECT and the value who somebody is there, or,
 * until he comes for the first time, another claim that he will come with. The user's attribute
 * `identities` tells his links, and is written with them.
 */
#ifndef LG_DOMAIN_PROVIDER_LINK_H
#define LG_DOMAIN_PROVIDER_LINK_H

#include "domain/user/user.h"

#define LG_LINK_SUBJECT LG_STR("Cognito_Subject")

/*
 * AdminLinkProviderForUser. LG_E_USER_NOT_FOUND "User does not exist."; LG_E_RESOURCE_NOT_FOUND for a
 * provider that there is not; LG_E_LIMIT_EXCEEDED; LG_E_INVALID_PARAMETER, also for an identity that is
 * linked, or a user of his own, already.
 */
LG_MUST lg_status lg_provider_link(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_link_provider_for_user_request *in);

/*
 * AdminDisableProviderForUser: removes the link, or, for a user of the pool itself, his password: he is then
 * EXTERNAL_PROVIDER, as if he had never had one. Doing the latter twice is doing it once.
 */
LG_MUST lg_status lg_provider_disable(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_disable_provider_for_user_request *in);

/* Whose identity is it? LG_E_NOT_FOUND. */
LG_MUST lg_status lg_provider_link_owner(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_provider_user_identifier_type *id, unsigned parts, struct lg_user **ret);

/* In memory: give the user another link, that of a provider that he comes from on his own. */
LG_MUST lg_status lg_provider_link_add(
	struct lg_ctx *cx, struct lg_user *user, const struct lg_rec_link *link);
/* In memory: who was linked by another claim, `id`, is known by his subject from now on. */
LG_MUST lg_status lg_provider_link_name(struct lg_ctx *cx, struct lg_user *user,
	const struct lg_idp_provider_user_identifier_type *id, lg_str subject);

#endif

/*
 * identity_admin.h - what an administrator does with identities: look, list, delete, and what developers do
 * with those of their users (spec/identity-pools.md 2.1, 5.3 to 5.5).
 */
#ifndef LG_DOMAIN_IDENTITY_ADMIN_H
#define LG_DOMAIN_IDENTITY_ADMIN_H

#include "domain/identity/identity.h"

LG_MUST lg_status lg_identity_describe(
	struct lg_ctx *cx, struct lg_env *env, lg_str id, struct lg_ci_identity_description *ret);

/* By id. A page that hides the disabled may hold fewer than were asked for, and yet not be the last. */
LG_MUST lg_status lg_identity_list(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_list_identities_input *in, struct lg_ci_list_identities_response *ret);

/* Those that are not there count as deleted. What failed is told one by one. */
LG_MUST lg_status lg_identity_delete(struct lg_ctx *cx, struct lg_env *env, lg_str region,
	const struct lg_str_list *ids, struct lg_ci_unprocessed_identity_id_list *ret);

/* LG_E_INVALID_PARAMETER unless it is the pool's own developer provider. */
LG_MUST lg_status lg_identity_check_developer(
	struct lg_ctx *cx, const struct lg_identity_pool *pool, lg_str provider);

LG_MUST lg_status lg_identity_lookup_developer(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_lookup_developer_identity_input *in,
	struct lg_ci_lookup_developer_identity_response *ret);
LG_MUST lg_status lg_identity_merge_developer(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_merge_developer_identities_input *in, lg_str *ret);

/* A login that is removed is a new identity's when it comes again. */
LG_MUST lg_status lg_identity_unlink_developer(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_unlink_developer_identity_input *in);
LG_MUST lg_status lg_identity_unlink(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_unlink_identity_input *in);

#endif

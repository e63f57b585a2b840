/*
 * identity_join.h - logins are linked to an identity, and identities that turn out to be one person's become
 * one (spec/identity-pools.md 4.1, 4.2, 5.2).
 *
 * Of identities that merge one keeps its id and gets all logins; the others are disabled for good. One that
 * has logins is merged only with proof of one of them: to know its id is not enough (docs/decisions/0024).
 */
#ifndef LG_DOMAIN_IDENTITY_JOIN_H
#define LG_DOMAIN_IDENTITY_JOIN_H

#include "domain/identity/identity.h"

/*
 * The identity that has all these logins from now on. `given` is the one that was named: NULL = none, and
 * one is made when none of the logins has an owner.
 *
 * LG_E_NOT_AUTHORIZED: none of them is that of the named identity, which is no guest's.
 * LG_E_RESOURCE_CONFLICT: two users of one provider, or too many logins. LG_E_CONFLICT: call again.
 */
LG_MUST lg_status lg_identity_join(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_identity_pool *pool, const struct lg_identity *given, const struct lg_logins *logins,
	struct lg_identity *ret);

/* `from` becomes part of `into`, on the developer's word. */
LG_MUST lg_status lg_identity_merge(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *from,
	const struct lg_identity *into, struct lg_identity *ret);

/* The logins are the identity's from now on, on the developer's word. LG_E_EXISTS: one is another's. */
LG_MUST lg_status lg_identity_link(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *into,
	const struct lg_logins *logins, struct lg_identity *ret);

#endif

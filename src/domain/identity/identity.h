/*
 * identity.h - identities of a pool: a guest, or somebody with logins (spec/identity-pools.md 4, 5).
 */
#ifndef LG_DOMAIN_IDENTITY_H
#define LG_DOMAIN_IDENTITY_H

#include "domain/identity/login.h"

struct lg_identity {
	const struct lg_identity_pool *pool;
	lg_str id;
	struct lg_identity_row row;
};

/* Never had a login. Who lost his last one is nobody's guest: he is inaccessible (5.5). */
bool lg_identity_is_guest(const struct lg_identity *identity);

/* LG_E_RESOURCE_NOT_FOUND "Identity '<id>' not found." */
LG_MUST lg_status lg_identity_read(
	struct lg_ctx *cx, struct lg_env *env, lg_str id, struct lg_identity *ret);
/* Of this pool; one of another is not found. */
LG_MUST lg_status lg_identity_read_in(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_identity_pool *pool, lg_str id, struct lg_identity *ret);

/* Whose is this login? LG_E_NOT_FOUND. LG_E_CONFLICT: it moved while we looked. */
LG_MUST lg_status lg_identity_of_login(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_identity_pool *pool, lg_str scope, lg_str user_id, struct lg_identity *ret);

/* What user_key holds of a login. */
LG_MUST lg_status lg_login_digest(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool,
	lg_str scope, lg_str user_id, unsigned char ret[16]);

/* The login's place among those of the identity; their number when it has it not. */
size_t lg_identity_find_login(const struct lg_identity *identity, lg_str scope, lg_str user_id);

/* A new one, not written yet: draws its id. */
LG_MUST lg_status lg_identity_prepare(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool, struct lg_identity *ret);

/*
 * GetId: whose are these logins? Nobody's, then his who is made for them; of none, a new guest each time.
 */
LG_MUST lg_status lg_identity_get_id(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_get_id_input *in, lg_str *ret);

/*
 * Who asks for something in the name of `*identity` proves that he may: by its id alone while it is a guest,
 * else by a login. Logins are linked, and identities merged, as they show it; `*identity` is the one that
 * remains. LG_E_NOT_AUTHORIZED and what lg_logins_verify and lg_identity_join fail with.
 */
LG_MUST lg_status lg_identity_prove(struct lg_ctx *cx, struct lg_env *env, struct lg_identity *identity,
	const struct lg_str_map *logins, struct lg_logins *ret);

/* Release its logins but those that stay; NULL = none does. */
LG_MUST lg_status lg_identity_release(struct lg_batch *batch, struct lg_ctx *cx, struct lg_env *env,
	const struct lg_identity *identity, const bool *stays);

/* LG_E_NOT_AUTHORIZED "Logins don't match. ..." */
LG_MUST lg_status lg_identity_no_match(struct lg_ctx *cx);

/* LG_E_NOT_AUTHORIZED "Access to Identity '<id>' is forbidden." */
LG_MUST lg_status lg_identity_forbidden(struct lg_ctx *cx, const struct lg_identity *identity);

#endif

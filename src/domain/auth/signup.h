/*
 * signup.h - people make their own account: sign up, confirm with a code, ask for another code
 * (spec/user-pools.md 7).
 *
 * Clients that hide who exists (PreventUserExistenceErrors) get the same answers, for the same work, about
 * somebody and nobody; a user who is confirmed already is answered like nobody there.
 */
#ifndef LG_DOMAIN_SIGNUP_H
#define LG_DOMAIN_SIGNUP_H

#include "domain/caller.h"
#include "domain/message/code.h"

struct lg_sign_up {
	lg_str username;
	lg_str password; /* absent = none */
	const struct lg_idp_attribute_list_type *attributes;
	const struct lg_idp_attribute_list_type *validation; /* ValidationData, for PreSignUp; NULL = none */
	const struct lg_str_map *metadata; /* ClientMetadata, for triggers; NULL = none, here and below */
	const struct lg_caller *caller; /* NULL = not known, here and below */
};

struct lg_signed_up {
	lg_str sub;
	bool confirmed; /* PreSignUp wanted it */
	bool has_delivery;
	struct lg_delivery delivery;
	lg_str session; /* to sign in with when he is confirmed (domain/auth/auth.h); absent = none */
};

struct lg_sign_up_confirm {
	lg_str username;
	lg_str code;
	bool force;     /* an alias moves away from its holder */
	lg_str session; /* SignUp's; absent = none */
	const struct lg_str_map *metadata;
};

/*
 * LG_E_USERNAME_EXISTS for a name that is taken, after the same hashing. When the code cannot be delivered
 * the user is there all the same (LG_E_CODE_DELIVERY_FAILURE).
 *
 * For a page (lg_client_hosted) a taken name is answered like a free one, for the same work: the address
 * that was given hears about it in place of the code. LG_E_USERNAME_EXISTS is left for pools that send none,
 * and for who is confirmed at once. LG_E_CONFLICT: call again.
 */
LG_MUST lg_status lg_sign_up(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_sign_up *call, struct lg_signed_up *ret);

/*
 * The attribute that got the code becomes verified, if it still has the value that the code went to. An
 * alias that somebody holds is LG_E_ALIAS_EXISTS without `force`, and the code stays good. `*ret_session` is
 * what he may sign in with at once.
 */
LG_MUST lg_status lg_sign_up_confirm(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_sign_up_confirm *call, lg_str *ret_session);

LG_MUST lg_status lg_sign_up_resend(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str username, const struct lg_caller *caller,
	const struct lg_str_map *metadata, struct lg_delivery *ret);

#endif

/*
 * auth.h - sign-in (spec/sign-in.md): flows start it, challenges carry it on, one table decides.
 */
#ifndef LG_DOMAIN_AUTH_H
#define LG_DOMAIN_AUTH_H

#include "domain/grant/grant.h"

/* A call of InitiateAuth, RespondToAuthChallenge, or their Admin forms. */
struct lg_auth_call {
	const struct lg_pool *pool;
	const struct lg_client *client;
	bool admin;
	bool hosted;      /* by the pages of managed login, see below */
	lg_str flow;      /* initiate */
	lg_str challenge; /* respond */
	lg_str session;   /* absent when none was sent */
	const struct lg_str_map *params; /* AuthParameters or ChallengeResponses */
	const struct lg_str_map *metadata; /* ClientMetadata */
	struct lg_caller caller;
	lg_str device; /* hosted: the device that the browser's cookie names, if any */
};

/*
 * The pages of managed login use the same engine with `hosted`. The client's ExplicitAuthFlows and secret
 * are not asked for, nobody is told who exists, and the challenge's Session is good for pages only, as one
 * of the API is not for them. At the end there are no tokens but a user: who signs them asks
 * PreTokenGeneration.
 */

/* Tokens (a user, when hosted), or a challenge. */
struct lg_auth_step {
	bool done;
	struct lg_tokens tokens;
	struct lg_user *user;      /* hosted: who signed in */
	struct lg_str_list proven; /* and by what so far: LG_AUTH_* of domain/auth/auth_steps.h */
	lg_str new_device_key, new_device_group; /* NewDeviceMetadata; absent = none */
	lg_str challenge;
	lg_str session;
	struct lg_str_map params;
	struct lg_str_list available; /* AvailableChallenges */
};

LG_MUST lg_status lg_auth_initiate(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	struct lg_auth_step *ret);
LG_MUST lg_status lg_auth_respond(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	struct lg_auth_step *ret);

/*
 * For pages, whose call names the challenge that they show and its Session: another code, to the same
 * address, in place of the one that was sent; the choice between second factors, of which there are several
 * (lg_auth_step.available lists them beside each challenge for one).
 */
LG_MUST lg_status lg_auth_resend(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	struct lg_auth_step *ret);
LG_MUST lg_status lg_auth_other(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	struct lg_auth_step *ret);
/*
 * For pages: a passkey of anybody's, before he has said who he is. The caller keeps the challenge, bound to
 * the browser, until `expires`; it is good once. LG_E_NOT_AUTHORIZED whatever is wrong with the answer.
 */
struct lg_auth_passkey_answer {
	lg_str challenge;
	lg_time expires;
	lg_str credential; /* AuthenticationResponseJSON */
};
LG_MUST lg_status lg_auth_passkey_ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	lg_str *ret_challenge, lg_str *ret_options);
LG_MUST lg_status lg_auth_passkey_any(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	const struct lg_auth_passkey_answer *answer, struct lg_auth_step *ret);
/* Did the newest failure say that a Session is over, used, or none? Pages begin again then. */
bool lg_auth_session_is_over(const struct lg_ctx *cx, lg_status s);

/*
 * The Session of SignUp and ConfirmSignUp: whoever signed up, or read the code, signs in with it at once by
 * USER_AUTH, when he is confirmed (spec/sign-in.md 3). Good once, for this user and client, for as long as
 * any Session. Absent unless the client allows USER_AUTH, or calls for a page (lg_client_hosted). `user` is
 * read with its credential.
 */
LG_MUST lg_status lg_auth_sign_up_session(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_user *user, lg_str *ret);
/*
 * The Session of SignUp, if ConfirmSignUp brings one: its use is put into the batch. LG_E_NOT_AUTHORIZED
 * unless it is of this user and client, and unused. One that is expired is let pass: people take their time
 * to read a code.
 */
LG_MUST lg_status lg_auth_sign_up_session_spend(struct lg_ctx *cx, struct lg_env *env,
	struct lg_batch *batch, const struct lg_pool *pool, const struct lg_client *client,
	struct lg_user *user, lg_str session);

/*
 * AssociateSoftwareToken and VerifySoftwareToken with the Session of MFA_SETUP, which another one replaces.
 * Verified, the app is the user's second factor, and the Session answers MFA_SETUP.
 */
LG_MUST lg_status lg_auth_totp_associate(struct lg_ctx *cx, struct lg_env *env, bool hosted, lg_str session,
	lg_str *ret_secret, lg_str *ret_session);
LG_MUST lg_status lg_auth_totp_verify(struct lg_ctx *cx, struct lg_env *env, bool hosted, lg_str session,
	lg_str code, lg_str name, lg_str *ret_session);

/*
 * SECRET_HASH of a client with a secret, over `username` or the canonical name of `user` (NULL = none).
 * Clients without a secret pass; texts of spec/user-pools.md 17.
 */
LG_MUST lg_status lg_secret_hash_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_client *client,
	lg_str username, const struct lg_user *user, lg_str secret_hash);
/* The raw secret, of RevokeToken and GetTokensFromRefreshToken. `code` answers a wrong one. */
LG_MUST lg_status lg_client_secret_check(struct lg_ctx *cx, const struct lg_client *client, lg_str secret,
	int code);

#endif

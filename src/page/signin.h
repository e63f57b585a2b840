/*
 * signin.h - what the pages of sign-in share: from a step of domain/auth/auth.h to the next page.
 */
#ifndef LG_PAGE_SIGNIN_H
#define LG_PAGE_SIGNIN_H

#include "page/page.h"

/*
 * The engine answered: the page of its challenge is next, or the person is signed in and goes back to the
 * client. `username` is what was typed, `notice` (a key, or absent) what the next page says at its top.
 */
LG_MUST lg_status lg_signin_step(struct lg_page *pg, const struct lg_auth_step *step, lg_str username,
	lg_str notice);

/* He comes from an identity provider: signed in, whoever it was before. */
LG_MUST lg_status lg_signin_arrived(struct lg_page *pg, lg_str provider, struct lg_user *user);

/* Is the browser session that there is what the request asks for? */
bool lg_signin_may_continue(const struct lg_page *pg);
/* Back to the client with it. */
LG_MUST lg_status lg_signin_continue(struct lg_page *pg);

/* The browser session goes on under a new secret, as the user is now. */
LG_MUST lg_status lg_signin_renew(struct lg_page *pg);

/* A name that somebody knows himself by. */
lg_str lg_signin_shown_name(const struct lg_user *user);
/* What the QR code of an authenticator app says, with the secret of the state. */
LG_MUST lg_status lg_signin_key_uri(struct lg_page *pg, lg_str *ret);
/* May somebody sign in here by a passkey, before he says who he is? And he does. */
bool lg_signin_takes_passkeys(const struct lg_page *pg);
LG_MUST lg_status lg_signin_passkey(struct lg_page *pg, lg_str credential, struct lg_auth_step *ret);

/* Begin again at /login, where `notice` (a key of pages/strings) says why; absent = nothing to say. */
LG_MUST lg_status lg_signin_again(struct lg_page *pg, lg_str notice);

/* 303 to the page of the state's step. */
LG_MUST lg_status lg_signin_here(struct lg_page *pg);
/* The state goes on with another Session of its challenge. */
LG_MUST lg_status lg_signin_keep_session(struct lg_page *pg, lg_str session);
/* Make an authenticator app's secret in the set-up of the state, which goes on to show it. */
LG_MUST lg_status lg_signin_begin_totp(struct lg_page *pg);

/* Does the state's step have a page of this path? Else 303 to the one it has, `*ret_moved` being true. */
LG_MUST lg_status lg_signin_at(struct lg_page *pg, lg_str path, bool *ret_moved);

/* A call of the engine as pages make it. */
struct lg_auth_call lg_signin_call(const struct lg_page *pg);
/* The Session of the state. */
LG_MUST lg_status lg_signin_session(const struct lg_page *pg, lg_str *ret);

/*
 * What a person is told of a failure: a key of pages/strings, and beside which field. LG_OK when there is
 * something to say; otherwise `s`, which is no fault of his.
 */
struct lg_signin_problem {
	lg_str key;
	lg_str field; /* beside it; absent = of the form as a whole */
	lg_str detail; /* text of the failure, where the pool's owner words it; else absent */
};
LG_MUST lg_status lg_signin_problem(
	const struct lg_page *pg, lg_status s, struct lg_signin_problem *ret);

lg_page_fn lg_page_login_get, lg_page_login_post;
lg_page_fn lg_page_challenge;        /* /mfa, /password, ... */
lg_page_fn lg_page_passkey_options, lg_page_login_options; /* JSON for the script */
lg_page_fn lg_page_error_page;

#endif

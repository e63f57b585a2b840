/*
 * browser.h - browser sessions: who is signed in at a pool's pages in a browser (spec/oauth-endpoints.md 8).
 *
 * One cookie a pool and host, sealed, with a secret that the store knows by its digest. A session has a row
 * among its user's items, so that it can be listed and ended; sign-out everywhere, another password, and
 * disabling or deleting the user end it without touching the row. It is never prolonged: each sign-in, and
 * each proof that is added later, makes it a new one, under a new secret. For lists, and for what came
 * through it, it stays the one it was, as long as the same person signs in. What ends when is
 * docs/decisions/0043.
 */
#ifndef LG_OAUTH_BROWSER_H
#define LG_OAUTH_BROWSER_H

#include "domain/caller.h"
#include "domain/grant/browser_list.h"

/* Where a request comes in, and with what. */
struct lg_browser_at {
	const struct lg_pool *pool;
	const struct lg_client *client; /* how long it goes on with a session; NULL = as long as any does */
	lg_str host;    /* the Host header */
	lg_str cookies; /* the Cookie header */
	struct lg_caller caller;
	lg_str provider; /* that he comes from, of who signs in; absent = none */
};

struct lg_browser {
	struct lg_user *user; /* with profile, credential and MFA */
	lg_time auth_time;
	lg_time expires;
	struct lg_str_list amr; /* by what he signed in (RFC 8176) */
	lg_str client_id;       /* where */
	lg_str provider;        /* that he came from; absent = he signed in with factors of this pool */
	lg_str id;              /* domain/grant/browser_list.h; no secret */
};

/*
 * Who is signed in. LG_E_NOT_FOUND: nobody, or not any more, or too long ago for this client, or in a way
 * that it does not take. One read when there is no cookie of ours, else two.
 */
LG_MUST lg_status lg_browser_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at,
	struct lg_browser *ret);

/*
 * He signed in now, or proved more: a new session takes the place of the one that the browser brought, and
 * has its id if it was his; anybody else's ends. `user` as the sign-in left him, with profile and
 * credential. `ret_cookie` is the value of a Set-Cookie header.
 */
LG_MUST lg_status lg_browser_begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at,
	struct lg_user *user, const struct lg_str_list *amr, struct lg_browser *ret, lg_str *ret_cookie);

/* The session that the browser brought, if any, is over; the cookie goes. */
LG_MUST lg_status lg_browser_end(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at,
	lg_str *ret_cookie);

/* Are cookies to travel by TLS only? */
bool lg_browser_secure(const struct lg_env *env);

#endif

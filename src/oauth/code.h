/*
 * code.h - authorization codes (RFC 6749, 4.1.2): made once, redeemed once.
 *
 * A code is a sealed token that carries its own state (DATA 6); the store only remembers that it was spent,
 * so a copy of the database redeems nothing. It names the session that its tokens will belong to, so that a
 * second use ends that session and all that was granted in it.
 */
#ifndef LG_OAUTH_CODE_H
#define LG_OAUTH_CODE_H

#include "domain/grant/browser_list.h"
#include "domain/grant/grant.h"
#include "oauth/request.h"

#define LG_OAUTH_CODE_S 300

/* Who is signed in, for a code or for tokens. */
struct lg_oauth_subject {
	const struct lg_user *user; /* with his profile */
	lg_time auth_time;
	lg_str device_key; /* absent = none */
	lg_str browser;    /* id of the browser session; absent = none */
	struct lg_caller caller;
};

LG_MUST lg_status lg_oauth_code_make(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_request *request, const struct lg_oauth_subject *subject, lg_str *ret);

/* What a client says about a code. Absent texts were not sent. */
struct lg_oauth_code_claim {
	lg_str code;
	lg_str redirect_uri; /* compared byte for byte */
	lg_str verifier;     /* PKCE */
	lg_str jkt;          /* of the key that it proved to have */
};

/* What a code grants. */
struct lg_oauth_granted {
	struct lg_user *user; /* with profile and credential */
	lg_time auth_time;
	lg_str scope;
	lg_str device_key;
	lg_str browser; /* id of the browser session that it came through; absent = none */
	struct lg_user_item browser_item; /* that session, when there is one */
	struct lg_grant_oauth oauth;
	unsigned char sid[LG_SID_SIZE];
};

/*
 * Redeem a code. The first attempt by its client spends it, right or wrong, and a second one ends what the
 * first was granted (RFC 6749, 4.1.2; RFC 9700, 4.5). LG_E_OAUTH_INVALID_GRANT: not ours, another client's,
 * expired, used, without the right verifier, or the user is gone, disabled or signed out, or the browser
 * session has ended. LG_E_OAUTH_UNAUTHORIZED_CLIENT: another redirect_uri (spec/oauth-endpoints.md 4), which
 * is an LG_E_OAUTH_INVALID_GRANT in a strict pool.
 */
LG_MUST lg_status lg_oauth_code_redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_oauth_code_claim *claim,
	struct lg_oauth_granted *ret);

/*
 * For what was granted in a browser and is fetched elsewhere: the user is read, and has to be what he was.
 * LG_E_OAUTH_INVALID_GRANT: he is gone, disabled or signed out, or the browser session has ended.
 */
LG_MUST lg_status lg_oauth_granted_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str uid, int64_t signout_gen, struct lg_oauth_granted *granted);

#endif

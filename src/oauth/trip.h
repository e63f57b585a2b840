/*
 * trip.h - somebody is away at an identity provider, and comes back with an answer (spec/federation.md 2).
 *
 * What he was about to do goes with him as `state`: a sealed token that only we open, bound to the browser
 * that he left with, to one provider and its places, and good once, for five minutes. Nothing is stored
 * until he is back. So an answer that somebody else got, in another browser or from another provider, is
 * good for nothing here (RFC 9700, 4.4, 4.7).
 */
#ifndef LG_OAUTH_TRIP_H
#define LG_OAUTH_TRIP_H

#include "domain/federation/upstream.h"
#include "oauth/request.h"

#define LG_TRIP_S 300
#define LG_TRIP_START LG_STR("/login/provider") /* the page that sends him there */
#define LG_TRIP_PATH LG_STR("/oauth2/idpresponse")

/* Who leaves. */
struct lg_trip_leave {
	const struct lg_upstream *up; /* with its places */
	const struct lg_client *client;
	lg_str host;    /* the Host header: he comes back there, if it is one of ours */
	lg_str browser; /* a secret of his browser */
	lg_str query;   /* of the page that he leaves */
	lg_str login_hint;
	unsigned prompt; /* LG_OAUTH_PROMPT_ */
};

/* Where his browser goes. LG_E_OAUTH_INVALID_REQUEST: his request is too long to be taken along. */
LG_MUST lg_status lg_trip_leave(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_trip_leave *leave, lg_str *ret_url);

/* Who is back. */
struct lg_trip {
	const struct lg_pool *pool;
	lg_str provider;
	lg_str query;
	struct lg_rec_trip *record;
};

/*
 * Open a `state`; `pool` is told by what is in front of it. Nothing is spent. LG_E_NOT_FOUND: it is none of
 * ours, too old, or of another browser.
 */
LG_MUST lg_status lg_trip_open(
	struct lg_ctx *cx, struct lg_env *env, lg_str state, lg_str browser, struct lg_trip *ret);

/*
 * Use it up, and redeem the answer's code. `client` is the one that his request names. `answer` is what the
 * browser brought: code, error, iss. LG_E_NOT_FOUND: it was used before. LG_E_OAUTH_INVALID_REQUEST,
 * LG_E_OAUTH_ACCESS_DENIED.
 */
LG_MUST lg_status lg_trip_redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_trip *trip,
	const struct lg_client *client, const struct lg_str_map *answer, struct lg_upstream *ret_up,
	struct lg_upstream_person *ret);

#endif

/*
 * jws.h - compact JSON Web Signatures (RFC 7515) as Cognito makes them.
 */
#ifndef LG_TOKEN_JWS_H
#define LG_TOKEN_JWS_H

#include "codec/json.h"
#include "crypto/pkey.h"

#define LG_JWS_MAX_BYTES (64 * 1024)

/* base64url({"kid":...,"alg":...}) "." base64url(claims): what is signed. */
LG_MUST lg_status lg_jws_input(struct lg_ctx *cx, lg_str kid, enum lg_alg alg, lg_str claims_json,
	lg_str *ret);

/* The same with a "typ" between them. */
LG_MUST lg_status lg_jws_input_typed(struct lg_ctx *cx, lg_str kid, lg_str typ, enum lg_alg alg,
	lg_str claims_json, lg_str *ret);

/* input "." base64url(signature) */
LG_MUST lg_status lg_jws_join(struct lg_ctx *cx, lg_str input, lg_str signature, lg_str *ret);

/*
 * A token taken apart, nothing verified yet. Only `kid`, `alg` and `typ` of the header are looked at (RFC
 * 8725, 3.1); a header with "crit", "b64" or an encrypted or nested type is refused.
 */
struct lg_jws {
	lg_str kid;
	lg_str alg;
	lg_str typ; /* absent = none */
	lg_str input;
	lg_str signature; /* decoded */
	json_t *header;
	json_t *claims;
};

/* LG_E_MALFORMED when it is no compact JWS of at most LG_JWS_MAX_BYTES with JSON claims. */
LG_MUST lg_status lg_jws_parse(struct lg_ctx *cx, lg_str token, struct lg_jws *ret);

/*
 * Could it tell who signed in? An issuer's tokens for other ends may name the same client and user: access
 * tokens (RFC 9068), logout tokens, events. They have a type of their own (RFC 8725, 3.11), or "events".
 */
bool lg_jws_may_be_id_token(const struct lg_jws *jws);

/* The same of a token that clients make: their keys need not have names, so `kid` may be absent. */
LG_MUST lg_status lg_jws_parse_client(struct lg_ctx *cx, lg_str token, struct lg_jws *ret);

#endif

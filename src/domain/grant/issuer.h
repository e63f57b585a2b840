/*
 * issuer.h - the keys of foreign OpenID Connect issuers: found by discovery, kept, fetched again when they
 * may have changed (OpenID Connect Discovery 1.0; RFC 7517).
 *
 * Issuers come from configuration only (IAM's providers, authorizers), so their number is bounded. However
 * many requests want the same issuer at once, one of them fetches and the others wait.
 */
#ifndef LG_DOMAIN_ISSUER_H
#define LG_DOMAIN_ISSUER_H

#include "domain/env.h"

#define LG_ISSUER_URL_MAX 512 /* longer ones have no keys */

/* Keys are good for as long as Cache-Control says, within these. */
#define LG_ISSUER_MIN_AGE_MS (5 * LG_MINUTE_MS)
#define LG_ISSUER_MAX_AGE_MS (2 * LG_HOUR_MS)
/* An issuer that cannot be reached is believed for so long. */
#define LG_ISSUER_STALE_MS LG_DAY_MS
/* A key id that is not there makes us look again, but not more often than this. */
#define LG_ISSUER_RETRY_MS (30 * LG_SECOND_MS)

LG_MUST lg_status lg_issuers_new(struct lg_issuers **ret);
void lg_issuers_free(struct lg_issuers *issuers);

/*
 * The key with which `issuer` (its exact "iss", a URL without trailing slash unless it has one) signs under
 * this kid and algorithm. `*ret` lives until the request ends. LG_E_NOT_FOUND: the issuer has no such key.
 * LG_E_UNAVAILABLE: its documents could not be had or make no sense; the failure's text says which and why.
 */
LG_MUST lg_status lg_issuer_key(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, lg_str kid,
	enum lg_alg alg, struct lg_pkey **ret);

/* The same of a set of keys at this address; `kid` absent = any key of the algorithm. */
LG_MUST lg_status lg_jwks_key(struct lg_ctx *cx, struct lg_env *env, lg_str url, lg_str kid, enum lg_alg alg,
	struct lg_pkey **ret);

/* The same of an issuer if the key is in memory and fresh: for the I/O thread. False when it is not. */
bool lg_issuer_key_cached(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, lg_str kid, enum lg_alg alg,
	struct lg_pkey **ret);

#endif

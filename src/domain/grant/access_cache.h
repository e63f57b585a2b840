/*
 * access_cache.h - what access tokens said whose signatures were verified a short while ago. Thread-safe.
 *
 * An application presents the same token for an hour; to verify and parse it again gives the same answer.
 * The cache knows a token by its SHA-256 and holds what it says, never the token. Whether that still counts
 * (expiry, key, pool, user, session) is decided at every use.
 */
#ifndef LG_DOMAIN_ACCESS_CACHE_H
#define LG_DOMAIN_ACCESS_CACHE_H

#include "crypto/hash.h"
#include "store/guard.h"

/* Of any two tokens in one place the later one stays. */
#define LG_ACCESS_CACHE_SLOTS 2048
/* Texts of a token together; one that says more is verified each time. */
#define LG_ACCESS_CACHE_TEXT 384

/* The claims of an access token, as far as anybody asks for them. */
struct lg_access_claims {
	lg_str kid;        /* of the header: which key verified it */
	lg_str client_id;
	lg_str scope;
	lg_str device_key; /* empty = none, here and below */
	lg_str jkt;
	int64_t pool;
	int64_t pool_version; /* of the settings it was read under: issuer and keys hang on them */
	unsigned char uid[LG_UID_SIZE];
	unsigned char sid[LG_SID_SIZE];
	bool has_sid;
	uint32_t signout_gen;
	lg_time expires;
	lg_time auth_time;
};

struct lg_access_cache;

LG_MUST lg_status lg_access_cache_new(struct lg_access_cache **ret);
void lg_access_cache_free(struct lg_access_cache *cache);

/* LG_E_NOT_FOUND when it is not there. Texts are copies in the request's arena. */
LG_MUST lg_status lg_access_cache_get(struct lg_ctx *cx, struct lg_access_cache *cache,
	const unsigned char digest[LG_SHA256_SIZE], struct lg_access_claims *ret);
/* The signature of this token was verified. */
void lg_access_cache_put(struct lg_access_cache *cache, const unsigned char digest[LG_SHA256_SIZE],
	const struct lg_access_claims *claims);

#endif

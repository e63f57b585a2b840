/*
 * access_cache.h - what access tokens said whose signatures were verified a short while ago.
 *
 * An application presents the same token for an hour; to verify and parse it again gives the same answer.
 * The cache knows a token by its SHA-256 and holds what it says, never the token. Whether that still counts
 * (expiry, key, pool, user, session) is decided at every use.
 */
#ifndef LG_DOMAIN_ACCESS_CACHE_H
#define LG_DOMAIN_ACCESS_CACHE_H

#include "base/memo.h"
#include "store/guard.h"

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

/* A token whose signature was verified is put in under its SHA-256. */
extern const struct lg_memo_form lg_access_cache_form;

#endif

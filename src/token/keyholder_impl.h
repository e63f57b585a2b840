/*
 * keyholder_impl.h - what the key holder's own files share.
 */
#ifndef LG_TOKEN_KEYHOLDER_IMPL_H
#define LG_TOKEN_KEYHOLDER_IMPL_H

#include "gen/rec_types.h"
#include "token/key_cache.h"
#include "token/keyholder.h"

struct lg_keyholder {
	struct lg_arena *arena;
	struct lg_keyring *ring;
	struct lg_key_cache *cache;
};

/* Open a user's credential. LG_E_MALFORMED when it is of another user or pool. */
LG_MUST lg_status lg_keyed_open(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, lg_str sealed,
	struct lg_rec_keyed *ret);

/*
 * Salt and verifier that stand for a user who has none: stable for pool and name, so that asking twice
 * tells nothing (RFC 5054, 2.5.1.3).
 */
LG_MUST lg_status lg_keyed_decoy(struct lg_keyholder *holder, struct lg_ctx *cx, int64_t pool, struct lg_srp_name name,
	struct lg_rec_keyed *ret);

/* Is there a verifier for SRP? */
bool lg_keyed_has_verifier(const struct lg_rec_keyed *keyed);

#endif

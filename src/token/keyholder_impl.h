/*
 * keyholder_impl.h - what the key holder's own files share.
 */
#ifndef LG_TOKEN_KEYHOLDER_IMPL_H
#define LG_TOKEN_KEYHOLDER_IMPL_H

#include "base/gate.h"
#include "gen/rec_types.h"
#include "token/key_cache.h"
#include "token/keyholder.h"

struct lg_keyholder {
	struct lg_arena *arena;
	struct lg_keyring *ring;
	struct lg_key_cache *cache;
	struct lg_gate *hashing;
};

/* A user's credential, and the one that stands for nobody. */
struct lg_credential {
	struct lg_rec_keyed keyed; /* without members when nothing was sealed */
	struct lg_rec_keyed
		decoy; /* salt, verifier and hash; stable for pool and name (RFC 5054, 2.5.1.3) */
};

/*
 * Open `sealed`, which may be absent. Absent or not, the same is computed: a decoy is made and sealed for
 * everybody, and one text is opened. LG_E_MALFORMED when `sealed` is of another user or pool.
 */
LG_MUST lg_status lg_credential_open(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	struct lg_srp_name name, lg_str sealed, struct lg_credential *ret);

/* Is there a verifier? */
bool lg_keyed_has_verifier(const struct lg_rec_keyed *keyed);
/* What SRP calls the group of it: `group`, unless it came from elsewhere. */
lg_str lg_keyed_group(const struct lg_rec_keyed *keyed, lg_str group);

/* What sealed texts of each kind are bound to. */
LG_MUST lg_status lg_credential_aad(struct lg_ctx *cx, struct lg_owner owner, lg_str *ret);
LG_MUST lg_status lg_totp_aad(struct lg_ctx *cx, struct lg_owner owner, lg_str *ret);
LG_MUST lg_status lg_passkey_aad(struct lg_ctx *cx, struct lg_owner owner, lg_str *ret);
extern const lg_str lg_key_aad;

#endif

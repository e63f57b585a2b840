#include "token/keyholder.h"

#include "codec/bytes.h"
#include "codec/shape_io.h"
#include "crypto/hash.h"
#include "crypto/srp.h"
#include "token/keyholder_impl.h"

/* The state of an exchange belongs to one user under one name. */
static lg_status
state_aad(struct lg_ctx *cx, struct lg_owner owner, struct lg_srp_name name, lg_str *ret)
{
	lg_str head;
	LG_TRY(lg_str_fmt(cx, &head, "srp|%lld|%zu|", (long long)owner.pool, name.group.len));
	lg_str parts[] = { head, owner.uid, name.group, name.identity };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

/*
 * A verifier from elsewhere is bound to another group. A device computes with that one, which it was told
 * when it was confirmed; with a password clients take the pool's, so it serves them no more than none.
 */
static bool
serves_srp(const struct lg_rec_keyed *keyed, lg_str group)
{
	return lg_keyed_has_verifier(keyed)
	       && (!keyed->scheme.has || lg_str_eq(lg_keyed_group(keyed, group), group));
}

/* The credential, or the decoy when it has no verifier. `*ret_real` tells which. */
static lg_status
open_or_decoy(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, struct lg_srp_name name,
	lg_str sealed, struct lg_rec_keyed *ret, bool *ret_real)
{
	struct lg_credential credential;
	LG_TRY(lg_credential_open(holder, cx, owner, name, sealed, &credential));
	*ret_real = serves_srp(&credential.keyed, name.group);
	*ret = *ret_real ? credential.keyed : credential.decoy;
	return LG_OK;
}

lg_status
lg_keyholder_srp_begin(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	struct lg_srp_name name, lg_str sealed, lg_str A_hex, struct lg_srp_challenge *ret)
{
	LG_TRY(lg_srp_check_A(cx, A_hex));
	struct lg_rec_keyed keyed;
	bool real;
	LG_TRY(open_or_decoy(holder, cx, owner, name, sealed, &keyed, &real));

	unsigned char b[LG_SRP_SECRET_SIZE];
	lg_rand_bytes(cx, b, sizeof(b));
	b[0] |= 0x80;
	struct lg_srp_challenge challenge;
	LG_TRY(lg_srp_begin(cx, keyed.verifier, lg_str_from_bytes(b, sizeof(b)), &challenge.B_hex));
	LG_TRY(lg_hex_encode(cx, keyed.salt, &challenge.salt_hex));
	if (challenge.salt_hex.ptr[0] == '0') /* a number like the others; a device's salt may begin so */
		challenge.salt_hex = lg_str_slice(challenge.salt_hex, 1, challenge.salt_hex.len);

	/* The salt goes along: a password that changed in between ends the exchange. */
	struct lg_rec_srp_state state = {
		.b = challenge.B_hex, .secret = lg_str_from_bytes(b, sizeof(b)), .salt = keyed.salt
	};
	lg_str aad, plain;
	LG_TRY(state_aad(cx, owner, name, &aad));
	LG_TRY(lg_shape_to_cbor(cx, &lg_shape_rec_srp_state, &state, &plain));
	lg_wipe(b, sizeof(b));
	LG_TRY(lg_keyring_seal(
		holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, plain, &challenge.state));
	*ret = challenge;
	return LG_OK;
}

static lg_status
open_state(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, struct lg_srp_name name,
	lg_str sealed, struct lg_rec_srp_state *ret)
{
	lg_str aad, plain;
	struct lg_rec_srp_state state = { 0 };
	LG_TRY(state_aad(cx, owner, name, &aad));
	LG_TRY(lg_keyring_open(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, sealed, &plain));
	LG_TRY(lg_shape_from_cbor(cx, &lg_shape_rec_srp_state, plain, &state));
	*ret = state;
	return LG_OK;
}

/* Work that stands for an exchange that cannot be right: the same two exponentiations. */
static lg_status
pretend(struct lg_ctx *cx, const struct lg_rec_keyed *keyed)
{
	unsigned char b[LG_SRP_SECRET_SIZE], key[16];
	lg_rand_bytes(cx, b, sizeof(b));
	lg_status s = lg_srp_key(
		cx, keyed->verifier, lg_str_from_bytes(b, sizeof(b)), LG_STR("2"), LG_STR("2"), key);
	return s.code == LG_E_MALFORMED ? LG_OK : s;
}

lg_status
lg_keyholder_srp_finish(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	struct lg_srp_name name, lg_str sealed, const struct lg_srp_proof *proof)
{
	struct lg_rec_keyed keyed;
	struct lg_rec_srp_state state = { 0 };
	bool real;
	LG_TRY(open_or_decoy(holder, cx, owner, name, sealed, &keyed, &real));

	lg_status opened = open_state(holder, cx, owner, name, proof->state, &state);
	if (lg_failed(opened) && opened.code != LG_E_MALFORMED && opened.code != LG_E_NOT_FOUND)
		return opened;
	unsigned char key[16], claim[32];
	lg_status s = LG_STATUS(LG_E_MALFORMED);
	if (!lg_failed(opened))
		s = lg_srp_key(cx, keyed.verifier, state.secret, proof->A_hex, state.b, key);
	if (s.code == LG_E_MALFORMED) { /* a state of somebody else, A = 0, u = 0 */
		LG_TRY(pretend(cx, &keyed));
		return lg_fail(cx, LG_E_MISMATCH, "wrong proof");
	}
	LG_TRY(s);
	lg_srp_claim(key, lg_keyed_group(&keyed, name.group), name.identity, proof->secret_block,
		proof->timestamp, claim);
	bool same = lg_ct_eq(lg_str_from_bytes(claim, sizeof(claim)), proof->signature) &&
		    lg_str_eq(state.salt, keyed.salt);
	lg_wipe(key, sizeof(key));
	lg_wipe(claim, sizeof(claim));
	return real && same ? LG_OK : lg_fail(cx, LG_E_MISMATCH, "wrong proof");
}

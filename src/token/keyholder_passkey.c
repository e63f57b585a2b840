#include "token/keyholder.h"

#include "codec/shape_io.h"
#include "token/keyholder_impl.h"

/* Moved to another user it does not open. */
lg_status
lg_passkey_aad(struct lg_ctx *cx, struct lg_owner owner, lg_str *ret)
{
	lg_str head;
	LG_TRY(lg_str_fmt(cx, &head, "passkey|%lld|", (long long)owner.pool));
	const lg_str parts[] = { head, owner.uid };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

static lg_status
seal(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	const struct lg_rec_passkey_key *record, lg_str *ret)
{
	lg_str aad, plain;
	LG_TRY(lg_passkey_aad(cx, owner, &aad));
	LG_TRY(lg_shape_to_cbor(cx, &lg_shape_rec_passkey_key, record, &plain));
	return lg_keyring_seal(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, plain, ret);
}

static lg_status
unseal(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, lg_str sealed,
	struct lg_rec_passkey_key *ret)
{
	lg_str aad, plain;
	struct lg_rec_passkey_key record = { 0 };
	LG_TRY(lg_passkey_aad(cx, owner, &aad));
	LG_TRY(lg_keyring_open(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, sealed, &plain));
	LG_TRY(lg_shape_from_cbor(cx, &lg_shape_rec_passkey_key, plain, &record));
	*ret = record;
	return LG_OK;
}

lg_status
lg_keyholder_passkey_make(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	const struct lg_webauthn_credential *credential, lg_str *ret_sealed)
{
	const struct lg_rec_passkey_key record = {
		.id = credential->id,
		.alg = { true, credential->alg },
		.key = credential->key,
		.count = { true, credential->count },
		.backup_eligible = { true, credential->backup_eligible },
		.backed_up = { true, credential->backed_up },
	};
	return seal(holder, cx, owner, &record, ret_sealed);
}

/*
 * The credential that nobody has, sealed: its key is the base point of P-256, which everybody can sign with,
 * so whatever is found about it counts for nothing.
 */
static lg_status
make_decoy(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, lg_str id, lg_str *ret)
{
	static const char base[] = "\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2"
				   "\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96"
				   "\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16"
				   "\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";
	const struct lg_webauthn_credential decoy = {
		.id = id, .alg = LG_COSE_ES256, .key = lg_str_from_bytes(base, sizeof(base) - 1)
	};
	return lg_keyholder_passkey_make(holder, cx, owner, &decoy, ret);
}

lg_status
lg_keyholder_passkey_check(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	const struct lg_webauthn_expect *expect, lg_str user_handle,
	const struct lg_webauthn_assertion *sent, lg_str sealed, struct lg_passkey_proof *ret)
{
	const bool real = lg_str_present(sealed);
	lg_str decoy;
	struct lg_rec_passkey_key record;
	LG_TRY(make_decoy(holder, cx, owner, sent->raw_id, &decoy));
	LG_TRY(unseal(holder, cx, owner, real ? sealed : decoy, &record));
	struct lg_webauthn_credential credential = {
		.id = record.id,
		.alg = (enum lg_cose_alg)record.alg.v,
		.key = record.key,
		.count = (uint32_t)record.count.v,
		.backup_eligible = record.backup_eligible.v,
	};
	LG_TRY(lg_webauthn_assert(cx, expect, user_handle, sent, &credential));
	if (!real)
		return lg_fail(cx, LG_E_MISMATCH, "the user has no such credential");

	struct lg_passkey_proof proof = { .user_verified = credential.user_verified };
	record.count.v = credential.count;
	record.backed_up.v = credential.backed_up;
	LG_TRY(seal(holder, cx, owner, &record, &proof.sealed));
	*ret = proof;
	return LG_OK;
}

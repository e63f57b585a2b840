#include "token/keyholder.h"

#include "codec/bytes.h"
#include "codec/shape_io.h"
#include "crypto/hash.h"
#include "crypto/pwhash.h"
#include "crypto/srp.h"
#include "token/keyholder_impl.h"

/* What a credential is bound to: moved to another row, it does not open. */
lg_status
lg_credential_aad(struct lg_ctx *cx, struct lg_owner owner, lg_str *ret)
{
	lg_str head;
	LG_TRY(lg_str_fmt(cx, &head, "credential|%lld|", (long long)owner.pool));
	lg_str parts[] = { head, owner.uid };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

static lg_status
seal(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, const struct lg_rec_keyed *keyed,
	lg_str *ret)
{
	lg_str aad;
	lg_str plain;
	LG_TRY(lg_credential_aad(cx, owner, &aad));
	LG_TRY(lg_shape_to_cbor(cx, &lg_shape_rec_keyed, keyed, &plain));
	return lg_keyring_seal(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, plain, ret);
}

static lg_status
unseal(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner, lg_str sealed,
	struct lg_rec_keyed *ret)
{
	lg_str aad;
	lg_str plain;
	LG_TRY(lg_credential_aad(cx, owner, &aad));
	LG_TRY(lg_keyring_open(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, aad, sealed, &plain));
	return lg_shape_from_cbor(cx, &lg_shape_rec_keyed, plain, ret);
}

static bool
has_hash(const struct lg_rec_keyed *keyed)
{
	return keyed->hash.len == LG_PWHASH_SIZE && keyed->salt.len == LG_PWHASH_SALT_SIZE;
}

bool
lg_keyed_has_verifier(const struct lg_rec_keyed *keyed)
{
	return keyed->verifier.len == LG_SRP_N_SIZE && !lg_str_empty(keyed->salt);
}

lg_str
lg_keyed_group(const struct lg_rec_keyed *keyed, lg_str group)
{
	return lg_str_present(keyed->group) ? keyed->group : group;
}

/* Every salt has its top bit set: its hexadecimal form, which clients read as a number, has 32 digits. */
#define SALT_TOP_BIT 0x80

_Static_assert(LG_SRP_SALT_SIZE == LG_PWHASH_SALT_SIZE, "one salt serves both schemes");

static lg_status
make_decoy(struct lg_keyholder *holder, struct lg_ctx *cx, int64_t pool, struct lg_srp_name name,
	struct lg_rec_keyed *ret)
{
	enum { SIZE = LG_SRP_SALT_SIZE + LG_SRP_N_SIZE + LG_PWHASH_SIZE };
	unsigned char seed[32];
	lg_str who;
	const lg_str parts[] = { name.group, LG_STR("|"), name.identity };
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &who));
	LG_TRY(lg_keyring_mac(holder->ring, cx, pool, LG_KEY_DECOY, LG_STR("srp"), who, seed));
	unsigned char *bytes = lg_new_array(cx, unsigned char, SIZE);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_hkdf_sha256(
		lg_str_from_bytes(seed, sizeof(seed)), LG_STR_NONE, LG_STR("credential"), bytes, SIZE);
	unsigned char *verifier = bytes + LG_SRP_SALT_SIZE;
	bytes[0] |= SALT_TOP_BIT;
	verifier[0] &= 0x7f; /* below N */
	*ret = (struct lg_rec_keyed){
		.salt = lg_str_from_bytes(bytes, LG_SRP_SALT_SIZE),
		.verifier = lg_str_from_bytes(verifier, LG_SRP_N_SIZE),
		.hash = lg_str_from_bytes(verifier + LG_SRP_N_SIZE, LG_PWHASH_SIZE),
	};
	return LG_OK;
}

lg_status
lg_credential_open(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	struct lg_srp_name name, lg_str sealed, struct lg_credential *ret)
{
	struct lg_credential credential = { 0 };
	struct lg_rec_keyed opened = { 0 };
	lg_str decoy;
	LG_TRY(make_decoy(holder, cx, owner.pool, name, &credential.decoy));
	LG_TRY(seal(holder, cx, owner, &credential.decoy, &decoy));
	LG_TRY(unseal(holder, cx, owner, lg_str_present(sealed) ? sealed : decoy, &opened));
	if (lg_str_present(sealed))
		credential.keyed = opened;
	*ret = credential;
	return LG_OK;
}

/* A hash takes up to 64 MiB, so there are as many at once as cores, and a flood of them is turned away. */
static lg_status
start_hash(struct lg_keyholder *holder, struct lg_ctx *cx)
{
	const lg_status s = lg_gate_enter(holder->hashing);
	return s.code == LG_E_BUDGET ? lg_fail_default(cx, LG_E_TOO_MANY_REQUESTS) : s;
}

static lg_status
hash_of(struct lg_keyholder *holder, struct lg_ctx *cx, lg_str password, const unsigned char *salt,
	unsigned char ret[LG_PWHASH_SIZE])
{
	LG_TRY(start_hash(holder, cx));
	const lg_status s = lg_pwhash(cx, password, salt, ret);
	lg_gate_leave(holder->hashing);
	return s;
}

static void
make_salt(struct lg_ctx *cx, unsigned char ret[LG_SRP_SALT_SIZE])
{
	lg_rand_bytes(cx, ret, LG_SRP_SALT_SIZE);
	ret[0] |= SALT_TOP_BIT;
}

lg_status
lg_keyholder_password_make(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	enum lg_password_scheme scheme, struct lg_srp_name name, lg_str password, lg_str *ret_sealed)
{
	unsigned char salt[LG_SRP_SALT_SIZE], hash[LG_PWHASH_SIZE];
	make_salt(cx, salt);
	struct lg_rec_keyed keyed = {
		.scheme = { true, scheme },
		.salt = lg_str_from_bytes(salt, sizeof(salt)),
	};
	if (scheme == LG_PASSWORD_SRP) {
		LG_TRY(lg_srp_verifier(
			cx, name.group, name.identity, password, keyed.salt, &keyed.verifier));
	} else {
		LG_TRY(hash_of(holder, cx, password, salt, hash));
		keyed.hash = lg_str_from_bytes(hash, sizeof(hash));
	}
	lg_status s = seal(holder, cx, owner, &keyed, ret_sealed);
	lg_wipe(hash, sizeof(hash));
	return s;
}

lg_status
lg_keyholder_password_take(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	enum lg_foreign_hash form, lg_str text, lg_str *ret_sealed)
{
	LG_TRY(lg_foreign_hash_check_form(cx, form, text));
	const struct lg_rec_keyed keyed = {
		.scheme = { true, LG_PASSWORD_FOREIGN }, .form = { true, form }, .text = text
	};
	return seal(holder, cx, owner, &keyed, ret_sealed);
}

lg_status
lg_keyholder_verifier_seal(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	lg_str salt, lg_str verifier, lg_str *ret_sealed)
{
	struct lg_rec_keyed keyed = { .salt = salt }; /* no scheme: it is nobody's password */
	while (keyed.salt.len && keyed.salt.ptr[0] == '\0')
		keyed.salt = lg_str_slice(keyed.salt, 1, keyed.salt.len);
	if (keyed.salt.len < LG_DEVICE_SALT_MIN || keyed.salt.len > LG_DEVICE_SALT_MAX)
		return lg_fail(cx, LG_E_MALFORMED, "salt of a wrong length");
	LG_TRY(lg_srp_read_verifier(cx, verifier, &keyed.verifier));
	return seal(holder, cx, owner, &keyed, ret_sealed);
}

static lg_status
check_hash(struct lg_keyholder *holder, struct lg_ctx *cx, const struct lg_rec_keyed *keyed, lg_str password,
	bool *ret)
{
	unsigned char hash[LG_PWHASH_SIZE];
	LG_TRY(hash_of(holder, cx, password, (const unsigned char *)keyed->salt.ptr, hash));
	*ret = lg_ct_eq(lg_str_from_bytes(hash, sizeof(hash)), keyed->hash);
	lg_wipe(hash, sizeof(hash));
	return LG_OK;
}

static lg_status
check_foreign(struct lg_keyholder *holder, struct lg_ctx *cx, const struct lg_rec_keyed *keyed,
	lg_str password)
{
	LG_TRY(start_hash(holder, cx));
	const lg_status s =
		lg_foreign_hash_verify(cx, (enum lg_foreign_hash)keyed->form.v, keyed->text, password);
	lg_gate_leave(holder->hashing);
	return s;
}

static lg_status
check_verifier(struct lg_ctx *cx, const struct lg_rec_keyed *keyed, struct lg_srp_name name, lg_str password,
	bool *ret)
{
	lg_str verifier;
	const lg_str group = lg_keyed_group(keyed, name.group);
	LG_TRY(lg_srp_verifier(cx, group, name.identity, password, keyed->salt, &verifier));
	*ret = lg_ct_eq(verifier, keyed->verifier);
	return LG_OK;
}

lg_status
lg_keyholder_password_check(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	enum lg_password_scheme pool_scheme, struct lg_srp_name name, lg_str password, lg_str sealed)
{
	struct lg_credential credential;
	LG_TRY(lg_credential_open(holder, cx, owner, name, sealed, &credential));
	const struct lg_rec_keyed *keyed = &credential.keyed;
	if (keyed->scheme.has && keyed->scheme.v == LG_PASSWORD_FOREIGN)
		return check_foreign(holder, cx, keyed, password);
	enum lg_password_scheme scheme =
		keyed->scheme.v == LG_PASSWORD_ARGON2ID ? LG_PASSWORD_ARGON2ID : LG_PASSWORD_SRP;
	bool real = keyed->scheme.has &&
		    (scheme == LG_PASSWORD_ARGON2ID ? has_hash(keyed) : lg_keyed_has_verifier(keyed));
	if (!real) {
		keyed = &credential.decoy;
		scheme = pool_scheme;
	}
	bool same;
	if (scheme == LG_PASSWORD_ARGON2ID)
		LG_TRY(check_hash(holder, cx, keyed, password, &same));
	else
		LG_TRY(check_verifier(cx, keyed, name, password, &same));
	return real && same ? LG_OK : lg_fail(cx, LG_E_MISMATCH, "wrong password");
}

lg_status
lg_keyholder_secret_hash_check(struct lg_keyholder *holder, struct lg_ctx *cx, lg_str client_secret,
	lg_str username, lg_str client_id, lg_str secret_hash)
{
	(void)holder;
	unsigned char mac[LG_SHA256_SIZE];
	lg_str parts[] = { username, client_id }, expected;
	lg_hmac_sha256(client_secret, parts, LG_LEN(parts), mac);
	LG_TRY(lg_base64_encode(cx, lg_str_from_bytes(mac, sizeof(mac)), &expected));
	return lg_ct_eq(expected, secret_hash) ? LG_OK : lg_fail(cx, LG_E_MISMATCH, "wrong secret hash");
}

#include "tests/lib/test.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/json.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/keyring.h"
#include "crypto/pkey.h"
#include "crypto/pwhash.h"
#include "crypto/srp.h"
#include "crypto/srp_group.h"
#include "crypto/totp.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	CHECK_OK(lg_crypto_global_init());
	return &t.cx;
}

static lg_str
hex(struct lg_ctx *cx, const char *text)
{
	lg_str bytes;
	CHECK_OK(lg_hex_decode(cx, lg_str_from_c(text), &bytes));
	return bytes;
}

static void
check_hex(struct lg_ctx *cx, const unsigned char *bytes, size_t len, const char *expected)
{
	lg_str text;
	CHECK_OK(lg_hex_encode(cx, lg_str_from_bytes(bytes, len), &text));
	CHECK_STR(text, lg_str_from_c(expected));
}

/* The vectors of a fixture, an array of objects. */
static const json_t *
vectors(struct lg_ctx *cx, const char *name)
{
	json_t *array;
	CHECK_OK(lg_json_parse(cx, lg_test_fixture(cx, name), &array));
	CHECK(json_array_size(array) > 0);
	return array;
}

static lg_str
member(const json_t *vector, const char *name)
{
	lg_str text = lg_json_member_text(vector, lg_str_from_c(name));
	CHECK(lg_str_present(text));
	return text;
}

static lg_str
hex_member(struct lg_ctx *cx, const json_t *vector, const char *name)
{
	lg_str bytes;
	CHECK_OK(lg_hex_decode(cx, member(vector, name), &bytes));
	return bytes;
}

TEST(hmac_follows_rfc_4231)
{
	struct lg_ctx *cx = begin();
	const json_t *all = vectors(cx, "hmac.json");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *v = json_array_get(all, i);
		lg_str data = hex_member(cx, v, "data");
		/* In two parts, to see that they are one message. */
		const lg_str parts[] = { lg_str_slice(data, 0, 3), lg_str_slice(data, 3, data.len) };
		unsigned char mac[32];
		lg_hmac_sha256(hex_member(cx, v, "key"), parts, LG_LEN(parts), mac);
		check_hex(cx, mac, sizeof(mac), member(v, "mac").ptr);
	}
	lg_test_ctx_done(&t);
}

/* The last six digits of the eight that the RFC shows. */
TEST(totp_follows_rfc_6238)
{
	struct lg_ctx *cx = begin();
	const json_t *all = vectors(cx, "totp.json");
	CHECK(json_array_size(all) == 6);
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *v = json_array_get(all, i);
		const lg_time when = { json_integer_value(json_object_get(v, "time_s")) * LG_SECOND_MS };
		char code[LG_TOTP_DIGITS];
		CHECK_OK(lg_totp_code(cx, member(v, "secret"), lg_totp_step(when), code));
		CHECK_STR(lg_str_from_bytes(code, sizeof(code)), member(v, "code"));
	}
	lg_test_ctx_done(&t);
}

TEST(hkdf_follows_rfc_5869)
{
	struct lg_ctx *cx = begin();
	const json_t *all = vectors(cx, "hkdf.json");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *v = json_array_get(all, i);
		unsigned char okm[82];
		size_t len = member(v, "out").len / 2;
		CHECK(len <= sizeof(okm));
		lg_hkdf_sha256(hex_member(cx, v, "key"), hex_member(cx, v, "salt"),
			hex_member(cx, v, "info"), okm, len);
		check_hex(cx, okm, len, member(v, "out").ptr);
	}
	lg_test_ctx_done(&t);
}

/* McGrew and Viega, test cases 13 to 16 */
TEST(aead_opens_published_texts)
{
	struct lg_ctx *cx = begin();
	const json_t *all = vectors(cx, "gcm.json");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *v = json_array_get(all, i);
		const lg_str parts[] = { hex_member(cx, v, "nonce"), hex_member(cx, v, "cipher"),
			hex_member(cx, v, "tag") };
		lg_str sealed, plain;
		CHECK_OK(lg_str_concat(cx, parts, LG_LEN(parts), &sealed));
		CHECK_OK(lg_aead_open(
			cx, hex_member(cx, v, "key"), hex_member(cx, v, "aad"), sealed, &plain));
		CHECK_STR(plain, hex_member(cx, v, "plain"));
	}
	lg_test_ctx_done(&t);
}

TEST(aead_refuses_every_altered_byte)
{
	struct lg_ctx *cx = begin();
	lg_str key = hex(cx, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
	lg_str sealed, again, plain;
	CHECK_OK(lg_aead_seal(cx, key, LG_STR("aad"), LG_STR("text"), &sealed));
	CHECK_OK(lg_aead_seal(cx, key, LG_STR("aad"), LG_STR("text"), &again));
	CHECK(!lg_str_eq(sealed, again)); /* a fresh nonce each */
	CHECK_OK(lg_aead_open(cx, key, LG_STR("aad"), sealed, &plain));
	CHECK_STR(plain, LG_STR("text"));
	CHECK_CODE(lg_aead_open(cx, key, LG_STR("aae"), sealed, &plain), LG_E_MALFORMED);
	char copy[64];
	for (size_t i = 0; i < sealed.len; i++) {
		memcpy(copy, sealed.ptr, sealed.len);
		copy[i] ^= 1;
		CHECK_CODE(lg_aead_open(cx, key, LG_STR("aad"), lg_str_from_bytes(copy, sealed.len), &plain),
			LG_E_MALFORMED);
		CHECK_CODE(lg_aead_open(cx, key, LG_STR("aad"), lg_str_slice(sealed, 0, i), &plain),
			LG_E_MALFORMED);
	}
	CHECK_OK(lg_aead_seal(cx, key, LG_STR(""), LG_STR(""), &sealed));
	CHECK_OK(lg_aead_open(cx, key, LG_STR(""), sealed, &plain));
	CHECK(plain.len == 0);
	lg_test_ctx_done(&t);
}

/* Both vectors of spec/sign-in.md 5; the fixture holds every number in full. */
TEST(srp_vectors_byte_for_byte)
{
	struct lg_ctx *cx = begin();
	json_t *vectors;
	CHECK_OK(lg_json_parse(cx, lg_test_fixture(cx, "srp.json"), &vectors));
	CHECK(json_array_size(vectors) == 2);
	for (size_t i = 0; i < 2; i++) {
		const json_t *v = json_array_get(vectors, i);
#define FIELD(name) lg_json_member_text(v, LG_STR(name))
		lg_str salt_hex = FIELD("salt");
		lg_str even[] = { salt_hex.len % 2 ? LG_STR("0") : LG_STR(""), salt_hex }, salt, b, verifier,
		       text, block, signature;
		CHECK_OK(lg_str_concat(cx, even, 2, &text));
		CHECK_OK(lg_hex_decode(cx, text, &salt));
		CHECK_OK(lg_hex_decode(cx, FIELD("b"), &b));
		unsigned before = cx->work.modexps;
		CHECK_OK(lg_srp_verifier(
			cx, FIELD("group"), FIELD("identity"), FIELD("password"), salt, &verifier));
		CHECK_OK(lg_hex_encode(cx, verifier, &text));
		CHECK_STR(text, FIELD("v"));
		CHECK(cx->work.modexps == before + 1);

		lg_str B;
		CHECK_OK(lg_srp_begin(cx, verifier, b, &B));
		CHECK_STR(B, FIELD("B"));
		CHECK(cx->work.modexps == before + 2);
		unsigned char key[16], claim[32];
		CHECK_OK(lg_srp_key(cx, verifier, b, FIELD("A"), B, key));
		check_hex(cx, key, 16, FIELD("K").ptr);
		CHECK(cx->work.modexps == before + 4);
		CHECK_OK(lg_base64_decode(cx, FIELD("secret_block"), &block));
		lg_srp_claim(key, FIELD("group"), FIELD("identity"), block, FIELD("timestamp"), claim);
		CHECK_OK(lg_base64_encode(cx, lg_str_from_bytes(claim, 32), &signature));
		CHECK_STR(signature, FIELD("signature"));
	}
	lg_test_ctx_done(&t);
}

static const char N_HEX[] =
	"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

TEST(srp_verifiers_of_others_lie_between_one_and_N_minus_one)
{
	struct lg_ctx *cx = begin();
	lg_str N, ret;
	CHECK_OK(lg_hex_decode(cx, lg_str_from_c(N_HEX), &N));
	unsigned char bytes[LG_SRP_N_SIZE + 3] = { 0 }, *number = bytes + 3;
	memcpy(number, N.ptr, N.len);
	CHECK_CODE(lg_srp_read_verifier(cx, N, &ret), LG_E_MALFORMED);
	number[LG_SRP_N_SIZE - 1]--;
	CHECK_CODE(lg_srp_read_verifier(cx, lg_str_from_bytes(bytes, sizeof(bytes)), &ret), LG_E_MALFORMED);
	number[LG_SRP_N_SIZE - 1]--;
	CHECK_OK(lg_srp_read_verifier(cx, lg_str_from_bytes(bytes, sizeof(bytes)), &ret));
	CHECK_STR(ret, lg_str_from_bytes(number, LG_SRP_N_SIZE));

	const lg_str bad[] = { LG_STR(""), LG_STR("\0"), LG_STR("\1"), LG_STR("\0\0\1") };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_srp_read_verifier(cx, bad[i], &ret), LG_E_MALFORMED);
	memset(number, 0, LG_SRP_N_SIZE);
	number[LG_SRP_N_SIZE - 1] = 2;
	CHECK_OK(lg_srp_read_verifier(cx, LG_STR("\2"), &ret));
	CHECK_STR(ret, lg_str_from_bytes(number, LG_SRP_N_SIZE));
	bytes[0] = 1;
	CHECK_CODE(lg_srp_read_verifier(cx, lg_str_from_bytes(bytes, sizeof(bytes)), &ret), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

TEST(srp_refuses_a_zero_A)
{
	struct lg_ctx *cx = begin();
	lg_str N = lg_str_from_c(N_HEX);
	const lg_str bad[] = { LG_STR("0"), LG_STR("00"), LG_STR(""), N, LG_STR("xyz"), LG_STR("-1") };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_srp_check_A(cx, bad[i]), LG_E_MALFORMED);
	lg_str longer[] = { LG_STR("1"), N }, text;
	CHECK_OK(lg_str_concat(cx, longer, 2, &text));
	CHECK_CODE(lg_srp_check_A(cx, text), LG_E_MALFORMED); /* beyond 3072 bits */
	CHECK_OK(lg_srp_check_A(cx, LG_STR("1")));
	lg_test_ctx_done(&t);
}

TEST(keys_sign_and_verify_with_jose_forms)
{
	struct lg_ctx *cx = begin();
	for (int alg = LG_ALG_RS256; alg <= LG_ALG_ES512; alg++) {
		const bool rsa = lg_alg_is_rsa((enum lg_alg)alg);
		LG_CLEANUP(lg_pkey_freep)
		struct lg_pkey *key = NULL, *again = NULL, *public_key = NULL, *other = NULL;
		lg_str der, signature;
		CHECK_OK(lg_pkey_generate(cx, (enum lg_alg)alg, &key));
		CHECK_OK(lg_pkey_generate(cx, (enum lg_alg)alg, &other));
		CHECK_OK(lg_pkey_private_der(cx, key, &der));
		CHECK_OK(lg_pkey_from_private_der(cx, der, (enum lg_alg)alg, &again));
		CHECK_OK(lg_pkey_public_der(cx, key, &der));
		CHECK_OK(lg_pkey_from_public_der(cx, der, (enum lg_alg)alg, &public_key));
		CHECK_OK(lg_pkey_sign(cx, again, LG_STR("message"), &signature));
		static const size_t lengths[] = { [LG_ALG_RS256] = 256, [LG_ALG_RS384] = 256,
			[LG_ALG_RS512] = 256, [LG_ALG_ES256] = 64, [LG_ALG_ES384] = 96,
			[LG_ALG_ES512] = 132 };
		CHECK(signature.len == lengths[alg]);
		CHECK_OK(lg_pkey_verify(cx, public_key, LG_STR("message"), signature));
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("massage"), signature), LG_E_MISMATCH);
		CHECK_CODE(lg_pkey_verify(cx, other, LG_STR("message"), signature), LG_E_MISMATCH);
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("message"), LG_STR("")), LG_E_MISMATCH);
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("message"),
				   lg_str_slice(signature, 0, signature.len - 1)),
			LG_E_MISMATCH);
		char zero[1024] = { 0 };
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("message"),
				   lg_str_from_bytes(zero, signature.len)),
			LG_E_MISMATCH);
		CHECK_CODE(lg_pkey_verify(
				   cx, public_key, LG_STR("message"), lg_str_from_bytes(zero, sizeof(zero))),
			LG_E_MISMATCH);
		struct lg_jwk_public jwk;
		CHECK_OK(lg_pkey_jwk(cx, public_key, &jwk));
		if (rsa)
			CHECK_STR(jwk.e, LG_STR("AQAB"));
		else
			CHECK(jwk.x.len == jwk.y.len && jwk.x.len >= 43);
		LG_CLEANUP(lg_pkey_freep) struct lg_pkey *read = NULL;
		CHECK_OK(lg_pkey_from_jwk(cx, &jwk, &read));
		CHECK_OK(lg_pkey_verify(cx, read, LG_STR("message"), signature));
		CHECK_CODE(lg_pkey_verify(cx, read, LG_STR("massage"), signature), LG_E_MISMATCH);
	}
	lg_test_ctx_done(&t);
}

TEST(keys_of_foreign_issuers_are_whole_or_refused)
{
	struct lg_ctx *cx = begin();
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *ec = NULL, *read = NULL;
	CHECK_OK(lg_pkey_generate(cx, LG_ALG_ES256, &ec));
	struct lg_jwk_public good, bad;
	CHECK_OK(lg_pkey_jwk(cx, ec, &good));
	bad = good;
	bad.x = good.y; /* not on the curve */
	CHECK_CODE(lg_pkey_from_jwk(cx, &bad, &read), LG_E_MALFORMED);
	bad = good;
	bad.x = lg_str_slice(good.x, 0, 40);
	CHECK_CODE(lg_pkey_from_jwk(cx, &bad, &read), LG_E_MALFORMED);
	bad = good;
	bad.alg = LG_ALG_ES384;
	CHECK_CODE(lg_pkey_from_jwk(cx, &bad, &read), LG_E_MALFORMED);
	bad = good;
	bad.alg = LG_ALG_RS256;
	CHECK_CODE(lg_pkey_from_jwk(cx, &bad, &read), LG_E_MALFORMED);

	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *rsa = NULL;
	CHECK_OK(lg_pkey_generate(cx, LG_ALG_RS256, &rsa));
	CHECK_OK(lg_pkey_jwk(cx, rsa, &good));
	static const struct {
		const char *n, *e;
	} wrong[] = { { NULL, "Aw" }, { NULL, "" }, { NULL, "!" }, { "AQAB", NULL }, { "", NULL },
		{ "=", NULL } };
	for (size_t i = 0; i < LG_LEN(wrong); i++) {
		bad = good;
		if (wrong[i].n)
			bad.n = lg_str_from_c(wrong[i].n);
		if (wrong[i].e)
			bad.e = lg_str_from_c(wrong[i].e);
		CHECK_CODE(lg_pkey_from_jwk(cx, &bad, &read), LG_E_MALFORMED);
	}
	lg_test_ctx_done(&t);
}

TEST(a_key_of_another_kind_is_refused)
{
	struct lg_ctx *cx = begin();
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *key = NULL, *wrong = NULL;
	lg_str der;
	CHECK_OK(lg_pkey_generate(cx, LG_ALG_ES256, &key));
	CHECK_OK(lg_pkey_public_der(cx, key, &der));
	CHECK_CODE(lg_pkey_from_public_der(cx, der, LG_ALG_RS256, &wrong), LG_E_MALFORMED);
	CHECK_CODE(lg_pkey_from_public_der(cx, LG_STR("nonsense"), LG_ALG_RS256, &wrong), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

static struct lg_keyring *
ring_of(unsigned char seed)
{
	LG_CLEANUP(lg_secret_done) struct lg_secret root = { 0 };
	struct lg_keyring *ring;
	CHECK_OK(lg_secret_new(32, &root));
	memset(root.ptr, seed, 32);
	CHECK_OK(lg_keyring_new(&root, &ring));
	return ring;
}

TEST(keyring_keeps_pools_classes_and_versions_apart)
{
	struct lg_ctx *cx = begin();
	struct lg_keyring *ring = ring_of(1), *same = ring_of(1), *other = ring_of(2);
	lg_str v1, v2, wrapped, sealed, newer, plain;
	CHECK_CODE(lg_keyring_seal(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), LG_STR("x"), &sealed),
		LG_E_NOT_FOUND);
	CHECK_OK(lg_keyring_make(ring, cx, 7, LG_KEY_DATA, 1, &v1));
	CHECK_OK(lg_keyring_seal(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), LG_STR("x"), &sealed));
	CHECK_OK(lg_keyring_make(ring, cx, 7, LG_KEY_DATA, 2, &v2));
	CHECK_OK(lg_keyring_seal(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), LG_STR("x"), &newer));
	CHECK(sealed.ptr[4] == 1 && newer.ptr[4] == 2);
	CHECK_CODE(lg_keyring_make(ring, cx, 7, LG_KEY_DATA, 2, &wrapped), LG_E_EXISTS);
	CHECK_OK(lg_keyring_open(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), sealed, &plain));
	CHECK_CODE(lg_keyring_open(ring, cx, 7, LG_KEY_DATA, LG_STR("b"), sealed, &plain), LG_E_MALFORMED);
	CHECK_CODE(lg_keyring_open(ring, cx, 7, LG_KEY_INDEX, LG_STR("a"), sealed, &plain), LG_E_NOT_FOUND);

	/* Wrapped keys open under the same root, at their own place only. */
	CHECK_OK(lg_keyring_load(same, cx, 7, LG_KEY_DATA, 1, v1));
	CHECK_OK(lg_keyring_open(same, cx, 7, LG_KEY_DATA, LG_STR("a"), sealed, &plain));
	CHECK_STR(plain, LG_STR("x"));
	CHECK_CODE(lg_keyring_load(same, cx, 7, LG_KEY_DATA, 2, v1), LG_E_MALFORMED);
	CHECK_CODE(lg_keyring_load(same, cx, 8, LG_KEY_DATA, 1, v1), LG_E_MALFORMED);
	CHECK_CODE(lg_keyring_load(other, cx, 7, LG_KEY_DATA, 1, v1), LG_E_MALFORMED);

	unsigned char mac[32], again[32];
	CHECK_OK(lg_keyring_mac(ring, cx, 7, LG_KEY_DATA, LG_STR("l"), LG_STR("m"), mac));
	CHECK_OK(lg_keyring_mac(same, cx, 7, LG_KEY_DATA, LG_STR("l"), LG_STR("m"), again));
	CHECK(memcmp(mac, again, 32) == 0); /* the first version's key, in both */

	unsigned char block[16] = "sixteen bytes..", hidden[16], back[16];
	CHECK_OK(lg_keyring_block(ring, cx, 7, LG_KEY_DATA, LG_STR("l"), true, block, hidden));
	CHECK(memcmp(block, hidden, 16) != 0);
	CHECK_OK(lg_keyring_block(ring, cx, 7, LG_KEY_DATA, LG_STR("l"), false, hidden, back));
	CHECK(memcmp(block, back, 16) == 0);

	/* Derived keys differ by label and version, and agree between nodes. */
	unsigned char keys[3][32];
	CHECK_OK(lg_keyring_derive(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), 0, keys[0]));
	CHECK_OK(lg_keyring_derive(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), 1, keys[1]));
	CHECK_OK(lg_keyring_derive(ring, cx, 7, LG_KEY_DATA, LG_STR("b"), 1, keys[2]));
	CHECK(memcmp(keys[0], keys[1], 32) != 0 && memcmp(keys[1], keys[2], 32) != 0);
	CHECK_CODE(lg_keyring_derive(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), 2, keys[2]), LG_E_NOT_FOUND);
	CHECK_OK(lg_keyring_load(same, cx, 7, LG_KEY_DATA, 1, v1)); /* again changes nothing */
	CHECK_OK(lg_keyring_derive(same, cx, 7, LG_KEY_DATA, LG_STR("a"), 0, keys[2]));
	CHECK(memcmp(keys[1], keys[2], 32) == 0);

	lg_keyring_forget(ring, 7);
	CHECK(!lg_keyring_has(ring, 7, LG_KEY_DATA));
	CHECK_CODE(lg_keyring_open(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), sealed, &plain), LG_E_NOT_FOUND);
	lg_keyring_free(ring);
	lg_keyring_free(same);
	lg_keyring_free(other);
	lg_test_ctx_done(&t);
}

TEST(a_check_value_tells_roots_apart)
{
	struct lg_secret roots[2] = { 0 };
	unsigned char values[3][8];
	for (size_t i = 0; i < 2; i++) {
		CHECK_OK(lg_secret_new(32, &roots[i]));
		roots[i].ptr[31] = (unsigned char)i;
		lg_keyring_check_value(&roots[i], values[i]);
	}
	lg_keyring_check_value(&roots[0], values[2]);
	CHECK(memcmp(values[0], values[1], 8) != 0 && memcmp(values[0], values[2], 8) == 0);
	lg_secret_done(&roots[0]);
	lg_secret_done(&roots[1]);
	/* Stored, so never another. */
	CHECK_STR(lg_key_class_name(LG_KEY_DATA), LG_STR("data"));
	CHECK_STR(lg_key_class_name(LG_KEY_CREDENTIAL), LG_STR("credential"));
	CHECK_STR(lg_key_class_name(LG_KEY_INDEX), LG_STR("index"));
	CHECK_STR(lg_key_class_name(LG_KEY_DECOY), LG_STR("decoy"));
}

TEST(algorithms_are_those_six_in_that_spelling)
{
	enum lg_alg alg;
	CHECK_OK(lg_alg_from_name(LG_STR("ES256"), &alg));
	CHECK(alg == LG_ALG_ES256);
	const lg_str others[] = { LG_STR("none"), LG_STR("None"), LG_STR("HS256"), LG_STR("rs256"),
		LG_STR("PS256"), LG_STR("RS256 "), LG_STR(""), LG_STR_NONE };
	for (size_t i = 0; i < LG_LEN(others); i++)
		CHECK_CODE(lg_alg_from_name(others[i], &alg), LG_E_NOT_FOUND);
}

TEST(keyring_holds_a_thousand_pools)
{
	struct lg_ctx *cx = begin();
	struct lg_keyring *ring = ring_of(1);
	lg_str wrapped, sealed, plain;
	for (int64_t pool = 1; pool <= 1000; pool++)
		for (int class = 0; class < LG_KEY_CLASSES; class ++)
			CHECK_OK(lg_keyring_make(ring, cx, pool, (enum lg_key_class) class, 1, &wrapped));
	CHECK_OK(lg_keyring_seal(ring, cx, 500, LG_KEY_DECOY, LG_STR(""), LG_STR("x"), &sealed));
	for (int64_t pool = 1; pool <= 1000; pool += 2)
		lg_keyring_forget(ring, pool);
	CHECK_OK(lg_keyring_open(ring, cx, 500, LG_KEY_DECOY, LG_STR(""), sealed, &plain));
	lg_keyring_free(ring);
	lg_test_ctx_done(&t);
}

/* The expected bytes are another implementation's (python3-cryptography 48). */
TEST(argon2id_is_the_published_function)
{
	struct lg_ctx *cx = begin();
	unsigned char hash[LG_PWHASH_SIZE];
	const unsigned char salt[LG_PWHASH_SALT_SIZE] = "0123456789abcdef";
	CHECK_OK(lg_pwhash(cx, LG_STR("Correct-horse-9"), salt, hash));
	check_hex(
		cx, hash, sizeof(hash), "56906abf40da396c730f369492a6e3de76fee5a881221be02bd1f99cecc6bac0");
	CHECK(cx->work.hashes == 1);
	lg_test_ctx_done(&t);
}

/* RFC 7515, A.2 and A.3 */
TEST(published_signatures_verify)
{
	struct lg_ctx *cx = begin();
	const json_t *all = vectors(cx, "jws.json");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *v = json_array_get(all, i);
		LG_CLEANUP(lg_pkey_freep) struct lg_pkey *key = NULL;
		enum lg_alg alg;
		lg_str signature;
		CHECK_OK(lg_alg_from_name(member(v, "alg"), &alg));
		CHECK_OK(lg_pkey_from_public_der(cx, hex_member(cx, v, "public_der"), alg, &key));
		CHECK_OK(lg_base64url_decode(cx, member(v, "signature"), &signature));
		CHECK_OK(lg_pkey_verify(cx, key, member(v, "message"), signature));

		struct lg_jwk_public jwk;
		CHECK_OK(lg_pkey_jwk(cx, key, &jwk));
		CHECK_STR(alg == LG_ALG_RS256 ? jwk.n : jwk.x, member(v, alg == LG_ALG_RS256 ? "n" : "x"));
		CHECK_STR(alg == LG_ALG_RS256 ? jwk.e : jwk.y, member(v, alg == LG_ALG_RS256 ? "e" : "y"));
	}
	lg_test_ctx_done(&t);
}

/* Sizes, exponents and curves that are not ours, a point beside the curve, bytes too many and too few. */
TEST(unfit_keys_are_refused)
{
	struct lg_ctx *cx = begin();
	const json_t *all = vectors(cx, "bad_keys.json");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *v = json_array_get(all, i);
		struct lg_pkey *key = NULL;
		enum lg_alg alg;
		CHECK_OK(lg_alg_from_name(member(v, "alg"), &alg));
		lg_status s = lg_pkey_from_public_der(cx, hex_member(cx, v, "der"), alg, &key);
		if (s.code != LG_E_MALFORMED)
			fail_msg("%s was taken", member(v, "name").ptr);
	}
	lg_test_ctx_done(&t);
}

/* The table of powers against plain exponentiation, at the ends of the range and between. */
TEST(powers_of_g_are_powers_of_g)
{
	struct lg_ctx *cx = begin();
	BN_CTX *bn = BN_CTX_new();
	BIGNUM *fast = BN_new(), *plain = BN_new(), *exponent = BN_new();
	unsigned char bytes[LG_SRP_EXPONENT_SIZE];
	for (int round = 0; round < 20; round++) {
		lg_rand_bytes(cx, bytes, sizeof(bytes));
		if (round < 3)
			memset(bytes, round == 2 ? 0xff : 0, sizeof(bytes));
		if (round == 1)
			bytes[sizeof(bytes) - 1] = 1;
		CHECK(BN_bin2bn(bytes, sizeof(bytes), exponent));
		CHECK(lg_srp_power_of_g(fast, lg_str_from_bytes(bytes, sizeof(bytes)), bn));
		CHECK(lg_srp_power(plain, lg_srp_group()->g, exponent, bn));
		CHECK(BN_cmp(fast, plain) == 0);
	}
	BN_free(fast);
	BN_free(plain);
	BN_free(exponent);
	BN_CTX_free(bn);
	lg_test_ctx_done(&t);
}

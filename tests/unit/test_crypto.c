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

TEST(hmac_follows_rfc_4231)
{
	struct lg_ctx *cx = begin();
	unsigned char mac[32];
	lg_str parts[] = { LG_STR("what do ya want "), LG_STR("for nothing?") };
	lg_hmac_sha256(LG_STR("Jefe"), parts, 2, mac);
	check_hex(cx, mac, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	char key[131];
	memset(key, 0xaa, sizeof(key));
	lg_str message = LG_STR("Test Using Larger Than Block-Size Key - Hash Key First");
	lg_hmac_sha256(lg_str_from_bytes(key, sizeof(key)), &message, 1, mac);
	check_hex(cx, mac, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	lg_test_ctx_done(&t);
}

TEST(hkdf_follows_rfc_5869)
{
	struct lg_ctx *cx = begin();
	unsigned char okm[42];
	lg_hkdf_sha256(hex(cx, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), hex(cx, "000102030405060708090a0b0c"),
		hex(cx, "f0f1f2f3f4f5f6f7f8f9"), okm, sizeof(okm));
	check_hex(cx, okm, sizeof(okm), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
	lg_hkdf_sha256(hex(cx, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), LG_STR(""), LG_STR(""), okm, sizeof(okm));
	check_hex(cx, okm, sizeof(okm), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
	lg_test_ctx_done(&t);
}

TEST(aead_opens_a_published_text)
{
	struct lg_ctx *cx = begin();
	/* McGrew and Viega, test case 16 */
	lg_str key = hex(cx, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
	lg_str aad = hex(cx, "feedfacedeadbeeffeedfacedeadbeefabaddad2");
	lg_str sealed = hex(cx, "cafebabefacedbaddecaf888522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3d"
				"a7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
	lg_str plain;
	CHECK_OK(lg_aead_open(cx, key, aad, sealed, &plain));
	check_hex(cx, (const unsigned char *)plain.ptr, plain.len,
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
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
		CHECK_CODE(lg_aead_open(cx, key, LG_STR("aad"), lg_str_from_bytes(copy, sealed.len), &plain), LG_E_MALFORMED);
		CHECK_CODE(lg_aead_open(cx, key, LG_STR("aad"), lg_str_slice(sealed, 0, i), &plain), LG_E_MALFORMED);
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
		lg_str even[] = { salt_hex.len % 2 ? LG_STR("0") : LG_STR(""), salt_hex }, salt, b, verifier, text, block, signature;
		CHECK_OK(lg_str_concat(cx, even, 2, &text));
		CHECK_OK(lg_hex_decode(cx, text, &salt));
		CHECK_OK(lg_hex_decode(cx, FIELD("b"), &b));
		unsigned before = cx->work.modexps;
		CHECK_OK(lg_srp_verifier(cx, FIELD("group"), FIELD("identity"), FIELD("password"), salt, &verifier));
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

static const char N_HEX[] = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

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
	for (int alg = LG_ALG_RS256; alg <= LG_ALG_ES256; alg++) {
		LG_CLEANUP(lg_pkey_freep) struct lg_pkey *key = NULL, *again = NULL, *public_key = NULL, *other = NULL;
		lg_str der, signature;
		CHECK_OK(lg_pkey_generate(cx, (enum lg_alg)alg, &key));
		CHECK_OK(lg_pkey_generate(cx, (enum lg_alg)alg, &other));
		CHECK_OK(lg_pkey_private_der(cx, key, &der));
		CHECK_OK(lg_pkey_from_private_der(cx, der, (enum lg_alg)alg, &again));
		CHECK_OK(lg_pkey_public_der(cx, key, &der));
		CHECK_OK(lg_pkey_from_public_der(cx, der, (enum lg_alg)alg, &public_key));
		CHECK_OK(lg_pkey_sign(cx, again, LG_STR("message"), &signature));
		CHECK(signature.len == (alg == LG_ALG_RS256 ? 256 : 64));
		CHECK_OK(lg_pkey_verify(cx, public_key, LG_STR("message"), signature));
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("massage"), signature), LG_E_MISMATCH);
		CHECK_CODE(lg_pkey_verify(cx, other, LG_STR("message"), signature), LG_E_MISMATCH);
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("message"), LG_STR("")), LG_E_MISMATCH);
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("message"), lg_str_slice(signature, 0, signature.len - 1)),
			LG_E_MISMATCH);
		char zero[1024] = { 0 };
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("message"), lg_str_from_bytes(zero, signature.len)), LG_E_MISMATCH);
		CHECK_CODE(lg_pkey_verify(cx, public_key, LG_STR("message"), lg_str_from_bytes(zero, sizeof(zero))), LG_E_MISMATCH);
		struct lg_jwk_public jwk;
		CHECK_OK(lg_pkey_jwk(cx, public_key, &jwk));
		if (alg == LG_ALG_RS256)
			CHECK_STR(jwk.e, LG_STR("AQAB"));
		else
			CHECK(jwk.x.len == 43 && jwk.y.len == 43);
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
	lg_str v1, v2, sealed, newer, plain;
	CHECK_CODE(lg_keyring_seal(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), LG_STR("x"), &sealed), LG_E_NOT_FOUND);
	CHECK_OK(lg_keyring_make(ring, cx, 7, LG_KEY_DATA, 1, &v1));
	CHECK_OK(lg_keyring_seal(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), LG_STR("x"), &sealed));
	CHECK_OK(lg_keyring_make(ring, cx, 7, LG_KEY_DATA, 2, &v2));
	CHECK_OK(lg_keyring_seal(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), LG_STR("x"), &newer));
	CHECK(sealed.ptr[4] == 1 && newer.ptr[4] == 2);
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

	lg_keyring_forget(ring, 7);
	CHECK(!lg_keyring_has(ring, 7, LG_KEY_DATA));
	CHECK_CODE(lg_keyring_open(ring, cx, 7, LG_KEY_DATA, LG_STR("a"), sealed, &plain), LG_E_NOT_FOUND);
	lg_keyring_free(ring);
	lg_keyring_free(same);
	lg_keyring_free(other);
	lg_test_ctx_done(&t);
}

TEST(keyring_holds_a_thousand_pools)
{
	struct lg_ctx *cx = begin();
	struct lg_keyring *ring = ring_of(1);
	lg_str wrapped, sealed, plain;
	for (int64_t pool = 1; pool <= 1000; pool++)
		for (int class = 0; class < LG_KEY_CLASSES; class++)
			CHECK_OK(lg_keyring_make(ring, cx, pool, (enum lg_key_class)class, 1, &wrapped));
	CHECK_OK(lg_keyring_seal(ring, cx, 500, LG_KEY_DECOY, LG_STR(""), LG_STR("x"), &sealed));
	for (int64_t pool = 1; pool <= 1000; pool += 2)
		lg_keyring_forget(ring, pool);
	CHECK_OK(lg_keyring_open(ring, cx, 500, LG_KEY_DECOY, LG_STR(""), sealed, &plain));
	lg_keyring_free(ring);
	lg_test_ctx_done(&t);
}

TEST(argon2id_is_the_published_function)
{
	struct lg_ctx *cx = begin();
	unsigned char hash[LG_PWHASH_SIZE], again[LG_PWHASH_SIZE];
	const unsigned char salt[LG_PWHASH_SALT_SIZE] = "0123456789abcdef";
	CHECK_OK(lg_pwhash(cx, LG_STR("Correct-horse-9"), salt, hash));
	CHECK_OK(lg_pwhash(cx, LG_STR("Correct-horse-9"), salt, again));
	CHECK(memcmp(hash, again, sizeof(hash)) == 0);
	CHECK_OK(lg_pwhash(cx, LG_STR("Correct-horse-8"), salt, again));
	CHECK(memcmp(hash, again, sizeof(hash)) != 0);
	CHECK(cx->work.hashes == 3);
	lg_test_ctx_done(&t);
}

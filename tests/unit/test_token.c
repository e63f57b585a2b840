#include "tests/lib/test.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/json.h"
#include "codec/shape_io.h"
#include "crypto/aead.h"
#include "crypto/pwhash.h"
#include "gen/rec_types.h"
#include "tests/lib/srp_client.h"
#include "tests/lib/totp.h"
#include "token/jws.h"
#include "token/keyholder.h"
#include "token/sealed.h"

static struct lg_test_ctx t;
static struct lg_keyring *ring;
static struct lg_keyholder *holder;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	CHECK_OK(lg_crypto_global_init());
	LG_CLEANUP(lg_secret_done) struct lg_secret root = { 0 };
	CHECK_OK(lg_secret_new(32, &root));
	CHECK_OK(lg_keyring_new(&root, &ring));
	lg_str wrapped;
	for (int64_t pool = 1; pool <= 2; pool++)
		for (int class = 0; class < LG_KEY_CLASSES; class ++)
			CHECK_OK(lg_keyring_make(ring, &t.cx, pool, (enum lg_key_class) class, 1, &wrapped));
	CHECK_OK(lg_keyholder_new(ring, &holder));
	return &t.cx;
}

static void
end(void)
{
	lg_keyholder_free(holder);
	lg_keyring_free(ring);
	lg_test_ctx_done(&t);
}

static lg_status
parse(struct lg_ctx *cx, const char *header, const char *rest)
{
	lg_str text, token;
	struct lg_jws jws;
	CHECK_OK(lg_base64url_encode(cx, lg_str_from_c(header), &text));
	lg_str parts[] = { text, lg_str_from_c(rest) };
	CHECK_OK(lg_str_concat(cx, parts, 2, &token));
	return lg_jws_parse(cx, token, &jws);
}

TEST(jws_header_is_exactly_kid_and_alg)
{
	struct lg_ctx *cx = begin();
	lg_str input, token;
	CHECK_OK(lg_jws_input(cx, LG_STR("k="), LG_ALG_RS256, LG_STR("{\"a\":1}"), &input));
	CHECK_STR(input, LG_STR("eyJraWQiOiJrPSIsImFsZyI6IlJTMjU2In0.eyJhIjoxfQ"));
	CHECK_OK(lg_jws_join(cx, input, LG_STR("sig"), &token));
	struct lg_jws jws;
	CHECK_OK(lg_jws_parse(cx, token, &jws));
	CHECK_STR(jws.kid, LG_STR("k="));
	CHECK_STR(jws.alg, LG_STR("RS256"));
	CHECK_STR(jws.input, input);
	CHECK_STR(jws.signature, LG_STR("sig"));
	CHECK(json_integer_value(lg_json_member(jws.claims, LG_STR("a"))) == 1);
	end();
}

TEST(jws_refuses_what_is_no_plain_signed_token)
{
	struct lg_ctx *cx = begin();
	static const char good[] = "{\"kid\":\"k\",\"alg\":\"RS256\"}";
	CHECK_OK(parse(cx, good, ".e30.c2ln"));
	CHECK_OK(parse(cx, "{\"kid\":\"k\",\"alg\":\"RS256\",\"jku\":\"https://evil\",\"jwk\":{}}",
		".e30.c2ln")); /* looked at by nobody */
	const char *rests[] = { "", ".e30", ".e30.", "..c2ln", ".e30.c2ln.x", ".W10.c2ln", ".e30=.c2ln",
		".e30.c2l=", ".e30.c2ln.", ".eyJhIjoxLCJhIjoyfQ.c2ln" /* duplicate keys */ };
	for (size_t i = 0; i < LG_LEN(rests); i++)
		CHECK_CODE(parse(cx, good, rests[i]), LG_E_MALFORMED);
	const char *headers[] = { "{}", "[]", "{\"kid\":\"k\"}", "{\"alg\":\"RS256\"}",
		"{\"kid\":1,\"alg\":\"RS256\"}", "{\"kid\":\"k\",\"alg\":\"RS256\",\"crit\":[\"exp\"]}",
		"{\"kid\":\"k\",\"alg\":\"RS256\",\"b64\":false}",
		"{\"kid\":\"k\",\"alg\":\"RS256\",\"zip\":\"DEF\"}",
		"{\"kid\":\"k\",\"alg\":\"dir\",\"enc\":\"A256GCM\"}",
		"{\"kid\":\"k\",\"alg\":\"RS256\",\"cty\":\"JWT\"}" };
	for (size_t i = 0; i < LG_LEN(headers); i++)
		CHECK_CODE(parse(cx, headers[i], ".e30.c2ln"), LG_E_MALFORMED);
	end();
}

TEST(sealed_tokens_open_for_their_pool_and_purpose_only)
{
	struct lg_ctx *cx = begin();
	struct lg_rec_session state = { .username = LG_STR("ada"), .client_id = LG_STR("c") }, back = { 0 };
	lg_str token;
	CHECK_OK(lg_sealed_make(cx, ring, 1, LG_STR("session"), &lg_shape_rec_session, &state, &token));
	CHECK_OK(lg_sealed_open(cx, ring, 1, LG_STR("session"), token, &lg_shape_rec_session, &back));
	CHECK_STR(back.username, LG_STR("ada"));
	CHECK_CODE(lg_sealed_open(cx, ring, 1, LG_STR("srp"), token, &lg_shape_rec_session, &back),
		LG_E_MALFORMED);
	CHECK_CODE(lg_sealed_open(cx, ring, 2, LG_STR("session"), token, &lg_shape_rec_session, &back),
		LG_E_MALFORMED);
	CHECK_CODE(lg_sealed_open(
			   cx, ring, 1, LG_STR("session"), LG_STR("AYABe"), &lg_shape_rec_session, &back),
		LG_E_MALFORMED);
	CHECK_CODE(lg_sealed_open(cx, ring, 1, LG_STR("session"), LG_STR(""), &lg_shape_rec_session, &back),
		LG_E_MALFORMED);
	CHECK_CODE(lg_sealed_jwe_open(cx, ring, 1, LG_STR("session"), token, &lg_shape_rec_session, &back),
		LG_E_MALFORMED);

	char *huge = lg_new_array(cx, char, LG_JWS_MAX_BYTES + 1);
	memset(huge, 'A', LG_JWS_MAX_BYTES + 1);
	lg_str long_text = lg_str_from_bytes(huge, LG_JWS_MAX_BYTES + 1);
	struct lg_jws jws;
	CHECK_CODE(lg_jws_parse(cx, long_text, &jws), LG_E_MALFORMED);
	CHECK_CODE(lg_sealed_open(cx, ring, 1, LG_STR("session"), long_text, &lg_shape_rec_session, &back),
		LG_E_MALFORMED);
	CHECK_CODE(
		lg_sealed_jwe_open(cx, ring, 1, LG_STR("session"), long_text, &lg_shape_rec_session, &back),
		LG_E_MALFORMED);

	CHECK_OK(lg_sealed_jwe_make(cx, ring, 1, LG_STR("refresh"), &lg_shape_rec_session, &state, &token));
	lg_str longer[] = { token, LG_STR(".") }, six;
	CHECK_OK(lg_str_concat(cx, longer, LG_LEN(longer), &six));
	CHECK_CODE(lg_sealed_jwe_open(cx, ring, 1, LG_STR("refresh"), six, &lg_shape_rec_session, &back),
		LG_E_MALFORMED);
	CHECK(lg_str_starts(token, LG_STR("eyJjdHkiOiJKV1Qi")));
	size_t dots = 0;
	for (size_t i = 0; i < token.len; i++)
		dots += token.ptr[i] == '.';
	CHECK(dots == 4);
	CHECK_OK(lg_sealed_jwe_open(cx, ring, 1, LG_STR("refresh"), token, &lg_shape_rec_session, &back));
	for (size_t i = 0; i < token.len; i += 7) {
		lg_str copy;
		CHECK_OK(lg_str_dup(cx, token, &copy));
		((char *)(uintptr_t)copy.ptr)[i] ^= 1;
		CHECK_CODE(lg_sealed_jwe_open(
				   cx, ring, 1, LG_STR("refresh"), copy, &lg_shape_rec_session, &back),
			LG_E_MALFORMED);
	}
	end();
}

/* What any JWE library would do with the key (RFC 7516, 5.2). */
TEST(refresh_tokens_are_true_jwes)
{
	struct lg_ctx *cx = begin();
	struct lg_rec_session state = { .username = LG_STR("ada") }, back = { 0 };
	lg_str rest, parts[5], bytes[5], sealed, plain;
	CHECK_OK(lg_sealed_jwe_make(cx, ring, 1, LG_STR("refresh"), &lg_shape_rec_session, &state, &rest));
	for (size_t i = 0; i < 5; i++) {
		parts[i] = lg_str_cut(&rest, '.');
		CHECK_OK(lg_base64url_decode(cx, parts[i], &bytes[i]));
	}
	CHECK_STR(bytes[0], LG_STR("{\"cty\":\"JWT\",\"enc\":\"A256GCM\",\"alg\":\"dir\"}"));
	CHECK(bytes[1].len == 0 && bytes[2].len == 12 && bytes[4].len == 16);
	unsigned char key[32];
	CHECK_OK(lg_keyring_derive(ring, cx, 1, LG_KEY_CREDENTIAL, LG_STR("jwe refresh"), 0, key));
	CHECK_OK(lg_str_concat(cx, bytes + 2, 3, &sealed));
	CHECK_OK(lg_aead_open(cx, lg_str_from_bytes(key, sizeof(key)), parts[0], sealed, &plain));
	CHECK_OK(lg_shape_from_cbor(cx, &lg_shape_rec_session, plain, &back));
	CHECK_STR(back.username, LG_STR("ada"));
	end();
}

TEST(sealed_tokens_survive_rotations)
{
	struct lg_ctx *cx = begin();
	struct lg_rec_session state = { .username = LG_STR("ada") }, back = { 0 };
	lg_str token, jwe, wrapped;
	CHECK_OK(lg_sealed_make(cx, ring, 1, LG_STR("session"), &lg_shape_rec_session, &state, &token));
	CHECK_OK(lg_sealed_jwe_make(cx, ring, 1, LG_STR("refresh"), &lg_shape_rec_session, &state, &jwe));
	for (int64_t version = 2; version <= 5; version++) {
		CHECK_OK(
			lg_sealed_open(cx, ring, 1, LG_STR("session"), token, &lg_shape_rec_session, &back));
		CHECK_OK(lg_sealed_jwe_open(
			cx, ring, 1, LG_STR("refresh"), jwe, &lg_shape_rec_session, &back));
		CHECK_OK(lg_keyring_make(ring, cx, 1, LG_KEY_CREDENTIAL, version, &wrapped));
	}
	/* Four versions, not five. */
	CHECK_CODE(lg_sealed_open(cx, ring, 1, LG_STR("session"), token, &lg_shape_rec_session, &back),
		LG_E_MALFORMED);
	CHECK_CODE(lg_sealed_jwe_open(cx, ring, 1, LG_STR("refresh"), jwe, &lg_shape_rec_session, &back),
		LG_E_MALFORMED);
	end();
}

TEST(private_keys_sign_for_their_pool_only)
{
	struct lg_ctx *cx = begin();
	lg_str sealed, public_der, moved;
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *public_key = NULL;
	CHECK_OK(lg_keyholder_make_key(holder, cx, 1, LG_ALG_ES256, &sealed, &public_der));
	CHECK_OK(lg_pkey_from_public_der(cx, public_der, LG_ALG_ES256, &public_key));
	struct lg_sign_job jobs[2] = { { .pool = 1,
					       .kid = LG_STR("a"),
					       .alg = LG_ALG_ES256,
					       .sealed = sealed,
					       .input = LG_STR("x") },
		{ .pool = 1,
			.kid = LG_STR("a"),
			.alg = LG_ALG_ES256,
			.sealed = sealed,
			.input = LG_STR("y") } };
	CHECK_OK(lg_keyholder_sign(holder, cx, jobs, 2));
	CHECK_OK(lg_pkey_verify(cx, public_key, LG_STR("x"), jobs[0].signature));
	CHECK_OK(lg_pkey_verify(cx, public_key, LG_STR("y"), jobs[1].signature));
	CHECK(cx->work.signatures == 2);

	struct lg_sign_job foreign = {
		.pool = 2, .kid = LG_STR("a"), .alg = LG_ALG_ES256, .sealed = sealed, .input = LG_STR("x")
	};
	CHECK(lg_failed(lg_keyholder_sign(holder, cx, &foreign, 1)));
	CHECK_OK(lg_keyholder_move_key(holder, cx, 1, 2, sealed, &moved));
	foreign.sealed = moved;
	CHECK_OK(lg_keyholder_sign(holder, cx, &foreign, 1));
	CHECK_OK(lg_pkey_verify(cx, public_key, LG_STR("x"), foreign.signature));
	end();
}

static const struct lg_srp_name ada = { LG_STR_INIT("AbCdEf123"), LG_STR_INIT("ada") };
static const struct lg_owner ada_owner = { 1, LG_STR_INIT("0123456789abcdef") };

TEST(passwords_are_checked_by_their_own_scheme)
{
	struct lg_ctx *cx = begin();
	for (int scheme = LG_PASSWORD_SRP; scheme <= LG_PASSWORD_ARGON2ID; scheme++) {
		lg_str sealed;
		enum lg_password_scheme mine = (enum lg_password_scheme)scheme,
					other = scheme ? LG_PASSWORD_SRP : LG_PASSWORD_ARGON2ID;
		CHECK_OK(lg_keyholder_password_make(
			holder, cx, ada_owner, mine, ada, LG_STR("right"), &sealed));
		CHECK_OK(lg_keyholder_password_check(
			holder, cx, ada_owner, mine, ada, LG_STR("right"), sealed));
		CHECK_OK(lg_keyholder_password_check(
			holder, cx, ada_owner, other, ada, LG_STR("right"), sealed));
		CHECK_CODE(lg_keyholder_password_check(
				   holder, cx, ada_owner, mine, ada, LG_STR("wrong"), sealed),
			LG_E_MISMATCH);
		struct lg_owner eve = { 1, LG_STR("fedcba9876543210") };
		CHECK_CODE(lg_keyholder_password_check(holder, cx, eve, mine, ada, LG_STR("right"), sealed),
			LG_E_MALFORMED);
	}
	end();
}

TEST(nobody_costs_what_somebody_costs)
{
	struct lg_ctx *cx = begin();
	for (int scheme = LG_PASSWORD_SRP; scheme <= LG_PASSWORD_ARGON2ID; scheme++) {
		lg_str sealed;
		CHECK_OK(lg_keyholder_password_make(holder, cx, ada_owner, (enum lg_password_scheme)scheme,
			ada, LG_STR("right"), &sealed));
		struct lg_work work[2];
		for (int there = 0; there < 2; there++) {
			cx->work = (struct lg_work){ 0 };
			CHECK_CODE(lg_keyholder_password_check(holder, cx, ada_owner,
					   (enum lg_password_scheme)scheme, ada, LG_STR("wrong"),
					   there ? sealed : LG_STR_NONE),
				LG_E_MISMATCH);
			work[there] = cx->work;
		}
		CHECK(memcmp(&work[0], &work[1], sizeof(work[0])) == 0);
		CHECK(work[0].hashes + work[0].modexps == 1);
	}
	end();
}

/* One SRP exchange; `alter` spoils something on the way. */
enum alter { NOTHING, PASSWORD, STATE, OWNER, SIGNATURE, SHORT_SIGNATURE, TIMESTAMP, ZERO_A, CREDENTIAL };

static lg_status
exchange(struct lg_ctx *cx, lg_str sealed, enum alter alter, struct lg_work *ret_work)
{
	struct srp_client *client = srp_client_new(NULL);
	struct lg_srp_challenge challenge;
	lg_str A;
	CHECK_OK(lg_str_dup(cx, lg_str_from_c(srp_client_A(client)), &A));
	cx->work = (struct lg_work){ 0 };
	CHECK_OK(lg_keyholder_srp_begin(holder, cx, ada_owner, ada, sealed, A, &challenge));

	lg_str block = LG_STR("any bytes"), block64, signature_text = LG_STR_NONE;
	char signature[45];
	CHECK_OK(lg_base64_encode(cx, block, &block64));
	struct lg_srp_proof proof = {
		.state = challenge.state, .A_hex = A, .secret_block = block, .timestamp = LG_STR("now")
	};
	struct srp_client_challenge given = { .pool_name = ada.group,
		.user_id = ada.identity,
		.password = alter == PASSWORD ? LG_STR("wrong") : LG_STR("right"),
		.salt_hex = challenge.salt_hex,
		.B_hex = challenge.B_hex,
		.secret_block = block64,
		.timestamp = proof.timestamp };
	CHECK(srp_client_sign(client, &given, signature));
	CHECK_OK(lg_base64_decode(cx, lg_str_from_c(signature), &signature_text));
	proof.signature = signature_text;
	srp_client_free(client);

	struct lg_owner owner = ada_owner;
	if (alter == STATE)
		proof.state = LG_STR("made up");
	if (alter == OWNER)
		owner.uid = LG_STR("fedcba9876543210");
	if (alter == SIGNATURE)
		proof.signature = LG_STR("00000000000000000000000000000000");
	if (alter == SHORT_SIGNATURE)
		proof.signature = lg_str_slice(proof.signature, 0, 31);
	if (alter == TIMESTAMP)
		proof.timestamp = LG_STR("later");
	if (alter == ZERO_A)
		proof.A_hex = LG_STR("0");
	if (alter == CREDENTIAL)
		CHECK_OK(lg_keyholder_password_make(
			holder, cx, ada_owner, LG_PASSWORD_SRP, ada, LG_STR("right"), &sealed));
	struct lg_work before = cx->work;
	lg_status s = lg_keyholder_srp_finish(
		holder, cx, owner, ada, alter == OWNER ? LG_STR_NONE : sealed, &proof);
	CHECK(cx->work.modexps == before.modexps + 2);
	*ret_work = cx->work;
	return s;
}

TEST(a_hash_that_was_taken_over_checks_passwords_but_proves_nothing_by_srp)
{
	const lg_str hash = LG_STR("$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$"
				   "1gLD2mTX2iUCTKal4Zc+eP2//iQu63ALDvdzLMnIWHQ");
	struct lg_ctx *cx = begin();
	lg_str sealed;
	struct lg_work work;
	CHECK_CODE(lg_keyholder_password_take(holder, cx, ada_owner, LG_FOREIGN_BCRYPT, hash, &sealed),
		LG_E_MALFORMED);
	CHECK_OK(lg_keyholder_password_take(
		holder, cx, ada_owner, LG_FOREIGN_PBKDF2_SHA256, hash, &sealed));
	for (int scheme = LG_PASSWORD_SRP; scheme <= LG_PASSWORD_ARGON2ID; scheme++) {
		CHECK_OK(lg_keyholder_password_check(holder, cx, ada_owner, (enum lg_password_scheme)scheme,
			ada, LG_STR("Correct-horse-9"), sealed));
		CHECK_CODE(lg_keyholder_password_check(holder, cx, ada_owner,
				   (enum lg_password_scheme)scheme, ada, LG_STR("wrong"), sealed),
			LG_E_MISMATCH);
	}
	CHECK_CODE(exchange(cx, sealed, NOTHING, &work), LG_E_MISMATCH);
	end();
}

TEST(srp_proves_the_password_and_nothing_else_does)
{
	struct lg_ctx *cx = begin();
	lg_str sealed;
	struct lg_work work;
	CHECK_OK(lg_keyholder_password_make(
		holder, cx, ada_owner, LG_PASSWORD_SRP, ada, LG_STR("right"), &sealed));
	CHECK_OK(exchange(cx, sealed, NOTHING, &work));
	CHECK(work.modexps == 3);
	for (enum alter alter = PASSWORD; alter <= CREDENTIAL; alter++)
		CHECK_CODE(exchange(cx, sealed, alter, &work), LG_E_MISMATCH);
	end();
}

TEST(a_verifier_that_came_from_a_device_proves_by_srp_and_is_no_password)
{
	struct lg_ctx *cx = begin();
	struct srp_client *client = srp_client_new(NULL);
	const lg_str salt_hex = LG_STR("0c3b1c5d7e9a0b2c4d6e8f00112233aa");
	char text[SRP_VERIFIER_SIZE];
	lg_str salt, verifier, sealed;
	CHECK(srp_client_verifier(client, ada.group, ada.identity, LG_STR("right"), salt_hex, text));
	srp_client_free(client);
	CHECK_OK(lg_hex_decode(cx, salt_hex, &salt));
	CHECK_OK(lg_base64_decode(cx, lg_str_from_c(text), &verifier));
	CHECK_OK(lg_keyholder_verifier_seal(holder, cx, ada_owner, salt, verifier, &sealed));

	struct lg_srp_challenge challenge; /* a salt is a number: no zero in front of it */
	CHECK_OK(lg_keyholder_srp_begin(holder, cx, ada_owner, ada, sealed, LG_STR("2"), &challenge));
	CHECK_STR(challenge.salt_hex, lg_str_slice(salt_hex, 1, salt_hex.len));
	struct lg_work work;
	CHECK_OK(exchange(cx, sealed, NOTHING, &work));
	for (enum alter alter = PASSWORD; alter <= CREDENTIAL; alter++)
		CHECK_CODE(exchange(cx, sealed, alter, &work), LG_E_MISMATCH);
	for (int scheme = LG_PASSWORD_SRP; scheme <= LG_PASSWORD_ARGON2ID; scheme++)
		CHECK_CODE(lg_keyholder_password_check(holder, cx, ada_owner,
				   (enum lg_password_scheme)scheme, ada, LG_STR("right"), sealed),
			LG_E_MISMATCH);
	const struct lg_owner eve = { ada_owner.pool, LG_STR("fedcba9876543210") };
	CHECK_CODE(lg_keyholder_srp_begin(holder, cx, eve, ada, sealed, LG_STR("2"), &challenge),
		LG_E_MALFORMED);
	end();
}

TEST(srp_with_nobody_looks_and_costs_the_same)
{
	struct lg_ctx *cx = begin();
	lg_str sealed, argon;
	struct lg_work known, unknown, without;
	CHECK_OK(lg_keyholder_password_make(
		holder, cx, ada_owner, LG_PASSWORD_SRP, ada, LG_STR("right"), &sealed));
	CHECK_OK(lg_keyholder_password_make(
		holder, cx, ada_owner, LG_PASSWORD_ARGON2ID, ada, LG_STR("right"), &argon));
	CHECK_CODE(exchange(cx, sealed, PASSWORD, &known), LG_E_MISMATCH);
	CHECK_CODE(exchange(cx, LG_STR_NONE, NOTHING, &unknown), LG_E_MISMATCH);
	CHECK_CODE(exchange(cx, argon, NOTHING, &without), LG_E_MISMATCH);
	CHECK(memcmp(&known, &unknown, sizeof(known)) == 0);
	CHECK(memcmp(&known, &without, sizeof(known)) == 0);

	/* The salt is stable for a name, differs between names; B is fresh. */
	struct lg_srp_challenge first, second, other;
	struct lg_srp_name eve = { ada.group, LG_STR("eve") };
	CHECK_OK(lg_keyholder_srp_begin(holder, cx, ada_owner, ada, LG_STR_NONE, LG_STR("2"), &first));
	CHECK_OK(lg_keyholder_srp_begin(holder, cx, ada_owner, ada, LG_STR_NONE, LG_STR("2"), &second));
	CHECK_OK(lg_keyholder_srp_begin(holder, cx, ada_owner, eve, LG_STR_NONE, LG_STR("2"), &other));
	CHECK_STR(first.salt_hex, second.salt_hex);
	CHECK(first.salt_hex.len == 32);
	CHECK(!lg_str_eq(first.B_hex, second.B_hex));
	CHECK(!lg_str_eq(first.salt_hex, other.salt_hex));
	CHECK_CODE(lg_keyholder_srp_begin(holder, cx, ada_owner, ada, sealed, LG_STR("0"), &first),
		LG_E_MALFORMED);
	end();
}

TEST(code_macs_belong_to_user_and_purpose)
{
	struct lg_ctx *cx = begin();
	unsigned char a[32], b[32];
	CHECK_OK(lg_keyholder_code_mac(holder, cx, ada_owner, LG_STR("signup"), LG_STR("123456"), a));
	CHECK_OK(lg_keyholder_code_mac(holder, cx, ada_owner, LG_STR("signup"), LG_STR("123456"), b));
	CHECK(memcmp(a, b, 32) == 0);
	CHECK_OK(lg_keyholder_code_mac(holder, cx, ada_owner, LG_STR("signup1"), LG_STR("23456"), b));
	CHECK(memcmp(a, b, 32) != 0);
	struct lg_owner eve = { 1, LG_STR("fedcba9876543210") };
	CHECK_OK(lg_keyholder_code_mac(holder, cx, eve, LG_STR("signup"), LG_STR("123456"), b));
	CHECK(memcmp(a, b, 32) != 0);
	end();
}

TEST(a_totp_secret_opens_for_its_user_only)
{
	struct lg_ctx *cx = begin();
	lg_str sealed, secret;
	CHECK_OK(lg_keyholder_totp_make(holder, cx, ada_owner, &sealed, &secret));
	assert_int_equal(secret.len, 52);
	char code[7];
	totp_app_code(secret, cx->now, 0, code);
	int64_t step;
	CHECK_OK(lg_keyholder_totp_check(holder, cx, ada_owner, sealed, lg_str_from_c(code), &step));
	assert_int_equal(step, cx->now.ms / 30000);
	totp_app_code(secret, cx->now, -1, code);
	CHECK_OK(lg_keyholder_totp_check(holder, cx, ada_owner, sealed, lg_str_from_c(code), &step));
	assert_int_equal(step, cx->now.ms / 30000 - 1);
	const char *const wrong[] = { "", "12345", "1234567", "12345x" };
	for (size_t i = 0; i < LG_LEN(wrong); i++)
		CHECK_CODE(lg_keyholder_totp_check(holder, cx, ada_owner, sealed, lg_str_from_c(wrong[i]),
			&step), LG_E_MISMATCH);

	struct lg_owner eve = { 1, LG_STR("fedcba9876543210") };
	CHECK_CODE(lg_keyholder_totp_check(holder, cx, eve, sealed, lg_str_from_c(code), &step),
		LG_E_MALFORMED);
	struct lg_owner elsewhere = { 2, ada_owner.uid };
	CHECK(lg_failed(lg_keyholder_totp_check(holder, cx, elsewhere, sealed, lg_str_from_c(code), &step)));
	end();
}

/* spec/user-pools.md 17 */
TEST(secret_hash_vector)
{
	struct lg_ctx *cx = begin();
	lg_str secret = LG_STR("13ka4h7u28d9oo44tqpq9djqsfvhvu8rk4d2ighvpu0k8fj1c2r9"),
	       client = LG_STR("26cb2c60kq7nbmas7rbme9b6pp");
	lg_str hash = LG_STR("ikLuKWUuQPD74/RhPJuoIquzppq5DfWi4w/wK3dJOLI=");
	CHECK_OK(lg_keyholder_secret_hash_check(holder, cx, secret, LG_STR("alice"), client, hash));
	CHECK_CODE(lg_keyholder_secret_hash_check(holder, cx, secret, LG_STR("alicf"), client, hash),
		LG_E_MISMATCH);
	CHECK_CODE(lg_keyholder_secret_hash_check(holder, cx, secret, LG_STR("alice"), client, LG_STR("")),
		LG_E_MISMATCH);
	end();
}

#include "tests/unit/webauthn.h"

TEST(each_algorithm_registers_and_signs_in)
{
	begin();
	for (size_t i = 0; i < LG_LEN(all); i++) {
		how = authenticator_right(CHALLENGE, ORIGIN, RP_ID);
		how.alg = all[i];
		struct lg_webauthn_credential made = credential();
		CHECK(made.alg == all[i] && made.count == 1 && made.user_verified);
		CHECK_STR(made.id, how.id);
		CHECK_STR(made.format, LG_STR("none"));
		const struct lg_webauthn_assertion sent = authenticator_get(cx, &how);
		CHECK_OK(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &made));
		CHECK(made.count == 2);
	}
	end();
}

TEST(an_algorithm_that_was_not_offered_is_refused)
{
	begin();
	for (size_t i = 0; i < LG_LEN(all); i++) {
		how.alg = all[i];
		const struct lg_webauthn_registration sent = authenticator_create(cx, &how);
		struct lg_webauthn_credential made;
		enum lg_cose_alg others[] = { all[(i + 1) % 3], all[(i + 2) % 3] };
		CHECK_CODE(lg_webauthn_register(cx, &expect, others, 2, &sent, &made),
			LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	}
	end();
}

TEST(a_challenge_is_the_one_that_was_sent)
{
	begin();
	const struct lg_webauthn_credential made = credential();
	static const char *const others[] = { "", "another",
		"Y2hhbGxlbmdlIG9mIHRoZSB0ZXN0cw==", "Y2hhbGxlbmdlIG9mIHRoZSB0ZXN0c",
		"y2hhbGxlbmdlIG9mIHRoZSB0ZXN0cw" };
	for (size_t i = 0; i < LG_LEN(others); i++) {
		how.challenge = lg_str_from_c(others[i]);
		CHECK(register_code() == LG_E_WEBAUTHN_CHALLENGE_NOT_FOUND);
		CHECK(assert_code(&made) == LG_E_MISMATCH);
	}
	/* Where none is pending, an empty one is none either. */
	how.challenge = LG_STR("");
	expect.challenge = LG_STR("");
	CHECK(register_code() == LG_E_WEBAUTHN_CHALLENGE_NOT_FOUND);
	expect.challenge = LG_STR_NONE;
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	end();
}

TEST(a_ceremony_is_of_its_type)
{
	begin();
	const struct lg_webauthn_credential made = credential();
	how.type = LG_STR("webauthn.get");
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	CHECK(assert_code(&made) == LG_E_OK);
	how.type = LG_STR("webauthn.create");
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.type = LG_STR("payment.get");
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.type = LG_STR("WebAuthn.create");
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	end();
}

TEST(an_origin_is_below_the_id_with_scheme_and_port)
{
	begin();
	static const struct {
		const char *origin, *rp_id;
		bool allowed;
	} rows[] = {
		{ "https://example.com", "example.com", true },
		{ "https://app.example.com", "example.com", true },
		{ "https://a.b.example.com", "example.com", true },
		{ "http://example.com", "example.com", false },
		{ "https://example.com:8443", "example.com", false },
		{ "https://example.com:443", "example.com", false },
		{ "https://example.com/", "example.com", false },
		{ "https://example.com.", "example.com", false },
		{ "https://.example.com", "example.com", false },
		{ "https://a..example.com", "example.com", false },
		{ "https://Example.com", "example.com", false },
		{ "https://evilexample.com", "example.com", false },
		{ "https://example.com.evil.net", "example.com", false },
		{ "https://example.com@evil.net", "example.com", false },
		{ "https://evil.net#.example.com", "example.com", false },
		{ "https://evil.net/.example.com", "example.com", false },
		{ "https://evil.net?.example.com", "example.com", false },
		{ "https://evil.net\\.example.com", "example.com", false },
		{ "https://com", "example.com", false },
		{ "https://", "example.com", false },
		{ "https://:", "", false },
		{ "", "", false },
		{ "null", "example.com", false },
		{ "HTTPS://example.com", "example.com", false },
		{ "ftp://example.com", "example.com", false },
		{ "https:example.com", "example.com", false },
		{ "android:apk-key-hash:abc", "example.com", false },
		{ "https://example.com", "app.example.com", false },
		{ "http://localhost", "localhost", true },
		{ "http://localhost:9500", "localhost", true },
		{ "https://localhost:9500", "localhost", true },
		{ "http://app.localhost:3000", "localhost", true },
		{ "http://localhost:0", "localhost", false },
		{ "http://localhost:", "localhost", false },
		{ "http://localhost:65536", "localhost", false },
		{ "http://localhost:80:80", "localhost", false },
		{ "http://localhost:+80", "localhost", false },
		{ "http://localhost.example.com", "example.com", false },
		{ "http://notlocalhost", "localhost", false },
		{ "http://127.0.0.1:9500", "127.0.0.1", false },
		{ "https://example.com", "", false },
	};
	const struct lg_str_list none = { 0 };
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		const bool allowed = lg_webauthn_origin_allowed(
			lg_str_from_c(rows[i].origin), lg_str_from_c(rows[i].rp_id), &none);
		if (allowed != rows[i].allowed)
			print_error("%s for %s\n", rows[i].origin, rows[i].rp_id);
		CHECK(allowed == rows[i].allowed);
	}
	const struct lg_webauthn_credential made = credential();
	how.origin = LG_STR("http://app.example.com");
	CHECK(register_code() == LG_E_WEBAUTHN_ORIGIN_NOT_ALLOWED);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	end();
}

TEST(a_list_of_origins_is_exact)
{
	begin();
	lg_str listed[] = { LG_STR("https://app.example.com:8443"), LG_STR("android:apk-key-hash:abc") };
	const struct lg_webauthn_credential made = credential();
	expect.origins = (struct lg_str_list){ .items = listed, .count = 2, .has = true };
	CHECK(register_code() == LG_E_WEBAUTHN_ORIGIN_NOT_ALLOWED);
	for (size_t i = 0; i < LG_LEN(listed); i++) {
		how.origin = listed[i];
		CHECK(register_code() == LG_E_OK);
		CHECK(assert_code(&made) == LG_E_OK);
	}
	how.origin = LG_STR("https://app.example.com:8444");
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	expect.origins.count = 0;
	how.origin = ORIGIN;
	CHECK(register_code() == LG_E_WEBAUTHN_ORIGIN_NOT_ALLOWED);
	end();
}

TEST(a_frame_of_another_origin_is_refused)
{
	begin();
	const struct lg_webauthn_credential made = credential();
	static const char *const refused[] = { ",\"crossOrigin\":true", ",\"crossOrigin\":\"false\"",
		",\"topOrigin\":\"https://app.example.com\"",
		",\"crossOrigin\":false,\"topOrigin\":\"https://evil.net\"", ",\"topOrigin\":null" };
	for (size_t i = 0; i < LG_LEN(refused); i++) {
		how.client_more = lg_str_from_c(refused[i]);
		CHECK(register_code() == LG_E_WEBAUTHN_ORIGIN_NOT_ALLOWED);
		CHECK(assert_code(&made) == LG_E_MISMATCH);
	}
	static const char *const fine[] = { ",\"crossOrigin\":false",
		",\"tokenBinding\":{\"status\":\"present\",\"id\":\"abc\"}", ",\"other_keys\":\"{}\"" };
	for (size_t i = 0; i < LG_LEN(fine); i++) {
		how.client_more = lg_str_from_c(fine[i]);
		CHECK(register_code() == LG_E_OK);
		CHECK(assert_code(&made) == LG_E_OK);
	}
	end();
}

TEST(client_data_is_one_object_without_duplicates)
{
	begin();
	struct lg_webauthn_client client;
	static const char *const bad[] = { "", "{", "[]", "\"x\"", "{}", "null",
		"{\"type\":\"a\",\"challenge\":\"b\"}", "{\"type\":\"a\",\"challenge\":\"b\",\"origin\":1}",
		"{\"type\":\"a\",\"challenge\":\"b\",\"origin\":\"c\",\"origin\":\"d\"}",
		"{\"type\":\"a\",\"challenge\":\"b\",\"origin\":\"c\"}x",
		"{\"type\":\"a\",\"challenge\":\"b\",\"origin\":\"c\"},",
		"{\"type\":\"a\",\"challenge\":\"b\",\"origin\":null}",
		"\xef\xbb\xbf{\"type\":\"a\",\"challenge\":\"b\",\"origin\":\"c\"}" };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(
			lg_webauthn_client_read(cx, lg_str_from_c(bad[i]), &client), LG_E_INVALID_PARAMETER);
	lg_str padding;
	CHECK_OK(lg_str_fmt(cx, &padding, ",\"pad\":\"%0*d\"", LG_WEBAUTHN_CLIENT_DATA_MAX, 0));
	how.client_more = padding;
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	end();
}

TEST(an_id_of_the_relying_party_is_compared_by_hash)
{
	begin();
	const struct lg_webauthn_credential made = credential();
	how.rp_id = LG_STR("example.org");
	CHECK(register_code() == LG_E_WEBAUTHN_RELYING_PARTY_MISMATCH);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.rp_id = LG_STR("app.example.com");
	CHECK(register_code() == LG_E_WEBAUTHN_RELYING_PARTY_MISMATCH);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	end();
}

TEST(a_user_is_present_and_verified_when_asked)
{
	begin();
	const struct lg_webauthn_credential made = credential();
	how.flags = FLAG_UV;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.flags = FLAG_UP;
	CHECK(register_code() == LG_E_OK);
	CHECK(assert_code(&made) == LG_E_OK);
	expect.user_verification = true;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.flags = FLAG_UP | FLAG_UV;
	CHECK(register_code() == LG_E_OK);
	CHECK(assert_code(&made) == LG_E_OK);
	end();
}

TEST(what_is_backed_up_is_eligible_and_stays_so)
{
	begin();
	struct lg_webauthn_credential made = credential();
	CHECK(!made.backup_eligible && !made.backed_up);
	how.flags = FLAG_UP | FLAG_BS;
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.flags = FLAG_UP | FLAG_BE;
	CHECK(assert_code(&made) == LG_E_MISMATCH);

	how.count = 0;
	made = credential();
	CHECK(made.backup_eligible && !made.backed_up);
	how.flags = FLAG_UP | FLAG_BE | FLAG_BS;
	const struct lg_webauthn_assertion sent = authenticator_get(cx, &how);
	CHECK_OK(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &made));
	CHECK(made.backed_up && !made.user_verified);
	how.flags = FLAG_UP;
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	end();
}

TEST(a_counter_rises_or_is_none)
{
	begin();
	struct lg_webauthn_credential made = credential();
	static const struct {
		uint32_t before, now;
		int code;
	} rows[] = { { 0, 0, LG_E_OK }, { 0, 1, LG_E_OK }, { 1, 0, LG_E_MISMATCH }, { 7, 7, LG_E_MISMATCH },
		{ 7, 6, LG_E_MISMATCH }, { 7, 8, LG_E_OK }, { UINT32_MAX, 0, LG_E_MISMATCH },
		{ UINT32_MAX - 1, UINT32_MAX, LG_E_OK }, { UINT32_MAX, 1, LG_E_MISMATCH } };
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		made.count = rows[i].before;
		how.count = rows[i].now;
		CHECK(assert_code(&made) == rows[i].code);
	}
	end();
}

TEST(a_credential_is_the_users_own)
{
	begin();
	const struct lg_webauthn_credential made = credential();
	how.id = LG_STR("id of a credential of another");
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.id = made.id;
	how.user_handle = LG_STR("handle of another");
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.user_handle = LG_STR("");
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.user_handle = HANDLE;
	CHECK(assert_code(&made) == LG_E_OK);
	end();
}

TEST(a_registration_names_the_id_that_it_holds)
{
	begin();
	struct lg_webauthn_registration sent = authenticator_create(cx, &how);
	struct lg_webauthn_credential made;
	sent.raw_id = LG_STR("another id");
	CHECK_CODE(lg_webauthn_register(cx, &expect, all, 3, &sent, &made), LG_E_INVALID_PARAMETER);
	end();
}

TEST(an_id_has_1_to_1023_bytes)
{
	begin();
	lg_str text;
	CHECK_OK(lg_str_fmt(cx, &text, "%0*d", LG_WEBAUTHN_ID_MAX + 1, 0));
	how.id = LG_STR("");
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	how.id = lg_str_slice(text, 0, LG_WEBAUTHN_ID_MAX);
	CHECK(register_code() == LG_E_OK);
	how.id = text;
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	end();
}

TEST(a_signature_is_of_this_key_over_these_bytes)
{
	begin();
	for (size_t i = 0; i < LG_LEN(all); i++) {
		how = authenticator_right(CHALLENGE, ORIGIN, RP_ID);
		how.alg = all[i];
		const struct lg_webauthn_credential made = credential();
		const struct lg_webauthn_assertion right = authenticator_get(cx, &how);
		struct lg_webauthn_credential copy = made;
		struct lg_webauthn_assertion sent = right;

		sent.signature = LG_STR("");
		CHECK_CODE(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &copy), LG_E_MISMATCH);
		sent.signature = lg_str_slice(right.signature, 0, right.signature.len - 1);
		CHECK_CODE(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &copy), LG_E_MISMATCH);
		sent.signature = with_byte(right.signature, 20, (char)(right.signature.ptr[20] ^ 1));
		CHECK_CODE(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &copy), LG_E_MISMATCH);
		sent.signature = concat(right.signature, LG_STR("\0"));
		CHECK_CODE(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &copy), LG_E_MISMATCH);
		lg_str huge;
		CHECK_OK(lg_str_fmt(cx, &huge, "%0*d", LG_WEBAUTHN_SIGNATURE_MAX + 1, 0));
		sent.signature = huge;
		CHECK_CODE(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &copy), LG_E_MISMATCH);

		sent = right;
		sent.data = with_byte(right.data, 36, 9); /* the counter */
		CHECK_CODE(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &copy), LG_E_MISMATCH);
		sent = right;
		sent.client_data = concat(right.client_data, LG_STR(" "));
		CHECK_CODE(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &copy), LG_E_MISMATCH);

		/* The same bytes, with the key of another algorithm. */
		how.alg = all[(i + 1) % 3];
		CHECK(assert_code(&made) == LG_E_MISMATCH);
		CHECK(copy.count == made.count);
	}
	/* r = s = 0 in DER */
	how = authenticator_right(CHALLENGE, ORIGIN, RP_ID);
	struct lg_webauthn_credential made = credential();
	struct lg_webauthn_assertion sent = authenticator_get(cx, &how);
	sent.signature = hex("3006020100020100");
	CHECK_CODE(lg_webauthn_assert(cx, &expect, HANDLE, &sent, &made), LG_E_MISMATCH);
	end();
}

static lg_str
hex_member(const json_t *object, const char *name)
{
	lg_str bytes;
	CHECK_OK(lg_hex_decode(cx, lg_json_member_text(object, lg_str_from_c(name)), &bytes));
	return bytes;
}

TEST(vectors_of_the_specification_verify)
{
	begin();
	json_t *vectors;
	CHECK_OK(lg_json_parse(cx, lg_test_fixture(cx, "webauthn.json"), &vectors));
	CHECK(json_array_size(vectors) == 2);
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		const json_t *vector = json_array_get(vectors, i);
		const json_t *create = lg_json_member(vector, LG_STR("create"));
		const json_t *get = lg_json_member(vector, LG_STR("get"));
		const lg_str id = hex_member(vector, "id");
		expect.rp_id = lg_json_member_text(vector, LG_STR("rp_id"));
		expect.challenge = lg_json_member_text(create, LG_STR("challenge"));
		const struct lg_webauthn_registration made = { id, hex_member(create, "client_data"),
			hex_member(create, "attestation") };
		struct lg_webauthn_credential read;
		CHECK_OK(lg_webauthn_register(cx, &expect, all, LG_LEN(all), &made, &read));
		CHECK(read.backup_eligible && read.backed_up && read.count == 0);
		if (!get)
			continue;
		expect.challenge = lg_json_member_text(get, LG_STR("challenge"));
		const struct lg_webauthn_assertion got = { id, hex_member(get, "client_data"),
			hex_member(get, "data"), hex_member(get, "signature"), LG_STR_NONE };
		CHECK_OK(lg_webauthn_assert(cx, &expect, HANDLE, &got, &read));
	}
	end();
}

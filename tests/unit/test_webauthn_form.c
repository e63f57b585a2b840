#include "tests/unit/webauthn.h"

#include "crypto/point.h"

TEST(packed_attests_by_itself_with_each_algorithm)
{
	begin();
	how.format = FORMAT_PACKED;
	for (size_t i = 0; i < LG_LEN(all); i++) {
		how.alg = all[i];
		CHECK(register_code() == LG_E_OK);
	}
	how.alg = LG_COSE_ES256;
	how.statement_alg = LG_COSE_RS256;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	end();
}

TEST(packed_attests_with_certificates)
{
	begin();
	how.format = FORMAT_PACKED;
	for (how.certificates = 1; how.certificates <= 2; how.certificates++)
		for (size_t i = 0; i < LG_LEN(all); i++) {
			how.alg = all[i];
			CHECK(register_code() == LG_E_OK);
		}
	end();
}

TEST(a_chain_is_issued_link_by_link)
{
	begin();
	how.format = FORMAT_PACKED;
	how.certificates = 2;
	CHECK(register_code() == LG_E_OK);
	how.foreign_issuer = true;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	end();
}

TEST(a_certificate_is_that_of_an_authenticator)
{
	begin();
	how.format = FORMAT_PACKED;
	how.certificates = 1;
	const struct authenticator_cert right = how.cert;
	how.cert.unit = "Something else";
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.cert = right;
	how.cert.ca = true;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.cert = right;
	how.cert.version = 1;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.cert = right;
	how.statement_alg = -65535;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	end();
}

TEST(a_certificate_names_the_same_model)
{
	begin();
	how.format = FORMAT_PACKED;
	how.certificates = 1;
	how.aaguid = hex("00112233445566778899aabbccddeeff");
	how.cert.aaguid = "00112233445566778899AABBCCDDEEFF";
	CHECK(register_code() == LG_E_OK);
	how.cert.aaguid = "00112233445566778899AABBCCDDEE00";
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	end();
}

TEST(u2f_attests_keys_of_p256)
{
	begin();
	how.format = FORMAT_U2F;
	how.certificates = 1;
	CHECK(register_code() == LG_E_OK);
	how.aaguid = hex("00112233445566778899aabbccddeeff");
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.aaguid = authenticator_right(CHALLENGE, ORIGIN, RP_ID).aaguid;
	how.alg = LG_COSE_RS256;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.alg = LG_COSE_ES256;
	how.certificates = 2;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	end();
}

TEST(tpm_attests_keys_of_rsa)
{
	begin();
	how.format = FORMAT_TPM;
	how.alg = LG_COSE_RS256;
	how.certificates = 1;
	how.cert.purpose = "2.23.133.8.3";
	CHECK(register_code() == LG_E_OK);
	how.certificates = 2;
	CHECK(register_code() == LG_E_OK);
	how.cert.purpose = "serverAuth";
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.cert.purpose = "2.23.133.8.3";
	how.cert.no_alternative = true;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.cert.no_alternative = false;
	how.statement_alg = LG_COSE_RS256;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.statement_alg = 0;
	how.alg = LG_COSE_ES256;
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	end();
}

/* Statements sign the data: with one bit of it changed they hold no more. */
TEST(an_attestation_covers_the_data)
{
	begin();
	static const struct {
		enum authenticator_format format;
		size_t certificates;
		enum lg_cose_alg alg;
	} rows[] = { { FORMAT_PACKED, 0, LG_COSE_ES256 }, { FORMAT_PACKED, 0, LG_COSE_EDDSA },
		{ FORMAT_PACKED, 1, LG_COSE_RS256 }, { FORMAT_TPM, 1, LG_COSE_RS256 } };
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		how.format = rows[i].format;
		how.certificates = rows[i].certificates;
		how.alg = rows[i].alg;
		how.cert.purpose = "2.23.133.8.3";
		struct lg_webauthn_registration sent = authenticator_create(cx, &how);
		struct lg_webauthn_credential made;
		CHECK_OK(lg_webauthn_register(cx, &expect, all, 3, &sent, &made));
		struct lg_webauthn_object object;
		CHECK_OK(lg_webauthn_object_read(cx, sent.attestation, &object));
		const size_t counter = (size_t)(object.data.bytes.ptr - sent.attestation.ptr) + 36;
		sent.attestation = with_byte(sent.attestation, counter, 9);
		CHECK_CODE(lg_webauthn_register(cx, &expect, all, 3, &sent, &made),
			LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	}
	end();
}

TEST(other_formats_and_statements_are_refused)
{
	begin();
	static const char *const formats[] = { "android-key", "android-safetynet", "apple", "compound",
		"NONE", "" };
	const struct lg_webauthn_registration right = authenticator_create(cx, &how);
	struct lg_webauthn_object object;
	struct lg_webauthn_credential made;
	CHECK_OK(lg_webauthn_object_read(cx, right.attestation, &object));
	for (size_t i = 0; i < LG_LEN(formats); i++) {
		struct lg_webauthn_registration sent = right;
		sent.attestation = authenticator_object(
			cx, lg_str_from_c(formats[i]), LG_STR("\xa0"), object.data.bytes);
		CHECK_CODE(lg_webauthn_register(cx, &expect, all, 3, &sent, &made),
			LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	}
	how.statement = LG_STR("\xa1\x63sig\x40"); /* `none` with a member */
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.format = FORMAT_PACKED;
	how.statement = LG_STR("\xa0");
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.statement = LG_STR("\xa2\x63"
			       "alg\x26\x63sig\x40"); /* an empty signature */
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.statement = LG_STR("\xa3\x63"
			       "alg\x26\x63sig\x40\x63x5c\x80"); /* no certificate in the list */
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	how.statement = LG_STR("\xa3\x63"
			       "alg\x26\x63sig\x40\x63x5c\x81\x41\x30"); /* one that is none */
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.statement = LG_STR("\xa3\x63"
			       "alg\x26\x63sig\x40\x6a"
			       "ecdaaKeyId\x40");
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	end();
}

/* What a key may be instead of one: an octet of the real one changed, or another form. */
TEST(a_key_lies_on_its_curve)
{
	begin();
	lg_str cose = authenticator_cose(cx, LG_COSE_ES256);
	how.cose = with_byte(cose, cose.len - 1, (char)(cose.ptr[cose.len - 1] ^ 1));
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);

	static const char zero[LG_P256_POINT_SIZE];
	CHECK(!lg_p256_is_point(lg_str_from_bytes(zero, sizeof(zero))));
	CHECK(!lg_p256_is_point(LG_STR("short")));

	/* Of small order, the neutral one, an encoding that is not the shortest, and none. */
	static const char *const points[] = {
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0200000000000000000000000000000000000000000000000000000000000000"
	};
	for (size_t i = 0; i < LG_LEN(points); i++) {
		how.alg = LG_COSE_EDDSA;
		how.cose = concat(hex("a4010103272006215820"), hex(points[i]));
		CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	}
	end();
}

TEST(a_modulus_is_one)
{
	begin();
	how.alg = LG_COSE_RS256;
	const lg_str cose = authenticator_cose(cx, LG_COSE_RS256);
	const size_t n = cose.len - 5 - 256; /* "... -1: bytes(256), -2: bytes(3)" */
	how.cose = cose;
	CHECK(register_code() == LG_E_OK);
	how.cose = with_byte(cose, n + 255, (char)(cose.ptr[n + 255] & 0xfe)); /* even */
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.cose = with_byte(cose, n, 0x7f); /* 2047 bits */
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	how.cose = with_byte(cose, cose.len - 1, 0x03); /* e = 65539 */
	CHECK(register_code() == LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED);
	end();
}

TEST(a_key_has_the_form_of_its_algorithm)
{
	begin();
	const lg_str x = LG_STR("12345678901234567890123456789012");
	static const struct {
		const char *head;
		int code;
	} rows[] = {
		{ "a4010103262006215820", LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED }, /* OKP that says ES256 */
		{ "a4010203272006215820", LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED }, /* EC2 that says EdDSA */
		{ "a4010103272004215820", LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED }, /* X25519 */
		{ "a401010326200621581f", LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED }, /* a byte less */
		{ "a4010403272006215820", LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED }, /* symmetric */
		{ "a401010338222006215820", LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED }, /* ES384 */
		{ "a50101022703272006215820", LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED }, /* with a kid */
		{ "a4010103272106205820", LG_E_INVALID_PARAMETER }, /* keys out of order */
		{ "a4010101272006215820", LG_E_INVALID_PARAMETER }, /* a key twice */
		{ "bf010103272006215820", LG_E_INVALID_PARAMETER }, /* indefinite */
		{ "a418010103272006215820", LG_E_INVALID_PARAMETER }, /* 1 in two bytes */
		{ "a4010103272006215920ff", LG_E_INVALID_PARAMETER }, /* longer than there is */
		{ "a4010103272006217820", LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED }, /* text for bytes */
		{ "a101", LG_E_INVALID_PARAMETER },
		{ "84010103275820", LG_E_INVALID_PARAMETER },
	};
	how.alg = LG_COSE_EDDSA;
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		how.cose = concat(hex(rows[i].head), x);
		const int code = register_code();
		if (code != rows[i].code)
			print_error("%s\n", rows[i].head);
		CHECK(code == rows[i].code);
	}
	end();
}

TEST(data_ends_where_it_says)
{
	begin();
	const struct lg_webauthn_credential made = credential();
	how.data_tail = LG_STR("x");
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.data_tail = LG_STR("\xa0"); /* extensions without their flag */
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.data_tail = LG_STR("");
	how.flags = FLAG_UP | FLAG_ED; /* the flag without extensions */
	CHECK(register_code() == LG_E_INVALID_PARAMETER);
	CHECK(assert_code(&made) == LG_E_MISMATCH);
	how.flags = FLAG_UP | FLAG_AT; /* no assertion has a credential in it */
	CHECK(assert_code(&made) == LG_E_MISMATCH);

	const struct lg_webauthn_registration sent = authenticator_create(cx, &how);
	struct lg_webauthn_object object;
	struct lg_webauthn_data data;
	CHECK_OK(lg_webauthn_object_read(cx, sent.attestation, &object));
	for (size_t len = 0; len < object.data.bytes.len; len++) {
		CHECK(lg_failed(
			lg_webauthn_data_read(cx, lg_str_slice(object.data.bytes, 0, len), true, &data)));
		CHECK(len == 37 || lg_failed(lg_webauthn_data_read(
					   cx, lg_str_slice(object.data.bytes, 0, len), false, &data)));
	}
	for (size_t len = 0; len < sent.attestation.len; len++)
		CHECK(lg_failed(
			lg_webauthn_object_read(cx, lg_str_slice(sent.attestation, 0, len), &object)));
	CHECK(lg_failed(lg_webauthn_object_read(cx, concat(sent.attestation, LG_STR("\0")), &object)));
	end();
}

TEST(extensions_are_a_canonical_map_of_texts)
{
	begin();
	static const struct {
		const char *hex;
		bool good;
	} rows[] = {
		{ "a0", true },
		{ "a16b6372656450726f7465637403", true }, /* credProtect: 3 */
		{ "a16b686d61632d736563726574f5", true }, /* hmac-secret: true */
		{ "a26b6372656450726f74656374026b686d61632d736563726574f5", true },
		{ "a16375766d8183020402", true }, /* uvm: [[2, 4, 2]] */
		{ "a1616101", true }, /* unknown */
		{ "a1016161", false }, /* not a text */
		{ "a2616101616102", false }, /* twice */
		{ "a2616201616102", false }, /* out of order */
		{ "bf616101ff", false }, /* indefinite */
		{ "a161615f4161ff", false }, /* indefinite bytes */
		{ "a1616181818181818101", false }, /* too deep */
		{ "a16161c001", false }, /* a tag */
		{ "80", false },
		{ "a1", false },
		{ "bbffffffffffffffff", false }, /* more than there can be */
		{ "a161615bffffffffffffffff", false },
		{ "a061", false },
	};
	const struct lg_webauthn_credential made = credential();
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		how.extensions = hex(rows[i].hex);
		how.format = FORMAT_NONE;
		if ((register_code() == LG_E_OK) != rows[i].good)
			print_error("%s\n", rows[i].hex);
		CHECK(register_code() == (rows[i].good ? LG_E_OK : LG_E_INVALID_PARAMETER));
		if (!rows[i].good)
			CHECK(assert_code(&made) == LG_E_MISMATCH);
		how.format = FORMAT_PACKED;
		CHECK((register_code() == LG_E_OK) == rows[i].good);
	}
	static const char *const in_assertion[] = { "a0", "a1616101",
		("a16b686d61632d73656372657458203132333435363738393031323334353637383930313233343536373839"
		 "303132") };
	how.format = FORMAT_NONE;
	for (size_t i = 0; i < LG_LEN(in_assertion); i++) {
		how.extensions = hex(in_assertion[i]);
		CHECK(assert_code(&made) == LG_E_OK);
	}
	end();
}

TEST(an_object_is_canonical)
{
	begin();
	const lg_str data = LG_STR("\x68"
				   "authData\x58\x25"
				   "1234567890123456789012345678901234567");
	static const char *const heads[] = { "a368617574684461746158",
		"bf63666d74646e6f6e656761747453746d74a0", "a363666d74646e6f6e6563666d74646e6f6e65",
		"a463666d74646e6f6e656761747453746d74a0", "a36761747453746d74a063666d74646e6f6e65",
		"a363666d7401", "a363666d74646e6f6e656761747453746d7480",
		"a363666d74646e6f6e656761747453746d74bfff", "83", "a36163a0", "" };
	struct lg_webauthn_object object;
	for (size_t i = 0; i < LG_LEN(heads); i++)
		CHECK_CODE(lg_webauthn_object_read(cx, concat(hex(heads[i]), data), &object),
			LG_E_INVALID_PARAMETER);
	lg_str huge;
	CHECK_OK(lg_str_fmt(cx, &huge, "%0*d", LG_WEBAUTHN_ATTESTATION_MAX + 1, 0));
	CHECK_CODE(lg_webauthn_object_read(cx, huge, &object), LG_E_INVALID_PARAMETER);
	end();
}

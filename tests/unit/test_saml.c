#include "token/saml_response.h"

#include <stdio.h>
#include <string.h>

#include "codec/bytes.h"
#include "lib/saml_idp.h"
#include "lib/test.h"
#include "token/saml_signature.h"

/* ATTACKS.md, S-1 to S-24: what concerns responses. */

static struct lg_test_ctx t;
static struct saml_idp idp;
static struct lg_saml_metadata provider;
static struct saml_say say;
static struct lg_saml_expect expect;
static lg_str recipients[] = { LG_STR_INIT("https://signin.aws.amazon.com/saml"),
	LG_STR_INIT("https://auth.example.com/saml2/idpresponse") };
static lg_str audiences[] = { LG_STR_INIT("urn:amazon:webservices") };
static const struct lg_str_list our_recipients = { recipients, LG_LEN(recipients), true };
static const struct lg_str_list our_audiences = { audiences, LG_LEN(audiences), true };

/* One key for all tests: making it costs a tenth of a second. */
static struct lg_ctx *
begin(void)
{
	static struct lg_test_ctx forever;
	lg_test_ctx_init(&t);
	if (!idp.private_der.ptr) {
		CHECK_OK(lg_saml_global_init());
		lg_test_ctx_init(&forever);
		saml_idp_make(&forever.cx, &idp);
	}
	CHECK_OK(lg_saml_metadata_read(&t.cx, idp.metadata, &provider));
	saml_say_init(t.cx.now, &say);
	expect = (struct lg_saml_expect){
		.provider = &provider, .recipients = &our_recipients, .audiences = &our_audiences
	};
	return &t.cx;
}

static void
end(void)
{
	lg_ctx_done(&t.cx);
	lg_test_ctx_done(&t);
}

static int
verify(lg_str text)
{
	struct lg_saml_assertion read;
	return lg_saml_response_verify(&t.cx, &expect, text, &read).code;
}

static int
say_it(void)
{
	return verify(saml_idp_response(&t.cx, &idp, &say));
}

/* The text with the first `from` replaced. */
static lg_str
replaced(lg_str text, const char *from, const char *to)
{
	const char *at = memmem(text.ptr, text.len, from, strlen(from));
	assert_non_null(at);
	const size_t start = (size_t)(at - text.ptr);
	lg_str ret;
	CHECK_OK(lg_str_concat(&t.cx,
		(const lg_str[]){ lg_str_slice(text, 0, start), lg_str_from_c(to),
			lg_str_slice(text, start + strlen(from), text.len) },
		3, &ret));
	return ret;
}

/* From the first `open` to the end of the first `close` behind it. */
static lg_str
cut_out(lg_str text, const char *open, const char *close)
{
	const char *from = memmem(text.ptr, text.len, open, strlen(open));
	assert_non_null(from);
	const size_t start = (size_t)(from - text.ptr);
	const char *to = memmem(from, text.len - start, close, strlen(close));
	assert_non_null(to);
	return lg_str_slice(text, start, (size_t)(to - text.ptr) + strlen(close));
}

static const char *
c(lg_str s)
{
	const char *ret;
	CHECK_OK(lg_str_to_c(&t.cx, s, &ret));
	return ret;
}

TEST(a_good_response_is_read_whatever_part_is_signed)
{
	static const unsigned signs[] = { SAML_SIGN_ASSERTION, SAML_SIGN_RESPONSE,
		SAML_SIGN_ASSERTION | SAML_SIGN_RESPONSE };
	for (size_t i = 0; i < LG_LEN(signs); i++) {
		struct lg_ctx *cx = begin();
		struct lg_saml_assertion read;
		const lg_str attribute = saml_attribute(cx, "mail", "ada@example.com");
		say.attributes = c(attribute);
		say.sign = signs[i];
		say.session_until = "2026-11-06T10:00:00.5Z";
		CHECK_OK(lg_saml_response_verify(cx, &expect, saml_idp_response(cx, &idp, &say), &read));
		CHECK_STR(read.id, LG_STR("_assertion"));
		CHECK_STR(read.issuer, LG_STR(SAML_IDP_ENTITY));
		CHECK_STR(read.name_id, LG_STR("ada@example.com"));
		CHECK_STR(
			read.name_id_format, LG_STR("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
		CHECK_STR(read.recipient, recipients[0]);
		CHECK_STR(read.audience, audiences[0]);
		CHECK_STR(read.session_index, LG_STR("_session"));
		CHECK(read.issued.ms == LG_TEST_NOW_MS && read.expires.ms == LG_TEST_NOW_MS + 300000);
		CHECK(read.session_ends && read.session_until.ms == INT64_C(1793959200000));
		CHECK_STR(lg_saml_attribute(&read, LG_STR("mail")).items[0], LG_STR("ada@example.com"));
		assert_int_equal(lg_saml_attribute(&read, LG_STR("none")).count, 0);
		end();
	}
}

TEST(nothing_unsigned_or_spoiled_is_believed)
{
	begin();
	say.sign = SAML_SIGN_NOTHING;
	assert_int_equal(say_it(), LG_E_MISMATCH);

	/* Every value of a signed message counts. */
	static const unsigned signs[] = { SAML_SIGN_ASSERTION, SAML_SIGN_RESPONSE };
	static const char *const changes[][2] = {
		{ "ada@example.com", "bob@example.com" },
		{ "Version=\"2.0\" IssueInstant", "Version=\"2.0\"  a=\"\" IssueInstant" },
		{ "_session", "_other" },
		{ "<ds:SignatureValue>", "<ds:SignatureValue>AAAA" },
		{ "<ds:DigestValue>", "<ds:DigestValue>AAAA" },
		{ "<ds:SignedInfo>", "<ds:SignedInfo Id=\"x\">" },
		{ "<saml:NameID ", "<saml:NameID x=\"\" " },
	};
	for (size_t i = 0; i < LG_LEN(signs); i++) {
		say.sign = signs[i];
		const lg_str good = saml_idp_response(&t.cx, &idp, &say);
		assert_int_equal(verify(good), LG_E_OK);
		for (size_t k = 0; k < LG_LEN(changes); k++) {
			/* Of an assertion signed alone, the response itself is nobody's word. */
			if (k == 1 && signs[i] == SAML_SIGN_ASSERTION)
				continue;
			const int code = verify(replaced(good, changes[k][0], changes[k][1]));
			if (code != LG_E_MISMATCH)
				fail_msg("%u %s: %d", signs[i], changes[k][0], code);
		}
		const lg_str value = cut_out(good, "<ds:SignatureValue>", "</ds:SignatureValue>");
		assert_int_equal(verify(replaced(good, c(value), "<ds:SignatureValue/>")), LG_E_MISMATCH);
		const lg_str signature = cut_out(good, "<ds:Signature ", "</ds:Signature>");
		assert_int_equal(verify(replaced(good, c(signature), "")), LG_E_MISMATCH);
	}

	/* A bad signature beside a good one spoils it. */
	say.sign = SAML_SIGN_ASSERTION | SAML_SIGN_RESPONSE;
	const lg_str both = saml_idp_response(&t.cx, &idp, &say);
	assert_int_equal(verify(both), LG_E_OK);
	const lg_str first = cut_out(both, "<ds:SignatureValue>", "</ds:SignatureValue>");
	assert_int_equal(verify(replaced(both, c(first), "<ds:SignatureValue>AAAA</ds:SignatureValue>")),
		LG_E_MISMATCH);
	end();
}

/* XSW 1 to 8: a signed part is kept somewhere, and another stands where it is looked for. */
TEST(a_message_wrapped_around_a_signed_one_says_nothing)
{
	begin();
	const lg_str good = saml_idp_response(&t.cx, &idp, &say);
	const lg_str real = cut_out(good, "<saml:Assertion ", "</saml:Assertion>");
	const lg_str signature = cut_out(good, "<ds:Signature ", "</ds:Signature>");
	const lg_str bare = replaced(real, c(signature), "");
	const lg_str evil = replaced(replaced(bare, "_assertion", "_evil"), "ada@example.com", "root");
	const lg_str same_id = replaced(bare, "ada@example.com", "root");
	char text[32768];

	/* Beside it: before, behind; with another ID, with the same. */
	const lg_str evils[] = { evil, same_id };
	for (size_t i = 0; i < LG_LEN(evils); i++) {
		snprintf(text, sizeof(text), "%s%s", c(evils[i]), c(real));
		assert_int_equal(verify(replaced(good, c(real), text)), LG_E_MISMATCH);
		snprintf(text, sizeof(text), "%s%s", c(real), c(evils[i]));
		assert_int_equal(verify(replaced(good, c(real), text)), LG_E_MISMATCH);
	}
	/* The signed one inside the evil one's signature, in an Object, in Extensions, in an Advice. */
	static const char *const wraps[][2] = {
		{ "<ds:Object>", "</ds:Object></ds:Signature>" },
	};
	for (size_t i = 0; i < LG_LEN(wraps); i++) {
		const lg_str open = replaced(signature, "</ds:Signature>", "");
		snprintf(text, sizeof(text), "</saml:Issuer>%s%s%s%s", c(open), wraps[i][0], c(bare),
			wraps[i][1]);
		const lg_str outer = replaced(evil, "</saml:Issuer>", text);
		assert_int_equal(verify(replaced(good, c(real), c(outer))), LG_E_MISMATCH);
	}
	snprintf(text, sizeof(text), "</saml:Conditions><saml:Advice>%s</saml:Advice>", c(real));
	const lg_str advised = replaced(evil, "</saml:Conditions>", text);
	assert_int_equal(verify(replaced(good, c(real), c(advised))), LG_E_MISMATCH);
	snprintf(text, sizeof(text), "<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", c(real));
	const lg_str extended = replaced(replaced(good, c(real), c(evil)), "<samlp:Status>", text);
	assert_int_equal(verify(extended), LG_E_MISMATCH);
	/* The evil one carries the signature of the other, which stands elsewhere. */
	snprintf(text, sizeof(text), "</saml:Issuer>%s", c(signature));
	const lg_str borrowed = replaced(evil, "</saml:Issuer>", text);
	snprintf(text, sizeof(text), "%s%s", c(borrowed), c(bare));
	assert_int_equal(verify(replaced(good, c(real), text)), LG_E_MISMATCH);
	assert_int_equal(verify(replaced(good, c(real), c(borrowed))), LG_E_MISMATCH);

	/* A signed response inside of another. */
	say.sign = SAML_SIGN_RESPONSE;
	const lg_str signed_response = saml_idp_response(&t.cx, &idp, &say);
	const lg_str inner = cut_out(signed_response, "<samlp:Response ", "</samlp:Response>");
	say.sign = SAML_SIGN_NOTHING;
	say.name_id = "root";
	const lg_str unsigned_response = saml_idp_response(&t.cx, &idp, &say);
	snprintf(text, sizeof(text), "<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", c(inner));
	assert_int_equal(
		verify(replaced(replaced(unsigned_response, "_response", "_evil"), "<samlp:Status>", text)),
		LG_E_MISMATCH);
	snprintf(text, sizeof(text), "</saml:Issuer>%s<samlp:Status>",
		c(cut_out(signed_response, "<ds:Signature ", "</ds:Signature>")));
	assert_int_equal(
		verify(replaced(unsigned_response, "</saml:Issuer><samlp:Status>", text)), LG_E_MISMATCH);
	end();
}

TEST(an_id_names_one_element)
{
	begin();
	const lg_str good = saml_idp_response(&t.cx, &idp, &say);
	static const char *const ids[] = { "<samlp:Status ID=\"_assertion\">",
		"<samlp:Status Id=\"_assertion\">", "<samlp:Status id=\"_assertion\">",
		"<samlp:Status xml:id=\"_assertion\">" };
	for (size_t i = 0; i < LG_LEN(ids); i++)
		assert_int_equal(verify(replaced(good, "<samlp:Status>", ids[i])), LG_E_MISMATCH);
	say.assertion_id = "_response";
	say.sign = SAML_SIGN_NOTHING;
	assert_int_equal(say_it(), LG_E_MISMATCH);
	end();
}

TEST(algorithms_and_transforms_are_those_that_are_taken)
{
	begin();
	static const struct {
		const char *signature, *digest, *canonicalization, *transforms;
		int code;
	} cases[] = {
		{ "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", NULL, NULL, NULL, LG_E_OK },
		{ NULL, "http://www.w3.org/2001/04/xmlenc#sha512", NULL, NULL, LG_E_OK },
		{ NULL, "http://www.w3.org/2001/04/xmldsig-more#sha384", NULL, NULL, LG_E_OK },
		{ "http://www.w3.org/2000/09/xmldsig#rsa-sha1", NULL, NULL, NULL, LG_E_MISMATCH },
		{ NULL, "http://www.w3.org/2000/09/xmldsig#sha1", NULL, NULL, LG_E_MISMATCH },
		{ NULL, NULL, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", NULL, LG_E_MISMATCH },
		{ NULL, NULL, "http://www.w3.org/2001/10/xml-exc-c14n#WithComments", NULL, LG_E_MISMATCH },
		{ NULL, NULL, NULL,
			"<ds:Transform "
			"Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>",
			LG_E_MISMATCH },
		{ NULL, NULL, NULL,
			"<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>"
			"<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\"/>",
			LG_E_MISMATCH },
		{ NULL, NULL, NULL,
			"<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>"
			"<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\">"
			"<ds:XPath>true()</ds:XPath></ds:Transform><ds:Transform Algorithm=\"" SAML_EXCLUSIVE
			"\"/>",
			LG_E_MISMATCH },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		saml_say_init(t.cx.now, &say);
		say.signature_method = cases[i].signature ? cases[i].signature : say.signature_method;
		say.digest_method = cases[i].digest ? cases[i].digest : say.digest_method;
		say.canonicalization =
			cases[i].canonicalization ? cases[i].canonicalization : say.canonicalization;
		say.transforms = cases[i].transforms ? cases[i].transforms : say.transforms;
		const int code = say_it();
		if (code != cases[i].code)
			fail_msg("case %zu: %d", i, code);
	}

	/* Names that are not even signed with: a shared key, a style sheet. */
	saml_say_init(t.cx.now, &say);
	const lg_str good = saml_idp_response(&t.cx, &idp, &say);
	assert_int_equal(verify(replaced(good, SAML_RSA_SHA256,
				 "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")),
		LG_E_MISMATCH);
	assert_int_equal(verify(replaced(good, "<ds:Transform Algorithm=\"" SAML_EXCLUSIVE,
				 "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116")),
		LG_E_MISMATCH);
	assert_int_equal(verify(replaced(good, "URI=\"#_assertion\"", "URI=\"\"")), LG_E_MISMATCH);
	assert_int_equal(verify(replaced(good, "URI=\"#_assertion\"", "URI=\"#_response\"")), LG_E_MISMATCH);
	assert_int_equal(
		verify(replaced(good, "URI=\"#_assertion\"", "URI=\"#xpointer(id('_assertion'))\"")),
		LG_E_MISMATCH);
	assert_int_equal(
		verify(replaced(good, "URI=\"#_assertion\"", "URI=\"file:///etc/passwd\"")), LG_E_MISMATCH);
	end();
}

/* The certificate that a message brings is none that we trust. */
TEST(a_key_from_the_message_is_not_used)
{
	struct lg_ctx *cx = begin();
	struct saml_idp other;
	lg_str base64;
	char info[8192];
	saml_idp_make(cx, &other);
	CHECK_OK(lg_base64_encode(cx, other.certificate, &base64));
	snprintf(info, sizeof(info),
		"</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate>"
		"</ds:X509Data></ds:KeyInfo>",
		c(base64));
	const lg_str forged = saml_idp_response(cx, &other, &say);
	assert_int_equal(verify(forged), LG_E_MISMATCH);
	assert_int_equal(verify(replaced(forged, "</ds:SignatureValue>", info)), LG_E_MISMATCH);
	/* Of ours it may be there, whatever it says. */
	const lg_str good = saml_idp_response(cx, &idp, &say);
	assert_int_equal(verify(replaced(good, "</ds:SignatureValue>", info)), LG_E_OK);
	/* Any certificate of the metadata will do. */
	provider.certificates[1] = other.certificate;
	provider.certificate_count = 2;
	assert_int_equal(verify(forged), LG_E_OK);
	provider.certificate_count = 0;
	assert_int_equal(verify(good), LG_E_MISMATCH);
	end();
}

TEST(what_it_says_must_be_for_us_and_now)
{
	struct lg_ctx *cx = begin();
	assert_int_equal(say_it(), LG_E_OK);
#define WITH(member, value, expected)                                                                       \
	do {                                                                                                \
		saml_say_init(cx->now, &say);                                                               \
		say.member = (value);                                                                       \
		assert_int_equal(say_it(), (expected));                                                     \
	} while (0)
	WITH(issuer, "https://idp.example.com/other", LG_E_MISMATCH);
	WITH(audience, "urn:amazon:webservices:other", LG_E_MISMATCH);
	WITH(recipient, "https://signin.aws.amazon.com/saml/", LG_E_MISMATCH);
	WITH(destination, "https://elsewhere.example.com", LG_E_MISMATCH);
	WITH(in_response_to, "_request", LG_E_MISMATCH);
	WITH(name_id, "  ", LG_E_MISMATCH);
	WITH(status, "urn:oasis:names:tc:SAML:2.0:status:Responder", LG_E_REFUSED);
	WITH(conditions, "<saml:OneTimeUse/>", LG_E_OK);
	WITH(conditions, "<x:Other xmlns:x=\"urn:x\"/>", LG_E_MISMATCH);
	WITH(conditions,
		"<saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction>",
		LG_E_MISMATCH);
	WITH(not_after_s, -59, LG_E_OK);
	WITH(not_after_s, -60, LG_E_SPENT);
	WITH(not_before_s, 60, LG_E_OK);
	WITH(not_before_s, 61, LG_E_SPENT);
	WITH(issued_s, 60, LG_E_OK);
	WITH(issued_s, 61, LG_E_SPENT);
	WITH(session_until, "2026-11-06T09:05:03Z", LG_E_SPENT);
	WITH(session_until, "2026-11-06T09:05:04Z", LG_E_OK);
	WITH(session_until, "2026-11-06T09:05:04+01:00", LG_E_MISMATCH);
	expect.max_age_ms = 300000;
	WITH(issued_s, -300, LG_E_OK);
	WITH(issued_s, -301, LG_E_SPENT);
	expect.request_id = LG_STR("_request");
	WITH(in_response_to, "_request", LG_E_OK);
	WITH(in_response_to, "_Request", LG_E_MISMATCH);
	WITH(in_response_to, NULL, LG_E_MISMATCH);
	expect.request_id = LG_STR_NONE;
	expect.any_request = true;
	WITH(in_response_to, "_anything", LG_E_OK);
	end();
}

/* A comment cuts no name in two, and white space around it is nobody's. */
TEST(a_name_is_read_as_it_was_signed)
{
	struct lg_ctx *cx = begin();
	struct lg_saml_assertion read;
	say.name_id = "\n root<!-- x -->@example.com ";
	CHECK_OK(lg_saml_response_verify(cx, &expect, saml_idp_response(cx, &idp, &say), &read));
	CHECK_STR(read.name_id, LG_STR("root@example.com"));
	say.name_id = "ada@example.com";
	const lg_str good = saml_idp_response(cx, &idp, &say);
	CHECK_OK(lg_saml_response_verify(
		cx, &expect, replaced(good, "ada@example.com", "ada@<!-- x -->example.com"), &read));
	CHECK_STR(read.name_id, LG_STR("ada@example.com"));
	end();
}

TEST(what_is_no_response_is_malformed)
{
	begin();
	const lg_str good = saml_idp_response(&t.cx, &idp, &say);
	assert_int_equal(verify(LG_STR("")), LG_E_MALFORMED);
	assert_int_equal(verify(LG_STR("<a/>")), LG_E_MALFORMED);
	assert_int_equal(verify(lg_str_slice(good, 0, good.len / 2)), LG_E_MALFORMED);
	assert_int_equal(verify(replaced(good, "<samlp:Response ",
				 "<!DOCTYPE x [<!ENTITY e \"x\">]><samlp:Response ")),
		LG_E_MALFORMED);
	assert_int_equal(verify(replaced(good, "<samlp:Response ",
				 "<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x\"><samlp:Response ")),
		LG_E_MALFORMED);
	static char large[LG_SAML_RESPONSE_MAX_BYTES + 1];
	memset(large, ' ', sizeof(large));
	assert_int_equal(verify(lg_str_from_bytes(large, sizeof(large))), LG_E_MALFORMED);
	char deep[1024] = "";
	for (int i = 0; i < 40; i++)
		strcat(deep, "<a>");
	assert_int_equal(verify(lg_str_from_c(deep)), LG_E_MALFORMED);
	/* Encrypted assertions are none that we could read. */
	assert_int_equal(
		verify(replaced(good, "<samlp:Status>", "<saml:EncryptedAssertion/><samlp:Status>")),
		LG_E_MISMATCH);
	end();
}

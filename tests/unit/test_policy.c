#include "tests/lib/test.h"

#include "base/buf.h"
#include "policy/policy.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	return &t.cx;
}

static enum lg_policy_kind
kind_of(lg_str text)
{
	static const lg_str kinds[] = { LG_STR_INIT("identity"), LG_STR_INIT("session"),
		LG_STR_INIT("resource"), LG_STR_INIT("trust") };
	for (size_t i = 0; i < LG_LEN(kinds); i++)
		if (lg_str_eq(kinds[i], text))
			return (enum lg_policy_kind)i;
	fail_msg("no kind %.*s", LG_FMT(text));
	return LG_POLICY_IDENTITY;
}

/* Each document is text, as it would be sent; `error` is absent for those that are policies. */
TEST(documents_are_checked_as_iam_checks_them)
{
	struct lg_ctx *cx = begin();
	json_t *file;
	CHECK_OK(lg_json_parse(cx, lg_test_fixture(cx, "policy-documents.json"), &file));
	const json_t *cases = json_object_get(file, "cases");
	CHECK(json_array_size(cases) > 100);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *row = json_array_get(cases, i);
		lg_str document = lg_json_member_text(row, LG_STR("document")),
		       error = lg_json_member_text(row, LG_STR("error"));
		struct lg_policy *policy = NULL;
		lg_status s = lg_policy_compile(
			cx, kind_of(lg_json_member_text(row, LG_STR("kind"))), document, &policy);
		if (lg_failed(s) != lg_str_present(error))
			print_error("%.*s\n", LG_FMT(document));
		CHECK_CODE(s, lg_str_present(error) ? LG_E_MALFORMED_POLICY_DOCUMENT : LG_E_OK);
		if (lg_failed(s))
			CHECK_STR(lg_failure_text(cx, s.code), error);
		lg_policy_free(policy);
	}
	lg_test_ctx_done(&t);
}

static lg_str
filled(struct lg_ctx *cx, const char *before, char byte, size_t count, const char *behind)
{
	lg_str parts[3] = { lg_str_from_c(before), { lg_new_array(cx, char, count), count },
		lg_str_from_c(behind) };
	lg_str all;
	for (size_t i = 0; i < count; i++)
		((char *)(uintptr_t)parts[1].ptr)[i] = byte;
	CHECK_OK(lg_str_concat(cx, parts, 3, &all));
	return all;
}

TEST(a_document_has_a_largest_size)
{
	struct lg_ctx *cx = begin();
	const char *text = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}";
	struct lg_policy *policy;
	size_t blanks = LG_POLICY_MAX_BYTES - lg_str_from_c(text).len;
	CHECK_OK(lg_policy_compile(cx, LG_POLICY_IDENTITY, filled(cx, text, ' ', blanks, ""), &policy));
	lg_policy_free(policy);
	CHECK_CODE(lg_policy_compile(cx, LG_POLICY_IDENTITY, filled(cx, text, ' ', blanks + 1, ""), &policy),
		LG_E_MALFORMED_POLICY_DOCUMENT);
	lg_policy_free(NULL);
	lg_test_ctx_done(&t);
}

/* What a document of so many bytes may cost its server, at most. */
TEST(a_compiled_policy_is_not_much_larger_than_its_document)
{
	struct lg_ctx *cx = begin();
	const char *before =
		"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::";
	struct lg_policy *policy;
	const char parts[] = { '?', '*', 'a' };
	for (size_t i = 0; i < sizeof(parts); i++) {
		CHECK_OK(lg_policy_compile(
			cx, LG_POLICY_IDENTITY, filled(cx, before, parts[i], 100000, "\"}}"), &policy));
		CHECK(lg_policy_memory(policy) < 150000);
		lg_policy_free(policy);
	}
	struct lg_buf b = lg_buf_start(cx, LG_POLICY_MAX_BYTES);
	lg_buf_put(&b, lg_str_from_c(before));
	while (b.len < LG_POLICY_MAX_BYTES - 10)
		lg_buf_put(&b, LG_STR("?a*b"));
	lg_buf_put(&b, LG_STR("\"}}"));
	lg_str document;
	CHECK_OK(lg_buf_finish(cx, &b, &document));
	CHECK_OK(lg_policy_compile(cx, LG_POLICY_IDENTITY, document, &policy));
	CHECK(lg_policy_memory(policy) < 40 * document.len);
	lg_policy_free(policy);
	lg_test_ctx_done(&t);
}

TEST(quotas_count_characters_without_white_space_between_tokens)
{
	CHECK(lg_policy_size(LG_STR("")) == 0);
	CHECK(lg_policy_size(LG_STR("{ \"a b\" :\t[\r\n1 ] }")) == 11);
	CHECK(lg_policy_size(LG_STR("\" \\\" \" \"\\\\\" ")) == 10);
	CHECK(lg_policy_size(LG_STR("\"\u00e4\U0001f600\"")) == 5);
	struct lg_ctx *cx = begin();
	CHECK(lg_policy_size(filled(cx, "{}", ' ', 1000, "")) == 2);
	lg_test_ctx_done(&t);
}

/* `condition` behind the statement's action; NULL = none. */
static lg_status
tenancy(struct lg_ctx *cx, const char *effect, const char *provider, const char *action,
	const char *condition)
{
	struct lg_policy *trust;
	lg_str document;
	CHECK_OK(lg_str_fmt(cx, &document,
		"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"%s\",\"Principal\":{\"Federated\":"
		"\"%s\"},"
		"%s%s%s}}",
		effect, provider, action, condition ? ",\"Condition\":" : "", condition ? condition : ""));
	CHECK_OK(lg_policy_compile(cx, LG_POLICY_TRUST, document, &trust));
	lg_status s = lg_policy_check_tenancy(cx, trust);
	lg_policy_free(trust);
	return s;
}

#define COGNITO "cognito-identity.amazonaws.com"
#define WEB "\"Action\":\"sts:AssumeRoleWithWebIdentity\""
#define AUD "\"Cognito-Identity.amazonaws.com:AUD\""

TEST(a_provider_of_many_tenants_is_trusted_for_one)
{
	struct lg_ctx *cx = begin();
	static const struct {
		const char *condition;
		bool asks;
	} rows[] = {
		{ NULL, false },
		{ "{}", false },
		{ "{\"StringEquals\":{" AUD ":\"p\"}}", true },
		{ "{\"StringLike\":{" AUD ":\"p*\"}}", true },
		{ "{\"ForAnyValue:StringEquals\":{" AUD ":\"p\"}}", true },
		{ "{\"Null\":{" AUD ":\"false\"}}", true },
		{ "{\"StringEquals\":{\"cognito-identity.amazonaws.com:sub\":\"p\"}}", false },
		{ "{\"StringNotEquals\":{" AUD ":\"p\"}}", false },
		{ "{\"StringEqualsIfExists\":{" AUD ":\"p\"}}", false },
		{ "{\"ForAllValues:StringEquals\":{" AUD ":\"p\"}}", false },
		{ "{\"Null\":{" AUD ":\"true\"}}", false },
		{ "{\"Null\":{" AUD ":[\"true\",\"false\"]}}", false },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++)
		CHECK_CODE(tenancy(cx, "Allow", COGNITO, WEB, rows[i].condition),
			rows[i].asks ? LG_E_OK : LG_E_MALFORMED_POLICY_DOCUMENT);
	CHECK_OK(tenancy(cx, "Deny", COGNITO, WEB, NULL));
	CHECK_OK(tenancy(cx, "Allow", "accounts.google.com", WEB, NULL));
	CHECK_OK(tenancy(cx, "Allow", COGNITO, "\"Action\":\"sts:TagSession\"", NULL));
	CHECK_OK(tenancy(cx, "Allow", COGNITO, "\"NotAction\":\"sts:*Identity\"", NULL));
	CHECK_CODE(
		tenancy(cx, "Allow", COGNITO, "\"Action\":\"STS:*\"", NULL), LG_E_MALFORMED_POLICY_DOCUMENT);
	CHECK_CODE(tenancy(cx, "Allow", COGNITO, "\"NotAction\":\"sts:AssumeRole\"", NULL),
		LG_E_MALFORMED_POLICY_DOCUMENT);
	lg_test_ctx_done(&t);
}

#include "tests/lib/test.h"

#include <string.h>

#include "authorizer/objects.h"
#include "authorizer/payload.h"
#include "authorizer/seen.h"

#define S(literal) LG_STR(literal)

/* ---- paths ---- */

static struct lg_path
path_of(struct lg_ctx *cx, lg_str raw)
{
	struct lg_path path;
	CHECK_OK(lg_path_read(cx, raw, &path));
	return path;
}

static lg_str
last_reading(struct lg_ctx *cx, lg_str raw)
{
	const struct lg_path path = path_of(cx, raw);
	return path.readings[path.count - 1];
}

TEST(most_paths_have_one_reading)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_ctx *cx = &t.cx;
	const lg_str plain[] = { S("/"), S("/a"), S("/a/"), S("/a.b/..c/d.."), S("/a%20b"), S("/%41"),
		S("/a;b"), S("/a+b") };
	for (size_t i = 0; i < LG_LEN(plain); i++)
		assert_int_equal(path_of(cx, plain[i]).count, 1);
	CHECK_STR(path_of(cx, S("/%41%2fb")).readings[0], S("/A%2Fb"));
	lg_test_ctx_done(&t);
}

TEST(a_path_is_read_in_each_way_that_a_server_might)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_ctx *cx = &t.cx;
	const struct {
		lg_str raw, last;
	} cases[] = {
		{ S("/a/../b"), S("/b") },
		{ S("/a/%2e%2e/b"), S("/b") },
		{ S("/a/..%2fb"), S("/b") },
		{ S("/a/..%5cb"), S("/b") },
		{ S("/a/..\\b"), S("/b") },
		{ S("/a/..;x=y/b"), S("/b") },
		{ S("/a//b"), S("/a/b") },
		{ S("/../../b"), S("/b") },
		{ S("/a/."), S("/a/") },
		{ S("/a/.."), S("/") },
		{ S("/a%2fb"), S("/a/b") },
		{ S("//"), S("/") },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++)
		CHECK_STR(last_reading(cx, cases[i].raw), cases[i].last);
	const struct lg_path path = path_of(cx, S("/a//../b"));
	assert_int_equal(path.count, 3);
	CHECK_STR(path.readings[0], S("/a//../b"));
	CHECK_STR(path.readings[1], S("/a/b"));
	CHECK_STR(path.readings[2], S("/b"));
	lg_test_ctx_done(&t);
}

TEST(paths_that_nobody_should_read_are_refused)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_path path;
	const lg_str bad[] = { S(""), S("a"), S("http://h/a"), S("*"), S("/a b"), S("/a#b"), S("/a\x01"),
		S("/%00"), S("/%0d%0a"), S("/a\x7f"), S("/%7f") };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_path_read(&t.cx, bad[i], &path), LG_E_REFUSED);
	lg_test_ctx_done(&t);
}

TEST(patterns_take_whole_parts)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	const struct {
		lg_str pattern, path;
		bool fits;
	} cases[] = {
		{ S("*"), S("/"), true },
		{ S("/"), S("/"), true },
		{ S("/a"), S("/a"), true },
		{ S("/a"), S("/a/"), false },
		{ S("/a/"), S("/a/"), true },
		{ S("/a"), S("/A"), false },
		{ S("/a/{x}"), S("/a/b"), true },
		{ S("/a/{x}"), S("/a/"), false },
		{ S("/a/{x}"), S("/a/b/c"), false },
		{ S("/{x}/b"), S("/a/b"), true },
		{ S("/a/{r+}"), S("/a/b/c/"), true },
		{ S("/a/{r+}"), S("/a/"), false },
		{ S("/a/{r+}"), S("/a"), false },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		struct lg_path_pattern pattern;
		CHECK_OK(lg_path_pattern_read(&t.cx, cases[i].pattern, &pattern));
		assert_int_equal(lg_path_matches(&pattern, cases[i].path), cases[i].fits);
	}
	const lg_str bad[] = { S("a"), S(""), S("/{a}b"), S("/{}"), S("/{a+}/b"), S("/a*"), S("/a}") };
	struct lg_path_pattern pattern;
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_path_pattern_read(&t.cx, bad[i], &pattern), LG_E_REFUSED);
	struct lg_str_map parameters;
	CHECK_OK(lg_path_pattern_read(&t.cx, S("/a/{x}/{r+}"), &pattern));
	CHECK_OK(lg_path_parameters(&t.cx, &pattern, S("/a/b/c/d"), &parameters));
	CHECK_STR(lg_str_map_get(&parameters, S("x")), S("b"));
	CHECK_STR(lg_str_map_get(&parameters, S("r")), S("c/d"));
	lg_test_ctx_done(&t);
}

/* ---- rules ---- */

TEST(issuers_are_ours_or_foreign)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	const lg_str public_url = S("https://id.example.com");
	const struct {
		lg_str text, url, pool;
	} cases[] = {
		{ S("us-east-1_Abc"), LG_STR_NONE, S("us-east-1_Abc") },
		{ S("arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_Abc"), LG_STR_NONE,
			S("us-east-1_Abc") },
		{ S("https://id.example.com/us-east-1_Abc"), S("https://id.example.com/us-east-1_Abc"),
			S("us-east-1_Abc") },
		{ S("https://id.example.com/x/us-east-1_Abc"), S("https://id.example.com/x/us-east-1_Abc"),
			LG_STR_NONE },
		{ S("https://id.example.com.evil/us-east-1_Abc"),
			S("https://id.example.com.evil/us-east-1_Abc"), LG_STR_NONE },
		{ S("https://other.example/us-east-1_Abc"), S("https://other.example/us-east-1_Abc"),
			LG_STR_NONE },
		{ S("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc"),
			S("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc"), S("us-east-1_Abc") },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		struct lg_token_issuer issuer;
		CHECK_OK(lg_token_issuer_read(&t.cx, cases[i].text, public_url, &issuer));
		CHECK_STR(issuer.url, cases[i].url);
		CHECK_STR(issuer.pool_id, cases[i].pool);
	}
	struct lg_token_issuer issuer;
	CHECK_CODE(lg_token_issuer_read(&t.cx, S("example"), public_url, &issuer), LG_E_REFUSED);
	CHECK_CODE(
		lg_token_issuer_read(&t.cx, S("arn:aws:iam::1:role/x"), public_url, &issuer), LG_E_REFUSED);
	lg_test_ctx_done(&t);
}

/* ---- answers ---- */

TEST(values_are_printable_and_unambiguous)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	const struct lg_route route = { .name = S("r"), .header_bytes = 3584 };
	const struct lg_str_list groups = { .items = (lg_str[]){ S("a,b"), S("c d"), S("100%") },
		.count = 3 };
	struct lg_authz_who who = { .groups = &groups };
	struct lg_authz_answer answer;
	who.texts[LG_AUTHZ_SUB] = S("a\r\nX-Authz-Groups: admin");
	who.texts[LG_AUTHZ_USERNAME] = S(" j\xc3\xb6rg ");
	who.texts[LG_AUTHZ_CLIENT_ID] = S("a b");
	CHECK_OK(lg_authz_allow(&t.cx, &route, &who, &answer));
	CHECK_STR(answer.values[LG_AUTHZ_SUB], S("a%0D%0AX-Authz-Groups: admin"));
	CHECK_STR(answer.values[LG_AUTHZ_USERNAME], S("%20j%C3%B6rg%20"));
	CHECK_STR(answer.values[LG_AUTHZ_CLIENT_ID], S("a b"));
	CHECK_STR(answer.values[LG_AUTHZ_GROUPS], S("a%2Cb,c%20d,100%25"));
	CHECK_STR(answer.values[LG_AUTHZ_ARN], S(""));
	CHECK_STR(answer.values[LG_AUTHZ_OMITTED], S(""));
	lg_test_ctx_done(&t);
}

TEST(what_does_not_fit_is_named)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	static char long_text[6000];
	memset(long_text, 'x', sizeof(long_text));
	const struct lg_route route = { .name = S("r"), .header_bytes = 2048 };
	struct lg_authz_who who = { .context = S("{}") };
	struct lg_authz_answer answer;
	who.texts[LG_AUTHZ_SUB] = S("me");
	who.texts[LG_AUTHZ_SCOPES] = lg_str_from_bytes(long_text, sizeof(long_text));
	CHECK_OK(lg_authz_allow(&t.cx, &route, &who, &answer));
	CHECK_STR(answer.values[LG_AUTHZ_SUB], S("me"));
	CHECK_STR(answer.values[LG_AUTHZ_SCOPES], S(""));
	CHECK_STR(answer.values[LG_AUTHZ_CONTEXT], S("e30"));
	CHECK_STR(answer.values[LG_AUTHZ_OMITTED], S("X-Authz-Scopes"));
	lg_test_ctx_done(&t);
}

/* ---- bodies ---- */

struct body_case {
	enum lg_ask_body known;
	lg_str header;
	bool ignored, may_be_unsigned, by_body, whole, presigned, s3;
	int code;
	lg_str hash;
};

#define EMPTY_HASH S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
#define SOME_HASH S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
#define UNSIGNED_PAYLOAD S("UNSIGNED-PAYLOAD")

TEST(a_body_is_bound_or_known_not_to_be_there)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	const int refused = LG_E_INVALID_SIGNATURE;
	const struct body_case cases[] = {
		{ .known = LG_BODY_NONE, .hash = EMPTY_HASH },
		{ .known = LG_BODY_UNKNOWN, .code = refused },
		{ .known = LG_BODY_UNKNOWN, .ignored = true, .hash = EMPTY_HASH },
		{ .known = LG_BODY_SOME, .code = refused },
		{ .known = LG_BODY_SOME, .ignored = true, .code = refused },
		{ .known = LG_BODY_SOME, .header = SOME_HASH, .hash = SOME_HASH },
		{ .known = LG_BODY_UNKNOWN, .header = SOME_HASH, .hash = SOME_HASH },
		{ .known = LG_BODY_NONE, .header = EMPTY_HASH, .hash = EMPTY_HASH },
		{ .known = LG_BODY_SOME, .header = EMPTY_HASH, .code = refused },
		{ .known = LG_BODY_NONE, .header = S("x"), .code = refused },
		{ .known = LG_BODY_SOME, .header = UNSIGNED_PAYLOAD, .code = refused },
		{ .known = LG_BODY_SOME,
			.header = UNSIGNED_PAYLOAD,
			.may_be_unsigned = true,
			.hash = UNSIGNED_PAYLOAD },
		{ .known = LG_BODY_UNKNOWN, .by_body = true, .code = refused },
		{ .known = LG_BODY_UNKNOWN, .by_body = true, .whole = true },
		{ .known = LG_BODY_UNKNOWN, .presigned = true, .s3 = true, .code = refused },
		{ .known = LG_BODY_NONE, .presigned = true, .s3 = true, .hash = UNSIGNED_PAYLOAD },
		{ .known = LG_BODY_NONE, .s3 = true, .code = refused },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		const struct body_case *c = &cases[i];
		const struct lg_authorizer authorizer = { .s3 = c->s3 };
		const struct lg_route route = { .authorizer = &authorizer,
			.body_ignored = c->ignored,
			.unsigned_payload = c->may_be_unsigned,
			.payload_body = c->by_body };
		const struct lg_ask ask = { .body_known = c->known, .body_whole = c->whole };
		const struct lg_authz_call call = { .route = &route, .ask = &ask };
		const struct lg_sigv4_claim claim = { .payload_hash = c->header, .presigned = c->presigned };
		struct lg_payload payload;
		CHECK_CODE(lg_payload_of(&t.cx, &call, &claim, &payload), c->code);
		if (!c->code)
			CHECK_STR(payload.hash, c->hash);
	}
	lg_test_ctx_done(&t);
}

/* ---- what was seen ---- */

TEST(a_verdict_is_kept_for_its_time_and_route)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_memo *seen;
	unsigned char digest[LG_SHA256_SIZE] = { 1 }, other[LG_SHA256_SIZE] = { 2 };
	struct lg_seen_token token = { .until = lg_time_add_ms(t.cx.now, 1000), .pool_id = S("p") }, found;
	for (size_t i = 0; i < LG_AUTHZ_HEADERS; i++)
		token.values[i] = S("");
	token.values[LG_AUTHZ_SUB] = S("me");
	CHECK_OK(lg_memo_new(&lg_seen_form, &seen));
	CHECK_CODE(lg_seen_get(&t.cx, seen, digest, 0, &found), LG_E_NOT_FOUND);
	lg_seen_put(seen, digest, 0, &token);
	CHECK_OK(lg_seen_get(&t.cx, seen, digest, 0, &found));
	CHECK_STR(found.values[LG_AUTHZ_SUB], S("me"));
	CHECK_STR(found.pool_id, S("p"));
	CHECK_CODE(lg_seen_get(&t.cx, seen, digest, 1, &found), LG_E_NOT_FOUND);
	CHECK_CODE(lg_seen_get(&t.cx, seen, other, 0, &found), LG_E_NOT_FOUND);
	t.cx.now = lg_time_add_ms(t.cx.now, 1000);
	CHECK_CODE(lg_seen_get(&t.cx, seen, digest, 0, &found), LG_E_NOT_FOUND);
	lg_memo_free(seen);
	lg_test_ctx_done(&t);
}

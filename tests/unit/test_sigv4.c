#include "tests/lib/test.h"

#include <string.h>

#include "token/sigv4_case.h"

static struct lg_test_ctx t;
static json_t *vectors;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	CHECK_OK(lg_json_parse(&t.cx, lg_test_fixture(&t.cx, "sigv4.json"), &vectors));
	CHECK(json_array_size(vectors) == 25);
	return &t.cx;
}

static struct lg_sigv4_case
vector(struct lg_ctx *cx, size_t i)
{
	struct lg_sigv4_case c;
	CHECK_OK(lg_sigv4_case_read(cx, json_array_get(vectors, i), &c));
	return c;
}

static lg_status
verify(struct lg_ctx *cx, const struct lg_sigv4_case *c)
{
	lg_str canonical, string_to_sign;
	return lg_sigv4_case_verify(cx, c, &canonical, &string_to_sign);
}

TEST(every_vector_verifies)
{
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		const json_t *object = json_array_get(vectors, i);
		struct lg_sigv4_case c = vector(cx, i);
		lg_str canonical, string_to_sign;
		lg_status s = lg_sigv4_case_verify(cx, &c, &canonical, &string_to_sign);
		if (lg_failed(s))
			print_error("%.*s: %.*s\n%.*s\n", LG_FMT(c.name), LG_FMT(lg_failure_text(cx, s.code)), LG_FMT(canonical));
		CHECK_OK(s);
		lg_str expected = lg_json_member_text(object, LG_STR("canonical_request"));
		if (lg_str_present(expected))
			CHECK_STR(canonical, expected);
		expected = lg_json_member_text(object, LG_STR("string_to_sign"));
		if (lg_str_present(expected))
			CHECK_STR(string_to_sign, expected);
	}
	lg_test_ctx_done(&t);
}

static lg_str
flipped(struct lg_ctx *cx, lg_str s)
{
	lg_str copy;
	CHECK_OK(lg_str_dup(cx, s, &copy));
	if (copy.len)
		((char *)(uintptr_t)copy.ptr)[copy.len - 1] ^= 1;
	else
		copy = LG_STR("x");
	return copy;
}

static struct lg_str_pair *
header(struct lg_sigv4_case *c, lg_str name)
{
	for (size_t i = 0; i < c->request.headers.count; i++)
		if (lg_str_eq_nocase(c->request.headers.items[i].key, name))
			return &c->request.headers.items[i];
	return NULL;
}

static void
add_header(struct lg_ctx *cx, struct lg_sigv4_case *c, lg_str name, lg_str value)
{
	struct lg_str_map *map = &c->request.headers;
	struct lg_str_pair *items = lg_new_array(cx, struct lg_str_pair, map->count + 1);
	memcpy(items, map->items, map->count * sizeof(*items));
	items[map->count] = (struct lg_str_pair){ name, value };
	map->items = items;
	map->count++;
}

TEST(every_altered_part_is_refused)
{
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		struct lg_sigv4_case c = vector(cx, i);
		c.request.method = LG_STR("PATCH");
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		c = vector(cx, i);
		lg_str parts[] = { c.request.path, LG_STR("x") };
		CHECK_OK(lg_str_concat(cx, parts, 2, &c.request.path));
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		c = vector(cx, i);
		if (lg_str_present(c.request.query)) {
			lg_str more[] = { c.request.query, LG_STR("&extra=1") };
			CHECK_OK(lg_str_concat(cx, more, 2, &c.request.query));
		} else {
			c.request.query = LG_STR("extra=1");
		}
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		c = vector(cx, i);
		c.request.body = flipped(cx, c.request.body);
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		c = vector(cx, i);
		c.secret_key = flipped(cx, c.secret_key);
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		c = vector(cx, i);
		c.access_key_id = LG_STR("AKIASOMEBODYELSE");
		CHECK_CODE(verify(cx, &c), LG_E_UNRECOGNIZED_CLIENT);
		c = vector(cx, i);
		c.service = LG_STR("s3");
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		c = vector(cx, i);
		header(&c, LG_STR("host"))->value = LG_STR("evil.example.com");
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		c = vector(cx, i);
		add_header(cx, &c, LG_STR("X-Amz-Target"), LG_STR("Smuggled.Operation"));
		CHECK(lg_failed(verify(cx, &c)));
		c = vector(cx, i);
		add_header(cx, &c, LG_STR("Host"), LG_STR("evil.example.com"));
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
	}
	lg_test_ctx_done(&t);
}

TEST(time_decides_at_its_exact_bounds)
{
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		struct lg_sigv4_case c = vector(cx, i);
		bool presigned = !header(&c, LG_STR("authorization"));
		lg_time signed_at = c.now;
		struct lg_sigv4_claim claim;
		CHECK_OK(lg_sigv4_parse(cx, &c.request, &claim));
		int64_t life = presigned ? claim.expires_s * 1000 : LG_SIGV4_SKEW_S * 1000;
		c.now = lg_time_add_ms(signed_at, life);
		CHECK_OK(verify(cx, &c));
		c.now = lg_time_add_ms(signed_at, life + 1);
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		CHECK(lg_str_starts(lg_failure_text(cx, LG_E_INVALID_SIGNATURE), LG_STR("Signature expired: 20300115T")));
		c.now = lg_time_add_ms(signed_at, -LG_SIGV4_SKEW_S * 1000);
		CHECK_OK(verify(cx, &c));
		c.now = lg_time_add_ms(signed_at, -LG_SIGV4_SKEW_S * 1000 - 1);
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		CHECK(lg_str_starts(lg_failure_text(cx, LG_E_INVALID_SIGNATURE), LG_STR("Signature not yet current: ")));
	}
	lg_test_ctx_done(&t);
}

/* The first vector with its Authorization header replaced. */
static int
with_authorization(struct lg_ctx *cx, lg_str value)
{
	struct lg_sigv4_case c = vector(cx, 0);
	if (lg_str_present(value))
		header(&c, LG_STR("authorization"))->value = value;
	else
		header(&c, LG_STR("authorization"))->key = LG_STR("x-nothing");
	return verify(cx, &c).code;
}

#define SIG "48bccd002aa012f447216c20cd5c4665b964a20aadeb603c010c82fdc1471ff3"
#define CRED "Credential=AKIAEXAMPLEKEY123456/20300115/us-east-1/sts/aws4_request"

TEST(malformed_authorization_is_incomplete)
{
	struct lg_ctx *cx = begin();
	CHECK(with_authorization(cx, LG_STR_NONE) == LG_E_MISSING_AUTHENTICATION_TOKEN);
	const lg_str incomplete[] = { LG_STR(""), LG_STR("Bearer abc"), LG_STR("AWS4-HMAC-SHA256"),
		LG_STR("AWS4-HMAC-SHA256 " CRED), LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=host"),
		LG_STR("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=host, Signature=short"),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=host, Signature=" SIG ", Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 Credential=AKIA/20300115/us-east-1/sts, SignedHeaders=host, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 Credential=AKIA/20300115/us-east-1/sts/aws4_request/x, SignedHeaders=host, Signature=" SIG) };
	for (size_t i = 0; i < LG_LEN(incomplete); i++)
		CHECK(with_authorization(cx, incomplete[i]) == LG_E_INCOMPLETE_SIGNATURE);
	const lg_str invalid[] = { LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=x-amz-date, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=x-amz-date;host, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=host;host;x-amz-date, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=Host;x-amz-date, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=host;not-there;x-amz-date, Signature=" SIG) };
	for (size_t i = 0; i < LG_LEN(invalid); i++)
		CHECK(with_authorization(cx, invalid[i]) == LG_E_INVALID_SIGNATURE);

	struct lg_sigv4_case c = vector(cx, 0);
	add_header(cx, &c, LG_STR("authorization"), header(&c, LG_STR("authorization"))->value);
	CHECK_CODE(verify(cx, &c), LG_E_INCOMPLETE_SIGNATURE);
	c = vector(cx, 0);
	add_header(cx, &c, LG_STR("x-amz-date"), LG_STR("20300115T102030Z"));
	CHECK_CODE(verify(cx, &c), LG_E_INCOMPLETE_SIGNATURE);
	c = vector(cx, 0);
	c.request.query = LG_STR("X-Amz-Algorithm=AWS4-HMAC-SHA256");
	CHECK_CODE(verify(cx, &c), LG_E_INCOMPLETE_SIGNATURE);
	lg_test_ctx_done(&t);
}

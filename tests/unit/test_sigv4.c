#include "tests/lib/test.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/uri.h"
#include "crypto/hash.h"
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
			print_error("%.*s: %.*s\n%.*s\n", LG_FMT(c.name),
				LG_FMT(lg_failure_text(cx, s.code)), LG_FMT(canonical));
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
		CHECK(lg_str_starts(lg_failure_text(cx, LG_E_INVALID_SIGNATURE),
			LG_STR("Signature expired: 20300115T")));
		c.now = lg_time_add_ms(signed_at, -LG_SIGV4_SKEW_S * 1000);
		CHECK_OK(verify(cx, &c));
		c.now = lg_time_add_ms(signed_at, -LG_SIGV4_SKEW_S * 1000 - 1);
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
		CHECK(lg_str_starts(
			lg_failure_text(cx, LG_E_INVALID_SIGNATURE), LG_STR("Signature not yet current: ")));
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
		LG_STR("AWS4-HMAC-SHA256 Credential=AKIA/20300115/us-east-1/sts, SignedHeaders=host, "
		       "Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 Credential=AKIA/20300115/us-east-1/sts/aws4_request/x, "
		       "SignedHeaders=host, Signature=" SIG) };
	for (size_t i = 0; i < LG_LEN(incomplete); i++)
		CHECK(with_authorization(cx, incomplete[i]) == LG_E_INCOMPLETE_SIGNATURE);
	const lg_str invalid[] = { LG_STR("AWS4-HMAC-SHA256 " CRED
					  ", SignedHeaders=x-amz-date, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=x-amz-date;host, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=host;host;x-amz-date, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED ", SignedHeaders=Host;x-amz-date, Signature=" SIG),
		LG_STR("AWS4-HMAC-SHA256 " CRED
		       ", SignedHeaders=host;not-there;x-amz-date, Signature=" SIG) };
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

/* The first vector with another path and query, presigned or not: only its canonical form is looked at. */
static lg_str
canonical_line(struct lg_ctx *cx, lg_str service, lg_str path, lg_str query, size_t line)
{
	struct lg_sigv4_case c = vector(cx, 0);
	struct lg_sigv4_claim claim;
	lg_str canonical, string_to_sign;
	c.request.path = path;
	c.request.query = query;
	CHECK_OK(lg_sigv4_parse(cx, &c.request, &claim));
	claim.service = service;
	/* Whether the signature is right is another test's question. */
	lg_status s = lg_sigv4_verify(
		cx, &c.request, &claim, c.secret_key, service, c.now, &canonical, &string_to_sign);
	CHECK(!lg_failed(s) || s.code == LG_E_INVALID_SIGNATURE);
	while (line--)
		lg_str_cut(&canonical, '\n');
	return lg_str_cut(&canonical, '\n');
}

/* spec/sts-iam.md B2 */
TEST(paths_are_normalized_and_encoded_again)
{
	struct lg_ctx *cx = begin();
	static const struct lg_str_pair paths[] = {
		{ LG_STR_INIT("/./example"), LG_STR_INIT("/example") },
		{ LG_STR_INIT("//example//"), LG_STR_INIT("/example/") },
		{ LG_STR_INIT("/example1/example2/../.."), LG_STR_INIT("/") },
		{ LG_STR_INIT("/example space/"), LG_STR_INIT("/example%20space/") },
		{ LG_STR_INIT("/a/b/../"), LG_STR_INIT("/a/") },
		{ LG_STR_INIT("/a/."), LG_STR_INIT("/a") },
		{ LG_STR_INIT("/a/b/.."), LG_STR_INIT("/a") },
		{ LG_STR_INIT("/../../a"), LG_STR_INIT("/a") },
		{ LG_STR_INIT("/%2e%2e/%20"), LG_STR_INIT("/%252e%252e/%2520") },
		{ LG_STR_INIT("/\xe1\x88\xb4"), LG_STR_INIT("/%E1%88%B4") },
	};
	for (size_t i = 0; i < LG_LEN(paths); i++)
		CHECK_STR(canonical_line(cx, LG_STR("sts"), paths[i].key, LG_STR_NONE, 1), paths[i].value);
	CHECK_STR(canonical_line(cx, LG_STR("s3"), LG_STR("/a//b/../%20c d%2Fe"), LG_STR_NONE, 1),
		LG_STR("/a//b/../%20c%20d/e"));
	lg_test_ctx_done(&t);
}

TEST(queries_are_decoded_encoded_and_sorted)
{
	struct lg_ctx *cx = begin();
	static const struct lg_str_pair queries[] = {
		{ LG_STR_INIT("a=1+2"), LG_STR_INIT("a=1%2B2") },
		{ LG_STR_INIT("a=%zz&b=%"), LG_STR_INIT("a=%25zz&b=%25") },
		{ LG_STR_INIT("&&b&a=2&a=1&"), LG_STR_INIT("a=1&a=2&b=") },
		{ LG_STR_INIT("b=2&a=1&B=3"), LG_STR_INIT("B=3&a=1&b=2") },
		{ LG_STR_INIT("x=a=b&y=%2f"), LG_STR_INIT("x=a%3Db&y=%2F") },
		{ LG_STR_INIT("Param-3=V&Param=V&%E1%88%B4=bar"),
			LG_STR_INIT("%E1%88%B4=bar&Param=V&Param-3=V") },
	};
	for (size_t i = 0; i < LG_LEN(queries); i++)
		CHECK_STR(
			canonical_line(cx, LG_STR("sts"), LG_STR("/"), queries[i].key, 2), queries[i].value);

	/* None is left out: too many are refused. */
	struct lg_sigv4_case c = vector(cx, 0);
	struct lg_sigv4_claim claim;
	char *many = lg_new_array(cx, char, 2 * 1001);
	for (size_t i = 0; i < 1001; i++)
		memcpy(many + 2 * i, "a&", 2);
	c.request.query = lg_str_from_bytes(many, 2 * 1001);
	CHECK_CODE(lg_sigv4_parse(cx, &c.request, &claim), LG_E_INCOMPLETE_SIGNATURE);
	lg_test_ctx_done(&t);
}

/* Sign a case anew, as a client would; its Authorization header or X-Amz-Signature is written over. */
static void
sign_again(struct lg_ctx *cx, struct lg_sigv4_case *c)
{
	struct lg_sigv4_claim claim;
	lg_str canonical, string_to_sign = LG_STR_NONE, hex;
	CHECK_OK(lg_sigv4_parse(cx, &c->request, &claim));
	CHECK(lg_failed(lg_sigv4_verify(
		cx, &c->request, &claim, LG_STR("no"), c->service, c->now, &canonical, &string_to_sign)));
	CHECK(lg_str_present(string_to_sign));

	const lg_str start[] = { LG_STR("AWS4"), c->secret_key };
	lg_str first;
	unsigned char key[LG_SHA256_SIZE];
	CHECK_OK(lg_str_concat(cx, start, LG_LEN(start), &first));
	lg_hmac_sha256(first, &claim.date, 1, key);
	const lg_str rest[] = { claim.region, claim.service, LG_STR("aws4_request"), string_to_sign };
	for (size_t i = 0; i < LG_LEN(rest); i++)
		lg_hmac_sha256(lg_str_from_bytes(key, sizeof(key)), &rest[i], 1, key);
	CHECK_OK(lg_hex_encode(cx, lg_str_from_bytes(key, sizeof(key)), &hex));

	lg_str *place = claim.presigned ? &c->request.query : &header(c, LG_STR("authorization"))->value;
	CHECK_OK(lg_str_dup(cx, *place, place));
	char *at = memmem(place->ptr, place->len, claim.signature.ptr, claim.signature.len);
	CHECK(at != NULL);
	memcpy(at, hex.ptr, hex.len);
}

static size_t
vector_of(bool presigned)
{
	struct lg_test_ctx other;
	lg_test_ctx_init(&other);
	size_t i = 0;
	for (; i < json_array_size(vectors); i++) {
		struct lg_sigv4_case c = vector(&other.cx, i);
		bool is = !header(&c, LG_STR("authorization"));
		if (is == presigned)
			break;
	}
	lg_test_ctx_done(&other);
	return i;
}

TEST(a_date_header_serves_when_there_is_no_x_amz_date)
{
	struct lg_ctx *cx = begin();
	const lg_str good[] = { LG_STR("Tue, 15 Jan 2030 10:20:30 GMT"), LG_STR("20300115T102030Z") };
	for (size_t i = 0; i < LG_LEN(good); i++) {
		struct lg_sigv4_case c = vector(cx, 0);
		header(&c, LG_STR("x-amz-date"))->key = LG_STR("Date");
		header(&c, LG_STR("date"))->value = good[i];
		header(&c, LG_STR("authorization"))->value = LG_STR(
			"AWS4-HMAC-SHA256 " CRED ", SignedHeaders=content-type;date;host, Signature=" SIG);
		sign_again(cx, &c);
		CHECK_OK(verify(cx, &c));
	}
	const lg_str bad[] = { LG_STR("Mon, 15 Jan 2030 10:20:30 GMT"),
		LG_STR("Tue, 15 Jan 2030 10:20:30 UTC"), LG_STR("Tue, 15 Jan 2030 10-20-30 GMT"),
		LG_STR("yesterday"), LG_STR("") };
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		struct lg_sigv4_case c = vector(cx, 0);
		header(&c, LG_STR("x-amz-date"))->key = LG_STR("Date");
		header(&c, LG_STR("date"))->value = bad[i];
		CHECK_CODE(verify(cx, &c), LG_E_INCOMPLETE_SIGNATURE);
	}
	lg_test_ctx_done(&t);
}

TEST(region_service_and_date_of_the_scope_are_signed)
{
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		struct lg_sigv4_case c = vector(cx, i);
		struct lg_sigv4_claim claim;
		lg_str canonical, string_to_sign;
		CHECK_OK(lg_sigv4_parse(cx, &c.request, &claim));
		const struct lg_sigv4_claim good = claim;
		claim.region = LG_STR("xx-east-1");
		CHECK_CODE(lg_sigv4_verify(cx, &c.request, &claim, c.secret_key, c.service, c.now,
				   &canonical, &string_to_sign),
			LG_E_INVALID_SIGNATURE);
		claim = good;
		claim.service = LG_STR("iot");
		CHECK_CODE(lg_sigv4_verify(cx, &c.request, &claim, c.secret_key, LG_STR("iot"), c.now,
				   &canonical, &string_to_sign),
			LG_E_INVALID_SIGNATURE);
		claim = good;
		claim.date = LG_STR("20300114");
		CHECK_CODE(lg_sigv4_verify(cx, &c.request, &claim, c.secret_key, c.service, c.now,
				   &canonical, &string_to_sign),
			LG_E_INVALID_SIGNATURE);
		CHECK(lg_str_starts(
			lg_failure_text(cx, LG_E_INVALID_SIGNATURE), LG_STR("Date in Credential scope")));
		c.region = LG_STR("xx-east-1");
		CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
	}
	lg_test_ctx_done(&t);
}

TEST(a_signed_header_is_signed_with_its_value)
{
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		struct lg_sigv4_case c = vector(cx, i);
		struct lg_sigv4_claim claim;
		CHECK_OK(lg_sigv4_parse(cx, &c.request, &claim));
		for (lg_str rest = claim.signed_headers; lg_str_present(rest);) {
			lg_str name = lg_str_cut(&rest, ';');
			struct lg_sigv4_case altered = vector(cx, i);
			header(&altered, name)->value = flipped(cx, header(&altered, name)->value);
			CHECK(lg_failed(verify(cx, &altered)));
			altered = vector(cx, i); /* the same header once more: its values are joined */
			add_header(cx, &altered, name, header(&altered, name)->value);
			CHECK(lg_failed(verify(cx, &altered)));
			altered = vector(cx, i);
			header(&altered, name)->key = LG_STR("x-gone");
			CHECK(lg_failed(verify(cx, &altered)));
		}
	}
	lg_test_ctx_done(&t);
}

TEST(no_x_amz_header_travels_unsigned)
{
	struct lg_ctx *cx = begin();
	const lg_str names[] = { LG_STR("X-Amz-Target"), LG_STR("x-amz-user-agent"),
		LG_STR("x-amz-content-sha256") };
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		for (size_t n = 0; n < LG_LEN(names); n++) {
			struct lg_sigv4_case c = vector(cx, i);
			if (header(&c, names[n]))
				continue;
			add_header(cx, &c, names[n], LG_STR("v"));
			CHECK(lg_failed(verify(cx, &c)));
		}
	}
	lg_test_ctx_done(&t);
}

TEST(but_for_the_session_token)
{
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		struct lg_sigv4_case c = vector(cx, i);
		if (!header(&c, LG_STR("authorization")) || header(&c, LG_STR("x-amz-security-token")))
			continue;
		add_header(cx, &c, LG_STR("X-Amz-Security-Token"), LG_STR("v"));
		c.session_token = LG_STR("v");
		CHECK_OK(verify(cx, &c));
	}
	lg_test_ctx_done(&t);
}

TEST(a_named_payload_hash_must_be_the_bodys)
{
	struct lg_ctx *cx = begin();
	const struct {
		lg_str hash;
		int code;
	} cases[] = {
		{ LG_STR_INIT("ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843"), LG_E_OK },
		{ LG_STR_INIT("AB821AE955788B0E33EBD34C208442CCFC2D406E2EDC5E7A39BD6458FBB4F843"),
			LG_E_INVALID_SIGNATURE },
		{ LG_STR_INIT("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
			LG_E_INVALID_SIGNATURE },
		{ LG_STR_INIT("UNSIGNED-PAYLOAD"), LG_E_INVALID_SIGNATURE },
		{ LG_STR_INIT("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), LG_E_INVALID_SIGNATURE },
		{ LG_STR_INIT(""), LG_E_INVALID_SIGNATURE },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		struct lg_sigv4_case c = vector(cx, 0);
		add_header(cx, &c, LG_STR("X-Amz-Content-Sha256"), cases[i].hash);
		header(&c, LG_STR("authorization"))->value = LG_STR(
			"AWS4-HMAC-SHA256 " CRED
			", SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=" SIG);
		if (cases[i].code == LG_E_OK)
			sign_again(cx, &c);
		CHECK_CODE(verify(cx, &c), cases[i].code);
	}
	lg_test_ctx_done(&t);
}

TEST(only_s3_takes_an_unsigned_body)
{
	struct lg_ctx *cx = begin();
	for (int presigned = 0; presigned < 2; presigned++) {
		struct lg_sigv4_case c = vector(cx, vector_of(presigned));
		struct lg_sigv4_claim claim;
		lg_str canonical, string_to_sign;
		CHECK_OK(lg_sigv4_parse(cx, &c.request, &claim));
		claim.service = LG_STR("s3");
		if (!presigned)
			claim.payload_hash = LG_STR("UNSIGNED-PAYLOAD");
		CHECK_CODE(lg_sigv4_verify(cx, &c.request, &claim, c.secret_key, LG_STR("s3"), c.now,
				   &canonical, &string_to_sign),
			LG_E_INVALID_SIGNATURE);
		CHECK(lg_str_ends(canonical, LG_STR("\nUNSIGNED-PAYLOAD")));
	}
	lg_test_ctx_done(&t);
}

TEST(presigned_parameters_are_checked)
{
	struct lg_ctx *cx = begin();
	size_t i = vector_of(true);
	static const struct {
		const char *from, *to;
		int code;
	} edits[] = {
		{ "X-Amz-Expires=900", "X-Amz-Expires=604801", LG_E_INCOMPLETE_SIGNATURE },
		{ "X-Amz-Expires=900", "X-Amz-Expires=0", LG_E_INCOMPLETE_SIGNATURE },
		{ "X-Amz-Expires=900", "X-Amz-Expires=-1", LG_E_INCOMPLETE_SIGNATURE },
		{ "X-Amz-Expires=900", "X-Amz-Expires=900&X-Amz-Expires=900", LG_E_INCOMPLETE_SIGNATURE },
		{ "X-Amz-Expires=900", "X-Amz-Expires=901", LG_E_INVALID_SIGNATURE },
		{ "X-Amz-Date=20300115T102030Z", "X-Amz-Date=20300115T102031Z", LG_E_INVALID_SIGNATURE },
		{ "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=AWS4-HMAC-SHA1",
			LG_E_INCOMPLETE_SIGNATURE },
		{ "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=none", LG_E_INCOMPLETE_SIGNATURE },
		{ "%2Faws4_request", "%2Faws4", LG_E_INVALID_SIGNATURE },
		{ "X-Amz-Signature=", "X-Amz-Sig=", LG_E_INCOMPLETE_SIGNATURE },
		{ "X-Amz-Credential=", "X-Amz-Cred=", LG_E_INCOMPLETE_SIGNATURE },
	};
	for (size_t n = 0; n < LG_LEN(edits); n++) {
		struct lg_sigv4_case c = vector(cx, i);
		lg_str query = c.request.query;
		const char *at = memmem(query.ptr, query.len, edits[n].from, strlen(edits[n].from));
		CHECK(at != NULL);
		size_t before = (size_t)(at - query.ptr);
		const lg_str parts[] = { lg_str_slice(query, 0, before), lg_str_from_c(edits[n].to),
			lg_str_slice(query, before + strlen(edits[n].from), query.len) };
		CHECK_OK(lg_str_concat(cx, parts, LG_LEN(parts), &c.request.query));
		CHECK_CODE(verify(cx, &c), edits[n].code);
	}

	/* Without X-Amz-Expires it lives as long as a signed header. */
	struct lg_sigv4_case c = vector(cx, i);
	lg_str query = c.request.query;
	const char *at = memmem(query.ptr, query.len, "X-Amz-Expires=900&", 18);
	const lg_str parts[] = { lg_str_slice(query, 0, (size_t)(at - query.ptr)),
		lg_str_slice(query, (size_t)(at - query.ptr) + 18, query.len) };
	CHECK_OK(lg_str_concat(cx, parts, LG_LEN(parts), &c.request.query));
	sign_again(cx, &c);
	CHECK_OK(verify(cx, &c));
	c.now = lg_time_add_ms(c.now, LG_SIGV4_SKEW_S * 1000 + 1);
	CHECK_CODE(verify(cx, &c), LG_E_INVALID_SIGNATURE);
	lg_test_ctx_done(&t);
}

static lg_str
text_of(struct lg_ctx *cx, lg_str authorization)
{
	return lg_failure_text(cx, with_authorization(cx, authorization));
}

TEST(refusals_say_what_aws_says)
{
	struct lg_ctx *cx = begin();
	CHECK_STR(text_of(cx, LG_STR("AWS4-HMAC-SHA256 " CRED
				     ", SignedHeaders=content-type;x-amz-date, Signature=" SIG)),
		LG_STR("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
	CHECK_STR(text_of(cx, LG_STR("AWS4-ECDSA-P256-SHA256 " CRED ", SignedHeaders=host, Signature=" SIG)),
		LG_STR("Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'."));
	lg_str text = text_of(cx, LG_STR("AWS4-HMAC-SHA256 SignedHeaders=host"));
	CHECK(lg_str_starts(text,
		LG_STR("Authorization header requires 'Credential' parameter. Authorization header requires "
		       "'Signature' parameter. (Hashed with SHA-256")));
	CHECK_STR(text_of(cx, LG_STR("AWS4-HMAC-SHA256 Credential=A/20300115/us-east-1/sts/aws5, "
				     "SignedHeaders=host, Signature=" SIG)),
		LG_STR("Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'."));
	/* What may be somebody's token is not repeated. */
	text = text_of(cx, LG_STR("Bearer secret-token"));
	CHECK(lg_str_starts(text,
		LG_STR("Invalid key=value pair (missing equal-sign) in Authorization header (hashed")));
	CHECK(!memmem(text.ptr, text.len, "secret", 6));
	lg_test_ctx_done(&t);
}

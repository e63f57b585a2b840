#include "tests/lib/test.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/cbor.h"
#include "codec/shape_io.h"
#include "codec/text.h"
#include "codec/uri.h"
#include "gen/rec_types.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	return &t.cx;
}

TEST(base64_follows_rfc_4648)
{
	struct lg_ctx *cx = begin();
	const lg_str vectors[][2] = { { LG_STR(""), LG_STR("") }, { LG_STR("f"), LG_STR("Zg==") }, { LG_STR("fo"), LG_STR("Zm8=") },
		{ LG_STR("foo"), LG_STR("Zm9v") }, { LG_STR("foob"), LG_STR("Zm9vYg==") }, { LG_STR("fooba"), LG_STR("Zm9vYmE=") },
		{ LG_STR("foobar"), LG_STR("Zm9vYmFy") } };
	for (size_t i = 0; i < LG_LEN(vectors); i++) {
		lg_str text;
		CHECK_OK(lg_base64_encode(cx, vectors[i][0], &text));
		CHECK_STR(text, vectors[i][1]);
		CHECK_OK(lg_base64_decode(cx, text, &text));
		CHECK_STR(text, vectors[i][0]);
	}
	lg_test_ctx_done(&t);
}

TEST(base64_is_strict_where_it_says_so)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	CHECK_CODE(lg_base64_decode(cx, LG_STR("Zg"), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64_decode(cx, LG_STR("Zh=="), &text), LG_E_MALFORMED); /* bits behind the end */
	CHECK_CODE(lg_base64_decode(cx, LG_STR("Zg=a"), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64_decode(cx, LG_STR("===="), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64_decode(cx, LG_STR("-_-_"), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64url_decode(cx, LG_STR("Zg=="), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64url_decode(cx, LG_STR("A"), &text), LG_E_MALFORMED);
	CHECK_OK(lg_base64_decode_lenient(cx, LG_STR("-_+/"), &text));
	CHECK_OK(lg_base64_decode_lenient(cx, LG_STR("Zg"), &text));
	CHECK_OK(lg_base64_decode_lenient(cx, LG_STR("Zg=="), &text));
	CHECK_CODE(lg_base64_decode_lenient(cx, LG_STR("Zg="), &text), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

TEST(hex_and_uuid_round_trip)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	unsigned char uid[16];
	CHECK_OK(lg_hex_decode(cx, LG_STR("00fFa1"), &text));
	CHECK_OK(lg_hex_encode(cx, text, &text));
	CHECK_STR(text, LG_STR("00ffa1"));
	CHECK_CODE(lg_hex_decode(cx, LG_STR("0"), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_hex_decode(cx, LG_STR("0g"), &text), LG_E_MALFORMED);
	CHECK(lg_uuid_decode(LG_STR("76c25234-b041-70f2-8ba4-caf538363b35"), uid));
	CHECK_OK(lg_uuid_encode(cx, uid, &text));
	CHECK_STR(text, LG_STR("76c25234-b041-70f2-8ba4-caf538363b35"));
	CHECK(!lg_uuid_decode(LG_STR("76c25234-b041-70f2-8ba4-caf538363b3"), uid));
	CHECK(!lg_uuid_decode(LG_STR("76c25234xb041-70f2-8ba4-caf538363b35"), uid));
	lg_test_ctx_done(&t);
}

TEST(uri_encodes_everything_that_is_reserved)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	CHECK_OK(lg_uri_encode(cx, LG_STR("a b/ü~+%"), false, &text));
	CHECK_STR(text, LG_STR("a%20b%2F%C3%BC~%2B%25"));
	CHECK_OK(lg_uri_encode(cx, LG_STR("/a b"), true, &text));
	CHECK_STR(text, LG_STR("/a%20b"));
	CHECK_OK(lg_uri_decode(cx, LG_STR("%41+b"), false, &text));
	CHECK_STR(text, LG_STR("A+b"));
	CHECK_CODE(lg_uri_decode(cx, LG_STR("%4"), false, &text), LG_E_MALFORMED);
	CHECK_CODE(lg_uri_decode(cx, LG_STR("%zz"), false, &text), LG_E_MALFORMED);
	struct lg_str_map map;
	CHECK_OK(lg_form_parse(cx, LG_STR("a=1&b=x+y%26&a=2&c&&"), &map));
	CHECK(map.count == 4);
	CHECK_STR(lg_str_map_get(&map, LG_STR("b")), LG_STR("x y&"));
	CHECK_STR(map.items[2].value, LG_STR("2"));
	lg_test_ctx_done(&t);
}

TEST(json_reader_takes_all_or_nothing)
{
	struct lg_ctx *cx = begin();
	json_t *tree;
	const char *bad[] = { "", "{", "{}{}", "{\"a\":1,\"a\":2}", "{'a':1}", "[1,]", "\"\\ud800\"", "\"\xff\"", "nul", "{\"a\":01}",
		"[1e999]", "\"\x01\"" };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_json_parse(cx, lg_str_from_c(bad[i]), &tree), LG_E_MALFORMED);
	CHECK_OK(lg_json_parse(cx, LG_STR("{\"a\":\"x\\u0000y\",\"b\":null}"), &tree));
	CHECK_STR(lg_json_member_text(tree, LG_STR("a")), LG_STR("x\0y"));
	CHECK(!lg_json_member(tree, LG_STR("b")));
	lg_test_ctx_done(&t);
}

TEST(json_reader_has_limits)
{
	struct lg_ctx *cx = begin();
	json_t *tree;
	char deep[200], wide[30000];
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	CHECK_CODE(lg_json_parse(cx, lg_str_from_bytes(deep, 200), &tree), LG_E_MALFORMED);
	CHECK_OK(lg_json_parse(cx, lg_str_from_bytes(deep + 68, 64), &tree));
	memset(wide, ',', sizeof(wide));
	CHECK_CODE(lg_json_parse(cx, lg_str_from_bytes(wide, sizeof(wide)), &tree), LG_E_MALFORMED);
	CHECK(lg_arena_used(cx->arena) < 100000);
	lg_test_ctx_done(&t);
}

TEST(json_writer_escapes_and_matches)
{
	struct lg_ctx *cx = begin();
	struct lg_json *j = lg_json_new(cx, 1000);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("a\""), LG_STR("\\\n\x01\0ü"));
	lg_json_key(j, LG_STR("t"));
	lg_json_open(j, '[');
	lg_json_time(j, (lg_time){ 1689980857949 });
	lg_json_time(j, (lg_time){ 1689980857900 });
	lg_json_time(j, (lg_time){ 1689980857000 });
	lg_json_time(j, (lg_time){ -500 });
	lg_json_float(j, 0.1);
	lg_json_int(j, INT64_MIN);
	lg_json_close(j, ']');
	lg_json_close(j, '}');
	lg_str text;
	CHECK_OK(lg_json_finish(cx, j, &text));
	CHECK_STR(text, LG_STR("{\"a\\\"\":\"\\\\\\n\\u0001\\u0000ü\",\"t\":[1689980857.949,1689980857.9,1689980857,-0.5,0.1,"
			       "-9223372036854775808]}"));

	j = lg_json_new(cx, 1000);
	lg_json_open(j, '{');
	lg_json_close(j, ']');
	CHECK_CODE(lg_json_finish(cx, j, &text), LG_E_INTERNAL);
	j = lg_json_new(cx, 10);
	lg_json_str(j, LG_STR("longer than ten"));
	CHECK_CODE(lg_json_finish(cx, j, &text), LG_E_TOO_LARGE);
	j = lg_json_new(cx, 100);
	lg_json_str(j, LG_STR("\xff"));
	CHECK_CODE(lg_json_finish(cx, j, &text), LG_E_INTERNAL);
	CHECK_CODE(lg_json_finish(cx, NULL, &text), LG_E_NO_MEMORY);
	lg_test_ctx_done(&t);
}

static bool
matches(struct lg_ctx *cx, lg_str s, const char *pattern)
{
	bool found = false;
	CHECK_OK(lg_text_matches(cx, s, pattern, &found));
	return found;
}

TEST(patterns_are_anchored_and_know_unicode)
{
	struct lg_ctx *cx = begin();
	static const char name[] = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";
	static const char client[] = "[\\w+]+";
	static const char domain[] = "^[0-9A-Za-z\\.\\-_]*(?<!\\.)$";
	static const char password[] = "[\\S]+";
	CHECK(matches(cx, LG_STR("名前-😀é"), name));
	CHECK(!matches(cx, LG_STR("a b"), name));
	CHECK(!matches(cx, LG_STR("a\n"), name));
	CHECK(!matches(cx, LG_STR(""), name));
	CHECK(matches(cx, LG_STR("abc+1"), client));
	CHECK(!matches(cx, LG_STR("ü"), client)); /* \w is ASCII */
	CHECK(matches(cx, LG_STR("a.b"), domain));
	CHECK(!matches(cx, LG_STR("a.b."), domain));
	CHECK(!matches(cx, LG_STR("a\n"), domain));
	CHECK(matches(cx, LG_STR("pässwörd"), password));
	CHECK(!matches(cx, LG_STR("pass word"), password));
	lg_test_ctx_done(&t);
}

TEST(text_is_measured_and_folded_like_the_service_does)
{
	struct lg_ctx *cx = begin();
	CHECK(lg_text_utf16_len(LG_STR("aé名😀")) == 5);
	CHECK(!lg_text_is_utf8(LG_STR("\xc0\x80")));
	CHECK(!lg_text_is_utf8(LG_STR("\xed\xa0\x80")));
	lg_str folded;
	CHECK_OK(lg_text_fold(cx, LG_STR("Straße"), &folded));
	CHECK_STR(folded, LG_STR("strasse"));
	CHECK_OK(lg_text_fold(cx, LG_STR("ÉCOLE ﬁ"), &folded));
	CHECK_STR(folded, LG_STR("école fi"));
	CHECK_OK(lg_text_fold(cx, LG_STR("\xef\xb7\xba"), &folded)); /* U+FDFA, the longest of all */
	CHECK(folded.len > 18);
	lg_test_ctx_done(&t);
}

static lg_status
read_sign_up(struct lg_ctx *cx, const char *json, struct lg_idp_sign_up_request *ret)
{
	json_t *tree;
	memset(ret, 0, sizeof(*ret));
	CHECK_OK(lg_json_parse(cx, lg_str_from_c(json), &tree));
	return lg_shape_read_json(cx, &lg_shape_idp_sign_up_request, tree, ret);
}

TEST(shapes_are_read_by_name_and_type)
{
	struct lg_ctx *cx = begin();
	struct lg_idp_sign_up_request in;
	CHECK_OK(read_sign_up(cx, "{\"ClientId\":\"c\",\"Username\":null,\"Unknown\":[1],\"UserAttributes\":[{\"Name\":\"email\",\"Value\":\"e\"}],"
				  "\"ClientMetadata\":{\"b\":\"2\",\"a\":\"1\"}}", &in));
	CHECK_STR(in.client_id, LG_STR("c"));
	CHECK(!lg_str_present(in.username));
	CHECK(in.user_attributes.has && in.user_attributes.count == 1);
	CHECK_STR(in.user_attributes.items[0].value, LG_STR("e"));
	CHECK_STR(in.client_metadata.items[0].key, LG_STR("b"));
	CHECK(!in.validation_data.has);
	CHECK_CODE(read_sign_up(cx, "{\"ClientId\":1}", &in), LG_E_SERIALIZATION);
	CHECK_CODE(read_sign_up(cx, "{\"UserAttributes\":{}}", &in), LG_E_SERIALIZATION);
	CHECK_CODE(read_sign_up(cx, "[]", &in), LG_E_SERIALIZATION);
	lg_test_ctx_done(&t);
}

static lg_str
violations(struct lg_ctx *cx, const char *json)
{
	struct lg_idp_sign_up_request in;
	lg_str message;
	CHECK_OK(read_sign_up(cx, json, &in));
	CHECK_OK(lg_shape_check(cx, &lg_shape_idp_sign_up_request, &in, &message));
	return message;
}

TEST(violations_read_like_the_services)
{
	struct lg_ctx *cx = begin();
	CHECK(!lg_str_present(violations(cx, "{\"ClientId\":\"c\",\"Username\":\"u\",\"Password\":\"p\"}")));
	CHECK_STR(violations(cx, "{\"ClientId\":\"c\",\"Password\":\"p\"}"),
		LG_STR("1 validation error detected: Value at 'username' failed to satisfy constraint: Member must not be null"));
	CHECK_STR(violations(cx, "{\"ClientId\":\"c\",\"Username\":\"a b\",\"Password\":\"p q\"}"),
		LG_STR("2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular "
		       "expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value at 'password' failed to satisfy constraint: Member "
		       "must satisfy regular expression pattern: [\\S]+"));
	CHECK_STR(violations(cx, "{\"ClientId\":\"c\",\"Username\":\"u\",\"UserAttributes\":[{\"Name\":\"email\"},{\"Value\":\"x\"}]}"),
		LG_STR("1 validation error detected: Value null at 'userAttributes.2.member.name' failed to satisfy constraint: Member must "
		       "not be null"));
	lg_test_ctx_done(&t);
}

TEST(records_keep_what_they_do_not_know)
{
	struct lg_ctx *cx = begin();
	struct lg_idp_attribute_type items[] = { { .name = LG_STR("email"), .value = LG_STR("e@x") } };
	struct lg_rec_profile profile = { .username = LG_STR("ada"), .attributes = { .items = items, .count = 1, .has = true } }, back = { 0 };
	lg_str bytes, again;
	CHECK_OK(lg_shape_to_cbor(cx, &lg_shape_rec_profile, &profile, &bytes));
	CHECK_OK(lg_shape_from_cbor(cx, &lg_shape_rec_profile, bytes, &back));
	CHECK_STR(back.username, LG_STR("ada"));
	CHECK_STR(back.attributes.items[0].value, LG_STR("e@x"));
	CHECK(!back.pending.has);

	/* {1: "ada", 900: [1, {2: h'00'}], 901: true}: two fields of a newer version */
	struct lg_buf b = lg_buf_start(cx, 1000);
	lg_cbor_put_head(&b, LG_CBOR_MAP, 3);
	lg_cbor_put_int(&b, 1);
	lg_cbor_put_text(&b, LG_STR("ada"));
	lg_cbor_put_int(&b, 900);
	lg_cbor_put_head(&b, LG_CBOR_ARRAY, 2);
	lg_cbor_put_int(&b, 1);
	lg_cbor_put_head(&b, LG_CBOR_MAP, 1);
	lg_cbor_put_int(&b, 2);
	lg_cbor_put_bytes(&b, LG_STR("\0"));
	lg_cbor_put_int(&b, 901);
	lg_cbor_put_bool(&b, true);
	CHECK_OK(lg_buf_finish(cx, &b, &bytes));
	memset(&back, 0, sizeof(back));
	CHECK_OK(lg_shape_from_cbor(cx, &lg_shape_rec_profile, bytes, &back));
	CHECK_OK(lg_shape_to_cbor(cx, &lg_shape_rec_profile, &back, &again));
	CHECK_STR(again, bytes);
	lg_test_ctx_done(&t);
}

TEST(records_refuse_every_other_form)
{
	struct lg_ctx *cx = begin();
	const lg_str bad[] = { LG_STR(""), LG_STR("\xa1"), LG_STR("\xa1\x01"), LG_STR("\xa1\x01\x61\x61\x00"), /* trailing byte */
		LG_STR("\xa2\x01\x61\x61\x01\x61\x61"), /* twice */
		LG_STR("\xa2\x02\x80\x01\x61\x61"),     /* not ascending */
		LG_STR("\xbf\x01\x61\x61\xff"),         /* indefinite */
		LG_STR("\xa1\x18\x01\x61\x61"),         /* not shortest */
		LG_STR("\xa1\x01\x41\x61"),             /* bytes for text */
		LG_STR("\xa1\x01\x61\xff"),             /* not UTF-8 */
		LG_STR("\xa1\x02\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), /* 2^64 elements */
		LG_STR("\xa1\x01\x7b\xff\xff\xff\xff\xff\xff\xff\xff"), LG_STR("\xc1\xa0"), LG_STR("\xf6"), LG_STR("\xa1\x00\x00") };
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		struct lg_rec_profile back = { 0 };
		CHECK_CODE(lg_shape_from_cbor(cx, &lg_shape_rec_profile, bad[i], &back), LG_E_MALFORMED);
	}
	lg_test_ctx_done(&t);
}

TEST(a_text_is_cut_between_characters)
{
	CHECK_STR(lg_text_cut(LG_STR("abc"), 3), LG_STR("abc"));
	CHECK_STR(lg_text_cut(LG_STR("abc"), 2), LG_STR("ab"));
	CHECK_STR(lg_text_cut(LG_STR("a\xc3\xa9z"), 2), LG_STR("a"));
	CHECK_STR(lg_text_cut(LG_STR("a\xc3\xa9z"), 3), LG_STR("a\xc3\xa9"));
	CHECK_STR(lg_text_cut(LG_STR("\xf0\x9f\x98\x80"), 3), LG_STR(""));
}

#include "tests/unit/whole.h"

#include "codec/text.h"
#include "gen/idp_types.h"

TEST(every_kind_is_read_and_written_in_the_order_of_the_shape)
{
	struct lg_ctx *cx = begin();
	struct whole value;
	CHECK_OK(read_whole(cx, LG_STR(EVERYTHING), &value));
	CHECK(value.flag.has && !value.flag.v);
	CHECK(value.at.v.ms == 1689980857949);
	CHECK_STR(value.data, LG_STR("\0\xff"));
	CHECK_STR(value.any, LG_STR("{\"b\":[1,null],\"a\":\"\"}"));
	CHECK(lg_str_present(value.secret) && value.secret.len == 0);
	CHECK_STR(value.by_name.items[0].key, LG_STR("z"));
	CHECK(value.names.has && value.names.count == 0);
	CHECK(value.part->size.v == INT64_MIN);
	CHECK_STR(write_whole(cx, &value), LG_STR(EVERYTHING));
	lg_test_ctx_done(&t);
}

TEST(null_and_unknown_members_are_absent)
{
	struct lg_ctx *cx = begin();
	struct whole value;
	CHECK_OK(read_whole(cx,
		LG_STR("{\"Flag\":null,\"Part\":null,\"Parts\":null,\"Any\":null,\"flag\":1,\"Nothing\":[{}]"
		       ","
		       "\"Tags\":{\"a\":null,\"b\":\"RED\"}}"),
		&value));
	assert_int_equal(value.tags.count, 1);
	CHECK_STR(write_whole(cx, &value), LG_STR("{\"Tags\":{\"b\":\"RED\"}}"));
	lg_test_ctx_done(&t);
}

TEST(a_member_of_the_wrong_type_is_refused)
{
	struct lg_ctx *cx = begin();
	struct whole value;
	const char *bad[] = { "[]", "\"\"", "{\"Flag\":0}", "{\"Flag\":\"true\"}", "{\"Count\":\"1\"}",
		"{\"Count\":true}", "{\"Count\":1.5}", "{\"Count\":1e300}", "{\"Count\":-1e17}",
		"{\"Ratio\":\"1\"}", "{\"At\":\"now\"}", "{\"At\":1e12}", "{\"At\":-1e300}",
		"{\"Data\":\"A\"}", "{\"Data\":\"AP8\"}", "{\"Data\":1}", "{\"Color\":1}", "{\"Color\":{}}",
		"{\"Part\":[]}", "{\"Part\":\"x\"}", "{\"Parts\":{}}", "{\"Parts\":[1]}", "{\"Parts\":[[]]}",
		"{\"ByName\":[]}", "{\"ByName\":{\"a\":1}}", "{\"Names\":\"a\"}", "{\"Names\":[1]}",
		"{\"Lists\":[\"a\"]}", "{\"Tags\":{\"a\":1}}" };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(read_whole(cx, lg_str_from_c(bad[i]), &value), LG_E_SERIALIZATION);
	lg_test_ctx_done(&t);
}

TEST(numbers_may_be_written_in_more_than_one_way)
{
	struct lg_ctx *cx = begin();
	struct whole value;
	CHECK_OK(read_whole(cx, LG_STR("{\"Count\":1.0,\"Ratio\":2,\"At\":1.5e9}"), &value));
	CHECK_STR(write_whole(cx, &value), LG_STR("{\"Count\":1,\"Ratio\":2,\"At\":1500000000}"));
	CHECK_OK(read_whole(cx, LG_STR("{\"Count\":-3e2,\"At\":-0.0015}"), &value));
	CHECK(value.count.v == -300);
	CHECK(value.at.v.ms == -2);
	CHECK_OK(read_whole(cx, LG_STR("{\"At\":1689980857.9499}"), &value));
	CHECK(value.at.v.ms == 1689980857950);
	lg_test_ctx_done(&t);
}

TEST(a_document_has_its_own_limit)
{
	struct lg_ctx *cx = begin();
	const size_t len = (size_t)300 << 10;
	char *text = lg_new_array(cx, char, len);
	assert_non_null(text);
	memset(text, 0x7f, len); /* six bytes each, when written */
	const lg_str head = LG_STR("{\"Any\":\"");
	memcpy(text, head.ptr, head.len);
	text[len - 2] = '"';
	text[len - 1] = '}';
	struct whole value;
	CHECK_CODE(read_whole(cx, lg_str_from_bytes(text, len), &value), LG_E_SERIALIZATION);
	lg_test_ctx_done(&t);
}

static lg_str
violations(struct lg_ctx *cx, lg_str json)
{
	struct whole value;
	lg_str message;
	CHECK_OK(read_whole(cx, json, &value));
	CHECK_OK(lg_shape_check(cx, &whole_shape, &value, &message));
	return message;
}

#define AT "' failed to satisfy constraint: "
#define NAME_RULES                                                                                          \
	"[Member must have length less than or equal to 4, Member must have length greater than or equal "  \
	"to 1, Member "                                                                                     \
	"must satisfy regular expression pattern: [a-zé]*]"

TEST(what_keeps_the_rules_has_no_message)
{
	struct lg_ctx *cx = begin();
	CHECK(!lg_str_present(violations(cx, LG_STR(EVERYTHING))));
	CHECK(!lg_str_present(violations(cx, LG_STR("{}"))));
	lg_test_ctx_done(&t);
}

TEST(each_rule_has_its_sentence)
{
	struct lg_ctx *cx = begin();
	static const char *const cases[][2] = {
		{ "{\"Count\":10}",
			"Value '10' at 'count" AT "Member must have value less than or equal to 9" },
		{ "{\"Count\":-3}",
			"Value '-3' at 'count" AT "Member must have value greater than or equal to -2" },
		{ "{\"Color\":\"red\"}",
			"Value 'red' at 'color" AT "Member must satisfy enum value set: [RED, BLUE]" },
		{ "{\"Secret\":\"abcd\"}",
			"Value at 'secret" AT "Member must have length less than or equal to 3" },
		{ "{\"Data\":\"AAAAAA==\"}",
			"Value '' at 'data" AT "Member must have length less than or equal to 3" },
		{ "{\"Part\":{}}", "Value null at 'part.name" AT "Member must not be null" },
		{ "{\"Part\":{\"Name\":\"A\"}}", "Value 'A' at 'part.name" AT
						 "Member must satisfy regular expression pattern: [a-zé]*" },
		{ "{\"Part\":{\"Name\":\"\"}}",
			"Value '' at 'part.name" AT "Member must have length greater than or equal to 1" },
		{ "{\"Part\":{\"Name\":\"éééé\"}}", NULL },
		{ "{\"Part\":{\"Name\":\"ééééé\"}}",
			"Value 'ééééé' at 'part.name" AT "Member must have length less than or equal to 4" },
		{ "{\"Parts\":[{\"Name\":\"a\"},null]}",
			"Value null at 'parts.2.member.name" AT "Member must not be null" },
		{ "{\"Parts\":[{\"Name\":\"a\"},{\"Name\":\"b\"},{\"Name\":\"c\"}]}",
			"Value '[]' at 'parts" AT "Member must have length less than or equal to 2" },
		{ "{\"ByName\":{\"a\":{\"Name\":\"A\"}}}",
			"Value 'A' at 'byName.a.member.name" AT
			"Member must satisfy regular expression pattern: [a-zé]*" },
		{ "{\"ByName\":{\"B\":{\"Name\":\"b\"}}}",
			"Value '{}' at 'byName" AT "Map keys must satisfy constraint: " NAME_RULES },
		{ "{\"Names\":[\"a\",\"B\",\"C\"]}",
			"Value '[a, B, C]' at 'names" AT "Member must satisfy constraint: " NAME_RULES },
		{ "{\"Names\":[\"a\",null]}",
			"Value '[a, null]' at 'names" AT "Member must satisfy constraint: " NAME_RULES },
		{ "{\"Lists\":[[],[\"B\"]]}",
			"Value '[B]' at 'lists.2.member" AT "Member must satisfy constraint: " NAME_RULES },
		{ "{\"Tags\":{\"a\":\"RED\",\"b\":\"x\"}}",
			"Value '{}' at 'tags" AT "Map value must satisfy constraint: [Member must satisfy "
			"enum value set: [RED, BLUE]]" },
		{ "{\"Tags\":{\"a\":\"RED\",\"b\":\"RED\",\"c\":\"RED\"}}",
			"Value '{}' at 'tags" AT "Member must have length less than or equal to 2" },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		lg_str expected = LG_STR_NONE;
		if (cases[i][1])
			CHECK_OK(lg_str_fmt(cx, &expected, "1 validation error detected: %s", cases[i][1]));
		CHECK_STR(violations(cx, lg_str_from_c(cases[i][0])), expected);
	}
	lg_test_ctx_done(&t);
}

TEST(violations_stand_in_the_order_of_the_members)
{
	struct lg_ctx *cx = begin();
	CHECK_STR(violations(cx,
			  LG_STR("{\"Part\":{\"Name\":\"A1234\"},\"Color\":\"x\\u0000y\",\"Count\":99}")),
		LG_STR("3 validation errors detected: Value '99' at 'count" AT
		       "Member must have value less than or equal to 9; "
		       "Value 'x\0y' at 'color" AT
		       "Member must satisfy enum value set: [RED, BLUE]; Value 'A1234' at 'part.name" AT
		       "Member must have length less than or equal to 4"));
	lg_test_ctx_done(&t);
}

TEST(a_long_message_stays_whole_text)
{
	struct lg_ctx *cx = begin();
	struct lg_json *j = lg_json_new(cx, (size_t)1 << 20);
	static char text[3 * 1500 + 1];
	for (size_t i = 1; i < sizeof(text); i += 3)
		memcpy(text + i, "名", 3);
	text[0] = 'a';
	const lg_str odd = lg_str_from_bytes(text, sizeof(text)); /* every cut would meet a character */
	lg_json_open(j, '{');
	lg_json_key(j, LG_STR("ByName"));
	lg_json_open(j, '{');
	lg_json_key(j, odd);
	lg_json_open(j, '{');
	lg_json_close(j, '}');
	lg_json_close(j, '}');
	lg_json_key(j, LG_STR("Lists"));
	lg_json_open(j, '[');
	for (size_t i = 0; i < 60; i++) {
		lg_json_open(j, '[');
		for (size_t k = 0; k < 60; k++)
			lg_json_str(j, i ? LG_STR("ééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"
						  "ééééééééééééé")
					 : odd);
		lg_json_close(j, ']');
	}
	lg_json_close(j, ']');
	lg_json_close(j, '}');
	lg_str json;
	CHECK_OK(lg_json_finish(cx, j, &json));
	const lg_str message = violations(cx, json);
	CHECK(lg_str_starts(message, LG_STR("62 validation errors detected: ")));
	CHECK(lg_text_is_utf8(message));
	CHECK(lg_str_ends(message, LG_STR("[a-zé]*]")));
	size_t told = 1;
	for (lg_str rest = message; rest.len; told++)
		(void)lg_str_cut(&rest, ';');
	assert_int_equal(told, 26);
	lg_test_ctx_done(&t);
}

static lg_str
sign_up_violations(struct lg_ctx *cx, lg_str json)
{
	struct lg_idp_sign_up_request in = { 0 };
	json_t *tree;
	lg_str message;
	CHECK_OK(lg_json_parse(cx, json, &tree));
	CHECK_OK(lg_shape_read_json(cx, &lg_shape_idp_sign_up_request, tree, &in));
	CHECK_OK(lg_shape_check(cx, &lg_shape_idp_sign_up_request, &in, &message));
	return message;
}

TEST(sign_up_is_refused_in_the_words_of_the_service)
{
	struct lg_ctx *cx = begin();
	CHECK(!lg_str_present(sign_up_violations(
		cx, LG_STR("{\"ClientId\":\"c\",\"Username\":\"u\",\"Password\":\"p\"}"))));
	CHECK_STR(sign_up_violations(cx, LG_STR("{\"ClientId\":\"c\",\"Password\":\"p\"}")),
		LG_STR("1 validation error detected: Value at 'username' failed to satisfy constraint: "
		       "Member must not be null"));
	CHECK_STR(sign_up_violations(
			  cx, LG_STR("{\"ClientId\":\"c\",\"Username\":\"a b\",\"Password\":\"p q\"}")),
		LG_STR("2 validation errors detected: Value at 'username' failed to satisfy constraint: "
		       "Member must satisfy "
		       "regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value at 'password' "
		       "failed to satisfy "
		       "constraint: Member must satisfy regular expression pattern: [\\S]+"));
	CHECK_STR(sign_up_violations(cx, LG_STR("{\"ClientId\":\"c\",\"Username\":\"u\",\"UserAttributes\":["
						"{\"Name\":\"email\"},"
						"{\"Value\":\"x\"}]}")),
		LG_STR("1 validation error detected: Value null at 'userAttributes.2.member.name' failed to "
		       "satisfy constraint: "
		       "Member must not be null"));
	lg_test_ctx_done(&t);
}

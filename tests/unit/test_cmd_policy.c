#include "tests/lib/lines.h"

#include "app/policy.h"
#include "base/buf.h"
#include "codec/json.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	return &t.cx;
}

static json_t *
cases_of(struct lg_ctx *cx, const char *fixture)
{
	json_t *file;
	CHECK_OK(lg_json_parse(cx, lg_test_fixture(cx, fixture), &file));
	return json_object_get(file, "cases");
}

static lg_str
one_a_line(struct lg_ctx *cx, const json_t *cases)
{
	struct lg_buf b = lg_buf_start(cx, 1 << 20);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		struct lg_json *j = lg_json_new(cx, 1 << 16);
		lg_str line;
		lg_json_tree(j, json_array_get(cases, i));
		CHECK_OK(lg_json_finish(cx, j, &line));
		lg_buf_put(&b, line);
		lg_buf_byte(&b, '\n');
	}
	lg_str text;
	CHECK_OK(lg_buf_finish(cx, &b, &text));
	return text;
}

static json_t *
next_answer(struct lg_ctx *cx, lg_str *output)
{
	json_t *answer;
	CHECK_OK(lg_json_parse(cx, lg_str_cut(output, '\n'), &answer));
	CHECK(json_object_size(answer) == 3 && json_is_array(lg_json_member(answer, LG_STR("reasons"))));
	return answer;
}

TEST(each_vector_has_its_decision)
{
	struct lg_ctx *cx = begin();
	const json_t *cases = cases_of(cx, "iam-policy.json");
	CHECK(json_array_size(cases) == 86);
	lg_str output = lg_test_lines(cx, lg_policy_eval_lines, one_a_line(cx, cases), true);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *expected = json_array_get(cases, i), *answer = next_answer(cx, &output);
		CHECK_STR(lg_json_member_text(answer, LG_STR("name")),
			lg_json_member_text(expected, LG_STR("name")));
		CHECK_STR(lg_json_member_text(answer, LG_STR("decision")),
			lg_json_member_text(expected, LG_STR("expected")));
	}
	CHECK(output.len == 0);
	lg_test_ctx_done(&t);
}

TEST(each_trust_vector_has_its_decision)
{
	struct lg_ctx *cx = begin();
	const json_t *cases = cases_of(cx, "iam-trust.json");
	CHECK(json_array_size(cases) == 7);
	lg_str output = lg_test_lines(cx, lg_policy_eval_lines, one_a_line(cx, cases), true);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *expected = json_array_get(cases, i), *answer = next_answer(cx, &output);
		CHECK_STR(lg_json_member_text(answer, LG_STR("decision")),
			json_is_true(lg_json_member(expected, LG_STR("expected"))) ? LG_STR("allowed")
										   : LG_STR("implicitDeny"));
	}
	CHECK(output.len == 0);
	lg_test_ctx_done(&t);
}

static void
check_reasons(struct lg_ctx *cx, lg_str line, const char *expected)
{
	lg_str output = lg_test_lines(cx, lg_policy_eval_lines, line, true);
	CHECK_STR(output, lg_str_from_c(expected));
}

TEST(a_decision_says_why)
{
	struct lg_ctx *cx = begin();
	check_reasons(cx,
		LG_STR("{\"name\":\"a\",\"action\":\"s3:GetObject\",\"resource\":\"arn:aws:s3:::b/x\","
		       "\"identity_policies\":[{\"Statement\":[{\"Sid\":\"Read\",\"Effect\":\"Allow\","
		       "\"Action\":\"s3:Get*\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Action\":\"s3:*\","
		       "\"Resource\":\"arn:aws:s3:::b/*\"}]}]}"),
		"{\"name\":\"a\",\"decision\":\"explicitDeny\",\"reasons\":[{\"policy\":\"identity_policies["
		"0]\","
		"\"statement\":1,\"effect\":\"Deny\"}]}\n");
	check_reasons(cx,
		LG_STR("{\"action\":\"s3:GetObject\",\"resource\":\"arn:aws:s3:::b/x\",\"context\":"
		       "{\"aws:TagKeys\":[\"a\",\"c\"]},\"identity_policies\":[{\"Statement\":{\"Sid\":"
		       "\"Read\","
		       "\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"*\",\"Condition\":"
		       "{\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"a\",\"b\"]}}}}]}"),
		"{\"name\":null,\"decision\":\"implicitDeny\",\"reasons\":[{\"policy\":\"identity_policies["
		"0]\","
		"\"statement\":\"Read\",\"effect\":\"Allow\",\"condition\":{\"operator\":"
		"\"ForAllValues:StringEquals\",\"key\":\"aws:TagKeys\",\"value\":\"c\"}}]}\n");
	check_reasons(cx,
		LG_STR("{\"action\":\"s3:GetObject\",\"resource\":\"*\",\"context\":{\"aws:TagKeys\":[\"c\"]"
		       "},"
		       "\"identity_policies\":[\"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\","
		       "\\\"Action\\\":\\\"*\\\",\\\"Resource\\\":\\\"*\\\",\\\"Condition\\\":"
		       "{\\\"StringEquals\\\":{\\\"aws:TagKeys\\\":\\\"c\\\"}}}}\"]}"),
		"{\"name\":null,\"decision\":\"implicitDeny\",\"reasons\":[{\"policy\":\"identity_policies["
		"0]\","
		"\"statement\":0,\"effect\":\"Allow\",\"condition\":{\"operator\":\"StringEquals\",\"key\":"
		"\"aws:TagKeys\",\"value\":[\"c\"]}}]}\n");
	lg_test_ctx_done(&t);
}

TEST(a_denial_that_no_statement_made_names_what_lacks_one)
{
	struct lg_ctx *cx = begin();
	check_reasons(cx, LG_STR("{\"action\":\"s3:GetObject\",\"resource\":\"*\"}"),
		"{\"name\":null,\"decision\":\"implicitDeny\",\"reasons\":[{\"policy\":\"identity_"
		"policies\","
		"\"statement\":null,\"effect\":null}]}\n");
	check_reasons(cx,
		LG_STR("{\"required_actions\":[\"sts:AssumeRole\"],\"trust_policy\":{\"Statement\":{"
		       "\"Effect\":"
		       "\"Allow\",\"Principal\":{\"AWS\":\"111122223333\"},\"Action\":\"sts:AssumeRole\"}}"
		       "}"),
		"{\"name\":null,\"decision\":\"implicitDeny\",\"reasons\":[{\"policy\":\"trust_policy\","
		"\"statement\":null,\"effect\":null}]}\n");
	lg_test_ctx_done(&t);
}

TEST(a_line_that_is_no_case_has_no_decision)
{
	struct lg_ctx *cx = begin();
	lg_str output = lg_test_lines(cx, lg_policy_eval_lines,
		LG_STR("{\"broken\n[]\n{\"action\":\"s3:GetObject\"}\n{\"resource\":\"*\"}\n\n"
		       "{\"action\":\"s3:GetObject\",\"resource\":\"*\",\"identity_policies\":{}}\n"
		       "{\"action\":\"s3:GetObject\",\"resource\":\"*\",\"identity_policies\":[{}]}\n"
		       "{\"action\":\"s3:GetObject\",\"resource\":\"*\",\"context\":{\"a\":{}}}\n"
		       "{\"action\":\"s3:GetObject\",\"resource\":\"*\",\"context\":{\"a:b\":1,\"A:B\":2}}\n"
		       "{\"action\":\"s3:GetObject\",\"resource\":\"*\",\"principal\":{\"kind\":\"king\"}}\n"
		       "{\"name\":\"last\",\"action\":\"s3:GetObject\",\"resource\":\"*\"}"),
		false);
	const json_t *answer = next_answer(cx, &output);
	CHECK_STR(lg_json_member_text(answer, LG_STR("name")), LG_STR("last"));
	CHECK_STR(lg_json_member_text(answer, LG_STR("decision")), LG_STR("implicitDeny"));
	CHECK(output.len == 0);
	lg_test_ctx_done(&t);
}

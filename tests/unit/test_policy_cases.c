#include "tests/lib/test.h"

#include "policy/case.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	return &t.cx;
}

static const json_t *
list_of(struct lg_ctx *cx, const char *fixture, const char *member)
{
	json_t *file;
	CHECK_OK(lg_json_parse(cx, lg_test_fixture(cx, fixture), &file));
	return json_object_get(file, member);
}

static lg_str
decide(struct lg_ctx *cx, const json_t *object)
{
	struct lg_policy_case c;
	struct lg_policy_verdict verdict;
	lg_status s = lg_policy_case_read(cx, object, &c);
	if (!lg_failed(s))
		s = lg_policy_case_evaluate(cx, &c, &verdict);
	if (lg_failed(s))
		print_error("%.*s\n", LG_FMT(lg_failure_text(cx, s.code)));
	CHECK_OK(s);
	return lg_policy_decision_text(verdict.decision);
}

TEST(actions_resources_principals_and_layers)
{
	struct lg_ctx *cx = begin();
	const json_t *cases = list_of(cx, "policy-cases.json", "cases");
	CHECK(json_array_size(cases) > 200);
	size_t wrong = 0;
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *c = json_array_get(cases, i);
		lg_str expected = lg_json_member_text(c, LG_STR("expected")), got = decide(cx, c);
		if (lg_str_eq(expected, got))
			continue;
		wrong++;
		print_error("%.*s: expected %.*s, got %.*s\n",
			LG_FMT(lg_json_member_text(c, LG_STR("name"))), LG_FMT(expected), LG_FMT(got));
	}
	CHECK(wrong == 0);
	lg_test_ctx_done(&t);
}

static void
put_member(struct lg_json *j, lg_str key, const json_t *value)
{
	lg_json_key(j, key);
	lg_json_tree(j, value);
}

/* A case that is allowed if and only if the condition holds. */
static json_t *
case_of(struct lg_ctx *cx, const json_t *group, const json_t *context)
{
	struct lg_json *j = lg_json_new(cx, 1 << 16);
	lg_str version = lg_json_member_text(group, LG_STR("version")), text;
	json_t *object;
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("action"), LG_STR("s3:GetObject"));
	lg_json_pair_str(j, LG_STR("resource"), LG_STR("arn:aws:s3:::b/x"));
	put_member(j, LG_STR("context"), context);
	lg_json_key(j, LG_STR("identity_policies"));
	lg_json_open(j, '[');
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("Version"), lg_str_present(version) ? version : LG_STR("2012-10-17"));
	lg_json_key(j, LG_STR("Statement"));
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("Effect"), LG_STR("Allow"));
	lg_json_pair_str(j, LG_STR("Action"), LG_STR("*"));
	lg_json_pair_str(j, LG_STR("Resource"), LG_STR("*"));
	put_member(j, LG_STR("Condition"), lg_json_member(group, LG_STR("condition")));
	lg_json_close(j, '}');
	lg_json_close(j, '}');
	lg_json_close(j, ']');
	lg_json_close(j, '}');
	CHECK_OK(lg_json_finish(cx, j, &text));
	CHECK_OK(lg_json_parse(cx, text, &object));
	return object;
}

/* Each group is a condition, each of its rows a context and whether the condition holds in it. */
TEST(conditions_hold_as_the_table_says)
{
	struct lg_ctx *cx = begin();
	const json_t *groups = list_of(cx, "policy-conditions.json", "groups");
	size_t rows = 0, wrong = 0;
	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *group = json_array_get(groups, i);
		const json_t *table = lg_json_member(group, LG_STR("rows"));
		for (size_t k = 0; k < json_array_size(table); k++, rows++) {
			const json_t *row = json_array_get(table, k);
			bool expected = json_is_true(json_array_get(row, 1));
			json_t *c = case_of(cx, group, json_array_get(row, 0));
			if (lg_str_eq(decide(cx, c), LG_STR("allowed")) == expected)
				continue;
			wrong++;
			struct lg_json *j = lg_json_new(cx, 1 << 16);
			lg_str text = LG_STR_NONE;
			lg_json_tree(j, c);
			CHECK_OK(lg_json_finish(cx, j, &text));
			print_error("expected %s: %.*s\n", expected ? "true" : "false", LG_FMT(text));
		}
	}
	CHECK(rows > 500 && wrong == 0);
	lg_test_ctx_done(&t);
}

#include "proto/query_form.h"

#include "gen/sts_types.h"
#include "lib/test.h"

static lg_status
read_role(struct lg_test_ctx *t, struct lg_str_pair *pairs, size_t count,
	struct lg_sts_assume_role_request *ret)
{
	*ret = (struct lg_sts_assume_role_request){ 0 };
	const struct lg_str_map params = { .items = pairs, .count = count, .has = true };
	return lg_query_form_read(&t->cx, &lg_shape_sts_assume_role_request, &params, ret);
}

#define READ(t, ret, ...)                                                                                   \
	read_role((t), (struct lg_str_pair[]){ __VA_ARGS__ },                                               \
		sizeof((struct lg_str_pair[]){ __VA_ARGS__ }) / sizeof(struct lg_str_pair), (ret))
#define P(name, value)                                                                                      \
	{                                                                                                   \
		LG_STR_INIT(name), LG_STR_INIT(value)                                                       \
	}

TEST(parameters_become_members_lists_and_structs)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_sts_assume_role_request in;
	CHECK_OK(READ(&t, &in, P("Action", "AssumeRole"), P("RoleArn", "r"), P("DurationSeconds", "900"),
		P("Tags.member.1.Key", "a"), P("Tags.member.1.Value", "b"), P("Tags.member.2.Key", "c"),
		P("TransitiveTagKeys.member.1", "x"), P("TransitiveTagKeys.member.3", "gap")));
	CHECK_STR(in.role_arn, LG_STR("r"));
	CHECK(in.duration_seconds.has);
	assert_int_equal(in.duration_seconds.v, 900);
	assert_int_equal(in.tags.count, 2);
	CHECK_STR(in.tags.items[0].value, LG_STR("b"));
	CHECK_STR(in.tags.items[1].key, LG_STR("c"));
	CHECK(!lg_str_present(in.tags.items[1].value));
	assert_int_equal(in.transitive_tag_keys.count, 1);
	CHECK(!lg_str_present(in.policy) && !in.policy_arns.has);
	lg_test_ctx_done(&t);
}

TEST(a_bare_list_name_is_an_empty_list)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_sts_assume_role_request in;
	CHECK_OK(READ(&t, &in, P("Tags", "")));
	CHECK(in.tags.has);
	assert_int_equal(in.tags.count, 0);
	lg_test_ctx_done(&t);
}

TEST(a_number_that_is_none_is_refused)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_sts_assume_role_request in;
	CHECK_CODE(READ(&t, &in, P("DurationSeconds", "12x")), LG_E_SERIALIZATION);
	CHECK_CODE(READ(&t, &in, P("DurationSeconds", "")), LG_E_SERIALIZATION);
	CHECK_CODE(READ(&t, &in, P("DurationSeconds", "9223372036854775808")), LG_E_SERIALIZATION);
	CHECK_OK(READ(&t, &in, P("DurationSeconds", "-9223372036854775807")));
	assert_int_equal(in.duration_seconds.v, -INT64_MAX);
	lg_test_ctx_done(&t);
}

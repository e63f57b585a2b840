/* The tables that the build makes of api/. */
#include "gen/ops.h"

#include "codec/text.h"
#include "gen/rec_types.h"
#include "lib/test.h"

TEST(every_operation_is_found_by_its_name)
{
	int counts[LG_API_IAM + 1] = { 0 };
	for (size_t i = 0; i < lg_operation_count; i++) {
		const struct lg_operation *operation = &lg_operations[i];
		CHECK(lg_operation_find(operation->api, operation->name) == operation);
		CHECK(operation->in->kind == LG_KIND_STRUCT);
		counts[operation->api]++;
	}
	assert_int_equal(counts[LG_API_IDP], 140);
	assert_int_equal(counts[LG_API_IDENTITY], 23);
	assert_int_equal(counts[LG_API_STS], 8);
}

TEST(a_name_of_another_api_or_none_is_not_found)
{
	CHECK(!lg_operation_find(LG_API_STS, LG_STR("SignUp")));
	CHECK(!lg_operation_find(LG_API_IDP, LG_STR("signUp")));
	CHECK(!lg_operation_find(LG_API_IDP, LG_STR("")));
	CHECK(!lg_operation_find(LG_API_IDP, LG_STR("SignUpX")));
}

TEST(names_in_c_keep_acronyms_whole)
{
	struct lg_idp_user_pool_client_type client = { .callback_urls = { .count = 1 },
		.default_redirect_uri = LG_STR("x"),
		.allowed_oauth_flows = { .has = true } };
	struct lg_idp_admin_get_user_response user = { .mfa_options = { .count = 2 },
		.user_mfa_setting_list = { .count = 3 } };
	assert_int_equal(
		client.callback_urls.count + user.mfa_options.count + user.user_mfa_setting_list.count, 6);
	CHECK_STR(LG_IDP_AUTH_FLOW_TYPE_USER_SRP_AUTH, LG_STR("USER_SRP_AUTH"));
}

/* The generator promises it for what records reach; a reader of tables relies on it. */
static void
check_numbers(const struct lg_shape *shape, int depth)
{
	CHECK(depth < 16);
	if (shape->kind == LG_KIND_LIST || shape->kind == LG_KIND_MAP)
		check_numbers(shape->member, depth + 1);
	if (shape->kind != LG_KIND_STRUCT)
		return;
	CHECK(shape->rest_offset != 0);
	for (size_t i = 0; i < shape->field_count; i++) {
		CHECK(shape->fields[i].number != 0);
		for (size_t k = 0; k < i; k++)
			CHECK(shape->fields[i].number != shape->fields[k].number);
		check_numbers(shape->fields[i].shape, depth + 1);
	}
}

TEST(all_that_a_record_reaches_has_a_number_and_keeps_unknown_fields)
{
	check_numbers(&lg_shape_rec_pool, 0);
	check_numbers(&lg_shape_rec_client, 0);
	check_numbers(&lg_shape_rec_profile, 0);
}

static void
check_patterns(struct lg_ctx *cx, const struct lg_shape *shape, int depth)
{
	CHECK(depth < 16);
	bool found;
	if (shape->pattern && lg_failed(lg_text_matches(cx, LG_STR("x"), shape->pattern, &found)))
		fail_msg("%.*s: %s", LG_FMT(shape->name), shape->pattern);
	if (shape->key)
		check_patterns(cx, shape->key, depth + 1);
	if (shape->member)
		check_patterns(cx, shape->member, depth + 1);
	for (size_t i = 0; i < shape->field_count; i++)
		check_patterns(cx, shape->fields[i].shape, depth + 1);
}

TEST(every_pattern_of_an_input_compiles)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	for (size_t i = 0; i < lg_operation_count; i++)
		check_patterns(&t.cx, lg_operations[i].in, 0);
	lg_test_ctx_done(&t);
}

#include "domain/pool/pool_admin.h"

#include <string.h>

#include "domain/pool/client_admin.h"
#include "tests/lib/fixture.h"

#define REGION LG_STR("eu-test-1")

static lg_str
make_pool(struct fixture *f, const struct lg_idp_create_user_pool_request *in)
{
	struct lg_idp_user_pool_type *type;
	CHECK_OK(lg_pool_create(fixture_request(f), &f->env, REGION, in, LG_STR_NONE, &type));
	static char id[64];
	CHECK(type->id.len < sizeof(id));
	memcpy(id, type->id.ptr, type->id.len);
	return (lg_str){ id, type->id.len };
}

static struct lg_idp_user_pool_type *
describe(struct fixture *f, lg_str id)
{
	struct lg_idp_user_pool_type *type;
	CHECK_OK(lg_pool_describe(fixture_request(f), &f->env, id, &type));
	return type;
}

TEST(an_update_does_not_touch_its_request)
{
	struct fixture *f = fixture_new();
	lg_str id = make_pool(f, &(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p") });
	struct lg_idp_password_policy_type password = { .minimum_length = { true, 10 } };
	struct lg_idp_user_pool_policy_type policies = { .password_policy = &password };
	struct lg_idp_lambda_config_type lambda = { .pre_token_generation = LG_STR("arn") };
	struct lg_idp_update_user_pool_request in = {
		.user_pool_id = id,
		.policies = &policies,
		.lambda_config = &lambda,
	};
	CHECK_OK(lg_pool_update(fixture_request(f), &f->env, &in));
	CHECK(!password.require_symbols.has && !policies.sign_in_policy);
	CHECK(!lambda.pre_token_generation_config);

	struct lg_idp_user_pool_type *type = describe(f, id);
	CHECK(type->policies->password_policy->require_symbols.has);
	CHECK_STR(type->lambda_config->pre_token_generation_config->lambda_arn, LG_STR("arn"));
	fixture_free(f);
}

TEST(a_pool_that_changed_meanwhile_is_a_conflict)
{
	struct fixture *f = fixture_new();
	lg_str id = make_pool(f, &(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p") });
	struct lg_ctx *cx = fixture_request(f);
	struct lg_pool_row row;
	CHECK_OK(lg_store_pool_read(f->env.store, cx, id, &row));
	struct lg_idp_update_user_pool_request in = { .user_pool_id = id };
	CHECK_OK(lg_pool_update(cx, &f->env, &in));

	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_pool_update(batch, &row);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	fixture_free(f);
}

TEST(a_write_is_seen_by_the_next_request)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_pool *pool;
	CHECK_OK(lg_pool_find(cx, &f->env, f->pool_id, &pool));
	CHECK(!pool->search_exact);
	struct lg_str_pair tag = { LG_STR("lifeguard:search"), LG_STR("exact") };
	struct lg_idp_update_user_pool_request in = { .user_pool_id = f->pool_id,
		.user_pool_tags = { .items = &tag, .count = 1, .has = true } };
	CHECK_OK(lg_pool_update(cx, &f->env, &in));
	CHECK_OK(lg_pool_find(fixture_request(f), &f->env, f->pool_id, &pool));
	CHECK(pool->search_exact);
	fixture_free(f);
}

TEST(large_pools_are_listed)
{
	static char text[20000];
	memset(text, 'x', sizeof(text));
	memcpy(text, "{####}{##a##}{username}", 23);
	const lg_str long_text = lg_str_from_bytes(text, sizeof(text));
	struct lg_idp_message_template_type invite = { .email_message = long_text };
	struct lg_idp_admin_create_user_config_type admin = { .invite_message_template = &invite };
	struct lg_idp_verification_message_template_type verify = { .email_message = long_text,
		.email_message_by_link = long_text };
	struct lg_idp_create_user_pool_request in = { .pool_name = LG_STR("large"),
		.admin_create_user_config = &admin, .verification_message_template = &verify };
	struct fixture *f = fixture_new();
	for (int i = 0; i < 61; i++)
		make_pool(f, &in);

	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_list_user_pools_request page = { .max_results = { true, 60 } };
	struct lg_idp_list_user_pools_response out = { 0 };
	CHECK_OK(lg_pool_list(cx, &f->env, REGION, &page, &out));
	assert_int_equal(out.user_pools.count, 60);
	page.next_token = out.next_token;
	struct lg_idp_list_user_pools_response rest = { 0 };
	CHECK_OK(lg_pool_list(cx, &f->env, REGION, &page, &rest));
	assert_int_equal(rest.user_pools.count, 1);
	CHECK(!lg_str_present(rest.next_token));
	fixture_free(f);
}

TEST(large_clients_are_listed)
{
	static char text[1000];
	memset(text, 'x', sizeof(text));
	memcpy(text, "https://", 8);
	lg_str urls[100];
	for (size_t i = 0; i < LG_LEN(urls); i++)
		urls[i] = lg_str_from_bytes(text, sizeof(text));
	struct lg_idp_create_user_pool_client_request in = {
		.client_name = LG_STR("large"),
		.callback_urls = { .items = urls, .count = LG_LEN(urls), .has = true },
		.logout_urls = { .items = urls, .count = LG_LEN(urls), .has = true },
	};
	struct fixture *f = fixture_new();
	for (int i = 0; i < 64; i++) {
		struct lg_idp_user_pool_client_type *client;
		struct lg_ctx *cx = fixture_request(f);
		CHECK_OK(lg_client_create(cx, &f->env, f->pool, &in, LG_STR_NONE, &client));
	}
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_list_user_pool_clients_request page = { .max_results = { true, 60 } };
	struct lg_idp_list_user_pool_clients_response out = { 0 };
	CHECK_OK(lg_client_list(cx, &f->env, f->pool, &page, &out));
	assert_int_equal(out.user_pool_clients.count, 60);
	page.next_token = out.next_token;
	struct lg_idp_list_user_pool_clients_response rest = { 0 };
	CHECK_OK(lg_client_list(cx, &f->env, f->pool, &page, &rest));
	assert_int_equal(rest.user_pool_clients.count, 5); /* the fixture's own, too */
	fixture_free(f);
}

TEST(a_fixed_id_is_used_once)
{
	struct fixture *f = fixture_new();
	struct lg_idp_create_user_pool_request in = { .pool_name = LG_STR("p") };
	struct lg_idp_user_pool_type *type;
	CHECK_OK(lg_pool_create(fixture_request(f), &f->env, REGION, &in, LG_STR("eu-test-1_Fixed"), &type));
	CHECK_STR(type->id, LG_STR("eu-test-1_Fixed"));
	struct lg_ctx *cx = fixture_request(f);
	CHECK_CODE(lg_pool_create(cx, &f->env, REGION, &in, LG_STR("eu-test-1_Fixed"), &type),
		LG_E_CONFLICT);
	fixture_free(f);
}

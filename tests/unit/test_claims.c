/* What tokens say, word for word and in order (spec/tokens.md 2, 3). */
#include "domain/grant/claims.h"

#include "codec/json.h"
#include "lib/test.h"

#define A(n, v) { .name = LG_STR_INIT(n), .value = LG_STR_INIT(v) }

struct scene {
	struct lg_test_ctx t;
	struct lg_pool pool;
	struct lg_client client;
	struct lg_user user;
	struct lg_grant grant;
	struct lg_token_changes changes;
	struct lg_claims claims;
};

static void
scene_init(struct scene *s)
{
	*s = (struct scene){ 0 };
	lg_test_ctx_init(&s->t);
	lg_json_global_init();
	s->t.cx.now = (lg_time){ INT64_C(1700000000999) };
	s->pool.issuer = LG_STR("http://localhost:9500/us-east-1_AbCdEf123");
	s->client = (struct lg_client){ .id = LG_STR("26cb2c60kq7nbmas7rbme9b6pp"), .id_ttl_s = 3600,
		.access_ttl_s = 300 };
	s->user = (struct lg_user){ .sub = LG_STR("d16b4aa8-8633-4abd-93b3-5062a8e1b5f8"),
		.username = LG_STR("alice") };
	s->grant = (struct lg_grant){ .pool = &s->pool, .client = &s->client, .user = &s->user,
		.auth_time = { INT64_C(1699999999001) }, .scope = LG_SCOPE_USER_ADMIN };
	s->claims = (struct lg_claims){ .grant = &s->grant, .changes = &s->changes,
		.event_id = LG_STR("64f513be-32db-42b0-b78e-b02127b4f463") };
}

static void
scene_done(struct scene *s)
{
	lg_test_ctx_done(&s->t);
}

TEST(an_id_token_of_a_plain_user)
{
	struct scene s;
	scene_init(&s);
	lg_str json;
	CHECK_OK(lg_claims_id(&s.t.cx, &s.claims, &json));
	CHECK_STR(json, LG_STR("{\"sub\":\"d16b4aa8-8633-4abd-93b3-5062a8e1b5f8\","
		"\"iss\":\"http://localhost:9500/us-east-1_AbCdEf123\",\"cognito:username\":\"alice\","
		"\"aud\":\"26cb2c60kq7nbmas7rbme9b6pp\","
		"\"event_id\":\"64f513be-32db-42b0-b78e-b02127b4f463\","
		"\"token_use\":\"id\",\"auth_time\":1699999999,\"exp\":1700003600,\"iat\":1700000000}"));
	scene_done(&s);
}

TEST(an_access_token_of_a_plain_user)
{
	struct scene s;
	scene_init(&s);
	lg_str json;
	CHECK_OK(lg_claims_access(&s.t.cx, &s.claims, &json));
	CHECK_STR(json, LG_STR("{\"sub\":\"d16b4aa8-8633-4abd-93b3-5062a8e1b5f8\","
		"\"iss\":\"http://localhost:9500/us-east-1_AbCdEf123\","
		"\"client_id\":\"26cb2c60kq7nbmas7rbme9b6pp\","
		"\"event_id\":\"64f513be-32db-42b0-b78e-b02127b4f463\",\"token_use\":\"access\","
		"\"scope\":\"aws.cognito.signin.user.admin\",\"auth_time\":1699999999,\"exp\":1700000300,"
		"\"iat\":1700000000,\"username\":\"alice\"}"));
	scene_done(&s);
}

TEST(an_id_token_with_everything_keeps_the_order_of_the_example)
{
	struct scene s;
	scene_init(&s);
	struct lg_idp_attribute_type attributes[] = {
		A("sub", "d16b4aa8-8633-4abd-93b3-5062a8e1b5f8"), A("address", "1 Main St"),
			A("custom:tier", "1"),
		A("email", "alice@example.com"), A("email_verified", "true"),
		A("phone_number", "+12065550100"), A("phone_number_verified", "false"),
		A("updated_at", "1700000000"),
		A("identities", "[{\"userId\":\"1029384756\",\"providerName\":\"Google\",\"issuer\":null,"
			"\"primary\":true,\"dateCreated\":1700000000000}]"),
	};
	s.claims.attributes = (struct lg_idp_attribute_list_type){ attributes, LG_LEN(attributes), true };
	lg_str names[] = { LG_STR("admins"), LG_STR("users") };
	lg_str roles[] = { LG_STR("arn:aws:iam::123456789012:role/admins") };
	s.changes.groups = (struct lg_group_claims){ .names = { names, 2, true },
		.roles = { roles, 1, true }, .preferred_role = roles[0] };
	s.claims.origin_jti = LG_STR("7d2c1b0a-0000-4000-8000-000000000000");

	lg_str json;
	CHECK_OK(lg_claims_id(&s.t.cx, &s.claims, &json));
	json_t *tree;
	CHECK_OK(lg_json_parse(&s.t.cx, json, &tree));
	static const char *const order[] = { "sub", "cognito:groups", "email_verified",
		"cognito:preferred_role", "iss", "phone_number_verified", "cognito:username", "origin_jti",
		"cognito:roles", "aud", "identities", "event_id", "token_use", "auth_time", "phone_number",
		"exp", "iat", "jti", "email", "address", "custom:tier", "updated_at" };
	const char *key;
	json_t *value;
	size_t i = 0;
	json_object_foreach(tree, key, value)
	{
		CHECK(i < LG_LEN(order));
		assert_string_equal(key, order[i++]);
	}
	assert_int_equal(i, LG_LEN(order));

	CHECK(json_is_true(json_object_get(tree, "email_verified")));
	CHECK(json_is_false(json_object_get(tree, "phone_number_verified")));
	CHECK(json_is_integer(json_object_get(tree, "updated_at")));
	CHECK(json_is_string(json_object_get(tree, "custom:tier")));
	CHECK_STR(lg_json_text(json_object_get(json_object_get(tree, "address"), "formatted")),
		LG_STR("1 Main St"));
	json_t *identity = json_array_get(json_object_get(tree, "identities"), 0);
	CHECK_STR(lg_json_text(json_object_get(identity, "primary")), LG_STR("true"));
	CHECK_STR(lg_json_text(json_object_get(identity, "dateCreated")), LG_STR("1700000000000"));
	CHECK(json_is_null(json_object_get(identity, "issuer")));
	scene_done(&s);
}

TEST(identities_that_are_no_list_of_objects_are_refused)
{
	struct scene s;
	scene_init(&s);
	struct lg_idp_attribute_type attributes[] = { A("identities", "[") };
	s.claims.attributes = (struct lg_idp_attribute_list_type){ attributes, 1, true };
	lg_str json;
	CHECK_CODE(lg_claims_id(&s.t.cx, &s.claims, &json), LG_E_MALFORMED);
	scene_done(&s);
}

TEST(each_token_has_a_jti_of_its_own_when_it_can_be_revoked)
{
	struct scene s;
	scene_init(&s);
	s.claims.origin_jti = LG_STR("7d2c1b0a-0000-4000-8000-000000000000");
	lg_str id, access;
	CHECK_OK(lg_claims_id(&s.t.cx, &s.claims, &id));
	CHECK_OK(lg_claims_access(&s.t.cx, &s.claims, &access));
	json_t *one, *two;
	CHECK_OK(lg_json_parse(&s.t.cx, id, &one));
	CHECK_OK(lg_json_parse(&s.t.cx, access, &two));
	CHECK(lg_str_present(lg_json_member_text(one, LG_STR("jti"))));
	CHECK(!lg_str_eq(lg_json_member_text(one, LG_STR("jti")), lg_json_member_text(two, LG_STR("jti"))));
	CHECK_STR(lg_json_member_text(two, LG_STR("origin_jti")), s.claims.origin_jti);
	scene_done(&s);
}

/* ---- groups ---- */

static struct lg_idp_group_type
group(lg_str name, lg_str role, int64_t precedence)
{
	return (struct lg_idp_group_type){ .group_name = name, .role_arn = role,
		.precedence = { precedence >= 0, precedence >= 0 ? precedence : 0 } };
}

static struct lg_group_claims
claims_of(struct lg_ctx *cx, struct lg_idp_group_type *groups, size_t count)
{
	const struct lg_idp_group_list_type list = { groups, count, true };
	struct lg_group_claims claims;
	CHECK_OK(lg_group_claims_make(cx, &list, &claims));
	return claims;
}

TEST(the_best_groups_role_is_preferred)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_idp_group_type groups[] = { group(LG_STR("admins"), LG_STR("arn:a"), 1),
		group(LG_STR("users"), LG_STR("arn:b"), 2), group(LG_STR("rest"), LG_STR("arn:a"), -1) };
	struct lg_group_claims claims = claims_of(&t.cx, groups, 3);
	CHECK_STR(claims.preferred_role, LG_STR("arn:a"));
	assert_int_equal(claims.names.count, 3);
	assert_int_equal(claims.roles.count, 2);
	lg_test_ctx_done(&t);
}

TEST(best_groups_that_disagree_prefer_no_role)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_idp_group_type differ[] = { group(LG_STR("a"), LG_STR("arn:a"), 1),
		group(LG_STR("b"), LG_STR("arn:b"), 1) };
	CHECK(!lg_str_present(claims_of(&t.cx, differ, 2).preferred_role));
	struct lg_idp_group_type agree[] = { group(LG_STR("a"), LG_STR("arn:a"), -1),
		group(LG_STR("b"), LG_STR("arn:a"), -1) };
	CHECK_STR(claims_of(&t.cx, agree, 2).preferred_role, LG_STR("arn:a"));
	struct lg_idp_group_type none[] = { group(LG_STR("a"), LG_STR_NONE, 1),
		group(LG_STR("b"), LG_STR("arn:b"), 2) };
	CHECK(!lg_str_present(claims_of(&t.cx, none, 2).preferred_role));
	assert_int_equal(claims_of(&t.cx, none, 0).names.count, 0);
	lg_test_ctx_done(&t);
}

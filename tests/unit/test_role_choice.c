/* Which role an identity gets: every kind of mapping, with and without a role that is asked for. */
#include "domain/identity/role_choice.h"

#include "tests/lib/test.h"

#define PROVIDER LG_STR("accounts.google.com")
#define AUTH LG_STR("arn:auth")
#define DENIED "The ambiguous role mapping rules denied this request."

/* A pool with one mapping, and a login. */
struct world {
	struct lg_test_ctx t;
	struct lg_settings settings;
	struct lg_identity_pool pool;
	struct lg_str_pair roles[2];
	struct lg_str_map role_map;
	struct lg_ci_role_mapping_map_pair mapping;
	struct lg_ci_role_mapping_map mappings;
	struct lg_ci_rules_configuration_type rules;
	struct lg_ci_mapping_rule rule[3];
	struct lg_login login;
	struct lg_logins logins;
};

static void
begin(struct world *w, const char *claims)
{
	*w = (struct world){ .settings = { .public_url = LG_STR("http://localhost:9500") } };
	lg_json_global_init();
	lg_test_ctx_init(&w->t);
	json_t *tree;
	CHECK_OK(lg_json_parse(&w->t.cx, lg_str_from_c(claims), &tree));
	w->roles[0] = (struct lg_str_pair){ LG_STR("authenticated"), AUTH };
	w->roles[1] = (struct lg_str_pair){ LG_STR("unauthenticated"), LG_STR("arn:guest") };
	w->role_map = (struct lg_str_map){ .items = w->roles, .count = 2, .has = true };
	w->login = (struct lg_login){ .mapping = PROVIDER, .claims = tree };
	w->logins = (struct lg_logins){ .items = &w->login, .count = 1 };
	w->pool.roles = &w->role_map;
	w->pool.mappings = &w->mappings;
}

static void
map(struct world *w, lg_str type, lg_str ambiguous)
{
	w->mapping.key = PROVIDER;
	w->mapping.value.type = type;
	w->mapping.value.ambiguous_role_resolution = ambiguous;
	w->mapping.value.rules_configuration = &w->rules;
	w->rules.rules.items = w->rule;
	w->mappings.items = &w->mapping;
	w->mappings.count = 1;
}

static void
add_rule(struct world *w, const char *claim, lg_str match, const char *value, const char *role)
{
	w->rule[w->rules.rules.count++] = (struct lg_ci_mapping_rule){ .claim = lg_str_from_c(claim),
		.match_type = match,
		.value = lg_str_from_c(value),
		.role_arn = lg_str_from_c(role) };
}

/* The role, or the code and text of the refusal, and the end of the world. */
static void
expect_with(struct world *w, const char *custom, int code, const char *text)
{
	const struct lg_role_wish wish = { .logins = &w->logins,
		.custom = custom ? lg_str_from_c(custom) : LG_STR_NONE };
	lg_str role = LG_STR_NONE;
	const lg_status s = lg_role_choose(&w->t.cx, &w->settings, &w->pool, &wish, &role);
	assert_int_equal(s.code, code);
	if (text)
		CHECK_STR(lg_failed(s) ? lg_failure_text(&w->t.cx, s.code) : role, lg_str_from_c(text));
	lg_test_ctx_done(&w->t);
}

static void
expect(struct world *w, const char *custom, const char *role)
{
	expect_with(w, custom, LG_E_OK, role);
}

static void
expect_denied(struct world *w, const char *custom, const char *text)
{
	expect_with(w, custom, LG_E_NOT_AUTHORIZED, text);
}

#define TOKEN LG_CI_ROLE_MAPPING_TYPE_TOKEN
#define RULES LG_CI_ROLE_MAPPING_TYPE_RULES
#define OR_AUTH LG_CI_AMBIGUOUS_ROLE_RESOLUTION_TYPE_AUTHENTICATED_ROLE
#define OR_DENY LG_CI_AMBIGUOUS_ROLE_RESOLUTION_TYPE_DENY

TEST(guest_gets_the_guests_role_and_may_ask_for_none)
{
	struct world w;
	lg_str role;
	begin(&w, "{}");
	struct lg_role_wish wish = { .guest = true, .logins = &w.logins };
	CHECK_OK(lg_role_choose(&w.t.cx, &w.settings, &w.pool, &wish, &role));
	CHECK_STR(role, LG_STR("arn:guest"));
	wish.custom = LG_STR("arn:guest");
	CHECK_CODE(lg_role_choose(&w.t.cx, &w.settings, &w.pool, &wish, &role), LG_E_NOT_AUTHORIZED);
	wish.custom = LG_STR_NONE;
	w.role_map.count = 1;
	CHECK_CODE(lg_role_choose(&w.t.cx, &w.settings, &w.pool, &wish, &role),
		LG_E_INVALID_IDENTITY_POOL_CONFIGURATION);
	lg_test_ctx_done(&w.t);
}

TEST(without_a_mapping_the_pools_role_counts)
{
	struct world w;
	begin(&w, "{}");
	expect(&w, NULL, "arn:auth");
	begin(&w, "{}");
	expect(&w, "arn:auth", "arn:auth");
	begin(&w, "{}");
	expect_denied(&w, "arn:other", NULL);
	begin(&w, "{}");
	w.role_map.count = 0;
	expect_with(&w, NULL, LG_E_INVALID_IDENTITY_POOL_CONFIGURATION,
		"Invalid identity pool configuration. Check assigned IAM roles for this pool.");
}

TEST(without_a_mapping_only_user_pools_may_name_roles)
{
	static const char claims[] = "{\"cognito:roles\":[\"arn:a\",\"arn:b\"]}";
	struct world w;
	begin(&w, claims);
	expect_denied(&w, "arn:b", NULL);
	begin(&w, claims);
	w.login.user_pool = true;
	expect(&w, "arn:b", "arn:b");
	begin(&w, claims);
	w.login.user_pool = true;
	expect(&w, NULL, "arn:auth");
}

TEST(token_gives_its_preferred_role_or_its_only_one)
{
	static const struct {
		const char *claims;
		const char *role; /* NULL = ambiguous */
	} rows[] = {
		{ "{\"cognito:roles\":[\"arn:a\",\"arn:b\"],\"cognito:preferred_role\":\"arn:b\"}",
			"arn:b" },
		{ "{\"cognito:preferred_role\":\"arn:b\"}", "arn:b" },
		{ "{\"cognito:roles\":[\"arn:a\"]}", "arn:a" },
		{ "{\"cognito:roles\":\"arn:a\"}", "arn:a" },
		{ "{\"cognito:roles\":[\"arn:a\",\"arn:b\"]}", NULL },
		{ "{\"cognito:roles\":\"arn:a, arn:b\"}", NULL },
		{ "{\"cognito:roles\":[]}", NULL },
		{ "{\"cognito:roles\":[7]}", NULL },
		{ "{\"cognito:roles\":{\"a\":\"arn:a\"}}", NULL },
		{ "{}", NULL },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		struct world w;
		begin(&w, rows[i].claims);
		map(&w, TOKEN, OR_AUTH);
		expect(&w, NULL, rows[i].role ? rows[i].role : "arn:auth");
		begin(&w, rows[i].claims);
		map(&w, TOKEN, OR_DENY);
		if (rows[i].role)
			expect(&w, NULL, rows[i].role);
		else
			expect_denied(&w, NULL, DENIED);
	}
}

TEST(role_that_is_asked_for_must_be_in_the_token)
{
	static const char *const claims[] = {
		"{\"cognito:roles\":[\"arn:a\",\"arn:b\"],\"cognito:preferred_role\":\"arn:b\"}",
		"{\"cognito:roles\":\"arn:a,arn:b\"}",
	};
	for (size_t i = 0; i < LG_LEN(claims); i++) {
		struct world w;
		begin(&w, claims[i]);
		map(&w, TOKEN, OR_AUTH);
		expect(&w, "arn:a", "arn:a");
		begin(&w, claims[i]);
		map(&w, TOKEN, OR_AUTH);
		expect_denied(&w, "arn:c", NULL);
		begin(&w, claims[i]);
		map(&w, TOKEN, OR_AUTH);
		expect_denied(&w, "arn:auth", NULL);
	}
}

TEST(each_kind_of_rule_matches_what_it_says)
{
	static const struct {
		const char *claims;
		lg_str match;
		bool matches;
	} rows[] = {
		{ "{\"c\":\"Sales\"}", LG_STR_INIT("Equals"), true },
		{ "{\"c\":\"sales\"}", LG_STR_INIT("Equals"), false },
		{ "{\"c\":\"Sales2\"}", LG_STR_INIT("Equals"), false },
		{ "{}", LG_STR_INIT("Equals"), false },
		{ "{\"c\":null}", LG_STR_INIT("Equals"), false },
		{ "{\"c\":{\"Sales\":1}}", LG_STR_INIT("Equals"), false },
		{ "{\"c\":[\"x\",\"Sales\"]}", LG_STR_INIT("Equals"), true },
		{ "{\"c\":[]}", LG_STR_INIT("Equals"), false },
		{ "{\"c\":\"xSalesx\"}", LG_STR_INIT("Contains"), true },
		{ "{\"c\":\"Sale\"}", LG_STR_INIT("Contains"), false },
		{ "{\"c\":\"\"}", LG_STR_INIT("Contains"), false },
		{ "{}", LG_STR_INIT("Contains"), false },
		{ "{\"c\":[\"x\",\"aSales\"]}", LG_STR_INIT("Contains"), true },
		{ "{\"c\":\"SalesTeam\"}", LG_STR_INIT("StartsWith"), true },
		{ "{\"c\":\"aSales\"}", LG_STR_INIT("StartsWith"), false },
		{ "{\"c\":\"Sal\"}", LG_STR_INIT("StartsWith"), false },
		{ "{}", LG_STR_INIT("StartsWith"), false },
		{ "{\"c\":\"Other\"}", LG_STR_INIT("NotEqual"), true },
		{ "{\"c\":\"Sales\"}", LG_STR_INIT("NotEqual"), false },
		{ "{}", LG_STR_INIT("NotEqual"), false },
		{ "{\"c\":[\"x\",\"Sales\"]}", LG_STR_INIT("NotEqual"), false },
		{ "{\"c\":[\"x\",\"y\"]}", LG_STR_INIT("NotEqual"), true },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		struct world w;
		begin(&w, rows[i].claims);
		map(&w, RULES, OR_AUTH);
		add_rule(&w, "c", rows[i].match, "Sales", "arn:rule");
		expect(&w, NULL, rows[i].matches ? "arn:rule" : "arn:auth");
	}
}

TEST(booleans_and_numbers_are_compared_as_json_writes_them)
{
	static const struct {
		const char *claims;
		const char *value;
	} rows[] = {
		{ "{\"c\":true}", "true" },
		{ "{\"c\":false}", "false" },
		{ "{\"c\":42}", "42" },
		{ "{\"c\":-7}", "-7" },
		{ "{\"c\":[1,2]}", "2" },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		struct world w;
		begin(&w, rows[i].claims);
		map(&w, RULES, OR_DENY);
		add_rule(&w, "c", LG_CI_MAPPING_RULE_MATCH_TYPE_EQUALS, rows[i].value, "arn:rule");
		expect(&w, NULL, "arn:rule");
	}
}

static void
three_rules(struct world *w)
{
	begin(w, "{\"a\":\"1\",\"b\":\"2\"}");
	map(w, RULES, OR_DENY);
	add_rule(w, "a", LG_CI_MAPPING_RULE_MATCH_TYPE_EQUALS, "9", "arn:none");
	add_rule(w, "a", LG_CI_MAPPING_RULE_MATCH_TYPE_EQUALS, "1", "arn:first");
	add_rule(w, "b", LG_CI_MAPPING_RULE_MATCH_TYPE_EQUALS, "2", "arn:second");
}

TEST(first_rule_that_matches_counts_unless_another_is_asked_for)
{
	struct world w;
	three_rules(&w);
	expect(&w, NULL, "arn:first");
	three_rules(&w);
	expect(&w, "arn:second", "arn:second");
	three_rules(&w);
	expect_denied(&w, "arn:none", NULL);
	three_rules(&w);
	expect_denied(&w, "arn:other", NULL);
	three_rules(&w);
	w.rules.rules.count = 1;
	expect_denied(&w, NULL, DENIED);
}

TEST(mapping_of_a_user_pool_is_found_by_either_spelling)
{
	static const char *const keys[] = { "cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc:client",
		"localhost:9500/us-east-1_Abc:client" };
	for (size_t i = 0; i < LG_LEN(keys); i++) {
		struct world w;
		begin(&w, "{\"cognito:roles\":[\"arn:a\"]}");
		map(&w, TOKEN, OR_DENY);
		w.mapping.key = lg_str_from_c(keys[i]);
		w.login.mapping = lg_str_from_c(keys[0]);
		expect(&w, NULL, "arn:a");
		begin(&w, "{\"cognito:roles\":[\"arn:a\"]}");
		map(&w, TOKEN, OR_DENY);
		w.mapping.key = lg_str_from_c(keys[i]);
		w.login.mapping = LG_STR("cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc:another");
		expect(&w, NULL, "arn:auth");
	}
}

#include "tests/lib/fixture.h"

#include "domain/user/attributes.h"

#define LIST(array) { .items = (array), .count = LG_LEN(array), .has = true }

static lg_str email_only[] = { LG_STR_INIT("email") };

static struct lg_user *
alice(struct fixture *f)
{
	struct lg_user *user;
	CHECK_OK(lg_user_find(fixture_request(f), &f->env, f->pool, LG_STR("alice"), 0, &user));
	return user;
}

static lg_status
update(struct fixture *f, const char *name, const char *value, size_t *ret_codes)
{
	struct lg_user *user = alice(f);
	struct lg_idp_attribute_type attribute = { .name = lg_str_from_c(name),
		.value = lg_str_from_c(value) };
	const struct lg_idp_attribute_list_type list = { &attribute, 1, true };
	struct lg_delivery deliveries[LG_CONTACTS];
	return lg_attributes_update(
		&f->t.cx, &f->env, f->pool, f->client, user, &list, NULL, deliveries, ret_codes);
}

static lg_status
verify(struct fixture *f, lg_str code)
{
	struct lg_user *user = alice(f);
	return lg_attribute_verify(&f->t.cx, &f->env, f->pool, user, LG_STR("email"), code);
}

static lg_status
send_code(struct fixture *f, const char *name)
{
	struct lg_user *user = alice(f);
	struct lg_delivery delivery;
	return lg_attribute_send_code(
		&f->t.cx, &f->env, f->pool, f->client, user, lg_str_from_c(name), NULL, &delivery);
}

static lg_status
delete(struct fixture *f, const char *name)
{
	struct lg_user *user = alice(f);
	lg_str text = lg_str_from_c(name);
	const struct lg_str_list names = { &text, 1, true };
	return lg_attributes_delete(&f->t.cx, &f->env, f->pool, f->client, user, &names);
}

static bool
email_is(struct fixture *f, const char *value, bool verified)
{
	const struct lg_user *user = alice(f);
	return lg_str_eq(lg_user_attribute(user, LG_STR("email")), lg_str_from_c(value))
		&& lg_user_verified(user, LG_STR("email")) == verified;
}

static struct fixture *
with_alice(const struct lg_idp_create_user_pool_request *pool)
{
	struct fixture *f = fixture_with(pool, NULL);
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	return f;
}

TEST(changed_address_is_unverified_until_its_code_comes_back)
{
	struct fixture *f = with_alice(NULL);
	size_t codes;
	CHECK_OK(update(f, "email", "b@example.com", &codes));
	assert_int_equal(codes, 1);
	CHECK_STR(fixture_message(f)->to, LG_STR("b@example.com"));
	CHECK_STR(fixture_message(f)->purpose, LG_STR("attribute"));
	CHECK(email_is(f, "b@example.com", false));
	CHECK_CODE(verify(f, LG_STR("wrong")), LG_E_CODE_MISMATCH);
	CHECK_OK(verify(f, fixture_code(f)));
	CHECK(email_is(f, "b@example.com", true));
	CHECK_CODE(verify(f, fixture_code(f)), LG_E_EXPIRED_CODE);
	fixture_free(f);
}

TEST(unchanged_address_stays_verified)
{
	struct fixture *f = with_alice(NULL);
	size_t codes;
	CHECK_OK(update(f, "email", "a@example.com", &codes));
	assert_int_equal(codes, 0);
	CHECK(email_is(f, "a@example.com", true));
	fixture_free(f);
}

TEST(other_attributes_need_no_code)
{
	struct fixture *f = with_alice(NULL);
	size_t codes;
	CHECK_OK(update(f, "name", "Alice", &codes));
	assert_int_equal(codes, 0);
	assert_int_equal(f->messenger.count, 0);
	CHECK_STR(lg_user_attribute(alice(f), LG_STR("name")), LG_STR("Alice"));
	CHECK_OK(update(f, "name", "", &codes));
	CHECK(!lg_str_present(lg_user_attribute(alice(f), LG_STR("name"))));
	fixture_free(f);
}

TEST(code_of_an_abandoned_address_verifies_nothing)
{
	struct fixture *f = with_alice(NULL);
	size_t codes;
	CHECK_OK(update(f, "email", "b@example.com", &codes));
	const lg_str old = fixture_code(f);
	CHECK_OK(update(f, "email", "", &codes));
	CHECK_CODE(verify(f, old), LG_E_EXPIRED_CODE);
	fixture_free(f);
}

static struct fixture *
keeping_original(void)
{
	struct lg_idp_user_attribute_update_settings_type settings = {
		.attributes_require_verification_before_update = LIST(email_only) };
	return with_alice(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
		.auto_verified_attributes = LIST(email_only), .alias_attributes = LIST(email_only),
		.user_attribute_update_settings = &settings });
}

TEST(original_stays_in_force_until_the_new_one_is_verified)
{
	struct fixture *f = keeping_original();
	size_t codes;
	CHECK_OK(update(f, "email", "b@example.com", &codes));
	assert_int_equal(codes, 1);
	CHECK(email_is(f, "a@example.com", true));
	struct lg_user *user;
	CHECK_OK(lg_user_find(fixture_request(f), &f->env, f->pool, LG_STR("a@example.com"), 0, &user));
	CHECK_OK(verify(f, fixture_code(f)));
	CHECK(email_is(f, "b@example.com", true));
	CHECK_OK(lg_user_find(fixture_request(f), &f->env, f->pool, LG_STR("b@example.com"), 0, &user));
	CHECK_CODE(lg_user_find(fixture_request(f), &f->env, f->pool, LG_STR("a@example.com"), 0, &user),
		LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(waiting_address_is_abandoned_by_going_back)
{
	struct fixture *f = keeping_original();
	size_t codes;
	CHECK_OK(update(f, "email", "b@example.com", &codes));
	const lg_str old = fixture_code(f);
	CHECK_OK(update(f, "email", "a@example.com", &codes));
	assert_int_equal(codes, 0);
	CHECK_CODE(verify(f, old), LG_E_EXPIRED_CODE);
	CHECK(email_is(f, "a@example.com", true));
	fixture_free(f);
}

TEST(code_asked_for_again_goes_to_the_waiting_address)
{
	struct fixture *f = keeping_original();
	size_t codes;
	CHECK_OK(update(f, "email", "b@example.com", &codes));
	CHECK_OK(send_code(f, "email"));
	CHECK_STR(fixture_message(f)->to, LG_STR("b@example.com"));
	CHECK_OK(verify(f, fixture_code(f)));
	CHECK(email_is(f, "b@example.com", true));
	CHECK_OK(send_code(f, "email"));
	CHECK_STR(fixture_message(f)->to, LG_STR("b@example.com"));
	fixture_free(f);
}

TEST(alias_of_somebody_else_is_not_verified)
{
	struct fixture *f = keeping_original();
	fixture_user(f, LG_STR("bob"), LG_STR("b@example.com"));
	size_t codes;
	CHECK_OK(update(f, "email", "b@example.com", &codes));
	CHECK_CODE(verify(f, fixture_code(f)), LG_E_ALIAS_EXISTS);
	CHECK(email_is(f, "a@example.com", true));
	fixture_free(f);
}

TEST(only_contact_attributes_that_are_there_get_codes)
{
	struct fixture *f = with_alice(NULL);
	CHECK_CODE(send_code(f, "phone_number"), LG_E_INVALID_PARAMETER);
	CHECK_CODE(send_code(f, "name"), LG_E_INVALID_PARAMETER);
	fixture_free(f);
}

TEST(codes_and_verifications_have_hourly_budgets)
{
	struct fixture *f = with_alice(NULL);
	for (int i = 0; i < 5; i++)
		CHECK_OK(send_code(f, "email"));
	CHECK_CODE(send_code(f, "email"), LG_E_LIMIT_EXCEEDED);
	for (int i = 0; i < 15; i++)
		CHECK_CODE(verify(f, LG_STR("wrong")), LG_E_CODE_MISMATCH);
	CHECK_CODE(verify(f, fixture_code(f)), LG_E_LIMIT_EXCEEDED);
	fixture_free(f);
}

TEST(attributes_are_deleted_with_what_belongs_to_them)
{
	struct fixture *f = with_alice(NULL);
	CHECK_OK(delete(f, "email"));
	const struct lg_user *user = alice(f);
	CHECK(!lg_str_present(lg_user_attribute(user, LG_STR("email"))));
	CHECK(!lg_str_present(lg_user_attribute(user, LG_STR("email_verified"))));
	CHECK_CODE(delete(f, "sub"), LG_E_INVALID_PARAMETER);
	CHECK_CODE(delete(f, "email_verified"), LG_E_INVALID_PARAMETER);
	CHECK_CODE(delete(f, "custom:none"), LG_E_INVALID_PARAMETER);
	CHECK_OK(delete(f, "name"));
	fixture_free(f);
}

TEST(last_attribute_that_is_the_user_name_stays)
{
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .username_attributes = LIST(email_only) }, NULL);
	const lg_str attributes[] = { LG_STR("email"), LG_STR("a@example.com"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("a@example.com"), LG_USER_CONFIRMED, attributes);
	struct lg_user *user;
	CHECK_OK(lg_user_find(fixture_request(f), &f->env, f->pool, LG_STR("a@example.com"), 0, &user));
	CHECK_CODE(lg_attributes_delete(&f->t.cx, &f->env, f->pool, f->client, user,
		&(struct lg_str_list)LIST(email_only)), LG_E_INVALID_PARAMETER);
	fixture_free(f);
}

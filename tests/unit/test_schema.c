#include "tests/lib/fixture.h"

#include "domain/pool/schema.h"

#define LIST(array) { .items = (array), .count = LG_LEN(array), .has = true }

static struct fixture *
strict_pool(void)
{
	struct lg_idp_string_attribute_constraints_type lengths = { .min_length = LG_STR("2"),
		.max_length = LG_STR("5") };
	struct lg_idp_number_attribute_constraints_type range = { .min_value = LG_STR("1"),
		.max_value = LG_STR("10") };
	struct lg_idp_schema_attribute_type schema[] = {
		{ .name = LG_STR("given_name"), .required = { true, true }, .mutable = { true, true } },
		{ .name = LG_STR("code"),
			.attribute_data_type = LG_STR("String"),
			.mutable = { true, true },
			.string_attribute_constraints = &lengths },
		{ .name = LG_STR("age"),
			.attribute_data_type = LG_STR("Number"),
			.mutable = { true, true },
			.number_attribute_constraints = &range },
		{ .name = LG_STR("fixed"),
			.attribute_data_type = LG_STR("String"),
			.mutable = { true, false } },
		{ .name = LG_STR("flag"),
			.attribute_data_type = LG_STR("Boolean"),
			.mutable = { true, true } },
		{ .name = LG_STR("when"),
			.attribute_data_type = LG_STR("DateTime"),
			.mutable = { true, true } },
	};
	return fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
				    .schema = LIST(schema) },
		NULL);
}

struct attempt {
	const char *name;
	const char *value;
	enum lg_write_by by;
	int code;
	const char *text;
};

static void
run(struct fixture *f, const struct lg_client *client, const struct attempt *attempts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct lg_ctx *cx = &f->t.cx;
		struct lg_idp_attribute_type attribute = { .name = lg_str_from_c(attempts[i].name),
			.value = lg_str_from_c(attempts[i].value) };
		const struct lg_idp_attribute_list_type list = { &attribute, 1, true };
		const lg_status s = lg_schema_check(cx, f->pool, client, attempts[i].by, NULL, &list, false);
		if (s.code != attempts[i].code)
			print_error("%s = %s\n", attempts[i].name, attempts[i].value);
		CHECK_CODE(s, attempts[i].code);
		if (attempts[i].text)
			CHECK_STR(cx->failure.text, lg_str_from_c(attempts[i].text));
	}
}

#define SCHEMA "Attributes did not conform to the schema: "
#define BAD LG_E_INVALID_PARAMETER
#define OK LG_E_OK

TEST(values_must_be_of_their_type_and_within_bounds)
{
	static const struct attempt attempts[] = {
		{ "custom:code", "ab", LG_WRITE_USER, OK, NULL },
		{ "custom:code", "a", LG_WRITE_USER, BAD,
			SCHEMA "custom:code: String must be no shorter than 2 characters" },
		{ "custom:code", "abcdef", LG_WRITE_USER, BAD,
			SCHEMA "custom:code: String must be no longer than 5 characters" },
		/* Two UTF-16 units a character: as AWS counts. */
		{ "custom:code", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80", LG_WRITE_USER, OK, NULL },
		{ "custom:code", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80", LG_WRITE_USER, BAD,
			NULL },
		{ "custom:age", "10", LG_WRITE_USER, OK, NULL },
		{ "custom:age", "11", LG_WRITE_USER, BAD,
			SCHEMA "custom:age: Number must be no greater than 10" },
		{ "custom:age", "0", LG_WRITE_USER, BAD,
			SCHEMA "custom:age: Number must be no less than 1" },
		{ "custom:age", "1e1", LG_WRITE_USER, BAD, SCHEMA "custom:age: Number is malformed" },
		{ "custom:age", "-", LG_WRITE_USER, BAD, NULL },
		{ "custom:age", "2.5", LG_WRITE_USER, OK, NULL },
		{ "custom:flag", "true", LG_WRITE_USER, OK, NULL },
		{ "custom:flag", "yes", LG_WRITE_USER, BAD, NULL },
		{ "custom:when", "2026-11-06T09:05:03Z", LG_WRITE_USER, OK, NULL },
		{ "custom:when", "tomorrow", LG_WRITE_USER, BAD, NULL },
		{ "birthdate", "2000-01-31", LG_WRITE_USER, OK, NULL },
		{ "birthdate", "2000", LG_WRITE_USER, BAD,
			SCHEMA "birthdate: String must be no shorter than 10 characters" },
		{ "updated_at", "-1", LG_WRITE_USER, BAD, NULL },
		{ "email", "not an address", LG_WRITE_USER, BAD, "Invalid email address format." },
		{ "phone_number", "0151", LG_WRITE_USER, BAD, "Invalid phone number format." },
	};
	struct fixture *f = strict_pool();
	run(f, NULL, attempts, LG_LEN(attempts));
	fixture_free(f);
}

TEST(unknown_attributes_are_refused_as_cognito_words_it)
{
	static const struct attempt attempts[] = {
		{ "custom:none", "x", LG_WRITE_SIGN_UP, BAD,
			SCHEMA "Type for attribute {custom:none} could not be determined" },
		{ "custom:none", "x", LG_WRITE_USER, BAD,
			SCHEMA "custom:none: Attribute does not exist in the schema." },
		{ "colour", "x", LG_WRITE_ADMIN, BAD,
			SCHEMA "colour: Attribute does not exist in the schema." },
	};
	struct fixture *f = strict_pool();
	run(f, NULL, attempts, LG_LEN(attempts));
	fixture_free(f);
}

TEST(immutable_and_system_attributes_are_not_updated)
{
	static const struct attempt attempts[] = {
		{ "custom:fixed", "x", LG_WRITE_SIGN_UP, OK, NULL },
		{ "custom:fixed", "x", LG_WRITE_ADMIN_CREATE, OK, NULL },
		{ "custom:fixed", "x", LG_WRITE_USER, BAD,
			"user.custom:fixed: Attribute cannot be updated." },
		{ "custom:fixed", "x", LG_WRITE_ADMIN, BAD,
			"user.custom:fixed: Attribute cannot be updated." },
		{ "custom:fixed", "", LG_WRITE_USER, BAD,
			"user.custom:fixed: Attribute cannot be updated." },
		{ "sub", "x", LG_WRITE_ADMIN_CREATE, BAD, "Cannot modify the non-mutable attribute sub" },
		{ "email_verified", "true", LG_WRITE_USER, BAD,
			"Cannot modify the non-mutable attribute email_verified" },
		{ "phone_number_verified", "true", LG_WRITE_SIGN_UP, BAD,
			"Cannot modify the non-mutable attribute phone_number_verified" },
		{ "email_verified", "true", LG_WRITE_ADMIN, BAD,
			"Email is required to verify/un-verify an email" },
		{ "given_name", "", LG_WRITE_USER, BAD, SCHEMA "given_name: The attribute is required" },
		{ "family_name", "", LG_WRITE_USER, OK, NULL },
	};
	struct fixture *f = strict_pool();
	run(f, NULL, attempts, LG_LEN(attempts));
	fixture_free(f);
}

TEST(client_writes_what_it_may)
{
	lg_str writable[] = { LG_STR("given_name") };
	struct fixture *f = strict_pool();
	fixture_use_client(
		f, &(struct lg_idp_create_user_pool_client_request){ .write_attributes = LIST(writable) });
	static const struct attempt attempts[] = {
		{ "given_name", "x", LG_WRITE_USER, OK, NULL },
		{ "family_name", "x", LG_WRITE_USER, LG_E_NOT_AUTHORIZED,
			"A client attempted to write unauthorized attribute" },
	};
	run(f, f->client, attempts, LG_LEN(attempts));
	fixture_free(f);
}

TEST(all_missing_required_attributes_are_named_at_once)
{
	struct lg_idp_schema_attribute_type schema[] = {
		{ .name = LG_STR("given_name"), .required = { true, true }, .mutable = { true, true } },
		{ .name = LG_STR("family_name"), .required = { true, true }, .mutable = { true, true } },
	};
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
						 .schema = LIST(schema) },
		NULL);
	const struct lg_idp_attribute_list_type none = { 0 };
	struct lg_ctx *cx = fixture_request(f);
	CHECK_CODE(lg_schema_check(cx, f->pool, NULL, LG_WRITE_SIGN_UP, NULL, &none, true), BAD);
	CHECK_STR(cx->failure.text,
		LG_STR(SCHEMA
			"given_name: The attribute is required\nfamily_name: The attribute is required"));
	CHECK_OK(lg_schema_check(cx, f->pool, NULL, LG_WRITE_ADMIN_CREATE, NULL, &none, false));
	fixture_free(f);
}

TEST(preferred_user_name_as_alias_comes_later_and_looks_like_nothing_else)
{
	lg_str aliases[] = { LG_STR("email"), LG_STR("preferred_username") };
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
						 .alias_attributes = LIST(aliases) },
		NULL);
	static const struct attempt attempts[] = {
		{ "preferred_username", "bob", LG_WRITE_SIGN_UP, BAD, NULL },
		{ "preferred_username", "bob", LG_WRITE_USER, OK, NULL },
		{ "preferred_username", "bob@example.com", LG_WRITE_USER, BAD, NULL },
	};
	run(f, NULL, attempts, LG_LEN(attempts));
	fixture_free(f);
}

TEST(email_addresses_have_two_sides)
{
	static const char *const good[] = { "a@example.com", "first.last+tag@sub.example.co",
		"x_y-z@a-b.org", "1@2.de" };
	static const char *const bad[] = { "", "a", "@example.com", "a@", "a@b", "a b@example.com",
		"a@@example.com", "a@example..com", ".a@example.com", "a.@example.com", "a..b@example.com",
		"a@-example.com", "a@example.com ", "a@exa mple.com", "a\n@example.com", "<a@example.com>",
		"a@example.com,b@example.com", "\xc3\xa4@example.com" };
	for (size_t i = 0; i < LG_LEN(good); i++)
		CHECK(lg_is_email(lg_str_from_c(good[i])));
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK(!lg_is_email(lg_str_from_c(bad[i])));
	CHECK(!lg_is_email(LG_STR("a@example.com\0b")));
	CHECK(!lg_is_email(LG_STR_NONE));
}

TEST(phone_numbers_are_e164)
{
	CHECK(lg_is_phone(LG_STR("+1")));
	CHECK(lg_is_phone(LG_STR("+123456789012345")));
	static const char *const bad[] = { "", "+", "1234", "+1234567890123456", "+12 34", "+12a", "++12" };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK(!lg_is_phone(lg_str_from_c(bad[i])));
}

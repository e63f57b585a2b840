#include "domain/pool/schema.h"

#include <stdlib.h>

#include "base/buf.h"
#include "codec/text.h"

#define PROBLEMS_MAX_BYTES 4096
#define NUMBER_MAX_CHARS 40

/* The generated structs hold plain pointers; nobody writes through those of a schema. */
#define STRING_LENGTHS(min, max)                                              \
	(struct lg_idp_string_attribute_constraints_type *)&(                 \
		const struct lg_idp_string_attribute_constraints_type){       \
		.min_length = LG_STR_INIT(min), .max_length = LG_STR_INIT(max) \
	}
#define AT_LEAST(min)                                                                                       \
	(struct lg_idp_number_attribute_constraints_type *)&(                                               \
		const struct lg_idp_number_attribute_constraints_type)                                      \
	{                                                                                                   \
		.min_value = LG_STR_INIT(min)                                                               \
	}
#define YES { .has = true, .v = true }
#define NO { .has = true, .v = false }

#define TEXT_ATTRIBUTE(called, min, max)                                                          \
	{                                                                                         \
		.name = LG_STR_INIT(called), .attribute_data_type = LG_STR_INIT("String"),        \
		.developer_only_attribute = NO, .mutable = YES, .required = NO,                   \
		.string_attribute_constraints = STRING_LENGTHS(min, max)                          \
	}
#define FLAG_ATTRIBUTE(called)                                                                    \
	{                                                                                         \
		.name = LG_STR_INIT(called), .attribute_data_type = LG_STR_INIT("Boolean"),       \
		.developer_only_attribute = NO, .mutable = YES, .required = NO                    \
	}

static const struct lg_idp_schema_attribute_type standard[] = {
	{ .name = LG_STR_INIT("sub"),
		.attribute_data_type = LG_STR_INIT("String"),
		.developer_only_attribute = NO,
		.mutable = NO,
		.required = YES,
		.string_attribute_constraints = STRING_LENGTHS("1", "2048") },
	TEXT_ATTRIBUTE("name", "0", "2048"),
	TEXT_ATTRIBUTE("given_name", "0", "2048"),
	TEXT_ATTRIBUTE("family_name", "0", "2048"),
	TEXT_ATTRIBUTE("middle_name", "0", "2048"),
	TEXT_ATTRIBUTE("nickname", "0", "2048"),
	TEXT_ATTRIBUTE("preferred_username", "0", "2048"),
	TEXT_ATTRIBUTE("profile", "0", "2048"),
	TEXT_ATTRIBUTE("picture", "0", "2048"),
	TEXT_ATTRIBUTE("website", "0", "2048"),
	TEXT_ATTRIBUTE("email", "0", "2048"),
	FLAG_ATTRIBUTE("email_verified"),
	TEXT_ATTRIBUTE("gender", "0", "2048"),
	TEXT_ATTRIBUTE("birthdate", "10", "10"),
	TEXT_ATTRIBUTE("zoneinfo", "0", "2048"),
	TEXT_ATTRIBUTE("locale", "0", "2048"),
	TEXT_ATTRIBUTE("phone_number", "0", "2048"),
	FLAG_ATTRIBUTE("phone_number_verified"),
	TEXT_ATTRIBUTE("address", "0", "2048"),
	{ .name = LG_STR_INIT("updated_at"),
		.attribute_data_type = LG_STR_INIT("Number"),
		.developer_only_attribute = NO,
		.mutable = YES,
		.required = NO,
		.number_attribute_constraints = AT_LEAST("0") },
	{ .name = LG_STR_INIT("identities"),
		.attribute_data_type = LG_STR_INIT("String"),
		.developer_only_attribute = NO,
		.mutable = YES,
		.required = NO,
		.string_attribute_constraints = (struct lg_idp_string_attribute_constraints_type *)&(
			const struct lg_idp_string_attribute_constraints_type){ { NULL, 0 } } },
};

const struct lg_idp_schema_attribute_type *
lg_schema_standard(size_t *ret_count)
{
	*ret_count = LG_LEN(standard);
	return standard;
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A dot-atom (RFC 5322, 3.2.3). */
static bool
is_local_part(lg_str s)
{
	if (s.len == 0 || s.len > 64 || s.ptr[0] == '.' || s.ptr[s.len - 1] == '.')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '.' && s.ptr[i + 1] == '.')
			return false;
		if (!is_alnum(s.ptr[i]) && !lg_str_has_byte(LG_STR(".!#$%&'*+/=?^_`{|}~-"), s.ptr[i]))
			return false;
	}
	return true;
}

/* Two labels at least (RFC 1035, 2.3.1, with digits in front). */
static bool
is_domain(lg_str s)
{
	if (s.len > 253)
		return false;
	size_t labels = 0;
	while (lg_str_present(s)) {
		const lg_str label = lg_str_cut(&s, '.');
		if (label.len == 0 || label.len > 63 || label.ptr[0] == '-'
			|| label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!is_alnum(label.ptr[i]) && label.ptr[i] != '-')
				return false;
		labels++;
	}
	return labels >= 2;
}

bool
lg_is_email(lg_str s)
{
	lg_str domain = s;
	const lg_str local = lg_str_cut(&domain, '@');
	return lg_str_present(domain) && is_local_part(local) && is_domain(domain);
}

bool
lg_is_phone(lg_str s)
{
	if (s.len < 2 || s.len > 16 || s.ptr[0] != '+')
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return true;
}

/* What is wrong with the values: said all at once, one a line (spec/user-pools.md 5). */
struct check {
	struct lg_ctx *cx;
	const struct lg_pool *pool;
	const struct lg_client *client;
	enum lg_write_by by;
	const struct lg_user *user;
	const struct lg_idp_attribute_list_type *attributes;
	bool required; /* all that the pool requires is looked at in the end */
	struct lg_buf problems;
};

static void
add_problem(struct check *check, lg_str name, const char *text)
{
	lg_buf_fmt(&check->problems, "%s%.*s: %s", check->problems.len ? "\n" : "", LG_FMT(name), text);
}

static void
add_bound(struct check *check, lg_str name, const char *text, lg_str bound, const char *unit)
{
	add_problem(check, name, text);
	lg_buf_fmt(&check->problems, " %.*s%s", LG_FMT(bound), unit);
}

static bool
by_admin(enum lg_write_by by)
{
	return by == LG_WRITE_ADMIN_CREATE || by == LG_WRITE_ADMIN;
}

/* "-12.5": sign, digits, fraction. */
static bool
parse_number(lg_str s, double *ret)
{
	if (s.len == 0 || s.len > NUMBER_MAX_CHARS)
		return false;
	char text[NUMBER_MAX_CHARS + 1] = { 0 };
	size_t digits = 0;
	size_t points = 0;
	for (size_t i = 0; i < s.len; i++) {
		text[i] = s.ptr[i];
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			digits++;
		else if (s.ptr[i] == '.' && digits && !points)
			points++;
		else if (s.ptr[i] != '-' || i != 0)
			return false;
	}
	if (!digits || s.ptr[s.len - 1] == '.')
		return false;
	*ret = strtod(text, NULL);
	return true;
}

static void
check_number(struct check *check, const struct lg_idp_schema_attribute_type *schema, lg_str value)
{
	const struct lg_idp_number_attribute_constraints_type *limits = schema->number_attribute_constraints;
	double number;
	double bound;
	if (!parse_number(value, &number)) {
		add_problem(check, schema->name, "Number is malformed");
		return;
	}
	if (limits && parse_number(limits->min_value, &bound) && number < bound)
		add_bound(check, schema->name, "Number must be no less than", limits->min_value, "");
	if (limits && parse_number(limits->max_value, &bound) && number > bound)
		add_bound(check, schema->name, "Number must be no greater than", limits->max_value, "");
}

static void
check_length(struct check *check, const struct lg_idp_schema_attribute_type *schema, lg_str value)
{
	const struct lg_idp_string_attribute_constraints_type *limits = schema->string_attribute_constraints;
	const size_t len = lg_text_utf16_len(value);
	uint64_t bound;
	if (limits && lg_str_to_uint(limits->min_length, UINT32_MAX, &bound) && len < bound)
		add_bound(check, schema->name, "String must be no shorter than", limits->min_length,
			" characters");
	if (limits && lg_str_to_uint(limits->max_length, UINT32_MAX, &bound) && len > bound)
		add_bound(check, schema->name, "String must be no longer than", limits->max_length,
			" characters");
}

static lg_status
check_value(struct check *check, const struct lg_idp_schema_attribute_type *schema, lg_str value)
{
	/* RFC 3339, 5.6, as far as its form goes. */
	static const char date_time[] = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
		"(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?";
	const lg_str type = schema->attribute_data_type;
	if (lg_str_eq(type, LG_IDP_ATTRIBUTE_DATA_TYPE_STRING)) {
		check_length(check, schema, value);
	} else if (lg_str_eq(type, LG_IDP_ATTRIBUTE_DATA_TYPE_NUMBER)) {
		check_number(check, schema, value);
	} else if (lg_str_eq(type, LG_IDP_ATTRIBUTE_DATA_TYPE_BOOLEAN)) {
		if (!lg_str_eq_nocase(value, LG_STR("true")) && !lg_str_eq_nocase(value, LG_STR("false")))
			add_problem(check, schema->name, "Boolean must be true or false");
	} else {
		bool good;
		LG_TRY(lg_text_matches(check->cx, value, date_time, &good));
		if (!good)
			add_problem(check, schema->name, "DateTime is malformed");
	}

	if (lg_str_eq(schema->name, LG_STR("email")) && !lg_is_email(value))
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER, "Invalid email address format.");
	if (lg_str_eq(schema->name, LG_STR("phone_number")) && !lg_is_phone(value))
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER, "Invalid phone number format.");
	return LG_OK;
}

/* An alias must not look like another kind of name: one name means one user (domain/user/user_names.c). */
static lg_status
check_preferred_username(struct check *check, lg_str value)
{
	const struct lg_name_rules *names = &check->pool->names;
	if (!names->preferred_alias)
		return LG_OK;
	LG_TRY(lg_name_canonical(check->cx, check->pool, LG_KEY_PREFERRED_USERNAME, value, &value));
	if (check->by == LG_WRITE_SIGN_UP)
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER,
			"preferred_username cannot be provided at sign-up, since user pool is configured "
			"for "
			"preferred_username alias.");
	if (names->email_alias && lg_is_email(value))
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER,
			"preferred_username cannot be of email format, since "
			"user pool is configured for email alias.");
	if (names->phone_alias && lg_is_phone(value))
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER,
			"preferred_username cannot be of phone number format, "
			"since user pool is configured for phone number alias.");
	return LG_OK;
}

static lg_str
given(const struct lg_idp_attribute_list_type *attributes, lg_str name)
{
	for (size_t i = 0; i < attributes->count; i++)
		if (lg_str_eq(attributes->items[i].name, name))
			return attributes->items[i].value;
	return LG_STR_NONE;
}

static bool
will_have(const struct check *check, lg_str name)
{
	const lg_str value = given(check->attributes, name);
	if (lg_str_present(value))
		return value.len > 0;
	return check->user && !lg_str_empty(lg_user_attribute(check->user, name));
}

/* May it be written at all, by this writer, at this time? */
static lg_status
check_right(struct check *check, const struct lg_idp_schema_attribute_type *schema)
{
	const lg_str name = schema->name;
	const bool email_flag = lg_str_eq(name, LG_STR("email_verified"));
	const bool phone_flag = lg_str_eq(name, LG_STR("phone_number_verified"));
	if (lg_str_eq(name, LG_STR("sub")) || lg_str_eq(name, LG_STR("identities"))
		|| ((email_flag || phone_flag) && !by_admin(check->by)))
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER,
			"Cannot modify the non-mutable attribute %.*s", LG_FMT(name));
	if (email_flag && !will_have(check, LG_STR("email")))
		return lg_fail(
			check->cx, LG_E_INVALID_PARAMETER, "Email is required to verify/un-verify an email");
	if (phone_flag && !will_have(check, LG_STR("phone_number")))
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER,
			"Phone number is required to verify/un-verify a phone number");
	if (check->client && !lg_client_may_write(check->pool, check->client, name))
		return lg_fail(check->cx, LG_E_NOT_AUTHORIZED,
			"A client attempted to write unauthorized attribute");
	if (!schema->mutable.v && (check->by == LG_WRITE_USER || check->by == LG_WRITE_ADMIN))
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER, "user.%.*s: Attribute cannot be updated.",
			LG_FMT(name));
	return LG_OK;
}

static lg_status
check_attribute(struct check *check, const struct lg_idp_attribute_type *attribute)
{
	const struct lg_idp_schema_attribute_type *schema = lg_pool_attribute(check->pool, attribute->name);
	if (schema && schema->developer_only_attribute.v && !by_admin(check->by))
		schema = NULL;
	if (!schema && check->by == LG_WRITE_SIGN_UP && lg_str_starts(attribute->name, LG_STR("custom:")))
		return lg_fail(check->cx, LG_E_INVALID_PARAMETER,
			"Attributes did not conform to the schema: Type for attribute {%.*s} could not be "
			"determined",
			LG_FMT(attribute->name));
	if (!schema) {
		add_problem(check, attribute->name, "Attribute does not exist in the schema.");
		return LG_OK;
	}
	LG_TRY(check_right(check, schema));
	/* An empty value removes. */
	if (lg_str_empty(attribute->value)) {
		if (schema->required.v && !check->required)
			add_problem(check, schema->name, "The attribute is required");
		return LG_OK;
	}
	if (lg_str_eq(schema->name, LG_STR("preferred_username")))
		LG_TRY(check_preferred_username(check, attribute->value));
	return check_value(check, schema, attribute->value);
}

lg_status
lg_schema_check(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_client *client,
	enum lg_write_by by, const struct lg_user *user, const struct lg_idp_attribute_list_type *attributes,
	bool required)
{
	struct check check = {
		.cx = cx,
		.pool = pool,
		.client = client,
		.by = by,
		.user = user,
		.attributes = attributes,
		.required = required,
		.problems = lg_buf_start(cx, PROBLEMS_MAX_BYTES),
	};
	for (size_t i = 0; i < attributes->count; i++)
		LG_TRY(check_attribute(&check, &attributes->items[i]));

	for (size_t i = 0; required && i < pool->schema_count; i++) {
		const struct lg_idp_schema_attribute_type *schema = &pool->schema[i];
		if (schema->required.v && !lg_str_eq(schema->name, LG_STR("sub"))
			&& !will_have(&check, schema->name))
			add_problem(&check, schema->name, "The attribute is required");
	}
	if (!check.problems.len)
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "Attributes did not conform to the schema: %.*s",
		(int)check.problems.len, check.problems.ptr);
}

lg_str
lg_attribute_flagged(lg_str name)
{
	static const lg_str flags[] = { LG_STR_INIT("email_verified"),
		LG_STR_INIT("phone_number_verified") };
	for (size_t i = 0; i < LG_LEN(flags); i++)
		if (lg_str_eq(flags[i], name))
			return lg_str_slice(name, 0, name.len - LG_STR("_verified").len);
	return LG_STR_NONE;
}

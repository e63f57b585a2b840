#include "domain/pool/pool_schema.h"

#include <stdlib.h>
#include <string.h>

#include "domain/pool/schema.h"
#include "domain/quota.h"

#define CUSTOM LG_STR("custom:")
#define DEVELOPER LG_STR("dev:")
#define LENGTH_MAX 2048
#define NUMBER_DIGITS_MAX 32

typedef struct lg_idp_schema_attribute_type attribute;

const struct lg_idp_schema_attribute_type *
lg_pool_schema_find(const struct lg_idp_schema_attributes_list_type *schema, lg_str name)
{
	for (size_t i = 0; i < schema->count; i++)
		if (lg_str_eq(schema->items[i].name, name))
			return &schema->items[i];
	return NULL;
}

/* "-12.5": a sign, digits, and a fraction; not absent. */
static bool
read_number(lg_str text, long double *ret)
{
	size_t at = text.len && text.ptr[0] == '-' ? 1 : 0;
	size_t digits = 0;
	size_t points = 0;
	char copy[NUMBER_DIGITS_MAX + 1] = { 0 };
	if (text.len > NUMBER_DIGITS_MAX)
		return false;
	for (; at < text.len; at++) {
		if (text.ptr[at] == '.' && digits)
			points++;
		else if (text.ptr[at] >= '0' && text.ptr[at] <= '9')
			digits++;
		else
			return false;
	}
	if (!digits || points > 1 || text.ptr[text.len - 1] == '.')
		return false;
	memcpy(copy, text.ptr, text.len);
	*ret = strtold(copy, NULL);
	return true;
}

static lg_status
check_string_bounds(
	struct lg_ctx *cx, lg_str name, const struct lg_idp_string_attribute_constraints_type *bounds)
{
	uint64_t min = 0;
	uint64_t max = LENGTH_MAX;
	if ((lg_str_present(bounds->min_length) && !lg_str_to_uint(bounds->min_length, LENGTH_MAX, &min))
	    || (lg_str_present(bounds->max_length) && !lg_str_to_uint(bounds->max_length, LENGTH_MAX, &max)))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"%.*s: MinLength and MaxLength must be numbers from 0 to %d.", LG_FMT(name),
			LENGTH_MAX);
	if (min > max)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s: MinLength is greater than MaxLength.",
			LG_FMT(name));
	return LG_OK;
}

static lg_status
check_number_bounds(
	struct lg_ctx *cx, lg_str name, const struct lg_idp_number_attribute_constraints_type *bounds)
{
	long double min = 0;
	long double max = 0;
	bool has_min = lg_str_present(bounds->min_value);
	bool has_max = lg_str_present(bounds->max_value);
	if ((has_min && !read_number(bounds->min_value, &min))
		|| (has_max && !read_number(bounds->max_value, &max)))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s: MinValue and MaxValue must be numbers.",
			LG_FMT(name));
	if (has_min && has_max && min > max)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s: MinValue is greater than MaxValue.",
			LG_FMT(name));
	return LG_OK;
}

/* Take over the bounds that were asked for; those of another type than the attribute's are a mistake. */
static lg_status
set_bounds(struct lg_ctx *cx, const attribute *asked, attribute *target)
{
	bool is_string = lg_str_eq(target->attribute_data_type, LG_IDP_ATTRIBUTE_DATA_TYPE_STRING);
	bool is_number = lg_str_eq(target->attribute_data_type, LG_IDP_ATTRIBUTE_DATA_TYPE_NUMBER);
	if ((asked->string_attribute_constraints && !is_string)
	    || (asked->number_attribute_constraints && !is_number))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s: The constraints do not fit the type %.*s.",
			LG_FMT(target->name), LG_FMT(target->attribute_data_type));
	if (asked->string_attribute_constraints) {
		LG_TRY(check_string_bounds(cx, target->name, asked->string_attribute_constraints));
		target->string_attribute_constraints = asked->string_attribute_constraints;
	}
	if (asked->number_attribute_constraints) {
		LG_TRY(check_number_bounds(cx, target->name, asked->number_attribute_constraints));
		target->number_attribute_constraints = asked->number_attribute_constraints;
	}
	/* Without bounds the structure is there, and empty. */
	if (is_string && !target->string_attribute_constraints)
		target->string_attribute_constraints =
			lg_new(cx, struct lg_idp_string_attribute_constraints_type);
	if (is_number && !target->number_attribute_constraints)
		target->number_attribute_constraints =
			lg_new(cx, struct lg_idp_number_attribute_constraints_type);
	if ((is_string && !target->string_attribute_constraints)
	    || (is_number && !target->number_attribute_constraints))
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	return LG_OK;
}

static lg_status
override_standard(struct lg_ctx *cx, const attribute *asked, attribute *target)
{
	bool other_type = lg_str_present(asked->attribute_data_type)
	                  && !lg_str_eq(asked->attribute_data_type, target->attribute_data_type);
	if (other_type || (asked->developer_only_attribute.has && asked->developer_only_attribute.v))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"You can not change AttributeDataType or set developerOnlyAttribute for standard "
			"schema "
			"attribute %.*s",
			LG_FMT(target->name));
	if (lg_str_eq(target->name, LG_STR("sub"))
	    && ((asked->mutable.has && asked->mutable.v) || (asked->required.has && !asked->required.v)))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "sub: Attribute is always required and not mutable.");
	if (asked->mutable.has)
		target->mutable = asked->mutable;
	if (asked->required.has)
		target->required = asked->required;
	return set_bounds(cx, asked, target);
}

/* custom:x and dev:custom:x would be one attribute under two names. */
static bool
is_taken(const struct lg_idp_schema_attributes_list_type *schema, lg_str full)
{
	lg_str bare = lg_str_starts(full, DEVELOPER) ? lg_str_slice(full, DEVELOPER.len, full.len) : full;
	for (size_t i = 0; i < schema->count; i++) {
		lg_str name = schema->items[i].name;
		if (lg_str_starts(name, DEVELOPER))
			name = lg_str_slice(name, DEVELOPER.len, name.len);
		if (lg_str_eq(name, bare))
			return true;
	}
	return false;
}

static lg_status
make_custom(struct lg_ctx *cx, const struct lg_idp_schema_attributes_list_type *schema,
	const attribute *asked, attribute *ret)
{
	if (lg_str_starts(asked->name, CUSTOM) || lg_str_starts(asked->name, DEVELOPER))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"%.*s: The name of a custom attribute is given without prefix.",
			LG_FMT(asked->name));
	if (asked->required.has && asked->required.v)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Required custom attributes are not supported currently.");
	if (!lg_str_present(asked->attribute_data_type))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s: AttributeDataType is missing.",
			LG_FMT(asked->name));

	bool developer_only = asked->developer_only_attribute.has && asked->developer_only_attribute.v;
	*ret = (attribute){
		.attribute_data_type = asked->attribute_data_type,
		.developer_only_attribute = { true, developer_only },
		.mutable = { true, !asked->mutable.has || asked->mutable.v },
		.required = { true, false },
	};
	const lg_str parts[] = { developer_only ? DEVELOPER : LG_STR(""), CUSTOM, asked->name };
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &ret->name));
	if (is_taken(schema, ret->name))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s: Existing attribute already has name %.*s.",
			LG_FMT(ret->name), LG_FMT(ret->name));
	return set_bounds(cx, asked, ret);
}

static int64_t
custom_count(const struct lg_idp_schema_attributes_list_type *schema)
{
	int64_t count = 0;
	for (size_t i = 0; i < schema->count; i++)
		count += lg_str_starts(schema->items[i].name, CUSTOM)
		         || lg_str_starts(schema->items[i].name, DEVELOPER);
	return count;
}

static attribute *
find_standard(struct lg_idp_schema_attributes_list_type *schema, size_t standard_count, lg_str name)
{
	for (size_t i = 0; i < standard_count; i++)
		if (lg_str_eq(schema->items[i].name, name))
			return &schema->items[i];
	return NULL;
}

/* `schema` has room; its first `standard_count` attributes may be overridden. */
static lg_status
take(struct lg_ctx *cx, const struct lg_env *env, const attribute *asked, size_t count,
	size_t standard_count, struct lg_idp_schema_attributes_list_type *schema)
{
	for (size_t i = 0; i < count; i++) {
		if (!lg_str_present(asked[i].name))
			return lg_fail(
				cx, LG_E_INVALID_PARAMETER, "The name of a schema attribute is missing.");
		attribute *standard = find_standard(schema, standard_count, asked[i].name);
		if (standard) {
			LG_TRY(override_standard(cx, &asked[i], standard));
			continue;
		}
		attribute made;
		LG_TRY(make_custom(cx, schema, &asked[i], &made));
		schema->items[schema->count++] = made;
	}
	return lg_quota_check(cx, env, LG_QUOTA_CUSTOM_ATTRIBUTES, custom_count(schema));
}

static lg_status
copy_with_room(struct lg_ctx *cx, const attribute *items, size_t count, size_t room,
	struct lg_idp_schema_attributes_list_type *ret)
{
	attribute *copy = lg_new_array(cx, attribute, count + room);
	if (!copy)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	memcpy(copy, items, count * sizeof(*items));
	*ret = (struct lg_idp_schema_attributes_list_type){ .items = copy, .count = count, .has = true };
	return LG_OK;
}

lg_status
lg_pool_schema_make(struct lg_ctx *cx, const struct lg_env *env,
	const struct lg_idp_schema_attributes_list_type *asked,
	struct lg_idp_schema_attributes_list_type *ret)
{
	size_t standard_count;
	const attribute *standard = lg_schema_standard(&standard_count);
	struct lg_idp_schema_attributes_list_type schema;
	LG_TRY(copy_with_room(cx, standard, standard_count, asked->count, &schema));
	LG_TRY(take(cx, env, asked->items, asked->count, standard_count, &schema));
	*ret = schema;
	return LG_OK;
}

lg_status
lg_pool_schema_extend(struct lg_ctx *cx, const struct lg_env *env,
	const struct lg_idp_schema_attributes_list_type *schema,
	const struct lg_idp_custom_attributes_list_type *added,
	struct lg_idp_schema_attributes_list_type *ret)
{
	struct lg_idp_schema_attributes_list_type bigger;
	LG_TRY(copy_with_room(cx, schema->items, schema->count, added->count, &bigger));
	LG_TRY(take(cx, env, added->items, added->count, 0, &bigger));
	*ret = bigger;
	return LG_OK;
}

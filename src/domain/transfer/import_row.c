#include "domain/transfer/import_row.h"

#include <string.h>

#include "codec/text.h"
#include "domain/auth/first_factor.h"
#include "domain/pool/schema.h"
#include "domain/transfer/import_csv.h"
#include "domain/user/user_edit.h"

#define USERNAME_CHARS 128
#define USERNAME_PATTERN "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"

static lg_status
bad(struct lg_ctx *cx, const char *text)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "%s", text);
}

static lg_str
field(const struct lg_import_plan *plan, const struct lg_str_list *fields, lg_str column)
{
	return lg_import_field(&plan->header, fields, column);
}

/* Where a contact attribute is the user name, the column may hold something else: the attribute counts. */
lg_str
lg_import_username(const struct lg_import_plan *plan, const struct lg_str_list *fields)
{
	const struct lg_name_rules *rules = &plan->pool->names;
	const lg_str name = field(plan, fields, LG_IMPORT_USERNAME);
	if (!rules->email_username && !rules->phone_username)
		return name;
	if ((rules->email_username && lg_is_email(name)) || (rules->phone_username && lg_is_phone(name)))
		return name;
	const lg_str email = field(plan, fields, LG_STR("email"));
	if (rules->email_username && lg_str_present(email))
		return email;
	return rules->phone_username ? field(plan, fields, LG_STR("phone_number")) : LG_STR_NONE;
}

static lg_status
check_username(struct lg_ctx *cx, const struct lg_import_plan *plan, lg_str username, lg_str *ret_named)
{
	bool matches;
	if (!lg_str_present(username))
		return bad(cx, "The User Record does not have a user name.");
	LG_TRY(lg_text_matches(cx, username, USERNAME_PATTERN, &matches));
	if (!matches || lg_text_utf16_len(username) > USERNAME_CHARS)
		return bad(cx, "The user name is not valid.");
	return lg_username_check(cx, plan->pool, username, ret_named);
}

/* ---- values ---- */

static lg_status
read_bool(struct lg_ctx *cx, lg_str column, lg_str value, bool *ret)
{
	*ret = lg_str_eq_nocase(value, LG_STR("true"));
	if (*ret || lg_str_eq_nocase(value, LG_STR("false")))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s must be TRUE or FALSE.", LG_FMT(column));
}

/* "MM/DD/YYYY" becomes "YYYY-MM-DD". */
static lg_status
read_date(struct lg_ctx *cx, lg_str value, lg_str *ret)
{
	lg_str year = value;
	uint64_t unused;
	const lg_str month = lg_str_cut(&year, '/');
	const lg_str day = lg_str_cut(&year, '/');
	const bool digits = month.len == 2 && day.len == 2 && year.len == 4 &&
			    lg_str_to_uint(lg_str_slice(month, month.ptr[0] == '0', 2), 12, &unused) &&
			    unused && lg_str_to_uint(lg_str_slice(day, day.ptr[0] == '0', 2), 31, &unused) &&
			    unused && lg_str_to_uint(year, 9999, &unused);
	if (!digits)
		return bad(cx, "birthdate must have the form MM/DD/YYYY.");
	return lg_str_fmt(cx, ret, "%.*s-%.*s-%.*s", LG_FMT(year), LG_FMT(month), LG_FMT(day));
}

static lg_status
read_value(struct lg_ctx *cx, lg_str column, lg_str value, lg_str *ret)
{
	*ret = value;
	if (lg_str_eq(column, LG_STR("birthdate")))
		return read_date(cx, value, ret);
	if (!lg_str_present(lg_attribute_flagged(column)))
		return LG_OK;
	bool flag;
	LG_TRY(read_bool(cx, column, value, &flag));
	*ret = flag ? LG_STR("true") : LG_STR("false");
	return LG_OK;
}

/* The columns that are attributes. A flag without what it is about says nothing, unless it says true. */
static lg_status
read_attributes(struct lg_ctx *cx, const struct lg_import_plan *plan, const struct lg_str_list *fields,
	struct lg_idp_attribute_list_type *ret)
{
	static const lg_str others[] = { LG_STR_INIT("cognito:username"), LG_STR_INIT("cognito:mfa_enabled"),
		LG_STR_INIT("password_hash") };
	struct lg_idp_attribute_type *items =
		lg_new_array(cx, struct lg_idp_attribute_type, plan->header.count);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < plan->header.count; i++) {
		const lg_str column = plan->header.items[i];
		bool other = false;
		for (size_t k = 0; k < LG_LEN(others); k++)
			other = other || lg_str_eq(column, others[k]);
		const lg_str value = fields->items[i];
		if (other || value.len == 0)
			continue;
		items[count].name = column;
		LG_TRY(read_value(cx, column, value, &items[count].value));
		const lg_str about = lg_attribute_flagged(column);
		const bool idle = lg_str_present(about) && !lg_str_present(field(plan, fields, about)) &&
				  lg_str_eq(items[count].value, LG_STR("false"));
		if (!idle)
			count++;
	}
	*ret = (struct lg_idp_attribute_list_type){ items, count, true };
	return LG_OK;
}

static bool
is_verified(const struct lg_pool *pool, const struct lg_user *user)
{
	const struct lg_str_list *verified = &pool->type->auto_verified_attributes;
	for (size_t i = 0; i < verified->count; i++)
		if (!lg_str_empty(lg_user_attribute(user, verified->items[i])) &&
			lg_user_verified(user, verified->items[i]))
			return true;
	return false;
}

/* ---- second factor and password ---- */

static lg_status
set_mfa(struct lg_ctx *cx, const struct lg_import_plan *plan, const struct lg_str_list *fields,
	struct lg_user *user)
{
	const lg_str mfa = plan->pool->type->mfa_configuration;
	const lg_str value = field(plan, fields, LG_IMPORT_MFA);
	bool enabled = false;
	if (lg_str_present(value))
		LG_TRY(read_bool(cx, LG_IMPORT_MFA, value, &enabled));
	const bool off = !lg_str_present(mfa) || lg_str_eq(mfa, LG_IDP_USER_POOL_MFA_TYPE_OFF);
	if (enabled && off)
		return bad(cx, "cognito:mfa_enabled is TRUE, but the user pool has no MFA.");
	if (!enabled && lg_str_eq(mfa, LG_IDP_USER_POOL_MFA_TYPE_ON))
		return bad(cx, "cognito:mfa_enabled must be TRUE, since the user pool requires MFA.");
	if (!enabled)
		return LG_OK;
	if (lg_str_empty(lg_user_attribute(user, LG_STR("phone_number"))))
		return bad(cx, "MFA needs a phone number.");
	lg_str *factor = lg_new(cx, lg_str);
	if (!factor)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*factor = LG_STR("SMS_MFA");
	user->row.mfa.enabled = (struct lg_str_list){ factor, 1, true };
	user->row.mfa.preferred = *factor;
	user->row.parts |= LG_PART_MFA;
	return LG_OK;
}

static lg_status
set_password(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_plan *plan,
	const struct lg_str_list *fields, struct lg_user *user)
{
	const lg_str hash = field(plan, fields, LG_IMPORT_HASH);
	if (lg_needs_no_password(plan->pool, user))
		user->row.status = LG_USER_CONFIRMED;
	if (!plan->has_hashes || !lg_str_present(hash))
		return LG_OK;
	struct lg_rec_credential *credential = &user->row.credential;
	const lg_status s = lg_keyholder_password_take(
		env->keys, cx, lg_user_owner(user), plan->hash, hash, &credential->sealed);
	if (s.code == LG_E_MALFORMED)
		return bad(cx, "password_hash is not of the job's algorithm, or over its limits.");
	LG_TRY(s);
	credential->set = (struct lg_opt_time){ true, cx->now };
	credential->imported = (struct lg_opt_bool){ true, true };
	user->row.status = LG_USER_CONFIRMED;
	user->row.parts |= LG_PART_CREDENTIAL;
	return LG_OK;
}

lg_status
lg_import_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_plan *plan,
	const struct lg_str_list *fields, struct lg_user **ret)
{
	if (fields->count != plan->header.count)
		return bad(cx, "The number of columns is not that of the header.");
	const struct lg_pool *pool = plan->pool;
	const lg_str username = lg_import_username(plan, fields);
	struct lg_idp_attribute_list_type given, all;
	lg_str named;
	bool is_sub;
	LG_TRY(check_username(cx, plan, username, &named));
	LG_TRY(read_attributes(cx, plan, fields, &given));
	LG_TRY(lg_username_attributes(cx, pool, username, named, &given, &all));
	LG_TRY(lg_schema_check(cx, pool, NULL, LG_WRITE_ADMIN_CREATE, NULL, &all, true));
	LG_TRY(lg_name_is_sub(cx, env, pool, username, &is_sub));
	if (is_sub)
		return bad(cx, "The user name is the sub of another user.");

	struct lg_user *user;
	LG_TRY(lg_user_make(cx, env, pool, username, LG_USER_RESET_REQUIRED, NULL, &user));
	for (size_t i = 0; i < all.count; i++)
		LG_TRY(lg_user_set_attribute(
			cx, user, lg_pool_attribute(pool, all.items[i].name)->name, all.items[i].value));
	if (!is_verified(pool, user))
		return bad(cx, "The User Record does not set any of the auto verified attributes to true. "
			       "(Example: email_verified to true).");
	LG_TRY(set_mfa(cx, plan, fields, user));
	LG_TRY(set_password(cx, env, plan, fields, user));
	*ret = user;
	return LG_OK;
}

#include "domain/identity/role_choice.h"

#include <string.h>

#include "domain/grant/token_claims.h"
#include "domain/identity/login_names.h"
#include "domain/identity/saml_identity.h"

#define CLAIM_ROLES LG_STR("cognito:roles")
#define CLAIM_PREFERRED LG_STR("cognito:preferred_role")
#define ROLES_MAX 512

lg_status
lg_role_unusable(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_IDENTITY_POOL_CONFIGURATION,
		"Invalid identity pool configuration. Check assigned IAM roles for this pool.");
}

static lg_status
role_of(struct lg_ctx *cx, const struct lg_identity_pool *pool, lg_str who, lg_str *ret)
{
	const lg_str role = lg_str_map_get(pool->roles, who);
	if (!lg_str_present(role))
		return lg_role_unusable(cx);
	*ret = role;
	return LG_OK;
}

static lg_status
not_his(struct lg_ctx *cx, lg_str role)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "The role %.*s is not one that this identity may choose.",
		LG_FMT(role));
}

/* ---- roles in a token ---- */

struct roles {
	lg_str items[ROLES_MAX];
	size_t count;
};

/* A list, or one text with commas (spec/identity-pools.md 6.2, 4). */
static void
read_roles(const json_t *claims, struct roles *ret)
{
	const json_t *claim = lg_json_member(claims, CLAIM_ROLES);
	ret->count = 0;
	if (json_is_string(claim)) {
		for (lg_str rest = lg_json_text(claim); lg_str_present(rest) && ret->count < ROLES_MAX;) {
			const lg_str role = lg_str_trim(lg_str_cut(&rest, ','));
			if (role.len)
				ret->items[ret->count++] = role;
		}
	}
	for (size_t i = 0; i < json_array_size(claim) && ret->count < ROLES_MAX; i++) {
		const lg_str role = lg_json_text(json_array_get(claim, i));
		if (!lg_str_empty(role))
			ret->items[ret->count++] = role;
	}
}

static bool
has_role(const struct roles *roles, lg_str role)
{
	for (size_t i = 0; i < roles->count; i++)
		if (lg_str_eq(roles->items[i], role))
			return true;
	return false;
}

/* ---- rules ---- */

static bool
contains(lg_str text, lg_str part)
{
	return part.len == 0 || (text.len && memmem(text.ptr, text.len, part.ptr, part.len));
}

static bool
text_matches(lg_str type, lg_str text, lg_str value)
{
	if (lg_str_eq(type, LG_CI_MAPPING_RULE_MATCH_TYPE_CONTAINS))
		return contains(text, value);
	if (lg_str_eq(type, LG_CI_MAPPING_RULE_MATCH_TYPE_STARTS_WITH))
		return lg_str_starts(text, value);
	return lg_str_eq(text, value);
}

/* Any element of a list; for NotEqual none may be equal. A claim that is not there matches nothing. */
static lg_status
rule_matches(struct lg_ctx *cx, const struct lg_ci_mapping_rule *rule, const json_t *claims, bool *ret)
{
	const json_t *claim = lg_json_member(claims, rule->claim);
	const bool list = json_is_array(claim);
	const size_t count = list ? json_array_size(claim) : 1;
	bool any = false;
	*ret = false;
	if (!claim || json_is_object(claim))
		return LG_OK;
	for (size_t i = 0; i < count && !any; i++) {
		lg_str text;
		LG_TRY(lg_claim_text(cx, list ? json_array_get(claim, i) : claim, &text));
		any = lg_str_present(text) && text_matches(rule->match_type, text, rule->value);
	}
	*ret = lg_str_eq(rule->match_type, LG_CI_MAPPING_RULE_MATCH_TYPE_NOT_EQUAL) ? !any : any;
	return LG_OK;
}

/* The first rule that matches; of a role that was asked for, any that gives it. Absent = none. */
static lg_status
by_rules(struct lg_ctx *cx, const struct lg_ci_role_mapping *mapping, const struct lg_login *login,
	lg_str custom, lg_str *ret)
{
	const struct lg_ci_mapping_rules_list *list = &mapping->rules_configuration->rules;
	*ret = LG_STR_NONE;
	for (size_t i = 0; i < list->count; i++) {
		const struct lg_ci_mapping_rule *rule = &list->items[i];
		bool matches;
		if (lg_str_present(custom) && !lg_str_eq(rule->role_arn, custom))
			continue;
		LG_TRY(rule_matches(cx, rule, login->claims, &matches));
		if (matches) {
			*ret = rule->role_arn;
			return LG_OK;
		}
	}
	return LG_OK;
}

/* Absent = it tells none, or too many. */
static lg_str
by_token(const struct lg_login *login, lg_str custom)
{
	struct roles roles;
	read_roles(login->claims, &roles);
	if (lg_str_present(custom))
		return has_role(&roles, custom) ? custom : LG_STR_NONE;
	const lg_str preferred = lg_json_member_text(login->claims, CLAIM_PREFERRED);
	if (!lg_str_empty(preferred))
		return preferred;
	return roles.count == 1 ? roles.items[0] : LG_STR_NONE;
}

static lg_status
by_mapping(struct lg_ctx *cx, const struct lg_identity_pool *pool, const struct lg_ci_role_mapping *mapping,
	const struct lg_login *login, lg_str custom, lg_str *ret)
{
	lg_str role = LG_STR_NONE;
	if (lg_str_eq(mapping->type, LG_CI_ROLE_MAPPING_TYPE_TOKEN))
		role = by_token(login, custom);
	else if (mapping->rules_configuration)
		LG_TRY(by_rules(cx, mapping, login, custom, &role));
	if (lg_str_present(role)) {
		*ret = role;
		return LG_OK;
	}
	if (lg_str_present(custom))
		return not_his(cx, custom);
	if (lg_str_eq(mapping->ambiguous_role_resolution,
		    LG_CI_AMBIGUOUS_ROLE_RESOLUTION_TYPE_AUTHENTICATED_ROLE))
		return role_of(cx, pool, LG_STR("authenticated"), ret);
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "The ambiguous role mapping rules denied this request.");
}

/* Without a mapping: the pool's own role, or one that a user pool's token names. */
static lg_status
by_default(
	struct lg_ctx *cx, const struct lg_identity_pool *pool, const struct lg_role_wish *wish, lg_str *ret)
{
	lg_str role = lg_str_map_get(pool->roles, LG_STR("authenticated"));
	if (!lg_str_present(wish->custom) || lg_str_eq(wish->custom, role))
		return role_of(cx, pool, LG_STR("authenticated"), ret);
	for (size_t i = 0; i < wish->logins->count; i++) {
		const struct lg_login *login = &wish->logins->items[i];
		struct roles roles = { .count = 0 };
		if (login->user_pool)
			read_roles(login->claims, &roles);
		if (has_role(&roles, wish->custom)) {
			*ret = wish->custom;
			return LG_OK;
		}
	}
	return not_his(cx, wish->custom);
}

/* ---- roles in an assertion ---- */

/* The roles that a provider names for itself (6.3). */
static void
read_saml_roles(const struct lg_login *login, struct roles *ret)
{
	const json_t *claim = lg_json_member(login->claims, LG_SAML_ROLES);
	const bool list = json_is_array(claim);
	const size_t count = list ? json_array_size(claim) : 1;
	ret->count = 0;
	for (size_t i = 0; i < count && ret->count < ROLES_MAX; i++) {
		const lg_str value = lg_json_text(list ? json_array_get(claim, i) : claim);
		lg_str role;
		if (lg_str_present(value) && lg_saml_role_of(value, login->mapping, &role) &&
			!has_role(ret, role))
			ret->items[ret->count++] = role;
	}
}

/* Absent = the assertion names none. */
static lg_status
by_assertion(struct lg_ctx *cx, const struct lg_login *login, lg_str custom, lg_str *ret)
{
	struct roles roles;
	read_saml_roles(login, &roles);
	*ret = LG_STR_NONE;
	if (!roles.count)
		return LG_OK;
	if (lg_str_present(custom) && !has_role(&roles, custom))
		return not_his(cx, custom);
	if (!lg_str_present(custom) && roles.count > 1)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED,
			"The assertion names several roles: CustomRoleArn has to say which.");
	*ret = lg_str_present(custom) ? custom : roles.items[0];
	return LG_OK;
}

lg_status
lg_role_choose(struct lg_ctx *cx, const struct lg_settings *settings, const struct lg_identity_pool *pool,
	const struct lg_role_wish *wish, lg_str *ret)
{
	if (wish->guest && lg_str_present(wish->custom))
		return not_his(cx, wish->custom);
	if (wish->guest)
		return role_of(cx, pool, LG_STR("unauthenticated"), ret);
	for (size_t i = 0; i < pool->mappings->count; i++) {
		const struct lg_ci_role_mapping_map_pair *pair = &pool->mappings->items[i];
		lg_str key;
		LG_TRY(lg_login_mapping_key(cx, settings, pair->key, &key));
		for (size_t k = 0; k < wish->logins->count; k++)
			if (lg_str_eq(wish->logins->items[k].mapping, key))
				return by_mapping(
					cx, pool, &pair->value, &wish->logins->items[k], wish->custom, ret);
	}
	for (size_t k = 0; k < wish->logins->count; k++) {
		lg_str role = LG_STR_NONE;
		if (wish->logins->items[k].saml)
			LG_TRY(by_assertion(cx, &wish->logins->items[k], wish->custom, &role));
		if (lg_str_present(role)) {
			*ret = role;
			return LG_OK;
		}
	}
	return by_default(cx, pool, wish, ret);
}

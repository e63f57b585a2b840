#include "domain/grant/token_changes.h"

#include "base/buf.h"
#include "domain/auth/trigger.h"

#define S LG_STR_INIT
#define SCOPE_MAX ((size_t)256 * 1024)

/* Versions of the event: which one the pool asked for. */
static const struct version {
	lg_str name;
	enum lg_trigger trigger;
	bool wide; /* both tokens, scopes, values of any type */
} versions[] = {
	{ S("V1_0"), LG_TRIGGER_PRE_TOKEN_GENERATION, false },
	{ S("V2_0"), LG_TRIGGER_PRE_TOKEN_GENERATION_V2, true },
	{ S("V3_0"), LG_TRIGGER_PRE_TOKEN_GENERATION_V3, true },
};

/* Claims that are ours in every token. */
static const lg_str fixed[] = { S("acr"), S("amr"), S("at_hash"), S("auth_time"), S("azp"), S("client_id"),
	S("device_key"), S("event_id"), S("exp"), S("iat"), S("identities"), S("iss"), S("jti"), S("nbf"),
	S("nonce"), S("origin_jti"), S("sub"), S("token_use"), S("username"), S("version") };

/* And what begins like this, but for a few in one token or both. */
static const lg_str reserved[] = { S("cognito:"), S("dev:") };
static const struct exception {
	lg_str name;
	bool id, access;
} exceptions[] = {
	{ S("cognito:groups"), true, true },
	{ S("cognito:roles"), true, false },
	{ S("cognito:preferred_role"), true, false },
};

static const struct version *
version_of(const struct lg_pool *pool)
{
	const struct lg_idp_lambda_config_type *config = pool->type->lambda_config;
	const lg_str name = config->pre_token_generation_config
		? config->pre_token_generation_config->lambda_version : LG_STR_NONE;
	for (size_t i = 0; i < LG_LEN(versions); i++) {
		if (lg_str_eq(versions[i].name, name))
			return &versions[i];
	}
	return &versions[0];
}

/* ---- the question; no groups are those of a client ---- */

static void
write_groups(struct lg_json *j, const struct lg_group_claims *groups)
{
	lg_json_key(j, LG_STR("groupConfiguration"));
	if (!groups) {
		lg_json_null(j);
		return;
	}
	lg_json_open(j, '{');
	lg_trigger_write_list(j, LG_STR("groupsToOverride"), &groups->names);
	lg_trigger_write_list(j, LG_STR("iamRolesToOverride"), &groups->roles);
	lg_json_key(j, LG_STR("preferredRole"));
	if (lg_str_present(groups->preferred_role))
		lg_json_str(j, groups->preferred_role);
	else
		lg_json_null(j);
	lg_json_close(j, '}');
}

static lg_status
split_scopes(struct lg_ctx *cx, lg_str scope, struct lg_str_list *ret)
{
	lg_str *items = lg_new_array(cx, lg_str, scope.len / 2 + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret = (struct lg_str_list){ .items = items, .has = true };
	for (lg_str rest = scope; lg_str_present(rest);) {
		const lg_str one = lg_str_cut(&rest, ' ');
		if (one.len)
			items[ret->count++] = one;
	}
	return LG_OK;
}

static lg_status
ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant, const struct version *version,
	const struct lg_group_claims *groups, const json_t **ret)
{
	const struct lg_trigger_about about = { .trigger = version->trigger, .occasion = grant->occasion,
		.pool = grant->pool, .client = grant->client, .user = grant->user };
	struct lg_trigger_call call;
	LG_TRY(lg_trigger_begin(cx, &about, &call));
	write_groups(call.json, groups);
	if (version->wide) {
		struct lg_str_list scopes;
		LG_TRY(split_scopes(cx, grant->scope, &scopes));
		lg_trigger_write_list(call.json, LG_STR("scopes"), &scopes);
	}
	lg_trigger_client_metadata(call.json, grant->metadata);
	return lg_trigger_invoke(cx, env, &call, ret);
}

/* ---- the answer ---- */

static bool
is_fixed(lg_str name, bool access)
{
	for (size_t i = 0; i < LG_LEN(exceptions); i++) {
		if (lg_str_eq(exceptions[i].name, name))
			return access ? !exceptions[i].access : !exceptions[i].id;
	}
	for (size_t i = 0; i < LG_LEN(reserved); i++) {
		if (lg_str_starts(name, reserved[i]))
			return true;
	}
	for (size_t i = 0; i < LG_LEN(fixed); i++) {
		if (lg_str_eq(fixed[i], name))
			return true;
	}
	return false;
}

/* The access token's is told apart from its other claims. */
static bool
is_scope(lg_str name, bool access)
{
	return access && lg_str_eq(name, LG_STR("scope"));
}

/* An audience is one more proof of whom the token is for, and never another client's. */
static bool
may_add(const struct lg_grant *grant, lg_str name, const json_t *value, bool access)
{
	if (lg_str_eq(name, LG_STR("aud")))
		return access && lg_str_eq(lg_json_text(value), grant->client->id);
	return !is_fixed(name, access) && !is_scope(name, access) && !json_is_null(value);
}

static lg_status
read_added(struct lg_ctx *cx, const struct lg_grant *grant, const json_t *object, bool access,
	struct lg_claim_changes *ret)
{
	const size_t count = json_object_size(object);
	if (count > LG_TOKEN_CHANGES_MAX)
		return lg_trigger_unrecognizable(cx);
	ret->add = lg_new_array(cx, struct lg_new_claim, count + 1);
	if (!ret->add)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const char *key;
	size_t len;
	json_t *value;
	json_object_keylen_foreach((json_t *)(uintptr_t)object, key, len, value)
	{
		const lg_str name = lg_str_from_bytes(key, len);
		if (may_add(grant, name, value, access) && !lg_str_list_has(&ret->suppress, name))
			ret->add[ret->add_count++] = (struct lg_new_claim){ name, value };
	}
	return LG_OK;
}

static lg_status
read_suppressed(struct lg_ctx *cx, const json_t *object, bool access, struct lg_str_list *ret)
{
	struct lg_str_list all;
	LG_TRY(lg_trigger_list(cx, object, LG_STR("claimsToSuppress"), &all));
	ret->items = all.items;
	for (size_t i = 0; i < all.count; i++) {
		const lg_str name = all.items[i];
		const bool kept = is_fixed(name, access) || lg_str_eq(name, LG_STR("aud"))
			|| is_scope(name, access);
		if (!kept)
			ret->items[ret->count++] = name;
	}
	return LG_OK;
}

/* `object` NULL: nothing is said about this token. */
static lg_status
read_claims(struct lg_ctx *cx, const struct lg_grant *grant, const json_t *object, bool access,
	struct lg_claim_changes *ret)
{
	const json_t *add;
	LG_TRY(read_suppressed(cx, object, access, &ret->suppress));
	LG_TRY(lg_trigger_object(cx, object, LG_STR("claimsToAddOrOverride"), &add));
	return read_added(cx, grant, add, access, ret);
}

/*
 * A member that is not there changes nothing; one that is, even null, says all of it (spec/tokens.md 7).
 */
static lg_status
read_groups(struct lg_ctx *cx, const json_t *details, struct lg_group_claims *groups)
{
	const lg_str name = LG_STR("groupOverrideDetails");
	const json_t *object;
	if (!json_object_getn(details, name.ptr, name.len))
		return LG_OK;
	LG_TRY(lg_trigger_object(cx, details, name, &object));
	LG_TRY(lg_trigger_list(cx, object, LG_STR("groupsToOverride"), &groups->names));
	LG_TRY(lg_trigger_list(cx, object, LG_STR("iamRolesToOverride"), &groups->roles));
	LG_TRY(lg_trigger_text(cx, object, LG_STR("preferredRole"), &groups->preferred_role));
	if (lg_str_empty(groups->preferred_role))
		groups->preferred_role = LG_STR_NONE;
	return LG_OK;
}

static lg_status
read_narrow(struct lg_ctx *cx, const struct lg_grant *grant, const json_t *response,
	struct lg_token_changes *ret)
{
	const json_t *details;
	LG_TRY(lg_trigger_object(cx, response, LG_STR("claimsOverrideDetails"), &details));
	if (!details)
		return LG_OK;
	struct lg_str_map texts; /* other values are for later versions */
	LG_TRY(lg_trigger_texts(cx, details, LG_STR("claimsToAddOrOverride"), &texts));
	LG_TRY(read_claims(cx, grant, details, false, &ret->id));
	return read_groups(cx, details, &ret->groups);
}

static lg_status
read_wide(struct lg_ctx *cx, const struct lg_grant *grant, const json_t *response,
	struct lg_token_changes *ret)
{
	const json_t *details, *id, *access;
	LG_TRY(lg_trigger_object(cx, response, LG_STR("claimsAndScopeOverrideDetails"), &details));
	if (!details)
		return LG_OK;
	LG_TRY(lg_trigger_object(cx, details, LG_STR("idTokenGeneration"), &id));
	LG_TRY(lg_trigger_object(cx, details, LG_STR("accessTokenGeneration"), &access));
	LG_TRY(read_claims(cx, grant, id, false, &ret->id));
	LG_TRY(read_claims(cx, grant, access, true, &ret->access));
	ret->scope = lg_json_member_text(lg_json_member(access, LG_STR("claimsToAddOrOverride")),
		LG_STR("scope"));
	LG_TRY(lg_trigger_list(cx, access, LG_STR("scopesToAdd"), &ret->add_scopes));
	LG_TRY(lg_trigger_list(cx, access, LG_STR("scopesToSuppress"), &ret->suppress_scopes));
	for (size_t i = 0; i < ret->add_scopes.count; i++) {
		const lg_str scope = ret->add_scopes.items[i];
		if (lg_str_empty(scope) || lg_str_has_byte(scope, ' '))
			return lg_trigger_unrecognizable(cx);
	}
	return read_groups(cx, details, &ret->groups);
}

static lg_status
count_check(struct lg_ctx *cx, const struct lg_token_changes *changes)
{
	const size_t count =
		changes->id.add_count + changes->access.add_count + changes->add_scopes.count;
	return count > LG_TOKEN_CHANGES_MAX ? lg_trigger_unrecognizable(cx) : LG_OK;
}

lg_status
lg_token_changes_ask_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	struct lg_token_changes *ret)
{
	struct lg_token_changes changes = { 0 };
	const bool is_set = lg_trigger_is_set(grant->pool, LG_TRIGGER_PRE_TOKEN_GENERATION);
	const struct version *version = is_set ? version_of(grant->pool) : NULL;
	if (version && version->trigger == LG_TRIGGER_PRE_TOKEN_GENERATION_V3) {
		const struct lg_user nobody = { .decoy = true, .username = LG_STR("ClientCredentials") };
		struct lg_grant about = *grant;
		about.user = &nobody;
		about.occasion = LG_STR("ClientCredentials");
		const json_t *response;
		LG_TRY(ask(cx, env, &about, version, NULL, &response));
		LG_TRY(read_wide(cx, grant, response, &changes));
		LG_TRY(count_check(cx, &changes));
	}
	*ret = changes;
	return LG_OK;
}

lg_status
lg_token_changes_ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	struct lg_token_changes *ret)
{
	struct lg_token_changes changes = { 0 };
	LG_TRY(lg_group_claims_read(cx, env, grant->pool, grant->user, &changes.groups));
	if (lg_trigger_is_set(grant->pool, LG_TRIGGER_PRE_TOKEN_GENERATION)) {
		const struct version *version = version_of(grant->pool);
		const json_t *response;
		LG_TRY(ask(cx, env, grant, version, &changes.groups, &response));
		LG_TRY(version->wide ? read_wide(cx, grant, response, &changes)
				     : read_narrow(cx, grant, response, &changes));
	}
	LG_TRY(count_check(cx, &changes));
	*ret = changes;
	return LG_OK;
}

lg_status
lg_token_changes_scope(struct lg_ctx *cx, const struct lg_token_changes *changes, lg_str scope, lg_str *ret)
{
	if (lg_str_present(changes->scope))
		scope = changes->scope;
	if (changes->add_scopes.count == 0 && changes->suppress_scopes.count == 0) {
		*ret = scope;
		return LG_OK;
	}
	struct lg_str_list had;
	LG_TRY(split_scopes(cx, scope, &had));
	const struct lg_str_list *lists[] = { &had, &changes->add_scopes };
	struct lg_buf b = lg_buf_start(cx, SCOPE_MAX);
	for (size_t l = 0; l < LG_LEN(lists); l++) {
		for (size_t i = 0; i < lists[l]->count; i++) {
			const lg_str one = lists[l]->items[i];
			const bool again = l > 0 && lg_str_list_has(&had, one);
			if (again || lg_str_list_has(&changes->suppress_scopes, one))
				continue;
			if (b.len)
				lg_buf_byte(&b, ' ');
			lg_buf_put(&b, one);
		}
	}
	LG_TRY(lg_buf_finish(cx, &b, ret));
	if (lg_str_empty(*ret))
		*ret = LG_STR_NONE;
	return LG_OK;
}

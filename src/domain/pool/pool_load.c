#include "domain/pool/pool_load.h"

#include <string.h>

#include "domain/grant/session_config.h"
#include "domain/iam/iam_entity.h"
#include "domain/iam/iam_item.h"
#include "domain/identity/identity_keys.h"
#include "domain/identity/identity_pool.h"
#include "domain/pool/pool_defaults.h"
#include "domain/pool/pool_settings.h"
#include "domain/pool/resource_server.h"
#include "domain/pool/schema.h"

/* A copy that may be changed, or a zeroed one where there was none; NULL when memory is exhausted. */
#define own(cx, type, from) ((type *)own_bytes((cx), (from), sizeof(type)))

static void *
own_bytes(struct lg_ctx *cx, const void *from, size_t size)
{
	void *copy = lg_arena_alloc(cx->arena, size);
	if (copy && from)
		memcpy(copy, from, size);
	return copy;
}

static void
default_int(struct lg_opt_int *value, int64_t fallback)
{
	if (!value->has)
		*value = (struct lg_opt_int){ .has = true, .v = fallback };
}

static void
default_bool(struct lg_opt_bool *value, bool fallback)
{
	if (!value->has)
		*value = (struct lg_opt_bool){ .has = true, .v = fallback };
}

static void
default_str(lg_str *value, lg_str fallback)
{
	if (!lg_str_present(*value))
		*value = fallback;
}

/* A record is complete when it is written; what a former version did not know gets its default here. */
static lg_status
fill_pool_type(
	struct lg_ctx *cx, const struct lg_rec_pool *settings, const struct lg_idp_user_pool_type **ret)
{
	struct lg_idp_user_pool_type *type = own(cx, struct lg_idp_user_pool_type, settings->type);
	if (!type)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_pool_defaults(cx, type));
	*ret = type;
	return LG_OK;
}

/* The standard attributes with what the pool overrides, then its own. */
static lg_status
build_schema(struct lg_ctx *cx, struct lg_pool *pool)
{
	size_t standard_count;
	const struct lg_idp_schema_attribute_type *standard = lg_schema_standard(&standard_count);
	const struct lg_idp_schema_attributes_list_type *given = &pool->type->schema_attributes;
	struct lg_idp_schema_attribute_type *schema =
		lg_new_array(cx, struct lg_idp_schema_attribute_type, standard_count + given->count);
	if (!schema)
		return lg_fail_default(cx, LG_E_NO_MEMORY);

	memcpy(schema, standard, standard_count * sizeof(*schema));
	size_t count = standard_count;
	for (size_t i = 0; i < given->count; i++) {
		size_t at = 0;
		while (at < standard_count && !lg_str_eq(schema[at].name, given->items[i].name))
			at++;
		const struct lg_idp_schema_attribute_type base = schema[at];
		if (at == standard_count)
			at = count++;
		schema[at] = given->items[i];
		if (at >= standard_count)
			continue;
		default_str(&schema[at].attribute_data_type, base.attribute_data_type);
		default_bool(&schema[at].mutable, base.mutable.v);
		default_bool(&schema[at].required, base.required.v);
		if (!schema[at].string_attribute_constraints)
			schema[at].string_attribute_constraints = base.string_attribute_constraints;
		if (!schema[at].number_attribute_constraints)
			schema[at].number_attribute_constraints = base.number_attribute_constraints;
	}
	pool->schema = schema;
	pool->schema_count = count;
	return LG_OK;
}

struct lg_name_rules
lg_name_rules_of(const struct lg_str_list *aliases, const struct lg_str_list *usernames, bool case_sensitive,
	int64_t gen)
{
	return (struct lg_name_rules){
		.email_alias = lg_str_list_has(aliases, LG_STR("email")),
		.phone_alias = lg_str_list_has(aliases, LG_STR("phone_number")),
		.preferred_alias = lg_str_list_has(aliases, LG_STR("preferred_username")),
		.email_username = lg_str_list_has(usernames, LG_STR("email")),
		.phone_username = lg_str_list_has(usernames, LG_STR("phone_number")),
		.case_sensitive = case_sensitive,
		.gen = gen,
	};
}

static void
build_names(struct lg_pool *pool)
{
	const struct lg_idp_user_pool_type *type = pool->type;
	const struct lg_idp_username_configuration_type *configuration = type->username_configuration;
	/* The API's default, when the structure is left out, is sensitive (spec/user-pools.md 3). */
	pool->names = lg_name_rules_of(&type->alias_attributes, &type->username_attributes,
		!configuration || configuration->case_sensitive.v, pool->settings->name_gen.v);
	const struct lg_rec_name_rules *also = pool->settings->also;
	if (also)
		pool->also = (struct lg_also_rules){
			.names = lg_name_rules_of(
				&also->alias, &also->username, also->case_sensitive.v, also->gen.v),
			.there = true,
			.leaving = also->leaving.v,
		};
}

static lg_status
build_issuer(struct lg_ctx *cx, const struct lg_settings *settings, struct lg_pool *pool)
{
	if (!settings->issuer_aws)
		return lg_str_fmt(
			cx, &pool->issuer, "%.*s/%.*s", LG_FMT(settings->public_url), LG_FMT(pool->id));
	const struct lg_idp_issuer_configuration_type *issuer = pool->type->issuer_configuration;
	const bool updated = issuer && lg_str_eq(issuer->type, LG_IDP_ISSUER_TYPE_UPDATED);
	return lg_str_fmt(cx, &pool->issuer, "https://%scognito-idp.%.*s.amazonaws.com/%.*s",
		updated ? "issuer-" : "", LG_FMT(pool->region), LG_FMT(pool->id));
}

lg_status
lg_pool_build(struct lg_ctx *cx, const struct lg_settings *settings, const struct lg_pool_row *row,
	struct lg_pool *ret)
{
	struct lg_rec_pool *record = own(cx, struct lg_rec_pool, &row->settings);
	if (!record)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_pool pool = { .pool = row->pool, .version = row->version, .settings = record };
	LG_TRY(lg_str_dup(cx, row->pool_id, &pool.id));
	pool.srp_group = pool.id;
	pool.region = lg_str_cut(&pool.srp_group, '_');
	LG_TRY(lg_str_fmt(cx, &pool.arn, "arn:aws:cognito-idp:%.*s:%.*s:userpool/%.*s", LG_FMT(pool.region),
		LG_FMT(settings->account), LG_FMT(pool.id)));
	LG_TRY(fill_pool_type(cx, record, &pool.type));
	LG_TRY(build_issuer(cx, settings, &pool));
	LG_TRY(build_schema(cx, &pool));
	build_names(&pool);
	lg_pool_settings_read(&pool.type->user_pool_tags, &pool);
	pool.tracks_sessions = lg_session_tracking(record, &pool.max_sessions);
	*ret = pool;
	return LG_OK;
}

static int64_t
unit_seconds(lg_str unit, int64_t fallback)
{
	if (lg_str_eq(unit, LG_IDP_TIME_UNITS_TYPE_SECONDS))
		return 1;
	if (lg_str_eq(unit, LG_IDP_TIME_UNITS_TYPE_MINUTES))
		return 60;
	if (lg_str_eq(unit, LG_IDP_TIME_UNITS_TYPE_HOURS))
		return 3600;
	if (lg_str_eq(unit, LG_IDP_TIME_UNITS_TYPE_DAYS))
		return 86400;
	return fallback;
}

static lg_status
fill_client_type(
	struct lg_ctx *cx, const struct lg_rec_client *settings, struct lg_idp_user_pool_client_type **ret)
{
	static const lg_str default_flows[] = {
		LG_STR_INIT("ALLOW_REFRESH_TOKEN_AUTH"),
		LG_STR_INIT("ALLOW_USER_SRP_AUTH"),
		LG_STR_INIT("ALLOW_CUSTOM_AUTH"),
	};
	struct lg_idp_user_pool_client_type *type =
		own(cx, struct lg_idp_user_pool_client_type, settings->type);
	lg_str *flows = lg_new_array(cx, lg_str, LG_LEN(default_flows));
	if (!type || !flows)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	memcpy(flows, default_flows, sizeof(default_flows));

	type->token_validity_units =
		own(cx, struct lg_idp_token_validity_units_type, type->token_validity_units);
	type->refresh_token_rotation =
		own(cx, struct lg_idp_refresh_token_rotation_type, type->refresh_token_rotation);
	if (!type->token_validity_units || !type->refresh_token_rotation)
		return lg_fail_default(cx, LG_E_NO_MEMORY);

	default_str(&type->token_validity_units->access_token, LG_IDP_TIME_UNITS_TYPE_HOURS);
	default_str(&type->token_validity_units->id_token, LG_IDP_TIME_UNITS_TYPE_HOURS);
	default_str(&type->token_validity_units->refresh_token, LG_IDP_TIME_UNITS_TYPE_DAYS);
	default_int(&type->access_token_validity, 1);
	default_int(&type->id_token_validity, 1);
	if (!type->refresh_token_validity.has || type->refresh_token_validity.v == 0)
		type->refresh_token_validity = (struct lg_opt_int){ .has = true, .v = 30 };
	default_int(&type->auth_session_validity, 3);
	default_bool(&type->enable_token_revocation, true);
	default_bool(&type->enable_propagate_additional_user_context_data, false);
	default_bool(&type->allowed_oauth_flows_user_pool_client, false);
	default_str(&type->prevent_user_existence_errors, LG_IDP_PREVENT_USER_EXISTENCE_ERROR_TYPES_LEGACY);
	default_str(&type->refresh_token_rotation->feature, LG_IDP_FEATURE_TYPE_DISABLED);
	default_int(&type->refresh_token_rotation->retry_grace_period_seconds, 0);
	if (!type->explicit_auth_flows.count)
		type->explicit_auth_flows =
			(struct lg_str_list){ .items = flows, .count = LG_LEN(default_flows), .has = true };
	*ret = type;
	return LG_OK;
}

lg_status
lg_client_build(struct lg_ctx *cx, const struct lg_client_row *row, struct lg_client *ret)
{
	struct lg_rec_client *record = own(cx, struct lg_rec_client, &row->settings);
	if (!record)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_client client = { .version = row->version, .settings = record };
	LG_TRY(lg_str_dup(cx, row->client_id, &client.id));
	struct lg_idp_user_pool_client_type *type;
	LG_TRY(fill_client_type(cx, record, &type));
	client.type = type;

	const struct lg_idp_token_validity_units_type *units = type->token_validity_units;
	client.has_secret = record->secrets.count > 0;
	client.id_ttl_s = type->id_token_validity.v * unit_seconds(units->id_token, 3600);
	client.access_ttl_s = type->access_token_validity.v * unit_seconds(units->access_token, 3600);
	client.refresh_ttl_s = type->refresh_token_validity.v * unit_seconds(units->refresh_token, 86400);
	client.session_ttl_s = type->auth_session_validity.v * 60;
	client.hides_users = lg_str_eq(type->prevent_user_existence_errors,
		LG_IDP_PREVENT_USER_EXISTENCE_ERROR_TYPES_ENABLED);
	client.rotates = lg_str_eq(type->refresh_token_rotation->feature, LG_IDP_FEATURE_TYPE_ENABLED);
	client.revocable = type->enable_token_revocation.v || client.rotates;
	client.rotation_grace_s = type->refresh_token_rotation->retry_grace_period_seconds.v;
	*ret = client;
	return LG_OK;
}

/* Those keys of a pool whose use begins so. */
static lg_status
load_keys(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str use, struct lg_snapshot *snapshot)
{
	struct lg_signing_key_row *rows;
	size_t count;
	LG_TRY(lg_store_signing_keys(env->store, cx, pool, &rows, &count));
	snapshot->keys = lg_new_array(cx, struct lg_signing_key, count);
	if (!snapshot->keys)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		struct lg_signing_key *key = &snapshot->keys[snapshot->key_count];
		if (!lg_str_starts(rows[i].use, use))
			continue;
		*key = (struct lg_signing_key){
			.kid = rows[i].kid,
			.use = rows[i].use,
			.publish = rows[i].publish,
			.sign = rows[i].sign,
			.retire = rows[i].retire,
			.drop = rows[i].drop,
			.public_der = rows[i].public_der,
			.sealed = rows[i].sealed,
		};
		LG_TRY(lg_alg_from_name(rows[i].alg, &key->alg));
		LG_TRY(lg_pkey_from_public_der(cx, key->public_der, key->alg, &key->public_key));
		snapshot->key_count++;
	}
	return LG_OK;
}

static lg_status
load_pool(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_snapshot *snapshot)
{
	struct lg_pool_row row;
	LG_TRY(lg_store_pool_read(env->store, cx, key, &row));
	struct lg_pool *pool = lg_new(cx, struct lg_pool);
	if (!pool)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_pool_build(cx, env->settings, &row, pool));
	pool->serial = snapshot->serial;
	snapshot->pool_data = pool;
	snapshot->pool = pool->pool;
	snapshot->key = pool->id;
	LG_TRY(load_keys(cx, env, pool->pool, LG_STR(""), snapshot));
	pool->keys = snapshot->keys;
	pool->key_count = snapshot->key_count;
	return lg_jwks_render_pool(cx, pool, &snapshot->jwks, &snapshot->jwks_until);
}

/* Asked for at every token of the client itself, which otherwise reads nothing (DATA 6). */
static lg_status
load_scopes(struct lg_ctx *cx, struct lg_env *env, int64_t pool, struct lg_client *client)
{
	const struct lg_str_list *allowed = &client->type->allowed_oauth_scopes;
	struct lg_str_list *scopes = &client->custom_scopes;
	scopes->items = lg_new_array(cx, lg_str, allowed->count + 1);
	if (!scopes->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < allowed->count; i++) {
		bool exists;
		LG_TRY(lg_resource_scope_exists(cx, env, pool, allowed->items[i], &exists));
		if (exists)
			scopes->items[scopes->count++] = allowed->items[i];
	}
	scopes->has = true;
	return LG_OK;
}

static lg_status
load_client(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_snapshot *snapshot)
{
	struct lg_client_row row;
	LG_TRY(lg_store_client_read(env->store, cx, key, &row, &snapshot->pool_id));
	struct lg_client *client = lg_new(cx, struct lg_client);
	if (!client)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_client_build(cx, &row, client));
	LG_TRY(load_scopes(cx, env, row.pool, client));
	snapshot->client = client;
	snapshot->pool = row.pool;
	snapshot->key = client->id;
	return lg_str_dup(cx, snapshot->pool_id, &snapshot->pool_id);
}

static lg_status
load_identity_pool(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_snapshot *snapshot)
{
	LG_TRY(lg_identity_pool_load(cx, env, key, &snapshot->identity_pool));
	snapshot->pool = snapshot->identity_pool->pool;
	return lg_str_dup(cx, key, &snapshot->key);
}

static lg_status
load_identity_keys(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_snapshot *snapshot)
{
	snapshot->key = LG_STR("");
	(void)key;
	LG_TRY(load_keys(cx, env, 0, LG_IDENTITY_KEY_USE, snapshot));
	const struct lg_key_set set = { .keys = snapshot->keys, .count = snapshot->key_count };
	return lg_jwks_render(cx, set, NULL, 0, &snapshot->jwks, &snapshot->jwks_until);
}

static lg_status
load_iam_role(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_snapshot *snapshot)
{
	LG_TRY(lg_str_dup(cx, key, &snapshot->key));
	snapshot->pool = LG_IAM_POOL;
	return lg_iam_entity_load(cx, env, LG_IAM_ROLE, key, &snapshot->entity);
}

static lg_status
load_iam_user(struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_snapshot *snapshot)
{
	LG_TRY(lg_str_dup(cx, key, &snapshot->key));
	snapshot->pool = LG_IAM_POOL;
	return lg_iam_entity_load(cx, env, LG_IAM_USER, key, &snapshot->entity);
}

static lg_status (*const loaders[])(
	struct lg_ctx *cx, struct lg_env *env, lg_str key, struct lg_snapshot *snapshot) = {
	[LG_SNAPSHOT_POOL] = load_pool,
	[LG_SNAPSHOT_CLIENT] = load_client,
	[LG_SNAPSHOT_IDENTITY_POOL] = load_identity_pool,
	[LG_SNAPSHOT_IDENTITY_KEYS] = load_identity_keys,
	[LG_SNAPSHOT_IAM_ROLE] = load_iam_role,
	[LG_SNAPSHOT_IAM_USER] = load_iam_user,
};

lg_status
lg_snapshot_load(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind, lg_str key,
	struct lg_snapshot **ret)
{
	struct lg_snapshot *snapshot;
	LG_TRY(lg_snapshot_new(env->pools, kind, &snapshot));
	struct lg_ctx own_cx = { .arena = snapshot->arena, .random = cx->random, .now = cx->now,
		.request_id = cx->request_id };
	const lg_status s = loaders[kind](&own_cx, env, key, snapshot);
	lg_ctx_done(&own_cx);
	if (lg_failed(s)) {
		/* Its text lies in the snapshot's arena, so it must be copied before that goes. */
		const lg_str text = lg_failure_text(&own_cx, s.code);
		const lg_status copied = lg_fail(cx, s.code, "%.*s", LG_FMT(text));
		lg_snapshot_release(snapshot);
		return copied;
	}
	*ret = snapshot;
	return LG_OK;
}

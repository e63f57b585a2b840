#include "domain/grant/client_token.h"

#include "base/buf.h"
#include "domain/grant/signing_keys.h"
#include "domain/grant/token_changes.h"
#include "domain/pool/resource_server.h"
#include "token/jws.h"

#define CLAIMS_MAX ((size_t)64 * 1024)

static lg_status
refuse_scope(struct lg_ctx *cx, lg_str scope)
{
	return lg_fail(cx, LG_E_SCOPE_DOES_NOT_EXIST, "Invalid scope requested: %.*s", LG_FMT(scope));
}

/* Scopes of every pool are about users, so a client cannot have them. */
static bool
may_have(const struct lg_client *client, lg_str scope)
{
	return lg_resource_scope_is_custom(scope) &&
	       lg_str_list_has(&client->type->allowed_oauth_scopes, scope);
}

/* What is asked for and still counts, each once, one space between them. */
static lg_status
join_scopes(struct lg_ctx *cx, const struct lg_client *client, const struct lg_str_list *asked, lg_str *ret)
{
	const struct lg_str_list *list = asked && asked->count ? asked : &client->custom_scopes;
	struct lg_buf joined = lg_buf_start(cx, CLAIMS_MAX);
	for (size_t i = 0; i < list->count; i++) {
		const lg_str scope = list->items[i];
		if (!may_have(client, scope))
			return refuse_scope(cx, scope);
		const struct lg_str_list before = { .items = list->items, .count = i, .has = true };
		if (!lg_str_list_has(&client->custom_scopes, scope) || lg_str_list_has(&before, scope))
			continue;
		if (joined.len)
			lg_buf_byte(&joined, ' ');
		lg_buf_put(&joined, scope);
	}
	LG_TRY(lg_buf_finish(cx, &joined, ret));
	if (ret->len == 0)
		return lg_fail(cx, LG_E_SCOPE_DOES_NOT_EXIST, "There is no custom scope to grant.");
	return LG_OK;
}

static lg_status
write_claims(
	struct lg_ctx *cx, const struct lg_grant *grant, const struct lg_token_changes *changes, lg_str *ret)
{
	const struct lg_client *client = grant->client;
	lg_str scope;
	LG_TRY(lg_token_changes_scope(cx, changes, grant->scope, &scope));
	const int64_t now_s = lg_time_s(cx->now);
	struct lg_json *j = lg_json_new(cx, CLAIMS_MAX);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("sub"), client->id);
	lg_json_pair_str(j, LG_STR("token_use"), LG_STR("access"));
	if (lg_str_present(scope))
		lg_json_pair_str(j, LG_STR("scope"), scope);
	lg_json_pair_int(j, LG_STR("auth_time"), now_s);
	lg_json_pair_str(j, LG_STR("iss"), grant->pool->issuer);
	lg_json_pair_int(j, LG_STR("exp"), now_s + client->access_ttl_s);
	lg_json_pair_int(j, LG_STR("iat"), now_s);
	lg_json_pair_int(j, LG_STR("version"), 2);
	if (client->revocable) {
		lg_str jti;
		LG_TRY(lg_rand_uuid(cx, &jti));
		lg_json_pair_str(j, LG_STR("jti"), jti);
	}
	lg_json_pair_str(j, LG_STR("client_id"), client->id);
	if (lg_str_present(grant->oauth->resource))
		lg_json_pair_str(j, LG_STR("aud"), grant->oauth->resource);
	if (lg_str_present(grant->oauth->jkt)) {
		lg_json_key(j, LG_STR("cnf"));
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("jkt"), grant->oauth->jkt);
		lg_json_close(j, '}');
	}
	/* None of those above may be among them, but for an audience. */
	for (size_t i = 0; i < changes->access.add_count; i++) {
		if (lg_str_present(grant->oauth->resource)
			&& lg_str_eq(changes->access.add[i].name, LG_STR("aud")))
			continue;
		lg_json_key(j, changes->access.add[i].name);
		lg_json_tree(j, changes->access.add[i].value);
	}
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

lg_status
lg_client_token_issue(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_str_list *scopes, const struct lg_str_map *metadata,
	const struct lg_grant_oauth *oauth, struct lg_client_token *ret)
{
	static const struct lg_grant_oauth plain;
	struct lg_grant grant = {
		.pool = pool, .client = client, .metadata = metadata, .oauth = oauth ? oauth : &plain
	};
	struct lg_token_changes changes;
	lg_str claims;
	LG_TRY(join_scopes(cx, client, scopes, &grant.scope));
	LG_TRY(lg_token_changes_ask_client(cx, env, &grant, &changes));
	LG_TRY(write_claims(cx, &grant, &changes, &claims));

	const struct lg_signing_key *key;
	LG_TRY(lg_pool_signing_key(cx, env, pool, LG_STR("access"), &key));
	struct lg_sign_job job = {
		.pool = pool->pool, .kid = key->kid, .alg = key->alg, .sealed = key->sealed
	};
	LG_TRY(lg_jws_input(cx, key->kid, key->alg, claims, &job.input));
	LG_TRY(lg_keyholder_sign(env->keys, cx, &job, 1));
	LG_TRY(lg_jws_join(cx, job.input, job.signature, &ret->access));
	ret->expires_in_s = client->access_ttl_s;
	return LG_OK;
}

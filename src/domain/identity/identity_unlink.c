#include "domain/identity/identity_admin.h"

#include "domain/identity/identity_token.h"
#include "domain/identity/login_names.h"

/* Write the identity with those logins that stay. */
static lg_status
remove_logins(struct lg_ctx *cx, struct lg_env *env, struct lg_identity *identity, const bool *stays)
{
	struct lg_rec_login_list *list = &identity->row.logins.logins;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	LG_TRY(lg_identity_release(batch, cx, env, identity, stays));
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++)
		if (stays[i])
			list->items[kept++] = list->items[i];
	list->count = kept;
	lg_store_identity_update(batch, &identity->row);
	return lg_store_commit(batch);
}

/* ---- UnlinkIdentity ---- */

/* Does one of them prove whose identity it is? */
static lg_status
check_logins(struct lg_ctx *cx, const struct lg_identity *identity, const struct lg_logins *logins)
{
	for (size_t i = 0; i < logins->count; i++)
		if (lg_identity_find_login(identity, logins->items[i].scope, logins->items[i].user_id) <
			identity->row.logins.logins.count)
			return LG_OK;
	return lg_identity_no_match(cx);
}

static lg_status
check_proof(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *identity,
	const struct lg_str_map *logins)
{
	struct lg_logins verified;
	struct lg_identity_claims claims;
	if (!identity->row.head.enabled || !logins->count)
		return lg_identity_forbidden(cx, identity);
	/* A developer's user proves himself with the token that the backend got for him. */
	if (lg_str_present(lg_str_map_get(logins, LG_IDENTITY_PROVIDER)))
		return lg_identity_own_token(cx, env, identity, logins, &claims);
	LG_TRY(lg_logins_verify(cx, env, identity->pool, logins, LG_LOGINS_PLAIN, &verified));
	return check_logins(cx, identity, &verified);
}

/* All logins of a provider go; one that the identity has none of is a mistake. */
static lg_status
mark(struct lg_ctx *cx, const struct lg_settings *settings, const struct lg_rec_login_list *list,
	lg_str name, bool *stays)
{
	bool any = false;
	lg_str provider;
	LG_TRY(lg_login_provider(cx, settings, name, &provider));
	for (size_t i = 0; i < list->count; i++) {
		if (!lg_str_eq(list->items[i].provider, provider))
			continue;
		stays[i] = false;
		any = true;
	}
	if (!any)
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "The identity is not linked to %.*s.", LG_FMT(name));
	return LG_OK;
}

lg_status
lg_identity_unlink(struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_unlink_identity_input *in)
{
	struct lg_identity identity;
	LG_TRY(lg_identity_read(cx, env, in->identity_id, &identity));
	LG_TRY(check_proof(cx, env, &identity, &in->logins));
	const struct lg_rec_login_list *list = &identity.row.logins.logins;
	bool *stays = lg_new_array(cx, bool, list->count);
	if (!stays)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < list->count; i++)
		stays[i] = true;
	for (size_t i = 0; i < in->logins_to_remove.count; i++)
		LG_TRY(mark(cx, env->settings, list, in->logins_to_remove.items[i], stays));
	return remove_logins(cx, env, &identity, stays);
}

/* ---- UnlinkDeveloperIdentity ---- */

/* Whose else? */
static lg_status
not_linked(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *identity,
	const struct lg_login *login)
{
	struct lg_identity owner;
	const lg_status s =
		lg_identity_of_login(cx, env, identity->pool, login->scope, login->user_id, &owner);
	if (lg_failed(s) && s.code != LG_E_NOT_FOUND)
		return s;
	return lg_fail(cx, lg_failed(s) ? LG_E_RESOURCE_NOT_FOUND : LG_E_RESOURCE_CONFLICT,
		"The developer user identifier is not linked to Identity '%.*s'.", LG_FMT(identity->id));
}

lg_status
lg_identity_unlink_developer(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_unlink_developer_identity_input *in)
{
	const struct lg_identity_pool *pool;
	struct lg_identity identity;
	struct lg_login login;
	LG_TRY(lg_identity_pool_find(cx, env, in->identity_pool_id, &pool));
	LG_TRY(lg_identity_check_developer(cx, pool, in->developer_provider_name));
	LG_TRY(lg_identity_read_in(cx, env, pool, in->identity_id, &identity));
	LG_TRY(lg_login_developer(cx, pool, in->developer_user_identifier, &login));
	const size_t count = identity.row.logins.logins.count;
	const size_t at = lg_identity_find_login(&identity, login.scope, login.user_id);
	if (at == count)
		return not_linked(cx, env, &identity, &login);
	bool *stays = lg_new_array(cx, bool, count);
	if (!stays)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		stays[i] = i != at;
	return remove_logins(cx, env, &identity, stays);
}

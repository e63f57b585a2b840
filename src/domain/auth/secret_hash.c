#include "domain/auth/auth_steps.h"

#include "base/secret.h"

lg_status
lg_secret_hash_present(struct lg_ctx *cx, const struct lg_client *client, lg_str secret_hash)
{
	if (!client->has_secret || !lg_str_empty(secret_hash))
		return LG_OK;
	return lg_fail(cx, LG_E_NOT_AUTHORIZED,
		"Client %.*s is configured with secret but SECRET_HASH was not received",
		LG_FMT(client->id));
}

/* Is it the hash over this name under one of the client's secrets? All are tried, whichever matches. */
static lg_status
hash_matches(struct lg_ctx *cx, struct lg_env *env, const struct lg_client *client, lg_str name,
	lg_str secret_hash, bool *ret)
{
	const struct lg_rec_client_secret_list *secrets = &client->settings->secrets;
	for (size_t i = 0; i < secrets->count; i++) {
		lg_status s = lg_keyholder_secret_hash_check(env->keys, cx, secrets->items[i].value, name,
			client->id, secret_hash);
		if (!lg_failed(s))
			*ret = true;
		else if (s.code != LG_E_MISMATCH)
			return s;
	}
	return LG_OK;
}

lg_status
lg_secret_hash_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_client *client, lg_str username,
	const struct lg_user *user, lg_str secret_hash)
{
	if (!client->has_secret)
		return LG_OK;
	LG_TRY(lg_secret_hash_present(cx, client, secret_hash));

	bool matches = false;
	if (lg_str_present(username))
		LG_TRY(hash_matches(cx, env, client, username, secret_hash, &matches));
	if (user)
		LG_TRY(hash_matches(cx, env, client, user->username, secret_hash, &matches));
	if (matches)
		return LG_OK;
	if (user) /* a refresh or an answer to a challenge */
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "SecretHash does not match for the client: %.*s",
			LG_FMT(client->id));
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Unable to verify secret hash for client %.*s",
		LG_FMT(client->id));
}

lg_status
lg_client_secret_check(struct lg_ctx *cx, const struct lg_client *client, lg_str secret, int code)
{
	if (!client->has_secret)
		return LG_OK;
	if (lg_str_empty(secret))
		return lg_fail(cx, code, "Client %.*s is configured with secret but secret was not received",
			LG_FMT(client->id));

	const struct lg_rec_client_secret_list *secrets = &client->settings->secrets;
	bool matches = false;
	for (size_t i = 0; i < secrets->count; i++) {
		if (lg_ct_eq(secrets->items[i].value, secret))
			matches = true;
	}
	if (matches)
		return LG_OK;
	return lg_fail(cx, code, "Unable to verify secret for client %.*s", LG_FMT(client->id));
}

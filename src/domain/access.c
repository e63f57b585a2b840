#include "domain/grant.h"

#include "codec/bytes.h"
#include "domain/session_id.h"
#include "domain/signing_keys.h"

static lg_status
invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid Access Token");
}

static lg_status
bad_signature(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Could not verify signature for Access Token");
}

/* The pool is that of the client which the token names; it must be the token's issuer, too. */
static lg_status
find_pool(struct lg_ctx *cx, struct lg_env *env, const struct lg_jws *jws, struct lg_access *ret)
{
	lg_str client_id = lg_json_member_text(jws->claims, LG_STR("client_id"));
	if (lg_str_empty(client_id)
	    || !lg_str_eq(lg_json_member_text(jws->claims, LG_STR("token_use")), LG_STR("access")))
		return invalid(cx);
	lg_status s = lg_client_find(cx, env, client_id, &ret->pool, &ret->client);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return invalid(cx);
	LG_TRY(s);
	if (!lg_str_eq(lg_json_member_text(jws->claims, LG_STR("iss")), ret->pool->issuer))
		return invalid(cx);
	return LG_OK;
}

/* Key and algorithm are ours; the header only selects among them (RFC 8725, 3.1). */
static lg_status
verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_jws *jws, const struct lg_pool *pool)
{
	const struct lg_signing_key *key;
	lg_status s = lg_pool_verifying_key(cx, env, pool, LG_STR("access"), jws->kid, &key);
	if (s.code == LG_E_NOT_FOUND)
		return bad_signature(cx);
	LG_TRY(s);
	if (!lg_str_eq(jws->alg, lg_alg_name(key->alg)))
		return bad_signature(cx);
	s = lg_pkey_verify(cx, key->public_key, jws->input, jws->signature);
	return s.code == LG_E_MISMATCH ? bad_signature(cx) : s;
}

/* Whole seconds as JSON has them; false for anything but an integer. */
static bool
seconds(const json_t *claims, lg_str name, int64_t *ret)
{
	const json_t *number = lg_json_member(claims, name);
	if (!json_is_integer(number))
		return false;
	*ret = (int64_t)json_integer_value(number);
	return true;
}

static bool
holds_scope(lg_str scopes, lg_str wanted)
{
	while (lg_str_present(scopes)) {
		if (lg_str_eq(lg_str_cut(&scopes, ' '), wanted))
			return true;
	}
	return false;
}

/* Expiry and scope. */
static lg_status
check_claims(struct lg_ctx *cx, const json_t *claims, lg_str scope, struct lg_access *ret)
{
	int64_t exp, auth_time;
	if (!seconds(claims, LG_STR("exp"), &exp) || !seconds(claims, LG_STR("auth_time"), &auth_time))
		return invalid(cx);
	if (exp <= lg_time_s(cx->now))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Access Token has expired");
	ret->auth_time = (lg_time){ auth_time * LG_SECOND_MS };
	ret->scope = lg_json_member_text(claims, LG_STR("scope"));
	if (lg_str_present(scope) && !holds_scope(ret->scope, scope))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Access Token does not have required scopes");
	return LG_OK;
}

/* origin_jti names the session; the tokens of clients without revocation have event_id only. */
static lg_status
read_session_id(struct lg_ctx *cx, struct lg_env *env, const json_t *claims, struct lg_access *ret,
	uint32_t *ret_signout_gen)
{
	lg_str label = LG_STR("origin_jti");
	lg_str id = lg_json_member_text(claims, label);
	ret->has_sid = lg_str_present(id);
	if (!ret->has_sid) {
		label = LG_STR("event_id");
		id = lg_json_member_text(claims, label);
	}
	lg_status s = lg_session_id_open(cx, env, ret->pool->pool, label, id, ret->sid, ret_signout_gen);
	return s.code == LG_E_MALFORMED ? invalid(cx) : s;
}

/* The user and what became of the session since: one round trip. */
static lg_status
read_user(struct lg_ctx *cx, struct lg_env *env, const json_t *claims, unsigned parts, struct lg_access *ret)
{
	uint32_t signout_gen;
	LG_TRY(read_session_id(cx, env, claims, ret, &signout_gen));
	unsigned char uid[LG_UID_SIZE];
	if (!lg_uuid_decode(lg_json_member_text(claims, LG_STR("sub")), uid))
		return invalid(cx);

	struct lg_user_row *row = lg_new(cx, struct lg_user_row);
	if (!row)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_session_row session = { 0 };
	lg_status s = lg_store_user_read_session(env->store, cx, ret->pool->pool, uid,
		parts | LG_PART_PROFILE, ret->sid, row, &session);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail_default(cx, LG_E_USER_NOT_FOUND);
	LG_TRY(s);
	if (!row->enabled)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "User is disabled.");
	if (signout_gen != lg_signout_gen32(row) || (ret->has_sid && session.revoked))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Access Token has been revoked");
	return lg_user_of_row(cx, row, &ret->user);
}

lg_status
lg_access_open(struct lg_ctx *cx, struct lg_env *env, lg_str token, lg_str scope, unsigned parts,
	struct lg_access *ret)
{
	struct lg_jws jws;
	lg_status s = lg_jws_parse(cx, token, &jws);
	if (s.code == LG_E_MALFORMED)
		return invalid(cx);
	LG_TRY(s);

	struct lg_access access = { 0 };
	LG_TRY(find_pool(cx, env, &jws, &access));
	LG_TRY(verify(cx, env, &jws, access.pool));
	LG_TRY(check_claims(cx, jws.claims, scope, &access));
	LG_TRY(read_user(cx, env, jws.claims, parts, &access));
	*ret = access;
	return LG_OK;
}

#include "authorizer/bearer.h"

#include "authorizer/claims.h"
#include "codec/text.h"
#include "domain/grant/issuer.h"
#include "domain/grant/key_schedule.h"
#include "domain/grant/token_claims.h"
#include "token/jws.h"

#define ALG_MAX 16

/* What is known of a token so far. */
struct token {
	const struct lg_authz_call *call;
	const struct lg_authorizer *authorizer;
	struct lg_jws jws;
	const struct lg_pool *pool; /* NULL: of another issuer */
	lg_time expires;
	struct lg_str_list scopes;
};

lg_status
lg_authz_source(struct lg_ctx *cx, const struct lg_authz_call *call, const struct lg_token_source *source,
	bool bearer, lg_str *ret)
{
	lg_str found = LG_STR_NONE;
	if (source->kind == LG_SOURCE_ROUTE)
		found = call->route->name;
	if (source->kind == LG_SOURCE_QUERY)
		LG_TRY(lg_ask_param(cx, call->ask, source->name, &found));
	for (size_t i = 0; source->kind == LG_SOURCE_HEADER && i < call->ask->headers.count; i++) {
		const struct lg_str_pair *header = &call->ask->headers.items[i];
		if (!lg_str_eq_nocase(header->key, source->name))
			continue;
		if (lg_str_present(found))
			return lg_fail(cx, LG_E_REFUSED, "the token stands twice");
		found = lg_str_trim(header->value);
	}
	if (bearer && lg_str_eq_nocase(lg_str_slice(found, 0, 7), LG_STR("Bearer ")))
		found = lg_str_trim(lg_str_slice(found, 7, found.len));
	if (bearer && lg_str_eq_nocase(found, LG_STR("Bearer")))
		found = LG_STR_NONE;
	*ret = found.len ? found : LG_STR_NONE;
	return LG_OK;
}

/* ---- refusals ---- */

static lg_status
join_scopes(struct lg_ctx *cx, const struct lg_str_list *scopes, lg_str *ret)
{
	*ret = LG_STR("");
	for (size_t i = 0; i < scopes->count; i++) {
		const lg_str parts[] = { *ret, i ? LG_STR(" ") : LG_STR(""), scopes->items[i] };
		LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), ret));
	}
	return LG_OK;
}

static lg_status
refuse_jwt(struct lg_ctx *cx, const struct lg_authz_call *call, lg_status why, struct lg_authz_answer *ret)
{
	const bool scope = why.code == LG_E_FORBIDDEN,
		   missing = why.code == LG_E_MISSING_AUTHENTICATION_TOKEN;
	const lg_str reason = lg_failure_text(cx, why.code);
	lg_str scopes;
	LG_TRY(lg_authz_refuse(cx, scope ? 403 : 401, NULL, false,
		scope ? LG_STR("Forbidden") : LG_STR("Unauthorized"), reason, ret));
	ret->authenticate = LG_STR("Bearer");
	if (missing)
		return LG_OK;
	LG_TRY(join_scopes(cx, &call->route->scopes, &scopes));
	return lg_str_fmt(cx, &ret->authenticate,
		"Bearer scope=\"%.*s\" error=\"%s\" error_description=\"%.*s\"", LG_FMT(scopes),
		scope ? "insufficient_scope" : "invalid_token", LG_FMT(reason));
}

static lg_status
refuse_cognito(struct lg_ctx *cx, lg_status why, struct lg_authz_answer *ret)
{
	const lg_str message = why.code == LG_E_EXPIRED_TOKEN ? LG_STR("The incoming token has expired")
							      : LG_STR("Unauthorized");
	LG_TRY(lg_authz_refuse(
		cx, 401, "UnauthorizedException", false, message, lg_failure_text(cx, why.code), ret));
	ret->authenticate = LG_STR("Bearer");
	return LG_OK;
}

static lg_status
no_token(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_REFUSED, "%s", why);
}

/* ---- key and signature ---- */

static lg_status
no_key(struct lg_ctx *cx)
{
	return no_token(cx, "No matching JWK found for kid");
}

static lg_status
bad_alg(struct lg_ctx *cx, lg_str alg)
{
	for (size_t i = 0; i < alg.len; i++) {
		const char lower = (char)(alg.ptr[i] | 0x20);
		if (!((lower >= 'a' && lower <= 'z') || (alg.ptr[i] >= '0' && alg.ptr[i] <= '9')))
			return no_token(cx, "signing method is invalid");
	}
	return lg_fail(
		cx, LG_E_REFUSED, "signing method %.*s is invalid", LG_FMT(lg_text_cut(alg, ALG_MAX)));
}

/* Of a pool of ours. Cognito's two keys sign ID and access tokens; each verifies only its own. */
static lg_status
own_key(struct lg_ctx *cx, const struct token *token, struct lg_pkey **ret)
{
	const struct lg_pool *pool = token->pool;
	const lg_str use = lg_json_member_text(token->jws.claims, LG_STR("token_use"));
	bool any = false;
	for (size_t i = 0; i < pool->key_count; i++) {
		const struct lg_signing_key *key = &pool->keys[i];
		if (!lg_key_in_force(key, cx->now))
			continue;
		any = true;
		if (!lg_str_eq(key->kid, token->jws.kid) || !lg_str_eq(key->use, use))
			continue;
		if (!lg_str_eq(token->jws.alg, lg_alg_name(key->alg)))
			return bad_alg(cx, token->jws.alg);
		*ret = key->public_key;
		return LG_OK;
	}
	/* Its first keys may just have been made elsewhere. */
	if (!any && !token->call->wait)
		return LG_STATUS(LG_E_NOT_FOUND);
	return no_key(cx);
}

/* RSA only, as HTTP APIs have it. */
static lg_status
foreign_key(struct lg_ctx *cx, const struct token *token, lg_str issuer, struct lg_pkey **ret)
{
	const struct lg_authz_call *call = token->call;
	enum lg_alg alg;
	if (lg_failed(lg_alg_from_name(token->jws.alg, &alg)) || !lg_alg_is_rsa(alg))
		return bad_alg(cx, token->jws.alg);
	if (lg_issuer_key_cached(cx, call->env, issuer, token->jws.kid, alg, ret))
		return LG_OK;
	if (!call->wait)
		return LG_STATUS(LG_E_NOT_FOUND);
	const lg_status s = lg_issuer_key(cx, call->env, issuer, token->jws.kid, alg, ret);
	if (s.code == LG_E_NOT_FOUND)
		return no_key(cx);
	if (s.code == LG_E_UNAVAILABLE)
		return no_token(cx, "OIDC discovery endpoint communication error");
	return s;
}

/* Is the token of this issuer? `*ret_pool` is set when that is a pool of ours. */
static lg_status
is_issuer(struct lg_ctx *cx, const struct lg_authz_call *call, const struct lg_token_issuer *issuer,
	lg_str iss, const struct lg_pool **ret_pool, bool *ret)
{
	*ret = lg_str_present(issuer->url) && lg_str_eq(issuer->url, iss);
	*ret_pool = NULL;
	if (!lg_str_present(issuer->pool_id) || (lg_str_present(issuer->url) && !*ret))
		return LG_OK;
	const struct lg_pool *pool;
	if (!lg_pool_find_cached(cx, call->env, issuer->pool_id, &pool)) {
		if (!call->wait)
			return LG_STATUS(LG_E_NOT_FOUND);
		const lg_status s = lg_pool_find(cx, call->env, issuer->pool_id, &pool);
		/* An address of AWS may well be that of a pool there. */
		if (s.code == LG_E_RESOURCE_NOT_FOUND)
			return LG_OK;
		LG_TRY(s);
	}
	if (lg_str_eq(pool->issuer, iss)) {
		*ret = true;
		*ret_pool = pool;
	}
	return LG_OK;
}

static lg_status
find_issuer(struct lg_ctx *cx, struct token *token, lg_str *ret)
{
	const lg_str iss = lg_json_member_text(token->jws.claims, LG_STR("iss"));
	for (size_t i = 0; i < token->authorizer->issuer_count && lg_str_present(iss); i++) {
		bool yes;
		LG_TRY(is_issuer(cx, token->call, &token->authorizer->issuers[i], iss, &token->pool, &yes));
		*ret = iss;
		if (yes)
			return LG_OK;
	}
	return no_token(cx, "the token does not have a valid issuer");
}

static lg_status
check_signature(struct lg_ctx *cx, struct token *token)
{
	lg_str issuer = LG_STR_NONE;
	struct lg_pkey *key = NULL;
	LG_TRY(find_issuer(cx, token, &issuer));
	if (token->pool)
		LG_TRY(own_key(cx, token, &key));
	else
		LG_TRY(foreign_key(cx, token, issuer, &key));
	const lg_status s = lg_pkey_verify(cx, key, token->jws.input, token->jws.signature);
	return s.code == LG_E_MISMATCH ? no_token(cx, "the token has an invalid signature") : s;
}

/* ---- what it says ---- */

static bool
is_audience(const struct lg_authorizer *authorizer, const json_t *value)
{
	const lg_str text = lg_json_text(value);
	return lg_str_present(text) && lg_str_list_has(&authorizer->audience, text);
}

/* "client_id" counts only when there is no "aud". */
static bool
has_audience(const struct lg_authorizer *authorizer, const json_t *claims)
{
	const json_t *aud = lg_json_member(claims, LG_STR("aud"));
	if (!aud)
		return is_audience(authorizer, lg_json_member(claims, LG_STR("client_id")));
	for (size_t i = 0; i < json_array_size(aud); i++)
		if (is_audience(authorizer, json_array_get(aud, i)))
			return true;
	return is_audience(authorizer, aud);
}

/* A NumericDate may have a fraction (RFC 7519, 2). */
static bool
read_time(const json_t *claims, lg_str name, lg_time *ret)
{
	const json_t *value = lg_json_member(claims, name);
	if (!json_is_real(value))
		return lg_claim_time(claims, name, ret);
	const double seconds = json_real_value(value);
	if (!(seconds >= 0 && seconds < 1e12))
		return false;
	ret->ms = (int64_t)(seconds * 1000);
	return true;
}

static lg_status
check_start(struct lg_ctx *cx, const json_t *claims, lg_str name, int64_t leeway_ms)
{
	lg_time start;
	if (!lg_json_member(claims, name))
		return LG_OK;
	if (!read_time(claims, name, &start) || lg_time_before(lg_time_add_ms(cx->now, leeway_ms), start))
		return no_token(cx, "the token is not valid yet");
	return LG_OK;
}

static lg_status
check_times(struct lg_ctx *cx, struct token *token)
{
	const json_t *claims = token->jws.claims;
	const int64_t leeway_ms = token->authorizer->leeway_ms;
	lg_time expires;
	if (!read_time(claims, LG_STR("exp"), &expires))
		return no_token(cx, "the token has no expiry");
	token->expires = lg_time_add_ms(expires, leeway_ms);
	if (!lg_time_before(cx->now, token->expires))
		return lg_fail(cx, LG_E_EXPIRED_TOKEN, "the token has expired");
	LG_TRY(check_start(cx, claims, LG_STR("nbf"), leeway_ms));
	return check_start(cx, claims, LG_STR("iat"), leeway_ms);
}

static bool
shares_scope(const struct token *token)
{
	for (size_t i = 0; i < token->scopes.count; i++)
		if (lg_str_list_has(&token->call->route->scopes, token->scopes.items[i]))
			return true;
	return false;
}

static bool
is_use(const json_t *claims, const char *use)
{
	return lg_str_eq(lg_json_member_text(claims, LG_STR("token_use")), lg_str_from_c(use));
}

static lg_status
check_jwt(struct lg_ctx *cx, struct token *token)
{
	const struct lg_authorizer *authorizer = token->authorizer;
	const json_t *claims = token->jws.claims;
	if (!has_audience(authorizer, claims))
		return no_token(cx, "the token does not have a valid audience");
	LG_TRY(check_times(cx, token));
	if (authorizer->use != LG_USE_ANY &&
		!is_use(claims, authorizer->use == LG_USE_ACCESS ? "access" : "id"))
		return no_token(cx, "the token is of another use");
	if (token->call->route->scopes.count && !shares_scope(token))
		return lg_fail(cx, LG_E_FORBIDDEN, "the token does not have any of the scopes of the route");
	return LG_OK;
}

/* ID tokens where no scope is named, access tokens where one is. */
static lg_status
check_cognito(struct lg_ctx *cx, struct token *token)
{
	const json_t *claims = token->jws.claims;
	const bool scoped = token->call->route->scopes.count > 0;
	LG_TRY(check_times(cx, token));
	if (!is_use(claims, scoped ? "access" : "id"))
		return no_token(cx, scoped ? "a route with scopes takes access tokens"
					   : "a route without scopes takes ID tokens");
	if (scoped && !shares_scope(token))
		return no_token(cx, "the token does not have any of the scopes of the route");
	return LG_OK;
}

/* The regular expression has to match all of "aud", which access tokens do not have. */
static lg_status
check_pattern(struct lg_ctx *cx, const struct token *token)
{
	const lg_str pattern = token->authorizer->token_pattern;
	if (!lg_str_present(pattern) || token->authorizer->kind != LG_AUTHORIZER_COGNITO)
		return LG_OK;
	const lg_str aud = lg_json_member_text(token->jws.claims, LG_STR("aud"));
	bool matches = false;
	LG_TRY(lg_text_matches(cx, lg_str_present(aud) ? aud : LG_STR(""), pattern.ptr, &matches));
	return matches ? LG_OK : no_token(cx, "\"aud\" does not match token_pattern");
}

static lg_status
parse(struct lg_ctx *cx, lg_str text, struct lg_jws *ret)
{
	size_t dots = 0;
	for (size_t i = 0; i < text.len; i++)
		dots += text.ptr[i] == '.';
	if (dots != 2)
		return no_token(cx, "token contains an invalid number of segments");
	const lg_status s = lg_jws_parse(cx, text, ret);
	return s.code == LG_E_MALFORMED ? no_token(cx, "unable to decode the token") : s;
}

static lg_status
verify(struct lg_ctx *cx, lg_str text, struct token *token)
{
	LG_TRY(parse(cx, text, &token->jws));
	LG_TRY(check_pattern(cx, token));
	LG_TRY(check_signature(cx, token));
	LG_TRY(lg_claims_scopes(cx, token->jws.claims, &token->scopes));
	return token->authorizer->kind == LG_AUTHORIZER_JWT ? check_jwt(cx, token)
							    : check_cognito(cx, token);
}

/* ---- revocation ---- */

/* Tokens of client_credentials are nobody's. */
static lg_status
find_session(struct lg_ctx *cx, const struct token *token, struct lg_seen_token *ret)
{
	const json_t *claims = token->jws.claims;
	const lg_str client = lg_json_member_text(claims, LG_STR("client_id"));
	if (!token->call->route->refuse_revoked)
		return LG_OK;
	/* An issuer of AWS's form may turn out to be another's. */
	if (!token->pool)
		return no_token(cx, "whether the token was revoked is not known here");
	if (lg_str_present(client) && lg_str_eq(client, lg_json_member_text(claims, LG_STR("sub"))))
		return LG_OK;
	ret->has_session = true;
	return lg_token_session_of(cx, token->call->env, token->pool->pool, claims, &ret->session);
}

static lg_status
check_session(struct lg_ctx *cx, const struct lg_authz_call *call, const struct lg_seen_token *seen)
{
	if (!call->route->refuse_revoked || !seen->has_session)
		return LG_OK;
	if (!call->wait)
		return LG_STATUS(LG_E_NOT_FOUND);
	return lg_token_session_stands(cx, call->env, &seen->session);
}

/* ---- from memory, or anew ---- */

/* LG_E_NOT_FOUND: not there, or its pool is another one by now. */
static lg_status
recall(struct lg_ctx *cx, const struct lg_authz_call *call, const unsigned char digest[LG_SHA256_SIZE],
	struct lg_seen_token *ret)
{
	LG_TRY(lg_seen_get(cx, call->seen, digest, call->route->index, ret));
	const struct lg_pool *pool;
	if (ret->pool_id.len && (!lg_pool_find_cached(cx, call->env, ret->pool_id, &pool) ||
					pool->version != ret->pool_version))
		return LG_STATUS(LG_E_NOT_FOUND);
	return LG_OK;
}

static lg_status
make(struct lg_ctx *cx, const struct lg_authz_call *call, lg_str text,
	const unsigned char digest[LG_SHA256_SIZE], struct lg_seen_token *ret)
{
	struct token token = { .call = call, .authorizer = call->route->authorizer };
	struct lg_authz_who who;
	struct lg_authz_answer answer;
	*ret = (struct lg_seen_token){ .pool_id = LG_STR("") };
	LG_TRY(verify(cx, text, &token));
	LG_TRY(find_session(cx, &token, ret));
	LG_TRY(lg_claims_who(cx, call->route, token.jws.claims, &token.scopes, &who));
	LG_TRY(lg_authz_allow(cx, call->route, &who, &answer));
	for (size_t i = 0; i < LG_AUTHZ_HEADERS; i++)
		ret->values[i] = answer.values[i];
	if (token.pool) {
		ret->pool_id = token.pool->id;
		ret->pool_version = token.pool->version;
	}
	ret->until = lg_time_add_ms(cx->now, LG_SEEN_MS);
	if (lg_time_before(token.expires, ret->until))
		ret->until = token.expires;
	lg_seen_put(call->seen, digest, call->route->index, ret);
	return LG_OK;
}

static lg_status
decide(struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_seen_token *ret)
{
	const struct lg_authorizer *authorizer = call->route->authorizer;
	unsigned char digest[LG_SHA256_SIZE];
	lg_str text;
	LG_TRY(lg_authz_source(cx, call, &authorizer->sources[0], true, &text));
	if (!lg_str_present(text))
		return lg_fail(cx, LG_E_MISSING_AUTHENTICATION_TOKEN, "no token");
	lg_sha256(&text, 1, digest);
	lg_status s = recall(cx, call, digest, ret);
	if (s.code == LG_E_NOT_FOUND)
		s = make(cx, call, text, digest, ret);
	LG_TRY(s);
	return check_session(cx, call, ret);
}

lg_status
lg_bearer_decide(struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_authz_answer *ret)
{
	struct lg_seen_token seen;
	const lg_status s = decide(cx, call, &seen);
	*ret = (struct lg_authz_answer){ .status = 200, .route = call->route };
	if (!lg_failed(s)) {
		for (size_t i = 0; i < LG_AUTHZ_HEADERS; i++)
			ret->values[i] = seen.values[i];
		return LG_OK;
	}
	if (s.code != LG_E_REFUSED && s.code != LG_E_FORBIDDEN && s.code != LG_E_EXPIRED_TOKEN &&
		s.code != LG_E_MISSING_AUTHENTICATION_TOKEN)
		return s;
	return call->route->authorizer->kind == LG_AUTHORIZER_JWT ? refuse_jwt(cx, call, s, ret)
								  : refuse_cognito(cx, s, ret);
}

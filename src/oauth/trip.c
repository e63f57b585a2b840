#include "oauth/trip.h"

#include "base/buf.h"
#include "base/secret.h"
#include "codec/bytes.h"
#include "codec/uri.h"
#include "crypto/hash.h"
#include "domain/url.h"
#include "gen/rec_types.h"
#include "oauth/once.h"
#include "oauth/provider.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("trip")
#define SHAPE (&lg_shape_rec_trip)
#define SECRET_SIZE 32
#define ID_SIZE 16
#define BROWSER_SIZE 16
#define STATE_MAX ((size_t)4096) /* addresses have to be taken by whoever is asked, and by us */
#define MARGIN_MS (5 * LG_MINUTE_MS)
#define TEXT_MAX ((size_t)256)

/* ---- on the way ---- */

static lg_status
random_text(struct lg_ctx *cx, lg_str *ret)
{
	unsigned char bytes[SECRET_SIZE];
	lg_rand_bytes(cx, bytes, sizeof(bytes));
	const lg_status s = lg_base64url_encode(cx, lg_str_from_bytes(bytes, sizeof(bytes)), ret);
	lg_wipe(bytes, sizeof(bytes));
	return s;
}

static lg_status
bind(struct lg_ctx *cx, lg_str browser, lg_str *ret)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256((const lg_str[]){ PURPOSE, LG_STR(" "), browser }, 3, digest);
	return lg_str_dup(cx, lg_str_from_bytes(digest, BROWSER_SIZE), ret);
}

/* The pool's own host, where his cookies are, or that of all pools. Nothing else of Host is believed. */
static lg_status
way_back(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str host, lg_str *ret)
{
	const lg_str base = env->settings->public_url;
	const struct lg_pool *owner;
	lg_str own;
	bool is_own;
	const lg_str parts[] = { lg_url_scheme(base), LG_STR("://"), host, LG_TRIP_PATH };
	LG_TRY(lg_oauth_pool_of_host(cx, env, host, &owner));
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &own));
	LG_TRY(lg_oauth_host_owns(cx, env, pool, own, LG_TRIP_PATH, &is_own));
	if (owner && owner->pool == pool->pool && is_own) {
		*ret = own;
		return LG_OK;
	}
	return lg_str_concat(cx, (const lg_str[]){ base, LG_TRIP_PATH }, 2, ret);
}

/* "none" never leaves: nobody is sent anywhere with it. */
static lg_status
prompt_text(struct lg_ctx *cx, unsigned prompt, lg_str *ret)
{
	static const struct {
		unsigned bit;
		lg_str name;
	} names[] = { { LG_OAUTH_PROMPT_LOGIN, LG_STR_INIT("login") },
		{ LG_OAUTH_PROMPT_SELECT, LG_STR_INIT("select_account") },
		{ LG_OAUTH_PROMPT_CONSENT, LG_STR_INIT("consent") } };
	struct lg_buf b = lg_buf_start(cx, 64);
	for (size_t i = 0; i < LG_LEN(names); i++) {
		if (!(prompt & names[i].bit))
			continue;
		if (b.len)
			lg_buf_byte(&b, ' ');
		lg_buf_put(&b, names[i].name);
	}
	return lg_buf_finish(cx, &b, ret);
}

/* The pool's id stands in front: it says whose key opens the rest. */
static lg_status
seal(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_rec_trip *trip,
	lg_str *ret)
{
	lg_str text;
	LG_TRY(lg_sealed_make(
		cx, lg_store_keyring(env->store), pool->pool, PURPOSE, SHAPE, trip, &text));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ pool->id, LG_STR("."), text }, 3, ret));
	if (ret->len > STATE_MAX)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "The request is too long.");
	return LG_OK;
}

lg_status
lg_trip_leave(struct lg_ctx *cx, struct lg_env *env, const struct lg_trip_leave *leave, lg_str *ret_url)
{
	const struct lg_upstream *up = leave->up;
	const struct lg_upstream_places *places = &up->places;
	unsigned char id[ID_SIZE];
	lg_rand_bytes(cx, id, sizeof(id));
	struct lg_rec_trip trip = {
		.id = lg_str_from_bytes(id, sizeof(id)),
		.client_id = leave->client->id,
		.provider = up->name,
		.query = leave->query,
		.issuer = places->issuer,
		.token_url = places->token,
		.user_info_url = places->user_info,
		.jwks_url = places->jwks,
		.basic = { true, places->basic },
		.says_issuer = { true, places->says_issuer },
		.expires = { true, lg_time_add_ms(cx->now, LG_TRIP_S * LG_SECOND_MS) },
	};
	struct lg_upstream_request request = { .login_hint = leave->login_hint };
	LG_TRY(bind(cx, leave->browser, &trip.browser));
	LG_TRY(way_back(cx, env, up->pool, leave->host, &trip.redirect_uri));
	if (up->kind->openid)
		LG_TRY(random_text(cx, &trip.nonce));
	if (places->pkce)
		LG_TRY(random_text(cx, &trip.verifier));
	LG_TRY(seal(cx, env, up->pool, &trip, &request.state));
	LG_TRY(prompt_text(cx, leave->prompt, &request.prompt));
	request.redirect_uri = trip.redirect_uri;
	request.nonce = trip.nonce;
	request.verifier = trip.verifier;
	return lg_upstream_address(cx, up, &request, ret_url);
}

/* ---- and back ---- */

static lg_status
none(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_FOUND, "no sign-in of this browser is under way");
}

lg_status
lg_trip_open(struct lg_ctx *cx, struct lg_env *env, lg_str state, lg_str browser, struct lg_trip *ret)
{
	struct lg_rec_trip *trip = lg_new(cx, struct lg_rec_trip);
	lg_str bound;
	if (!trip)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (state.len > STATE_MAX || !lg_str_present(state))
		return none(cx);
	const lg_str pool_id = lg_str_cut(&state, '.');
	lg_status s = lg_str_present(state) ? lg_pool_find(cx, env, pool_id, &ret->pool)
					    : LG_STATUS(LG_E_RESOURCE_NOT_FOUND);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return none(cx);
	LG_TRY(s);
	s = lg_sealed_open(
		cx, lg_store_keyring(env->store), ret->pool->pool, PURPOSE, state, SHAPE, trip);
	if (s.code == LG_E_MALFORMED)
		return none(cx);
	LG_TRY(s);
	LG_TRY(bind(cx, browser, &bound));
	if (!lg_ct_eq(bound, trip->browser) || !lg_time_before(cx->now, trip->expires.v))
		return none(cx);
	ret->provider = trip->provider;
	ret->query = trip->query;
	ret->record = trip;
	return LG_OK;
}

/* What a provider says is shown to the application as far as it is plain text. */
static lg_str
plain(lg_str text)
{
	text = lg_str_slice(text, 0, TEXT_MAX);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < ' ' || text.ptr[i] > '~')
			return lg_str_slice(text, 0, i);
	return text;
}

static lg_status
check_error(struct lg_ctx *cx, const struct lg_trip *trip, const struct lg_str_map *answer)
{
	const lg_str error = plain(lg_str_map_get(answer, LG_STR("error")));
	const lg_str text = plain(lg_str_map_get(answer, LG_STR("error_description")));
	if (!lg_str_present(lg_str_map_get(answer, LG_STR("error"))))
		return LG_OK;
	/* Apple has a name of its own for it. */
	if (lg_str_eq(error, LG_STR("access_denied"))
		|| lg_str_eq(error, LG_STR("user_cancelled_authorize")))
		return lg_fail(cx, LG_E_OAUTH_ACCESS_DENIED, "%.*s",
			LG_FMT(text.len ? text : LG_STR("access_denied")));
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%.*s Error - %.*s%s%.*s", LG_FMT(trip->provider),
		LG_FMT(error), text.len ? ": " : "", LG_FMT(text));
}

/* Of two answers in one nobody knows which is meant. */
static lg_status
check_repeats(struct lg_ctx *cx, const struct lg_str_map *answer)
{
	static const lg_str names[] = { LG_STR_INIT("code"), LG_STR_INIT("error"), LG_STR_INIT("iss") };
	for (size_t i = 0; i < LG_LEN(names); i++)
		if (lg_form_repeats(answer, names[i]))
			return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "A parameter stands twice.");
	return LG_OK;
}

/* Another provider's answer is no answer of this one (RFC 9207, 2.4). */
static lg_status
check_issuer(struct lg_ctx *cx, const struct lg_rec_trip *trip, const struct lg_str_map *answer)
{
	const lg_str issuer = lg_str_map_get(answer, LG_STR("iss"));
	const bool missing = !lg_str_present(issuer) && trip->says_issuer.v;
	const bool other = lg_str_present(issuer) && lg_str_present(trip->issuer)
		&& !lg_str_eq(issuer, trip->issuer);
	if (missing || other)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "The answer is another issuer's.");
	return LG_OK;
}

/* As the provider is now, if the client still has it; its places are those of the way there. */
static lg_status
open_upstream(struct lg_ctx *cx, struct lg_env *env, const struct lg_trip *trip,
	const struct lg_client *client, struct lg_upstream *ret)
{
	const struct lg_rec_trip *record = trip->record;
	const lg_status s = lg_provider_by_name(cx, env, trip->pool, client, trip->provider, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "Identity provider %.*s does not exist.",
			LG_FMT(trip->provider));
	LG_TRY(s);
	ret->places = (struct lg_upstream_places){
		.issuer = record->issuer,
		.token = record->token_url,
		.user_info = record->user_info_url,
		.jwks = record->jwks_url,
		.basic = record->basic.v,
	};
	return LG_OK;
}

/* What the form beside Apple's code says; names, for display. */
static json_t *
form_of(struct lg_ctx *cx, const struct lg_upstream *up, const struct lg_str_map *answer)
{
	json_t *form;
	const lg_str user = lg_str_map_get(answer, LG_STR("user"));
	if (!up->kind->form_post || !lg_str_present(user) || lg_failed(lg_json_parse(cx, user, &form)))
		return NULL;
	return json_is_object(form) ? form : NULL;
}

lg_status
lg_trip_redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_trip *trip,
	const struct lg_client *client, const struct lg_str_map *answer, struct lg_upstream *ret_up,
	struct lg_upstream_person *ret)
{
	const struct lg_rec_trip *record = trip->record;
	const lg_status s = lg_oauth_once(cx, env, trip->pool, PURPOSE, client->id, record->id,
		lg_time_add_ms(record->expires.v, MARGIN_MS));
	if (s.code == LG_E_SPENT || !lg_str_eq(client->id, record->client_id))
		return none(cx);
	LG_TRY(s);
	LG_TRY(check_repeats(cx, answer));
	LG_TRY(check_issuer(cx, record, answer));
	LG_TRY(check_error(cx, trip, answer));
	LG_TRY(open_upstream(cx, env, trip, client, ret_up));
	const lg_str code = lg_str_map_get(answer, LG_STR("code"));
	if (lg_str_empty(code))
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "The answer has no code.");
	const struct lg_upstream_request request = { .redirect_uri = record->redirect_uri,
		.nonce = record->nonce, .verifier = record->verifier };
	LG_TRY(lg_upstream_redeem(cx, env, ret_up, &request, code, ret));
	ret->form = form_of(cx, ret_up, answer);
	return LG_OK;
}

#include "domain/identity/login_verify.h"

#include "codec/uri.h"
#include "domain/identity/oauth1.h"

#define TIMEOUT_MS 5000
#define ANSWER_MAX ((size_t)64 << 10)

/* Where a provider is, unless a setting says otherwise. */
static lg_str
address(lg_str set, lg_str usual)
{
	return lg_str_present(set) ? set : usual;
}

/* ---- Google, Apple: ID tokens ---- */

static lg_status
of_issuer(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str issuer, bool bare, lg_str app,
	struct lg_login *ret)
{
	/* Google has long written its issuer without a scheme. */
	const lg_str issuers[] = { issuer, lg_login_without_scheme(issuer) };
	struct lg_jws jws;
	LG_TRY(lg_login_read_jwt(cx, claim, issuers, bare ? 2 : 1, &jws));
	LG_TRY(lg_login_verify_foreign(cx, claim, issuer, &jws));
	ret->claims = jws.claims;
	ret->user_id = lg_json_member_text(jws.claims, LG_STR("sub"));
	if (!lg_login_audience(jws.claims, &app, 1, &ret->audience))
		return lg_login_invalid(cx, "Incorrect token audience.");
	return lg_login_check_times(cx, jws.claims);
}

static lg_status
of_google(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str app, struct lg_login *ret)
{
	const lg_str issuer =
		address(claim->env->settings->google_issuer, LG_STR("https://accounts.google.com"));
	return of_issuer(cx, claim, issuer, true, app, ret);
}

static lg_status
of_apple(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str app, struct lg_login *ret)
{
	const lg_str issuer =
		address(claim->env->settings->apple_issuer, LG_STR("https://appleid.apple.com"));
	return of_issuer(cx, claim, issuer, false, app, ret);
}

/* ---- Facebook, Amazon, Twitter: tokens that only the provider can read ---- */

/*
 * Ask the provider, who answers with a JSON object. LG_E_NOT_AUTHORIZED when it does not take the token,
 * LG_E_EXTERNAL_SERVICE when there is no such answer.
 */
static lg_status
ask(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str url, lg_str authorization,
	const json_t **ret)
{
	struct lg_fetcher *fetcher = claim->env->fetcher;
	const struct lg_fetch_header header = { LG_STR("Authorization"), authorization };
	const struct lg_fetch request = {
		.url = url,
		.headers = &header,
		.header_count = lg_str_present(authorization) ? 1 : 0,
		.max_bytes = ANSWER_MAX,
		.timeout_ms = TIMEOUT_MS,
	};
	struct lg_fetched answer;
	json_t *body;
	/* The failure's text may quote the URL, which may hold the token: it goes nowhere. */
	if (!fetcher || lg_failed(fetcher->fetch(fetcher, cx, &request, &answer))) {
		(void)lg_fail(cx, LG_E_UNAVAILABLE, "not reached");
		return lg_login_unreachable(cx, claim->name);
	}
	if (answer.status >= 400 && answer.status < 500 && answer.status != 429)
		return lg_login_invalid(cx, "Couldn't verify access token.");
	if (answer.status != 200 || lg_failed(lg_json_parse(cx, answer.body, &body)) ||
		!json_is_object(body)) {
		(void)lg_fail(cx, LG_E_UNAVAILABLE, "status %d, or no JSON", answer.status);
		return lg_login_unreachable(cx, claim->name);
	}
	*ret = body;
	return LG_OK;
}

/* Visible characters only: nothing that could end a header's line. */
static bool
is_token(lg_str token)
{
	for (size_t i = 0; i < token.len; i++)
		if (token.ptr[i] <= ' ' || token.ptr[i] > '~')
			return false;
	return token.len > 0;
}

/* What rules and tags may ask of somebody who has no ID token (spec/identity-pools.md 6.2, 9). */
static lg_status
make_claims(struct lg_ctx *cx, lg_str issuer, struct lg_login *login)
{
	struct lg_json *j = lg_json_new(cx, ANSWER_MAX);
	lg_str text;
	json_t *claims;
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("iss"), issuer);
	lg_json_pair_str(j, LG_STR("aud"), login->audience);
	lg_json_pair_str(j, LG_STR("sub"), login->user_id);
	lg_json_pair_str(j, LG_STR("user_id"), login->user_id);
	lg_json_close(j, '}');
	LG_TRY(lg_json_finish(cx, j, &text));
	LG_TRY(lg_json_parse(cx, text, &claims));
	login->claims = claims;
	return LG_OK;
}

static lg_status
check_user_id(struct lg_ctx *cx, const struct lg_login *login)
{
	if (lg_str_empty(login->user_id) || login->user_id.len > LG_LOGIN_USER_ID_MAX)
		return lg_login_invalid(cx, "Couldn't verify access token.");
	return LG_OK;
}

/* The app that the token was made for, then the person (Graph API, "Access tokens"). */
static lg_status
of_facebook(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str app, struct lg_login *ret)
{
	const lg_str base =
		address(claim->env->settings->facebook_api, LG_STR("https://graph.facebook.com"));
	lg_str bearer, app_url, me_url;
	const json_t *body;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("Bearer "), claim->token }, 2, &bearer));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ base, LG_STR("/app") }, 2, &app_url));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ base, LG_STR("/me?fields=id") }, 2, &me_url));
	LG_TRY(ask(cx, claim, app_url, bearer, &body));
	if (!lg_str_eq(lg_json_member_text(body, LG_STR("id")), app))
		return lg_login_invalid(cx, "Incorrect token audience.");
	ret->audience = app;
	LG_TRY(ask(cx, claim, me_url, bearer, &body));
	ret->user_id = lg_json_member_text(body, LG_STR("id"));
	return LG_OK;
}

/* Login with Amazon, "Validate access tokens": this address takes the token in its query only. */
static lg_status
of_amazon(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str app, struct lg_login *ret)
{
	const lg_str base = address(claim->env->settings->amazon_api, LG_STR("https://api.amazon.com"));
	const lg_str path = LG_STR("/auth/o2/tokeninfo?access_token=");
	lg_str token, url;
	const json_t *body;
	LG_TRY(lg_uri_encode(cx, claim->token, false, &token));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ base, path, token }, 3, &url));
	LG_TRY(ask(cx, claim, url, LG_STR_NONE, &body));
	/* A pool may be set up with the client id, or with the id of the application that it belongs to. */
	if (!lg_str_eq(lg_json_member_text(body, LG_STR("aud")), app) &&
		!lg_str_eq(lg_json_member_text(body, LG_STR("app_id")), app))
		return lg_login_invalid(cx, "Incorrect token audience.");
	ret->audience = app;
	ret->user_id = lg_json_member_text(body, LG_STR("user_id"));
	return LG_OK;
}

/* Signed with the app's own secret, so a token of another app is not taken. */
static lg_status
of_twitter(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str app, struct lg_login *ret)
{
	const lg_str base = address(claim->env->settings->twitter_api, LG_STR("https://api.twitter.com"));
	struct lg_oauth1 keys = { .consumer_secret = app, .token_secret = claim->token };
	lg_str url, authorization;
	const json_t *body;
	keys.consumer_key = lg_str_cut(&keys.consumer_secret, ';');
	keys.token = lg_str_cut(&keys.token_secret, ';');
	if (lg_str_empty(keys.token) || lg_str_empty(keys.token_secret))
		return lg_login_invalid(cx, "Couldn't verify access token.");
	LG_TRY(lg_str_concat(
		cx, (const lg_str[]){ base, LG_STR("/1.1/account/verify_credentials.json") }, 2, &url));
	LG_TRY(lg_oauth1_authorization(
		cx, lg_clock_real(claim->env->clock), LG_STR("GET"), url, &keys, &authorization));
	LG_TRY(ask(cx, claim, url, authorization, &body));
	ret->audience = app;
	ret->user_id = lg_json_member_text(body, LG_STR("id_str"));
	return LG_OK;
}

static const struct social {
	lg_status (*verify)(
		struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str app, struct lg_login *ret);
	bool opaque;
} socials[] = {
	[LG_SOCIAL_GOOGLE] = { of_google, false },
	[LG_SOCIAL_FACEBOOK] = { of_facebook, true },
	[LG_SOCIAL_AMAZON] = { of_amazon, true },
	[LG_SOCIAL_APPLE] = { of_apple, false },
	[LG_SOCIAL_TWITTER] = { of_twitter, true },
	[LG_SOCIAL_DIGITS] = { NULL, false },
};

lg_status
lg_login_of_social(struct lg_ctx *cx, const struct lg_login_claim *claim, enum lg_social social, lg_str app,
	struct lg_login *ret)
{
	const struct social *row = &socials[social];
	/* Nobody can prove anything with Digits any more. */
	if (!row->verify)
		return lg_login_unsupported(cx);
	if (row->opaque && !is_token(claim->token))
		return lg_login_invalid(cx, "Couldn't verify access token.");
	/* A consumer secret is nobody's to see: what is kept and shown of Twitter's app is its key. */
	lg_str shown = app;
	shown = lg_str_cut(&shown, ';');
	struct lg_login login = { .provider = claim->name, .mapping = claim->name, .map = claim->name };
	LG_TRY(row->verify(cx, claim, app, &login));
	LG_TRY(check_user_id(cx, &login));
	if (social == LG_SOCIAL_TWITTER)
		login.audience = shown;
	if (row->opaque)
		LG_TRY(make_claims(cx, claim->name, &login));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ claim->name, LG_STR(" "), shown }, 3, &login.scope));
	LG_TRY(lg_str_concat(cx,
		(const lg_str[]){ claim->name, LG_STR(":"), shown, LG_STR(":"), login.user_id }, 5,
		&login.proof));
	*ret = login;
	return LG_OK;
}

#include "domain/federation/upstream.h"

#include "codec/bytes.h"
#include "codec/uri.h"
#include "crypto/hash.h"
#include "domain/federation/upstream_impl.h"

#define PARAMS_MAX 12

struct params {
	struct lg_str_pair items[PARAMS_MAX];
	size_t count;
};

static void
add(struct params *params, const char *name, lg_str value)
{
	if (value.len)
		params->items[params->count++] = (struct lg_str_pair){ lg_str_from_c(name), value };
}

static lg_status
add_challenge(struct lg_ctx *cx, lg_str verifier, struct params *params)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_str challenge;
	if (!lg_str_present(verifier))
		return LG_OK;
	lg_sha256(&verifier, 1, digest);
	LG_TRY(lg_base64url_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), &challenge));
	add(params, "code_challenge", challenge);
	add(params, "code_challenge_method", LG_STR("S256"));
	return LG_OK;
}

lg_status
lg_upstream_address(struct lg_ctx *cx, const struct lg_upstream *up,
	const struct lg_upstream_request *request, lg_str *ret_url)
{
	struct params params = { 0 };
	add(&params, "response_type", LG_STR("code"));
	add(&params, "client_id", up->client_id);
	add(&params, "redirect_uri", request->redirect_uri);
	add(&params, "scope", lg_upstream_detail(up, "authorize_scopes"));
	add(&params, "state", request->state);
	if (up->kind->form_post)
		add(&params, "response_mode", LG_STR("form_post"));
	if (up->kind->openid)
		add(&params, "nonce", request->nonce);
	if (up->kind->hints) {
		add(&params, "login_hint", request->login_hint);
		add(&params, "prompt", request->prompt);
	}
	if (up->places.pkce)
		LG_TRY(add_challenge(cx, request->verifier, &params));
	const struct lg_str_map map = { params.items, params.count, true };
	lg_str query;
	LG_TRY(lg_form_write(cx, &map, &query));
	const lg_str mark = lg_str_has_byte(up->places.authorize, '?') ? LG_STR("&") : LG_STR("?");
	return lg_str_concat(cx, (const lg_str[]){ up->places.authorize, mark, query }, 3, ret_url);
}

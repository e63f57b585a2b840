#include "oauth/client_auth.h"

#include "codec/bytes.h"
#include "codec/uri.h"
#include "domain/auth.h"

#define BASIC LG_STR("Basic ")

/* What a client calls itself, and its secret. */
struct claim {
	lg_str id;
	lg_str secret;
};

static lg_status
invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_CLIENT, "invalid_client");
}

/* Id and secret are form-encoded before they are base64 (RFC 6749, 2.3.1). */
static lg_status
read_basic(struct lg_ctx *cx, lg_str header, struct claim *ret)
{
	lg_str text;
	if (header.len < BASIC.len || !lg_str_eq_nocase(lg_str_slice(header, 0, BASIC.len), BASIC))
		return invalid(cx);
	lg_status s = lg_base64_decode(cx, lg_str_trim(lg_str_slice(header, BASIC.len, header.len)), &text);
	if (s.code == LG_E_MALFORMED || (!lg_failed(s) && !lg_str_has_byte(text, ':')))
		return invalid(cx);
	LG_TRY(s);
	const lg_str id = lg_str_cut(&text, ':');
	s = lg_uri_decode(cx, id, true, &ret->id);
	if (!lg_failed(s))
		s = lg_uri_decode(cx, text, true, &ret->secret);
	return s.code == LG_E_MALFORMED ? invalid(cx) : s;
}

static lg_status
read_claim(struct lg_ctx *cx, const struct lg_oauth_credentials *credentials, struct claim *ret)
{
	const lg_str id = lg_str_map_get(credentials->params, LG_STR("client_id"));
	const lg_str secret = lg_str_map_get(credentials->params, LG_STR("client_secret"));
	*ret = (struct claim){ .id = id, .secret = secret };
	if (!lg_str_present(credentials->authorization))
		return LG_OK;
	LG_TRY(read_basic(cx, credentials->authorization, ret));
	/* One way only, and about one client. */
	if (secret.len || (id.len && !lg_str_eq(id, ret->id)))
		return invalid(cx);
	return LG_OK;
}

lg_status
lg_oauth_client_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_credentials *credentials,
	struct lg_oauth_client *ret)
{
	struct claim claim;
	LG_TRY(read_claim(cx, credentials, &claim));
	if (lg_str_empty(claim.id))
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "client_id is missing.");
	const lg_status s = lg_client_find(cx, env, claim.id, &ret->pool, &ret->client);
	if (s.code == LG_E_RESOURCE_NOT_FOUND ||
		(!lg_failed(s) && credentials->host && credentials->host->pool != ret->pool->pool))
		return invalid(cx);
	LG_TRY(s);
	ret->proved = ret->client->has_secret;
	if (ret->client->has_secret)
		return lg_client_secret_check(cx, ret->client, claim.secret, LG_E_OAUTH_INVALID_CLIENT);
	/* Who sends a secret believes that it is asked for. */
	return claim.secret.len ? invalid(cx) : LG_OK;
}

#include "oauth/client_auth.h"

#include "codec/bytes.h"
#include "codec/uri.h"
#include "domain/auth/auth.h"
#include "domain/pool/pool_settings.h"
#include "oauth/assertion.h"
#include "oauth/host.h"

#define BASIC LG_STR("Basic ")

/* What a client calls itself, and its secret, or what it signed. */
struct claim {
	lg_str id;
	lg_str secret;
	lg_str assertion;
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

/* One way only, and about one client (RFC 6749, 2.3). */
static lg_status
read_assertion(struct lg_ctx *cx, const struct lg_oauth_credentials *credentials, struct claim *claim)
{
	const lg_str type = lg_str_map_get(credentials->params, LG_STR("client_assertion_type"));
	lg_str subject;
	if (!lg_str_eq(type, LG_OAUTH_ASSERTION_TYPE) || lg_str_present(credentials->authorization) ||
		claim->secret.len)
		return invalid(cx);
	LG_TRY(lg_oauth_assertion_client(cx, claim->assertion, &subject));
	if (lg_str_empty(subject) || (claim->id.len && !lg_str_eq(claim->id, subject)))
		return invalid(cx);
	claim->id = subject;
	return LG_OK;
}

static lg_status
read_claim(struct lg_ctx *cx, const struct lg_oauth_credentials *credentials, struct claim *ret)
{
	const lg_str id = lg_str_map_get(credentials->params, LG_STR("client_id"));
	const lg_str secret = lg_str_map_get(credentials->params, LG_STR("client_secret"));
	const lg_str assertion = lg_str_map_get(credentials->params, LG_STR("client_assertion"));
	*ret = (struct claim){ .id = id, .secret = secret, .assertion = assertion };
	if (assertion.len)
		return read_assertion(cx, credentials, ret);
	if (!lg_str_present(credentials->authorization))
		return LG_OK;
	LG_TRY(read_basic(cx, credentials->authorization, ret));
	if (secret.len || (id.len && !lg_str_eq(id, ret->id)))
		return invalid(cx);
	return LG_OK;
}

static lg_status
prove(struct lg_ctx *cx, struct lg_env *env, const struct claim *claim, struct lg_oauth_client *by)
{
	by->proved = true;
	if (claim->assertion.len)
		return lg_oauth_assertion_check(cx, env, by->pool, by->client, claim->assertion);
	if (by->client->has_secret)
		return lg_client_secret_check(cx, by->client, claim->secret, LG_E_OAUTH_INVALID_CLIENT);
	by->proved = false;
	/* Who sends a secret believes that it is asked for; who has a key is asked for that. */
	const bool keyed = lg_str_present(lg_client_keys(by->pool, by->client));
	return keyed || claim->secret.len ? invalid(cx) : LG_OK;
}

lg_status
lg_oauth_client_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_credentials *credentials,
	struct lg_oauth_client *ret)
{
	struct claim claim;
	struct lg_oauth_client by;
	LG_TRY(read_claim(cx, credentials, &claim));
	if (lg_str_empty(claim.id))
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "client_id is missing.");
	const lg_status s = lg_client_find(cx, env, claim.id, &by.pool, &by.client);
	bool here;
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return invalid(cx);
	LG_TRY(s);
	LG_TRY(lg_oauth_host_serves(cx, env, credentials->host, by.pool, &here));
	if (!here)
		return invalid(cx);
	LG_TRY(prove(cx, env, &claim, &by));
	*ret = by;
	return LG_OK;
}

#include "authorizer/signer_context.h"

#include "base/buf.h"
#include "codec/json.h"

#define POOLS "cognito-identity.amazonaws.com:"
#define CONTEXT_MAX_BYTES ((size_t)32 << 10)

/* What an identity pool said about the signer; absent members: his credentials are of another origin. */
struct identity {
	lg_str id, pool_id;
	const struct lg_str_list *amr;
};

static struct identity
identity_of(const struct lg_signer *signer)
{
	struct identity found = { 0 };
	for (size_t i = 0; signer->session && i < signer->session->claims.count; i++) {
		const struct lg_rec_aws_claim *claim = &signer->session->claims.items[i];
		if (!claim->values.count)
			continue;
		if (lg_str_eq(claim->key, LG_STR(POOLS "sub")))
			found.id = claim->values.items[0];
		else if (lg_str_eq(claim->key, LG_STR(POOLS "aud")))
			found.pool_id = claim->values.items[0];
		else if (lg_str_eq(claim->key, LG_STR(POOLS "amr")))
			found.amr = &claim->values;
	}
	return found;
}

static void
put_text(struct lg_json *j, const char *key, lg_str value)
{
	lg_json_key(j, lg_str_from_c(key));
	if (lg_str_present(value))
		lg_json_str(j, value);
	else
		lg_json_null(j);
}

/* HTTP API, payload 2.0. */
static void
put_iam(struct lg_json *j, const struct lg_signer *signer, const struct identity *identity)
{
	put_text(j, "accessKey", signer->access_key_id);
	put_text(j, "accountId", signer->caller.account);
	put_text(j, "callerId", signer->user_id);
	lg_json_key(j, LG_STR("cognitoIdentity"));
	if (lg_str_present(identity->id)) {
		lg_json_open(j, '{');
		lg_json_key(j, LG_STR("amr"));
		lg_json_open(j, '[');
		for (size_t i = 0; identity->amr && i < identity->amr->count; i++)
			lg_json_str(j, identity->amr->items[i]);
		lg_json_close(j, ']');
		put_text(j, "identityId", identity->id);
		put_text(j, "identityPoolId", identity->pool_id);
		lg_json_close(j, '}');
	} else {
		lg_json_null(j);
	}
	put_text(j, "principalOrgId", LG_STR_NONE);
	put_text(j, "userArn", signer->caller.arn);
	put_text(j, "userId", signer->user_id);
}

/* All but "authenticated", which goes first, with commas between. */
static lg_status
provider_text(struct lg_ctx *cx, const struct lg_str_list *amr, lg_str *ret)
{
	struct lg_buf b = lg_buf_start(cx, CONTEXT_MAX_BYTES);
	for (size_t i = 1; amr && i < amr->count; i++) {
		if (i > 1)
			lg_buf_byte(&b, ',');
		lg_buf_put(&b, amr->items[i]);
	}
	LG_TRY(lg_buf_finish(cx, &b, ret));
	if (!ret->len)
		*ret = LG_STR_NONE;
	return LG_OK;
}

/* REST API: $context.identity. */
static lg_status
put_identity(struct lg_ctx *cx, struct lg_json *j, const struct lg_authz_call *call,
	const struct lg_signer *signer, const struct identity *identity)
{
	lg_str provider;
	LG_TRY(provider_text(cx, identity->amr, &provider));
	put_text(j, "accountId", signer->caller.account);
	put_text(j, "caller", signer->user_id);
	put_text(j, "user", signer->user_id);
	put_text(j, "userArn", signer->caller.arn);
	put_text(j, "accessKey", signer->access_key_id);
	put_text(j, "sourceIp", call->ask->peer);
	put_text(j, "userAgent", lg_ask_header(call->ask, LG_STR("User-Agent")));
	put_text(j, "principalOrgId", LG_STR_NONE);
	put_text(j, "cognitoIdentityId", identity->id);
	put_text(j, "cognitoIdentityPoolId", identity->pool_id);
	put_text(j, "cognitoAuthenticationType",
		identity->amr && identity->amr->count ? identity->amr->items[0] : LG_STR_NONE);
	put_text(j, "cognitoAuthenticationProvider", provider);
	return LG_OK;
}

static lg_status
write_context(struct lg_ctx *cx, const struct lg_authz_call *call, const struct lg_signer *signer,
	const struct identity *identity, lg_str *ret)
{
	const bool http = call->route->authorizer->http;
	struct lg_json *j = lg_json_new(cx, CONTEXT_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_key(j, http ? LG_STR("iam") : LG_STR("identity"));
	lg_json_open(j, '{');
	if (http)
		put_iam(j, signer, identity);
	else
		LG_TRY(put_identity(cx, j, call, signer, identity));
	lg_json_close(j, '}');
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

lg_status
lg_signer_who(struct lg_ctx *cx, const struct lg_authz_call *call, const struct lg_signer *signer,
	struct lg_authz_who *ret)
{
	const struct identity identity = identity_of(signer);
	struct lg_authz_who who = { 0 };
	who.texts[LG_AUTHZ_TYPE] = LG_STR("iam");
	who.texts[LG_AUTHZ_PRINCIPAL] = signer->caller.arn;
	who.texts[LG_AUTHZ_ARN] = signer->caller.arn;
	who.texts[LG_AUTHZ_ACCOUNT] = signer->caller.account;
	who.texts[LG_AUTHZ_USERNAME] = signer->username;
	who.texts[LG_AUTHZ_IDENTITY_ID] = identity.id;
	who.texts[LG_AUTHZ_IDENTITY_POOL_ID] = identity.pool_id;
	const lg_status s = write_context(cx, call, signer, &identity, &who.context);
	/* A user agent need not be text: then there is no context. */
	if (lg_failed(s) && s.code == LG_E_NO_MEMORY)
		return s;
	*ret = who;
	return LG_OK;
}

#include "proto/signature.h"

#include "token/sigv4.h"

static lg_status
root_of_account(struct lg_ctx *cx, struct lg_env *env, struct lg_principal *ret)
{
	struct lg_principal root = { .account = env->settings->account, .root = true };
	LG_TRY(lg_str_fmt(cx, &root.arn, "arn:aws:iam::%.*s:root", LG_FMT(root.account)));
	*ret = root;
	return LG_OK;
}

static lg_status
verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim, lg_str service)
{
	/* A long-term key has no session. */
	if (lg_str_present(claim->security_token))
		return lg_fail_default(cx, LG_E_UNRECOGNIZED_CLIENT);
	lg_str canonical, string_to_sign;
	return lg_sigv4_verify(cx, request, claim, env->settings->root_key.secret, service,
		lg_clock_real(env->clock), &canonical, &string_to_sign);
}

lg_status
lg_signature_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_http_req *req, lg_str service,
	struct lg_signer *ret)
{
	const struct lg_sigv4_request request = {
		.method = req->method,
		.path = req->path,
		.query = req->query,
		.headers = req->headers,
		.body = req->body,
	};
	struct lg_sigv4_claim claim;
	LG_TRY(lg_sigv4_parse(cx, &request, &claim));

	const struct lg_root_key *key = &env->settings->root_key;
	if (lg_str_present(key->access_key_id) && lg_str_eq(claim.access_key_id, key->access_key_id))
		LG_TRY(verify(cx, env, &request, &claim, service));
	else if (!env->settings->dev)
		return lg_fail_default(cx, LG_E_UNRECOGNIZED_CLIENT);
	else if (!lg_str_eq(claim.service, service))
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"Credential should be scoped to correct service: '%.*s'.", LG_FMT(service));

	struct lg_signer signer = { .region = claim.region };
	LG_TRY(root_of_account(cx, env, &signer.principal));
	*ret = signer;
	return LG_OK;
}

#include "domain/identity/login_verify.h"

#include "domain/iam/iam_provider.h"

/* Providers that IAM knows: it keeps their client ids. */

lg_status
lg_login_of_oidc(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str arn, struct lg_login *ret)
{
	const struct lg_rec_iam_oidc *provider;
	struct lg_jws jws;
	struct lg_login login = { .provider = claim->name, .mapping = arn, .map = arn };
	const lg_status s = lg_iam_oidc_by_arn(cx, claim->env, arn, &provider);
	/* The pool names it, but it is gone. */
	if (s.code == LG_E_NOT_FOUND)
		return lg_login_unsupported(cx);
	LG_TRY(s);
	LG_TRY(lg_login_read_jwt(cx, claim, &provider->url, 1, &jws));
	LG_TRY(lg_login_verify_foreign(cx, claim, provider->url, &jws));
	if (!lg_login_audience(
		    jws.claims, provider->client_ids.items, provider->client_ids.count, &login.audience))
		return lg_login_invalid(cx, "Incorrect token audience.");
	LG_TRY(lg_login_check_times(cx, jws.claims));

	login.claims = jws.claims;
	login.user_id = lg_json_member_text(jws.claims, LG_STR("sub"));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("oidc "), claim->name }, 2, &login.scope));
	LG_TRY(lg_str_concat(
		cx, (const lg_str[]){ claim->name, LG_STR(":OIDC:"), login.user_id }, 3, &login.proof));
	*ret = login;
	return LG_OK;
}

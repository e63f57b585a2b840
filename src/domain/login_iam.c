#include "domain/login_verify.h"

/* Both are known through IAM, which keeps their documents and client ids. */

lg_status
lg_login_of_oidc(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str arn, struct lg_login *ret)
{
	(void)claim;
	(void)arn;
	(void)ret;
	return lg_fail(
		cx, LG_E_NOT_IMPLEMENTED, "Logins of OpenID Connect providers are not implemented yet.");
}

lg_status
lg_login_of_saml(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str arn, struct lg_login *ret)
{
	(void)claim;
	(void)arn;
	(void)ret;
	return lg_fail(cx, LG_E_NOT_IMPLEMENTED, "Logins of SAML providers are not implemented yet.");
}

#include "domain/identity/login_verify.h"

#include "domain/identity/saml_identity.h"

#define CLAIMS_MAX_BYTES ((size_t)256 << 10)

/* A value as it is, several as a list; an attribute that is there twice has none. */
static lg_status
make_claims(struct lg_ctx *cx, const struct lg_saml_assertion *said, const json_t **ret)
{
	struct lg_json *j = lg_json_new(cx, CLAIMS_MAX_BYTES);
	lg_str text;
	json_t *claims;
	lg_json_open(j, '{');
	for (size_t i = 0; i < said->attribute_count; i++) {
		const lg_str name = said->attributes[i].name;
		const struct lg_str_list values = lg_saml_attribute(said, name);
		if (!values.count)
			continue;
		lg_json_key(j, name);
		if (values.count > 1)
			lg_json_open(j, '[');
		for (size_t k = 0; k < values.count; k++)
			lg_json_str(j, values.items[k]);
		if (values.count > 1)
			lg_json_close(j, ']');
	}
	if (!lg_saml_attribute(said, LG_LOGIN_SAML_NAME_ID).count)
		lg_json_pair_str(j, LG_LOGIN_SAML_NAME_ID, said->name_id);
	lg_json_close(j, '}');
	LG_TRY(lg_json_finish(cx, j, &text));
	LG_TRY(lg_json_parse(cx, text, &claims));
	*ret = claims;
	return LG_OK;
}

lg_status
lg_login_of_saml(struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str arn, struct lg_login *ret)
{
	struct lg_saml_assertion said;
	struct lg_login login = { .provider = arn, .mapping = arn, .map = arn, .saml = true };
	const lg_status s = lg_saml_provider_says(cx, claim->env, arn, claim->token, 0, &said);
	switch (s.code) {
	case LG_E_NOT_FOUND: /* The pool names it, but it is gone. */
		return lg_login_unsupported(cx);
	case LG_E_MALFORMED:
		return lg_login_invalid(cx, "Not a valid SAML response.");
	case LG_E_SPENT:
		return lg_login_invalid(cx, "Token expired.");
	case LG_E_REFUSED:
	case LG_E_MISMATCH:
		return lg_login_invalid(cx, "Couldn't verify signed token.");
	default:
		LG_TRY(s);
	}
	if (said.name_id.len > LG_LOGIN_USER_ID_MAX)
		return lg_login_invalid(cx, "Not a valid SAML response.");
	login.user_id = said.name_id;
	login.audience = said.recipient;
	LG_TRY(make_claims(cx, &said, &login.claims));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("saml "), arn }, 2, &login.scope));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ arn, LG_STR(":"), login.user_id }, 3, &login.proof));
	*ret = login;
	return LG_OK;
}

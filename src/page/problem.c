#include "page/signin.h"

#define S LG_STR_INIT

/* What people are told, by code and, where one code has several meanings, by how its text begins. */
static const struct row {
	int code;
	lg_str text; /* absent = any */
	lg_str key;
	bool detail; /* say the text, too */
} rows[] = {
	{ LG_E_CODE_MISMATCH, { NULL, 0 }, S("error.code"), false },
	{ LG_E_ENABLE_SOFTWARE_TOKEN_MFA, { NULL, 0 }, S("error.code"), false },
	{ LG_E_EXPIRED_CODE, { NULL, 0 }, S("error.code_used"), false },
	{ LG_E_MFA_METHOD_NOT_FOUND, { NULL, 0 }, S("error.no_choice"), false },
	{ LG_E_NOT_AUTHORIZED, S("Password attempts exceeded"), S("error.too_many"), false },
	{ LG_E_NOT_AUTHORIZED, S("User is disabled."), S("error.disabled"), false },
	{ LG_E_NOT_AUTHORIZED, S("Temporary password has expired"), S("error.temporary_expired"), false },
	{ LG_E_NOT_AUTHORIZED, S("The passkey"), S("error.passkey"), false },
	{ LG_E_NOT_AUTHORIZED, S("MFA is required"), S("error.no_factor"), false },
	{ LG_E_NOT_AUTHORIZED, { NULL, 0 }, S("error.sign_in"), false },
	{ LG_E_USER_NOT_FOUND, { NULL, 0 }, S("error.sign_in"), false },
	{ LG_E_INVALID_PASSWORD, { NULL, 0 }, S("error.password_policy"), true },
	{ LG_E_PASSWORD_HISTORY_POLICY_VIOLATION, { NULL, 0 }, S("error.password_history"), false },
	{ LG_E_USER_NOT_CONFIRMED, { NULL, 0 }, S("error.confirm_first"), false },
	{ LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND, { NULL, 0 }, S("error.state"), false },
	{ LG_E_WEBAUTHN_NOT_ENABLED, { NULL, 0 }, S("error.state"), false },
	{ LG_E_WEBAUTHN_CONFIGURATION_MISSING, { NULL, 0 }, S("error.state"), false },
	{ LG_E_WEBAUTHN_CHALLENGE_NOT_FOUND, { NULL, 0 }, S("error.passkey"), false },
	{ LG_E_WEBAUTHN_CLIENT_MISMATCH, { NULL, 0 }, S("error.passkey"), false },
	{ LG_E_RESOURCE_NOT_FOUND, { NULL, 0 }, S("error.state"), false },
	{ LG_E_TOO_MANY_REQUESTS, { NULL, 0 }, S("error.too_many"), false },
	{ LG_E_LIMIT_EXCEEDED, { NULL, 0 }, S("error.too_many"), false },
	{ LG_E_CODE_DELIVERY_FAILURE, { NULL, 0 }, S("error.delivery"), false },
	{ LG_E_ALIAS_EXISTS, { NULL, 0 }, S("error.taken"), false },
	{ LG_E_INVALID_PARAMETER, { NULL, 0 }, S("error.invalid"), true },
	{ LG_E_USER_LAMBDA_VALIDATION, { NULL, 0 }, S("error.refused"), true },
	{ LG_E_UNEXPECTED_LAMBDA, { NULL, 0 }, S("error.unavailable"), false },
	{ LG_E_INVALID_LAMBDA_RESPONSE, { NULL, 0 }, S("error.unavailable"), false },
};

lg_status
lg_signin_problem(const struct lg_page *pg, lg_status s, struct lg_signin_problem *ret)
{
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		const struct row *row = &rows[i];
		if (row->code != s.code || !lg_str_starts(pg->cx->failure.text, row->text))
			continue;
		*ret = (struct lg_signin_problem){ .key = row->key };
		if (row->detail)
			ret->detail = lg_failure_text(pg->cx, s.code);
		return LG_OK;
	}
	return s;
}

#include "page/signin.h"

#include <string.h>

#define S LG_STR_INIT

/* What people are told, by code and, where one code has several meanings, by what its text has in it. */
static const struct row {
	int code;
	lg_str text; /* absent = anything */
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
	{ LG_E_INVALID_PASSWORD, { NULL, 0 }, S("error.password_policy"), false },
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
	{ LG_E_INVALID_PARAMETER, S("Attributes did not conform"), S("error.attribute"), false },
	{ LG_E_INVALID_PARAMETER, S("Invalid attributes given"), S("error.attribute"), false },
	{ LG_E_INVALID_PARAMETER, S("Invalid email"), S("error.email"), false },
	{ LG_E_INVALID_PARAMETER, S("Invalid phone"), S("error.phone"), false },
	{ LG_E_INVALID_PARAMETER, S("User has no"), S("error.no_address"), false },
	{ LG_E_INVALID_PARAMETER, S("Cannot reset password"), S("error.no_address"), false },
	{ LG_E_INVALID_PARAMETER, S("Cannot resend codes"), S("error.no_address"), false },
	{ LG_E_INVALID_PARAMETER, S("User is already confirmed"), S("notice.confirmed"), false },
	{ LG_E_INVALID_PARAMETER, S("User does not have delivery"), S("factor.needs_address"), false },
	{ LG_E_INVALID_PARAMETER, S("The address is not verified"), S("factor.needs_address"), false },
	{ LG_E_INVALID_PARAMETER, S("The user has another email"), S("error.other_email"), false },
	{ LG_E_INVALID_PARAMETER, S("This passkey is registered"), S("error.passkey_known"), false },
	{ LG_E_INVALID_PARAMETER, S("A passkey's name"), S("error.passkey_name"), false },
	{ LG_E_INVALID_PARAMETER, S("The only way"), S("error.last_passkey"), false },
	{ LG_E_INVALID_PARAMETER, S("can't be disabled while"), S("error.last_factor"), false },
	{ LG_E_INVALID_PARAMETER, S("is the user's only second"), S("error.last_factor"), false },
	{ LG_E_INVALID_PARAMETER, S("Credential is not"), S("error.passkey"), false },
	{ LG_E_INVALID_PARAMETER, { NULL, 0 }, S("error.invalid"), false },
	{ LG_E_USER_LAMBDA_VALIDATION, { NULL, 0 }, S("error.refused"), true },
	{ LG_E_UNEXPECTED_LAMBDA, { NULL, 0 }, S("error.unavailable"), false },
	{ LG_E_INVALID_LAMBDA_RESPONSE, { NULL, 0 }, S("error.unavailable"), false },
};

static bool
fits(const struct row *row, lg_status s, lg_str text)
{
	if (row->code != s.code)
		return false;
	return !lg_str_present(row->text)
	       || (lg_str_present(text) && memmem(text.ptr, text.len, row->text.ptr, row->text.len));
}

lg_status
lg_signin_problem(const struct lg_page *pg, lg_status s, struct lg_signin_problem *ret)
{
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		if (!fits(&rows[i], s, pg->cx->failure.text))
			continue;
		*ret = (struct lg_signin_problem){ .key = rows[i].key };
		if (rows[i].detail)
			ret->detail = lg_failure_text(pg->cx, s.code);
		return LG_OK;
	}
	return s;
}

#include "domain/auth/auth_steps.h"

#include "base/secret.h"
#include "domain/auth/lockout.h"
#include "domain/message/deliver.h"
#include "domain/user/user_edit.h"

#define MAC_SIZE 32
#define MFA_DIGITS 6
#define FIRST_DIGITS 8

/* Codes that go to an address of the user (spec/sign-in.md 4). */
static const struct kind {
	lg_str challenge;
	lg_str attribute;
	lg_str answer; /* parameter that brings the code back */
	bool names_user;
	unsigned first_digits; /* of the code of who has proven nothing yet (spec/user-pools.md 7.1) */
} kinds[] = {
	{ LG_STR_INIT("SMS_MFA"), LG_STR_INIT("phone_number"), LG_STR_INIT("SMS_MFA_CODE"), true,
		MFA_DIGITS },
	{ LG_STR_INIT("EMAIL_OTP"), LG_STR_INIT("email"), LG_STR_INIT("EMAIL_OTP_CODE"), false,
		FIRST_DIGITS },
	{ LG_STR_INIT("SMS_OTP"), LG_STR_INIT("phone_number"), LG_STR_INIT("SMS_OTP_CODE"), false,
		FIRST_DIGITS },
};

static const struct kind *
find_kind(lg_str challenge)
{
	for (size_t i = 0; i < LG_LEN(kinds); i++) {
		if (lg_str_eq(kinds[i].challenge, challenge))
			return &kinds[i];
	}
	return NULL;
}

/* Set-up says where the code goes; otherwise it is where the user is. */
static lg_str
address_of(const struct lg_auth *auth, const struct kind *kind)
{
	return auth->session.setup.v ? auth->session.to : lg_user_attribute(auth->user, kind->attribute);
}

static lg_status
delivery_of(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, const struct kind *kind,
	struct lg_delivery *ret)
{
	const struct lg_user *user = auth->user;
	const lg_str to = address_of(auth, kind);
	if (lg_str_empty(to) && (user->decoy || lg_auth_hides(auth)))
		return lg_delivery_simulate_to(cx, env, auth->call->pool, user->username, kind->attribute,
			ret);
	if (lg_str_empty(to))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "User has no %.*s that a code could go to.",
			LG_FMT(kind->attribute));
	return lg_delivery_make(cx, kind->attribute, to, ret);
}

/* These operations say so with an error of their own. */
static lg_status
take_budget(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	const enum lg_throttle_kind kind =
		lg_auth_has_first(auth) ? LG_THROTTLE_MFA_SENT : LG_THROTTLE_OTP_SENT;
	const lg_status s = lg_budget_take(cx, env, auth->user, kind);
	if (s.code != LG_E_LIMIT_EXCEEDED)
		return s;
	return lg_fail(cx, LG_E_TOO_MANY_REQUESTS,
		"Attempt limit exceeded, please try after some time.");
}

/*
 * The MAC is in the Session: nothing is written, and nothing is left of a code that nobody used. It covers
 * the address, so that the Session need not hold it, whose length would tell who exists.
 */
static lg_status
code_mac(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, const struct kind *kind,
	lg_str to, lg_str code, unsigned char ret[MAC_SIZE])
{
	lg_str purpose;
	const lg_str parts[] = { kind->challenge, LG_STR(" "), to };
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &purpose));
	return lg_keyholder_code_mac(env->keys, cx, lg_user_owner(auth->user), purpose, code, ret);
}

static lg_status
make_code(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, const struct kind *kind,
	const struct lg_delivery *delivery, lg_str *ret)
{
	unsigned char *mac = lg_new_array(cx, unsigned char, MAC_SIZE);
	if (!mac)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_str code;
	LG_TRY(lg_code_draw(cx, env, lg_auth_has_first(auth) ? MFA_DIGITS : kind->first_digits, &code));
	LG_TRY(code_mac(cx, env, auth, kind, delivery->to, code, mac));
	auth->session.mac = lg_str_from_bytes(mac, MAC_SIZE);
	*ret = code;
	return LG_OK;
}

static lg_status
begin(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const struct kind *kind = find_kind(ret->challenge);
	if (!kind)
		return lg_fail(cx, LG_E_INTERNAL, "no challenge with a code");
	struct lg_delivery delivery;
	LG_TRY(delivery_of(cx, env, auth, kind, &delivery));
	LG_TRY(take_budget(cx, env, auth));

	lg_str code;
	struct lg_message message;
	const struct lg_code_reason reason = { .occasion = LG_STR("Authentication"),
		.client = auth->call->client, .metadata = lg_auth_client_metadata(auth) };
	LG_TRY(make_code(cx, env, auth, kind, &delivery, &code));
	const bool second = lg_auth_has_first(auth);
	LG_TRY(lg_sign_in_message(
		cx, env, auth->call->pool, &reason, auth->user, &delivery, code, !second, &message));
	message.purpose = second ? LG_STR("mfa") : LG_STR("otp");
	LG_TRY(lg_auth_session_make(cx, env, auth, kind->challenge, &ret->session));
	LG_TRY(lg_message_send(cx, env, &message));

	const struct lg_str_pair params[] = {
		{ LG_STR("CODE_DELIVERY_DELIVERY_MEDIUM"), delivery.medium },
		{ LG_STR("CODE_DELIVERY_DESTINATION"), delivery.masked },
		{ LG_STR("USER_ID_FOR_SRP"), auth->user->username },
	};
	const size_t count = kind->names_user ? LG_LEN(params) : LG_LEN(params) - 1;
	for (size_t i = 0; i < count; i++)
		LG_TRY(lg_auth_param_add(cx, ret, LG_LEN(params), params[i].key, params[i].value));
	return LG_OK;
}

lg_status
lg_auth_begin_otp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	auth->session.setup = (struct lg_opt_bool){ 0 };
	return begin(cx, env, auth, ret);
}

lg_status
lg_auth_begin_email_setup(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str address,
	struct lg_auth_step *ret)
{
	auth->session.setup = (struct lg_opt_bool){ true, true };
	auth->session.to = address;
	return begin(cx, env, auth, ret);
}

/* A code that went to a former address is wrong: whoever reads it there is not the user any more. */
static lg_status
check_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, const struct kind *kind)
{
	unsigned char mac[MAC_SIZE];
	LG_TRY(code_mac(cx, env, auth, kind, address_of(auth, kind), lg_auth_param(auth, kind->answer),
		mac));
	const bool right = lg_ct_eq(lg_str_from_bytes(mac, MAC_SIZE), auth->session.mac);
	lg_wipe(mac, sizeof(mac));
	return right && !auth->user->decoy ? LG_OK : LG_STATUS(LG_E_MISMATCH);
}

/* Spend the Session, with what the right code says about the address and the user. */
static lg_status
prove(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, const struct kind *kind, bool confirms)
{
	const struct lg_pool *pool = auth->call->pool;
	const bool setup = auth->session.setup.v;
	struct lg_user *user = auth->user;
	if (!confirms && !setup && lg_user_verified(user, kind->attribute))
		return lg_auth_session_spend(cx, env, auth);

	struct lg_user_names before;
	LG_TRY(lg_user_names(cx, env, pool, user, &before));
	LG_TRY(lg_user_set_contact(cx, user, kind->attribute, address_of(auth, kind), true));
	if (setup)
		LG_TRY(lg_mfa_enable(cx, user, kind->challenge, true));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_auth_session_spend_in(batch, auth);
	lg_store_user_update(batch, &user->row, LG_PART_PROFILE | (setup ? LG_PART_MFA : 0));
	LG_TRY(lg_user_write_names(batch, cx, env, pool, user, &before));
	LG_TRY(lg_auth_session_commit(cx, batch));
	user->row.version++;
	return LG_OK;
}

/* An address that set-up was given is the user's only while he has no other one. */
static bool
was_overtaken(const struct lg_auth *auth, const struct kind *kind)
{
	const lg_str own = lg_user_attribute(auth->user, kind->attribute);
	return auth->session.setup.v && !lg_str_empty(own) && !lg_str_eq(own, auth->session.to);
}

/* LG_E_MISMATCH: wrong, and counted. */
static lg_status
answer_code(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, const struct kind *kind)
{
	struct lg_user *user = auth->user;
	LG_TRY(lg_auth_factor_judge(cx, env, auth, check_code(cx, env, auth, kind)));
	const bool confirms = !lg_auth_has_first(auth) && user->row.enabled
	                      && user->row.status == LG_USER_UNCONFIRMED;
	if (confirms)
		user->row.status = LG_USER_CONFIRMED;
	LG_TRY(lg_auth_account_check(cx, auth));
	return prove(cx, env, auth, kind, confirms);
}

lg_status
lg_auth_answer_otp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const struct kind *kind = find_kind(auth->call->challenge);
	if (!kind)
		return lg_fail(cx, LG_E_INTERNAL, "no challenge with a code");
	LG_TRY(lg_auth_session_open(cx, env, auth, kind->challenge, 0));
	const bool second = lg_auth_has_first(auth);
	if (second)
		LG_TRY(lg_auth_mfa_check(cx, auth, kind->challenge));
	if (was_overtaken(auth, kind))
		return lg_auth_session_invalid(cx);

	lg_status s = LG_STATUS(LG_E_NOT_FOUND);
	if (second)
		s = lg_auth_recover(cx, env, auth, lg_auth_param(auth, kind->answer));
	if (s.code == LG_E_NOT_FOUND)
		s = answer_code(cx, env, auth, kind);
	if (s.code == LG_E_MISMATCH)
		return lg_fail(cx, LG_E_CODE_MISMATCH, "Invalid code or auth state for the user.");
	LG_TRY(s);
	auth->session.setup = (struct lg_opt_bool){ 0 };
	LG_TRY(lg_auth_done_add(cx, auth, second ? LG_AUTH_MFA : LG_AUTH_OTP));
	return lg_auth_next(cx, env, auth, ret);
}

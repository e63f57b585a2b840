#include "domain/auth/auth_steps.h"

#include "domain/auth/first_factor.h"

#define S LG_STR_INIT

/* A challenge that asks for no more than the answer. */
static lg_status
begin_plain(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	return lg_auth_session_make(cx, env, auth, ret->challenge, &ret->session);
}

/*
 * What may be chosen, in the order in which it is told. With `proof` in the call it goes on at once; `prove`
 * spends the Session that was answered when the proof is right, `begin` and SRP have nothing to wait for.
 */
static const struct choice {
	lg_str name; /* in AvailableChallenges, PREFERRED_CHALLENGE and ANSWER; the challenge that begins */
	unsigned factor;
	lg_str proof;
	lg_auth_fn *prove;
	bool at_once; /* ANSWER brings the proof along */
	lg_auth_fn *begin;
} choices[] = {
	{ S("PASSWORD_SRP"), LG_FIRST_PASSWORD, S("SRP_A"), lg_auth_start_srp, true, begin_plain },
	{ S("PASSWORD"), LG_FIRST_PASSWORD, S("PASSWORD"), lg_auth_start_password, true, begin_plain },
	{ S("EMAIL_OTP"), LG_FIRST_EMAIL_OTP, { NULL, 0 }, NULL, false, lg_auth_begin_otp },
	{ S("SMS_OTP"), LG_FIRST_SMS_OTP, { NULL, 0 }, NULL, false, lg_auth_begin_otp },
	{ S("WEB_AUTHN"), LG_FIRST_WEB_AUTHN, { NULL, 0 }, NULL, false, lg_auth_begin_passkey },
};

static const struct choice *
find_choice(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(choices); i++) {
		if (lg_str_eq(choices[i].name, name))
			return &choices[i];
	}
	return NULL;
}

/* Where passwords are kept without verifiers, SRP would lead nowhere. */
static bool
is_offered(const struct lg_auth *auth, unsigned factors, const struct choice *choice)
{
	const bool srp = choice->prove == lg_auth_start_srp;
	return (factors & choice->factor) && (!srp || auth->call->pool->password_scheme == LG_PASSWORD_SRP);
}

static lg_status
list_choices(struct lg_ctx *cx, const struct lg_auth *auth, unsigned factors, struct lg_str_list *ret)
{
	lg_str *items = lg_new_array(cx, lg_str, LG_LEN(choices));
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < LG_LEN(choices); i++) {
		if (is_offered(auth, factors, &choices[i]))
			items[count++] = choices[i].name;
	}
	*ret = (struct lg_str_list){ .items = items, .count = count, .has = true };
	return LG_OK;
}

static lg_status
offered(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, unsigned *ret)
{
	const struct lg_pool *pool = auth->call->pool;
	unsigned factors;
	LG_TRY(lg_first_factors(cx, env, pool, auth->user, &factors));
	*ret = lg_first_factors_offered(pool, auth->user, factors);
	return LG_OK;
}

/*
 * By what the user may sign in. Who has nothing is told so, or is answered as if he did not exist. `name` is
 * what he was called by, which decoys are drawn from: every Session of a choice remembers it.
 */
static lg_status
offer(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str name, unsigned *ret)
{
	const struct lg_auth_call *call = auth->call;
	auth->session.to = name;
	if (!auth->user->decoy) {
		LG_TRY(offered(cx, env, auth, ret));
		if (*ret)
			return LG_OK;
		if (!call->client->hides_users)
			return lg_fail(cx, LG_E_NOT_AUTHORIZED, "User has no factor to sign in with.");
		auth->user->decoy = true;
	}
	LG_TRY(lg_decoy_dress(cx, env, call->pool, name, auth->user));
	return offered(cx, env, auth, ret);
}

static bool
brings_proof(const struct lg_auth *auth, const struct choice *choice)
{
	return choice->prove && !lg_str_empty(lg_auth_param(auth, choice->proof));
}

/*
 * PREFERRED_CHALLENGE if the user has it, or else the only one there is; NULL when he is to choose. Where
 * nobody is told who exists, a password that was sent is wrong for who has none (spec/user-pools.md 18).
 */
static const struct choice *
preferred(const struct lg_auth *auth, unsigned factors, const struct lg_str_list *available)
{
	const struct choice *choice = find_choice(lg_auth_param(auth, LG_STR("PREFERRED_CHALLENGE")));
	if (choice && is_offered(auth, factors, choice))
		return choice;
	if (choice && choice->factor == LG_FIRST_PASSWORD && auth->call->client->hides_users
	    && brings_proof(auth, choice))
		return choice;
	return available->count == 1 ? find_choice(available->items[0]) : NULL;
}

static lg_status
begin(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, const struct choice *choice,
	struct lg_auth_step *ret)
{
	ret->challenge = choice->name;
	if (brings_proof(auth, choice))
		return choice->prove(cx, env, auth, ret);
	return choice->begin(cx, env, auth, ret);
}

lg_status
lg_auth_start_choice(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	unsigned factors;
	if (!lg_str_empty(auth->call->session)) {
		LG_TRY(lg_auth_after_sign_up(cx, env, auth, ret));
		LG_TRY(offered(cx, env, auth, &factors));
		return list_choices(cx, auth, factors, &ret->available);
	}
	LG_TRY(offer(cx, env, auth, lg_auth_param(auth, LG_STR("USERNAME")), &factors));
	LG_TRY(list_choices(cx, auth, factors, &ret->available));
	const struct choice *choice = preferred(auth, factors, &ret->available);
	if (choice)
		return begin(cx, env, auth, choice, ret);
	ret->challenge = LG_IDP_CHALLENGE_NAME_TYPE_SELECT_CHALLENGE;
	return begin_plain(cx, env, auth, ret);
}

/* The answer to a WEB_AUTHN challenge, in the form of a choice. */
static bool
is_passkey_again(const struct lg_auth *auth)
{
	const lg_str name = LG_IDP_CHALLENGE_NAME_TYPE_WEB_AUTHN;
	return lg_str_eq(auth->session.challenge, name)
	       && lg_str_eq(lg_auth_param(auth, LG_STR("ANSWER")), name)
	       && !lg_str_empty(lg_auth_param(auth, LG_STR("CREDENTIAL")));
}

lg_status
lg_auth_answer_select(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_SELECT_CHALLENGE, 0));
	if (is_passkey_again(auth))
		return lg_auth_answer_passkey(cx, env, auth, ret);
	unsigned factors;
	LG_TRY(offer(cx, env, auth, auth->session.to, &factors));
	const struct choice *choice = find_choice(lg_auth_param(auth, LG_STR("ANSWER")));
	if (!choice || !is_offered(auth, factors, choice))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Challenge %.*s is not available.",
			LG_FMT(lg_auth_param(auth, LG_STR("ANSWER"))));
	if (choice->at_once && !brings_proof(auth, choice))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Missing required parameter %.*s",
			LG_FMT(choice->proof));

	/* A wrong password leaves the choice as it was; other choices go on with a Session of their own. */
	if (choice->prove != lg_auth_start_password)
		LG_TRY(lg_auth_session_spend(cx, env, auth));
	return begin(cx, env, auth, choice, ret);
}

lg_status
lg_auth_answer_password(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_PASSWORD, 0));
	return lg_auth_start_password(cx, env, auth, ret);
}

lg_status
lg_auth_answer_password_srp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_STR("PASSWORD_SRP"), 0));
	LG_TRY(lg_auth_session_spend(cx, env, auth));
	return lg_auth_start_srp(cx, env, auth, ret);
}

#include "domain/auth/auth_steps.h"

#include "crypto/srp.h"

#define S LG_STR_INIT

/* Times that one sign-in asks DefineAuthChallenge. */
#define MAX_ROUNDS 32

enum { ISSUE_SIGN_IN = 3 };

static lg_status
not_configured(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"Custom auth lambda trigger is not configured for the user pool.");
}

/* ---- what functions are told ---- */

static lg_status
add_history(struct lg_ctx *cx, struct lg_rec_custom_state *state, lg_str challenge, bool result,
	lg_str metadata)
{
	struct lg_rec_custom_entry_list *history = &state->history;
	struct lg_rec_custom_entry *items = lg_new_array(cx, struct lg_rec_custom_entry, history->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < history->count; i++)
		items[i] = history->items[i];
	items[history->count] = (struct lg_rec_custom_entry){ .challenge = challenge,
		.result = { true, result }, .metadata = metadata };
	history->items = items;
	history->count++;
	history->has = true;
	return LG_OK;
}

/* Answers that the history tells, when they were right, and what it says before them. */
static const struct told {
	lg_str challenge;
	lg_str before;
} tolds[] = {
	{ S("PASSWORD_VERIFIER"), { NULL, 0 } },
	{ S("ADMIN_NO_SRP_AUTH"), { NULL, 0 } },
	{ S("SMS_MFA"), { NULL, 0 } },
	{ S("EMAIL_OTP"), { NULL, 0 } },
	{ S("SOFTWARE_TOKEN_MFA"), { NULL, 0 } },
	{ S("DEVICE_PASSWORD_VERIFIER"), S("DEVICE_SRP_AUTH") },
};

static const struct told *
find_told(lg_str challenge)
{
	for (size_t i = 0; i < LG_LEN(tolds); i++) {
		if (lg_str_eq(tolds[i].challenge, challenge))
			return &tolds[i];
	}
	return NULL;
}

lg_status
lg_auth_custom_note(struct lg_ctx *cx, struct lg_auth *auth)
{
	struct lg_str_list *answered = &auth->session.answered;
	if (!lg_str_eq(auth->flow, LG_STR("CUSTOM_AUTH")) || !find_told(auth->call->challenge))
		return LG_OK;
	lg_str *items = lg_new_array(cx, lg_str, answered->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < answered->count; i++)
		items[i] = answered->items[i];
	items[answered->count] = auth->call->challenge;
	*answered = (struct lg_str_list){ .items = items, .count = answered->count + 1, .has = true };
	return LG_OK;
}

/* What was answered since DefineAuthChallenge was asked becomes history. */
static lg_status
tell_answered(struct lg_ctx *cx, struct lg_auth *auth)
{
	for (size_t i = 0; i < auth->session.answered.count; i++) {
		const struct told *told = find_told(auth->session.answered.items[i]);
		if (told && lg_str_present(told->before))
			LG_TRY(add_history(cx, auth->custom, told->before, true, LG_STR_NONE));
		if (told)
			LG_TRY(add_history(cx, auth->custom, told->challenge, true, LG_STR_NONE));
	}
	auth->session.answered = (struct lg_str_list){ 0 };
	return LG_OK;
}

static void
write_history(struct lg_json *j, const struct lg_rec_custom_state *state)
{
	lg_json_key(j, LG_STR("session"));
	lg_json_open(j, '[');
	for (size_t i = 0; i < state->history.count; i++) {
		const struct lg_rec_custom_entry *entry = &state->history.items[i];
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("challengeName"), entry->challenge);
		lg_json_pair_bool(j, LG_STR("challengeResult"), entry->result.v);
		lg_json_key(j, LG_STR("challengeMetadata"));
		if (lg_str_present(entry->metadata))
			lg_json_str(j, entry->metadata);
		else
			lg_json_null(j);
		lg_json_close(j, '}');
	}
	lg_json_close(j, ']');
}

/* What the three have in common at the end. */
static lg_status
invoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, struct lg_trigger_call *call,
	const json_t **ret)
{
	lg_trigger_client_metadata(call->json, lg_auth_client_metadata(auth));
	lg_trigger_user_not_found(call);
	return lg_trigger_invoke(cx, env, call, ret);
}

/* ---- CreateAuthChallenge ---- */

/* Its public parameters, and who is asked. */
static lg_status
show_public(struct lg_ctx *cx, const struct lg_auth *auth, const struct lg_str_map *params,
	struct lg_auth_step *ret)
{
	const lg_str name = LG_STR("USERNAME");
	for (size_t i = 0; i < params->count; i++) {
		if (!lg_str_eq(params->items[i].key, name))
			LG_TRY(lg_auth_param_add(cx, ret, params->count + 1, params->items[i].key,
				params->items[i].value));
	}
	return lg_auth_param_add(cx, ret, params->count + 1, name, auth->user->username);
}

static lg_status
begin_challenge(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	struct lg_rec_custom_state *state = auth->custom;
	const struct lg_trigger_about about = lg_auth_about(auth, LG_TRIGGER_CREATE_AUTH_CHALLENGE);
	if (!lg_trigger_is_set(about.pool, about.trigger))
		return not_configured(cx);
	struct lg_trigger_call call;
	LG_TRY(lg_trigger_begin(cx, &about, &call));
	lg_json_pair_str(call.json, LG_STR("challengeName"), LG_STR("CUSTOM_CHALLENGE"));
	write_history(call.json, state);
	const json_t *response;
	LG_TRY(invoke(cx, env, auth, &call, &response));

	struct lg_str_map params;
	LG_TRY(lg_trigger_texts(cx, response, LG_STR("publicChallengeParameters"), &params));
	LG_TRY(lg_trigger_texts(cx, response, LG_STR("privateChallengeParameters"), &state->private));
	LG_TRY(lg_trigger_text(cx, response, LG_STR("challengeMetadata"), &state->metadata));
	LG_TRY(lg_auth_custom_save(cx, env, auth));
	LG_TRY(show_public(cx, auth, &params, ret));
	ret->challenge = LG_STR("CUSTOM_CHALLENGE");
	return lg_auth_session_make(cx, env, auth, ret->challenge, &ret->session);
}

/* ---- the other challenges that DefineAuthChallenge may name ---- */

static lg_status
begin_srp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const lg_str A = auth->custom->srp_a;
	if (lg_str_empty(A))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Missing required parameter SRP_A");
	auth->custom->srp_a = LG_STR_NONE;
	LG_TRY(lg_auth_custom_save(cx, env, auth));
	return lg_auth_begin_srp(cx, env, auth, A, ret);
}

/* The password itself, from a back end whose client may send it (spec/sign-in.md 4). */
static lg_status
begin_admin_password(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const struct lg_auth_flow *flow = lg_auth_flow_find(LG_STR("ADMIN_NO_SRP_AUTH"));
	if (!auth->call->admin)
		return lg_trigger_unrecognizable(cx);
	if (!lg_client_allows_flow(auth->call->client, flow->allow))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%s", flow->refusal);
	LG_TRY(lg_auth_custom_save(cx, env, auth));
	ret->challenge = LG_STR("ADMIN_NO_SRP_AUTH");
	LG_TRY(lg_auth_param_add(cx, ret, 1, LG_STR("USERNAME"), auth->user->username));
	return lg_auth_session_make(cx, env, auth, ret->challenge, &ret->session);
}

static lg_status
begin_as_usual(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_custom_save(cx, env, auth));
	return lg_auth_begin_named(cx, env, auth, ret->challenge, ret);
}

static const struct named {
	lg_str challenge;
	lg_auth_fn *begin;
} nameds[] = {
	{ S("CUSTOM_CHALLENGE"), begin_challenge },
	{ S("PASSWORD_VERIFIER"), begin_srp },
	{ S("ADMIN_NO_SRP_AUTH"), begin_admin_password },
	{ S("SMS_MFA"), begin_as_usual },
	{ S("SOFTWARE_TOKEN_MFA"), begin_as_usual },
	{ S("EMAIL_OTP"), begin_as_usual },
	{ S("DEVICE_SRP_AUTH"), begin_as_usual },
};

/* ---- DefineAuthChallenge ---- */

/* A temporary password that ran out says nothing about who did not use it. */
static lg_status
account_check(struct lg_ctx *cx, const struct lg_auth *auth)
{
	const struct lg_user_row *row = &auth->user->row;
	if (row->enabled && row->status == LG_USER_FORCE_CHANGE_PASSWORD
	    && !lg_auth_has_done(auth, LG_AUTH_PASSWORD))
		return LG_OK;
	return lg_auth_account_check(cx, auth);
}

static lg_status
issue_tokens(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	if (auth->user->decoy)
		return lg_auth_incorrect(cx);
	LG_TRY(account_check(cx, auth));
	LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_CUSTOM));
	/* What follows is no challenge of this sign-in's functions any more. */
	auth->session.custom = LG_STR_NONE;
	auth->session.stored = LG_STR_NONE;
	return lg_auth_next(cx, env, auth, ret);
}

/* Its word, with auth->custom as it is. To fail goes before everything else. */
static lg_status
define(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	struct lg_rec_custom_state *state = auth->custom;
	const struct lg_trigger_about about = lg_auth_about(auth, LG_TRIGGER_DEFINE_AUTH_CHALLENGE);
	if (!lg_trigger_is_set(about.pool, about.trigger))
		return not_configured(cx);
	if (state->rounds.v >= MAX_ROUNDS)
		return lg_auth_incorrect(cx);
	state->rounds = (struct lg_opt_int){ true, state->rounds.v + 1 };

	struct lg_trigger_call call;
	LG_TRY(lg_trigger_begin(cx, &about, &call));
	write_history(call.json, state);
	const json_t *response;
	LG_TRY(invoke(cx, env, auth, &call, &response));

	lg_str challenge;
	struct lg_opt_bool issue, fail;
	LG_TRY(lg_trigger_text(cx, response, LG_STR("challengeName"), &challenge));
	LG_TRY(lg_trigger_bool(cx, response, LG_STR("issueTokens"), &issue));
	LG_TRY(lg_trigger_bool(cx, response, LG_STR("failAuthentication"), &fail));
	if (fail.v)
		return lg_auth_incorrect(cx);
	if (issue.v)
		return issue_tokens(cx, env, auth, ret);
	for (size_t i = 0; i < LG_LEN(nameds); i++) {
		if (!lg_str_eq(nameds[i].challenge, challenge))
			continue;
		ret->challenge = nameds[i].challenge;
		return nameds[i].begin(cx, env, auth, ret);
	}
	return lg_trigger_unrecognizable(cx);
}

lg_status
lg_auth_begin_custom(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_custom_load(cx, env, auth));
	LG_TRY(tell_answered(cx, auth));
	return define(cx, env, auth, ret);
}

/* The sign-in begins with SRP: the client sent its number, and DefineAuthChallenge says when it is used. */
static lg_status
start_with_srp(struct lg_ctx *cx, struct lg_auth *auth)
{
	lg_str A = lg_auth_param(auth, LG_STR("SRP_A"));
	if (lg_str_empty(A))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Missing required parameter SRP_A");
	lg_status s = lg_srp_check_A(cx, A);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_incorrect(cx);
	LG_TRY(s);
	auth->custom->srp_a = A;
	return add_history(cx, auth->custom, LG_STR("SRP_A"), true, LG_STR_NONE);
}

lg_status
lg_auth_start_custom(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const struct lg_auth_call *call = auth->call;
	if (!lg_trigger_is_set(call->pool, LG_TRIGGER_DEFINE_AUTH_CHALLENGE))
		return not_configured(cx);
	if (!env->functions)
		return lg_auth_not_built(cx, "Flow", call->flow, ISSUE_SIGN_IN);
	/* Where nobody is told who exists, the state of an account is told at the end only. */
	if (!call->client->hides_users)
		LG_TRY(account_check(cx, auth));

	auth->custom = lg_new(cx, struct lg_rec_custom_state);
	if (!auth->custom)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_str first = lg_auth_param(auth, LG_STR("CHALLENGE_NAME"));
	if (lg_str_eq(first, LG_STR("SRP_A")))
		LG_TRY(start_with_srp(cx, auth));
	else if (!lg_str_empty(first))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "CUSTOM_AUTH cannot begin with %.*s.",
			LG_FMT(first));
	return define(cx, env, auth, ret);
}

/* ---- answers ---- */

static lg_status
verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, bool *ret)
{
	const struct lg_trigger_about about = lg_auth_about(auth, LG_TRIGGER_VERIFY_AUTH_CHALLENGE);
	if (!lg_trigger_is_set(about.pool, about.trigger))
		return not_configured(cx);
	struct lg_trigger_call call;
	LG_TRY(lg_trigger_begin(cx, &about, &call));
	const struct lg_str_map hidden = { auth->custom->private.items, auth->custom->private.count, true };
	lg_trigger_map(call.json, LG_STR("privateChallengeParameters"), &hidden);
	lg_json_pair_str(call.json, LG_STR("challengeAnswer"), lg_auth_param(auth, LG_STR("ANSWER")));
	const json_t *response;
	LG_TRY(invoke(cx, env, auth, &call, &response));

	struct lg_opt_bool correct;
	LG_TRY(lg_trigger_bool(cx, response, LG_STR("answerCorrect"), &correct));
	if (!correct.has)
		return lg_trigger_unrecognizable(cx);
	*ret = correct.v;
	return LG_OK;
}

lg_status
lg_auth_answer_custom(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_STR("CUSTOM_CHALLENGE"), 0));
	LG_TRY(lg_auth_custom_load(cx, env, auth));
	/* A Session is one guess, right or wrong, however many clients hold it. */
	LG_TRY(lg_auth_session_spend(cx, env, auth));

	bool correct;
	LG_TRY(verify(cx, env, auth, &correct));
	LG_TRY(add_history(cx, auth->custom, LG_STR("CUSTOM_CHALLENGE"), correct, auth->custom->metadata));
	auth->custom->private = (struct lg_str_map){ 0 };
	auth->custom->metadata = LG_STR_NONE;
	return define(cx, env, auth, ret);
}

lg_status
lg_auth_answer_admin_password(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_STR("ADMIN_NO_SRP_AUTH"), 0));
	return lg_auth_start_password(cx, env, auth, ret);
}

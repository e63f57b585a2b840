#include "page/form.h"
#include "page/signin.h"
#include "page/state.h"
#include "proto/answer.h"

/* Somebody looks at the first page for longer than a challenge lasts: his passkey waits there. */
#define WAIT_MS (15 * LG_MINUTE_MS)

/* For the first page, where nobody has said yet who he is. */
lg_status
lg_page_login_options(struct lg_page *pg)
{
	const struct lg_auth_call call = lg_signin_call(pg);
	struct lg_rec_page_state state = {
		.step = lg_str_present(pg->state.step) ? pg->state.step : LG_STR("LOGIN"),
		.expires = { true, lg_time_add_ms(pg->cx->now, WAIT_MS) },
	};
	lg_str options;
	if (!lg_signin_takes_passkeys(pg))
		return lg_fail(pg->cx, LG_E_FORBIDDEN, "no passkeys here");
	LG_TRY(lg_auth_passkey_ask(pg->cx, pg->env, &call, &state.secret, &options));
	LG_TRY(lg_state_keep(pg, &state));
	return lg_page_json(pg, options);
}

lg_status
lg_signin_passkey(struct lg_page *pg, lg_str credential, struct lg_auth_step *ret)
{
	const struct lg_auth_call call = lg_signin_call(pg);
	const struct lg_auth_passkey_answer answer = {
		.challenge = pg->state.secret,
		.expires = pg->state.expires.v,
		.credential = credential,
	};
	if (lg_str_empty(answer.challenge))
		return lg_fail(pg->cx, LG_E_NOT_AUTHORIZED, "The passkey was not asked for.");
	return lg_auth_passkey_any(pg->cx, pg->env, &call, &answer, ret);
}

/* What the script hands to the browser; the Session goes into the state, as that of any challenge. */
lg_status
lg_page_passkey_options(struct lg_page *pg)
{
	if (!lg_str_eq(pg->state.step, LG_STR("WEB_AUTHN")))
		return lg_fail(pg->cx, LG_E_FORBIDDEN, "no passkey is asked for");
	const struct lg_str_pair pairs[] = { { LG_STR("USERNAME"), pg->state.username },
		{ LG_STR("PREFERRED_CHALLENGE"), LG_STR("WEB_AUTHN") } };
	const struct lg_str_map params = { (struct lg_str_pair *)pairs, LG_LEN(pairs), true };
	struct lg_auth_call call = lg_signin_call(pg);
	struct lg_auth_step step = { 0 };
	call.flow = LG_STR("USER_AUTH");
	call.params = &params;
	LG_TRY(lg_auth_initiate(pg->cx, pg->env, &call, &step));
	if (!lg_str_eq(step.challenge, LG_STR("WEB_AUTHN")))
		return lg_fail(pg->cx, LG_E_FORBIDDEN, "no passkey can be asked for");
	LG_TRY(lg_signin_keep_session(pg, step.session));
	return lg_page_json(pg, lg_str_map_get(&step.params, LG_STR("CREDENTIAL_REQUEST_OPTIONS")));
}

#include "domain/auth/auth_steps.h"

#include "domain/auth/auth_event.h"
#include "domain/auth/lockout.h"
#include "domain/pool/risk.h"

static enum lg_proof
proven(const struct lg_auth *auth, lg_str what)
{
	return lg_auth_has_done(auth, what) ? LG_PROOF_PASSED : LG_PROOF_NONE;
}

static void
record(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, struct lg_auth_event event)
{
	event.type = LG_IDP_EVENT_TYPE_SIGN_IN;
	event.client_id = auth->call->client->id;
	event.caller = &auth->call->caller;
	lg_auth_event_record(cx, env, auth->call->pool, auth->user, &event);
}

void
lg_auth_note_wrong_password(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	record(cx, env, auth,
		(struct lg_auth_event){
			.response = LG_IDP_EVENT_RESPONSE_TYPE_FAIL, .password = LG_PROOF_FAILED });
}

void
lg_auth_note_wrong_factor(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	/* There is a word for passwords and one for second factors, none for what stands in their place. */
	record(cx, env, auth,
		(struct lg_auth_event){ .response = LG_IDP_EVENT_RESPONSE_TYPE_FAIL,
			.password = proven(auth, LG_AUTH_PASSWORD),
			.mfa = lg_auth_has_first(auth) ? LG_PROOF_FAILED : LG_PROOF_NONE });
}

void
lg_auth_note_wrong_passkey(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	/* No lockout bounds them: strangers would push everything else out of the user's list. */
	if (lg_protection_is_on(auth->call->pool)
	    && !lg_failed(lg_budget_take(cx, env, auth->user, LG_THROTTLE_PASSKEY_NOTED)))
		lg_auth_note_wrong_factor(cx, env, auth);
}

void
lg_auth_note_signed_in(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str event_id)
{
	record(cx, env, auth,
		(struct lg_auth_event){ .id = event_id,
			.response = LG_IDP_EVENT_RESPONSE_TYPE_PASS,
			.password = proven(auth, LG_AUTH_PASSWORD),
			.mfa = proven(auth, LG_AUTH_MFA) });
}

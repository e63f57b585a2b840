#include "page/form.h"
#include "page/signin.h"
#include "page/state.h"
#include "proto/answer.h"

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

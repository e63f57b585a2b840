#include "authorizer/decide.h"

#include "authorizer/callback.h"
#include "authorizer/signed.h"
#include "token/sigv4.h"

lg_status
lg_authorizers_new(const struct lg_rules *rules, struct lg_authorizers *ret)
{
	*ret = (struct lg_authorizers){ .rules = rules };
	LG_TRY(lg_memo_new(&lg_seen_form, &ret->seen));
	return lg_memo_new(&lg_said_form, &ret->said);
}

void
lg_authorizers_done(struct lg_authorizers *authorizers)
{
	lg_memo_free(authorizers->said);
	lg_memo_free(authorizers->seen);
	*authorizers = (struct lg_authorizers){ 0 };
}

static lg_status
forbidden(struct lg_ctx *cx, lg_str reason, struct lg_authz_answer *ret)
{
	return lg_authz_refuse(cx, 403, "ForbiddenException", false, LG_STR("Forbidden"), reason, ret);
}

/* As a REST API answers what it does not have: any Authorization but a signature is told to be none. */
static lg_status
no_route(struct lg_ctx *cx, const struct lg_ask *ask, struct lg_authz_answer *ret)
{
	const struct lg_sigv4_request request = {
		.method = ask->method, .path = ask->path.raw, .query = ask->query, .headers = ask->headers
	};
	const lg_str reason = LG_STR("no route fits");
	struct lg_sigv4_claim claim;
	const lg_status s = lg_sigv4_parse(cx, &request, &claim);
	if (s.code == LG_E_INCOMPLETE_SIGNATURE)
		return lg_authz_refuse(cx, 403, "IncompleteSignatureException", false,
			lg_failure_text(cx, s.code), reason, ret);
	return lg_authz_refuse(cx, 403, "MissingAuthenticationTokenException", false,
		LG_STR("Missing Authentication Token"), reason, ret);
}

static lg_status
pass(struct lg_ctx *cx, const struct lg_route *route, struct lg_authz_answer *ret)
{
	struct lg_authz_who nobody = { 0 };
	nobody.texts[LG_AUTHZ_TYPE] = LG_STR("none");
	return lg_authz_allow(cx, route, &nobody, ret);
}

lg_status
lg_authz_decide(struct lg_ctx *cx, struct lg_env *env, const struct lg_authorizers *authorizers,
	const struct lg_ask *ask, bool wait, struct lg_authz_answer *ret)
{
	const struct lg_route *route = NULL;
	*ret = (struct lg_authz_answer){ 0 };
	const lg_status s = lg_rules_route(cx, authorizers->rules, ask, &route);
	if (s.code == LG_E_NOT_FOUND)
		return no_route(cx, ask, ret);
	if (s.code == LG_E_REFUSED)
		return forbidden(cx, lg_failure_text(cx, s.code), ret);
	LG_TRY(s);
	ret->route = route;
	if (route->preflight && lg_ask_is_preflight(ask))
		return pass(cx, route, ret);
	if (!route->authorizer)
		return route->open ? pass(cx, route, ret)
				   : forbidden(cx, LG_STR("the route is closed"), ret);
	const struct lg_authz_call call = {
		.env = env, .seen = authorizers->seen, .route = route, .ask = ask, .wait = wait
	};
	switch (route->authorizer->kind) {
	case LG_AUTHORIZER_JWT:
	case LG_AUTHORIZER_COGNITO:
		return lg_bearer_decide(cx, &call, ret);
	case LG_AUTHORIZER_IAM:
		return wait ? lg_signed_decide(cx, &call, ret) : LG_STATUS(LG_E_NOT_FOUND);
	case LG_AUTHORIZER_CALLBACK:
		return lg_callback_decide(cx, &call, authorizers->said, ret);
	}
	return forbidden(cx, LG_STR("the route is closed"), ret);
}

bool
lg_authz_goes_out(struct lg_ctx *cx, const struct lg_authorizers *authorizers, const struct lg_ask *ask)
{
	const struct lg_route *route = NULL;
	if (lg_failed(lg_rules_route(cx, authorizers->rules, ask, &route)) || !route->authorizer)
		return false;
	const struct lg_authorizer *authorizer = route->authorizer;
	if (authorizer->kind == LG_AUTHORIZER_CALLBACK)
		return true;
	/* The keys of other issuers are fetched. */
	for (size_t i = 0; i < authorizer->issuer_count; i++)
		if (!lg_str_present(authorizer->issuers[i].pool_id))
			return true;
	return false;
}

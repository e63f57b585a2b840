#include "proto/oauth_impl.h"

#include "gen/error.h"
#include "oauth/user_info.h"
#include "proto/answer.h"

static lg_status
bad_request(const struct lg_oauth_call *call)
{
	return lg_fail(call->cx, LG_E_OAUTH_INVALID_REQUEST, "Bad OAuth2 request at UserInfo Endpoint");
}

/* What stands behind this scheme; absent when it is another one. */
static lg_str
after(lg_str header, lg_str scheme)
{
	if (header.len <= scheme.len || !lg_str_eq_nocase(lg_str_slice(header, 0, scheme.len), scheme))
		return LG_STR_NONE;
	return lg_str_trim(lg_str_slice(header, scheme.len, header.len));
}

/* The token of the header, or of a POST's body (RFC 6750, 2.2). Two are none; a query is not looked at. */
static lg_status
read_token(const struct lg_oauth_call *call, struct lg_oauth_bearer *ret)
{
	const lg_str header = lg_http_header(call->req, LG_STR("Authorization"));
	const lg_str bound = after(header, LG_STR("DPoP "));
	struct lg_str_map params = { 0 };
	*ret = (struct lg_oauth_bearer){
		.text = lg_str_present(bound) ? bound : after(header, LG_STR("Bearer ")),
		.dpop = lg_str_present(bound),
		.proof = lg_oauth_call_proof(call),
	};
	if (lg_str_present(header) && !lg_str_present(ret->text))
		return bad_request(call);
	if (lg_str_eq(call->req->method, LG_STR("POST")) && lg_oauth_call_is_form(call) &&
		lg_failed(lg_oauth_call_form(call, &params)))
		return bad_request(call);
	const lg_str token = lg_str_map_get(&params, LG_STR("access_token"));
	if (lg_str_present(token) && lg_str_present(ret->text))
		return bad_request(call);
	if (lg_str_present(token))
		ret->text = token;
	ret->proof.token = ret->text;
	return LG_OK;
}

static lg_status
user_info(const struct lg_oauth_call *call, struct lg_oauth_bearer *token)
{
	lg_str body;
	LG_TRY(read_token(call, token));
	LG_TRY(lg_oauth_user_info(call->cx, call->env, token, &body));
	lg_oauth_call_begin(call, 200);
	lg_answer_body(call->ret, LG_STR("application/json;charset=UTF-8"), body);
	return LG_OK;
}

/* In the scheme of the token (RFC 6750, 3; RFC 9449, 7.1); Cognito names none (docs/DIFFERENCES.md). */
static void
challenge(const struct lg_oauth_call *call, bool dpop, const char *error, lg_str text)
{
	const lg_str scheme = dpop ? LG_STR("DPoP algs=\"" LG_OAUTH_PROOF_ALGS "\",") : LG_STR("Bearer");
	lg_str header;
	if (!lg_failed(lg_str_fmt(call->cx, &header, "%.*s error=\"%s\", error_description=\"%.*s\"",
		    LG_FMT(scheme), error, LG_FMT(text))))
		lg_http_answer_header(call->ret, LG_STR("WWW-Authenticate"), header);
}

void
lg_oauth_user_info_endpoint(const struct lg_oauth_call *call)
{
	struct lg_oauth_bearer token = { 0 };
	lg_str text;
	const lg_status s = user_info(call, &token);
	if (!lg_failed(s))
		return;
	const bool proof = s.code == LG_E_OAUTH_INVALID_DPOP;
	const struct lg_error_info *info = lg_oauth_call_error(call, s, &text);
	lg_oauth_call_failure(call, proof ? 401 : info->http, info->oauth, text);
	if (info->http < 500)
		challenge(call, token.dpop || proof, info->oauth, text);
}

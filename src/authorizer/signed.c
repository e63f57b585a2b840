#include "authorizer/signed.h"

#include "authorizer/explain.h"
#include "authorizer/objects.h"
#include "authorizer/payload.h"
#include "authorizer/signer_context.h"
#include "codec/xml_write.h"
#include "domain/iam/authorize.h"
#include "policy/cache.h"

#define S3_SKEW_S 900

/* A signed request on its way. */
struct signed_call {
	const struct lg_authz_call *call;
	const struct lg_authorizer *authorizer;
	struct lg_sigv4_claim claim;
	struct lg_payload payload;
	struct lg_signer signer;
	struct lg_policy_context context;
	struct lg_questions questions;
	lg_str denied; /* the resource that is refused, for the client's text */
	bool explicit_deny;
};

/* ---- refusals ---- */

/* What each failure is called: by a REST API, and by S3. */
static const struct name {
	int code;
	const char *rest;
	lg_str s3, s3_text;
} names[] = {
	{ LG_E_MISSING_AUTHENTICATION_TOKEN, "MissingAuthenticationTokenException",
		LG_STR_INIT("AccessDenied"), LG_STR_INIT("Access Denied") },
	{ LG_E_INCOMPLETE_SIGNATURE, "IncompleteSignatureException",
		LG_STR_INIT("AuthorizationHeaderMalformed"), { 0 } },
	{ LG_E_UNRECOGNIZED_CLIENT, "UnrecognizedClientException", LG_STR_INIT("InvalidAccessKeyId"),
		LG_STR_INIT("The AWS Access Key Id you provided does not exist in our records.") },
	{ LG_E_EXPIRED_TOKEN, "ExpiredTokenException", LG_STR_INIT("ExpiredToken"),
		LG_STR_INIT("The provided token has expired.") },
	{ LG_E_INVALID_SIGNATURE, "InvalidSignatureException", LG_STR_INIT("SignatureDoesNotMatch"), { 0 } },
	{ LG_E_ACCESS_DENIED, "AccessDeniedException", LG_STR_INIT("AccessDenied"),
		LG_STR_INIT("Access Denied") },
	{ LG_E_REFUSED, "AccessDeniedException", LG_STR_INIT("AccessDenied"), LG_STR_INIT("Access Denied") },
};

static const struct name *
name_of(int code)
{
	for (size_t i = 0; i < LG_LEN(names); i++)
		if (names[i].code == code)
			return &names[i];
	return NULL;
}

/* The account but for its last four digits. */
static lg_status
masked(struct lg_ctx *cx, lg_str arn, lg_str account, lg_str *ret)
{
	for (size_t i = 0; account.len == 12 && i + account.len <= arn.len; i++) {
		if (!lg_str_eq(lg_str_slice(arn, i, i + account.len), account))
			continue;
		const lg_str parts[] = { lg_str_slice(arn, 0, i), LG_STR("********"),
			lg_str_slice(arn, i + 8, arn.len) };
		return lg_str_concat(cx, parts, LG_LEN(parts), ret);
	}
	*ret = arn;
	return LG_OK;
}

static lg_status
denial_text(struct lg_ctx *cx, const struct signed_call *s, lg_str *ret)
{
	lg_str resource;
	LG_TRY(masked(cx, s->denied, s->signer.caller.account, &resource));
	return lg_str_fmt(cx, ret,
		"User: %.*s is not authorized to perform: execute-api:Invoke on resource: %.*s%s",
		LG_FMT(s->signer.caller.arn), LG_FMT(resource),
		s->explicit_deny ? " with an explicit deny" : "");
}

static lg_status
refuse_s3(struct lg_ctx *cx, const struct name *name, lg_str reason, struct lg_authz_answer *ret)
{
	struct lg_xml_out *x = lg_xml_out_new(cx, (size_t)16 << 10);
	lg_xml_open(x, LG_STR("Error"));
	lg_xml_pair(x, LG_STR("Code"), name->s3);
	lg_xml_pair(x, LG_STR("Message"), name->s3_text.len ? name->s3_text : reason);
	lg_xml_pair(x, LG_STR("RequestId"), cx->request_id);
	lg_xml_close(x);
	ret->status = 403;
	ret->reason = reason;
	ret->xml = true;
	return lg_xml_finish(cx, x, &ret->body);
}

static lg_status
refuse(struct lg_ctx *cx, const struct signed_call *s, lg_status why, struct lg_authz_answer *ret)
{
	const struct name *name = name_of(why.code);
	const bool denied = why.code == LG_E_ACCESS_DENIED;
	lg_str reason = lg_failure_text(cx, why.code), text = reason;
	if (!name)
		return why;
	if (s->authorizer->s3)
		return refuse_s3(cx, name, reason, ret);
	if (s->authorizer->http)
		return lg_authz_refuse(cx, 403, NULL, false, LG_STR("Forbidden"), reason, ret);
	if (denied)
		LG_TRY(denial_text(cx, s, &text));
	/* It may quote what was sent, which need not be text. */
	const lg_status written = lg_authz_refuse(cx, 403, name->rest, denied, text, reason, ret);
	return lg_failed(written)
		       ? lg_authz_refuse(cx, 403, name->rest, false, LG_STR("Forbidden"), reason, ret)
		       : LG_OK;
}

/* ---- who signed ---- */

static lg_status
check_region(struct lg_ctx *cx, const struct signed_call *s)
{
	if (lg_str_eq(s->claim.region, s->authorizer->region))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_SIGNATURE,
		"Credential should be scoped to a valid region, not '%.*s'.", LG_FMT(s->claim.region));
}

static lg_status
find_signer(struct lg_ctx *cx, struct signed_call *s)
{
	const struct lg_ask *ask = s->call->ask;
	struct lg_sigv4_request request = { .method = ask->method,
		.path = ask->path.raw,
		.query = ask->query,
		.headers = ask->headers,
		.skew_s = s->authorizer->s3 ? S3_SKEW_S : 0 };
	LG_TRY(lg_sigv4_parse(cx, &request, &s->claim));
	LG_TRY(lg_payload_of(cx, s->call, &s->claim, &s->payload));
	LG_TRY(check_region(cx, s));
	request.payload = s->payload.hash;
	request.body = s->payload.body;
	return lg_signer_known(cx, s->call->env, &request, &s->claim,
		s->authorizer->s3 ? LG_STR("s3") : LG_STR("execute-api"), &s->signer);
}

/* ---- what is asked ---- */

static lg_status
make_context(struct lg_ctx *cx, struct signed_call *s)
{
	const struct lg_ask *ask = s->call->ask;
	const struct lg_call_facts facts = {
		.peer = ask->peer,
		.user_agent = lg_ask_header(ask, LG_STR("User-Agent")),
		.referer = lg_ask_header(ask, LG_STR("Referer")),
		.region = s->authorizer->region,
		.secure = lg_str_eq(ask->scheme, LG_STR("https")),
	};
	LG_TRY(lg_context_add_facts(cx, &s->context, &facts));
	LG_TRY(lg_context_add_signer(cx, &s->context, &s->signer));
	if (!s->authorizer->s3)
		return LG_OK;
	return lg_objects_context(cx, ask, &s->claim, lg_clock_real(s->call->env->clock), &s->context);
}

/* The resource policy, compiled; NULL when there is none. */
static lg_status
resource_policy(struct lg_ctx *cx, const struct signed_call *s, struct lg_policy_named *named,
	const struct lg_policy_named **ret)
{
	*ret = NULL;
	if (!lg_str_present(s->authorizer->policy))
		return LG_OK;
	named->name = LG_STR("resource policy");
	*ret = named;
	return lg_policy_cache_get(
		cx, s->call->env->policies, LG_POLICY_RESOURCE, s->authorizer->policy, &named->policy);
}

static lg_status
ask_one(struct lg_ctx *cx, struct signed_call *s, const struct lg_question *question,
	const struct lg_policy_named *resource)
{
	const struct lg_access_question access = { .action = question->action,
		.resource = question->resource,
		.context = &s->context,
		.trust = resource };
	struct lg_policy_verdict verdict;
	const lg_status status = lg_authorize_verdict(cx, s->call->env, &s->signer, &access, &verdict);
	s->denied = question->resource;
	s->explicit_deny = false;
	if (status.code == LG_E_BUDGET || status.code == LG_E_TOO_LARGE)
		return lg_fail(
			cx, LG_E_ACCESS_DENIED, "the policies of this call take too long to evaluate");
	LG_TRY(status);
	s->explicit_deny = verdict.decision == LG_DECISION_EXPLICIT_DENY;
	if (verdict.decision == LG_DECISION_ALLOWED || (question->only_denies && !s->explicit_deny))
		return LG_OK;
	const struct lg_policy_request request = {
		.action = question->action, .resource = question->resource, .caller = &s->signer.caller
	};
	lg_str why;
	LG_TRY(lg_explain_denial(cx, &request, &verdict, &why));
	return lg_fail(cx, LG_E_ACCESS_DENIED, "%.*s", LG_FMT(why));
}

static lg_status
decide(struct lg_ctx *cx, struct signed_call *s)
{
	struct lg_policy_named named;
	const struct lg_policy_named *resource;
	LG_TRY(find_signer(cx, s));
	if (s->authorizer->s3)
		LG_TRY(lg_objects_questions(cx, s->authorizer, s->call->ask, &s->questions));
	else
		LG_TRY(lg_invoke_questions(cx, s->call, &s->questions));
	LG_TRY(make_context(cx, s));
	LG_TRY(resource_policy(cx, s, &named, &resource));
	for (size_t i = 0; i < s->questions.count; i++)
		LG_TRY(ask_one(cx, s, &s->questions.items[i], resource));
	return LG_OK;
}

static lg_status
allow(struct lg_ctx *cx, const struct signed_call *s, struct lg_authz_answer *ret)
{
	struct lg_authz_who who;
	LG_TRY(lg_signer_who(cx, s->call, &s->signer, &who));
	who.texts[LG_AUTHZ_CONTENT_SHA256] = s->payload.to_check;
	return lg_authz_allow(cx, s->call->route, &who, ret);
}

lg_status
lg_signed_decide(struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_authz_answer *ret)
{
	struct signed_call *s = lg_new(cx, struct signed_call);
	*ret = (struct lg_authz_answer){ .route = call->route };
	if (!s)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	s->call = call;
	s->authorizer = call->route->authorizer;
	const lg_status status = decide(cx, s);
	return lg_failed(status) ? refuse(cx, s, status, ret) : allow(cx, s, ret);
}

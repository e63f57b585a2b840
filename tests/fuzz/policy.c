/*
 * Policy documents. Any text is a policy of a kind, or refused with a text; a policy evaluates to the same
 * decision each time, and a Deny of everything beside it denies.
 */
#include "policy/evaluate.h"

#include "tests/fuzz/fuzz.h"

#define DENY_ALL LG_STR("{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}")

static const struct lg_policy_caller caller = { .kind = LG_CALLER_ROLE,
	.account = LG_STR_INIT("111122223333"),
	.arn = LG_STR_INIT("arn:aws:sts::111122223333:assumed-role/R/s"),
	.role_arn = LG_STR_INIT("arn:aws:iam::111122223333:role/R"),
	.unique_id = LG_STR_INIT("AROA3XFRBF535PLBIFPI4") };

/* The decision, or -1 when it takes too long. */
static int
decide(struct lg_ctx *cx, enum lg_policy_layer layer, const struct lg_policy_context *context,
	const struct lg_policy *policy, const struct lg_policy *beside)
{
	const struct lg_policy_named first = { policy, LG_STR("fuzzed") },
				     second = { beside, LG_STR("other") };
	struct lg_policy_request rq = { .action = LG_STR("s3:GetObject"),
		.resource = LG_STR("arn:aws:s3:::b/eu-1:a/x?"),
		.caller = &caller,
		.context = context };
	rq.layers[layer] = (struct lg_policy_layer_list){ &first, 1, true };
	if (beside)
		rq.layers[LG_LAYER_SESSION] = (struct lg_policy_layer_list){ &second, 1, true };
	struct lg_policy_verdict verdict = { 0 };
	lg_status s = lg_policy_evaluate(cx, &rq, &verdict);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_BUDGET);
		return -1;
	}
	lg_str text;
	MUST(verdict.count <= LG_POLICY_MAX_REASONS);
	MUST(verdict.decision != LG_DECISION_EXPLICIT_DENY || verdict.count > 0);
	if (verdict.decision != LG_DECISION_ALLOWED)
		MUST_OK(lg_policy_denial(cx, &rq, &verdict, &text));
	return (int)verdict.decision;
}

static void
try_kind(struct lg_ctx *cx, enum lg_policy_kind kind, const struct lg_policy_context *context, lg_str text)
{
	struct lg_policy *policy, *deny_all;
	lg_status s = lg_policy_compile(cx, kind, text, &policy);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_MALFORMED_POLICY_DOCUMENT);
		MUST(lg_failure_text(cx, s.code).len > 0);
		return;
	}
	MUST(lg_policy_size(text) <= text.len);
	if (kind == LG_POLICY_TRUST) {
		s = lg_policy_check_tenancy(cx, policy);
		MUST(!lg_failed(s) || s.code == LG_E_MALFORMED_POLICY_DOCUMENT);
	}
	enum lg_policy_layer layer = kind == LG_POLICY_IDENTITY  ? LG_LAYER_IDENTITY
				     : kind == LG_POLICY_SESSION ? LG_LAYER_SESSION
								 : LG_LAYER_RESOURCE;
	int decision = decide(cx, layer, context, policy, NULL);
	MUST(decide(cx, layer, context, policy, NULL) == decision);
	MUST_OK(lg_policy_compile(cx, LG_POLICY_IDENTITY, DENY_ALL, &deny_all));
	if (layer != LG_LAYER_SESSION && decision >= 0)
		MUST(decide(cx, layer, context, policy, deny_all) == LG_DECISION_EXPLICIT_DENY);
	lg_policy_free(deny_all);
	lg_policy_free(policy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lg_json_global_init();
	FUZZ_CONTEXT(cx);
	struct lg_policy_context context = { 0 };
	const lg_str keys[] = { LG_STR("x"), LG_STR("y") };
	MUST_OK(lg_policy_context_add(cx, &context, LG_STR("aws:username"), LG_STR("eu-1:a")));
	MUST_OK(lg_policy_context_add(cx, &context, LG_STR("aws:SourceIp"), LG_STR("10.0.0.1")));
	MUST_OK(lg_policy_context_add(
		cx, &context, LG_STR("aws:CurrentTime"), LG_STR("2030-01-01T00:00:00Z")));
	MUST_OK(lg_policy_context_add_list(cx, &context, LG_STR("aws:TagKeys"), keys, LG_LEN(keys)));
	for (int kind = LG_POLICY_IDENTITY; kind <= LG_POLICY_TRUST; kind++)
		try_kind(cx, (enum lg_policy_kind)kind, &context, lg_str_from_bytes(data, size));
	return 0;
}

#include "tests/lib/test.h"

#include <string.h>

#include "policy/evaluate.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	return &t.cx;
}

static void
release(void *policy)
{
	lg_policy_free(policy);
}

/* Single quotes stand for double ones. */
static struct lg_policy_named
named(struct lg_ctx *cx, enum lg_policy_kind kind, const char *name, const char *document)
{
	struct lg_policy *policy;
	lg_str text;
	CHECK_OK(lg_str_dup(cx, lg_str_from_c(document), &text));
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '\'')
			((char *)(uintptr_t)text.ptr)[i] = LG_STR("\"").ptr[0];
	CHECK_OK(lg_policy_compile(cx, kind, text, &policy));
	CHECK_OK(lg_ctx_hold(cx, release, policy));
	return (struct lg_policy_named){ policy, lg_str_from_c(name) };
}

#define ALL "{'Statement':{'Effect':'Allow','Action':'*','Resource':'*'}}"
#define NONE "{'Statement':{'Effect':'Deny','Action':'*','Resource':'*'}}"
#define OTHER "{'Statement':{'Effect':'Allow','Action':'iam:*','Resource':'*'}}"

static const struct lg_policy_caller ann = { .kind = LG_CALLER_USER,
	.account = LG_STR_INIT("111122223333"),
	.arn = LG_STR_INIT("arn:aws:iam::111122223333:user/ann") };
static const struct lg_policy_context nothing;

static struct lg_policy_request
request(void)
{
	return (struct lg_policy_request){ .action = LG_STR("s3:GetObject"),
		.resource = LG_STR("arn:aws:s3:::b/x"),
		.caller = &ann,
		.context = &nothing };
}

static void
put(struct lg_policy_request *rq, enum lg_policy_layer layer, const struct lg_policy_named *items,
	size_t count)
{
	rq->layers[layer] = (struct lg_policy_layer_list){ items, count, true };
}

static struct lg_policy_verdict
verdict_on(struct lg_ctx *cx, const struct lg_policy_request *rq)
{
	struct lg_policy_verdict verdict;
	CHECK_OK(lg_policy_evaluate(cx, rq, &verdict));
	return verdict;
}

static void
check_denial(struct lg_ctx *cx, const struct lg_policy_request *rq, const char *end)
{
	struct lg_policy_verdict verdict = verdict_on(cx, rq);
	lg_str text, expected;
	CHECK(verdict.decision != LG_DECISION_ALLOWED);
	CHECK_OK(lg_policy_denial(cx, rq, &verdict, &text));
	CHECK_OK(lg_str_fmt(cx, &expected,
		"User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on "
		"resource: "
		"arn:aws:s3:::b/x %s",
		end));
	CHECK_STR(text, expected);
}

TEST(a_denial_names_the_layer)
{
	struct lg_ctx *cx = begin();
	static const struct {
		enum lg_policy_layer layer;
		const char *none;
		const char *deny;
	} rows[] = {
		{ LG_LAYER_CONTROL, "because no service control policy allows the s3:GetObject action",
			"with an explicit deny in a service control policy" },
		{ LG_LAYER_IDENTITY, "because no identity-based policy allows the s3:GetObject action",
			"with an explicit deny in an identity-based policy" },
		{ LG_LAYER_BOUNDARY, "because no permissions boundary allows the s3:GetObject action",
			"with an explicit deny in a permissions boundary" },
		{ LG_LAYER_SESSION, "because no session policy allows the s3:GetObject action",
			"with an explicit deny in a session policy" },
	};
	const struct lg_policy_named all = named(cx, LG_POLICY_IDENTITY, "all", ALL),
				     none = named(cx, LG_POLICY_IDENTITY, "none", NONE),
				     other = named(cx, LG_POLICY_IDENTITY, "other", OTHER);
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		struct lg_policy_request rq = request();
		put(&rq, LG_LAYER_IDENTITY, &all, 1);
		put(&rq, rows[i].layer, &other, 1);
		check_denial(cx, &rq, rows[i].none);
		put(&rq, rows[i].layer, &none, 1);
		check_denial(cx, &rq, rows[i].deny);
	}
	struct lg_policy_request rq = request();
	put(&rq, LG_LAYER_IDENTITY, &all, 1);
	rq.resource_account = LG_STR("444455556666");
	check_denial(cx, &rq, "because no resource-based policy allows the s3:GetObject action");
	lg_test_ctx_done(&t);
}

TEST(a_layer_that_is_there_and_empty_allows_nothing)
{
	struct lg_ctx *cx = begin();
	const struct lg_policy_named all = named(cx, LG_POLICY_IDENTITY, "all", ALL);
	static const enum lg_policy_layer layers[] = { LG_LAYER_CONTROL, LG_LAYER_BOUNDARY,
		LG_LAYER_SESSION };
	for (size_t i = 0; i < LG_LEN(layers); i++) {
		struct lg_policy_request rq = request();
		put(&rq, LG_LAYER_IDENTITY, &all, 1);
		CHECK(verdict_on(cx, &rq).decision == LG_DECISION_ALLOWED);
		put(&rq, layers[i], NULL, 0);
		CHECK(verdict_on(cx, &rq).decision == LG_DECISION_IMPLICIT_DENY);
		CHECK(verdict_on(cx, &rq).layer == layers[i]);
	}
	lg_test_ctx_done(&t);
}

/* GetFederationToken without session policies: nothing but what a resource gives to the session itself. */
TEST(a_federated_session_without_policies_has_what_resources_give_it)
{
	struct lg_ctx *cx = begin();
	const struct lg_policy_caller session = { .kind = LG_CALLER_FEDERATED_USER,
		.account = ann.account,
		.arn = LG_STR("arn:aws:sts::111122223333:federated-user/n"),
		.user_arn = ann.arn };
	const struct lg_policy_named
		all = named(cx, LG_POLICY_IDENTITY, "all", ALL),
		gives = named(cx, LG_POLICY_RESOURCE, "bucket",
			"{'Statement':{'Effect':'Allow','Action':'*','Resource':'*',"
			"'Principal':{'AWS':'arn:aws:sts::111122223333:federated-user/n'}}}"),
		to_user = named(cx, LG_POLICY_RESOURCE, "bucket",
			"{'Statement':{'Effect':'Allow','Action':'*','Resource':'*',"
			"'Principal':{'AWS':'arn:aws:iam::111122223333:user/ann'}}}");
	struct lg_policy_request rq = request();
	rq.caller = &session;
	put(&rq, LG_LAYER_IDENTITY, &all, 1);
	put(&rq, LG_LAYER_SESSION, NULL, 0);
	CHECK(verdict_on(cx, &rq).decision == LG_DECISION_IMPLICIT_DENY);
	put(&rq, LG_LAYER_RESOURCE, &to_user, 1);
	CHECK(verdict_on(cx, &rq).decision == LG_DECISION_IMPLICIT_DENY);
	put(&rq, LG_LAYER_RESOURCE, &gives, 1);
	CHECK(verdict_on(cx, &rq).decision == LG_DECISION_ALLOWED);
	lg_test_ctx_done(&t);
}

TEST(reasons_name_policy_statement_and_condition)
{
	struct lg_ctx *cx = begin();
	const struct lg_policy_named items[] = {
		named(cx, LG_POLICY_IDENTITY, "first", OTHER),
		named(cx, LG_POLICY_IDENTITY, "second",
			"{'Statement':[{'Effect':'Allow','Action':'iam:*','Resource':'*'},"
			"{'Sid':'Team','Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{"
			"'StringEquals':{'aws:SourceVpc':'v'},'Bool':{'aws:SecureTransport':'true'}}}]}"),
	};
	struct lg_policy_context context = { 0 };
	CHECK_OK(lg_policy_context_add(cx, &context, LG_STR("AWS:sourcevpc"), LG_STR("v")));
	struct lg_policy_request rq = request();
	rq.context = &context;
	put(&rq, LG_LAYER_IDENTITY, items, 2);
	struct lg_policy_verdict v = verdict_on(cx, &rq);
	CHECK(v.decision == LG_DECISION_IMPLICIT_DENY && v.layer == LG_LAYER_IDENTITY && v.count == 1);
	CHECK_STR(v.reasons[0].policy, LG_STR("second"));
	CHECK_STR(v.reasons[0].sid, LG_STR("Team"));
	CHECK(v.reasons[0].index == 1 && !v.reasons[0].deny && v.reasons[0].failed);
	CHECK_STR(v.reasons[0].failure.condition->key, LG_STR("aws:SecureTransport"));
	CHECK(v.reasons[0].failure.got == NULL);

	CHECK_OK(lg_policy_context_add(cx, &context, LG_STR("aws:SecureTransport"), LG_STR("false")));
	v = verdict_on(cx, &rq);
	CHECK_STR(v.reasons[0].failure.got->values[0], LG_STR("false"));
	lg_test_ctx_done(&t);
}

TEST(as_many_reasons_as_fit_are_given)
{
	struct lg_ctx *cx = begin();
	struct lg_policy_named items[LG_POLICY_MAX_REASONS + 1];
	for (size_t i = 0; i < LG_LEN(items); i++)
		items[i] = named(cx, LG_POLICY_IDENTITY, "p", NONE);
	struct lg_policy_request rq = request();
	put(&rq, LG_LAYER_IDENTITY, items, LG_LEN(items));
	struct lg_policy_verdict v = verdict_on(cx, &rq);
	CHECK(v.decision == LG_DECISION_EXPLICIT_DENY && v.count == LG_POLICY_MAX_REASONS);
	lg_test_ctx_done(&t);
}

TEST(an_action_has_a_largest_size)
{
	struct lg_ctx *cx = begin();
	char action[LG_POLICY_MAX_ACTION + 1];
	struct lg_policy_verdict verdict;
	const struct lg_policy_named all = named(cx, LG_POLICY_IDENTITY, "all", ALL);
	memset(action, 'a', sizeof(action));
	struct lg_policy_request rq = request();
	put(&rq, LG_LAYER_IDENTITY, &all, 1);
	rq.action = lg_str_from_bytes(action, LG_POLICY_MAX_ACTION);
	CHECK(verdict_on(cx, &rq).decision == LG_DECISION_ALLOWED);
	rq.action.len++;
	CHECK_CODE(lg_policy_evaluate(cx, &rq, &verdict), LG_E_TOO_LARGE);
	lg_test_ctx_done(&t);
}

/* A policy of wildcards that are dear to match, and a text that almost matches each of them. */
TEST(a_decision_that_takes_too_long_is_none)
{
	struct lg_ctx *cx = begin();
	char text[16384], document[16384];
	const char *before = "{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*'},{'Effect':'Deny',"
			     "'Action':'*','Resource':'arn:aws:s3:::*";
	size_t len = strlen(before);
	memcpy(document, before, len);
	for (size_t i = 0; i < 8000; i++)
		document[len++] = i % 2 ? 'a' : '?';
	memcpy(document + len, "b*'}]}", 7);
	memcpy(text, "arn:aws:s3:::", 13);
	memset(text + 13, 'a', sizeof(text) - 13);
	const struct lg_policy_named item = named(cx, LG_POLICY_IDENTITY, "p", document);
	struct lg_policy_request rq = request();
	struct lg_policy_verdict verdict;
	put(&rq, LG_LAYER_IDENTITY, &item, 1);
	rq.resource = lg_str_from_bytes(text, sizeof(text));
	CHECK_CODE(lg_policy_evaluate(cx, &rq, &verdict), LG_E_BUDGET);
	rq.resource.len = 1000;
	CHECK(verdict_on(cx, &rq).decision == LG_DECISION_ALLOWED);
	lg_test_ctx_done(&t);
}

TEST(a_context_has_each_key_once_and_not_too_many)
{
	struct lg_ctx *cx = begin();
	struct lg_policy_context context = { 0 };
	const lg_str value = LG_STR("v");
	CHECK_OK(lg_policy_context_add(cx, &context, LG_STR("aws:PrincipalTag/\u00e4"), value));
	CHECK_CODE(
		lg_policy_context_add(cx, &context, LG_STR("AWS:principaltag/\u00c4"), value), LG_E_EXISTS);
	CHECK_CODE(lg_policy_context_add_list(cx, &context, LG_STR("aws:principaltag/\u00c4"), &value, 1),
		LG_E_EXISTS);
	while (context.count < LG_POLICY_MAX_KEYS) {
		lg_str name;
		CHECK_OK(lg_str_fmt(cx, &name, "aws:PrincipalTag/%zu", context.count));
		CHECK_OK(lg_policy_context_add(cx, &context, name, value));
	}
	CHECK_CODE(lg_policy_context_add(cx, &context, LG_STR("aws:x"), value), LG_E_TOO_LARGE);
	const struct lg_policy_key *key = lg_policy_context_find(&context, LG_STR("AWS:PRINCIPALTAG/400"),
		lg_policy_name_hash(LG_STR("AWS:PRINCIPALTAG/400")));
	CHECK(key && !key->multi && key->count == 1);
	lg_test_ctx_done(&t);
}

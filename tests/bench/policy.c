/*
 * policy.c - decisions a second of one core, of policies with 10 and with 1,000 statements.
 *
 * The request is allowed by the last statement, and every statement may be a Deny, so all are looked at.
 * Prints one JSON object: decisions a second, and microseconds to compile, and to find in the cache.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "policy/cache.h"
#include "policy/evaluate.h"

#define MUST(call)                                                                                          \
	do {                                                                                                \
		if (lg_failed(call))                                                                        \
			abort();                                                                            \
	} while (0)

static double seconds = 1.0;

static double
now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Of ten statements: names, wildcards, variables, conditions, a Deny. */
static const char *const kinds[] = {
	"\"Effect\":\"Allow\",\"Action\":[\"s3:ListBucket\",\"s3:GetBucketLocation\"],\"Resource\":\"arn:"
	"aws:s3:::app-%u\"",
	"\"Effect\":\"Allow\",\"Action\":\"s3:*Object\",\"Resource\":\"arn:aws:s3:::app-%u/"
	"${aws:PrincipalTag/team}/*\"",
	"\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:"
	"SecureTransport\":\"false\"}}",
	"\"Effect\":\"Allow\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"arn:aws:execute-api:*:*:api%"
	"u/*/GET/*\"",
	"\"Effect\":\"Deny\",\"NotAction\":\"s3:Get*\",\"Resource\":\"arn:aws:s3:::app-%u/locked/*\"",
	"\"Effect\":\"Allow\",\"Action\":\"sqs:SendMessage\",\"Resource\":\"arn:aws:sqs:eu-west-1:"
	"111122223333:queue-%u\"",
	"\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\",\"Condition\":{\"IpAddress\":{"
	"\"aws:SourceIp\":\"10.%u.0.0/16\"}}",
	"\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"*\",\"Condition\":{\"StringLike\":{"
	"\"aws:UserAgent\":\"tool-%u*\"}}",
	"\"Effect\":\"Deny\",\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::app-%u/*\"",
	"\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::photos/"
	"${cognito-identity.amazonaws.com:sub}/%u*\"",
};

static lg_str
document(struct lg_ctx *cx, unsigned statements)
{
	struct lg_buf b = lg_buf_start(cx, LG_POLICY_MAX_BYTES);
	lg_buf_put(&b, LG_STR("{\"Version\":\"2012-10-17\",\"Statement\":["));
	for (unsigned i = 0; i < statements; i++) {
		const char *kind = kinds[i % LG_LEN(kinds)];
		lg_buf_put(&b, i ? LG_STR(",{") : LG_STR("{"));
		for (const char *at = kind; *at; at++) {
			if (at[0] == '%')
				lg_buf_int(&b, statements - 1 - i), at++;
			else
				lg_buf_byte(&b, (unsigned char)*at);
		}
		lg_buf_byte(&b, '}');
	}
	lg_buf_put(&b, LG_STR("]}"));
	lg_str text;
	MUST(lg_buf_finish(cx, &b, &text));
	return text;
}

static void
fill(struct lg_ctx *cx, struct lg_policy_context *context)
{
	static const struct lg_str_pair keys[] = {
		{ LG_STR_INIT("aws:CurrentTime"), LG_STR_INIT("2030-01-01T00:00:00Z") },
		{ LG_STR_INIT("aws:EpochTime"), LG_STR_INIT("1893456000") },
		{ LG_STR_INIT("aws:TokenIssueTime"), LG_STR_INIT("2029-12-31T23:00:00Z") },
		{ LG_STR_INIT("aws:SecureTransport"), LG_STR_INIT("true") },
		{ LG_STR_INIT("aws:SourceIp"), LG_STR_INIT("198.51.100.7") },
		{ LG_STR_INIT("aws:UserAgent"),
			LG_STR_INIT("aws-sdk-js/3.600.0 os/linux lang/js md/nodejs#20") },
		{ LG_STR_INIT("aws:RequestedRegion"), LG_STR_INIT("eu-west-1") },
		{ LG_STR_INIT("aws:PrincipalArn"), LG_STR_INIT("arn:aws:iam::111122223333:role/App") },
		{ LG_STR_INIT("aws:PrincipalAccount"), LG_STR_INIT("111122223333") },
		{ LG_STR_INIT("aws:PrincipalType"), LG_STR_INIT("AssumedRole") },
		{ LG_STR_INIT("aws:userid"),
			LG_STR_INIT("AROA3XFRBF535PLBIFPI4:CognitoIdentityCredentials") },
		{ LG_STR_INIT("aws:PrincipalTag/team"), LG_STR_INIT("blue") },
		{ LG_STR_INIT("aws:FederatedProvider"), LG_STR_INIT("cognito-identity.amazonaws.com") },
		{ LG_STR_INIT("cognito-identity.amazonaws.com:aud"),
			LG_STR_INIT("eu-west-1:aaaaaaaa-bbbb-cccc") },
		{ LG_STR_INIT("cognito-identity.amazonaws.com:sub"),
			LG_STR_INIT("eu-west-1:11111111-2222-3333") },
	};
	for (size_t i = 0; i < LG_LEN(keys); i++)
		MUST(lg_policy_context_add(cx, context, keys[i].key, keys[i].value));
}

static double
cached_us(struct lg_ctx *cx, struct lg_policy_cache *cache, lg_str text)
{
	const struct lg_policy *kept;
	double start = now_s();
	for (int i = 0; i < 1000; i++)
		MUST(lg_policy_cache_get(cx, cache, LG_POLICY_IDENTITY, text, &kept));
	return (now_s() - start) * 1e3;
}

static void
measure(struct lg_ctx *cx, struct lg_policy_cache *cache, unsigned statements)
{
	static const struct lg_policy_caller caller = { .kind = LG_CALLER_ROLE,
		.account = LG_STR_INIT("111122223333"),
		.arn = LG_STR_INIT("arn:aws:sts::111122223333:assumed-role/App/s"),
		.role_arn = LG_STR_INIT("arn:aws:iam::111122223333:role/App") };
	lg_str text = document(cx, statements);
	struct lg_policy *policy;
	double start = now_s();
	MUST(lg_policy_compile(cx, LG_POLICY_IDENTITY, text, &policy));
	double compile_us = (now_s() - start) * 1e6;

	struct lg_policy_context context = { 0 };
	fill(cx, &context);
	const struct lg_policy_named named = { policy, LG_STR("app") };
	struct lg_policy_request rq = { .action = LG_STR("s3:GetObject"),
		.resource = LG_STR("arn:aws:s3:::photos/eu-west-1:11111111-2222-3333/0001.jpg"),
		.caller = &caller,
		.context = &context };
	rq.layers[LG_LAYER_IDENTITY] = (struct lg_policy_layer_list){ &named, 1, true };
	struct lg_policy_verdict verdict;
	long count = 0;
	double end;
	start = now_s();
	do {
		for (int i = 0; i < 16; i++, count++) {
			MUST(lg_policy_evaluate(cx, &rq, &verdict));
			if (verdict.decision != LG_DECISION_ALLOWED ||
				verdict.reasons[0].index != statements - 1)
				abort();
		}
		end = now_s();
	} while (end - start < seconds);

	printf("%s\"policy_%u\": %.1f, \"policy_%u_compile_us\": %.1f", statements > 10 ? ", " : "{",
		statements, (double)count / (end - start), statements, compile_us);
	if (text.len <= LG_POLICY_CACHE_MAX_DOCUMENT)
		printf(", \"policy_%u_cached_us\": %.2f", statements, cached_us(cx, cache, text));
	lg_ctx_done(cx);
	lg_policy_free(policy);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		seconds = atof(argv[1]);
	lg_json_global_init();
	struct lg_arena *arena;
	struct lg_policy_cache *cache;
	MUST(lg_arena_new((size_t)1 << 30, &arena));
	MUST(lg_policy_cache_new((size_t)64 << 20, &cache));
	struct lg_ctx cx = { .arena = arena };
	measure(&cx, cache, 10);
	measure(&cx, cache, 1000);
	puts("}");
	lg_policy_cache_free(cache);
	lg_arena_free(arena);
	return 0;
}

/*
 * authorizer.c - what a decision about a signed request costs: a session of a role whose policy has ten
 * statements, all of which are looked at, and the hashes that its signature takes, alone.
 *
 *   authorizer SECONDS
 *
 * Prints one JSON object: microseconds of either.
 */
#include "authorizer/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/runtime.h"
#include "base/buf.h"
#include "codec/bytes.h"
#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_role.h"
#include "domain/iam/sts.h"
#include "token/sigv4.h"

#define ARENA_MAX ((size_t)64 << 20)
#define PROVIDER "cognito-identity.amazonaws.com"
#define TRUST                                                                                               \
	"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"Federated\":"     \
	"\"" PROVIDER                                                                                       \
	"\"},\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Condition\":{\"StringEquals\":{\"" PROVIDER     \
	":aud\":\"pool\"}}}}"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static struct lg_runtime runtime;

#define MUST(call)                                                                                          \
	do {                                                                                                \
		const lg_status must_ = (call);                                                             \
		if (lg_failed(must_)) {                                                                     \
			fprintf(stderr, "%s: %.*s\n", #call, LG_FMT(lg_failure_text(cx, must_.code)));      \
			exit(1);                                                                            \
		}                                                                                           \
	} while (0)

static double
now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
open_runtime(struct lg_ctx *cx, char *folder, char *file)
{
	static struct lg_cli cli;
	static struct lg_settings_read read;
	char *words[] = { "authorizer", "serve", "--dev", "--data", folder, "--config", file };
	MUST(lg_cli_parse(cx, (int)LG_LEN(words), words, &cli));
	MUST(lg_settings_load(cx, &cli, environ, &read));
	MUST(lg_runtime_settings(cx, &read, 9500, &runtime));
	MUST(lg_runtime_open(cx, &read, 0, &runtime));
	cx->now = lg_clock_now(&runtime.clock);
}

/* The request is allowed by the last statement; every other one has to be looked at, for it may deny. */
static lg_str
ten_statements(struct lg_ctx *cx)
{
	lg_str text;
	struct lg_buf b = lg_buf_start(cx, LG_POLICY_MAX_BYTES);
	lg_buf_put(&b, LG_STR("{\"Version\":\"2012-10-17\",\"Statement\":["));
	for (unsigned i = 0; i < 9; i++)
		lg_buf_fmt(&b,
			"{\"Effect\":\"%s\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"arn:aws:"
			"execute-api:"
			"*:*:local/*/GET/area%u/${" PROVIDER ":sub}/*\",\"Condition\":{\"StringLike\":{"
			"\"aws:UserAgent\":\"tool-%u*\"}}},",
			i % 3 ? "Allow" : "Deny", i, i);
	lg_buf_put(&b, LG_STR("{\"Effect\":\"Allow\",\"Action\":\"execute-api:Invoke\",\"Resource\":"
			      "\"arn:aws:execute-api:*:*:local/*/GET/pets/*\"}]}"));
	MUST(lg_buf_finish(cx, &b, &text));
	return text;
}

static struct lg_aws_credentials
make_session(struct lg_ctx *cx)
{
	struct lg_iam_role *role;
	const struct lg_iam_create_role_request create = { .role_name = LG_STR("bench"),
		.assume_role_policy_document = LG_STR(TRUST),
		.path = LG_STR("/") };
	MUST(lg_iam_role_create(cx, &runtime.env, &create, &role));
	MUST(lg_iam_inside_put(
		cx, &runtime.env, LG_IAM_ROLE, LG_STR("bench"), LG_STR("ten"), ten_statements(cx)));
	static lg_str pool = LG_STR_INIT("pool"), sub = LG_STR_INIT("us-east-1:1");
	const struct lg_rec_aws_claim claims[] = {
		{ .key = LG_STR(PROVIDER ":aud"), .values = { &pool, 1, true } },
		{ .key = LG_STR(PROVIDER ":sub"), .values = { &sub, 1, true } },
	};
	const struct lg_web_identity who = {
		.provider = LG_STR(PROVIDER), .claims = claims, .claim_count = 2
	};
	const struct lg_sts_wish wish = { .role_arn = role->arn, .session_name = LG_STR("bench") };
	const struct lg_call_facts facts = { .region = LG_STR("us-east-1") };
	struct lg_sts_session session;
	MUST(lg_sts_assume_web_identity(cx, &runtime.env, &wish, &who, &facts, &session));
	return session.credentials;
}

/* What a signature is made of: one digest of the request, and five keyed ones. */
static lg_str
signature_of(
	struct lg_ctx *cx, lg_str secret, const struct lg_sigv4_claim *claim, lg_str canonical, lg_str text)
{
	unsigned char key[LG_SHA256_SIZE];
	lg_str first, hex;
	lg_sha256(&canonical, 1, key);
	MUST(lg_str_concat(cx, (const lg_str[]){ LG_STR("AWS4"), secret }, 2, &first));
	lg_hmac_sha256(first, &claim->date, 1, key);
	const lg_str rest[] = { claim->region, claim->service, LG_STR("aws4_request"), text };
	for (size_t i = 0; i < LG_LEN(rest); i++)
		lg_hmac_sha256(lg_str_from_bytes(key, sizeof(key)), &rest[i], 1, key);
	MUST(lg_hex_encode(cx, lg_str_from_bytes(key, sizeof(key)), &hex));
	return hex;
}

struct signed_request {
	struct lg_ask ask;
	struct lg_sigv4_claim claim;
	struct lg_sigv4_texts texts;
	lg_str secret;
};

/* A GET of an API, as nginx tells of it. */
static struct signed_request
sign(struct lg_ctx *cx, const struct lg_aws_credentials *keys)
{
	static struct lg_str_pair headers[6];
	struct signed_request r = { .secret = keys->secret };
	char date[LG_TIME_RFC3339_SIZE], *to = date;
	lg_time_rfc3339(lg_clock_real(&runtime.clock), date);
	for (const char *from = date; *from; from++)
		if (*from != '-' && *from != ':')
			*to++ = *from;
	lg_str amz_date, authorization;
	MUST(lg_str_dup(cx, lg_str_from_bytes(date, (size_t)(to - date)), &amz_date));
	r.claim = (struct lg_sigv4_claim){ .access_key_id = keys->access_key_id,
		.date = lg_str_slice(amz_date, 0, 8),
		.region = LG_STR("us-east-1"),
		.service = LG_STR("execute-api"),
		.signed_headers = LG_STR("host;x-amz-date;x-amz-security-token"),
		.amz_date = amz_date,
		.time = lg_clock_real(&runtime.clock) };
	headers[0] = (struct lg_str_pair){ LG_STR("host"), LG_STR("api.example.com") };
	headers[1] = (struct lg_str_pair){ LG_STR("X-Amz-Date"), amz_date };
	headers[2] = (struct lg_str_pair){ LG_STR("X-Amz-Security-Token"), keys->token };
	headers[3] = (struct lg_str_pair){ LG_STR("User-Agent"), LG_STR("bench/1.0") };
	headers[4] = (struct lg_str_pair){ LG_STR("Accept"), LG_STR("*/*") };
	const struct lg_sigv4_request request = { .method = LG_STR("GET"),
		.path = LG_STR("/pets/1"),
		.headers = { headers, 5, true },
		.payload = LG_STR(EMPTY) };
	MUST(lg_sigv4_prepare(cx, &request, &r.claim, r.claim.service, r.claim.time, &r.texts));
	MUST(lg_str_fmt(cx, &authorization,
		"AWS4-HMAC-SHA256 Credential=%.*s/%.*s/us-east-1/execute-api/aws4_request, "
		"SignedHeaders=%.*s, "
		"Signature=%.*s",
		LG_FMT(keys->access_key_id), LG_FMT(r.claim.date), LG_FMT(r.claim.signed_headers),
		LG_FMT(signature_of(cx, r.secret, &r.claim, r.texts.canonical[0], r.texts.to_sign[0]))));
	headers[5] = (struct lg_str_pair){ LG_STR("Authorization"), authorization };
	r.ask = (struct lg_ask){ .method = request.method,
		.host = headers[0].value,
		.scheme = LG_STR("https"),
		.peer = LG_STR("198.51.100.7"),
		.headers = { headers, 6, true },
		.body_known = LG_BODY_NONE };
	MUST(lg_path_read(cx, request.path, &r.ask.path));
	return r;
}

static void
decide(struct lg_ctx *cx, const struct signed_request *r)
{
	struct lg_authz_answer answer;
	MUST(lg_authz_decide(cx, &runtime.env, &runtime.gateway.authorizers, &r->ask, true, &answer));
	if (answer.status != 200) {
		fprintf(stderr, "refused: %.*s\n", LG_FMT(answer.reason));
		exit(1);
	}
}

static void
hash(struct lg_ctx *cx, const struct signed_request *r)
{
	(void)signature_of(cx, r->secret, &r->claim, r->texts.canonical[0], r->texts.to_sign[0]);
}

/* Microseconds of one. */
static double
measure(const struct signed_request *r, double seconds,
	void (*what)(struct lg_ctx *, const struct signed_request *))
{
	struct lg_arena *arena;
	if (lg_failed(lg_arena_new(ARENA_MAX, &arena)) || !lg_arena_alloc(arena, 1))
		exit(1);
	const struct lg_arena_mark empty = lg_arena_mark(arena);
	const double begin = now_s();
	unsigned long count = 0;
	double took;
	while ((took = now_s() - begin) < seconds) {
		for (int i = 0; i < 100; i++) {
			struct lg_ctx cx = { .arena = arena,
				.random = &lg_random_kernel,
				.now = lg_clock_now(&runtime.clock) };
			what(&cx, r);
			lg_ctx_done(&cx);
			lg_arena_rewind(arena, empty);
		}
		count += 100;
	}
	lg_arena_free(arena);
	return took * 1e6 / (double)count;
}

int
main(int argc, char **argv)
{
	char folder[] = "/tmp/lifeguard-bench-XXXXXX", file[64], command[128];
	struct lg_arena *arena;
	if (argc != 2 || !mkdtemp(folder) || lg_failed(lg_arena_new(ARENA_MAX, &arena)))
		return 2;
	const double seconds = atof(argv[1]);
	struct lg_ctx request = { .arena = arena, .random = &lg_random_kernel }, *cx = &request;
	snprintf(file, sizeof(file), "%s/settings.ini", folder);
	FILE *settings = fopen(file, "w");
	if (!settings)
		return 2;
	fputs("[authorizer signed]\nkind = iam\n[route api]\nauthorizer = signed\n", settings);
	fclose(settings);
	open_runtime(cx, folder, file);
	const struct lg_aws_credentials keys = make_session(cx);
	const struct signed_request r = sign(cx, &keys);
	measure(&r, 0.2, decide);
	const double decision = measure(&r, seconds, decide), hashes = measure(&r, seconds, hash);
	printf("{\"decision_us\": %.2f, \"hashes_us\": %.2f}\n", decision, hashes);
	lg_ctx_done(cx);
	lg_runtime_close(&runtime);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) ? 1 : 0;
}

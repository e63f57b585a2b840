#include "tests/wire/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "db/postgres.h"
#include "db/sqlite.h"
#include "domain/grant/access_cache.h"
#include "domain/grant/issuer.h"
#include "domain/iam/iam_item.h"
#include "domain/pool/pool.h"
#include "gen/sql.h"
#include "page/post.h"
#include "page/route.h"
#include "policy/cache.h"
#include "tests/lib/test.h"
#include "tests/wire/query.h"
#include "token/saml_signature.h"
#include "token/sigv4.h"

static void
must(struct lg_ctx *cx, lg_status s, const char *what)
{
	if (!lg_failed(s))
		return;
	const lg_str text = lg_failure_text(cx, s.code);
	fprintf(stderr, "wire: %s: %s %.*s\n", what, lg_error_info(s.code)->name, LG_FMT(text));
	exit(2);
}

static void
fill(struct lg_random *base, void *ret, size_t len)
{
	struct world_random *random = (struct world_random *)base;
	unsigned char *at = ret;
	pthread_mutex_lock(&random->lock);
	for (size_t i = 0; i < len; i++) {
		random->state ^= random->state >> 12;
		random->state ^= random->state << 25;
		random->state ^= random->state >> 27;
		at[i] = (unsigned char)((random->state * UINT64_C(2685821657736338717)) >> 56);
	}
	pthread_mutex_unlock(&random->lock);
}

static int64_t
stands_still(struct lg_clock *self)
{
	(void)self;
	return LG_TEST_NOW_MS;
}

static lg_str
kept(struct lg_arena *arena, lg_str s)
{
	if (!s.ptr)
		return LG_STR_NONE;
	char *copy = lg_arena_alloc(arena, s.len + 1);
	if (!copy)
		abort();
	memcpy(copy, s.ptr, s.len);
	return (lg_str){ copy, s.len };
}

static lg_status
keep_message(struct lg_messenger *base, struct lg_ctx *cx, const struct lg_message *m)
{
	struct world_messenger *self = (struct world_messenger *)base;
	pthread_mutex_lock(&self->lock);
	const bool ok = !self->broken && self->count < WORLD_MAX_MESSAGES;
	if (ok && !m->nobody)
		self->items[self->count++] = (struct lg_message){
			.medium = kept(self->arena, m->medium),
			.pool_id = kept(self->arena, m->pool_id),
			.username = kept(self->arena, m->username),
			.sub = kept(self->arena, m->sub),
			.to = kept(self->arena, m->to),
			.purpose = kept(self->arena, m->purpose),
			.subject = kept(self->arena, m->subject),
			.body = kept(self->arena, m->body),
			.code = kept(self->arena, m->code),
			.link = kept(self->arena, m->link),
		};
	pthread_mutex_unlock(&self->lock);
	return ok ? LG_OK : lg_fail(cx, LG_E_CODE_DELIVERY_FAILURE, "The messenger is switched off.");
}

static struct lg_db *
open_db(struct lg_ctx *cx, struct world *world)
{
	struct lg_db *db;
	const lg_str postgres = lg_str_from_c(getenv("LIFEGUARD_TEST_STORE"));
	if (lg_str_starts(postgres, LG_STR("postgres:"))) {
		must(cx,
			lg_postgres_open(
				cx, lg_str_slice(postgres, 9, postgres.len), lg_queries, LG_Q_COUNT, &db),
			"PostgreSQL");
		return db;
	}
	strcpy(world->folder, "/tmp/lifeguard-wire.XXXXXX");
	if (!mkdtemp(world->folder))
		must(cx, lg_fail(cx, LG_E_IO, "no temporary folder"), "SQLite");
	lg_str path;
	must(cx, lg_str_fmt(cx, &path, "%s/data.db", world->folder), "SQLite");
	must(cx, lg_sqlite_open(cx, path, lg_queries, LG_Q_COUNT, &db), "SQLite");
	return db;
}

static void
open_parts(struct lg_ctx *cx, struct world *world)
{
	LG_CLEANUP(lg_secret_done) struct lg_secret master = { 0 };
	must(cx, lg_secret_copy(LG_STR("the same key in every test run.."), &master), "key");
	must(cx, lg_store_open(cx, open_db(cx, world), &master, LG_STORE_DEV, &world->env.store), "store");
	must(cx, lg_store_clear(world->env.store, cx), "store");
	must(cx, lg_keyholder_new(lg_store_keyring(world->env.store), &world->env.keys), "key holder");
	must(cx, lg_pools_new(&world->env, &world->env.pools), "pools");
	must(cx, lg_memo_new(&lg_access_cache_form, &world->env.access_cache), "access tokens");
	must(cx, lg_saml_global_init(), "xmlsec1");
	must(cx, lg_policy_cache_new((size_t)8 << 20, &world->env.policies), "policies");
	must(cx, lg_issuers_new(&world->env.issuers), "issuers");
	world->env.fetcher = &world->providers.port;
}

void
world_open(struct world *world)
{
	static lg_str any_region[] = { LG_STR_INIT("*") };
	static lg_str saml_places[] = { LG_STR_INIT("https://signin.aws.amazon.com/saml"),
		LG_STR_INIT("urn:amazon:webservices") };
	*world = (struct world){
		.settings = {
			.dev = true,
			.public_url = LG_STR("http://localhost:9500"),
			.region = LG_STR("us-east-1"),
			.regions = { .items = any_region, .count = 1, .has = true },
			.account = LG_STR("123456789012"),
			.saml_recipients = { .items = saml_places, .count = 1, .has = true },
			.saml_audiences = { .items = saml_places + 1, .count = 1, .has = true },
			.root_key = { LG_STR("AKIAROOTROOTROOTROOT"),
				LG_STR("wire/test/secret/of/the/account/root/key") },
		},
		.clock = { .now_ms = stands_still },
		.random = { .base = { .fill = fill }, .state = 88172645463325252U },
		.messenger = { .base = { .send = keep_message } },
	};
	pthread_mutex_init(&world->random.lock, NULL);
	pthread_mutex_init(&world->messenger.lock, NULL);
	functions_init(&world->functions);
	providers_init(&world->providers);
	lg_json_global_init();

	struct lg_ctx cx = { .random = &world->random.base };
	must(&cx, lg_arena_new((size_t)256 << 20, &world->arena), "memory");
	must(&cx, lg_arena_new((size_t)64 << 20, &world->messenger.arena), "memory");
	cx.arena = world->arena;
	cx.now = lg_clock_now(&world->clock);
	world->messenger.items = lg_new_array(&cx, struct lg_message, WORLD_MAX_MESSAGES);

	world->env.clock = &world->clock;
	world->env.settings = &world->settings;
	world->env.post_page = &lg_page_post;
	world->env.messenger = &world->messenger.base;
	world->front = (struct lg_front){ .env = &world->env, .health = true, .pages = lg_pages_answer };
	open_parts(&cx, world);
	lg_ctx_done(&cx);
}

void
world_close(struct world *world)
{
	lg_pools_free(world->env.pools);
	lg_memo_free(world->env.access_cache);
	lg_policy_cache_free(world->env.policies);
	lg_issuers_free(world->env.issuers);
	providers_done(&world->providers);
	lg_keyholder_free(world->env.keys);
	lg_store_close(world->env.store);
	if (world->folder[0]) {
		static const char *const files[] = { "data.db", "data.db-wal", "data.db-shm" };
		char path[128];
		for (size_t i = 0; i < LG_LEN(files); i++) {
			snprintf(path, sizeof(path), "%s/%s", world->folder, files[i]);
			unlink(path);
		}
		rmdir(world->folder);
	}
	lg_arena_free(world->messenger.arena);
	lg_arena_free(world->arena);
}

const struct saml_idp *
world_saml_idp(struct world *world)
{
	struct lg_ctx cx = {
		.arena = world->arena, .random = &world->random.base, .now = lg_clock_now(&world->clock)
	};
	if (!world->saml_idp.private_der.ptr)
		saml_idp_make(&cx, &world->saml_idp);
	return &world->saml_idp;
}

void
world_clear_account(struct world *world)
{
	const lg_str kinds[] = { LG_IAM_ROLE, LG_IAM_USER, LG_IAM_POLICY, LG_IAM_KEY, LG_IAM_OIDC,
		LG_IAM_SAML };
	if (!world->account_used)
		return;
	struct lg_ctx cx = { .random = &world->random.base, .now = lg_clock_now(&world->clock) };
	struct lg_batch *batch;
	must(&cx, lg_arena_new((size_t)1 << 20, &cx.arena), "memory");
	must(&cx, lg_store_batch(world->env.store, &cx, &batch), "account");
	for (size_t i = 0; i < LG_LEN(kinds); i++)
		lg_store_item_drop_kind(batch, LG_IAM_POOL, kinds[i]);
	must(&cx, lg_store_commit(batch), "account");
	lg_pools_drop(world->env.pools, LG_IAM_POOL);
	lg_ctx_done(&cx);
	lg_arena_free(cx.arena);
	world->account_used = false;
}

void
exchange_begin(struct world *world, struct exchange *x)
{
	*x = (struct exchange){ .cx = { .random = &world->random.base,
					.now = lg_clock_now(&world->clock) } };
	must(&x->cx, lg_arena_new((size_t)16 << 20, &x->arena), "memory");
	x->cx.arena = x->arena;
	x->req.headers.items = lg_new_array(&x->cx, struct lg_str_pair, LG_HTTP_MAX_HEADERS);
	x->req.headers.has = true;
	x->req.peer = LG_STR("127.0.0.1");
	x->req.host = LG_STR("localhost:9500");
	exchange_header(x, LG_STR("Host"), x->req.host);
	exchange_header(x, LG_STR("User-Agent"), LG_STR("run_wire"));
}

void
exchange_header(struct exchange *x, lg_str name, lg_str value)
{
	if (lg_str_eq_nocase(name, LG_STR("User-Agent")))
		for (size_t i = 0; i < x->req.headers.count; i++)
			if (lg_str_eq_nocase(x->req.headers.items[i].key, name)) {
				x->req.headers.items[i].value = value;
				return;
			}
	if (x->req.headers.count == LG_HTTP_MAX_HEADERS)
		abort();
	x->req.headers.items[x->req.headers.count++] = (struct lg_str_pair){ name, value };
	if (lg_str_eq_nocase(name, LG_STR("Host")))
		x->req.host = value;
}

/* A body that comes in parts, in small ones, as the server hands them over. What refuses it, 0 = nothing. */
static int
stream_body(struct world *world, struct exchange *x)
{
	size_t max;
	void *stream = NULL;
	int status = lg_front_stream(&world->front, &x->cx, &x->req, &stream, &max);
	if (status != 200)
		return status;
	x->req.stream = stream;
	status = x->req.body.len > max ? 413 : 0;
	for (size_t at = 0; at < x->req.body.len && !status; at += WORLD_PART_BYTES)
		status = lg_front_part(&world->front, &x->cx, &x->req,
			lg_str_slice(x->req.body, at, at + WORLD_PART_BYTES));
	x->req.body = LG_STR_NONE;
	return status;
}

void
exchange_send(struct world *world, struct exchange *x)
{
	if (x->operation && x->operation->api == LG_API_IAM)
		world->account_used = true;
	lg_str path = x->req.target;
	x->req.path = lg_str_cut(&path, '?');
	x->req.query = path;
	const int refused = stream_body(world, x);
	if (refused)
		lg_front_refuse(&world->front, &x->cx, &x->req, refused, &x->answer);
	else if (!lg_front_inline(&world->front, &x->cx, &x->req, &x->answer))
		lg_front_answer(&world->front, &x->cx, &x->req, &x->answer);

	json_t *body;
	const char *wrong = NULL;
	if (x->operation && query_api(x->operation->api))
		x->body = query_answer(&x->cx, x->operation, x->answer.body, &wrong);
	else if (!lg_failed(lg_json_parse(&x->cx, x->answer.body, &body)))
		x->body = body;
	if (wrong)
		x->error = lg_str_from_c(wrong);
	else if (x->answer.status != 200)
		x->error = lg_json_member_text(x->body, LG_STR("__type"));
}

void
exchange_end(struct exchange *x)
{
	lg_ctx_done(&x->cx);
	lg_arena_free(x->arena);
	x->arena = NULL;
}

lg_str
exchange_answer_header(const struct exchange *x, lg_str name)
{
	for (size_t i = 0; i < x->answer.header_count; i++)
		if (lg_str_eq_nocase(x->answer.headers[i].name, name))
			return x->answer.headers[i].value;
	return LG_STR_NONE;
}

static const struct {
	lg_str target;
	lg_str service;
} services[] = {
	[LG_API_IDP] = { LG_STR_INIT("AWSCognitoIdentityProviderService"), LG_STR_INIT("cognito-idp") },
	[LG_API_IDENTITY] = { LG_STR_INIT("AWSCognitoIdentityService"), LG_STR_INIT("cognito-identity") },
	[LG_API_STS] = { LG_STR_INIT(""), LG_STR_INIT("sts") },
	[LG_API_IAM] = { LG_STR_INIT(""), LG_STR_INIT("iam") },
};

void
exchange_call(struct exchange *x, const struct lg_operation *operation, lg_str body)
{
	x->req.method = LG_STR("POST");
	x->req.target = LG_STR("/");
	x->req.body = body;
	x->operation = operation;
	if (query_api(operation->api)) {
		exchange_header(x, LG_STR("Content-Type"), LG_STR("application/x-www-form-urlencoded"));
	} else {
		lg_str target;
		must(&x->cx,
			lg_str_concat(&x->cx,
				(lg_str[]){ services[operation->api].target, LG_STR("."), operation->name },
				3, &target),
			"target");
		exchange_header(x, LG_STR("Content-Type"), LG_STR("application/x-amz-json-1.1"));
		exchange_header(x, LG_STR("X-Amz-Target"), target);
	}
}

#define SIGNED_AT "20261106T090503Z"
#define SIGNED_ON "20261106"

static lg_str
authorization(
	struct exchange *x, const struct exchange_key *key, lg_str region, lg_str service, lg_str signature)
{
	const bool target = lg_str_present(lg_http_header(&x->req, LG_STR("X-Amz-Target")));
	const bool token = lg_str_present(key->token) && !key->token_unsigned;
	lg_str value;
	must(&x->cx,
		lg_str_fmt(&x->cx, &value,
			"AWS4-HMAC-SHA256 Credential=%.*s/" SIGNED_ON
			"/%.*s/%.*s/aws4_request, SignedHeaders=host;x-amz-date%s%s, "
			"Signature=%.*s",
			LG_FMT(key->id), LG_FMT(region), LG_FMT(service),
			token ? ";x-amz-security-token" : "", target ? ";x-amz-target" : "",
			LG_FMT(signature)),
		"signature");
	return value;
}

/*
 * What a client with this secret puts there. The verifier builds the text; the vectors of unit tests check
 * the verifier.
 */
static lg_str
true_signature(struct world *world, struct exchange *x, lg_str service, lg_str secret)
{
	const struct lg_sigv4_request request = { .method = x->req.method,
		.path = x->req.target,
		.headers = x->req.headers,
		.body = x->req.body };
	struct lg_sigv4_claim claim;
	lg_str canonical = LG_STR_NONE, text = LG_STR_NONE, ret;
	must(&x->cx, lg_sigv4_parse(&x->cx, &request, &claim), "signature");
	(void)!lg_failed(lg_sigv4_verify(
		&x->cx, &request, &claim, secret, service, lg_clock_real(&world->clock), &canonical, &text));

	lg_str start;
	must(&x->cx, lg_str_concat(&x->cx, (lg_str[]){ LG_STR("AWS4"), secret }, 2, &start), "signature");
	const lg_str steps[] = { LG_STR(SIGNED_ON), claim.region, claim.service, LG_STR("aws4_request"),
		text };
	unsigned char key[LG_SHA256_SIZE], next[LG_SHA256_SIZE];
	for (size_t i = 0; i < LG_LEN(steps); i++) {
		lg_hmac_sha256(i ? lg_str_from_bytes(key, sizeof(key)) : start, &steps[i], 1, next);
		memcpy(key, next, sizeof(key));
	}
	must(&x->cx, lg_hex_encode(&x->cx, lg_str_from_bytes(key, sizeof(key)), &ret), "signature");
	return ret;
}

void
exchange_sign(struct world *world, struct exchange *x, const struct lg_operation *operation, lg_str region,
	const struct exchange_key *given)
{
	const lg_str service = services[operation->api].service;
	const struct lg_root_key *root = &world->settings.root_key;
	struct exchange_key key = *given;
	if (!lg_str_present(key.id))
		key.id = world->settings.dev ? LG_STR("AKIDEXAMPLE") : root->access_key_id;
	if (!lg_str_present(key.secret) && !world->settings.dev && lg_str_eq(key.id, root->access_key_id))
		key.secret = root->secret;
	exchange_header(x, LG_STR("X-Amz-Date"), LG_STR(SIGNED_AT));
	if (lg_str_present(key.token))
		exchange_header(x, LG_STR("X-Amz-Security-Token"), key.token);
	const lg_str zeros = LG_STR("0000000000000000000000000000000000000000000000000000000000000000");
	exchange_header(x, LG_STR("Authorization"), authorization(x, &key, region, service, zeros));
	if (lg_str_present(key.secret))
		x->req.headers.items[x->req.headers.count - 1].value = authorization(
			x, &key, region, service, true_signature(world, x, service, key.secret));
}

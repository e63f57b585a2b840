#include "tests/lib/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/json.h"
#include "crypto/pwhash.h"
#include "db/sqlite.h"
#include "domain/grant/access_cache.h"
#include "domain/pool/pool_admin.h"
#include "domain/user/user.h"
#include "gen/sql.h"
#include "proto/dev.h"
#include "proto/dev_demo.h"
#include "proto/inbox.h"
#include "store/config.h"

struct fixture {
	struct lg_test_ctx t;
	char path[64];
	struct lg_secret master;
	struct lg_clock clock;
	struct lg_settings settings;
	struct lg_inbox *inbox;
	struct lg_env env;
};

static int64_t
fixed_now(struct lg_clock *clock)
{
	(void)clock;
	return LG_TEST_NOW_MS;
}

static void
prepare(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	lg_test_ctx_init(&f->t);
	lg_json_global_init();
	CHECK_OK(lg_crypto_global_init());
	f->clock.now_ms = fixed_now;
	f->settings = (struct lg_settings){ .dev = true,
		.demo_pool = true,
		.public_url = LG_STR("http://localhost:9500"),
		.region = LG_STR("us-east-1"),
		.account = LG_STR("123456789012") };
	CHECK_OK(lg_inbox_new(&f->inbox));
	f->env = (struct lg_env){
		.clock = &f->clock, .settings = &f->settings, .messenger = lg_inbox_messenger(f->inbox)
	};

	strcpy(f->path, "/tmp/lg-dev-XXXXXX");
	CHECK(mkdtemp(f->path));
	lg_str file;
	CHECK_OK(lg_str_fmt(&f->t.cx, &file, "%s/db", f->path));
	CHECK_OK(lg_secret_new(32, &f->master));
	struct lg_db *db;
	CHECK_OK(lg_sqlite_open(&f->t.cx, file, lg_queries, LG_Q_COUNT, &db));
	CHECK_OK(lg_store_open(&f->t.cx, db, &f->master, LG_STORE_DEV, &f->env.store));
	CHECK_OK(lg_keyholder_new(lg_store_keyring(f->env.store), &f->env.keys));
	CHECK_OK(lg_pools_new(&f->env, &f->env.pools));
	CHECK_OK(lg_memo_new(&lg_access_cache_form, &f->env.access_cache));
}

static void
finish(struct fixture *f)
{
	lg_ctx_done(&f->t.cx);
	lg_pools_free(f->env.pools);
	lg_memo_free(f->env.access_cache);
	lg_keyholder_free(f->env.keys);
	lg_store_close(f->env.store);
	lg_inbox_free(f->inbox);
	lg_secret_done(&f->master);
	static const char *const names[] = { "db", "db-wal", "db-shm" };
	for (size_t i = 0; i < LG_LEN(names); i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", f->path, names[i]);
		unlink(path);
	}
	rmdir(f->path);
	lg_test_ctx_done(&f->t);
}

static struct lg_http_answer
ask(struct fixture *f, lg_str method, lg_str path, lg_str query, lg_str type, lg_str body)
{
	struct lg_str_pair *header = lg_new(&f->t.cx, struct lg_str_pair);
	CHECK(header);
	*header = (struct lg_str_pair){ LG_STR("Content-Type"), type };
	const struct lg_http_req req = { .method = method,
		.path = path,
		.query = query,
		.headers = { header, lg_str_present(type), true },
		.body = body };
	struct lg_http_answer answer = { 0 };
	CHECK(lg_dev_answer(&f->env, &f->t.cx, &req, &answer));
	return answer;
}

static struct lg_http_answer
get(struct fixture *f, lg_str path, lg_str query)
{
	return ask(f, LG_STR("GET"), path, query, LG_STR_NONE, LG_STR(""));
}

static struct lg_http_answer
post(struct fixture *f, lg_str path, lg_str body)
{
	return ask(f, LG_STR("POST"), path, LG_STR_NONE, LG_STR("application/json"), body);
}

static json_t *
json_of(struct fixture *f, const struct lg_http_answer *answer)
{
	json_t *tree;
	CHECK(answer->status == 200);
	CHECK_OK(lg_json_parse(&f->t.cx, answer->body, &tree));
	return tree;
}

static void
deliver(struct fixture *f, const char *user, const char *to, const char *purpose)
{
	const struct lg_message message = { .medium = LG_STR("EMAIL"),
		.pool_id = LG_DEMO_POOL,
		.username = lg_str_from_c(user),
		.sub = LG_STR("76c25234-b041-70f2-8ba4-caf538363b35"),
		.to = lg_str_from_c(to),
		.purpose = lg_str_from_c(purpose),
		.subject = LG_STR("<Subject>"),
		.body = LG_STR("Your code is 123456"),
		.code = LG_STR("123456") };
	CHECK_OK(f->env.messenger->send(f->env.messenger, &f->t.cx, &message));
}

#define INBOX LG_STR("/_lifeguard/inbox")
#define MESSAGES LG_STR("/_lifeguard/inbox/messages")
#define CLOCK LG_STR("/_lifeguard/clock")
#define RESET LG_STR("/_lifeguard/reset")

TEST(messages_are_listed_newest_first_and_filtered_exactly)
{
	struct fixture f;
	prepare(&f);
	deliver(&f, "ada", "ada@example.com", "signup");
	deliver(&f, "bob", "bob@example.com", "forgot");
	struct lg_http_answer answer = get(&f, MESSAGES, LG_STR_NONE);
	json_t *all = json_of(&f, &answer);
	CHECK(json_array_size(all) == 2);
	const json_t *first = json_array_get(all, 0);
	CHECK_STR(lg_json_member_text(first, LG_STR("user")), LG_STR("bob"));
	CHECK_STR(lg_json_member_text(first, LG_STR("pool")), LG_DEMO_POOL);
	CHECK_STR(lg_json_member_text(first, LG_STR("code")), LG_STR("123456"));
	CHECK(json_is_null(json_object_get(first, "link")));
	CHECK(json_integer_value(json_object_get(first, "time")) == LG_TEST_NOW_MS);
	CHECK(json_object_size(first) == 11);

	static const struct {
		lg_str query;
		size_t count;
	} cases[] = {
		{ LG_STR_INIT("to=ada%40example.com"), 1 },
		{ LG_STR_INIT("to=ada"), 0 },
		{ LG_STR_INIT("user=ada"), 1 },
		{ LG_STR_INIT("user=76c25234-b041-70f2-8ba4-caf538363b35"), 2 },
		{ LG_STR_INIT("purpose=forgot&to="), 1 },
		{ LG_STR_INIT("pool=us-east-1_Lifeguard&purpose=signup&user=bob"), 0 },
		{ LG_STR_INIT("pool=us-east-1_Other"), 0 },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		answer = get(&f, MESSAGES, cases[i].query);
		CHECK(json_array_size(json_of(&f, &answer)) == cases[i].count);
	}
	CHECK(get(&f, MESSAGES, LG_STR("to=%zz")).status == 400);
	finish(&f);
}

TEST(messages_to_nobody_are_taken_and_not_shown)
{
	struct fixture f;
	prepare(&f);
	const struct lg_message message = {
		.medium = LG_STR("EMAIL"), .username = LG_STR("nobody"), .nobody = true
	};
	CHECK_OK(f.env.messenger->send(f.env.messenger, &f.t.cx, &message));
	struct lg_http_answer answer = get(&f, MESSAGES, LG_STR_NONE);
	CHECK(json_array_size(json_of(&f, &answer)) == 0);
	finish(&f);
}

TEST(the_inbox_keeps_the_newest_thousand)
{
	struct fixture f;
	prepare(&f);
	for (int i = 0; i < LG_INBOX_SIZE + 5; i++)
		deliver(&f, i < 5 ? "old" : "new", "a@example.com", "otp");
	struct lg_http_answer answer = get(&f, MESSAGES, LG_STR_NONE);
	CHECK(lg_str_starts(answer.body, LG_STR("[{\"id\":1005,")));
	lg_str text;
	size_t count = 0;
	CHECK_OK(lg_str_dup(&f.t.cx, answer.body, &text));
	for (const char *at = text.ptr; (at = strstr(at, "{\"id\":")); at++)
		count++;
	CHECK(count == LG_INBOX_SIZE);
	answer = get(&f, MESSAGES, LG_STR("user=old"));
	CHECK(json_array_size(json_of(&f, &answer)) == 0);
	finish(&f);
}

TEST(the_page_escapes_what_it_shows)
{
	struct fixture f;
	prepare(&f);
	deliver(&f, "<script>alert(1)</script>", "\"a'@example.com", "signup");
	struct lg_http_answer answer = get(&f, INBOX, LG_STR("to=%22%3E%3Cb%3E"));
	CHECK(answer.status == 200);
	lg_str page;
	CHECK_OK(lg_str_dup(&f.t.cx, answer.body, &page));
	CHECK(strstr(page.ptr, "value=\"&quot;&gt;&lt;b&gt;\""));
	answer = get(&f, INBOX, LG_STR_NONE);
	CHECK_OK(lg_str_dup(&f.t.cx, answer.body, &page));
	CHECK(strstr(page.ptr, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	CHECK(!strstr(page.ptr, "<script>"));
	CHECK(strstr(page.ptr, "&lt;Subject&gt;"));
	bool has_policy = false;
	for (size_t i = 0; i < answer.header_count; i++)
		has_policy = has_policy ||
			     (lg_str_eq(answer.headers[i].name, LG_STR("Content-Security-Policy")) &&
				     lg_str_starts(answer.headers[i].value, LG_STR("default-src 'none'; ")));
	CHECK(has_policy);
	finish(&f);
}

TEST(the_clock_moves_forward_only)
{
	struct fixture f;
	prepare(&f);
	struct lg_http_answer answer = get(&f, CLOCK, LG_STR_NONE);
	CHECK_STR(answer.body, LG_STR("{\"now\":\"2026-11-06T09:05:03Z\",\"offset_s\":0}"));
	answer = post(&f, CLOCK, LG_STR("{\"advance_s\": 3600}"));
	CHECK_STR(answer.body, LG_STR("{\"now\":\"2026-11-06T10:05:03Z\",\"offset_s\":3600}"));
	static const lg_str bad[] = { LG_STR_INIT("{\"advance_s\": -1}"),
		LG_STR_INIT("{\"advance_s\": 1.5}"), LG_STR_INIT("{\"advance_s\": \"1\"}"),
		LG_STR_INIT("{\"advance_s\": 9000000000000000000}"), LG_STR_INIT("{}"), LG_STR_INIT("[]"),
		LG_STR_INIT(""), LG_STR_INIT("{") };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK(post(&f, CLOCK, bad[i]).status == 400);
	CHECK(f.clock.offset_ms == 3600 * LG_SECOND_MS);
	finish(&f);
}

TEST(posts_need_json_and_paths_their_method)
{
	struct fixture f;
	prepare(&f);
	lg_str body = LG_STR("{\"advance_s\": 1}");
	CHECK(ask(&f, LG_STR("POST"), CLOCK, LG_STR_NONE, LG_STR("text/plain"), body).status == 415);
	CHECK(ask(&f, LG_STR("POST"), CLOCK, LG_STR_NONE, LG_STR_NONE, body).status == 415);
	CHECK(ask(&f, LG_STR("POST"), RESET, LG_STR_NONE, LG_STR("application/x-www-form-urlencoded"), body)
			.status == 415);
	CHECK(ask(&f, LG_STR("POST"), CLOCK, LG_STR_NONE, LG_STR("Application/JSON; charset=utf-8"), body)
			.status == 200);
	CHECK(get(&f, RESET, LG_STR_NONE).status == 405);
	CHECK(post(&f, INBOX, body).status == 405);
	CHECK(get(&f, LG_STR("/_lifeguard/assets/inbox.css"), LG_STR_NONE).status == 200);
	struct lg_http_answer answer;
	const struct lg_http_req unknown = { .method = LG_STR("GET"),
		.path = LG_STR("/_lifeguard/assets/x") };
	CHECK(!lg_dev_answer(&f.env, &f.t.cx, &unknown, &answer));
	finish(&f);
}

TEST(who_types_the_endpoint_into_a_browser_sees_the_inbox)
{
	struct fixture f;
	prepare(&f);
	struct lg_str_pair accept = { LG_STR("Accept"), LG_STR("text/html,application/xhtml+xml") };
	struct lg_http_req req = {
		.method = LG_STR("GET"), .path = LG_STR("/"), .headers = { &accept, 1, true }
	};
	struct lg_http_answer answer = { 0 };
	CHECK(lg_dev_answer(&f.env, &f.t.cx, &req, &answer));
	CHECK(answer.status == 302);
	accept.value = LG_STR("*/*");
	CHECK(!lg_dev_answer(&f.env, &f.t.cx, &req, &answer));
	accept.value = LG_STR("text/html");
	req.method = LG_STR("POST");
	CHECK(!lg_dev_answer(&f.env, &f.t.cx, &req, &answer));
	finish(&f);
}

/* What must be the same after a reset. */
struct state {
	lg_str sub;
	lg_str kids[2];
	lg_str public[2];
	lg_time created;
	lg_str jwks;
};

static struct state
look(struct fixture *f)
{
	struct state state = { 0 };
	const struct lg_pool *pool;
	struct lg_user *user;
	struct lg_signing_key_row *keys;
	size_t count;
	CHECK_OK(lg_pool_find(&f->t.cx, &f->env, LG_DEMO_POOL, &pool));
	CHECK_OK(lg_user_find(&f->t.cx, &f->env, pool, LG_DEMO_USER, LG_PART_PROFILE, &user));
	CHECK(user->row.status == LG_USER_CONFIRMED);
	CHECK(lg_user_verified(user, LG_STR("email")));
	CHECK_OK(lg_store_signing_keys(f->env.store, &f->t.cx, pool->pool, &keys, &count));
	CHECK(count == 2);
	for (size_t i = 0; i < count; i++) {
		state.kids[i] = keys[i].kid;
		state.public[i] = keys[i].public_der;
		struct lg_sign_job job = { .pool = pool->pool,
			.kid = keys[i].kid,
			.alg = LG_ALG_RS256,
			.sealed = keys[i].sealed,
			.input = LG_STR("x") };
		CHECK_OK(lg_keyholder_sign(f->env.keys, &f->t.cx, &job, 1));
	}
	state.sub = user->sub;
	state.created = user->row.created;
	CHECK_OK(lg_pool_jwks(&f->t.cx, &f->env, LG_DEMO_POOL, &state.jwks));
	return state;
}

TEST(reset_brings_the_first_start_back)
{
	struct fixture f;
	prepare(&f);
	CHECK_OK(lg_demo_make(&f.t.cx, &f.env));
	struct state first = look(&f);
	CHECK_OK(lg_demo_make(&f.t.cx, &f.env)); /* the second start */

	deliver(&f, "ada", "ada@example.com", "signup");
	CHECK(post(&f, CLOCK, LG_STR("{\"advance_s\": 86400}")).status == 200);
	f.t.cx.now = lg_clock_now(&f.clock);
	CHECK_OK(lg_pool_delete(&f.t.cx, &f.env, LG_DEMO_POOL));
	for (int i = 0; i < 2; i++) {
		CHECK(post(&f, RESET, LG_STR("{}")).status == 204);
		struct state again = look(&f);
		CHECK_STR(again.sub, first.sub);
		CHECK_STR(again.jwks, first.jwks);
		CHECK(again.created.ms == first.created.ms);
		for (size_t k = 0; k < 2; k++) {
			CHECK_STR(again.kids[k], first.kids[k]);
			CHECK_STR(again.public[k], first.public[k]);
		}
	}
	CHECK(f.clock.offset_ms == 0);
	struct lg_http_answer answer = get(&f, MESSAGES, LG_STR_NONE);
	CHECK(json_array_size(json_of(&f, &answer)) == 0);
	finish(&f);
}

TEST(a_pool_of_somebodys_own_under_the_demos_id_is_left_alone)
{
	struct fixture f;
	prepare(&f);
	struct lg_idp_user_pool_type *made;
	const struct lg_idp_create_user_pool_request in = { .pool_name = LG_STR("mine") };
	CHECK_OK(lg_pool_create(&f.t.cx, &f.env, LG_STR("us-east-1"), &in, LG_DEMO_POOL, &made));
	for (int i = 0; i < 2; i++) {
		const struct lg_pool *pool;
		CHECK_OK(lg_demo_make(&f.t.cx, &f.env));
		CHECK_OK(lg_pool_find(&f.t.cx, &f.env, LG_DEMO_POOL, &pool));
		CHECK_STR(pool->type->name, LG_STR("mine"));
	}
	finish(&f);
}

TEST(a_first_start_that_was_cut_short_begins_again)
{
	struct fixture f;
	prepare(&f);
	struct lg_batch *batch;
	struct lg_idp_user_pool_type *made;
	const struct lg_idp_create_user_pool_request in = { .pool_name = LG_STR("half") };
	CHECK_OK(lg_store_batch(f.env.store, &f.t.cx, &batch));
	lg_store_meta_put(batch, LG_STR("dev-demo-begun"), LG_STR("1"));
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_pool_create(&f.t.cx, &f.env, LG_STR("us-east-1"), &in, LG_DEMO_POOL, &made));
	CHECK_OK(lg_demo_make(&f.t.cx, &f.env));
	(void)look(&f);
	finish(&f);
}

TEST(without_a_demo_pool_reset_leaves_nothing)
{
	struct fixture f;
	prepare(&f);
	f.settings.demo_pool = false;
	CHECK_OK(lg_demo_make(&f.t.cx, &f.env));
	CHECK(post(&f, RESET, LG_STR("")).status == 204);
	const struct lg_pool *pool;
	CHECK_CODE(lg_pool_find(&f.t.cx, &f.env, LG_DEMO_POOL, &pool), LG_E_RESOURCE_NOT_FOUND);
	finish(&f);
}

TEST(outside_of_development_nothing_is_delivered)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_messenger *none = lg_messenger_none();
	CHECK_CODE(none->send(none, &t.cx, &(struct lg_message){ 0 }), LG_E_CODE_DELIVERY_FAILURE);
	CHECK_STR(lg_failure_text(&t.cx, LG_E_CODE_DELIVERY_FAILURE),
		LG_STR("Message delivery is not configured."));
	lg_test_ctx_done(&t);
}

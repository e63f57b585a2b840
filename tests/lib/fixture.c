#include "tests/lib/fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "codec/json.h"
#include "crypto/pwhash.h"
#include "db/sqlite.h"
#include "domain/auth/password.h"
#include "domain/grant/access_cache.h"
#include "domain/pool/client_admin.h"
#include "domain/pool/pool_admin.h"
#include "domain/user/user_edit.h"
#include "gen/sql.h"
#include "policy/cache.h"

static int64_t
clock_now(struct lg_clock *self)
{
	return ((struct fixture_clock *)self)->ms;
}

static lg_str
keep(struct fixture_messenger *messenger, lg_str s)
{
	if (!lg_str_present(s))
		return s;
	char *copy = lg_arena_alloc(messenger->arena, s.len + 1);
	assert_non_null(copy);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return lg_str_from_bytes(copy, s.len);
}

static lg_status
remember(struct lg_messenger *self, struct lg_ctx *cx, const struct lg_message *message)
{
	struct fixture_messenger *messenger = (struct fixture_messenger *)self;
	if (messenger->fails)
		return lg_fail_default(cx, LG_E_CODE_DELIVERY_FAILURE);
	assert_true(messenger->count < FIXTURE_MESSAGES_MAX);
	messenger->messages[messenger->count++] = (struct lg_message){
		.medium = keep(messenger, message->medium),
		.pool_id = keep(messenger, message->pool_id),
		.username = keep(messenger, message->username),
		.sub = keep(messenger, message->sub),
		.to = keep(messenger, message->to),
		.purpose = keep(messenger, message->purpose),
		.subject = keep(messenger, message->subject),
		.body = keep(messenger, message->body),
		.code = keep(messenger, message->code),
		.link = keep(messenger, message->link),
		.nobody = message->nobody,
	};
	return LG_OK;
}

/* Between store and engine, so that a test can take the database away. */
static struct fixture_db *
flaky(struct lg_db *db)
{
	return (struct fixture_db *)db;
}

static lg_status
flaky_read(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *query,
	const struct lg_db_value *params, size_t max_rows, struct lg_db_rows *ret)
{
	struct lg_db *inner = flaky(db)->inner;
	if (flaky(db)->away)
		return lg_fail_default(cx, LG_E_UNAVAILABLE);
	LG_TRY(inner->driver->read(inner, cx, query, params, max_rows, ret));
	flaky(db)->reads++;
	flaky(db)->rows += ret->count;
	return LG_OK;
}

static lg_status
flaky_batch(
	struct lg_db *db, struct lg_ctx *cx, struct lg_db_write *writes, size_t count, size_t *ret_failed)
{
	struct lg_db *inner = flaky(db)->inner;
	return flaky(db)->away || flaky(db)->full
		? lg_fail_default(cx, LG_E_UNAVAILABLE)
		: inner->driver->batch(inner, cx, writes, count, ret_failed);
}

static lg_status
flaky_script(struct lg_db *db, struct lg_ctx *cx, const char *sql)
{
	struct lg_db *inner = flaky(db)->inner;
	return inner->driver->script(inner, cx, sql);
}

static lg_status
flaky_prepare_all(struct lg_db *db, struct lg_ctx *cx, const struct lg_db_query *queries, size_t count)
{
	struct lg_db *inner = flaky(db)->inner;
	return inner->driver->prepare_all(inner, cx, queries, count);
}

static void
flaky_close(struct lg_db *db)
{
	lg_db_close(flaky(db)->inner);
}

static const struct lg_db_driver flaky_driver = {
	.name = "sqlite",
	.read = flaky_read,
	.batch = flaky_batch,
	.script = flaky_script,
	.prepare_all = flaky_prepare_all,
	.close = flaky_close,
};

static void
open_store(struct fixture *f)
{
	struct lg_ctx *cx = &f->t.cx;
	snprintf(f->folder, sizeof(f->folder), "/tmp/lifeguard-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	lg_str path;
	CHECK_OK(lg_str_fmt(cx, &path, "%s/test.db", f->folder));
	f->db.db.driver = &flaky_driver;
	CHECK_OK(lg_sqlite_open(cx, path, lg_queries, LG_Q_COUNT, &f->db.inner));
	LG_CLEANUP(lg_secret_done) struct lg_secret master = { 0 };
	CHECK_OK(lg_secret_new(32, &master));
	lg_rand_bytes(cx, master.ptr, master.len);
	CHECK_OK(lg_store_open(cx, &f->db.db, &master, LG_STORE_DEV, &f->env.store));
	CHECK_OK(lg_keyholder_new(lg_store_keyring(f->env.store), &f->env.keys));
	CHECK_OK(lg_pools_new(&f->env, &f->env.pools));
	CHECK_OK(lg_memo_new(&lg_access_cache_form, &f->env.access_cache));
	CHECK_OK(lg_policy_cache_new((size_t)4 << 20, &f->env.policies));
}

struct fixture *
fixture_with(const struct lg_idp_create_user_pool_request *pool,
	const struct lg_idp_create_user_pool_client_request *client)
{
	struct lg_arena *arena;
	CHECK_OK(lg_arena_new((size_t)4 << 20, &arena));
	struct fixture *f = lg_arena_array(arena, 1, sizeof(*f));
	assert_non_null(f);
	lg_json_global_init();
	CHECK_OK(lg_crypto_global_init());
	lg_test_ctx_init(&f->t);
	f->clock = (struct fixture_clock){ .clock = { .now_ms = clock_now }, .ms = LG_TEST_NOW_MS };
	f->messenger.port.send = remember;
	f->messenger.arena = arena;
	f->settings = (struct lg_settings){
		.dev = true,
		.public_url = LG_STR("http://localhost:9500"),
		.region = LG_STR("us-east-1"),
		.account = LG_STR("123456789012"),
	};
	f->env.clock = &f->clock.clock;
	f->env.messenger = &f->messenger.port;
	f->env.settings = &f->settings;
	open_store(f);
	f->mark = lg_arena_mark(f->t.cx.arena);
	fixture_use_pool(f, pool);
	fixture_use_client(f, client);
	return f;
}

struct fixture *
fixture_new(void)
{
	return fixture_with(NULL, NULL);
}

void
fixture_free(struct fixture *f)
{
	lg_ctx_done(&f->t.cx);
	f->t.cx.holds = NULL;
	lg_pools_free(f->env.pools);
	lg_memo_free(f->env.access_cache);
	lg_policy_cache_free(f->env.policies);
	lg_keyholder_free(f->env.keys);
	lg_store_close(f->env.store);
	static const char *const files[] = { "test.db", "test.db-wal", "test.db-shm" };
	for (size_t i = 0; i < LG_LEN(files); i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", f->folder, files[i]);
		unlink(path);
	}
	rmdir(f->folder);
	lg_test_ctx_done(&f->t);
	lg_arena_free(f->messenger.arena);
}

struct lg_ctx *
fixture_request(struct fixture *f)
{
	struct lg_ctx *cx = &f->t.cx;
	lg_ctx_done(cx);
	lg_arena_rewind(cx->arena, f->mark);
	cx->now = lg_clock_now(f->env.clock);
	cx->failure = (struct lg_failure){ 0 };
	cx->work = (struct lg_work){ 0 };
	if (lg_str_present(f->client_id))
		CHECK_OK(lg_client_find(cx, &f->env, f->client_id, &f->pool, &f->client));
	else if (lg_str_present(f->pool_id))
		CHECK_OK(lg_pool_find(cx, &f->env, f->pool_id, &f->pool));
	return cx;
}

void
fixture_advance_s(struct fixture *f, int64_t seconds)
{
	f->clock.ms += seconds * LG_SECOND_MS;
}

void
fixture_use_pool(struct fixture *f, const struct lg_idp_create_user_pool_request *pool)
{
	lg_str email = LG_STR("email");
	const struct lg_idp_create_user_pool_request plain = {
		.pool_name = LG_STR("test"),
		.auto_verified_attributes = { .items = &email, .count = 1, .has = true },
	};
	f->client_id = LG_STR_NONE;
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_user_pool_type *type;
	CHECK_OK(lg_pool_create(cx, &f->env, f->settings.region, pool ? pool : &plain, LG_STR_NONE, &type));
	f->pool_id = keep(&f->messenger, type->id);
	fixture_request(f);
}

void
fixture_use_client(struct fixture *f, const struct lg_idp_create_user_pool_client_request *client)
{
	lg_str flows[] = { LG_STR("ALLOW_USER_SRP_AUTH"), LG_STR("ALLOW_USER_PASSWORD_AUTH"),
		LG_STR("ALLOW_REFRESH_TOKEN_AUTH"), LG_STR("ALLOW_ADMIN_USER_PASSWORD_AUTH") };
	const struct lg_idp_create_user_pool_client_request plain = {
		.client_name = LG_STR("test"),
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
	};
	f->client_id = LG_STR_NONE;
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_create_user_pool_client_request in = client ? *client : plain;
	if (!lg_str_present(in.client_name))
		in.client_name = plain.client_name;
	in.user_pool_id = f->pool_id;
	struct lg_idp_user_pool_client_type *type;
	CHECK_OK(lg_client_create(cx, &f->env, f->pool, &in, LG_STR_NONE, &type));
	f->client_id = keep(&f->messenger, type->client_id);
	fixture_request(f);
}

void
fixture_thread_ctx(struct fixture *f, struct lg_test_ctx *t, uint64_t seed)
{
	lg_test_ctx_init(t);
	t->state ^= seed * UINT64_C(0x9e3779b97f4a7c15);
	t->cx.now = lg_clock_now(f->env.clock);
}

void
fixture_user_with(struct fixture *f, lg_str name, enum lg_user_status status, const lg_str *attributes)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_make(cx, &f->env, f->pool, name, status, NULL, &user));
	for (size_t i = 0; lg_str_present(attributes[i]); i += 2)
		CHECK_OK(lg_user_set_attribute(cx, user, attributes[i], attributes[i + 1]));
	unsigned parts;
	CHECK_OK(lg_password_set(cx, &f->env, f->pool, user, FIXTURE_PASSWORD, (lg_time){ 0 }, &parts));
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_insert(batch, &user->row);
	CHECK_OK(lg_user_write_names(batch, cx, &f->env, f->pool, user, &(struct lg_user_names){ 0 }));
	CHECK_OK(lg_store_commit(batch));
}

void
fixture_user(struct fixture *f, lg_str name, lg_str email)
{
	const lg_str attributes[] = { lg_str_present(email) ? LG_STR("email") : LG_STR_NONE, email,
		LG_STR("email_verified"), LG_STR("true"), LG_STR_NONE };
	fixture_user_with(f, name, LG_USER_CONFIRMED, attributes);
}

const struct lg_message *
fixture_message(const struct fixture *f)
{
	return f->messenger.count ? &f->messenger.messages[f->messenger.count - 1] : NULL;
}

lg_str
fixture_code(const struct fixture *f)
{
	const struct lg_message *message = fixture_message(f);
	return message ? message->code : LG_STR_NONE;
}

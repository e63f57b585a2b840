#include "tests/store/fixture.h"

#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/postgres.h"
#include "db/sqlite.h"
#include "gen/sql.h"

#define THREADS_MAX 64

static const char *
engine(void)
{
	const char *name = getenv("LIFEGUARD_TEST_STORE");
	return name && *name ? name : "sqlite";
}

bool
on_sqlite(void)
{
	return strcmp(engine(), "sqlite") == 0;
}

static const char *
conninfo(void)
{
	assert_true(strncmp(engine(), "postgres:", 9) == 0);
	return engine() + 9;
}

static int
remove_entry(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	return remove(path);
}

/* On PostgreSQL a schema plays the part of the file. */
static void
empty_schema(struct store_fixture *f)
{
	struct lg_db *db;
	CHECK_OK(lg_postgres_open(f->cx, lg_str_from_c(conninfo()), lg_queries, LG_Q_COUNT, &db));
	CHECK_OK(db->driver->script(db, f->cx,
		"SET client_min_messages = warning; DROP SCHEMA IF EXISTS lg_test CASCADE; CREATE SCHEMA "
		"lg_test;"));
	lg_db_close(db);
}

void
fixture_begin(struct store_fixture *f)
{
	memset(f, 0, sizeof(*f));
	lg_test_ctx_init(&f->t);
	f->cx = &f->t.cx;
	CHECK_OK(lg_secret_copy(LG_STR("0123456789abcdef0123456789abcdef"), &f->master));
	if (on_sqlite()) {
		const char *tmp = getenv("TMPDIR");
		snprintf(f->folder, sizeof(f->folder), "%.40s/lg-store.XXXXXX", tmp && *tmp ? tmp : "/tmp");
		assert_non_null(mkdtemp(f->folder));
		snprintf(f->path, sizeof(f->path), "%s/test.db", f->folder);
	} else {
		empty_schema(f);
	}
}

lg_status
fixture_db(struct store_fixture *f, struct lg_db **ret)
{
	if (on_sqlite())
		return lg_sqlite_open(f->cx, lg_str_from_c(f->path), lg_queries, LG_Q_COUNT, ret);
	char info[512];
	snprintf(info, sizeof(info), "%s options='-c search_path=lg_test'", conninfo());
	return lg_postgres_open(f->cx, lg_str_from_c(info), lg_queries, LG_Q_COUNT, ret);
}

void
fixture_end(struct store_fixture *f)
{
	if (f->folder[0])
		nftw(f->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	lg_secret_done(&f->master);
	lg_test_ctx_done(&f->t);
}

static void
open_store(struct store_fixture *f)
{
	CHECK_OK(fixture_db(f, &f->db));
	CHECK_OK(lg_store_open(f->cx, f->db, &f->master, LG_STORE_DEV, &f->store));
}

lg_status
fixture_open_as(struct store_fixture *f, const char *master, enum lg_store_stamp stamp)
{
	LG_CLEANUP(lg_secret_done) struct lg_secret key = { 0 };
	struct lg_db *db;
	struct lg_store *store;
	LG_TRY(lg_secret_copy(lg_str_from_c(master), &key));
	LG_TRY(fixture_db(f, &db));
	lg_status s = lg_store_open(f->cx, db, &key, stamp, &store);
	if (lg_failed(s))
		lg_db_close(db);
	else
		lg_store_close(store);
	return s;
}

void
run_sql(struct store_fixture *f, const char *sql)
{
	CHECK_OK(f->db->driver->script(f->db, f->cx, sql));
}

void
fixture_open(struct store_fixture *f)
{
	fixture_begin(f);
	open_store(f);
	f->pool =
		(struct lg_pool_row){ .pool_id = LG_STR("us-east-1_Testpool1"), .state = LG_STR("active") };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_pool_insert(batch, &f->pool);
	CHECK_OK(lg_store_commit(batch));
}

void
fixture_reopen(struct store_fixture *f)
{
	lg_store_close(f->store);
	open_store(f);
}

void
fixture_close(struct store_fixture *f)
{
	lg_store_close(f->store);
	fixture_end(f);
}

void
digest_of(struct store_fixture *f, const char *name, unsigned char ret[16])
{
	CHECK_OK(lg_store_digest(
		f->store, f->cx, f->pool.pool, LG_STR("username"), lg_str_from_c(name), ret));
}

struct lg_user_row
fixture_user(struct store_fixture *f, const char *name)
{
	static struct lg_idp_attribute_type attributes[] = {
		{ .name = LG_STR_INIT("email"), .value = LG_STR_INIT("first.last@example.org") },
		{ .name = LG_STR_INIT("phone_number"), .value = LG_STR_INIT("+4915112345678") },
	};
	struct lg_user_row row = { .status = LG_USER_CONFIRMED, .enabled = true };
	CHECK_OK(lg_store_user_prepare(f->store, f->cx, f->pool.pool, &row));
	row.parts = LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA | LG_PART_HISTORY;
	row.profile.username = lg_str_from_c(name);
	row.profile.attributes.items = attributes;
	row.profile.attributes.count = LG_LEN(attributes);
	row.profile.attributes.has = true;
	row.credential.sealed = LG_STR("sealed by the key holder");
	row.mfa.preferred = LG_STR("SOFTWARE_TOKEN_MFA");

	unsigned char digest[16];
	digest_of(f, name, digest);
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_user_insert(batch, &row);
	lg_store_key_claim(batch, f->pool.pool, digest, LG_KEY_USERNAME, row.uid);
	CHECK_OK(lg_store_commit(batch));
	return row;
}

struct thread {
	pthread_t id;
	pthread_barrier_t *barrier;
	struct store_fixture *f;
	thread_work work;
	void *arg;
	int index;
	lg_status status;
};

static void *
run_thread(void *arg)
{
	struct thread *thread = arg;
	struct lg_ctx cx = { .random = &lg_random_kernel, .now = thread->f->cx->now };
	thread->status = lg_arena_new(LG_ARENA_MAX_DEFAULT, &cx.arena);
	pthread_barrier_wait(thread->barrier);
	if (!lg_failed(thread->status)) {
		thread->status = thread->work(thread->f, &cx, thread->index, thread->arg);
		lg_ctx_done(&cx);
		lg_arena_free(cx.arena);
	}
	return NULL;
}

int
run_threads(struct store_fixture *f, int count, thread_work work, void *arg, int code)
{
	struct thread threads[THREADS_MAX];
	pthread_barrier_t barrier;
	assert_true(count <= THREADS_MAX);
	pthread_barrier_init(&barrier, NULL, (unsigned)count);
	for (int i = 0; i < count; i++) {
		threads[i] =
			(struct thread){ .barrier = &barrier, .f = f, .work = work, .arg = arg, .index = i };
		assert_int_equal(pthread_create(&threads[i].id, NULL, run_thread, &threads[i]), 0);
	}
	int matched = 0;
	for (int i = 0; i < count; i++) {
		pthread_join(threads[i].id, NULL);
		matched += threads[i].status.code == code;
	}
	pthread_barrier_destroy(&barrier);
	return matched;
}

#include "tests/store/fixture.h"

#include <string.h>

#include "db/postgres.h"
#include "gen/sql.h"

/* End every other connection to the database, as a restart of the server would. */
static void
hang_up(struct store_fixture *f)
{
	run_sql(f, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
		   " WHERE application_name = 'lifeguard' AND pid <> pg_backend_pid()");
}

static lg_status
read_somebody(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	struct lg_user_row row;
	return lg_store_user_read(f->store, cx, f->pool.pool, arg, LG_PART_PROFILE, &row);
}

static lg_status
bump_somebody(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	unsigned char sid[LG_SID_SIZE] = { (unsigned char)index };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, cx, &batch));
	lg_store_session_revoke(batch, f->pool.pool, arg, sid, LG_STR("client"), cx->now);
	lg_store_throttle_clear(batch, f->pool.pool, arg, 1);
	return lg_store_commit(batch);
}

TEST(postgres_lost_connections_are_replaced)
{
	if (on_sqlite())
		skip();
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	CHECK(run_threads(&f, 8, read_somebody, user.uid, LG_E_OK) == 8);
	hang_up(&f);
	CHECK(run_threads(&f, 8, read_somebody, user.uid, LG_E_OK) == 8);
	hang_up(&f);
	CHECK(run_threads(&f, 8, bump_somebody, user.uid, LG_E_OK) == 8);
	hang_up(&f);
	/* A single statement, too: the connection is looked at before it is used. */
	int64_t fails;
	CHECK_OK(lg_store_throttle_count(f.store, f.cx, f.pool.pool, user.uid, 3, 5, f.cx->now, &fails));
	fixture_close(&f);
}

TEST(postgres_that_is_away_is_unavailable_and_no_password_is_told)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	static const char *const strings[] = {
		"host=127.0.0.1 port=1 user=lifeguard password=topsecret dbname=postgres",
		"postgresql://lifeguard:topsecret@127.0.0.1:1/postgres",
		"host=127.0.0.1 port=1 password topsecret",
		"host=127.0.0.1 topsecret=1",
	};
	for (size_t i = 0; i < LG_LEN(strings); i++) {
		struct lg_db *db;
		CHECK_CODE(lg_postgres_open(&t.cx, lg_str_from_c(strings[i]), lg_queries, LG_Q_COUNT, &db),
			LG_E_UNAVAILABLE);
		CHECK(t.cx.failure.text.len > 0 && !strstr(t.cx.failure.text.ptr, "topsecret"));
	}
	lg_test_ctx_done(&t);
}

TEST(text_that_no_row_can_hold_is_not_found)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_pool_row pool;
	CHECK_CODE(lg_store_pool_read(f.store, f.cx, LG_STR("us-east-1_\xff"), &pool), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_pool_read(f.store, f.cx, LG_STR("us-east-1_\0"), &pool), LG_E_NOT_FOUND);
	CHECK_OK(lg_store_pool_read(f.store, f.cx, f.pool.pool_id, &pool));
	fixture_close(&f);
}

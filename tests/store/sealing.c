#include "tests/store/fixture.h"

#include <string.h>

#define MASTER "0123456789abcdef0123456789abcdef"

static const unsigned all_parts = LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA | LG_PART_HISTORY;

/* How many of two users still open after `sql`. */
static int
open_after(const char *sql)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row users[] = { fixture_user(&f, "ada"), fixture_user(&f, "bob") };
	run_sql(&f, sql);
	int opened = 0;
	for (size_t i = 0; i < LG_LEN(users); i++) {
		struct lg_user_row row;
		lg_status s = lg_store_user_read(f.store, f.cx, f.pool.pool, users[i].uid, all_parts, &row);
		CHECK(s.code == LG_E_OK || s.code == LG_E_INTERNAL);
		opened += s.code == LG_E_OK;
	}
	fixture_close(&f);
	return opened;
}

TEST(part_of_another_user_does_not_open)
{
	CHECK(open_after("UPDATE user_head SET version = 2") == 2);
	CHECK(open_after(
		      "UPDATE user_part SET sealed = (SELECT p.sealed FROM user_part p WHERE p.part = 'mfa'"
		      " ORDER BY p.uid LIMIT 1) WHERE part = 'mfa'") == 1);
	/* Nor with the other's key. */
	CHECK(open_after("UPDATE user_head SET user_dek = (SELECT h.user_dek FROM user_head h ORDER BY "
			 "h.uid LIMIT 1)") == 1);
	/* Nor one part in the place of another. */
	CHECK(open_after("UPDATE user_part SET sealed = (SELECT p.sealed FROM user_part p WHERE p.part = "
			 "'history'"
			 " AND p.uid = user_part.uid) WHERE part = 'mfa'") == 0);
}

TEST(record_of_another_row_does_not_open)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_client_row one = { .client_id = LG_STR("one"), .pool = f.pool.pool };
	struct lg_client_row two = { .client_id = LG_STR("two"), .pool = f.pool.pool };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_client_insert(batch, &one);
	lg_store_client_insert(batch, &two);
	CHECK_OK(lg_store_commit(batch));
	run_sql(&f, "UPDATE client SET sealed = (SELECT c.sealed FROM client c WHERE c.client_id = 'one')");
	struct lg_client_row read;
	lg_str pool_id;
	CHECK_OK(lg_store_client_read(f.store, f.cx, LG_STR("one"), &read, &pool_id));
	CHECK_CODE(lg_store_client_read(f.store, f.cx, LG_STR("two"), &read, &pool_id), LG_E_INTERNAL);
	fixture_close(&f);
}

TEST(digest_depends_on_pool_label_and_value)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_pool_row other = { .pool_id = LG_STR("us-east-1_Other"), .state = LG_STR("active") };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_pool_insert(batch, &other);
	CHECK_OK(lg_store_commit(batch));
	unsigned char digests[5][16];
	const lg_str email = LG_STR("email");
	CHECK_OK(lg_store_digest(f.store, f.cx, f.pool.pool, email, LG_STR("ada"), digests[0]));
	CHECK_OK(lg_store_digest(f.store, f.cx, other.pool, email, LG_STR("ada"), digests[1]));
	CHECK_OK(lg_store_digest(f.store, f.cx, f.pool.pool, LG_STR("phone"), LG_STR("ada"), digests[2]));
	CHECK_OK(lg_store_digest(f.store, f.cx, f.pool.pool, email, LG_STR("ade"), digests[3]));
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < i; j++)
			CHECK(memcmp(digests[i], digests[j], 16) != 0);
	fixture_reopen(&f);
	CHECK_OK(lg_store_digest(f.store, f.cx, f.pool.pool, email, LG_STR("ada"), digests[4]));
	CHECK(memcmp(digests[0], digests[4], 16) == 0);
	fixture_close(&f);
}

static bool
failure_says(const struct store_fixture *f, const char *part)
{
	lg_str text = f->cx->failure.text;
	return lg_str_present(text) && strstr(text.ptr, part);
}

TEST(store_opens_with_its_own_master_key_and_stamp_only)
{
	struct store_fixture f;
	fixture_open(&f);
	lg_store_close(f.store);
	CHECK_CODE(fixture_open_as(&f, "another master key of 32 bytes..", LG_STORE_DEV), LG_E_REFUSED);
	CHECK(failure_says(&f, "wrong master key"));
	CHECK_CODE(fixture_open_as(&f, MASTER, LG_STORE_PRODUCTION), LG_E_REFUSED);
	CHECK(failure_says(&f, "stamped \"dev\""));
	CHECK_OK(fixture_open_as(&f, MASTER, LG_STORE_DEV));
	fixture_end(&f);
}

TEST(newer_layout_is_refused)
{
	struct store_fixture f;
	fixture_open(&f);
	run_sql(&f, on_sqlite()
			    ? "UPDATE store_meta SET value = CAST('999' AS BLOB) WHERE name = 'layout'"
			    : "UPDATE store_meta SET value = CAST('999' AS bytea) WHERE name = 'layout'");
	lg_store_close(f.store);
	CHECK_CODE(fixture_open_as(&f, MASTER, LG_STORE_DEV), LG_E_REFUSED);
	CHECK(failure_says(&f, "newer version"));
	fixture_end(&f);
}

TEST(tables_of_another_program_are_refused)
{
	struct store_fixture f;
	fixture_begin(&f);
	CHECK_OK(fixture_db(&f, &f.db));
	run_sql(&f, "CREATE TABLE invoices (id INTEGER)");
	lg_db_close(f.db);
	CHECK_CODE(fixture_open_as(&f, MASTER, LG_STORE_DEV), LG_E_REFUSED);
	CHECK(failure_says(&f, "another program"));
	fixture_end(&f);
}

TEST(store_without_its_master_slot_is_refused)
{
	struct store_fixture f;
	fixture_open(&f);
	run_sql(&f, "DELETE FROM master_slot");
	lg_store_close(f.store);
	CHECK_CODE(fixture_open_as(&f, MASTER, LG_STORE_DEV), LG_E_REFUSED);
	fixture_end(&f);
}

TEST(first_start_that_ended_early_is_finished_by_the_next)
{
	struct store_fixture f;
	fixture_open(&f);
	run_sql(&f, "DELETE FROM master_slot; DELETE FROM pool; DELETE FROM pool_key;"
		    " DELETE FROM store_meta WHERE name = 'stamp'");
	lg_store_close(f.store);
	CHECK_OK(fixture_open_as(&f, MASTER, LG_STORE_PRODUCTION));
	CHECK_CODE(fixture_open_as(&f, MASTER, LG_STORE_DEV), LG_E_REFUSED);
	fixture_end(&f);
}

static lg_status
open_at_once(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	(void)arg;
	struct store_fixture own = *f;
	own.cx = cx;
	return fixture_open_as(&own, MASTER, LG_STORE_DEV);
}

TEST(nodes_that_start_together_make_one_store)
{
	if (on_sqlite())
		skip();
	struct store_fixture f;
	fixture_begin(&f);
	CHECK(run_threads(&f, 8, open_at_once, NULL, LG_E_OK) == 8);
	CHECK_OK(fixture_open_as(&f, MASTER, LG_STORE_DEV));
	fixture_end(&f);
}

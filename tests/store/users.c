#include "tests/store/fixture.h"

#include <string.h>

#include "gen/sql.h"

TEST(every_statement_prepares)
{
	struct store_fixture f;
	fixture_begin(&f);
	struct lg_db *db;
	struct lg_store *store;
	CHECK_OK(fixture_db(&f, &db));
	CHECK_OK(lg_store_open(f.cx, db, &f.master, LG_STORE_DEV, &store));
	CHECK_OK(db->driver->prepare_all(db, f.cx, lg_queries, LG_Q_COUNT));
	CHECK_OK(lg_store_ping(store, f.cx));
	lg_store_close(store);
	fixture_end(&f);
}

TEST(user_is_read_as_written_after_a_restart)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	fixture_reopen(&f);

	struct lg_user_row read;
	unsigned before = f.cx->work.reads;
	CHECK_OK(lg_store_pool_read(f.store, f.cx, f.pool.pool_id, &f.pool));
	f.cx->work.reads = before;
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid,
		LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA | LG_PART_HISTORY, &read));
	CHECK(f.cx->work.reads == before + 1);
	CHECK(read.parts == (LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA | LG_PART_HISTORY));
	CHECK(read.version == 1 && read.enabled && read.status == LG_USER_CONFIRMED);
	CHECK(read.created.ms == LG_TEST_NOW_MS && read.modified.ms == LG_TEST_NOW_MS);
	CHECK_STR(read.profile.username, LG_STR("ada"));
	CHECK(read.profile.attributes.count == 2);
	CHECK_STR(read.profile.attributes.items[0].value, LG_STR("first.last@example.org"));
	CHECK_STR(read.credential.sealed, LG_STR("sealed by the key holder"));
	CHECK_STR(read.mfa.preferred, LG_STR("SOFTWARE_TOKEN_MFA"));
	fixture_close(&f);
}

TEST(user_read_takes_only_the_parts_asked_for)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_user_row read;
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, 0, &read));
	CHECK(read.parts == 0 && !lg_str_present(read.profile.username));
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, LG_PART_MFA, &read));
	CHECK(read.parts == LG_PART_MFA && !lg_str_present(read.profile.username));
	unsigned char nobody[LG_UID_SIZE] = { 9 };
	CHECK_CODE(lg_store_user_read(f.store, f.cx, f.pool.pool, nobody, 0, &read), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_user_read(f.store, f.cx, f.pool.pool + 1, user.uid, 0, &read), LG_E_NOT_FOUND);
	fixture_close(&f);
}

static lg_status
update(struct store_fixture *f, const struct lg_user_row *row, unsigned parts)
{
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_user_update(batch, row, parts);
	return lg_store_commit(batch);
}

TEST(user_update_compares_the_version)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	user.status = LG_USER_RESET_REQUIRED;
	user.enabled = false;
	user.signout_gen = 7;
	user.mfa.preferred = LG_STR("SMS_MFA");
	f.cx->now.ms += 5000;
	CHECK_OK(update(&f, &user, LG_PART_MFA));
	CHECK_CODE(update(&f, &user, LG_PART_MFA), LG_E_CONFLICT);

	struct lg_user_row read;
	CHECK_OK(lg_store_user_read(
		f.store, f.cx, f.pool.pool, user.uid, LG_PART_MFA | LG_PART_PROFILE, &read));
	CHECK(read.version == 2 && !read.enabled && read.signout_gen == 7 &&
		read.status == LG_USER_RESET_REQUIRED);
	CHECK(read.modified.ms == LG_TEST_NOW_MS + 5000 && read.created.ms == LG_TEST_NOW_MS);
	CHECK_STR(read.mfa.preferred, LG_STR("SMS_MFA"));
	CHECK_STR(read.profile.username, LG_STR("ada"));
	fixture_close(&f);
}

TEST(conflict_names_its_write_and_writes_nothing)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row ada = fixture_user(&f, "ada");
	unsigned char taken[16];
	unsigned char fresh[16];
	digest_of(&f, "ada", taken);
	digest_of(&f, "fresh", fresh);

	struct lg_user_row other = { .status = LG_USER_UNCONFIRMED, .enabled = true };
	CHECK_OK(lg_store_user_prepare(f.store, f.cx, f.pool.pool, &other));
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_insert(batch, &other);
	lg_batch_tag(batch, 1);
	lg_store_key_claim(batch, f.pool.pool, fresh, LG_KEY_EMAIL, other.uid);
	lg_batch_tag(batch, 2);
	lg_store_key_claim(batch, f.pool.pool, taken, LG_KEY_USERNAME, other.uid);
	lg_batch_tag(batch, 3);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	CHECK(lg_batch_failed(batch) == 3);

	struct lg_user_row read;
	enum lg_key_kind kind;
	unsigned char uid[LG_UID_SIZE];
	CHECK_CODE(lg_store_user_read(f.store, f.cx, f.pool.pool, other.uid, 0, &read), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_key_find(f.store, f.cx, f.pool.pool, fresh, &kind, uid), LG_E_NOT_FOUND);
	CHECK_OK(lg_store_key_find(f.store, f.cx, f.pool.pool, taken, &kind, uid));
	CHECK(kind == LG_KEY_USERNAME && memcmp(uid, ada.uid, LG_UID_SIZE) == 0);

	/* The tag of an addition holds for all of its writes: the head stands before the parts. */
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_insert(batch, &ada);
	lg_batch_tag(batch, 4);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	CHECK(lg_batch_failed(batch) == 4);
	fixture_close(&f);
}

TEST(key_is_claimed_once_and_released_by_its_owner)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row ada = fixture_user(&f, "ada");
	struct lg_user_row bob = fixture_user(&f, "bob");
	unsigned char digest[16];
	digest_of(&f, "ada", digest);
	struct lg_batch *batch;

	/* Taken by anybody, the claimer included. */
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_key_claim(batch, f.pool.pool, digest, LG_KEY_USERNAME, ada.uid);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_key_release(batch, f.pool.pool, digest, bob.uid);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);

	/* It moves in one batch, release first. */
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_key_release(batch, f.pool.pool, digest, ada.uid);
	lg_store_key_claim(batch, f.pool.pool, digest, LG_KEY_EMAIL, bob.uid);
	CHECK_OK(lg_store_commit(batch));
	enum lg_key_kind kind;
	unsigned char uid[LG_UID_SIZE];
	CHECK_OK(lg_store_key_find(f.store, f.cx, f.pool.pool, digest, &kind, uid));
	CHECK(kind == LG_KEY_EMAIL && memcmp(uid, bob.uid, LG_UID_SIZE) == 0);
	fixture_close(&f);
}

static lg_status
claim(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	unsigned char uid[LG_UID_SIZE] = { (unsigned char)(index + 1) };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, cx, &batch));
	lg_store_key_claim(batch, f->pool.pool, arg, LG_KEY_EMAIL, uid);
	return lg_store_commit(batch);
}

TEST(of_forty_claims_of_one_alias_one_wins)
{
	struct store_fixture f;
	fixture_open(&f);
	for (int round = 0; round < 5; round++) {
		unsigned char digest[16] = { (unsigned char)round };
		CHECK(run_threads(&f, 40, claim, digest, LG_E_OK) == 1);
		CHECK(run_threads(&f, 40, claim, digest, LG_E_CONFLICT) == 40);
	}
	fixture_close(&f);
}

static lg_status
claim_crosswise(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	unsigned char round = *(unsigned char *)arg;
	unsigned char first[16] = { round, index % 2 ? 1 : 2 };
	unsigned char second[16] = { round, index % 2 ? 2 : 1 };
	unsigned char uid[LG_UID_SIZE] = { (unsigned char)(index + 1) };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, cx, &batch));
	lg_store_key_claim(batch, f->pool.pool, first, LG_KEY_EMAIL, uid);
	lg_store_key_claim(batch, f->pool.pool, second, LG_KEY_PHONE, uid);
	return lg_store_commit(batch);
}

TEST(crosswise_claims_do_not_lock_each_other_out)
{
	struct store_fixture f;
	fixture_open(&f);
	/* A deadlock is found after a second at the earliest; a busy machine gets three tries. */
	int64_t best = INT64_MAX;
	for (unsigned char round = 0; round < 3; round++) {
		int64_t begun = lg_monotonic_ms();
		CHECK(run_threads(&f, 40, claim_crosswise, &round, LG_E_OK) == 1);
		int64_t took = lg_monotonic_ms() - begun;
		best = took < best ? took : best;
	}
	CHECK(best < 900);
	fixture_close(&f);
}

static lg_status
raise_generation(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	const struct lg_user_row *user = arg;
	for (;;) {
		struct lg_user_row row;
		struct lg_batch *batch;
		LG_TRY(lg_store_user_read(f->store, cx, f->pool.pool, user->uid, LG_PART_MFA, &row));
		LG_TRY(lg_store_batch(f->store, cx, &batch));
		row.signout_gen++;
		lg_store_user_update(batch, &row, LG_PART_MFA);
		lg_status s = lg_store_commit(batch);
		if (s.code != LG_E_CONFLICT)
			return s;
	}
}

TEST(no_update_is_lost_among_threads)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	CHECK(run_threads(&f, 16, raise_generation, &user, LG_E_OK) == 16);
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, 0, &user));
	CHECK(user.signout_gen == 16 && user.version == 17);
	fixture_close(&f);
}

TEST(deleted_user_leaves_no_row_and_is_noted)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	unsigned char sid[LG_SID_SIZE] = { 1 };
	struct lg_find_digest find = { .kind = 1, .digest = 5 };
	struct lg_code_row code = { .expires = { LG_TEST_NOW_MS + 1000 } };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_group_add(batch, f.pool.pool, user.uid, LG_STR("0123456789abcdef"));
	lg_store_find_set(batch, f.pool.pool, user.uid, &find, 1);
	lg_store_code_put(batch, &user, LG_STR("signup"), &code);
	lg_store_session_revoke(batch, f.pool.pool, user.uid, sid, LG_STR("client"), f.cx->now);
	lg_store_spend_rest_in(batch, f.pool.pool, user.uid, LG_STR("nonce"), 1, f.cx->now);
	CHECK_OK(lg_store_commit(batch));

	struct lg_user_row stale = user;
	CHECK_OK(update(&f, &user, 0));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_delete(batch, &stale);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, 0, &user));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_delete(batch, &user);
	CHECK_OK(lg_store_commit(batch));

	struct lg_user_page page;
	struct lg_session_row session;
	int64_t uses;
	CHECK_CODE(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, 0, &stale), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_code_read(f.store, f.cx, &user, LG_STR("signup"), &code), LG_E_NOT_FOUND);
	CHECK_OK(lg_store_find_page(f.store, f.cx, f.pool.pool, 1, 5, NULL, 10, &page));
	CHECK(page.count == 0);
	CHECK_OK(lg_store_group_page(
		f.store, f.cx, f.pool.pool, LG_STR("0123456789abcdef"), NULL, 10, &page));
	CHECK(page.count == 0);
	CHECK_OK(lg_store_session_read(f.store, f.cx, f.pool.pool, user.uid, sid, &session));
	CHECK(!session.there);
	CHECK_OK(lg_store_spent_uses(f.store, f.cx, f.pool.pool, user.uid, LG_STR("nonce"), &uses));
	CHECK(uses == 0);
	fixture_close(&f);
}

TEST(unknown_record_fields_are_kept)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	/* What a newer version would have added: the record's field 4000, an integer. */
	char newer[] = { 0x19, 0x0f, (char)0xa0, 0x05 };
	user.mfa.rest = lg_str_from_bytes(newer, sizeof(newer));
	CHECK_OK(update(&f, &user, LG_PART_MFA));
	struct lg_user_row read;
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, LG_PART_MFA, &read));
	CHECK_STR(read.mfa.rest, user.mfa.rest);
	CHECK_STR(read.mfa.preferred, LG_STR("SOFTWARE_TOKEN_MFA"));
	read.mfa.preferred = LG_STR("SMS_MFA");
	CHECK_OK(update(&f, &read, LG_PART_MFA));
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, LG_PART_MFA, &read));
	CHECK_STR(read.mfa.rest, user.mfa.rest);
	fixture_close(&f);
}

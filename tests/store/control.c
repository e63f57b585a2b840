#include "tests/store/fixture.h"

#include <string.h>

static lg_status
put_pool(struct store_fixture *f, struct lg_pool_row *row,
	void (*put)(struct lg_batch *, struct lg_pool_row *))
{
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	put(batch, row);
	return lg_store_commit(batch);
}

static void
update(struct lg_batch *batch, struct lg_pool_row *row)
{
	lg_store_pool_update(batch, row);
}

static void delete (struct lg_batch *batch, struct lg_pool_row *row)
{
	lg_store_pool_delete(batch, row);
}

TEST(pool_is_read_as_written_and_its_id_is_unique)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_idp_user_pool_type type = { .name = LG_STR("the pool's name") };
	struct lg_pool_row row = { .pool_id = LG_STR("eu-west-1_Second"), .state = LG_STR("active") };
	row.settings.type = &type;
	CHECK_OK(put_pool(&f, &row, lg_store_pool_insert));
	CHECK(row.pool > 0 && row.pool != f.pool.pool);
	struct lg_pool_row twice = { .pool_id = row.pool_id, .state = LG_STR("active") };
	CHECK_CODE(put_pool(&f, &twice, lg_store_pool_insert), LG_E_CONFLICT);
	CHECK(!lg_keyring_has(lg_store_keyring(f.store), twice.pool, LG_KEY_DATA));

	fixture_reopen(&f);
	CHECK(!lg_keyring_has(lg_store_keyring(f.store), row.pool, LG_KEY_INDEX));
	struct lg_pool_row read;
	CHECK_OK(lg_store_pool_read(f.store, f.cx, LG_STR("eu-west-1_Second"), &read));
	CHECK(lg_keyring_has(lg_store_keyring(f.store), row.pool, LG_KEY_INDEX));
	CHECK(read.pool == row.pool && read.version == 1 && read.created.ms == LG_TEST_NOW_MS);
	CHECK_STR(read.settings.type->name, type.name);
	CHECK_CODE(lg_store_pool_read(f.store, f.cx, LG_STR("eu-west-1_Nobody"), &read), LG_E_NOT_FOUND);

	type.name = LG_STR("another");
	CHECK_OK(put_pool(&f, &row, update));
	CHECK_CODE(put_pool(&f, &row, update), LG_E_CONFLICT);
	CHECK_OK(lg_store_pool_read(f.store, f.cx, LG_STR("eu-west-1_Second"), &read));
	CHECK(read.version == 2);
	CHECK_STR(read.settings.type->name, LG_STR("another"));
	fixture_close(&f);
}

TEST(constraint_that_no_count_shows_is_a_conflict_too)
{
	struct store_fixture f;
	fixture_open(&f);
	/* Of a newer layout, say. */
	run_sql(&f, "CREATE UNIQUE INDEX one_pool_a_time ON pool (created_ms)");
	struct lg_pool_row second = { .pool_id = LG_STR("us-east-1_Other"), .state = LG_STR("active") };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_meta_put(batch, LG_STR("beside"), LG_STR("value"));
	lg_store_pool_insert(batch, &second);
	lg_batch_tag(batch, 9);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	CHECK(lg_batch_failed(batch) == 9);
	lg_str value;
	CHECK_CODE(lg_store_meta_read(f.store, f.cx, LG_STR("beside"), &value), LG_E_NOT_FOUND);
	fixture_close(&f);
}

TEST(pools_come_in_id_order_behind_a_place)
{
	struct store_fixture f;
	fixture_open(&f);
	static const char *const ids[] = { "eu-west-1_b", "eu-west-1_A", "eu-west-1_a" };
	for (size_t i = 0; i < LG_LEN(ids); i++) {
		struct lg_pool_row row = { .pool_id = lg_str_from_c(ids[i]), .state = LG_STR("active") };
		CHECK_OK(put_pool(&f, &row, lg_store_pool_insert));
	}
	struct lg_pool_row *pools;
	size_t count;
	CHECK_OK(lg_store_pool_page(f.store, f.cx, LG_STR_NONE, 10, &pools, &count));
	CHECK(count == 4);
	/* Byte order, whatever the database's locale. */
	CHECK_STR(pools[0].pool_id, LG_STR("eu-west-1_A"));
	CHECK_STR(pools[1].pool_id, LG_STR("eu-west-1_a"));
	CHECK_OK(lg_store_pool_page(f.store, f.cx, pools[0].pool_id, 2, &pools, &count));
	CHECK(count == 2);
	CHECK_STR(pools[1].pool_id, LG_STR("eu-west-1_b"));
	int64_t number;
	CHECK_OK(lg_store_pool_count(f.store, f.cx, LG_STR("eu-west-1_"), &number));
	CHECK(number == 3);
	CHECK_OK(lg_store_pool_count(f.store, f.cx, LG_STR("us-east-1_"), &number));
	CHECK(number == 1);
	CHECK_OK(lg_store_pool_count(f.store, f.cx, LG_STR("eu-west-1%"), &number));
	CHECK(number == 0);
	fixture_close(&f);
}

TEST(every_configuration_write_bumps_the_pools_epoch)
{
	struct store_fixture f;
	fixture_open(&f);
	int64_t before[LG_EPOCH_SLOTS];
	int64_t after[LG_EPOCH_SLOTS];
	CHECK_OK(lg_store_epochs(f.store, f.cx, before));
	struct lg_client_row client = { .client_id = LG_STR("client1"), .pool = f.pool.pool };
	struct lg_domain_row domain = { .host = LG_STR("shop"), .pool = f.pool.pool };
	struct lg_signing_key_row key = { .pool = f.pool.pool,
		.kid = LG_STR("kid"),
		.use = LG_STR("id"),
		.alg = LG_STR("RS256"),
		.public_der = LG_STR("der"),
		.sealed = LG_STR("sealed") };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_pool_update(batch, &f.pool);
	lg_store_client_insert(batch, &client);
	lg_store_domain_insert(batch, &domain);
	lg_store_signing_key_insert(batch, &key);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_epochs(f.store, f.cx, after));
	for (int i = 0; i < LG_EPOCH_SLOTS; i++)
		CHECK(after[i] - before[i] == (i == lg_store_epoch_slot(f.pool.pool) ? 4 : 0));
	/* A conflict bumps nothing. */
	CHECK_CODE(put_pool(&f, &f.pool, update), LG_E_CONFLICT);
	CHECK_OK(lg_store_epochs(f.store, f.cx, before));
	CHECK(memcmp(before, after, sizeof(before)) == 0);
	fixture_close(&f);
}

TEST(client_is_found_with_its_pool)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_idp_user_pool_client_type type = { .client_name = LG_STR("web") };
	struct lg_client_row row = { .client_id = LG_STR("1example23456789"), .pool = f.pool.pool };
	row.settings.type = &type;
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_client_insert(batch, &row);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_client_insert(batch, &row);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);

	fixture_reopen(&f);
	struct lg_client_row read;
	lg_str pool_id;
	CHECK_OK(lg_store_client_read(f.store, f.cx, row.client_id, &read, &pool_id));
	CHECK_STR(pool_id, f.pool.pool_id);
	CHECK_STR(read.settings.type->client_name, LG_STR("web"));
	CHECK(read.version == 1 && read.pool == f.pool.pool);
	CHECK_CODE(lg_store_client_read(f.store, f.cx, LG_STR("nobody"), &read, &pool_id), LG_E_NOT_FOUND);

	struct lg_client_row *clients;
	size_t count;
	int64_t number;
	CHECK_OK(lg_store_client_page(f.store, f.cx, f.pool.pool, LG_STR_NONE, 10, &clients, &count));
	CHECK(count == 1);
	CHECK_OK(lg_store_client_count(f.store, f.cx, f.pool.pool, &number));
	CHECK(number == 1);
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_client_update(batch, &read);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_client_delete(batch, &read);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	read.version = 2;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_client_delete(batch, &read);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(lg_store_client_read(f.store, f.cx, row.client_id, &read, &pool_id), LG_E_NOT_FOUND);
	fixture_close(&f);
}

TEST(a_host_belongs_to_one_pool)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_domain_row row = { .host = LG_STR("shop"), .pool = f.pool.pool };
	row.settings.managed_login_version = (struct lg_opt_int){ true, 2 };
	struct lg_domain_row custom = { .host = LG_STR("login.example.com"), .pool = f.pool.pool };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_domain_insert(batch, &row);
	lg_store_domain_insert(batch, &custom);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_domain_insert(batch, &row);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);

	fixture_reopen(&f);
	struct lg_domain_row read;
	lg_str pool_id;
	int64_t count;
	CHECK_OK(lg_store_domain_read(f.store, f.cx, row.host, &read, &pool_id));
	CHECK_STR(pool_id, f.pool.pool_id);
	CHECK(read.version == 1 && read.settings.managed_login_version.v == 2);
	CHECK_CODE(lg_store_domain_read(f.store, f.cx, LG_STR("SHOP"), &read, &pool_id), LG_E_NOT_FOUND);
	CHECK_OK(lg_store_domain_count_custom(f.store, f.cx, &count));
	CHECK(count == 1);

	CHECK_OK(lg_store_domain_read(f.store, f.cx, row.host, &read, &pool_id));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_domain_update(batch, &read);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_domain_delete(batch, &read);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	read.version = 2;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_domain_delete(batch, &read);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(lg_store_domain_read(f.store, f.cx, row.host, &read, &pool_id), LG_E_NOT_FOUND);
	fixture_close(&f);
}

TEST(items_are_edited_by_version)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_idp_group_type type = { .description = LG_STR("first") };
	struct lg_rec_group group = { .type = &type };
	struct lg_item_row row = {
		.pool = f.pool.pool, .kind = LG_STR("group"), .name = LG_STR("staff"), .record = &group
	};
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_item_insert(batch, &row, &lg_shape_rec_group);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	struct lg_item_row twice = row;
	lg_store_item_insert(batch, &twice, &lg_shape_rec_group);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);

	f.cx->now.ms += 1000;
	type.description = LG_STR("second");
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_item_update(batch, &row, &lg_shape_rec_group);
	CHECK_OK(lg_store_commit(batch));
	struct lg_item_row read;
	CHECK_OK(lg_store_item_read(
		f.store, f.cx, f.pool.pool, LG_STR("group"), LG_STR("staff"), &lg_shape_rec_group, &read));
	CHECK(read.version == 2 && read.created.ms == LG_TEST_NOW_MS &&
		read.modified.ms == LG_TEST_NOW_MS + 1000);
	CHECK_STR(read.id, row.id);
	CHECK_STR(((struct lg_rec_group *)read.record)->type->description, LG_STR("second"));
	CHECK_CODE(lg_store_item_read(f.store, f.cx, f.pool.pool, LG_STR("group"), LG_STR("Staff"),
			   &lg_shape_rec_group, &read),
		LG_E_NOT_FOUND);

	struct lg_item_row *items;
	size_t count;
	int64_t number;
	CHECK_OK(lg_store_item_page(f.store, f.cx, f.pool.pool, LG_STR("group"), LG_STR_NONE, 10,
		&lg_shape_rec_group, &items, &count));
	CHECK(count == 1);
	CHECK_OK(lg_store_item_count(f.store, f.cx, f.pool.pool, LG_STR("group"), &number));
	CHECK(number == 1);
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_item_delete(batch, &row);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	fixture_close(&f);
}

TEST(items_are_found_by_an_id_of_the_callers_choice)
{
	struct store_fixture f;
	fixture_open(&f);
	const unsigned char id[16] = "sixteen bytes...";
	struct lg_idp_group_type type = { .description = LG_STR("d") };
	struct lg_rec_group group = { .type = &type };
	struct lg_item_row row = { .pool = f.pool.pool,
		.kind = LG_STR("group"),
		.name = LG_STR("staff"),
		.id = lg_str_from_bytes(id, sizeof(id)),
		.created = { LG_TEST_NOW_MS - 5 },
		.modified = { LG_TEST_NOW_MS - 3 },
		.record = &group };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_item_insert(batch, &row, &lg_shape_rec_group);
	CHECK_OK(lg_store_commit(batch));

	struct lg_item_row read;
	CHECK_OK(lg_store_item_read_id(
		f.store, f.cx, f.pool.pool, LG_STR("group"), id, &lg_shape_rec_group, &read));
	CHECK_STR(read.name, LG_STR("staff"));
	CHECK(read.created.ms == LG_TEST_NOW_MS - 5 && read.modified.ms == LG_TEST_NOW_MS - 3);
	CHECK_CODE(lg_store_item_read_id(
			   f.store, f.cx, f.pool.pool, LG_STR("terms"), id, &lg_shape_rec_group, &read),
		LG_E_NOT_FOUND);

	/* Dropping asks for no version, and not for the row either. */
	for (int i = 0; i < 2; i++) {
		CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
		lg_store_item_drop(batch, f.pool.pool, LG_STR("group"), LG_STR("staff"));
		CHECK_OK(lg_store_commit(batch));
		CHECK_CODE(lg_store_item_read_id(f.store, f.cx, f.pool.pool, LG_STR("group"), id,
				   &lg_shape_rec_group, &read),
			LG_E_NOT_FOUND);
	}
	fixture_close(&f);
}

TEST(items_of_a_kind_go_together)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_rec_import_bytes bytes = { .bytes = LG_STR("x") };
	static const lg_str kinds[] = { LG_STR_INIT("import:a"), LG_STR_INIT("import:ab") };
	struct lg_batch *batch;
	for (int i = 0; i < 6; i++) {
		struct lg_item_row row = { .pool = f.pool.pool, .kind = kinds[i % 2], .record = &bytes };
		CHECK_OK(lg_str_fmt(f.cx, &row.name, "%d", i));
		CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
		lg_store_item_insert(batch, &row, &lg_shape_rec_import_bytes);
		CHECK_OK(lg_store_commit(batch));
	}
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_item_drop_kind(batch, f.pool.pool, kinds[0]);
	CHECK_OK(lg_store_commit(batch));
	for (size_t i = 0; i < 2; i++) {
		int64_t count;
		CHECK_OK(lg_store_item_count(f.store, f.cx, f.pool.pool, kinds[i], &count));
		CHECK(count == (i == 0 ? 0 : 3));
	}
	fixture_close(&f);
}

/* More writes than a savepoint is made for. */
TEST(a_large_batch_is_written_whole_or_not_at_all)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_rec_import_bytes bytes = { .bytes = LG_STR("x") };
	const lg_str kind = LG_STR("import:a");
	/* The second time the last name is there already, then the first one. */
	static const int from[] = { 0, 598, 299 };
	static const int step[] = { 1, -1, 1 };
	for (int round = 0; round < 3; round++) {
		struct lg_batch *batch;
		CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
		for (int i = 0; i < 300; i++) {
			struct lg_item_row row = { .pool = f.pool.pool, .kind = kind, .record = &bytes };
			CHECK_OK(lg_str_fmt(f.cx, &row.name, "%d", from[round] + i * step[round]));
			lg_store_item_insert(batch, &row, &lg_shape_rec_import_bytes);
		}
		CHECK_CODE(lg_store_commit(batch), round == 0 ? LG_E_OK : LG_E_CONFLICT);
		int64_t count;
		CHECK_OK(lg_store_item_count(f.store, f.cx, f.pool.pool, kind, &count));
		CHECK(count == 300);
	}
	fixture_close(&f);
}

TEST(signing_keys_come_by_publication)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_signing_key_row key = { .pool = f.pool.pool,
		.kid = LG_STR("b"),
		.use = LG_STR("id"),
		.alg = LG_STR("RS256"),
		.publish = { 20 },
		.sign = { 30 },
		.retire = { 40 },
		.drop = { 50 },
		.public_der = LG_STR("der"),
		.sealed = LG_STR("sealed") };
	struct lg_signing_key_row older = key;
	older.kid = LG_STR("c");
	older.publish = (lg_time){ 10 };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_signing_key_insert(batch, &key);
	lg_store_signing_key_insert(batch, &older);
	CHECK_OK(lg_store_commit(batch));
	struct lg_signing_key_row *keys;
	size_t count;
	CHECK_OK(lg_store_signing_keys(f.store, f.cx, f.pool.pool, &keys, &count));
	CHECK(count == 2);
	CHECK_STR(keys[0].kid, LG_STR("c"));
	CHECK(keys[1].sign.ms == 30 && keys[1].retire.ms == 40 && keys[1].drop.ms == 50);
	CHECK_STR(keys[1].public_der, LG_STR("der"));

	/* Of two nodes that take one key from the stock, one gets it. */
	for (int i = 0; i < 2; i++) {
		CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
		lg_store_signing_key_delete(batch, f.pool.pool, LG_STR("b"));
		CHECK_CODE(lg_store_commit(batch), i == 0 ? LG_E_OK : LG_E_CONFLICT);
	}
	fixture_close(&f);
}

TEST(server_values_are_put_once)
{
	struct store_fixture f;
	fixture_open(&f);
	lg_str value;
	CHECK_CODE(lg_store_meta_read(f.store, f.cx, LG_STR("root"), &value), LG_E_NOT_FOUND);
	for (int i = 0; i < 2; i++) {
		struct lg_batch *batch;
		CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
		lg_store_meta_put(batch, LG_STR("root"), i ? LG_STR("other") : LG_STR("value"));
		CHECK_CODE(lg_store_commit(batch), i ? LG_E_CONFLICT : LG_E_OK);
	}
	/* Our own entries of the table are out of reach. */
	CHECK_CODE(lg_store_meta_read(f.store, f.cx, LG_STR("layout"), &value), LG_E_NOT_FOUND);
	fixture_reopen(&f);
	CHECK_OK(lg_store_clear(f.store, f.cx));
	CHECK_OK(lg_store_meta_read(f.store, f.cx, LG_STR("root"), &value));
	CHECK_STR(value, LG_STR("value"));
	fixture_close(&f);
}

TEST(deleted_pool_is_gone_at_once_and_its_users_go_lazily)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row users[12];
	for (int i = 0; i < 12; i++)
		users[i] = fixture_user(&f, (char[]){ 'u', (char)('a' + i), 0 });
	struct lg_pool_row other = { .pool_id = LG_STR("us-east-1_Other"), .state = LG_STR("active") };
	CHECK_OK(put_pool(&f, &other, lg_store_pool_insert));
	struct lg_pool_row gone = f.pool;
	f.pool = other;
	struct lg_user_row survivor = fixture_user(&f, "survivor");

	int64_t removed;
	CHECK_OK(lg_store_pool_purge(f.store, f.cx, 100, &removed));
	CHECK(removed == 0);
	CHECK_OK(put_pool(&f, &gone, delete));
	struct lg_pool_row read;
	CHECK_CODE(lg_store_pool_read(f.store, f.cx, gone.pool_id, &read), LG_E_NOT_FOUND);
	struct lg_pool_row again = { .pool_id = gone.pool_id, .state = LG_STR("active") };
	CHECK_OK(put_pool(&f, &again, lg_store_pool_insert));
	struct lg_user_row user;
	CHECK_CODE(lg_store_user_read(f.store, f.cx, again.pool, users[0].uid, 0, &user), LG_E_NOT_FOUND);

	/* 12 heads, 48 parts, 12 keys. */
	int64_t total = 0;
	for (int rounds = 0; rounds < 100; rounds++) {
		CHECK_OK(lg_store_pool_purge(f.store, f.cx, 10, &removed));
		CHECK(removed <= 10 + 3);
		total += removed;
		if (removed == 0)
			break;
	}
	CHECK(total == 12 + 48 + 12);
	/* Its keys were destroyed: even a row that is still there would open no more. */
	fixture_reopen(&f);
	CHECK_CODE(lg_store_user_read(f.store, f.cx, gone.pool, users[0].uid, 0, &user), LG_E_NOT_FOUND);
	CHECK_OK(lg_store_user_read(f.store, f.cx, other.pool, survivor.uid, LG_PART_PROFILE, &user));
	f.cx->now.ms += LG_HOUR_MS;
	CHECK_OK(lg_store_pool_purge(f.store, f.cx, 10, &removed));
	CHECK_OK(lg_store_pool_purge(f.store, f.cx, 10, &removed));
	CHECK(removed == 0);
	fixture_close(&f);
}

TEST(clear_leaves_an_empty_store_that_works)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	CHECK_OK(lg_store_clear(f.store, f.cx));
	struct lg_pool_row read;
	CHECK_CODE(lg_store_pool_read(f.store, f.cx, f.pool.pool_id, &read), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, 0, &user), LG_E_NOT_FOUND);
	f.pool.pool = 0;
	CHECK_OK(put_pool(&f, &f.pool, lg_store_pool_insert));
	(void)fixture_user(&f, "ada");
	fixture_reopen(&f);
	CHECK_OK(lg_store_pool_read(f.store, f.cx, f.pool.pool_id, &read));
	fixture_close(&f);
}

TEST(work_is_counted_by_round_trip_and_commit)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	f.cx->work = (struct lg_work){ 0 };
	CHECK_OK(lg_store_user_read(
		f.store, f.cx, f.pool.pool, user.uid, LG_PART_PROFILE | LG_PART_CREDENTIAL, &user));
	CHECK(f.cx->work.reads == 1 && f.cx->work.batches == 0);
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	CHECK_OK(lg_store_commit(batch));
	CHECK(f.cx->work.batches == 0);
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_update(batch, &user, LG_PART_PROFILE);
	lg_store_throttle_clear(batch, f.pool.pool, user.uid, 1);
	CHECK_OK(lg_store_commit(batch));
	CHECK(f.cx->work.reads == 1 && f.cx->work.batches == 1);
	fixture_close(&f);
}

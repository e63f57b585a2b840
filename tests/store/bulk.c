#include "tests/store/fixture.h"

#include <stdio.h>
#include <string.h>

#include "store/bulk.h"
#include "store/user_item.h"

/* Whole pools, page by page (store/bulk.h), and pools that are being imported. */

#define USERS 10

static void
put_item(struct store_fixture *f, const struct lg_user_row *user, lg_str kind, const char *name)
{
	struct lg_rec_code record = { .to = lg_str_from_c(name) };
	struct lg_user_item item = { .kind = kind, .name = lg_str_from_c(name), .record = &record };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_user_item_insert(batch, user, &item, &lg_shape_rec_code);
	CHECK_OK(lg_store_commit(batch));
}

static void
join(struct store_fixture *f, const struct lg_user_row *user, int nth)
{
	unsigned char group[16] = { (unsigned char)nth };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_group_add(batch, user->pool, user->uid, lg_str_from_bytes(group, sizeof(group)));
	CHECK_OK(lg_store_commit(batch));
}

/* The n-th user has n % 3 groups and n % 4 items, and an event, which no archive holds. */
static void
fill(struct store_fixture *f)
{
	for (int i = 0; i < USERS; i++) {
		char name[16];
		snprintf(name, sizeof(name), "user-%d", i);
		const struct lg_user_row user = fixture_user(f, name);
		for (int k = 0; k < i % 3; k++)
			join(f, &user, k);
		for (int k = 0; k < i % 4; k++) {
			snprintf(name, sizeof(name), "%d-%d", i, k);
			put_item(f, &user, k % 2 ? LG_STR("passkey") : LG_STR("device"), name);
		}
		put_item(f, &user, LG_STR("event"), "e");
	}
}

/* Is this the n-th user, whole? */
static void
check_user(const struct lg_bulk_user *user)
{
	const lg_str name = user->row.profile.username;
	const int nth = name.ptr[name.len - 1] - '0';
	CHECK(user->row.parts == (LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA | LG_PART_HISTORY));
	assert_int_equal(user->group_count, nth % 3);
	for (size_t i = 0; i < user->group_count; i++)
		assert_int_equal(user->groups[i].ptr[0], i);
}

TEST(every_user_comes_once_with_his_parts_and_groups)
{
	struct store_fixture f;
	fixture_open(&f);
	fill(&f);
	for (size_t limit = 1; limit <= USERS + 1; limit += 3) {
		unsigned char after[LG_UID_SIZE];
		struct lg_bulk_user *users;
		size_t total = 0, count = limit;
		while (count == limit) {
			CHECK_OK(lg_store_bulk_users(
				f.store, f.cx, f.pool.pool, total ? after : NULL, limit, &users, &count));
			for (size_t i = 0; i < count; i++) {
				CHECK(total == 0 || lg_bytes_cmp(after, users[i].row.uid, LG_UID_SIZE) < 0);
				memcpy(after, users[i].row.uid, LG_UID_SIZE);
				check_user(&users[i]);
				total++;
			}
		}
		assert_int_equal(total, USERS);
		unsigned char last[LG_UID_SIZE];
		CHECK_OK(lg_store_bulk_last(f.store, f.cx, f.pool.pool, last));
		CHECK(lg_bytes_eq(last, after, sizeof(last)));
	}
	fixture_close(&f);
}

TEST(devices_and_passkeys_come_with_their_users_however_large_a_page_is)
{
	struct store_fixture f;
	fixture_open(&f);
	fill(&f);
	struct lg_bulk_user *users;
	size_t user_count;
	CHECK_OK(lg_store_bulk_users(f.store, f.cx, f.pool.pool, NULL, USERS, &users, &user_count));
	for (size_t limit = 1; limit < 20; limit += 6) {
		struct lg_bulk_place place = { 0 };
		size_t total = 0, count = limit, user = 0;
		while (count == limit) {
			struct lg_bulk_item *items;
			CHECK_OK(lg_store_bulk_items(
				f.store, f.cx, users, user_count, &place, limit, &items, &count));
			for (size_t i = 0; i < count; i++, total++) {
				CHECK(items[i].user >= user);
				user = items[i].user;
				const lg_str name = users[user].row.profile.username;
				CHECK(items[i].name.ptr[0] == name.ptr[name.len - 1]);
				CHECK(items[i].record.len > 0 && items[i].created.ms == f.cx->now.ms);
			}
		}
		assert_int_equal(total, 0 + 1 + 2 + 3 + 0 + 1 + 2 + 3 + 0 + 1);
	}
	fixture_close(&f);
}

TEST(an_empty_pool_has_no_last_user)
{
	struct store_fixture f;
	fixture_open(&f);
	unsigned char last[LG_UID_SIZE];
	struct lg_bulk_user *users;
	size_t count;
	CHECK_CODE(lg_store_bulk_last(f.store, f.cx, f.pool.pool, last), LG_E_NOT_FOUND);
	CHECK_OK(lg_store_bulk_users(f.store, f.cx, f.pool.pool, NULL, 5, &users, &count));
	assert_int_equal(count, 0);
	fixture_close(&f);
}

TEST(a_pool_that_is_being_imported_is_found_by_its_import_only)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_pool_row pool = { .pool_id = LG_STR("eu-west-1_Arriving"), .state = LG_POOL_IMPORTING },
			   read;
	struct lg_client_row client = { .client_id = LG_STR("arriving") }, read_client;
	struct lg_domain_row domain = { .host = LG_STR("arriving") }, read_domain;
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_pool_insert(batch, &pool);
	client.pool = domain.pool = pool.pool;
	lg_store_client_insert(batch, &client);
	lg_store_domain_insert(batch, &domain);
	CHECK_OK(lg_store_commit(batch));

	lg_str pool_id;
	int64_t number;
	CHECK_CODE(lg_store_pool_read(f.store, f.cx, pool.pool_id, &read), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_client_read(f.store, f.cx, client.client_id, &read_client, &pool_id),
		LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_domain_read(f.store, f.cx, domain.host, &read_domain, &pool_id), LG_E_NOT_FOUND);
	struct lg_pool_row *rows;
	size_t count;
	CHECK_OK(lg_store_pool_page(f.store, f.cx, LG_STR_NONE, 10, &rows, &count));
	assert_int_equal(count, 1);
	CHECK_OK(lg_store_client_pool(f.store, f.cx, client.client_id, &number));
	CHECK(number == pool.pool);
	CHECK_OK(lg_store_domain_pool(f.store, f.cx, domain.host, &number));
	CHECK(number == pool.pool);
	CHECK_CODE(lg_store_client_pool(f.store, f.cx, LG_STR("nobody"), &number), LG_E_NOT_FOUND);

	CHECK_OK(lg_store_pool_read_any(f.store, f.cx, pool.pool_id, &read));
	read.state = LG_POOL_ACTIVE;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_pool_update(batch, &read);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_pool_read(f.store, f.cx, pool.pool_id, &read));
	CHECK_OK(lg_store_client_read(f.store, f.cx, client.client_id, &read_client, &pool_id));
	CHECK_OK(lg_store_domain_read(f.store, f.cx, domain.host, &read_domain, &pool_id));
	fixture_close(&f);
}

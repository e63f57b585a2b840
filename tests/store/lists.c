#include "tests/store/fixture.h"

#include <stdio.h>
#include <string.h>

#define USERS 25

/* Every user once, in uid order, whatever the size of the page. */
static size_t
walk_users(struct store_fixture *f, size_t limit)
{
	unsigned char after[LG_UID_SIZE];
	const unsigned char *from = NULL;
	size_t seen = 0;
	for (;;) {
		struct lg_user_page page;
		CHECK_OK(lg_store_user_page(f->store, f->cx, f->pool.pool, from, limit, &page));
		CHECK(page.count <= limit);
		for (size_t i = 0; i < page.count; i++) {
			CHECK(!from || memcmp(from, page.rows[i].uid, LG_UID_SIZE) < 0);
			CHECK(page.rows[i].parts == LG_PART_PROFILE);
			memcpy(after, page.rows[i].uid, LG_UID_SIZE);
			from = after;
		}
		seen += page.count;
		if (page.count < limit)
			return seen;
	}
}

TEST(user_pages_show_everybody_once_in_uid_order)
{
	struct store_fixture f;
	fixture_open(&f);
	for (int i = 0; i < USERS; i++)
		(void)fixture_user(&f, (char[]){ 'u', (char)('a' + i), 0 });
	CHECK(walk_users(&f, 1) == USERS);
	CHECK(walk_users(&f, 7) == USERS);
	CHECK(walk_users(&f, 60) == USERS);
	int64_t count;
	CHECK_OK(lg_store_user_estimate(f.store, f.cx, f.pool.pool, &count));
	CHECK(count == USERS);
	fixture_close(&f);
}

TEST(many_users_are_estimated)
{
	struct store_fixture f;
	fixture_open(&f);
	char sql[800];
	const char *uid = on_sqlite() ? "randomblob(16)" : "decode(md5(random()::text), 'hex')";
	const char *blob = on_sqlite() ? "x'00'" : "'\\x00'::bytea";
	snprintf(sql, sizeof(sql),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)"
		" INSERT INTO user_head (pool, uid, version, status, enabled, signout_gen, signout_ms, "
		"created_ms,"
		" modified_ms, kv, user_dek) SELECT %lld, %s, 1, 2, 1, 0, 0, 0, 0, 1, %s FROM n",
		(long long)f.pool.pool, uid, blob);
	run_sql(&f, sql);
	int64_t count;
	f.cx->work.reads = 0;
	CHECK_OK(lg_store_user_estimate(f.store, f.cx, f.pool.pool, &count));
	CHECK(count > 37000 && count < 43000);
	CHECK(f.cx->work.reads == 2);
	fixture_close(&f);
}

static void
set_find(struct store_fixture *f, const struct lg_user_row *user, const struct lg_find_digest *digests,
	size_t count)
{
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_find_set(batch, f->pool.pool, user->uid, digests, count);
	CHECK_OK(lg_store_commit(batch));
}

static size_t
find(struct store_fixture *f, int kind, int64_t digest, const unsigned char *after)
{
	struct lg_user_page page;
	CHECK_OK(lg_store_find_page(f->store, f->cx, f->pool.pool, kind, digest, after, 10, &page));
	for (size_t i = 0; i < page.count; i++)
		CHECK(page.rows[i].parts == LG_PART_PROFILE);
	return page.count;
}

TEST(search_rows_are_replaced_as_a_set)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row ada = fixture_user(&f, "ada");
	struct lg_user_row bob = fixture_user(&f, "bob");
	const struct lg_find_digest both[] = { { 1, -77 }, { 2, INT64_MIN }, { 1, -77 } };
	const struct lg_find_digest one[] = { { 1, -77 } };
	set_find(&f, &ada, both, 3);
	set_find(&f, &bob, one, 1);
	CHECK(find(&f, 1, -77, NULL) == 2);
	CHECK(find(&f, 2, INT64_MIN, NULL) == 1);
	CHECK(find(&f, 2, -77, NULL) == 0);
	const unsigned char *lower = memcmp(ada.uid, bob.uid, LG_UID_SIZE) < 0 ? ada.uid : bob.uid;
	CHECK(find(&f, 1, -77, lower) == 1);
	set_find(&f, &ada, one, 1);
	CHECK(find(&f, 2, INT64_MIN, NULL) == 0);
	set_find(&f, &ada, NULL, 0);
	CHECK(find(&f, 1, -77, NULL) == 1);
	fixture_close(&f);
}

static struct lg_item_row
make_group(struct store_fixture *f, const char *name, int64_t precedence)
{
	struct lg_idp_group_type *type = lg_new(f->cx, struct lg_idp_group_type);
	struct lg_rec_group *group = lg_new(f->cx, struct lg_rec_group);
	CHECK(type && group);
	type->group_name = lg_str_from_c(name);
	type->precedence = (struct lg_opt_int){ true, precedence };
	group->type = type;
	struct lg_item_row row = {
		.pool = f->pool.pool, .kind = LG_STR("group"), .name = lg_str_from_c(name), .record = group
	};
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_item_insert(batch, &row, &lg_shape_rec_group);
	CHECK_OK(lg_store_commit(batch));
	return row;
}

static void
membership(
	struct store_fixture *f, const struct lg_user_row *user, const struct lg_item_row *group, bool add)
{
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	if (add)
		lg_store_group_add(batch, f->pool.pool, user->uid, group->id);
	else
		lg_store_group_remove(batch, f->pool.pool, user->uid, group->id);
	CHECK_OK(lg_store_commit(batch));
}

TEST(membership_twice_is_once_and_groups_come_by_name)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row ada = fixture_user(&f, "ada");
	struct lg_user_row bob = fixture_user(&f, "bob");
	struct lg_item_row zoo = make_group(&f, "zoo", 1);
	struct lg_item_row admins = make_group(&f, "admins", 2);
	membership(&f, &ada, &zoo, true);
	membership(&f, &ada, &zoo, true);
	membership(&f, &ada, &admins, true);
	membership(&f, &bob, &zoo, true);

	struct lg_item_row *groups;
	size_t count;
	CHECK_OK(lg_store_groups_of_user(
		f.store, f.cx, f.pool.pool, ada.uid, &lg_shape_rec_group, &groups, &count));
	CHECK(count == 2);
	CHECK_STR(groups[0].name, LG_STR("admins"));
	CHECK_STR(groups[1].name, LG_STR("zoo"));
	CHECK(((struct lg_rec_group *)groups[0].record)->type->precedence.v == 2);

	struct lg_user_page page;
	CHECK_OK(lg_store_group_page(f.store, f.cx, f.pool.pool, zoo.id, NULL, 10, &page));
	CHECK(page.count == 2 && memcmp(page.rows[0].uid, page.rows[1].uid, LG_UID_SIZE) < 0);
	CHECK_OK(lg_store_group_page(f.store, f.cx, f.pool.pool, zoo.id, page.rows[0].uid, 10, &page));
	CHECK(page.count == 1);

	membership(&f, &ada, &zoo, false);
	membership(&f, &ada, &zoo, false);
	CHECK_OK(lg_store_groups_of_user(
		f.store, f.cx, f.pool.pool, ada.uid, &lg_shape_rec_group, &groups, &count));
	CHECK(count == 1);
	fixture_close(&f);
}

TEST(a_user_who_is_read_alone_tells_whether_he_is_in_a_group)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row ada = fixture_user(&f, "ada");
	struct lg_item_row group = make_group(&f, "admins", 1);
	static const unsigned char sid[LG_SID_SIZE];
	for (int member = 0; member < 2; member++) {
		if (member)
			membership(&f, &ada, &group, true);
		struct lg_user_row read;
		struct lg_session_row session;
		CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, ada.uid, LG_PART_PROFILE, &read));
		CHECK(read.in_groups == (member == 1));
		CHECK_OK(lg_store_user_read_session(f.store, f.cx, f.pool.pool, ada.uid, 0, sid, &read,
			&session));
		CHECK(read.in_groups == (member == 1) && !session.there);
	}
	fixture_close(&f);
}

TEST(group_made_again_revives_nobody)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row ada = fixture_user(&f, "ada");
	struct lg_item_row group = make_group(&f, "admins", 1);
	membership(&f, &ada, &group, true);
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_item_delete(batch, &group);
	CHECK_OK(lg_store_commit(batch));
	struct lg_item_row again = make_group(&f, "admins", 1);
	CHECK(!lg_str_eq(again.id, group.id));

	struct lg_item_row *groups;
	size_t count;
	CHECK_OK(lg_store_groups_of_user(
		f.store, f.cx, f.pool.pool, ada.uid, &lg_shape_rec_group, &groups, &count));
	CHECK(count == 0);
	fixture_close(&f);
}

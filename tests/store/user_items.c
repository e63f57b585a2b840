#include "tests/store/fixture.h"

#include "store/user_item.h"

#define KIND LG_STR("device")

static lg_status
write_item(struct store_fixture *f, struct lg_ctx *cx, const struct lg_user_row *user,
	struct lg_user_item *item, void (*add)(struct lg_batch *, const struct lg_user_row *,
		struct lg_user_item *))
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, cx, &batch));
	add(batch, user, item);
	return lg_store_commit(batch);
}

static void
insert(struct lg_batch *batch, const struct lg_user_row *user, struct lg_user_item *item)
{
	lg_store_user_item_insert(batch, user, item, &lg_shape_rec_code);
}

static void
update(struct lg_batch *batch, const struct lg_user_row *user, struct lg_user_item *item)
{
	lg_store_user_item_update(batch, user, item, &lg_shape_rec_code);
}

static void
delete(struct lg_batch *batch, const struct lg_user_row *user, struct lg_user_item *item)
{
	lg_store_user_item_delete(batch, user, item);
}

static void
hold(struct lg_batch *batch, const struct lg_user_row *user, struct lg_user_item *item)
{
	lg_store_user_item_hold(batch, user, item);
}

static lg_status
read_item(struct store_fixture *f, const struct lg_user_row *user, lg_str name, struct lg_user_item *ret)
{
	return lg_store_user_item_read(f->store, f->cx, user, KIND, name, &lg_shape_rec_code, ret);
}

TEST(item_of_a_user_is_written_once_read_changed_and_deleted)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "alice"), other = fixture_user(&f, "bob");
	struct lg_rec_code record = { .to = LG_STR("first") };
	struct lg_user_item item = { .kind = KIND, .name = LG_STR("key"), .record = &record };
	CHECK_OK(write_item(&f, f.cx, &user, &item, insert));
	CHECK_CODE(write_item(&f, f.cx, &user, &item, insert), LG_E_CONFLICT);
	CHECK_OK(write_item(&f, f.cx, &other, &item, insert));

	struct lg_user_item read;
	CHECK_OK(read_item(&f, &user, item.name, &read));
	CHECK(lg_str_eq(read.name, item.name));
	CHECK(lg_str_eq(((struct lg_rec_code *)read.record)->to, record.to));
	CHECK(read.version == 1 && read.created.ms == f.cx->now.ms);

	record.to = LG_STR("second");
	CHECK_OK(write_item(&f, f.cx, &user, &item, update));
	CHECK_CODE(write_item(&f, f.cx, &user, &item, update), LG_E_CONFLICT);
	CHECK_OK(read_item(&f, &user, item.name, &read));
	CHECK(lg_str_eq(((struct lg_rec_code *)read.record)->to, record.to));
	CHECK(read.version == 2);

	CHECK_CODE(write_item(&f, f.cx, &user, &item, delete), LG_E_CONFLICT);
	item.version = 2;
	CHECK_OK(write_item(&f, f.cx, &user, &item, hold));
	CHECK_OK(write_item(&f, f.cx, &user, &item, delete));
	CHECK_CODE(write_item(&f, f.cx, &user, &item, hold), LG_E_CONFLICT);
	CHECK_CODE(read_item(&f, &user, item.name, &read), LG_E_NOT_FOUND);
	CHECK_OK(read_item(&f, &other, item.name, &read));
	fixture_close(&f);
}

TEST(items_of_a_user_are_paged_and_go_with_him)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "alice");
	for (int i = 0; i < 5; i++) {
		struct lg_rec_code record = { .to = LG_STR("x") };
		struct lg_user_item item = { .kind = KIND, .record = &record };
		CHECK_OK(lg_str_fmt(f.cx, &item.name, "key-%d", i));
		CHECK_OK(write_item(&f, f.cx, &user, &item, insert));
	}
	size_t seen = 0, count = 0;
	lg_str after = LG_STR_NONE;
	do {
		struct lg_user_item *items;
		CHECK_OK(lg_store_user_item_page(f.store, f.cx, &user, KIND, after, 2, &lg_shape_rec_code,
			&items, &count));
		seen += count;
		if (count > 0)
			after = items[count - 1].name;
	} while (count == 2);
	CHECK(seen == 5);

	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_delete(batch, &user);
	CHECK_OK(lg_store_commit(batch));
	struct lg_user_item *items;
	CHECK_OK(lg_store_user_item_page(f.store, f.cx, &user, KIND, LG_STR_NONE, 9, &lg_shape_rec_code,
		&items, &count));
	CHECK(count == 0);
	fixture_close(&f);
}

static void
put(struct lg_batch *batch, const struct lg_user_row *user, struct lg_user_item *item)
{
	lg_store_user_item_put(batch, user, item, &lg_shape_rec_code);
}

/* Items key-0 .. key-4; two are made in the same millisecond. */
static void
put_five(struct store_fixture *f, const struct lg_user_row *user)
{
	static const int64_t after_ms[] = { 30, 10, 20, 20, 40 };
	for (int i = 0; i < 5; i++) {
		struct lg_rec_code record = { .to = LG_STR("x") };
		struct lg_user_item item = { .kind = KIND, .record = &record,
			.created = { LG_TEST_NOW_MS + after_ms[i] } };
		CHECK_OK(lg_str_fmt(f->cx, &item.name, "key-%d", i));
		CHECK_OK(write_item(f, f->cx, user, &item, put));
	}
}

TEST(items_come_newest_first_in_pages)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "alice");
	put_five(&f, &user);
	size_t seen = 0, count = 0;
	struct lg_user_item last = { .created = { INT64_MAX } };
	do {
		struct lg_user_item *items;
		CHECK_OK(lg_store_user_item_newest(f.store, f.cx, &user, KIND, last.created, last.name, 2,
			&lg_shape_rec_code, &items, &count));
		for (size_t i = 0; i < count; i++) {
			CHECK(items[i].created.ms <= last.created.ms);
			CHECK(!lg_str_eq(items[i].name, last.name));
			last = items[i];
			seen++;
		}
	} while (count == 2);
	CHECK(seen == 5);
	CHECK(lg_str_eq(last.name, LG_STR("key-1")));
	fixture_close(&f);
}

TEST(an_item_that_is_put_again_takes_the_place_of_the_first)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "alice");
	put_five(&f, &user);
	struct lg_rec_code record = { .to = LG_STR("again") };
	struct lg_user_item item = { .kind = KIND, .name = LG_STR("key-1"), .record = &record,
		.created = { LG_TEST_NOW_MS + 50 } };
	CHECK_OK(write_item(&f, f.cx, &user, &item, put));
	struct lg_user_item read;
	CHECK_OK(read_item(&f, &user, item.name, &read));
	CHECK(read.version == 2 && read.created.ms == LG_TEST_NOW_MS + 50);
	CHECK(lg_str_eq(((struct lg_rec_code *)read.record)->to, record.to));
	fixture_close(&f);
}

static size_t
left_after_prune(struct store_fixture *f, const struct lg_user_row *user, int64_t before_ms, int64_t keep)
{
	struct lg_batch *batch;
	struct lg_user_item *items;
	size_t count;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_user_item_prune(batch, user, KIND, (lg_time){ before_ms }, keep);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_user_item_newest(f->store, f->cx, user, KIND, (lg_time){ 0 }, LG_STR_NONE, 9,
		&lg_shape_rec_code, &items, &count));
	return count;
}

TEST(old_items_and_too_many_are_pruned)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "alice"), other = fixture_user(&f, "bob");
	put_five(&f, &user);
	put_five(&f, &other);
	CHECK(left_after_prune(&f, &user, LG_TEST_NOW_MS, 5) == 5);
	CHECK(left_after_prune(&f, &user, LG_TEST_NOW_MS + 11, 5) == 4);
	CHECK(left_after_prune(&f, &user, LG_TEST_NOW_MS, 100) == 4);
	/* Those of one millisecond stay together. */
	CHECK(left_after_prune(&f, &user, LG_TEST_NOW_MS, 3) == 4);
	CHECK(left_after_prune(&f, &user, LG_TEST_NOW_MS, 2) == 2);
	CHECK(left_after_prune(&f, &other, LG_TEST_NOW_MS, 9) == 5);
	fixture_close(&f);
}

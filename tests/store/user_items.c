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
	CHECK_OK(write_item(&f, f.cx, &user, &item, delete));
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

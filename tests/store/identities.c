#include "tests/store/fixture.h"

#include "store/identity.h"

static void
digest(struct store_fixture *f, const struct lg_identity_pool_row *pool, const char *name,
	unsigned char ret[16])
{
	CHECK_OK(lg_store_digest(f->store, f->cx, pool->pool, LG_STR("login"), lg_str_from_c(name), ret));
}

static lg_status
write_pool(struct store_fixture *f, struct lg_identity_pool_row *row,
	void (*put)(struct lg_batch *, const struct lg_identity_pool_row *))
{
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	if (put)
		put(batch, row);
	else
		lg_store_identity_pool_insert(batch, row);
	return lg_store_commit(batch);
}

static struct lg_identity_pool_row
make_pool(struct store_fixture *f, lg_str id, lg_str name)
{
	struct lg_ci_identity_pool *type = lg_new(f->cx, struct lg_ci_identity_pool);
	type->identity_pool_name = name;
	struct lg_identity_pool_row row = { .pool_id = id, .settings = { .type = type } };
	CHECK_OK(write_pool(f, &row, NULL));
	return row;
}

/* An identity with this login; NULL = a guest. */
static lg_status
make_identity(struct store_fixture *f, struct lg_ctx *cx, const struct lg_identity_pool_row *pool,
	const char *login, struct lg_identity_row *ret)
{
	*ret = (struct lg_identity_row){ .head = { .enabled = true, .status = LG_USER_UNKNOWN } };
	struct lg_rec_login *item = lg_new(cx, struct lg_rec_login);
	LG_TRY(lg_store_user_prepare(f->store, cx, pool->pool, &ret->head));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, cx, &batch));
	if (login) {
		unsigned char key[16];
		*item = (struct lg_rec_login){ .user_id = lg_str_from_c(login) };
		ret->logins.logins.items = item;
		ret->logins.logins.count = 1;
		ret->logins.logins.has = true;
		ret->linked = true;
		LG_TRY(lg_store_digest(
			f->store, cx, pool->pool, LG_STR("login"), lg_str_from_c(login), key));
		lg_store_key_claim(batch, pool->pool, key, LG_KEY_LOGIN, ret->head.uid);
	}
	lg_store_identity_insert(batch, ret);
	return lg_store_commit(batch);
}

TEST(identity_pool_is_read_as_written_by_id_and_by_number)
{
	struct store_fixture f;
	fixture_open(&f);
	const lg_str id = LG_STR("eu-west-1:00000000-0000-4000-8000-000000000001");
	struct lg_identity_pool_row row = make_pool(&f, id, LG_STR("the pool's name"));
	CHECK(row.pool > 0 && row.pool != f.pool.pool);
	struct lg_identity_pool_row twice = { .pool_id = id, .settings = row.settings };
	CHECK_CODE(write_pool(&f, &twice, NULL), LG_E_CONFLICT);
	CHECK(!lg_keyring_has(lg_store_keyring(f.store), twice.pool, LG_KEY_DATA));

	fixture_reopen(&f);
	struct lg_identity_pool_row read;
	CHECK_OK(lg_store_identity_pool_read(f.store, f.cx, id, &read));
	CHECK(read.pool == row.pool && read.version == 1 && read.created.ms == LG_TEST_NOW_MS);
	CHECK_STR(read.settings.type->identity_pool_name, LG_STR("the pool's name"));
	CHECK_OK(lg_store_identity_pool_read_number(f.store, f.cx, row.pool, &read));
	CHECK_STR(read.pool_id, id);
	CHECK_CODE(lg_store_identity_pool_read(f.store, f.cx, LG_STR("eu-west-1:2"), &read), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_identity_pool_read_number(f.store, f.cx, 17, &read), LG_E_NOT_FOUND);

	/* It is no user pool, and a user pool is none. */
	struct lg_pool_row user_pool;
	CHECK_CODE(lg_store_pool_read(f.store, f.cx, id, &user_pool), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_identity_pool_read(f.store, f.cx, f.pool.pool_id, &read), LG_E_NOT_FOUND);

	CHECK_OK(write_pool(&f, &row, lg_store_identity_pool_update));
	CHECK_CODE(write_pool(&f, &row, lg_store_identity_pool_update), LG_E_CONFLICT);
	fixture_close(&f);
}

TEST(identity_pools_are_listed_in_id_order_and_counted_by_prefix)
{
	struct store_fixture f;
	fixture_open(&f);
	static const char *const ids[] = { "eu-west-1:b", "eu-west-1:a", "eu-west-1:c", "us-east-1:a" };
	for (size_t i = 0; i < LG_LEN(ids); i++)
		make_pool(&f, lg_str_from_c(ids[i]), LG_STR("x"));
	struct lg_identity_pool_row *rows;
	size_t count;
	CHECK_OK(lg_store_identity_pool_page(f.store, f.cx, LG_STR("eu-west-1:a"), 2, &rows, &count));
	CHECK(count == 2);
	CHECK_STR(rows[0].pool_id, LG_STR("eu-west-1:b"));
	CHECK_STR(rows[1].pool_id, LG_STR("eu-west-1:c"));
	int64_t all;
	CHECK_OK(lg_store_identity_pool_count(f.store, f.cx, LG_STR("eu-west-1:"), &all));
	CHECK(all == 3);
	fixture_close(&f);
}

TEST(identity_is_read_as_written_and_a_guest_has_no_part)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_identity_pool_row pool = make_pool(&f, LG_STR("eu-west-1:1"), LG_STR("x"));
	struct lg_identity_row guest, user, read;
	CHECK_OK(make_identity(&f, f.cx, &pool, NULL, &guest));
	CHECK_OK(make_identity(&f, f.cx, &pool, "ada", &user));
	fixture_reopen(&f);

	CHECK_OK(lg_store_identity_read(f.store, f.cx, pool.pool, guest.head.uid, &read));
	CHECK(!read.linked && read.logins.logins.count == 0);
	CHECK(read.head.enabled && read.head.version == 1);
	CHECK(read.head.created.ms == LG_TEST_NOW_MS);
	CHECK_OK(lg_store_identity_read(f.store, f.cx, pool.pool, user.head.uid, &read));
	CHECK(read.logins.logins.count == 1);
	CHECK_STR(read.logins.logins.items[0].user_id, LG_STR("ada"));

	f.cx->now.ms += 1000;
	read.head.enabled = false;
	read.logins.logins.count = 0;
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_identity_update(batch, &read);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_identity_update(batch, &read);
	CHECK_CODE(lg_store_commit(batch), LG_E_CONFLICT);
	CHECK_OK(lg_store_identity_read(f.store, f.cx, pool.pool, user.head.uid, &read));
	CHECK(read.linked && read.logins.logins.count == 0);
	CHECK(!read.head.enabled && read.head.version == 2);
	CHECK(read.head.modified.ms == LG_TEST_NOW_MS + 1000);

	struct lg_identity_row *rows;
	size_t count;
	CHECK_OK(lg_store_identity_page(f.store, f.cx, pool.pool, NULL, 10, &rows, &count));
	CHECK(count == 2);
	CHECK(lg_bytes_cmp(rows[0].head.uid, rows[1].head.uid, LG_UID_SIZE) < 0);
	CHECK_OK(lg_store_identity_page(f.store, f.cx, pool.pool, rows[0].head.uid, 10, &rows, &count));
	CHECK(count == 1);
	fixture_close(&f);
}

TEST(identity_of_another_pool_is_not_found)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_identity_pool_row pool = make_pool(&f, LG_STR("eu-west-1:1"), LG_STR("x"));
	struct lg_identity_pool_row other = make_pool(&f, LG_STR("eu-west-1:2"), LG_STR("x"));
	struct lg_identity_row identity, read;
	CHECK_OK(make_identity(&f, f.cx, &pool, NULL, &identity));
	CHECK_CODE(
		lg_store_identity_read(f.store, f.cx, other.pool, identity.head.uid, &read), LG_E_NOT_FOUND);
	fixture_close(&f);
}

TEST(login_moves_from_its_owner_only)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_identity_pool_row pool = make_pool(&f, LG_STR("eu-west-1:1"), LG_STR("x"));
	struct lg_identity_row from, to;
	CHECK_OK(make_identity(&f, f.cx, &pool, "ada", &from));
	CHECK_OK(make_identity(&f, f.cx, &pool, NULL, &to));
	unsigned char key[16], uid[LG_UID_SIZE];
	digest(&f, &pool, "ada", key);
	for (int i = 0; i < 2; i++) {
		struct lg_batch *batch;
		CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
		lg_store_key_move(batch, pool.pool, key, from.head.uid, to.head.uid);
		CHECK_CODE(lg_store_commit(batch), i ? LG_E_CONFLICT : LG_E_OK);
	}
	enum lg_key_kind kind;
	CHECK_OK(lg_store_key_find(f.store, f.cx, pool.pool, key, &kind, uid));
	CHECK(kind == LG_KEY_LOGIN && lg_bytes_eq(uid, to.head.uid, LG_UID_SIZE));
	fixture_close(&f);
}

static lg_status
claim_same(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	struct lg_identity_row made;
	return make_identity(f, cx, arg, "everybody", &made);
}

TEST(of_many_identities_made_for_one_login_one_is_kept)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_identity_pool_row pool = make_pool(&f, LG_STR("eu-west-1:1"), LG_STR("x"));
	CHECK(run_threads(&f, 16, claim_same, &pool, LG_E_CONFLICT) == 15);
	struct lg_identity_row *rows;
	size_t count;
	CHECK_OK(lg_store_identity_page(f.store, f.cx, pool.pool, NULL, 10, &rows, &count));
	CHECK(count == 1);
	fixture_close(&f);
}

TEST(deleted_identity_pool_opens_no_more_and_its_identities_go_lazily)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_identity_pool_row gone = make_pool(&f, LG_STR("eu-west-1:1"), LG_STR("x"));
	struct lg_identity_pool_row other = make_pool(&f, LG_STR("eu-west-1:2"), LG_STR("x"));
	struct lg_identity_row guest, user, survivor, read;
	CHECK_OK(make_identity(&f, f.cx, &gone, NULL, &guest));
	CHECK_OK(make_identity(&f, f.cx, &gone, "ada", &user));
	CHECK_OK(make_identity(&f, f.cx, &other, "ada", &survivor));
	CHECK_OK(write_pool(&f, &gone, lg_store_identity_pool_delete));

	struct lg_identity_pool_row row;
	CHECK_CODE(lg_store_identity_pool_read(f.store, f.cx, gone.pool_id, &row), LG_E_NOT_FOUND);
	CHECK_CODE(lg_store_identity_pool_read_number(f.store, f.cx, gone.pool, &row), LG_E_NOT_FOUND);
	fixture_reopen(&f);
	CHECK_CODE(lg_store_identity_read(f.store, f.cx, gone.pool, guest.head.uid, &read), LG_E_NOT_FOUND);
	/* Two heads, one part, one login. */
	int64_t removed;
	CHECK_OK(lg_store_pool_purge(f.store, f.cx, 100, &removed));
	CHECK(removed == 4);
	CHECK_OK(lg_store_identity_read(f.store, f.cx, other.pool, survivor.head.uid, &read));

	CHECK_OK(lg_store_clear(f.store, f.cx));
	CHECK_CODE(lg_store_identity_pool_read(f.store, f.cx, other.pool_id, &row), LG_E_NOT_FOUND);
	fixture_close(&f);
}

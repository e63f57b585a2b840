/* Archives as pools (domain/transfer/pool_import.h): what is refused, and users who claim one name. */
#include "domain/transfer/pool_import.h"

#include <string.h>

#include "domain/transfer/pool_export.h"
#include "store/config.h"
#include "tests/lib/archive.h"
#include "tests/lib/fixture.h"

#define TARGET LG_STR("us-east-1_Target001")

struct notes {
	struct lg_watch watch;
	int count;
};

struct desk {
	struct fixture *f;
	struct archive_sink sink;
	struct lg_archive_out *out;
	struct notes notes;
	struct lg_rec_pool settings;
};

static void
no_users(struct lg_watch *self, int64_t done)
{
	(void)self;
	(void)done;
}

static void
count_note(struct lg_watch *self, lg_str text)
{
	CHECK(text.len > 0);
	((struct notes *)self)->count++;
}

static void
put(struct desk *d, const struct lg_rec_archive_record *record)
{
	CHECK_OK(lg_archive_put(&d->f->t.cx, d->out, record));
}

static void
put_about(struct desk *d)
{
	struct lg_rec_archive_about about = { .pool_id = LG_STR("us-east-1_Source001") };
	put(d, &(struct lg_rec_archive_record){ .about = &about });
}

static void
put_pool(struct desk *d)
{
	struct lg_rec_archive_pool pool = { .settings = &d->settings };
	put(d, &(struct lg_rec_archive_record){ .pool = &pool });
}

/* An archive is begun, of a pool with the settings of the fixture's. */
static void
desk_open(struct desk *d, const struct lg_idp_create_user_pool_request *pool)
{
	*d = (struct desk){ .f = fixture_with(pool, NULL), .notes.watch = { no_users, count_note } };
	struct lg_ctx *cx = fixture_request(d->f);
	struct lg_pool_row row;
	CHECK_OK(lg_store_pool_read(d->f->env.store, cx, d->f->pool_id, &row));
	d->settings = row.settings;
	archive_sink_init(&d->sink);
	CHECK_OK(lg_archive_begin(cx, ARCHIVE_COST, ARCHIVE_PASSPHRASE, &d->sink.sink, &d->out));
}

static void
desk_close(struct desk *d)
{
	archive_sink_done(&d->sink);
	fixture_free(d->f);
}

static void
put_user(struct desk *d, unsigned char nth, lg_str name, struct lg_idp_attribute_type *attributes,
	size_t count)
{
	const unsigned char uid[LG_UID_SIZE] = { nth };
	struct lg_rec_profile profile = { .username = name, .attributes = { attributes, count, true } };
	struct lg_rec_archive_user user = {
		.uid = lg_str_from_bytes(uid, sizeof(uid)),
		.status = { true, LG_USER_CONFIRMED },
		.enabled = { true, true },
		.profile = &profile,
	};
	put(d, &(struct lg_rec_archive_record){ .user = &user });
}

static void
put_end(struct desk *d, int64_t users)
{
	struct lg_rec_archive_end end = { .users = { true, users } };
	put(d, &(struct lg_rec_archive_record){ .end = &end });
}

static lg_status
import(struct desk *d, struct lg_pool_imported *ret)
{
	struct lg_ctx *cx = &d->f->t.cx;
	CHECK_OK(lg_archive_end(cx, d->out));
	lg_archive_out_free(d->out);
	LG_CLEANUP(lg_archive_in_freep) struct lg_archive_in *in = NULL;
	struct archive_source source = archive_source_of(archive_sink_text(&d->sink));
	CHECK_OK(lg_archive_open(cx, ARCHIVE_PASSPHRASE, &source.source, &in));
	const struct lg_pool_import ask = { .pool_id = TARGET, .watch = &d->notes.watch };
	return lg_pool_import(cx, &d->f->env, &ask, in, ret);
}

static void
check_refused(struct desk *d, int code)
{
	struct lg_pool_imported done;
	const struct lg_pool *pool;
	CHECK_CODE(import(d, &done), code);
	CHECK(d->f->t.cx.failure.text.len > 0);
	CHECK_CODE(lg_pool_find(&d->f->t.cx, &d->f->env, TARGET, &pool), LG_E_RESOURCE_NOT_FOUND);
	desk_close(d);
}

static lg_str
attribute_of(struct desk *d, lg_str name, lg_str attribute)
{
	struct lg_ctx *cx = fixture_request(d->f);
	const struct lg_pool *pool;
	struct lg_user *user;
	CHECK_OK(lg_pool_find(cx, &d->f->env, TARGET, &pool));
	CHECK_OK(lg_user_find(cx, &d->f->env, pool, name, LG_PART_PROFILE, &user));
	return lg_user_attribute(user, attribute);
}

TEST(of_two_who_claim_an_alias_the_first_has_it)
{
	struct desk d;
	lg_str alias = LG_STR("email");
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("p"),
		.alias_attributes = { &alias, 1, true } };
	struct lg_idp_attribute_type attributes[] = {
		{ .name = LG_STR("email"), .value = LG_STR("both@example.com") },
		{ .name = LG_STR("email_verified"), .value = LG_STR("true") },
	};
	desk_open(&d, &pool);
	put_about(&d);
	put_pool(&d);
	put_user(&d, 1, LG_STR("ann"), attributes, 2);
	put_user(&d, 2, LG_STR("bob"), attributes, 2);
	put_user(&d, 3, LG_STR("eve"), NULL, 0);
	put_end(&d, 3);
	struct lg_pool_imported done;
	CHECK_OK(import(&d, &done));
	CHECK(done.unnamed == 1 && done.skipped == 0 && done.counts.users.v == 3 && d.notes.count == 1);
	CHECK_STR(attribute_of(&d, LG_STR("ann"), LG_STR("email_verified")), LG_STR("true"));
	CHECK_STR(attribute_of(&d, LG_STR("bob"), LG_STR("email_verified")), LG_STR("false"));
	CHECK_STR(attribute_of(&d, LG_STR("both@example.com"), LG_STR("sub")),
		LG_STR("01000000-0000-0000-0000-000000000000"));
	CHECK_STR(attribute_of(&d, LG_STR("eve"), LG_STR("sub")),
		LG_STR("03000000-0000-0000-0000-000000000000"));
	desk_close(&d);
}

TEST(of_two_of_one_user_name_the_second_stays_out_with_his_devices)
{
	struct desk d;
	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put_user(&d, 1, LG_STR("ann"), NULL, 0);
	put_user(&d, 2, LG_STR("ann"), NULL, 0);
	put_user(&d, 3, LG_STR("bob"), NULL, 0);
	put_end(&d, 3);
	struct lg_pool_imported done;
	CHECK_OK(import(&d, &done));
	CHECK(done.unnamed == 0 && done.skipped == 1 && d.notes.count == 1);
	CHECK_STR(attribute_of(&d, LG_STR("ann"), LG_STR("sub")),
		LG_STR("01000000-0000-0000-0000-000000000000"));
	CHECK_STR(attribute_of(&d, LG_STR("bob"), LG_STR("sub")),
		LG_STR("03000000-0000-0000-0000-000000000000"));
	desk_close(&d);
}

TEST(an_archive_whose_records_are_out_of_order_is_refused)
{
	struct desk d;
	desk_open(&d, NULL);
	put_pool(&d);
	check_refused(&d, LG_E_MALFORMED);

	desk_open(&d, NULL);
	put_about(&d);
	put_user(&d, 1, LG_STR("ann"), NULL, 0);
	check_refused(&d, LG_E_MALFORMED);

	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put_pool(&d);
	check_refused(&d, LG_E_MALFORMED);

	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put_user(&d, 2, LG_STR("ann"), NULL, 0);
	put_user(&d, 1, LG_STR("bob"), NULL, 0);
	check_refused(&d, LG_E_MALFORMED);

	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put_end(&d, 0);
	put_user(&d, 1, LG_STR("ann"), NULL, 0);
	check_refused(&d, LG_E_MALFORMED);
}

TEST(an_archive_without_its_last_record_or_with_another_count_is_refused)
{
	struct desk d;
	desk_open(&d, NULL);
	check_refused(&d, LG_E_MALFORMED);

	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put_user(&d, 1, LG_STR("ann"), NULL, 0);
	check_refused(&d, LG_E_MALFORMED);

	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put_user(&d, 1, LG_STR("ann"), NULL, 0);
	put_end(&d, 2);
	check_refused(&d, LG_E_MALFORMED);
}

TEST(what_this_program_does_not_know_is_refused)
{
	struct desk d;
	struct lg_rec_archive_item item = { .kind = LG_STR("something new"),
		.name = LG_STR("n"),
		.id = LG_STR("sixteen bytes id"),
		.record = LG_STR("\xa0") };
	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put(&d, &(struct lg_rec_archive_record){ .item = &item });
	check_refused(&d, LG_E_REFUSED);

	struct lg_rec_archive_user_item device = { .kind = LG_STR("chip"), .name = LG_STR("n") };
	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put_user(&d, 1, LG_STR("ann"), NULL, 0);
	put(&d, &(struct lg_rec_archive_record){ .user_item = &device });
	check_refused(&d, LG_E_REFUSED);

	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put(&d, &(struct lg_rec_archive_record){ 0 });
	check_refused(&d, LG_E_REFUSED);
}

TEST(a_credential_that_was_not_sealed_for_the_archive_is_refused)
{
	struct desk d;
	const unsigned char uid[LG_UID_SIZE] = { 1 };
	struct lg_rec_profile profile = { .username = LG_STR("ann") };
	struct lg_rec_credential credential = { .sealed =
							LG_STR("0123456789012345678901234567890123456789") };
	struct lg_rec_archive_user user = {
		.uid = lg_str_from_bytes(uid, sizeof(uid)),
		.status = { true, LG_USER_CONFIRMED },
		.profile = &profile,
		.credential = &credential,
	};
	desk_open(&d, NULL);
	put_about(&d);
	put_pool(&d);
	put(&d, &(struct lg_rec_archive_record){ .user = &user });
	check_refused(&d, LG_E_MALFORMED);
}

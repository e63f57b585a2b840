/* Archives: what was put in comes out, and nothing else does (token/archive.h). */
#include "tests/lib/archive.h"

#include <string.h>

#include "codec/bytes.h"
#include "crypto/srp.h"
#include "tests/lib/srp_client.h"
#include "tests/lib/test.h"
#include "tests/lib/totp.h"
#include "token/archive_impl.h"
#include "token/keyholder.h"

struct fixture {
	struct lg_test_ctx t;
	struct lg_ctx *cx;
	struct archive_sink sink;
};

static void
fixture_init(struct fixture *f)
{
	lg_test_ctx_init(&f->t);
	f->cx = &f->t.cx;
	CHECK_OK(lg_crypto_global_init());
	archive_sink_init(&f->sink);
}

static void
fixture_done(struct fixture *f)
{
	archive_sink_done(&f->sink);
	lg_test_ctx_done(&f->t);
}

static lg_status
put_item(struct fixture *f, struct lg_archive_out *out, lg_str name, lg_str bytes)
{
	struct lg_rec_archive_item item = { .name = name, .record = bytes };
	const struct lg_rec_archive_record record = { .item = &item };
	return lg_archive_put(f->cx, out, &record);
}

/* `count` items, the n-th of n * `step` bytes. */
static void
write_archive(struct fixture *f, size_t count, size_t step)
{
	LG_CLEANUP(lg_archive_out_freep) struct lg_archive_out *out = NULL;
	CHECK_OK(lg_archive_begin(f->cx, ARCHIVE_COST, ARCHIVE_PASSPHRASE, &f->sink.sink, &out));
	for (size_t i = 0; i < count; i++) {
		const struct lg_arena_mark mark = lg_arena_mark(f->cx->arena);
		char *bytes = lg_new_array(f->cx, char, i *step + 1);
		memset(bytes, (int)('a' + i % 26), i * step);
		CHECK_OK(put_item(f, out, LG_STR("item"), lg_str_from_bytes(bytes, i * step)));
		lg_arena_rewind(f->cx->arena, mark);
	}
	CHECK_OK(lg_archive_end(f->cx, out));
}

/* How it ends, and how many records came before. */
static lg_status
read_from(struct fixture *f, struct archive_source *source, lg_str passphrase, size_t *ret_count)
{
	LG_CLEANUP(lg_archive_in_freep) struct lg_archive_in *in = NULL;
	*ret_count = 0;
	LG_TRY(lg_archive_open(f->cx, passphrase, &source->source, &in));
	for (;;) {
		const struct lg_arena_mark mark = lg_arena_mark(f->cx->arena);
		struct lg_rec_archive_record record;
		bool there;
		LG_TRY(lg_archive_next(f->cx, in, &record, &there));
		if (!there)
			return LG_OK;
		++*ret_count;
		lg_arena_rewind(f->cx->arena, mark);
	}
}

static lg_status
read_archive(struct fixture *f, lg_str bytes, size_t *ret_count)
{
	struct archive_source source = archive_source_of(bytes);
	return read_from(f, &source, ARCHIVE_PASSPHRASE, ret_count);
}

TEST(what_is_put_in_comes_out_in_order)
{
	struct fixture f;
	fixture_init(&f);
	const size_t count = 40, step = 5003; /* many parts, and records across them */
	write_archive(&f, count, step);
	for (size_t chunk = 1; chunk < 100000; chunk *= 17) {
		struct archive_source source = archive_source_of(archive_sink_text(&f.sink));
		source.step = chunk;
		struct lg_archive_in *in;
		CHECK_OK(lg_archive_open(f.cx, ARCHIVE_PASSPHRASE, &source.source, &in));
		struct lg_rec_archive_record record;
		bool there;
		for (size_t i = 0; i < count; i++) {
			const struct lg_arena_mark mark = lg_arena_mark(f.cx->arena);
			CHECK_OK(lg_archive_next(f.cx, in, &record, &there));
			CHECK(there && record.item && !record.user && record.item->record.len == i * step);
			for (size_t k = 0; k < i * step; k += 997)
				CHECK(record.item->record.ptr[k] == (char)('a' + i % 26));
			lg_arena_rewind(f.cx->arena, mark);
		}
		CHECK_OK(lg_archive_next(f.cx, in, &record, &there));
		CHECK(!there);
		lg_archive_in_free(in);
	}
	fixture_done(&f);
}

TEST(an_archive_without_records_is_one)
{
	struct fixture f;
	fixture_init(&f);
	size_t count;
	write_archive(&f, 0, 0);
	CHECK_OK(read_archive(&f, archive_sink_text(&f.sink), &count));
	assert_int_equal(count, 0);
	fixture_done(&f);
}

TEST(another_passphrase_is_told_from_damage)
{
	struct fixture f;
	fixture_init(&f);
	size_t count;
	write_archive(&f, 3, 100);
	struct archive_source source = archive_source_of(archive_sink_text(&f.sink));
	CHECK_CODE(read_from(&f, &source, LG_STR("correct horse battery stable"), &count), LG_E_MISMATCH);
	fixture_done(&f);
}

TEST(an_archive_that_is_cut_anywhere_is_refused)
{
	struct fixture f;
	fixture_init(&f);
	write_archive(&f, 4, 30);
	const lg_str whole = archive_sink_text(&f.sink);
	for (size_t len = 0; len < whole.len; len++) {
		const struct lg_arena_mark mark = lg_arena_mark(f.cx->arena);
		size_t count;
		CHECK_CODE(read_archive(&f, lg_str_slice(whole, 0, len), &count), LG_E_MALFORMED);
		lg_arena_rewind(f.cx->arena, mark);
	}
	fixture_done(&f);
}

/* Whole parts are missing, so every part that is there is sound. */
TEST(an_archive_whose_last_part_is_missing_is_refused)
{
	struct fixture f;
	fixture_init(&f);
	write_archive(&f, 20, 20000);
	const lg_str whole = archive_sink_text(&f.sink);
	size_t count, len = LG_ARCHIVE_HEADER_SIZE + 4 + LG_ARCHIVE_PART_BYTES + LG_STREAM_OVERHEAD;
	CHECK_CODE(read_archive(&f, lg_str_slice(whole, 0, len), &count), LG_E_MALFORMED);
	CHECK(count > 0 && count < 20);
	fixture_done(&f);
}

TEST(a_changed_bit_is_noticed_wherever_it_is)
{
	struct fixture f;
	fixture_init(&f);
	write_archive(&f, 4, 30);
	const lg_str whole = archive_sink_text(&f.sink);
	char *copy = lg_new_array(f.cx, char, whole.len);
	/* Not the cost of the key: another one is another key, but may take long to make. */
	for (size_t at = 0; at < whole.len; at++) {
		if (at >= LG_ARCHIVE_AT_PASSES && at < LG_ARCHIVE_AT_SALT)
			continue;
		const struct lg_arena_mark mark = lg_arena_mark(f.cx->arena);
		memcpy(copy, whole.ptr, whole.len);
		copy[at] = (char)(copy[at] ^ 1);
		size_t count;
		CHECK(lg_failed(read_archive(&f, lg_str_from_bytes(copy, whole.len), &count)));
		lg_arena_rewind(f.cx->arena, mark);
	}
	fixture_done(&f);
}

TEST(bytes_behind_the_end_are_refused)
{
	struct fixture f;
	fixture_init(&f);
	size_t count;
	write_archive(&f, 2, 10);
	CHECK_OK(f.sink.sink.write(&f.sink.sink, f.cx, LG_STR("x")));
	CHECK_CODE(read_archive(&f, archive_sink_text(&f.sink), &count), LG_E_MALFORMED);
	fixture_done(&f);
}

TEST(another_version_and_a_key_that_costs_too_much_are_refused_before_any_work)
{
	static const size_t places[] = { LG_ARCHIVE_AT_VERSION, LG_ARCHIVE_AT_KDF, LG_ARCHIVE_AT_PASSES,
		LG_ARCHIVE_AT_MEMORY };
	struct fixture f;
	fixture_init(&f);
	write_archive(&f, 2, 10);
	const lg_str whole = archive_sink_text(&f.sink);
	char *copy = lg_new_array(f.cx, char, whole.len);
	size_t count;
	for (size_t i = 0; i < LG_LEN(places); i++) {
		memcpy(copy, whole.ptr, whole.len);
		copy[places[i]] = 0x7f;
		f.cx->work.hashes = 0;
		CHECK_CODE(read_archive(&f, lg_str_from_bytes(copy, whole.len), &count), LG_E_REFUSED);
		assert_int_equal(f.cx->work.hashes, 0);
	}
	CHECK_CODE(read_archive(&f, LG_STR("SQLite format 3 and what follows"), &count), LG_E_MALFORMED);
	fixture_done(&f);
}

TEST(a_stream_that_holds_no_records_is_damaged)
{
	static const lg_str plains[] = {
		LG_STR_INIT("\0\0\0"), /* no length */
		LG_STR_INIT("\0\0\0\x05\xa0"), /* shorter than it says */
		LG_STR_INIT("\xff\xff\xff\xff\xa0"), /* too long */
		LG_STR_INIT("\0\0\0\x01\x01"), /* no map */
		LG_STR_INIT("\0\0\0\x03\xa1\x06\x01"), /* a member of another type */
	};
	struct fixture f;
	fixture_init(&f);
	for (size_t i = 0; i < LG_LEN(plains); i++) {
		size_t count;
		f.sink.len = 0;
		archive_of_bytes(f.cx, plains[i], &f.sink);
		CHECK_CODE(read_archive(&f, archive_sink_text(&f.sink), &count), LG_E_MALFORMED);
	}
	fixture_done(&f);
}

TEST(what_cannot_be_written_is_told)
{
	struct fixture f;
	fixture_init(&f);
	struct lg_archive_out *out;
	f.sink.max = 10;
	CHECK_CODE(lg_archive_begin(f.cx, ARCHIVE_COST, ARCHIVE_PASSPHRASE, &f.sink.sink, &out), LG_E_IO);
	f.sink.max = LG_ARCHIVE_HEADER_SIZE;
	CHECK_OK(lg_archive_begin(f.cx, ARCHIVE_COST, ARCHIVE_PASSPHRASE, &f.sink.sink, &out));
	CHECK_OK(put_item(&f, out, LG_STR("a"), LG_STR("b")));
	CHECK_CODE(lg_archive_end(f.cx, out), LG_E_IO);
	lg_archive_out_free(out);
	fixture_done(&f);
}

/* ---- credentials ---- */

#define POOL_A 7
#define POOL_B 8

struct mover {
	struct fixture f;
	struct lg_keyring *ring;
	struct lg_keyholder *holder;
	struct lg_archive_key key;
	struct lg_owner from, to;
};

static void
mover_init(struct mover *m)
{
	fixture_init(&m->f);
	LG_CLEANUP(lg_secret_done) struct lg_secret root = { 0 };
	lg_str wrapped;
	CHECK_OK(lg_secret_new(32, &root));
	CHECK_OK(lg_keyring_new(&root, &m->ring));
	for (int64_t pool = POOL_A; pool <= POOL_B; pool++)
		for (int class = 0; class < LG_KEY_CLASSES; class ++)
			CHECK_OK(lg_keyring_make(
				m->ring, m->f.cx, pool, (enum lg_key_class) class, 1, &wrapped));
	CHECK_OK(lg_keyholder_new(m->ring, &m->holder));
	m->key = (struct lg_archive_key){ LG_STR("0123456789abcdef0123456789abcdef") };
	m->from = (struct lg_owner){ POOL_A, LG_STR("sixteen bytes uid") };
	m->from.uid.len = 16;
	m->to = (struct lg_owner){ POOL_B, m->from.uid };
}

static void
mover_done(struct mover *m)
{
	lg_keyholder_free(m->holder);
	lg_keyring_free(m->ring);
	fixture_done(&m->f);
}

static lg_str
move(struct mover *m, enum lg_moved kind, lg_str sealed, struct lg_srp_move groups, bool *ret_bound)
{
	lg_str archived, moved = LG_STR_NONE;
	CHECK_OK(lg_keyholder_archive_out(m->holder, m->f.cx, m->from, kind, sealed, m->key, &archived));
	CHECK_OK(lg_keyholder_archive_in(
		m->holder, m->f.cx, m->to, kind, archived, m->key, groups, &moved, ret_bound));
	return moved;
}

#define NAME(text) ((struct lg_srp_name){ LG_STR(text), LG_STR("alice") })
#define PASSWORD LG_STR("Correct-horse-9")
#define GROUPS(from, to) ((struct lg_srp_move){ LG_STR(from), LG_STR(to) })

static lg_status
check_password(struct mover *m, struct lg_srp_name name, lg_str password, lg_str sealed)
{
	return lg_keyholder_password_check(
		m->holder, m->f.cx, m->to, LG_PASSWORD_SRP, name, password, sealed);
}

static lg_status
srp_sign_in(struct mover *m, struct lg_srp_name name, struct lg_srp_name client_name, lg_str sealed)
{
	struct lg_ctx *cx = m->f.cx;
	struct srp_client *client = srp_client_new(NULL);
	lg_str A_hex;
	CHECK_OK(lg_str_dup(cx, lg_str_from_c(srp_client_A(client)), &A_hex));
	struct lg_srp_challenge challenge;
	char text[45];
	lg_str signature;
	CHECK_OK(lg_keyholder_srp_begin(m->holder, cx, m->to, name, sealed, A_hex, &challenge));
	const struct srp_client_challenge sent = {
		.pool_name = client_name.group,
		.user_id = client_name.identity,
		.password = PASSWORD,
		.salt_hex = challenge.salt_hex,
		.B_hex = challenge.B_hex,
		.secret_block = LG_STR("YmxvY2s="),
		.timestamp = LG_STR("now"),
	};
	CHECK(srp_client_sign(client, &sent, text));
	srp_client_free(client);
	CHECK_OK(lg_base64_decode(cx, lg_str_from_c(text), &signature));
	const struct lg_srp_proof proof = {
		.state = challenge.state,
		.A_hex = A_hex,
		.secret_block = LG_STR("block"),
		.timestamp = LG_STR("now"),
		.signature = signature,
	};
	return lg_keyholder_srp_finish(m->holder, cx, m->to, name, sealed, &proof);
}

TEST(a_password_moves_whole_to_a_pool_of_the_same_name)
{
	struct mover m;
	mover_init(&m);
	lg_str sealed;
	bool bound = true;
	CHECK_OK(lg_keyholder_password_make(
		m.holder, m.f.cx, m.from, LG_PASSWORD_SRP, NAME("Old"), PASSWORD, &sealed));
	const lg_str moved = move(&m, LG_MOVED_PASSWORD, sealed, GROUPS("Old", "Old"), &bound);
	CHECK(!bound);
	CHECK_OK(check_password(&m, NAME("Old"), PASSWORD, moved));
	CHECK_CODE(check_password(&m, NAME("Old"), LG_STR("wrong"), moved), LG_E_MISMATCH);
	CHECK_OK(srp_sign_in(&m, NAME("Old"), NAME("Old"), moved));
	mover_done(&m);
}

TEST(a_verifier_of_another_pool_name_serves_passwords_but_not_srp)
{
	struct mover m;
	mover_init(&m);
	lg_str sealed;
	bool bound = false;
	CHECK_OK(lg_keyholder_password_make(
		m.holder, m.f.cx, m.from, LG_PASSWORD_SRP, NAME("Old"), PASSWORD, &sealed));
	lg_str moved = move(&m, LG_MOVED_PASSWORD, sealed, GROUPS("Old", "New"), &bound);
	CHECK(bound);
	CHECK_OK(check_password(&m, NAME("New"), PASSWORD, moved));
	CHECK_CODE(check_password(&m, NAME("New"), LG_STR("wrong"), moved), LG_E_MISMATCH);
	CHECK_CODE(srp_sign_in(&m, NAME("New"), NAME("New"), moved), LG_E_MISMATCH);
	CHECK_CODE(srp_sign_in(&m, NAME("New"), NAME("Old"), moved), LG_E_MISMATCH);

	/* On to a third pool it still knows its first name, and coming home it serves SRP again. */
	m.from = m.to;
	lg_str third = move(&m, LG_MOVED_PASSWORD, moved, GROUPS("New", "Third"), &bound);
	CHECK(bound);
	CHECK_OK(check_password(&m, NAME("Third"), PASSWORD, third));
	lg_str home = move(&m, LG_MOVED_PASSWORD, third, GROUPS("Third", "Old"), &bound);
	CHECK(!bound);
	CHECK_OK(srp_sign_in(&m, NAME("Old"), NAME("Old"), home));
	mover_done(&m);
}

TEST(a_hash_moves_to_a_pool_of_any_name)
{
	struct mover m;
	mover_init(&m);
	lg_str sealed;
	bool bound = true;
	CHECK_OK(lg_keyholder_password_make(
		m.holder, m.f.cx, m.from, LG_PASSWORD_ARGON2ID, NAME("Old"), PASSWORD, &sealed));
	const lg_str moved = move(&m, LG_MOVED_PASSWORD, sealed, GROUPS("Old", "New"), &bound);
	CHECK(!bound);
	CHECK_OK(check_password(&m, NAME("New"), PASSWORD, moved));
	mover_done(&m);
}

TEST(a_device_goes_on_with_the_group_that_it_was_told)
{
	struct mover m;
	mover_init(&m);
	lg_str sealed, verifier;
	bool bound = true;
	const lg_str salt = LG_STR("\xaa"
				   "bcdefghijklmnop");
	CHECK_OK(lg_srp_verifier(m.f.cx, LG_STR("-old"), LG_STR("alice"), PASSWORD, salt, &verifier));
	CHECK_OK(lg_keyholder_verifier_seal(m.holder, m.f.cx, m.from, salt, verifier, &sealed));
	const lg_str moved = move(&m, LG_MOVED_DEVICE, sealed, GROUPS("-old", "-new"), &bound);
	CHECK(!bound);
	CHECK_OK(srp_sign_in(&m, NAME("-new"), NAME("-old"), moved));
	CHECK_CODE(srp_sign_in(&m, NAME("-new"), NAME("-new"), moved), LG_E_MISMATCH);
	mover_done(&m);
}

TEST(an_app_shows_the_same_codes_after_the_move)
{
	struct mover m;
	mover_init(&m);
	lg_str sealed, secret;
	bool bound;
	int64_t step;
	CHECK_OK(lg_keyholder_totp_make(m.holder, m.f.cx, m.from, &sealed, &secret));
	const lg_str moved = move(&m, LG_MOVED_TOTP, sealed, (struct lg_srp_move){ 0 }, &bound);
	char code[7];
	totp_app_code(secret, m.f.cx->now, 0, code);
	CHECK_OK(lg_keyholder_totp_check(m.holder, m.f.cx, m.to, moved, lg_str_from_c(code), &step));
	mover_done(&m);
}

static lg_status
arrive(struct mover *m, struct lg_owner owner, enum lg_moved kind, lg_str archived,
	struct lg_archive_key key)
{
	lg_str sealed;
	bool bound;
	return lg_keyholder_archive_in(
		m->holder, m->f.cx, owner, kind, archived, key, (struct lg_srp_move){ 0 }, &sealed, &bound);
}

TEST(a_credential_in_an_archive_belongs_to_its_user_kind_and_archive)
{
	struct mover m;
	mover_init(&m);
	lg_str sealed, archived, secret;
	CHECK_OK(lg_keyholder_totp_make(m.holder, m.f.cx, m.from, &sealed, &secret));
	CHECK_OK(
		lg_keyholder_archive_out(m.holder, m.f.cx, m.from, LG_MOVED_TOTP, sealed, m.key, &archived));
	const struct lg_owner other = { POOL_B, LG_STR("another user uid") };
	const struct lg_archive_key key = { LG_STR("another key, of thirty-two bytes") };
	CHECK_CODE(arrive(&m, other, LG_MOVED_TOTP, archived, m.key), LG_E_MALFORMED);
	CHECK_CODE(arrive(&m, m.to, LG_MOVED_PASSKEY, archived, m.key), LG_E_MALFORMED);
	CHECK_CODE(arrive(&m, m.to, LG_MOVED_TOTP, archived, key), LG_E_MALFORMED);
	CHECK_OK(arrive(&m, m.to, LG_MOVED_TOTP, archived, m.key));
	/* and out of its row it does not go under another's name */
	CHECK_CODE(
		lg_keyholder_archive_out(m.holder, m.f.cx, other, LG_MOVED_TOTP, sealed, m.key, &archived),
		LG_E_MALFORMED);
	mover_done(&m);
}

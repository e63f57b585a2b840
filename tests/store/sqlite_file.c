#include "tests/store/fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MASTER "0123456789abcdef0123456789abcdef"

/* The file as it is; absent when there is none. */
static lg_str
content(struct store_fixture *f, const char *suffix)
{
	char path[128];
	snprintf(path, sizeof(path), "%s%s", f->path, suffix);
	FILE *file = fopen(path, "rb");
	if (!file)
		return LG_STR_NONE;
	fseek(file, 0, SEEK_END);
	size_t len = (size_t)ftell(file);
	rewind(file);
	char *bytes = lg_new_array(f->cx, char, len + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, len, file), len);
	fclose(file);
	return lg_str_from_bytes(bytes, len);
}

static void
write_file(struct store_fixture *f, lg_str bytes)
{
	FILE *file = fopen(f->path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
	fclose(file);
}

static bool
occurs(lg_str haystack, const char *needle)
{
	return memmem(haystack.ptr, haystack.len, needle, strlen(needle)) != NULL;
}

TEST(sqlite_file_shows_nothing_of_a_user)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada.lovelace");
	struct lg_code_row code = { .expires = f.cx->now,
		.detail = { .to = LG_STR("first.last@example.org") } };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_code_put(batch, &user, LG_STR("signup"), &code);
	lg_store_meta_put(batch, LG_STR("root"), LG_STR("a value of the server"));
	CHECK_OK(lg_store_commit(batch));
	lg_store_close(f.store);
	lg_str file = content(&f, "");
	CHECK(file.len > 4096 && occurs(file, "us-east-1_Testpool1"));
	CHECK(!occurs(file, "lovelace") && !occurs(file, "first.last") && !occurs(file, "+49151"));
	CHECK(!occurs(file, "sealed by the key holder") && !occurs(file, "SOFTWARE_TOKEN") &&
		!occurs(file, MASTER));
	CHECK(!occurs(file, "a value of the server"));
	CHECK(!memmem(file.ptr, file.len, user.key.ptr, user.key.len));
	fixture_end(&f);
}

TEST(sqlite_file_is_its_owners_alone_and_stands_alone_when_closed)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_open(&f);
	struct stat st;
	CHECK(stat(f.path, &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(lg_str_present(content(&f, "-wal")));
	lg_store_close(f.store);
	CHECK(!lg_str_present(content(&f, "-wal")) && !lg_str_present(content(&f, ".new")));
	fixture_end(&f);
}

static void
refused_untouched(struct store_fixture *f, const char *master)
{
	lg_str before = content(f, "");
	lg_str log_before = content(f, "-wal");
	CHECK_CODE(fixture_open_as(f, master, LG_STORE_DEV), LG_E_REFUSED);
	CHECK(lg_str_present(f->cx->failure.text));
	CHECK_STR(content(f, ""), before);
	if (log_before.len)
		CHECK_STR(content(f, "-wal"), log_before);
}

TEST(sqlite_refuses_what_is_not_ours_and_leaves_it)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_begin(&f);
	write_file(&f, LG_STR("no database at all"));
	refused_untouched(&f, MASTER);
	CHECK(unlink(f.path) == 0);

	sqlite3 *foreign;
	CHECK(sqlite3_open(f.path, &foreign) == SQLITE_OK);
	CHECK(sqlite3_exec(foreign, "CREATE TABLE t (a); INSERT INTO t VALUES (1)", NULL, NULL, NULL) ==
		SQLITE_OK);
	sqlite3_close(foreign);
	refused_untouched(&f, MASTER);
	CHECK(unlink(f.path) == 0);

	CHECK(mkdir(f.path, 0700) == 0);
	CHECK_CODE(fixture_open_as(&f, MASTER, LG_STORE_DEV), LG_E_REFUSED);
	fixture_end(&f);
}

TEST(sqlite_refuses_a_damaged_file_and_leaves_it)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_open(&f);
	(void)fixture_user(&f, "ada");
	lg_store_close(f.store);
	lg_str whole = content(&f, "");

	write_file(&f, lg_str_slice(whole, 0, whole.len / 2));
	refused_untouched(&f, MASTER);
	lg_str scribbled;
	CHECK_OK(lg_str_dup(f.cx, whole, &scribbled));
	for (size_t page = 4096; page < scribbled.len; page += 4096)
		memset((char *)(uintptr_t)scribbled.ptr + page, 0x5a, 64);
	write_file(&f, scribbled);
	refused_untouched(&f, MASTER);
	write_file(&f, whole);
	CHECK_OK(fixture_open_as(&f, MASTER, LG_STORE_DEV));
	fixture_end(&f);
}

/* A process that ends as kill -9 would, right after a write was acknowledged. */
static void
write_and_die(struct store_fixture *f, unsigned char uid[LG_UID_SIZE])
{
	lg_store_close(f->store);
	int pipes[2];
	CHECK(pipe(pipes) == 0);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		bool ok = !lg_failed(fixture_db(f, &f->db)) &&
			  !lg_failed(lg_store_open(f->cx, f->db, &f->master, LG_STORE_DEV, &f->store));
		if (!ok)
			_exit(1);
		struct lg_user_row user = fixture_user(f, "ada");
		ok = write(pipes[1], user.uid, LG_UID_SIZE) == LG_UID_SIZE;
		_exit(ok ? 0 : 1);
	}
	int status;
	CHECK(read(pipes[0], uid, LG_UID_SIZE) == LG_UID_SIZE);
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(pipes[0]);
	close(pipes[1]);
}

TEST(sqlite_log_of_a_crash_is_left_to_the_right_key)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_open(&f);
	unsigned char uid[LG_UID_SIZE];
	write_and_die(&f, uid);
	CHECK(content(&f, "-wal").len > 0);
	refused_untouched(&f, "another master key of 32 bytes..");
	CHECK(content(&f, "-wal").len > 0);

	CHECK_OK(fixture_db(&f, &f.db));
	CHECK_OK(lg_store_open(f.cx, f.db, &f.master, LG_STORE_DEV, &f.store));
	struct lg_user_row user;
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, uid, LG_PART_PROFILE, &user));
	CHECK_STR(user.profile.username, LG_STR("ada"));
	fixture_close(&f);
}

TEST(sqlite_log_moves_into_the_file_when_nobody_writes)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_open(&f);
	CHECK(content(&f, "").len <= 4096);
	for (int i = 0; i < 100 && content(&f, "").len <= 4096; i++)
		usleep(50000);
	CHECK(occurs(content(&f, ""), "us-east-1_Testpool1"));
	(void)fixture_user(&f, "ada");
	fixture_close(&f);
}

TEST(sqlite_log_without_its_file_is_refused)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_open(&f);
	unsigned char uid[LG_UID_SIZE];
	write_and_die(&f, uid);
	CHECK(unlink(f.path) == 0);
	CHECK_CODE(fixture_open_as(&f, MASTER, LG_STORE_DEV), LG_E_REFUSED);
	CHECK(!lg_str_present(content(&f, "")));
	fixture_end(&f);
}

static lg_status
insert_user(struct store_fixture *f, struct lg_user_row *row)
{
	*row = (struct lg_user_row){
		.status = LG_USER_CONFIRMED, .enabled = true, .parts = LG_PART_PROFILE
	};
	LG_TRY(lg_store_user_prepare(f->store, f->cx, f->pool.pool, row));
	row->profile.username = LG_STR("somebody");
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, f->cx, &batch));
	lg_store_user_insert(batch, row);
	return lg_store_commit(batch);
}

static void
limit_files(rlim_t bytes)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

TEST(sqlite_full_disk_refuses_writes_serves_reads_and_recovers)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_open(&f);
	signal(SIGXFSZ, SIG_IGN);
	struct lg_user_row user;
	struct lg_user_row read;
	struct lg_user_row last = { 0 };
	limit_files((rlim_t)content(&f, "-wal").len + 40000);
	lg_status s = LG_OK;
	int written = 0;
	for (; written < 1000 && !lg_failed(s); written++) {
		s = insert_user(&f, &user);
		if (!lg_failed(s))
			last = user;
	}
	CHECK(written > 1 && written < 1000);
	CHECK_CODE(s, LG_E_UNAVAILABLE);
	CHECK(f.cx->failure.text.len > 10);
	CHECK_CODE(insert_user(&f, &user), LG_E_UNAVAILABLE);
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, last.uid, LG_PART_PROFILE, &read));
	CHECK_CODE(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, 0, &read), LG_E_NOT_FOUND);

	limit_files(RLIM_INFINITY);
	CHECK_OK(insert_user(&f, &user));
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, user.uid, LG_PART_PROFILE, &read));
	fixture_reopen(&f);
	CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, last.uid, LG_PART_PROFILE, &read));
	fixture_close(&f);
}

TEST(sqlite_folder_that_cannot_be_written_is_told)
{
	if (!on_sqlite())
		skip();
	struct store_fixture f;
	fixture_begin(&f);
	CHECK(chmod(f.folder, 0555) == 0);
	/* Root may write anywhere. */
	bool root = geteuid() == 0;
	if (root)
		CHECK(seteuid(65534) == 0);
	lg_status s = fixture_open_as(&f, MASTER, LG_STORE_DEV);
	if (root)
		CHECK(seteuid(0) == 0);
	CHECK_CODE(s, LG_E_UNAVAILABLE);
	CHECK(strstr(f.cx->failure.text.ptr, "Permission denied"));
	CHECK(chmod(f.folder, 0700) == 0);
	fixture_end(&f);
}

static lg_status
insert_many(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	struct store_fixture own = *f;
	own.cx = cx;
	unsigned char(*uids)[LG_UID_SIZE] = arg;
	for (int i = 0; i < 10; i++) {
		struct lg_user_row row;
		struct lg_user_row read;
		LG_TRY(insert_user(&own, &row));
		/* Whoever was answered is seen by the next read, on any connection. */
		LG_TRY(lg_store_user_read(f->store, cx, f->pool.pool, row.uid, LG_PART_PROFILE, &read));
		memcpy(uids[index * 10 + i], row.uid, LG_UID_SIZE);
	}
	return LG_OK;
}

TEST(acknowledged_commit_is_seen_by_every_reader)
{
	struct store_fixture f;
	fixture_open(&f);
	static unsigned char uids[320][LG_UID_SIZE];
	CHECK(run_threads(&f, 32, insert_many, uids, LG_E_OK) == 32);
	fixture_reopen(&f);
	for (int i = 0; i < 320; i++) {
		struct lg_user_row read;
		CHECK_OK(lg_store_user_read(f.store, f.cx, f.pool.pool, uids[i], 0, &read));
	}
	fixture_close(&f);
}

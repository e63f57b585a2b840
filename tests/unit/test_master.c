#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/master.h"

struct fixture {
	struct lg_test_ctx t;
	struct lg_folder folder;
	struct lg_secret key;
};

static void
prepare(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	lg_test_ctx_init(&f->t);
	CHECK_OK(lg_folder_open(&f->t.cx, LG_STR_NONE, &f->folder));
}

static void
finish(struct fixture *f)
{
	lg_secret_done(&f->key);
	lg_folder_close(&f->folder);
	CHECK(!lg_file_exists(f->folder.path.ptr));
	lg_test_ctx_done(&f->t);
}

static lg_status
load(struct fixture *f, lg_str place, bool fresh)
{
	lg_secret_done(&f->key);
	return lg_master_load(&f->t.cx, place, &f->folder, fresh, &f->key);
}

/* "file:" and a file in the folder with this content. */
static lg_str
place_of(struct fixture *f, const char *name, lg_str content, mode_t mode)
{
	const char *path;
	lg_str place;
	CHECK_OK(lg_folder_file(&f->t.cx, &f->folder, name, &path));
	CHECK_OK(lg_file_write_private(&f->t.cx, path, content, true));
	CHECK(chmod(path, mode) == 0);
	CHECK_OK(lg_str_fmt(&f->t.cx, &place, "file:%s", path));
	return place;
}

#define HEX "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100"

TEST(a_key_is_made_only_beside_a_new_database)
{
	struct fixture f;
	prepare(&f);
	CHECK_CODE(load(&f, LG_STR_NONE, false), LG_E_REFUSED);
	CHECK_OK(load(&f, LG_STR_NONE, true));
	CHECK(f.key.len == LG_MASTER_SIZE);
	unsigned char first[LG_MASTER_SIZE];
	memcpy(first, f.key.ptr, sizeof(first));
	CHECK_OK(load(&f, LG_STR_NONE, true));
	CHECK(memcmp(first, f.key.ptr, sizeof(first)) == 0);

	const char *path;
	struct stat st;
	CHECK_OK(lg_folder_file(&f.t.cx, &f.folder, "master.key", &path));
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	finish(&f);
}

TEST(a_key_is_32_bytes_or_64_digits)
{
	struct fixture f;
	prepare(&f);
	CHECK_OK(load(&f, place_of(&f, "a", LG_STR(HEX "\n"), 0600), false));
	CHECK(f.key.ptr[1] == 0x11 && f.key.ptr[16] == 0xff && f.key.ptr[31] == 0);
	CHECK_OK(load(&f, place_of(&f, "b", LG_STR("0123456789abcdef0123456789abcde\0"), 0400), false));
	CHECK(f.key.ptr[30] == 'e' && f.key.ptr[31] == 0);
	CHECK_CODE(load(&f, place_of(&f, "c", LG_STR("0123456789abcdef0123456789abcdef\n"), 0600), false),
		LG_E_REFUSED);
	CHECK_CODE(load(&f, place_of(&f, "d", LG_STR(""), 0600), false), LG_E_REFUSED);
	CHECK_CODE(load(&f, place_of(&f, "e", LG_STR(HEX "00"), 0600), false), LG_E_REFUSED);
	CHECK_CODE(
		load(&f,
			place_of(&f, "f",
				LG_STR("x0112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100"),
				0600),
			false),
		LG_E_REFUSED);
	finish(&f);
}

TEST(a_key_that_others_can_read_is_refused)
{
	struct fixture f;
	prepare(&f);
	CHECK_CODE(load(&f, place_of(&f, "a", LG_STR(HEX), 0640), false), LG_E_REFUSED);
	lg_str text = lg_failure_text(&f.t.cx, LG_E_REFUSED);
	CHECK(lg_str_ends(text, LG_STR("chmod 600 it")));
	finish(&f);
}

TEST(a_command_and_a_credential_can_hold_the_key)
{
	struct fixture f;
	prepare(&f);
	CHECK_OK(load(&f, LG_STR("command:echo " HEX), false));
	CHECK(f.key.ptr[1] == 0x11);
	CHECK_CODE(load(&f, LG_STR("command:echo " HEX "; exit 1"), false), LG_E_REFUSED);
	CHECK_CODE(load(&f, LG_STR("command:echo nothing"), false), LG_E_REFUSED);

	unsetenv("CREDENTIALS_DIRECTORY");
	CHECK_CODE(load(&f, LG_STR("credential:key"), false), LG_E_REFUSED);
	place_of(&f, "key", LG_STR(HEX), 0444);
	setenv("CREDENTIALS_DIRECTORY", f.folder.path.ptr, 1);
	CHECK_OK(load(&f, LG_STR("credential:key"), false));
	CHECK_CODE(load(&f, LG_STR("credential:../key"), false), LG_E_REFUSED);
	finish(&f);
}

TEST(private_files_are_whole_or_not_there)
{
	struct fixture f;
	prepare(&f);
	const char *path;
	CHECK_OK(lg_folder_file(&f.t.cx, &f.folder, "x", &path));
	CHECK_OK(lg_file_write_private(&f.t.cx, path, LG_STR("one"), false));
	CHECK_CODE(lg_file_write_private(&f.t.cx, path, LG_STR("two"), false), LG_E_EXISTS);
	CHECK_OK(lg_file_write_private(&f.t.cx, path, LG_STR("three"), true));
	CHECK_CODE(lg_file_write_private(&f.t.cx, "/nowhere/x", LG_STR("a"), true), LG_E_IO);
	finish(&f);
}

#include "app/master.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX_SIZE (2 * LG_MASTER_SIZE)

/* More than any form of the key takes, so that a wrong file is told from a right one. */
#define READ_MAX 128

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* 32 bytes, or 64 hexadecimal digits and perhaps a line feed. */
static lg_status
decode(struct lg_ctx *cx, lg_str text, const char *what, struct lg_secret *ret)
{
	LG_CLEANUP(lg_secret_done) struct lg_secret key = { 0 };
	LG_TRY(lg_secret_new(LG_MASTER_SIZE, &key));
	if (text.len == LG_MASTER_SIZE) {
		memcpy(key.ptr, text.ptr, text.len);
	} else {
		if (text.len == HEX_SIZE + 1 && text.ptr[HEX_SIZE] == '\n')
			text.len--;
		bool fine = text.len == HEX_SIZE;
		for (size_t i = 0; fine && i < LG_MASTER_SIZE; i++) {
			int high = hex_value(text.ptr[2 * i]);
			int low = hex_value(text.ptr[2 * i + 1]);
			fine = high >= 0 && low >= 0;
			key.ptr[i] = (unsigned char)(fine ? high * 16 + low : 0);
		}
		if (!fine)
			return lg_fail(cx, LG_E_REFUSED,
				"the master key (%s) is neither %d bytes nor %d hexadecimal digits", what,
				LG_MASTER_SIZE, HEX_SIZE);
	}
	*ret = key;
	key = (struct lg_secret){ 0 };
	return LG_OK;
}

static lg_status
read_stream(struct lg_ctx *cx, FILE *file, const char *what, struct lg_secret *ret)
{
	char text[READ_MAX];
	setvbuf(file, NULL, _IONBF, 0); /* no copy of it in a buffer that nobody wipes */
	size_t len = fread(text, 1, sizeof(text), file);
	lg_status s = ferror(file) ? lg_fail(cx, LG_E_REFUSED, "cannot read the master key (%s): %s", what,
					     strerror(errno))
				   : decode(cx, lg_str_from_bytes(text, len), what, ret);
	lg_wipe(text, sizeof(text));
	return s;
}

static lg_status
read_file(struct lg_ctx *cx, const char *path, bool private, struct lg_secret *ret)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	if (!file)
		return lg_fail(cx, LG_E_REFUSED, "cannot read the master key %s: %s", path, strerror(errno));
	lg_status s;
	if (fstat(fileno(file), &st))
		s = lg_fail(cx, LG_E_REFUSED, "cannot read the master key %s: %s", path, strerror(errno));
	else if (private && (st.st_mode & 077))
		s = lg_fail(cx, LG_E_REFUSED,
			"the master key %s can be read by others than its owner: chmod 600 it", path);
	else
		s = read_stream(cx, file, path, ret);
	fclose(file);
	return s;
}

static lg_status
make_file(struct lg_ctx *cx, const char *path)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char key[LG_MASTER_SIZE];
	char text[HEX_SIZE + 1];
	lg_rand_bytes(cx, key, sizeof(key));
	for (size_t i = 0; i < sizeof(key); i++) {
		text[2 * i] = digits[key[i] >> 4];
		text[2 * i + 1] = digits[key[i] & 15];
	}
	text[HEX_SIZE] = '\n';
	lg_status s = lg_file_write_private(cx, path, lg_str_from_bytes(text, sizeof(text)), false);
	lg_wipe(key, sizeof(key));
	lg_wipe(text, sizeof(text));
	return s;
}

static lg_status
from_file(struct lg_ctx *cx, const char *path, bool fresh, struct lg_secret *ret)
{
	if (!lg_file_exists(path)) {
		if (!fresh)
			return lg_fail(cx, LG_E_REFUSED,
				"the master key %s is not there, and the data cannot be opened without it. "
				"A new one is made only together with a new database",
				path);
		LG_TRY(make_file(cx, path));
	}
	return read_file(cx, path, true, ret);
}

/* systemd keeps credentials in a folder of the service's own. */
static lg_status
from_credential(struct lg_ctx *cx, lg_str name, struct lg_secret *ret)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	if (!folder)
		return lg_fail(cx, LG_E_REFUSED,
			"keys.master names a credential, but systemd gave none (LoadCredential=)");
	if (lg_str_has_byte(name, '/'))
		return lg_fail(cx, LG_E_REFUSED, "\"%.*s\" is no name of a credential", LG_FMT(name));
	lg_str path;
	LG_TRY(lg_str_fmt(cx, &path, "%s/%.*s", folder, LG_FMT(name)));
	return read_file(cx, path.ptr, false, ret);
}

static lg_status
from_command(struct lg_ctx *cx, const char *command, struct lg_secret *ret)
{
	FILE *output = popen(command, "re");
	if (!output)
		return lg_fail(
			cx, LG_E_REFUSED, "cannot run the command of keys.master: %s", strerror(errno));
	LG_CLEANUP(lg_secret_done) struct lg_secret key = { 0 };
	lg_status s = read_stream(cx, output, "the output of its command", &key);
	int code = pclose(output);
	if (code != 0)
		return lg_fail(cx, LG_E_REFUSED, "the command of keys.master failed (%d)", code);
	LG_TRY(s);
	*ret = key;
	key = (struct lg_secret){ 0 };
	return LG_OK;
}

lg_status
lg_master_load(
	struct lg_ctx *cx, lg_str place, const struct lg_folder *folder, bool fresh, struct lg_secret *ret)
{
	const char *argument;
	if (!lg_str_present(place)) {
		LG_TRY(lg_folder_file(cx, folder, "master.key", &argument));
		return from_file(cx, argument, fresh, ret);
	}
	lg_str rest = place;
	lg_str kind = lg_str_cut(&rest, ':');
	LG_TRY(lg_str_to_c(cx, rest, &argument));
	if (lg_str_eq(kind, LG_STR("file")))
		return from_file(cx, argument, fresh, ret);
	if (lg_str_eq(kind, LG_STR("credential")))
		return from_credential(cx, rest, ret);
	return from_command(cx, argument, ret);
}

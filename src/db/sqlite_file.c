#include "db/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/sqlite_conn.h"

/* Of the database header (SQLite file format, 1.3). */
#define HEADER_BYTES 100
#define APPLICATION_ID_AT 68

static const char magic[16] = "SQLite format 3";

static uint32_t
read_u32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static lg_status
check_header(struct lg_ctx *cx, const char *path, int fd)
{
	unsigned char header[HEADER_BYTES];
	ssize_t got = pread(fd, header, sizeof(header), 0);
	if (got < 0)
		return lg_fail(cx, LG_E_UNAVAILABLE, "cannot read %s: %s", path, strerror(errno));
	if (got < HEADER_BYTES || !lg_bytes_eq(header, magic, sizeof(magic)))
		return lg_fail(cx, LG_E_REFUSED,
			"%s is not a database of ours: it has another format, or is damaged", path);
	if (read_u32(header + APPLICATION_ID_AT) != LG_SQLITE_APPLICATION_ID)
		return lg_fail(cx, LG_E_REFUSED, "%s is the database of another program", path);
	return LG_OK;
}

static bool
has_content(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && st.st_size > 0;
}

lg_status
lg_sqlite_file_look(struct lg_ctx *cx, const char *path, struct lg_sqlite_file *ret)
{
	lg_str log_path;
	LG_TRY(lg_str_fmt(cx, &log_path, "%s-wal", path));
	struct lg_sqlite_file file = { .has_log = has_content(log_path.ptr) };

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		return lg_fail(cx, LG_E_UNAVAILABLE, "cannot open %s: %s", path, strerror(errno));
	lg_status s = LG_OK;
	if (fd >= 0) {
		struct stat st;
		if (fstat(fd, &st) != 0)
			s = lg_fail(cx, LG_E_UNAVAILABLE, "cannot read %s: %s", path, strerror(errno));
		else if (!S_ISREG(st.st_mode))
			s = lg_fail(cx, LG_E_REFUSED, "%s is not a file", path);
		else
			file.bytes = (int64_t)st.st_size;
		if (!lg_failed(s) && file.bytes > 0)
			s = check_header(cx, path, fd);
		close(fd);
	}
	LG_TRY(s);
	file.there = file.bytes > 0;
	/* A fresh file beside an old log would take the log for its own. */
	if (!file.there && file.has_log)
		return lg_fail(
			cx, LG_E_REFUSED, "%s is missing or empty, but its write-ahead log is there", path);
	*ret = file;
	return LG_OK;
}

static lg_status
sync_path(struct lg_ctx *cx, const char *path, int flags)
{
	int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	int failed = fd < 0 || fsync(fd) != 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	return failed ? lg_fail(cx, LG_E_UNAVAILABLE, "cannot sync %s: %s", path, strerror(failed)) : LG_OK;
}

/* The mark and the journal mode go through SQLite, before anybody can see the file under its name. */
static lg_status
fill(struct lg_ctx *cx, const char *path)
{
	struct lg_sqlite_conn conn = { 0 };
	LG_TRY(lg_sqlite_conn_open(cx, path, SQLITE_OPEN_READWRITE, 64, &conn));
	char sql[160];
	snprintf(sql, sizeof(sql), "PRAGMA page_size = 4096; PRAGMA application_id = %d;",
		LG_SQLITE_APPLICATION_ID);
	lg_status s = lg_sqlite_exec(cx, &conn, sql);
	/* The defensive mode would keep the journal as it is. */
	sqlite3_db_config(conn.handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	if (!lg_failed(s))
		s = lg_sqlite_exec(cx, &conn, "PRAGMA journal_mode = WAL;");
	lg_sqlite_conn_close(&conn);
	LG_TRY(s);
	return sync_path(cx, path, 0);
}

lg_status
lg_sqlite_file_create(struct lg_ctx *cx, const char *path)
{
	lg_str fresh;
	lg_str directory;
	LG_TRY(lg_str_fmt(cx, &fresh, "%s.new", path));
	LG_TRY(lg_str_dup(cx, lg_str_from_c(path), &directory));
	if (unlink(fresh.ptr) != 0 && errno != ENOENT)
		return lg_fail(cx, LG_E_UNAVAILABLE, "cannot remove %s: %s", fresh.ptr, strerror(errno));
	int fd = open(fresh.ptr, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return lg_fail(cx, LG_E_UNAVAILABLE, "cannot create %s: %s", path, strerror(errno));
	close(fd);

	lg_status s = fill(cx, fresh.ptr);
	if (!lg_failed(s) && rename(fresh.ptr, path) != 0)
		s = lg_fail(cx, LG_E_UNAVAILABLE, "cannot create %s: %s", path, strerror(errno));
	if (lg_failed(s)) {
		(void)unlink(fresh.ptr);
		return s;
	}
	return sync_path(cx, dirname((char *)(uintptr_t)directory.ptr), O_DIRECTORY);
}

#include "app/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"
#include "base/log.h"

#define PASSPHRASE_MIN 12
#define PASSPHRASE_MAX 1024
#define TERMINAL_MS 200
#define LOG_MS 10000

/* ---- who watches ---- */

static void
tell_users(struct lg_watch *self, int64_t done)
{
	struct lg_progress *progress = (struct lg_progress *)self;
	const int64_t now_ms = lg_monotonic_ms();
	if (now_ms - progress->told_ms < (progress->terminal ? TERMINAL_MS : LOG_MS))
		return;
	progress->told_ms = now_ms;
	const int64_t rate = done * 1000 / (now_ms - progress->started_ms + 1);
	fprintf(stderr, "%s%" PRId64 " users, %" PRId64 " a second%s", progress->terminal ? "\r" : "", done,
		rate, progress->terminal ? "  " : "\n");
	progress->line_open = progress->terminal;
}

static void
tell_note(struct lg_watch *self, lg_str text)
{
	lg_progress_end((struct lg_progress *)self);
	fprintf(stderr, "%.*s\n", LG_FMT(text));
}

void
lg_progress_begin(struct lg_progress *ret)
{
	*ret = (struct lg_progress){
		.watch = { .users = tell_users, .note = tell_note },
		.terminal = isatty(STDERR_FILENO),
		.started_ms = lg_monotonic_ms(),
		.told_ms = lg_monotonic_ms(),
	};
}

void
lg_progress_end(struct lg_progress *progress)
{
	if (progress->line_open)
		fputc('\n', stderr);
	progress->line_open = false;
}

/* ---- passphrase ---- */

static lg_status
check_passphrase_file(struct lg_ctx *cx, int fd, const char *path)
{
	struct stat st;
	if (fstat(fd, &st))
		return lg_fail(cx, LG_E_IO, "cannot read %s: %s", path, strerror(errno));
	if (S_ISREG(st.st_mode) && st.st_mode & (S_IRWXG | S_IRWXO))
		fprintf(stderr, "%s can be read by others.\n", path);
	return LG_OK;
}

/* Its first line. */
static lg_status
read_passphrase(struct lg_ctx *cx, lg_str path, struct lg_secret *ret)
{
	const char *c_path;
	LG_TRY(lg_str_to_c(cx, path, &c_path));
	const int fd = open(c_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return lg_fail(cx, LG_E_IO, "cannot read %s: %s", c_path, strerror(errno));
	LG_CLEANUP(lg_secret_done) struct lg_secret room = { 0 };
	lg_status s = check_passphrase_file(cx, fd, c_path);
	if (!lg_failed(s))
		s = lg_secret_new(PASSPHRASE_MAX + 1, &room);
	size_t len = 0;
	ssize_t got = 1;
	while (!lg_failed(s) && got > 0 && len < room.len) {
		got = read(fd, room.ptr + len, room.len - len);
		if (got > 0)
			len += (size_t)got;
	}
	const int error = errno;
	close(fd);
	LG_TRY(s);
	if (got < 0)
		return lg_fail(cx, LG_E_IO, "cannot read %s: %s", c_path, strerror(error));
	lg_str rest = lg_str_from_bytes(room.ptr, len);
	const lg_str line = lg_str_cut(&rest, '\n');
	if (line.len < PASSPHRASE_MIN || line.len > PASSPHRASE_MAX)
		return lg_fail(cx, LG_E_SETTINGS, "the passphrase in %s must have %d to %d bytes", c_path,
			PASSPHRASE_MIN, PASSPHRASE_MAX);
	return lg_secret_copy(line, ret);
}

/* ---- store ---- */

static int
read_settings(struct lg_ctx *cx, const struct lg_cli *cli, struct lg_transfer *transfer)
{
	const lg_status s = lg_settings_load(cx, cli, environ, &transfer->read);
	if (lg_failed(s) && transfer->read.problems.len) {
		lg_complain(lg_str_from_bytes(transfer->read.problems.ptr, transfer->read.problems.len));
		fputs("\"lifeguard check\" explains the settings.\n", stderr);
		return LG_EXIT_SETTINGS;
	}
	if (lg_failed(s))
		return lg_say_failure(cx, s, LG_EXIT_SETTINGS);
	lg_log_set_level((enum lg_log_level)transfer->read.config.log.level);
	return LG_EXIT_OK;
}

int
lg_transfer_open(struct lg_ctx *cx, const struct lg_cli *cli, bool archive, struct lg_transfer *ret)
{
	if (archive) {
		const lg_str path = cli->transfer.passphrase_file;
		if (!lg_str_present(path))
			return lg_usage_error(LG_STR("an archive needs --passphrase-file FILE"));
		const lg_status s = read_passphrase(cx, path, &ret->passphrase);
		if (lg_failed(s))
			return lg_say_failure(cx, s, LG_EXIT_USAGE);
	}
	const int code = read_settings(cx, cli, ret);
	if (code != LG_EXIT_OK)
		return code;
	/* No server, no port: nobody is told one. */
	lg_status s = lg_runtime_settings(cx, &ret->read, 0, &ret->runtime);
	ret->runtime.settings.demo_pool = false; /* nothing is made that was not asked for */
	if (!lg_failed(s))
		s = lg_runtime_open(cx, &ret->read, 0, &ret->runtime);
	if (lg_failed(s))
		return lg_say_failure(cx, s, LG_EXIT_DATA);
	lg_progress_begin(&ret->progress);
	return LG_EXIT_OK;
}

void
lg_transfer_close(struct lg_ctx *cx, struct lg_transfer *transfer)
{
	lg_progress_end(&transfer->progress);
	lg_secret_done(&transfer->passphrase);
	/* Snapshots that were looked at are released before the pools go. */
	lg_ctx_done(cx);
	lg_runtime_close(&transfer->runtime);
}

bool
lg_transfer_format(const struct lg_cli *cli, bool *ret_archive)
{
	const lg_str format = cli->transfer.format;
	*ret_archive = !lg_str_present(format) || lg_str_eq(format, LG_STR("archive"));
	return *ret_archive || lg_str_eq(format, LG_STR("csv"));
}

/* ---- files ---- */

static bool
is_standard(lg_str path)
{
	return !lg_str_present(path) || lg_str_eq(path, LG_STR("-"));
}

static lg_status
cannot_write(struct lg_ctx *cx, lg_str path, int error)
{
	if (!lg_str_present(path))
		path = LG_STR("standard output");
	return lg_fail(cx, LG_E_IO, "cannot write %.*s: %s", LG_FMT(path), strerror(error));
}

static lg_status
write_out(struct lg_sink *self, struct lg_ctx *cx, lg_str bytes)
{
	struct lg_out_file *file = (struct lg_out_file *)self;
	while (bytes.len) {
		const ssize_t done = write(file->fd, bytes.ptr, bytes.len);
		if (done < 0 && errno != EINTR)
			return cannot_write(cx, file->path, errno);
		if (done > 0)
			bytes = lg_str_slice(bytes, (size_t)done, bytes.len);
	}
	return LG_OK;
}

lg_status
lg_out_file_open(struct lg_ctx *cx, lg_str path, struct lg_out_file *ret)
{
	struct lg_out_file file = { .sink.write = write_out, .fd = STDOUT_FILENO };
	if (is_standard(path)) {
		*ret = file;
		return LG_OK;
	}
	const char *c_path;
	lg_str draft;
	file.path = path;
	LG_TRY(lg_str_to_c(cx, path, &c_path));
	if (lg_file_exists(c_path))
		return lg_fail(cx, LG_E_EXISTS, "%s is there already", c_path);
	LG_TRY(lg_str_fmt(cx, &draft, "%s.part", c_path));
	LG_TRY(lg_str_to_c(cx, draft, &file.draft));
	file.fd = open(file.draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file.fd < 0)
		return cannot_write(cx, draft, errno);
	*ret = file;
	return LG_OK;
}

lg_status
lg_out_file_commit(struct lg_ctx *cx, struct lg_out_file *file)
{
	if (!file->draft)
		return LG_OK;
	const char *c_path;
	LG_TRY(lg_str_to_c(cx, file->path, &c_path));
	/* link(), unlike rename(), leaves a file alone that is there already. */
	if (fsync(file->fd) || link(file->draft, c_path))
		return cannot_write(cx, file->path, errno);
	return LG_OK;
}

void
lg_out_file_done(struct lg_out_file *file)
{
	if (!file->draft)
		return;
	(void)unlink(file->draft);
	close(file->fd);
	file->draft = NULL;
}

static lg_status
read_in(struct lg_source *self, struct lg_ctx *cx, char *ret, size_t max, size_t *ret_got)
{
	struct lg_in_file *file = (struct lg_in_file *)self;
	ssize_t got;
	do
		got = read(file->fd, ret, max);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return lg_fail(cx, LG_E_IO, "cannot read the file: %s", strerror(errno));
	*ret_got = (size_t)got;
	return LG_OK;
}

lg_status
lg_in_file_open(struct lg_ctx *cx, lg_str path, struct lg_in_file *ret)
{
	*ret = (struct lg_in_file){ .source.read = read_in, .fd = STDIN_FILENO };
	if (is_standard(path))
		return LG_OK;
	const char *c_path;
	LG_TRY(lg_str_to_c(cx, path, &c_path));
	ret->fd = open(c_path, O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0)
		return lg_fail(cx, LG_E_IO, "cannot read %s: %s", c_path, strerror(errno));
	return LG_OK;
}

void
lg_in_file_done(struct lg_in_file *file)
{
	if (file->fd > STDIN_FILENO)
		close(file->fd);
}

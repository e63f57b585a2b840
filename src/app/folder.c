#include "app/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_OPEN_FOLDERS 8

static lg_status
make_temporary(struct lg_ctx *cx, lg_str *ret)
{
	const char *place = getenv("TMPDIR");
	lg_str pattern;
	LG_TRY(lg_str_fmt(cx, &pattern, "%s/lifeguard-XXXXXX", place && *place ? place : "/tmp"));
	char *path = (char *)(uintptr_t)pattern.ptr; /* our own copy, with its NUL */
	if (!mkdtemp(path))
		return lg_fail(cx, LG_E_IO, "cannot make a temporary folder: %s", strerror(errno));
	*ret = pattern;
	return LG_OK;
}

lg_status
lg_folder_open(struct lg_ctx *cx, lg_str path, struct lg_folder *ret)
{
	struct lg_folder folder = { .path = path, .temporary = !lg_str_present(path) };
	if (folder.temporary) {
		LG_TRY(make_temporary(cx, &folder.path));
		*ret = folder;
		return LG_OK;
	}
	const char *c_path;
	LG_TRY(lg_str_to_c(cx, path, &c_path));
	if (mkdir(c_path, 0700) && errno != EEXIST)
		return lg_fail(cx, LG_E_IO, "cannot make the data folder %s: %s", c_path, strerror(errno));
	struct stat st;
	if (stat(c_path, &st))
		return lg_fail(cx, LG_E_IO, "cannot use the data folder %s: %s", c_path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return lg_fail(cx, LG_E_IO, "cannot use the data folder %s: it is no folder", c_path);
	*ret = folder;
	return LG_OK;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	(void)remove(path); /* What stays behind is a temporary file. */
	return 0;
}

void
lg_folder_close(const struct lg_folder *folder)
{
	if (folder->temporary && folder->path.len)
		(void)nftw(folder->path.ptr, remove_one, MOST_OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

lg_status
lg_folder_file(struct lg_ctx *cx, const struct lg_folder *folder, const char *name, const char **ret)
{
	lg_str path;
	LG_TRY(lg_str_fmt(cx, &path, "%.*s/%s", LG_FMT(folder->path), name));
	return lg_str_to_c(cx, path, ret);
}

bool
lg_file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 || errno != ENOENT;
}

static bool
write_all(int fd, lg_str bytes)
{
	while (bytes.len) {
		ssize_t done = write(fd, bytes.ptr, bytes.len);
		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0)
			bytes = lg_str_slice(bytes, (size_t)done, bytes.len);
	}
	return fsync(fd) == 0;
}

/* The name of a file is as durable as its folder. */
static bool
sync_folder(struct lg_ctx *cx, const char *path)
{
	lg_str copy;
	if (lg_failed(lg_str_dup(cx, lg_str_from_c(path), &copy)))
		return false;
	int fd = open(dirname((char *)(uintptr_t)copy.ptr), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool fine = fsync(fd) == 0;
	close(fd);
	return fine;
}

lg_status
lg_file_write_private(struct lg_ctx *cx, const char *path, lg_str bytes, bool replace)
{
	lg_str draft;
	LG_TRY(lg_str_fmt(cx, &draft, "%s.new", path));
	(void)unlink(draft.ptr); /* of a start that was cut short */
	int fd = open(draft.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return lg_fail(cx, LG_E_IO, "cannot write %s: %s", path, strerror(errno));
	bool fine = write_all(fd, bytes);
	int error = errno;
	close(fd);
	if (fine) {
		/* link(), unlike rename(), leaves a file alone that is there already. */
		fine = (replace ? rename(draft.ptr, path) : link(draft.ptr, path)) == 0;
		error = errno;
	}
	if (!fine || !replace)
		(void)unlink(draft.ptr);
	if (!fine && error == EEXIST)
		return lg_fail(cx, LG_E_EXISTS, "%s is there already", path);
	if (!fine || !sync_folder(cx, path))
		return lg_fail(cx, LG_E_IO, "cannot write %s: %s", path, strerror(error));
	return LG_OK;
}

#include "app/strings.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "page/language.h"

#define FILES_MAX 64
#define FILE_MAX_BYTES ((size_t)1 << 20)
#define END LG_STR(".txt")

static lg_status
read_stream(struct lg_ctx *cx, FILE *file, const char *name, lg_str *ret)
{
	struct lg_buf text = lg_buf_start(cx, FILE_MAX_BYTES);
	char part[4096];
	size_t len;
	while ((len = fread(part, 1, sizeof(part), file)) > 0)
		lg_buf_put(&text, lg_str_from_bytes(part, len));
	if (ferror(file))
		return lg_fail(cx, LG_E_IO, "cannot read %s: %s", name, strerror(errno));
	const lg_status s = lg_buf_finish(cx, &text, ret);
	if (s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_MALFORMED, "%s is larger than 1 MiB", name);
	return s;
}

static lg_status
read_file(struct lg_ctx *cx, lg_str folder, const char *name, struct lg_str_pair *ret)
{
	const lg_str file_name = lg_str_from_c(name);
	const char *c_path;
	lg_str path;
	LG_TRY(lg_str_fmt(cx, &path, "%.*s/%s", LG_FMT(folder), name));
	LG_TRY(lg_str_to_c(cx, path, &c_path));
	LG_TRY(lg_str_dup(cx, lg_str_slice(file_name, 0, file_name.len - END.len), &ret->key));
	FILE *file = fopen(c_path, "re");
	if (!file)
		return lg_fail(cx, LG_E_IO, "cannot read %s: %s", c_path, strerror(errno));
	const lg_status s = read_stream(cx, file, c_path, &ret->value);
	fclose(file);
	return s;
}

/* "sv", "zh-HK": what stands in an address and in lang="". */
static bool
is_tag(lg_str tag)
{
	for (size_t i = 0; i < tag.len; i++) {
		const char c = tag.ptr[i];
		const char lower = (char)(c | 32);
		const bool plain = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
		if (!plain && (c != '-' || i == 0))
			return false;
	}
	return tag.len >= 2 && tag.len <= 16;
}

static lg_status
read_folder(struct lg_ctx *cx, DIR *folder, lg_str path, struct lg_str_pair *files, size_t *ret_count)
{
	const struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		const lg_str name = lg_str_from_c(entry->d_name);
		if (entry->d_name[0] == '.' || !lg_str_ends(name, END))
			continue;
		if (!is_tag(lg_str_slice(name, 0, name.len - END.len)))
			return lg_fail(cx, LG_E_MALFORMED, "%s is not called like a language",
				entry->d_name);
		if (*ret_count == FILES_MAX)
			return lg_fail(cx, LG_E_MALFORMED, "more than %d files", FILES_MAX);
		LG_TRY(read_file(cx, path, entry->d_name, &files[(*ret_count)++]));
	}
	return LG_OK;
}

lg_status
lg_strings_open(struct lg_ctx *cx, lg_str folder, struct lg_languages **ret)
{
	struct lg_str_pair files[FILES_MAX];
	size_t count = 0;
	const char *path;
	if (lg_str_empty(folder))
		return lg_languages_new(cx, NULL, 0, ret);
	LG_TRY(lg_str_to_c(cx, folder, &path));
	DIR *open = opendir(path);
	if (!open)
		return lg_fail(cx, LG_E_IO, "cannot open %s: %s", path, strerror(errno));
	const lg_status s = read_folder(cx, open, folder, files, &count);
	closedir(open);
	LG_TRY(s);
	return lg_languages_new(cx, files, count, ret);
}

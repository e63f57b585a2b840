/*
 * folder.h - the data folder and what lies in it beside the database.
 */
#ifndef LG_APP_FOLDER_H
#define LG_APP_FOLDER_H

#include "base/ctx.h"

struct lg_folder {
	lg_str path;
	bool temporary; /* goes with the server */
};

/* Make the folder (0700) when it is not there; an absent path makes a temporary one. LG_E_IO with a text. */
LG_MUST lg_status lg_folder_open(struct lg_ctx *cx, lg_str path, struct lg_folder *ret);

/* A temporary folder and all in it disappear. */
void lg_folder_close(const struct lg_folder *folder);

/* The path of a file in it, as a C string. */
LG_MUST lg_status lg_folder_file(struct lg_ctx *cx, const struct lg_folder *folder, const char *name,
	const char **ret);
bool lg_file_exists(const char *path);

/*
 * Write a file that only its owner reads (0600), durably, at once or not at all. `replace`: a former one
 * goes; otherwise LG_E_EXISTS. LG_E_IO with a text.
 */
LG_MUST lg_status lg_file_write_private(struct lg_ctx *cx, const char *path, lg_str bytes, bool replace);

#endif

/*
 * transfer.h - what the commands export and import share: a store without a server, a passphrase, files, and
 * who watches.
 */
#ifndef LG_APP_TRANSFER_H
#define LG_APP_TRANSFER_H

#include "app/runtime.h"
#include "domain/transfer/archive_kinds.h"
#include "token/archive.h"

/* Tells a person at a terminal how far it is, several times a second, and a log every ten. */
struct lg_progress {
	struct lg_watch watch;
	bool terminal;
	bool line_open; /* the terminal's line is not ended */
	int64_t started_ms;
	int64_t told_ms;
};
void lg_progress_begin(struct lg_progress *ret);
/* Ends the terminal's line, so that something else can be said. */
void lg_progress_end(struct lg_progress *progress);

struct lg_transfer {
	struct lg_settings_read read;
	struct lg_runtime runtime;
	struct lg_secret passphrase;
	struct lg_progress progress;
};

/* LG_EXIT_OK, or the exit code after saying what is wrong. With an archive the passphrase is read, too. */
int lg_transfer_open(struct lg_ctx *cx, const struct lg_cli *cli, bool archive, struct lg_transfer *ret);
void lg_transfer_close(struct lg_ctx *cx, struct lg_transfer *transfer);

/* "archive", the default, or "csv": false when it is another. */
bool lg_transfer_format(const struct lg_cli *cli, bool *ret_archive);

/*
 * A file that is there when it is whole, for its owner alone; an absent path or "-" is standard output. A
 * file that is there already is left alone (LG_E_EXISTS).
 */
struct lg_out_file {
	struct lg_sink sink;
	int fd;
	lg_str path; /* absent = standard output */
	const char *draft; /* its name until then */
};
LG_MUST lg_status lg_out_file_open(struct lg_ctx *cx, lg_str path, struct lg_out_file *ret);
LG_MUST lg_status lg_out_file_commit(struct lg_ctx *cx, struct lg_out_file *file);
void lg_out_file_done(struct lg_out_file *file); /* what is not committed goes */

struct lg_in_file {
	struct lg_source source;
	int fd;
};
/* "-" is standard input. */
LG_MUST lg_status lg_in_file_open(struct lg_ctx *cx, lg_str path, struct lg_in_file *ret);
void lg_in_file_done(struct lg_in_file *file);

#endif

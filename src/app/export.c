#include "app/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "app/transfer.h"
#include "domain/transfer/pool_csv.h"
#include "domain/transfer/pool_export.h"

/* RFC 9106's second choice, with more memory: half a second, once a file. */
#define COST ((struct lg_pwhash_cost){ .passes = 3, .memory_kib = 256 * 1024 })

static lg_status
write_archive(
	struct lg_ctx *cx, const struct lg_cli *cli, struct lg_transfer *transfer, struct lg_sink *sink)
{
	LG_CLEANUP(lg_archive_out_freep) struct lg_archive_out *out = NULL;
	const struct lg_pool_export ask = {
		.pool_id = cli->transfer.pool,
		.program = LG_STR("lifeguard " LG_VERSION),
		.with_keys = cli->transfer.signing_keys,
		.watch = &transfer->progress.watch,
	};
	struct lg_rec_archive_end counts = { 0 };
	int64_t recovery;
	LG_TRY(lg_archive_begin(cx, COST, lg_secret_view(&transfer->passphrase), sink, &out));
	LG_TRY(lg_pool_export(cx, &transfer->runtime.env, &ask, out, &counts, &recovery));
	LG_TRY(lg_archive_end(cx, out));
	lg_progress_end(&transfer->progress);
	fprintf(stderr,
		"Exported: users %" PRId64 ", devices and passkeys %" PRId64 ", app clients %" PRId64 ".\n",
		counts.users.v, counts.user_items.v, counts.clients.v);
	if (recovery)
		fprintf(stderr,
			"Recovery codes are left out, as they can't be moved; users who had some: %" PRId64
			".\n",
			recovery);
	return LG_OK;
}

static lg_status
write_csv(struct lg_ctx *cx, const struct lg_cli *cli, struct lg_transfer *transfer, struct lg_sink *sink)
{
	struct lg_pool_csv done;
	LG_TRY(lg_pool_csv_export(
		cx, &transfer->runtime.env, cli->transfer.pool, sink, &transfer->progress.watch, &done));
	lg_progress_end(&transfer->progress);
	fprintf(stderr, "Exported, without passwords: users %" PRId64 ".\n", done.users);
	if (done.external)
		fprintf(stderr, "Left out, as they belong to identity providers: users %" PRId64 ".\n",
			done.external);
	if (done.changed)
		fprintf(stderr,
			"Line breaks, or a backslash at the end, became blanks: values %" PRId64 ".\n",
			done.changed);
	return LG_OK;
}

static int
run(struct lg_ctx *cx, const struct lg_cli *cli, bool archive, struct lg_transfer *transfer)
{
	struct lg_out_file file = { 0 };
	lg_status s = lg_out_file_open(cx, cli->word_count ? cli->words[0] : LG_STR_NONE, &file);
	if (lg_failed(s))
		return lg_say_failure(cx, s, LG_EXIT_USAGE);
	s = archive ? write_archive(cx, cli, transfer, &file.sink)
		    : write_csv(cx, cli, transfer, &file.sink);
	if (!lg_failed(s))
		s = lg_out_file_commit(cx, &file);
	lg_out_file_done(&file);
	lg_progress_end(&transfer->progress);
	return lg_failed(s) ? lg_say_failure(cx, s, LG_EXIT_DATA) : LG_EXIT_OK;
}

int
lg_cmd_export(struct lg_ctx *cx, const struct lg_cli *cli)
{
	bool archive;
	if (!lg_transfer_format(cli, &archive))
		return lg_usage_error(LG_STR("--format is archive or csv"));
	if (!lg_str_present(cli->transfer.pool))
		return lg_usage_error(LG_STR("export needs --pool ID"));
	if (!archive && (lg_str_present(cli->transfer.passphrase_file) || cli->transfer.signing_keys))
		return lg_usage_error(LG_STR("a csv file is not encrypted, and holds no keys"));
	if (archive && !cli->word_count && isatty(STDOUT_FILENO))
		return lg_usage_error(LG_STR("an archive is nothing for a terminal; name a FILE"));
	struct lg_transfer *transfer = lg_new(cx, struct lg_transfer);
	if (!transfer)
		return lg_usage_error(LG_STR("out of memory"));
	int code = lg_transfer_open(cx, cli, archive, transfer);
	if (code == LG_EXIT_OK)
		code = run(cx, cli, archive, transfer);
	lg_transfer_close(cx, transfer);
	return code;
}

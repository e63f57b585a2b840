#include "app/command.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/import_csv.h"
#include "app/transfer.h"
#include "domain/transfer/pool_import.h"

static void
tell(const struct lg_pool_imported *done)
{
	fprintf(stderr,
		"Imported user pool %.*s: users %" PRId64 ", devices and passkeys %" PRId64
		", app clients %" PRId64 ".\n",
		LG_FMT(done->pool_id), done->counts.users.v, done->counts.user_items.v,
		done->counts.clients.v);
	if (done->bound)
		fprintf(stderr,
			"SRP verifiers are bound to the pool's name, which is another one now: users "
			"%" PRId64 ". They sign in with a password flow (USER_PASSWORD_AUTH, "
				   "ADMIN_USER_PASSWORD_AUTH), "
			"and with SRP once they have done so or set a password.\n",
			done->bound);
	if (done->unnamed)
		fprintf(stderr,
			"Users who lost an alias or link to another one, as told above: %" PRId64 ".\n",
			done->unnamed);
	if (done->skipped)
		fprintf(stderr, "Users who were left out, as told above: %" PRId64 ".\n", done->skipped);
}

static lg_status
read_archive(
	struct lg_ctx *cx, const struct lg_cli *cli, struct lg_transfer *transfer, struct lg_in_file *file)
{
	LG_CLEANUP(lg_archive_in_freep) struct lg_archive_in *in = NULL;
	const struct lg_pool_import ask = {
		.pool_id = cli->transfer.pool,
		.new_client_ids = cli->transfer.new_client_ids,
		.without_domains = cli->transfer.without_domains,
		.watch = &transfer->progress.watch,
	};
	struct lg_pool_imported done;
	LG_TRY(lg_archive_open(cx, lg_secret_view(&transfer->passphrase), &file->source, &in));
	lg_progress_begin(&transfer->progress);
	LG_TRY(lg_pool_import(cx, &transfer->runtime.env, &ask, in, &done));
	lg_progress_end(&transfer->progress);
	tell(&done);
	return LG_OK;
}

static int
discard(struct lg_ctx *cx, const struct lg_cli *cli, struct lg_transfer *transfer)
{
	const lg_status s = lg_pool_import_discard(cx, &transfer->runtime.env, cli->transfer.pool);
	if (lg_failed(s))
		return lg_say_failure(cx, s, LG_EXIT_DATA);
	fprintf(stderr, "Discarded the unfinished import of user pool %.*s.\n", LG_FMT(cli->transfer.pool));
	return LG_EXIT_OK;
}

static int
run(struct lg_ctx *cx, const struct lg_cli *cli, bool archive, struct lg_transfer *transfer)
{
	if (cli->transfer.discard)
		return discard(cx, cli, transfer);
	struct lg_in_file file;
	lg_status s = lg_in_file_open(cx, cli->words[0], &file);
	if (lg_failed(s))
		return lg_say_failure(cx, s, LG_EXIT_USAGE);
	s = archive ? read_archive(cx, cli, transfer, &file)
		    : lg_import_csv(
			      cx, &transfer->runtime.env, cli->transfer.pool, &file, &transfer->progress);
	lg_in_file_done(&file);
	lg_progress_end(&transfer->progress);
	return lg_failed(s) ? lg_say_failure(cx, s, LG_EXIT_DATA) : LG_EXIT_OK;
}

int
lg_cmd_import(struct lg_ctx *cx, const struct lg_cli *cli)
{
	const struct lg_cli_transfer *asked = &cli->transfer;
	bool archive;
	if (!lg_transfer_format(cli, &archive))
		return lg_usage_error(LG_STR("--format is archive or csv"));
	if ((!archive || asked->discard) && !lg_str_present(asked->pool))
		return lg_usage_error(LG_STR("--pool ID is missing"));
	if (asked->discard == (cli->word_count > 0))
		return lg_usage_error(asked->discard
					      ? LG_STR("--discard takes no file")
					      : LG_STR("import needs a FILE, or - for standard input"));
	if (!archive &&
		(lg_str_present(asked->passphrase_file) || asked->new_client_ids || asked->without_domains))
		return lg_usage_error(LG_STR("a csv file holds users only, and is not encrypted"));
	struct lg_transfer *transfer = lg_new(cx, struct lg_transfer);
	if (!transfer)
		return lg_usage_error(LG_STR("out of memory"));
	int code = lg_transfer_open(cx, cli, archive && !asked->discard, transfer);
	if (code == LG_EXIT_OK)
		code = run(cx, cli, archive, transfer);
	lg_transfer_close(cx, transfer);
	return code;
}

#include "app/import_csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "domain/transfer/import_file.h"
#include "domain/transfer/import_job.h"
#include "domain/transfer/import_run.h"

#define PART_BYTES ((size_t)256 << 10)
#define WAIT_US 200000 /* another node works on it */

typedef struct lg_idp_user_import_job_type job_type;

struct work {
	struct lg_env *env;
	lg_str pool_id;
	lg_str job_id;
	struct lg_in_file *file;
	struct lg_progress *progress;
	struct lg_ctx *keep;
	job_type *job; /* as it was seen last */
	bool more;
	int64_t from; /* of the log */
	struct lg_import_upload upload;
};

/* Each step in memory of its own, so that the file may have any length. */
static lg_status
step(struct work *w, lg_status (*run)(struct lg_ctx *cx, struct work *w))
{
	LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
	LG_TRY(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena));
	struct lg_ctx cx = { .arena = arena, .random = w->keep->random, .now = lg_clock_now(w->env->clock) };
	lg_status s = run(&cx, w);
	if (lg_failed(s)) {
		const lg_str text = lg_failure_text(&cx, s.code);
		s = lg_fail(w->keep, s.code, "%.*s", LG_FMT(text));
	}
	lg_ctx_done(&cx);
	return s;
}

static lg_status
create(struct lg_ctx *cx, struct work *w)
{
	const struct lg_pool *pool;
	job_type *job;
	const struct lg_idp_create_user_import_job_request in = {
		.user_pool_id = w->pool_id,
		.job_name = LG_STR("lifeguard-import"),
		.cloud_watch_logs_role_arn = LG_STR("arn:aws:iam::000000000000:role/lifeguard"),
	};
	LG_TRY(lg_pool_find(cx, w->env, w->pool_id, &pool));
	LG_TRY(lg_import_create(cx, w->env, pool, &in, &job));
	LG_TRY(lg_str_dup(w->keep, job->job_id, &w->job_id));
	w->upload = (struct lg_import_upload){ .pool_id = w->pool_id, .job_id = w->job_id };
	return lg_rand_uuid(w->keep, &w->upload.nonce);
}

static lg_status
upload(struct lg_ctx *cx, struct work *w)
{
	char *bytes = lg_new_array(cx, char, PART_BYTES);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t filled = 0, got = 1;
	while (got && filled < PART_BYTES) {
		LG_TRY(w->file->source.read(
			&w->file->source, cx, bytes + filled, PART_BYTES - filled, &got));
		filled += got;
	}
	w->more = got > 0;
	return filled ? lg_import_part_put(cx, w->env, &w->upload, lg_str_from_bytes(bytes, filled)) : LG_OK;
}

static lg_status
start(struct lg_ctx *cx, struct work *w)
{
	const struct lg_pool *pool;
	job_type *job;
	if (w->upload.parts == 0)
		return lg_fail(cx, LG_E_MALFORMED, "the file is empty");
	LG_TRY(lg_import_file_end(cx, w->env, &w->upload));
	LG_TRY(lg_pool_find(cx, w->env, w->pool_id, &pool));
	return lg_import_start(cx, w->env, pool, w->job_id, &job);
}

static lg_status
work(struct lg_ctx *cx, struct work *w)
{
	bool worked;
	const struct lg_pool *pool;
	job_type *job;
	LG_TRY(lg_import_work(cx, w->env, LG_STR("lifeguard import"), NULL, &worked));
	LG_TRY(lg_pool_find(cx, w->env, w->pool_id, &pool));
	LG_TRY(lg_import_describe(cx, w->env, pool, w->job_id, &job));
	w->progress->watch.users(&w->progress->watch, job->imported_users.v);
	w->more = lg_str_eq(job->status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_PENDING) ||
		  lg_str_eq(job->status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_IN_PROGRESS) ||
		  lg_str_eq(job->status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_STOPPING);
	if (w->more && !worked)
		usleep(WAIT_US);
	if (w->more)
		return LG_OK;
	lg_progress_end(w->progress);
	fprintf(stderr, "%" PRId64 " users imported, %" PRId64 " skipped, %" PRId64 " failed.\n",
		job->imported_users.v, job->skipped_users.v, job->failed_users.v);
	if (lg_str_eq(job->status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_SUCCEEDED))
		return LG_OK;
	return lg_fail(cx, LG_E_MALFORMED, "%.*s", LG_FMT(job->completion_message));
}

static lg_status
tell_log(struct lg_ctx *cx, struct work *w)
{
	lg_str text;
	LG_TRY(lg_import_log_read(cx, w->env, w->pool_id, w->job_id, w->from, &text, &w->from));
	while (lg_str_present(text) && text.len) {
		const lg_str line = lg_str_cut(&text, '\n');
		if (!lg_str_starts(line, LG_STR("[SUCCEEDED]")))
			fprintf(stderr, "%.*s\n", LG_FMT(line));
	}
	return LG_OK;
}

lg_status
lg_import_csv(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_in_file *file,
	struct lg_progress *progress)
{
	struct work w = {
		.env = env, .pool_id = pool_id, .file = file, .progress = progress, .keep = cx, .more = true
	};
	LG_TRY(step(&w, create));
	while (w.more)
		LG_TRY(step(&w, upload));
	LG_TRY(step(&w, start));
	w.more = true;
	lg_status s = LG_OK;
	while (w.more && !lg_failed(s))
		s = step(&w, work);
	const struct lg_failure failure = cx->failure;
	while (w.from >= 0 && !lg_failed(step(&w, tell_log)))
		continue;
	cx->failure = failure;
	return s;
}

#include "domain/transfer/import_run.h"

#include "base/log.h"
#include "domain/scratch.h"
#include "domain/transfer/import_chunk.h"
#include "domain/transfer/import_csv.h"
#include "domain/transfer/import_lines.h"
#include "domain/transfer/import_rows.h"

#define JOBS_AT_ONCE 50
#define SLICE_MS 1000
#define HELD_MS (10 * LG_SECOND_MS)
#define ROWS_MAX 500000
#define CHUNK_BYTES ((size_t)512 << 10)
#define MESSAGE_MAX 128

enum outcome { GO_ON, ENDED, ELSEWHERE };

struct job {
	struct lg_env *env;
	lg_str pool_id;
	lg_str job_id;
	lg_str holder;
};

/* ---- the end ---- */

static lg_status
end(struct lg_ctx *cx, const struct job *job, struct lg_item_row *row, lg_str status, lg_str message)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(job->env->store, cx, &batch));
	LG_TRY(lg_import_end(cx, batch, row, job->pool_id, status, lg_str_slice(message, 0, MESSAGE_MAX)));
	LG_TRY(lg_store_commit(batch));
	const struct lg_idp_user_import_job_type *type =
		((const struct lg_rec_import_job *)row->record)->type;
	lg_log(LG_LOG_INFO, "import ended", LG_KV_STR("pool", job->pool_id), LG_KV_STR("job", job->job_id),
		LG_KV_STR("status", status), LG_KV_INT("imported", type->imported_users.v),
		LG_KV_INT("skipped", type->skipped_users.v), LG_KV_INT("failed", type->failed_users.v));
	return LG_OK;
}

/* Pool or job are gone: so is what waits for them. */
static lg_status
forget(struct lg_ctx *cx, const struct job *job)
{
	lg_str name;
	struct lg_batch *batch;
	LG_TRY(lg_import_queue_name(cx, job->pool_id, job->job_id, &name));
	LG_TRY(lg_store_batch(job->env->store, cx, &batch));
	lg_store_item_drop(batch, LG_IMPORT_SERVER, LG_IMPORT_QUEUE, name);
	return lg_store_commit(batch);
}

/* ---- a few lines ---- */

/* The first line. LG_E_INVALID_PARAMETER when the file can't be imported at all. */
static lg_status
read_header(struct lg_ctx *cx, struct lg_import_lines *lines, struct lg_import_plan *plan)
{
	lg_str line;
	bool none;
	struct lg_str_list columns;
	LG_TRY(lg_import_lines_next(cx, lines, LG_IMPORT_ROW_BYTES, &line, &none));
	if (none || !lg_str_present(line))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "The file has no header.");
	if (lg_str_starts(line, LG_STR("\xef\xbb\xbf")))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "The file begins with a byte order mark.");
	LG_TRY(lg_import_columns(cx, plan->pool, plan->has_hashes, &columns));
	LG_TRY(lg_import_split(cx, line, &plan->header));
	return lg_import_header_check(cx, &columns, &plan->header);
}

static lg_status
read_lines(struct lg_ctx *cx, struct lg_import_lines *lines, struct lg_import_chunk *chunk, bool *ret_end)
{
	size_t bytes = 0;
	*ret_end = false;
	while (chunk->count < LG_IMPORT_CHUNK_LINES && bytes < CHUNK_BYTES) {
		lg_str line;
		LG_TRY(lg_import_lines_next(cx, lines, LG_IMPORT_ROW_BYTES, &line, ret_end));
		if (*ret_end)
			return LG_OK;
		chunk->line++;
		bytes += line.len;
		/* Blank lines are nobody. */
		if (!lg_str_present(line) || line.len)
			LG_TRY(lg_import_chunk_add(cx, chunk, line, lines->place));
	}
	return LG_OK;
}

/* Read on, from the place that is written down. */
static lg_status
work_on_lines(struct lg_ctx *cx, const struct job *job, struct lg_import_chunk *chunk, enum outcome *ret)
{
	struct lg_rec_import_job *record = chunk->row.record;
	LG_CLEANUP(lg_import_lines_done) struct lg_import_lines lines = { 0 };
	const struct lg_import_place start = { 0 };
	LG_TRY(lg_import_lines_begin(cx, job->env, chunk->row.pool, job->job_id, record, start, &lines));
	const lg_status s = read_header(cx, &lines, &chunk->plan);
	*ret = ENDED;
	if (s.code == LG_E_INVALID_PARAMETER)
		return end(cx, job, &chunk->row, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_FAILED,
			lg_failure_text(cx, s.code));
	LG_TRY(s);
	chunk->line = 1;
	if (record->line.v > 1) {
		chunk->line = record->line.v;
		lines.loaded = lines.loaded && lines.place.part == record->part.v;
		lines.place = (struct lg_import_place){ record->part.v, (size_t)record->offset.v };
	}
	bool no_more;
	LG_TRY(read_lines(cx, &lines, chunk, &no_more));
	if (chunk->line - 1 > ROWS_MAX)
		return end(cx, job, &chunk->row, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_FAILED,
			LG_STR("The file has more than 500000 rows."));
	if (chunk->count == 0 && no_more)
		return end(cx, job, &chunk->row, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_SUCCEEDED,
			LG_STR("Import Job Completed Successfully."));
	*ret = GO_ON;
	record->type->status = LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_IN_PROGRESS;
	record->holder = job->holder;
	record->held_until = (struct lg_opt_time){ true, lg_time_add_ms(cx->now, HELD_MS) };
	return lg_import_chunk_write(cx, job->env, chunk);
}

static lg_status
work_on(struct lg_ctx *cx, const struct job *job, const struct lg_pool *pool, struct lg_item_row *row,
	enum outcome *ret)
{
	const struct lg_rec_import_job *record = row->record;
	const lg_str status = record->type->status;
	*ret = ENDED;
	if (lg_str_eq(status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_STOPPING))
		return end(cx, job, row, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_STOPPED,
			LG_STR("Import Job Stopped."));
	if (!lg_str_eq(status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_PENDING) &&
		!lg_str_eq(status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_IN_PROGRESS))
		return forget(cx, job);
	if (lg_str_present(record->holder) && !lg_str_eq(record->holder, job->holder) &&
		lg_time_before(cx->now, record->held_until.v)) {
		*ret = ELSEWHERE;
		return LG_OK;
	}
	struct lg_import_chunk chunk = { .row = *row, .plan = { .pool = pool } };
	const lg_str algorithm = record->type->password_hashing_algorithm;
	chunk.plan.has_hashes = lg_str_present(algorithm);
	if (chunk.plan.has_hashes)
		LG_TRY(lg_foreign_hash_from_name(algorithm, &chunk.plan.hash));
	return work_on_lines(cx, job, &chunk, ret);
}

/* One batch of lines, in memory of its own. */
static lg_status
step(struct lg_ctx *outer, const struct job *job, enum outcome *ret)
{
	LG_CLEANUP(lg_scratch_done) struct lg_scratch scratch = { 0 };
	LG_TRY(lg_scratch_begin(outer, &scratch));
	struct lg_ctx *cx = &scratch.cx;
	cx->now = lg_clock_now(job->env->clock);
	const struct lg_pool *pool;
	struct lg_item_row row = { 0 };
	lg_status s = lg_pool_find(cx, job->env, job->pool_id, &pool);
	if (!lg_failed(s))
		s = lg_import_job_read(cx, job->env->store, pool->pool, job->job_id, &row);
	if (s.code == LG_E_RESOURCE_NOT_FOUND) {
		*ret = ENDED;
		return forget(cx, job);
	}
	LG_TRY(s);
	s = work_on(cx, job, pool, &row, ret);
	if (s.code != LG_E_CONFLICT)
		return s;
	/* Somebody stopped it, or works on it, too: look again. */
	*ret = GO_ON;
	return LG_OK;
}

static lg_status
work_a_while(struct lg_ctx *cx, const struct job *job, const _Atomic bool *stopping, bool *ret_worked)
{
	const int64_t until_ms = lg_monotonic_ms() + SLICE_MS;
	enum outcome outcome = GO_ON;
	while (outcome == GO_ON && lg_monotonic_ms() < until_ms && !(stopping && *stopping)) {
		LG_TRY(step(cx, job, &outcome));
		*ret_worked = *ret_worked || outcome != ELSEWHERE;
	}
	return LG_OK;
}

lg_status
lg_import_work(
	struct lg_ctx *cx, struct lg_env *env, lg_str holder, const _Atomic bool *stopping, bool *ret_worked)
{
	struct lg_item_row *rows;
	size_t count;
	*ret_worked = false;
	LG_TRY(lg_store_item_page(env->store, cx, LG_IMPORT_SERVER, LG_IMPORT_QUEUE, LG_STR_NONE,
		JOBS_AT_ONCE, &lg_shape_rec_import_name, &rows, &count));
	lg_status first = LG_OK;
	for (size_t i = 0; i < count; i++) {
		const struct lg_rec_import_name *name = rows[i].record;
		const struct job job = {
			.env = env, .pool_id = name->pool_id, .job_id = name->job_id, .holder = holder
		};
		/* What goes wrong with one job is no reason to leave the others. */
		const lg_status s = work_a_while(cx, &job, stopping, ret_worked);
		if (lg_failed(s) && !lg_failed(first))
			first = s;
	}
	return first;
}

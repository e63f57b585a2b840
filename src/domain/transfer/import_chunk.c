#include "domain/transfer/import_chunk.h"

#include "base/buf.h"
#include "codec/text.h"
#include "domain/transfer/import_csv.h"
#include "domain/transfer/import_rows.h"
#include "domain/user/user_edit.h"

#define JOB_SHAPE (&lg_shape_rec_import_job)
#define BYTES_SHAPE (&lg_shape_rec_import_bytes)
#define TAG_JOB 1
#define RANGE 25 /* lines that are tried together where some stand in the way */
#define REASON_MAX 512
#define LOG_BYTES ((size_t)LG_IMPORT_CHUNK_LINES * (REASON_MAX + 64))

static void
fail(struct lg_import_line *line, lg_str reason)
{
	line->fate = LG_IMPORT_FAILED;
	line->reason = reason;
}

lg_status
lg_import_chunk_add(
	struct lg_ctx *cx, struct lg_import_chunk *chunk, lg_str text, struct lg_import_place behind)
{
	struct lg_import_line *line = &chunk->lines[chunk->count++];
	*line = (struct lg_import_line){ .number = chunk->line, .behind = behind };
	if (!lg_str_present(text))
		fail(line, LG_STR("The row is longer than 16000 characters."));
	else if (!lg_text_is_utf8(text) || lg_str_has_byte(text, '\0'))
		fail(line, LG_STR("The row is not UTF-8 text."));
	else if (lg_text_utf16_len(text) > LG_IMPORT_ROW_CHARS)
		fail(line, LG_STR("The row is longer than 16000 characters."));
	else
		return lg_import_split(cx, text, &line->fields);
	return LG_OK;
}

/* ---- what becomes of a line ---- */

static lg_status
make_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_chunk *chunk,
	struct lg_import_line *line)
{
	const lg_status s = lg_import_user(cx, env, &chunk->plan, &line->fields, &line->user);
	if (s.code != LG_E_INVALID_PARAMETER && s.code != LG_E_ALIAS_EXISTS)
		return s;
	fail(line, lg_failure_text(cx, s.code));
	return LG_OK;
}

static lg_status
skip_if_there(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_chunk *chunk,
	struct lg_import_line *line)
{
	if (line->fate != LG_IMPORT_NEW)
		return LG_OK;
	struct lg_user *user;
	const struct lg_arena_mark mark = lg_arena_mark(cx->arena);
	const lg_status s = lg_user_find(
		cx, env, chunk->plan.pool, lg_import_username(&chunk->plan, &line->fields), 0, &user);
	cx->failure = (struct lg_failure){ .code = s.code };
	lg_arena_rewind(cx->arena, mark);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	line->fate = LG_IMPORT_SKIPPED;
	return LG_OK;
}

/* ---- writing ---- */

static void
log_line(struct lg_buf *log, const struct lg_import_line *line)
{
	static const char *const words[] = {
		[LG_IMPORT_NEW] = "SUCCEEDED", [LG_IMPORT_SKIPPED] = "SKIPPED", [LG_IMPORT_FAILED] = "FAILED"
	};
	static const lg_str texts[] = { [LG_IMPORT_NEW] = LG_STR_INIT("The import succeeded."),
		[LG_IMPORT_SKIPPED] = LG_STR_INIT("The user already exists."),
		[LG_IMPORT_FAILED] = LG_STR_INIT("") };
	lg_buf_fmt(log, "[%s] Line Number %lld - ", words[line->fate], (long long)line->number);
	const lg_str reason = lg_text_cut(line->reason, REASON_MAX);
	lg_buf_put(log, texts[line->fate]);
	for (size_t i = 0; i < reason.len; i++)
		lg_buf_byte(log, (unsigned char)(reason.ptr[i] == '\n' ? ' ' : reason.ptr[i]));
	lg_buf_byte(log, '\n');
}

/* The job as it is when lines `from` to `to` are done, and their part of the log. */
static lg_status
write_progress(
	struct lg_ctx *cx, struct lg_batch *batch, struct lg_import_chunk *chunk, size_t from, size_t to)
{
	struct lg_rec_import_job *record = chunk->row.record;
	struct lg_idp_user_import_job_type *type = record->type;
	struct lg_opt_int *const counts[] = { [LG_IMPORT_NEW] = &type->imported_users,
		[LG_IMPORT_SKIPPED] = &type->skipped_users,
		[LG_IMPORT_FAILED] = &type->failed_users };
	struct lg_buf log = lg_buf_start(cx, LOG_BYTES);
	for (size_t i = from; i < to; i++) {
		counts[chunk->lines[i].fate]->v++;
		log_line(&log, &chunk->lines[i]);
	}
	struct lg_rec_import_bytes bytes;
	struct lg_item_row part = { .pool = chunk->row.pool, .record = &bytes };
	LG_TRY(lg_buf_finish(cx, &log, &bytes.bytes));
	LG_TRY(lg_import_log_kind(cx, chunk->row.name, &part.kind));
	LG_TRY(lg_import_log_name(cx, record->logs.v, &part.name));
	lg_store_item_insert(batch, &part, BYTES_SHAPE);
	lg_batch_tag(batch, TAG_JOB);

	const struct lg_import_line *last = &chunk->lines[to - 1];
	record->logs = (struct lg_opt_int){ true, record->logs.v + 1 };
	record->line = (struct lg_opt_int){ true, last->number };
	record->part = (struct lg_opt_int){ true, last->behind.part };
	record->offset = (struct lg_opt_int){ true, (int64_t)last->behind.offset };
	lg_store_item_update(batch, &chunk->row, JOB_SHAPE);
	lg_batch_tag(batch, TAG_JOB);
	return LG_OK;
}

static lg_status
write_user(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch,
	const struct lg_import_chunk *chunk, const struct lg_user *user, bool take_aliases)
{
	static const lg_str contacts[] = { LG_STR_INIT("email"), LG_STR_INIT("phone_number") };
	const struct lg_pool *pool = chunk->plan.pool;
	lg_store_user_insert(batch, &user->row);
	for (size_t i = 0; take_aliases && i < LG_LEN(contacts); i++)
		LG_TRY(lg_alias_take(cx, env, batch, pool, user, contacts[i]));
	return lg_user_write_names(batch, cx, env, pool, user, &(struct lg_user_names){ 0 });
}

static lg_status
write_batch(struct lg_ctx *cx, struct lg_env *env, struct lg_import_chunk *chunk, size_t from, size_t to,
	bool take_aliases, bool *ret_job)
{
	struct lg_batch *batch;
	*ret_job = false;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	for (size_t i = from; i < to; i++)
		if (chunk->lines[i].fate == LG_IMPORT_NEW)
			LG_TRY(write_user(cx, env, batch, chunk, chunk->lines[i].user, take_aliases));
	LG_TRY(write_progress(cx, batch, chunk, from, to));
	const lg_status s = lg_store_commit(batch);
	*ret_job = s.code == LG_E_CONFLICT && lg_batch_failed(batch) == TAG_JOB;
	return s;
}

/*
 * One batch, whose memory is free again afterwards. `*ret_job`: the conflict is about the job. After a
 * failure the job in memory is as before.
 */
static lg_status
write_lines(struct lg_ctx *cx, struct lg_env *env, struct lg_import_chunk *chunk, size_t from, size_t to,
	bool take_aliases, bool *ret_job)
{
	struct lg_rec_import_job *record = chunk->row.record;
	const struct lg_rec_import_job before = *record;
	const struct lg_idp_user_import_job_type type = *record->type;
	const struct lg_arena_mark mark = lg_arena_mark(cx->arena);
	const lg_status s = write_batch(cx, env, chunk, from, to, take_aliases, ret_job);
	cx->failure = (struct lg_failure){ .code = s.code };
	lg_arena_rewind(cx->arena, mark);
	if (lg_failed(s)) {
		*record = before;
		*record->type = type;
	} else {
		chunk->row.version++;
	}
	return s;
}

/* A line that stands in the way of the others. Its aliases move to it. */
static lg_status
write_alone(struct lg_ctx *cx, struct lg_env *env, struct lg_import_chunk *chunk, size_t at)
{
	struct lg_import_line *line = &chunk->lines[at];
	bool about_job;
	LG_TRY(skip_if_there(cx, env, chunk, line));
	const lg_status s = write_lines(cx, env, chunk, at, at + 1, true, &about_job);
	if (s.code != LG_E_CONFLICT || about_job)
		return s;
	fail(line, LG_STR("A name of the user belongs to another user."));
	return write_lines(cx, env, chunk, at, at + 1, false, &about_job);
}

static lg_status
write_one_by_one(
	struct lg_ctx *cx, struct lg_env *env, struct lg_import_chunk *chunk, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		LG_TRY(write_alone(cx, env, chunk, i));
	return LG_OK;
}

lg_status
lg_import_chunk_write(struct lg_ctx *cx, struct lg_env *env, struct lg_import_chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++)
		if (chunk->lines[i].fate == LG_IMPORT_NEW)
			LG_TRY(make_user(cx, env, chunk, &chunk->lines[i]));
	/* Mostly nobody is there yet: that is found out by writing. Then who is there is looked for. */
	bool about_job;
	lg_status s = write_lines(cx, env, chunk, 0, chunk->count, false, &about_job);
	if (s.code != LG_E_CONFLICT || about_job)
		return s;
	for (size_t i = 0; i < chunk->count; i++)
		LG_TRY(skip_if_there(cx, env, chunk, &chunk->lines[i]));
	for (size_t from = 0; from < chunk->count; from += RANGE) {
		const size_t to = from + RANGE < chunk->count ? from + RANGE : chunk->count;
		s = write_lines(cx, env, chunk, from, to, false, &about_job);
		if (s.code == LG_E_CONFLICT && !about_job)
			s = write_one_by_one(cx, env, chunk, from, to);
		LG_TRY(s);
	}
	return LG_OK;
}

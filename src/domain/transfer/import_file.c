#include "domain/transfer/import_file.h"

#include "base/buf.h"
#include "domain/pool/pool.h"
#include "domain/transfer/import_rows.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("import")
#define TOKEN_SHAPE (&lg_shape_rec_import_name)
#define JOB_SHAPE (&lg_shape_rec_import_job)
#define BYTES_SHAPE (&lg_shape_rec_import_bytes)
#define LIFE_MS (15 * LG_MINUTE_MS)
#define LOG_MAX_BYTES ((size_t)1 << 20)
#define LOG_PART_BYTES ((size_t)64 << 10)
#define DROPS_AT_ONCE 64

/* ---- the address: /<pool id>/import/<job id>?token=... ---- */

lg_status
lg_import_url_make(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str job_id, lg_str *ret)
{
	const struct lg_rec_import_name name = {
		.pool_id = pool_id, .job_id = job_id, .expires = { true, lg_time_add_ms(cx->now, LIFE_MS) }
	};
	lg_str token;
	LG_TRY(lg_sealed_make(
		cx, lg_store_keyring(env->store), LG_IMPORT_SERVER, PURPOSE, TOKEN_SHAPE, &name, &token));
	return lg_str_fmt(cx, ret, "%.*s/%.*s/import/%.*s?token=%.*s", LG_FMT(env->settings->public_url),
		LG_FMT(pool_id), LG_FMT(job_id), LG_FMT(token));
}

static bool
split_path(lg_str path, lg_str *ret_pool_id, lg_str *ret_job_id)
{
	lg_str rest = path;
	const lg_str root = lg_str_cut(&rest, '/');
	*ret_pool_id = lg_str_cut(&rest, '/');
	const lg_str word = lg_str_cut(&rest, '/');
	*ret_job_id = rest;
	return root.len == 0 && lg_str_eq(word, PURPOSE) && !lg_str_empty(rest);
}

bool
lg_import_path(lg_str path)
{
	lg_str pool_id, job_id;
	return split_path(path, &pool_id, &job_id);
}

static lg_status
refused(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "The address is not valid, or not valid any more.");
}

lg_status
lg_import_url_open(
	struct lg_ctx *cx, struct lg_env *env, lg_str path, lg_str query, struct lg_import_upload *ret)
{
	const lg_str prefix = LG_STR("token=");
	lg_str pool_id, job_id, rest = query;
	if (!split_path(path, &pool_id, &job_id) || !lg_str_starts(query, prefix))
		return refused(cx);
	const lg_str pair = lg_str_cut(&rest, '&');
	struct lg_rec_import_name name = { 0 };
	const lg_status s = lg_sealed_open(cx, lg_store_keyring(env->store), LG_IMPORT_SERVER, PURPOSE,
		lg_str_slice(pair, prefix.len, pair.len), TOKEN_SHAPE, &name);
	if (s.code == LG_E_MALFORMED)
		return refused(cx);
	LG_TRY(s);
	if (!lg_str_eq(name.pool_id, pool_id) || !lg_str_eq(name.job_id, job_id) ||
		!lg_time_before(cx->now, name.expires.v))
		return refused(cx);
	*ret = (struct lg_import_upload){ .pool_id = name.pool_id, .job_id = name.job_id };
	return lg_rand_uuid(cx, &ret->nonce);
}

/* ---- the file ---- */

static lg_status
read_job(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_upload *upload,
	struct lg_item_row *ret)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(cx, env, upload->pool_id, &pool));
	LG_TRY(lg_import_job_read(cx, env->store, pool->pool, upload->job_id, ret));
	const struct lg_rec_import_job *record = ret->record;
	if (!lg_str_eq(record->type->status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_CREATED) ||
		lg_import_expired(ret, cx->now))
		return lg_fail(cx, LG_E_PRECONDITION_NOT_MET, "Import job %.*s takes no file any more.",
			LG_FMT(upload->job_id));
	return LG_OK;
}

/* A job has one file: the newest upload that was begun. */
static lg_status
begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_upload *upload, struct lg_item_row *job)
{
	struct lg_rec_import_job *record = job->record;
	lg_str kind;
	LG_TRY(lg_import_file_kind(cx, upload->job_id, &kind));
	record->upload = upload->nonce;
	record->parts = (struct lg_opt_int){ 0 };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_update(batch, job, JOB_SHAPE);
	lg_store_item_drop_kind(batch, job->pool, kind);
	return lg_store_commit(batch);
}

lg_status
lg_import_part_put(struct lg_ctx *cx, struct lg_env *env, struct lg_import_upload *upload, lg_str bytes)
{
	struct lg_item_row job = { 0 };
	LG_TRY(read_job(cx, env, upload, &job));
	if (upload->parts == 0)
		LG_TRY(begin(cx, env, upload, &job));
	struct lg_rec_import_bytes record = { .bytes = bytes };
	struct lg_item_row part = { .pool = job.pool, .record = &record };
	LG_TRY(lg_import_file_kind(cx, upload->job_id, &part.kind));
	LG_TRY(lg_import_part_name(cx, upload->nonce, upload->parts, &part.name));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_insert(batch, &part, BYTES_SHAPE);
	LG_TRY(lg_store_commit(batch));
	upload->parts++;
	return LG_OK;
}

/* The parts of an upload that lost against another one. */
static lg_status
drop_parts(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_upload *upload, int64_t pool)
{
	lg_str kind, name;
	LG_TRY(lg_import_file_kind(cx, upload->job_id, &kind));
	for (int64_t from = 0; from < upload->parts; from += DROPS_AT_ONCE) {
		struct lg_batch *batch;
		LG_TRY(lg_store_batch(env->store, cx, &batch));
		for (int64_t i = from; i < upload->parts && i < from + DROPS_AT_ONCE; i++) {
			LG_TRY(lg_import_part_name(cx, upload->nonce, i, &name));
			lg_store_item_drop(batch, pool, kind, name);
		}
		LG_TRY(lg_store_commit(batch));
	}
	return LG_OK;
}

lg_status
lg_import_file_end(struct lg_ctx *cx, struct lg_env *env, const struct lg_import_upload *upload)
{
	struct lg_item_row job = { 0 };
	LG_TRY(read_job(cx, env, upload, &job));
	struct lg_rec_import_job *record = job.record;
	if (upload->parts == 0) {
		/* An empty file is none. */
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "The file is empty.");
	}
	if (!lg_str_eq(record->upload, upload->nonce)) {
		LG_TRY(drop_parts(cx, env, upload, job.pool));
		return lg_fail(cx, LG_E_CONFLICT, "another upload has begun");
	}
	record->parts = (struct lg_opt_int){ true, upload->parts };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_update(batch, &job, JOB_SHAPE);
	return lg_store_commit(batch);
}

/* ---- the log ---- */

lg_status
lg_import_log_read(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str job_id, int64_t from,
	lg_str *ret, int64_t *ret_next)
{
	const struct lg_pool *pool;
	struct lg_item_row job = { 0 };
	LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	LG_TRY(lg_import_job_read(cx, env->store, pool->pool, job_id, &job));
	const int64_t logs = ((const struct lg_rec_import_job *)job.record)->logs.v;
	lg_str kind, name;
	LG_TRY(lg_import_log_kind(cx, job_id, &kind));
	struct lg_buf text = lg_buf_start(cx, LOG_MAX_BYTES + LOG_PART_BYTES);
	int64_t at = from;
	for (; at < logs && text.len < LOG_MAX_BYTES; at++) {
		struct lg_item_row part;
		LG_TRY(lg_import_log_name(cx, at, &name));
		LG_TRY(lg_store_item_read(env->store, cx, pool->pool, kind, name, BYTES_SHAPE, &part));
		lg_buf_put(&text, ((const struct lg_rec_import_bytes *)part.record)->bytes);
	}
	LG_TRY(lg_buf_finish(cx, &text, ret));
	*ret_next = at < logs ? at : -1;
	return LG_OK;
}

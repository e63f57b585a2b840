#include "domain/transfer/import_rows.h"

#define SHAPE (&lg_shape_rec_import_job)

lg_status
lg_import_file_kind(struct lg_ctx *cx, lg_str job_id, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "import:%.*s", LG_FMT(job_id));
}

lg_status
lg_import_log_kind(struct lg_ctx *cx, lg_str job_id, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "importlog:%.*s", LG_FMT(job_id));
}

lg_status
lg_import_part_name(struct lg_ctx *cx, lg_str upload, int64_t nth, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "%.*s %lld", LG_FMT(upload), (long long)nth);
}

lg_status
lg_import_log_name(struct lg_ctx *cx, int64_t nth, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "%lld", (long long)nth);
}

lg_status
lg_import_queue_name(struct lg_ctx *cx, lg_str pool_id, lg_str job_id, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "%.*s %.*s", LG_FMT(pool_id), LG_FMT(job_id));
}

lg_status
lg_import_job_read(
	struct lg_ctx *cx, struct lg_store *store, int64_t pool, lg_str job_id, struct lg_item_row *ret)
{
	const lg_status s = lg_store_item_read(store, cx, pool, LG_IMPORT_JOB, job_id, SHAPE, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(
			cx, LG_E_RESOURCE_NOT_FOUND, "Import job %.*s does not exist.", LG_FMT(job_id));
	return s;
}

bool
lg_import_expired(const struct lg_item_row *job, lg_time now)
{
	const struct lg_rec_import_job *record = job->record;
	return lg_str_eq(record->type->status, LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_CREATED) &&
	       !lg_time_before(now, lg_time_add_ms(job->created, LG_IMPORT_UNUSED_MS));
}

lg_status
lg_import_end(struct lg_ctx *cx, struct lg_batch *batch, struct lg_item_row *job, lg_str pool_id,
	lg_str status, lg_str message)
{
	struct lg_rec_import_job *record = job->record;
	lg_str file, queue;
	LG_TRY(lg_import_file_kind(cx, job->name, &file));
	LG_TRY(lg_import_queue_name(cx, pool_id, job->name, &queue));
	record->type->status = status;
	record->type->completion_message = message;
	record->type->completion_date = (struct lg_opt_time){ true, cx->now };
	record->holder = LG_STR_NONE;
	record->parts = (struct lg_opt_int){ 0 };
	lg_store_item_update(batch, job, SHAPE);
	lg_store_item_drop_kind(batch, job->pool, file);
	lg_store_item_drop(batch, job->pool, LG_IMPORT_RUNNING, LG_IMPORT_RUNNING);
	lg_store_item_drop(batch, LG_IMPORT_SERVER, LG_IMPORT_QUEUE, queue);
	return LG_OK;
}

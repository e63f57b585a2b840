#include "domain/transfer/import_job.h"

#include <stdlib.h>

#include "domain/page.h"
#include "domain/quota.h"
#include "domain/transfer/import_file.h"
#include "domain/transfer/import_rows.h"

#define SHAPE (&lg_shape_rec_import_job)
#define ID_ALPHABET LG_STR("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
#define ID_LENGTH 10
#define PAGE_MAX 60
#define CHUNK 256

typedef struct lg_idp_user_import_job_type job_type;

static lg_str
status_of(const struct lg_item_row *row)
{
	return ((const struct lg_rec_import_job *)row->record)->type->status;
}

static bool
is_running(const struct lg_item_row *row)
{
	static const lg_str running[] = { LG_STR_INIT("Pending"), LG_STR_INIT("InProgress"),
		LG_STR_INIT("Stopping") };
	for (size_t i = 0; i < LG_LEN(running); i++)
		if (lg_str_eq(status_of(row), running[i]))
			return true;
	return false;
}

/* ---- shown ---- */

static lg_status
fill(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_item_row *row,
	job_type *ret)
{
	*ret = *((const struct lg_rec_import_job *)row->record)->type;
	ret->job_id = row->name;
	ret->user_pool_id = pool->id;
	ret->creation_date = (struct lg_opt_time){ true, row->created };
	if (lg_import_expired(row, cx->now))
		ret->status = LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_EXPIRED;
	return lg_import_url_make(cx, env, pool->id, row->name, &ret->pre_signed_url);
}

static lg_status
show(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_item_row *row,
	job_type **ret)
{
	job_type *job = lg_new(cx, job_type);
	if (!job)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(fill(cx, env, pool, row, job));
	*ret = job;
	return LG_OK;
}

lg_status
lg_import_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_user_import_job_request *in, job_type **ret)
{
	if (!pool->type->auto_verified_attributes.count)
		return lg_fail(cx, LG_E_PRECONDITION_NOT_MET,
			"The user pool must verify e-mail addresses or phone numbers by itself "
			"(AutoVerifiedAttributes).");
	int64_t count;
	LG_TRY(lg_store_item_count(env->store, cx, pool->pool, LG_IMPORT_JOB, &count));
	LG_TRY(lg_quota_check(cx, env, LG_QUOTA_IMPORT_JOBS, count + 1));

	const struct lg_opt_int none = { true, 0 };
	job_type type = {
		.job_name = in->job_name,
		.cloud_watch_logs_role_arn = in->cloud_watch_logs_role_arn,
		.password_hashing_algorithm = in->password_hashing_algorithm,
		.status = LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_CREATED,
		.imported_users = none,
		.skipped_users = none,
		.failed_users = none,
	};
	struct lg_rec_import_job record = { .type = &type };
	struct lg_item_row row = { .pool = pool->pool, .kind = LG_IMPORT_JOB, .record = &record };
	lg_str id;
	LG_TRY(lg_rand_text(cx, ID_ALPHABET, ID_LENGTH, &id));
	LG_TRY(lg_str_fmt(cx, &row.name, "import-%.*s", LG_FMT(id)));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_insert(batch, &row, SHAPE);
	LG_TRY(lg_store_commit(batch));
	return show(cx, env, pool, &row, ret);
}

lg_status
lg_import_describe(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str job_id, job_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(lg_import_job_read(cx, env->store, pool->pool, job_id, &row));
	return show(cx, env, pool, &row, ret);
}

/* ---- list ---- */

static int
newest_first(const void *left, const void *right)
{
	const struct lg_item_row *a = left;
	const struct lg_item_row *b = right;
	if (a->created.ms != b->created.ms)
		return a->created.ms > b->created.ms ? -1 : 1;
	return lg_str_cmp(b->name, a->name);
}

/* All of them: their number is bounded by a quota. */
static lg_status
read_all(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_item_row **ret,
	size_t *ret_count)
{
	int64_t most;
	LG_TRY(lg_store_item_count(env->store, cx, pool->pool, LG_IMPORT_JOB, &most));
	struct lg_item_row *all = lg_new_array(cx, struct lg_item_row, (size_t)most + CHUNK);
	if (!all)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t total = 0;
	size_t count;
	lg_str after = LG_STR_NONE;
	do {
		struct lg_item_row *rows;
		LG_TRY(lg_store_item_page(
			env->store, cx, pool->pool, LG_IMPORT_JOB, after, CHUNK, SHAPE, &rows, &count));
		for (size_t i = 0; i < count && total < (size_t)most + CHUNK; i++)
			all[total++] = rows[i];
		if (count)
			after = rows[count - 1].name;
	} while (count == CHUNK && total < (size_t)most);
	qsort(all, total, sizeof(*all), newest_first);
	*ret = all;
	*ret_count = total;
	return LG_OK;
}

lg_status
lg_import_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_user_import_jobs_request *in,
	struct lg_idp_list_user_import_jobs_response *ret)
{
	const struct lg_page_query query = { .pool = pool->pool, .operation = LG_STR("ListUserImportJobs") };
	const size_t limit = lg_page_size(in->max_results, PAGE_MAX);
	lg_str after;
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_page_open(cx, env, &query, in->pagination_token, &after));
	LG_TRY(read_all(cx, env, pool, &rows, &count));
	size_t from = 0;
	while (lg_str_present(after) && from < count && !lg_str_eq(rows[from].name, after))
		from++;
	if (lg_str_present(after) && from < count)
		from++;

	const bool more = count - from > limit;
	const size_t shown = more ? limit : count - from;
	job_type *items = lg_new_array(cx, job_type, shown + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < shown; i++)
		LG_TRY(fill(cx, env, pool, &rows[from + i], &items[i]));
	ret->user_import_jobs = (struct lg_idp_user_import_jobs_list_type){ items, shown, true };
	return more ? lg_page_make(cx, env, &query, rows[from + shown - 1].name, &ret->pagination_token)
		    : LG_OK;
}

/* ---- started and stopped ---- */

static lg_status
check_startable(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *row)
{
	const struct lg_rec_import_job *record = row->record;
	if (lg_import_expired(row, cx->now))
		return lg_fail(
			cx, LG_E_PRECONDITION_NOT_MET, "Import job %.*s has expired.", LG_FMT(row->name));
	if (!lg_str_eq(status_of(row), LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_CREATED))
		return lg_fail(cx, LG_E_PRECONDITION_NOT_MET, "Import job %.*s was started already.",
			LG_FMT(row->name));
	if (!record->parts.v)
		return lg_fail(cx, LG_E_PRECONDITION_NOT_MET, "Import job %.*s has no file yet.",
			LG_FMT(row->name));
	const lg_status s = lg_import_refuse_running(cx, env, row->pool);
	if (s.code == LG_E_USER_IMPORT_IN_PROGRESS)
		return lg_fail(
			cx, LG_E_PRECONDITION_NOT_MET, "Another import job of the user pool is running.");
	return s;
}

lg_status
lg_import_start(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str job_id, job_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(lg_import_job_read(cx, env->store, pool->pool, job_id, &row));
	LG_TRY(check_startable(cx, env, &row));
	struct lg_rec_import_job *record = row.record;
	record->type->status = LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_PENDING;
	record->type->start_date = (struct lg_opt_time){ true, cx->now };

	struct lg_rec_import_name name = { .pool_id = pool->id, .job_id = row.name };
	struct lg_item_row mark = {
		.pool = row.pool, .kind = LG_IMPORT_RUNNING, .name = LG_IMPORT_RUNNING, .record = &name
	};
	struct lg_item_row queued = { .pool = LG_IMPORT_SERVER, .kind = LG_IMPORT_QUEUE, .record = &name };
	LG_TRY(lg_import_queue_name(cx, pool->id, row.name, &queued.name));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_update(batch, &row, SHAPE);
	lg_store_item_insert(batch, &mark, &lg_shape_rec_import_name);
	lg_store_item_insert(batch, &queued, &lg_shape_rec_import_name);
	LG_TRY(lg_store_commit(batch));
	return show(cx, env, pool, &row, ret);
}

lg_status
lg_import_stop(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str job_id, job_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(lg_import_job_read(cx, env->store, pool->pool, job_id, &row));
	if (!is_running(&row))
		return lg_fail(
			cx, LG_E_PRECONDITION_NOT_MET, "Import job %.*s is not running.", LG_FMT(row.name));
	((struct lg_rec_import_job *)row.record)->type->status = LG_IDP_USER_IMPORT_JOB_STATUS_TYPE_STOPPING;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_update(batch, &row, SHAPE);
	LG_TRY(lg_store_commit(batch));
	return show(cx, env, pool, &row, ret);
}

lg_status
lg_import_refuse_running(struct lg_ctx *cx, struct lg_env *env, int64_t pool)
{
	struct lg_item_row mark;
	const lg_status s = lg_store_item_read(env->store, cx, pool, LG_IMPORT_RUNNING, LG_IMPORT_RUNNING,
		&lg_shape_rec_import_name, &mark);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	return lg_fail(cx, LG_E_USER_IMPORT_IN_PROGRESS, "Users are being imported into the user pool.");
}

/* Users from a file: src/domain/transfer/import_job.h. */
#include "gen/ops.h"

#include "domain/transfer/import_csv.h"
#include "domain/transfer/import_job.h"
#include "op/req.h"

lg_status
lg_op_get_csv_header(struct lg_req *rq, const struct lg_idp_get_csv_header_request *in,
	struct lg_idp_get_csv_header_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	out->user_pool_id = pool->id;
	return lg_import_columns(rq->cx, pool, false, &out->csv_header);
}

lg_status
lg_op_create_user_import_job(struct lg_req *rq, const struct lg_idp_create_user_import_job_request *in,
	struct lg_idp_create_user_import_job_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_import_create(rq->cx, rq->env, pool, in, &out->user_import_job);
}

lg_status
lg_op_describe_user_import_job(struct lg_req *rq, const struct lg_idp_describe_user_import_job_request *in,
	struct lg_idp_describe_user_import_job_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_import_describe(rq->cx, rq->env, pool, in->job_id, &out->user_import_job);
}

lg_status
lg_op_list_user_import_jobs(struct lg_req *rq, const struct lg_idp_list_user_import_jobs_request *in,
	struct lg_idp_list_user_import_jobs_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_import_list(rq->cx, rq->env, pool, in, out);
}

lg_status
lg_op_start_user_import_job(struct lg_req *rq, const struct lg_idp_start_user_import_job_request *in,
	struct lg_idp_start_user_import_job_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_import_start(rq->cx, rq->env, pool, in->job_id, &out->user_import_job);
}

lg_status
lg_op_stop_user_import_job(struct lg_req *rq, const struct lg_idp_stop_user_import_job_request *in,
	struct lg_idp_stop_user_import_job_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_import_stop(rq->cx, rq->env, pool, in->job_id, &out->user_import_job);
}

/*
 * import_job.h - imports of users from a file (spec/user-pools.md 13): made, shown, started, stopped.
 *
 * A job's file comes to an address of our own (import_file.h); once started it is worked on in the
 * background (import_run.h). One job of a pool runs at a time, and the pool's settings stand still
 * meanwhile.
 */
#ifndef LG_DOMAIN_IMPORT_JOB_H
#define LG_DOMAIN_IMPORT_JOB_H

#include "domain/pool/pool.h"

/* LG_E_PRECONDITION_NOT_MET for a pool that verifies nothing by itself; LG_E_LIMIT_EXCEEDED. */
LG_MUST lg_status lg_import_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_user_import_job_request *in, struct lg_idp_user_import_job_type **ret);

/* LG_E_RESOURCE_NOT_FOUND, here and below. PreSignedUrl is made anew each time. */
LG_MUST lg_status lg_import_describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str job_id, struct lg_idp_user_import_job_type **ret);

/* The newest first. */
LG_MUST lg_status lg_import_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_user_import_jobs_request *in,
	struct lg_idp_list_user_import_jobs_response *ret);

/* LG_E_PRECONDITION_NOT_MET: no file, not fresh any more, or another job of the pool runs. */
LG_MUST lg_status lg_import_start(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str job_id, struct lg_idp_user_import_job_type **ret);

/* Takes effect with the next lines. LG_E_PRECONDITION_NOT_MET: it does not run. */
LG_MUST lg_status lg_import_stop(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str job_id, struct lg_idp_user_import_job_type **ret);

/* LG_E_USER_IMPORT_IN_PROGRESS while a job of the pool runs. */
LG_MUST lg_status lg_import_refuse_running(struct lg_ctx *cx, struct lg_env *env, int64_t pool);

#endif

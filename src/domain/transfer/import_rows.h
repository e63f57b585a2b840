/*
 * import_rows.h - the items in which an import is kept. Of the domain's import files only.
 *
 *   import_job     <job id>                the job
 *   import_running import_running          which job of the pool runs
 *   import:<job>   <upload> <n>            parts of the file
 *   importlog:<job> <n>                    parts of the log
 *   import_queue   <pool id> <job id>      of the server (pool 0): jobs that wait for a worker, or have one
 */
#ifndef LG_DOMAIN_IMPORT_ROWS_H
#define LG_DOMAIN_IMPORT_ROWS_H

#include "store/config.h"

#define LG_IMPORT_JOB LG_STR("import_job")
#define LG_IMPORT_RUNNING LG_STR("import_running")
#define LG_IMPORT_QUEUE LG_STR("import_queue")
#define LG_IMPORT_SERVER 0 /* the pool of the queue */

/* Jobs that nobody started are of no use after this time. */
#define LG_IMPORT_UNUSED_MS (24 * LG_HOUR_MS)

/* Kinds and names as above. */
LG_MUST lg_status lg_import_file_kind(struct lg_ctx *cx, lg_str job_id, lg_str *ret);
LG_MUST lg_status lg_import_log_kind(struct lg_ctx *cx, lg_str job_id, lg_str *ret);
LG_MUST lg_status lg_import_part_name(struct lg_ctx *cx, lg_str upload, int64_t nth, lg_str *ret);
LG_MUST lg_status lg_import_log_name(struct lg_ctx *cx, int64_t nth, lg_str *ret);
LG_MUST lg_status lg_import_queue_name(struct lg_ctx *cx, lg_str pool_id, lg_str job_id, lg_str *ret);

/* LG_E_RESOURCE_NOT_FOUND. */
LG_MUST lg_status lg_import_job_read(
	struct lg_ctx *cx, struct lg_store *store, int64_t pool, lg_str job_id, struct lg_item_row *ret);

/* "Created" and too old. */
bool lg_import_expired(const struct lg_item_row *job, lg_time now);

/* Into the batch that ends a job: file, queue and mark go, the job's row is written. */
LG_MUST lg_status lg_import_end(struct lg_ctx *cx, struct lg_batch *batch, struct lg_item_row *job,
	lg_str pool_id, lg_str status, lg_str message);

#endif

/*
 * import_csv.h - users of a file of Cognito's import format, into a pool that is there: a job like those of
 * the API (domain/transfer/import_job.h), worked on here.
 */
#ifndef LG_APP_IMPORT_CSV_H
#define LG_APP_IMPORT_CSV_H

#include "app/transfer.h"

/* Lines that failed or were skipped are told. What is cut short goes on when a server runs. */
LG_MUST lg_status lg_import_csv(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_in_file *file, struct lg_progress *progress);

#endif

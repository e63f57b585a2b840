/*
 * import_file.h - the file of an import job, and the log of what became of it, at an address that is signed
 * and good for 15 minutes: PUT sends the file, in parts, GET reads the log.
 */
#ifndef LG_DOMAIN_IMPORT_FILE_H
#define LG_DOMAIN_IMPORT_FILE_H

#include "domain/env.h"

#define LG_IMPORT_FILE_BYTES ((size_t)100 << 20)

/* A file on its way in. Lives in the memory it was opened in. */
struct lg_import_upload {
	lg_str pool_id;
	lg_str job_id;
	lg_str nonce; /* tells it from another one for the same job */
	int64_t parts;
};

LG_MUST lg_status lg_import_url_make(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str job_id, lg_str *ret);

/* Is this the path of such an address? */
bool lg_import_path(lg_str path);

/*
 * Asks nothing of the store. LG_E_NOT_AUTHORIZED when the address is not ours, was changed, or is too old.
 */
LG_MUST lg_status lg_import_url_open(
	struct lg_ctx *cx, struct lg_env *env, lg_str path, lg_str query, struct lg_import_upload *ret);

/*
 * The next part. With the first one, what another upload left is gone. LG_E_RESOURCE_NOT_FOUND: no such job
 * any more; LG_E_PRECONDITION_NOT_MET: it was started, or has expired.
 */
LG_MUST lg_status lg_import_part_put(
	struct lg_ctx *cx, struct lg_env *env, struct lg_import_upload *upload, lg_str bytes);

/* All parts are there. LG_E_CONFLICT when another upload for the job has begun meanwhile. */
LG_MUST lg_status lg_import_file_end(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_import_upload *upload);

/*
 * What happened to the users, a line each, from part `from` on, about 1 MiB at a time. `*ret_next` is where
 * it goes on, -1 at the end.
 */
LG_MUST lg_status lg_import_log_read(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str job_id,
	int64_t from, lg_str *ret, int64_t *ret_next);

#endif

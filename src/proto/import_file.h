/*
 * import_file.h - where the files of import jobs are sent to, and their logs read from: the PreSignedUrl
 * of a job (domain/transfer/import_file.h).
 */
#ifndef LG_PROTO_IMPORT_FILE_H
#define LG_PROTO_IMPORT_FILE_H

#include "domain/env.h"
#include "net/http.h"

/* For struct lg_http_service: a PUT to such an address comes in parts. */
int lg_import_stream(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, void **ret_stream,
	size_t *ret_max);
int lg_import_part(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, lg_str bytes);

/*
 * The end of the file, or a GET: the log as text, about 1 MiB of it; "from=" and the header X-Lifeguard-Next
 * lead on. False when the path is none of these.
 */
bool lg_import_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret);

#endif

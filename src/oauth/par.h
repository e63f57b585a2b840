/*
 * par.h - pushed authorization requests (RFC 9126): a client hands its request in beforehand, and the
 * browser brings a name for it. The name is a sealed token that carries the request; the store only
 * remembers that it was answered.
 */
#ifndef LG_OAUTH_PAR_H
#define LG_OAUTH_PAR_H

#include "oauth/request.h"

#define LG_OAUTH_PAR_S 60 /* until the browser has to be there */

/* A name for a request that was read with LG_OAUTH_PAR. */
LG_MUST lg_status lg_oauth_par_make(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request, lg_str *ret_uri);

/*
 * The application is answered, for the first time: whoever else has the name of its request gets nothing by
 * it. LG_E_OAUTH_INVALID_REQUEST: it was answered before. LG_OK when the request was not pushed.
 */
LG_MUST lg_status lg_oauth_par_use(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request);

/*
 * The request behind `request_uri`, when that is one of ours; `ret->has` tells. Pages open it for an hour
 * longer, as people take their time. LG_E_OAUTH_INVALID_REQUEST: expired, or another client's.
 */
LG_MUST lg_status lg_oauth_par_open(struct lg_ctx *cx, struct lg_env *env, enum lg_oauth_endpoint endpoint,
	const struct lg_str_map *params, struct lg_str_map *ret);

#endif

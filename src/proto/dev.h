/*
 * dev.h - the development kit's paths (DESIGN 2): inbox, clock, reset. Only in development, where the
 * messenger of the environment is an inbox.
 *
 *   GET  /                                                     leads people, not programs, to the inbox
 *   GET  /_lifeguard/inbox?pool=&user=&to=&purpose=            a page
 *   GET  /_lifeguard/inbox/messages?pool=&user=&to=&purpose=   the same as JSON, newest first
 *   GET  /_lifeguard/clock                                     {"now", "offset_s"}
 *   POST /_lifeguard/clock {"advance_s": n}                    forward only
 *   POST /_lifeguard/reset                                     204
 *   GET  /_lifeguard/assets/...                                what the page refers to
 */
#ifndef LG_PROTO_DEV_H
#define LG_PROTO_DEV_H

#include "domain/env.h"
#include "net/http.h"

/* False when the path is none of these. */
bool lg_dev_answer(struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req,
	struct lg_http_answer *ret);

#endif

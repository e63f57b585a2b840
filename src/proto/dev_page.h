/*
 * dev_page.h - the inbox as a page for people, and the files it refers to.
 */
#ifndef LG_PROTO_DEV_PAGE_H
#define LG_PROTO_DEV_PAGE_H

#include "net/http.h"
#include "proto/inbox.h"

void lg_dev_page_inbox(struct lg_env *env, struct lg_ctx *cx, const struct lg_inbox_filter *filter,
	struct lg_http_answer *ret);

/* `name` is what stands behind /_lifeguard/assets/; false when there is none of that name. */
bool lg_dev_page_asset(struct lg_env *env, struct lg_ctx *cx, lg_str name, struct lg_http_answer *ret);

#endif

/*
 * page.h - the tokens between two pages of a list: sealed, bound to the query, good for 24 hours.
 */
#ifndef LG_DOMAIN_PAGE_H
#define LG_DOMAIN_PAGE_H

#include "domain/env.h"

/*
 * What a token is bound to: the operation and every input that decides what is listed, but not the size of a
 * page.
 */
struct lg_page_query {
	int64_t pool; /* 0 = the server */
	lg_str operation;
	lg_str parts[4];
};

/*
 * The place behind which the list goes on: absent when `token` is. LG_E_INVALID_PARAMETER "Invalid
 * pagination token" when it is not ours, for another query, or too old.
 */
LG_MUST lg_status lg_page_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_page_query *query,
	lg_str token, lg_str *ret_after);

LG_MUST lg_status lg_page_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_page_query *query,
	lg_str after, lg_str *ret_token);

/* The size of a page: `limit`, or `most` when it is absent or 0. */
size_t lg_page_size(struct lg_opt_int limit, size_t most);

#endif

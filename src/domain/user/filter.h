/*
 * filter.h - the filter of ListUsers (spec/user-pools.md 12): <attribute> <op> "<value>", op = or ^=.
 */
#ifndef LG_DOMAIN_FILTER_H
#define LG_DOMAIN_FILTER_H

#include "base/ctx.h"

#define LG_FILTER_MAX_BYTES 1024 /* the API allows 256 UTF-16 units */

struct lg_filter {
	lg_str attribute; /* absent = everybody */
	bool prefix;
	lg_str value; /* unescaped */
};

/*
 * LG_E_INVALID_PARAMETER "Error while parsing filter", or "Invalid search attribute: <x>" for one that
 * cannot be searched. An absent or empty text is everybody.
 */
LG_MUST lg_status lg_filter_parse(struct lg_ctx *cx, lg_str text, struct lg_filter *ret);

#endif

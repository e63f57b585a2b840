/*
 * limits.h - may this text be what the API calls a user name, a password, a code, an attribute's value? What
 * is typed on a page is held to the shapes of the operations (gen/idp_types.h), as calls are.
 */
#ifndef LG_PAGE_LIMITS_H
#define LG_PAGE_LIMITS_H

#include "base/ctx.h"

LG_MUST lg_status lg_limits_username(struct lg_ctx *cx, lg_str username, bool *ret);
LG_MUST lg_status lg_limits_password(struct lg_ctx *cx, lg_str password, bool *ret);
LG_MUST lg_status lg_limits_code(struct lg_ctx *cx, lg_str code, bool *ret);
LG_MUST lg_status lg_limits_value(struct lg_ctx *cx, lg_str value, bool *ret);

#endif

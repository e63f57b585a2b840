/*
 * caller.h - where a call comes from, for what is kept about sessions and devices. Nothing is decided by it.
 */
#ifndef LG_DOMAIN_CALLER_H
#define LG_DOMAIN_CALLER_H

#include "base/ctx.h"

struct lg_caller {
	lg_str ip;         /* "192.0.2.1", "2001:db8::1"; absent = not known, here and below */
	lg_str user_agent; /* the header as it was sent */
};

/* "Firefox, Linux": browser or app, and system, as far as they can be told; "unknown". */
LG_MUST lg_status lg_caller_device_type(struct lg_ctx *cx, const struct lg_caller *caller, lg_str *ret);

/* Is this text, which a client sent, the form of an address? */
bool lg_caller_is_ip(lg_str text);

#endif

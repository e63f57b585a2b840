/*
 * scratch.h - memory beside the request's, for what is read, looked at and dropped at once.
 */
#ifndef LG_DOMAIN_SCRATCH_H
#define LG_DOMAIN_SCRATCH_H

#include "base/ctx.h"

/* A context of its own: the request's time and randomness, other memory. Start zeroed. */
struct lg_scratch {
	struct lg_ctx cx;
	struct lg_ctx *of;
};

LG_MUST lg_status lg_scratch_begin(struct lg_ctx *of, struct lg_scratch *ret);

/*
 * Frees everything, and counts the work in the request. A failure keeps its code and place there, not its
 * text.
 */
void lg_scratch_done(struct lg_scratch *scratch);

#endif

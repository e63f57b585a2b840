/*
 * archive_memory.h - memory for one page of records after the other, beside the caller's. Of the domain's
 * archive files only.
 */
#ifndef LG_DOMAIN_ARCHIVE_MEMORY_H
#define LG_DOMAIN_ARCHIVE_MEMORY_H

#include "base/ctx.h"

/* Start zeroed. */
struct lg_archive_memory {
	struct lg_ctx cx; /* the caller's time and randomness, other memory */
	struct lg_ctx *of;
	struct lg_arena_mark mark;
};

LG_MUST lg_status lg_archive_memory_begin(struct lg_ctx *of, struct lg_archive_memory *ret);
/* The page is done with. */
void lg_archive_memory_rewind(struct lg_archive_memory *memory);
/* Frees everything; a failure is the caller's from now on, with its text. */
void lg_archive_memory_done(struct lg_archive_memory *memory);

#endif

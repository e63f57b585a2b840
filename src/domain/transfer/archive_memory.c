#include "domain/transfer/archive_memory.h"

/* Records may be large, and a page of them is in memory at once, in several forms. */
#define MEMORY_MAX ((size_t)96 << 20)

lg_status
lg_archive_memory_begin(struct lg_ctx *of, struct lg_archive_memory *ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(MEMORY_MAX, &arena));
	*ret = (struct lg_archive_memory){
		.cx = { .arena = arena, .random = of->random, .now = of->now, .request_id = of->request_id },
		.of = of,
		.mark = lg_arena_mark(arena),
	};
	return LG_OK;
}

void
lg_archive_memory_rewind(struct lg_archive_memory *memory)
{
	lg_ctx_done(&memory->cx);
	/* A failure that somebody dealt with, and its text goes with the page. */
	memory->cx.failure = (struct lg_failure){ 0 };
	lg_arena_rewind(memory->cx.arena, memory->mark);
}

void
lg_archive_memory_done(struct lg_archive_memory *memory)
{
	if (!memory->of)
		return;
	struct lg_failure failure = memory->cx.failure;
	if (failure.code) {
		if (lg_str_present(failure.text) &&
			lg_failed(lg_str_dup(memory->of, failure.text, &failure.text)))
			failure.text = LG_STR_NONE;
		failure.reason_code = LG_STR_NONE;
		memory->of->failure = failure;
	}
	lg_ctx_done(&memory->cx);
	lg_arena_free(memory->cx.arena);
	*memory = (struct lg_archive_memory){ 0 };
}

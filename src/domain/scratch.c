#include "domain/scratch.h"

lg_status
lg_scratch_begin(struct lg_ctx *of, struct lg_scratch *ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena));
	*ret = (struct lg_scratch){
		.cx = { .arena = arena, .random = of->random, .now = of->now, .request_id = of->request_id },
		.of = of,
	};
	return LG_OK;
}

static void
add_work(struct lg_work *to, const struct lg_work *work)
{
	to->hashes += work->hashes;
	to->modexps += work->modexps;
	to->signatures += work->signatures;
	to->reads += work->reads;
	to->batches += work->batches;
	to->messages += work->messages;
}

void
lg_scratch_done(struct lg_scratch *scratch)
{
	if (!scratch || !scratch->of)
		return;
	const struct lg_failure *failure = &scratch->cx.failure;
	if (failure->code)
		scratch->of->failure = (struct lg_failure){
			.code = failure->code, .file = failure->file, .line = failure->line
		};
	add_work(&scratch->of->work, &scratch->cx.work);
	lg_ctx_done(&scratch->cx);
	lg_arena_free(scratch->cx.arena);
	*scratch = (struct lg_scratch){ 0 };
}

#include "domain/user/user.h"

#define TRIES 3

lg_status
lg_retry(struct lg_ctx *cx, lg_status (*edit)(struct lg_ctx *cx, void *arg), void *arg)
{
	const struct lg_arena_mark mark = lg_arena_mark(cx->arena);
	struct lg_hold *const held = cx->holds;
	for (int i = 0; i < TRIES; i++) {
		const lg_status s = edit(cx, arg);
		if (s.code != LG_E_CONFLICT)
			return s;
		/* The notes of what is held, and the text of a failure, lie behind the mark, too. */
		while (cx->holds != held) {
			struct lg_hold *hold = cx->holds;
			cx->holds = hold->next;
			hold->release(hold->object);
		}
		cx->failure = (struct lg_failure){ .code = s.code };
		lg_arena_rewind(cx->arena, mark);
	}
	return lg_fail(
		cx, LG_E_CONCURRENT_MODIFICATION, "It was changed by somebody else meanwhile. Try again.");
}

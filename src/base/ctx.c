#include "base/ctx.h"

#include <stdarg.h>
#include <stdio.h>

#define FAILURE_TEXT_MAX 4096

lg_status
lg_fail_at(struct lg_ctx *cx, int code, const char *file, int line, const char *fmt, ...)
{
	cx->failure = (struct lg_failure){ .code = code, .file = file, .line = line };
	if (!fmt)
		return LG_STATUS(code);

	va_list args;
	va_start(args, fmt);
	int len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0)
		return LG_STATUS(code);
	if (len > FAILURE_TEXT_MAX)
		len = FAILURE_TEXT_MAX;

	char *text = lg_new_array(cx, char, (size_t)len + 1);
	if (!text) /* The code alone still tells the truth. */
		return LG_STATUS(code);
	va_start(args, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	cx->failure.text = (lg_str){ text, (size_t)len };
	return LG_STATUS(code);
}

lg_str
lg_failure_text(const struct lg_ctx *cx, int code)
{
	if (cx->failure.code == code && lg_str_present(cx->failure.text))
		return cx->failure.text;
	return lg_str_from_c(lg_error_info(code)->text);
}

lg_status
lg_ctx_hold(struct lg_ctx *cx, void (*release)(void *object), void *object)
{
	struct lg_hold *hold = lg_new(cx, struct lg_hold);
	if (!hold) {
		release(object);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	*hold = (struct lg_hold){ .next = cx->holds, .release = release, .object = object };
	cx->holds = hold;
	return LG_OK;
}

void
lg_ctx_done(struct lg_ctx *cx)
{
	while (cx->holds) {
		struct lg_hold *hold = cx->holds;
		cx->holds = hold->next;
		hold->release(hold->object);
	}
}

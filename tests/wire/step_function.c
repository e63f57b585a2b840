#include <string.h>

#include "tests/wire/step.h"

#define ANSWER_MAX_BYTES ((size_t)64 << 10)

static const struct {
	const char *member;
	enum lg_function_outcome outcome;
} outcomes[] = {
	{ "answer", LG_FUNCTION_ANSWERED },
	{ "throws", LG_FUNCTION_THREW },
	{ "fails", LG_FUNCTION_FAILED },
	{ "times_out", LG_FUNCTION_TIMED_OUT },
	{ "gone", LG_FUNCTION_GONE },
};

static lg_str
name_of(struct wire_case *c, const json_t *step, const char *member)
{
	return script_expand(c->cx, &c->vars, lg_json_text(json_object_get(step, member)));
}

/* {"response": ...}, all that is read of an answer. */
static void
tell_response(struct wire_case *c, lg_str name, const json_t *response, struct lg_buf *ret)
{
	struct lg_json *j = lg_json_new(c->cx, ANSWER_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_key(j, LG_STR("response"));
	script_write(c->cx, &c->vars, j, response);
	lg_json_close(j, '}');
	lg_str text;
	if (lg_failed(lg_json_finish(c->cx, j, &text)))
		lg_buf_put(ret, LG_STR("\n      no such response can be written"));
	else
		functions_tell(&c->world->functions, name, LG_FUNCTION_ANSWERED, text);
}

void
step_function(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const lg_str name = name_of(c, step, "function");
	const json_t *response = json_object_get(step, "response");
	if (response) {
		tell_response(c, name, response, ret);
		return;
	}
	for (size_t i = 0; i < LG_LEN(outcomes); i++) {
		const json_t *text = json_object_get(step, outcomes[i].member);
		if (!text)
			continue;
		functions_tell(&c->world->functions, name, outcomes[i].outcome,
			script_expand(c->cx, &c->vars, lg_json_text(text)));
		return;
	}
	lg_buf_put(ret, LG_STR("\n      a function has a response, an answer, throws, fails, times_out, or "
			       "is gone"));
}

void
step_event(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const lg_str name = name_of(c, step, "event");
	const json_t *count = json_object_get(step, "count");
	const size_t calls = functions_calls(&c->world->functions, name);
	if (count && (json_int_t)calls != json_integer_value(count))
		lg_buf_fmt(ret, "\n      called %zu times", calls);
	const json_t *expected = json_object_get(step, "is");
	if (!expected)
		return;
	json_t *event;
	if (lg_failed(lg_json_parse(c->cx, functions_event(&c->world->functions, name), &event)))
		lg_buf_put(ret, LG_STR("\n      it was not called"));
	else
		script_match(c->cx, &c->vars, expected, event, LG_STR("event"), ret);
}

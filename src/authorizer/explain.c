#include "authorizer/explain.h"

#include "base/buf.h"

#define TEXT_MAX_BYTES 1800 /* of a line of the log */
#define VALUE_MAX_BYTES 200

static void
put_statement(struct lg_buf *b, const struct lg_policy_reason *reason)
{
	lg_buf_fmt(b, "; %.*s, statement ", LG_FMT(reason->policy));
	if (reason->sid.len)
		lg_buf_put(b, reason->sid);
	else
		lg_buf_fmt(b, "#%zu", reason->index);
	lg_buf_put(b, reason->deny ? LG_STR(" (Deny)") : LG_STR(" (Allow)"));
}

static void
put_condition(struct lg_buf *b, const struct lg_condition_failure *failure)
{
	const struct lg_policy_key *got = failure->got;
	lg_buf_fmt(b, ": %.*s of %.*s is not met by ", LG_FMT(failure->condition->written),
		LG_FMT(failure->condition->key));
	if (!got) {
		lg_buf_put(b, LG_STR("its absence"));
		return;
	}
	if (lg_str_present(failure->value)) {
		lg_buf_put(b, lg_str_slice(failure->value, 0, VALUE_MAX_BYTES));
		return;
	}
	for (size_t i = 0; i < got->count; i++) {
		if (i)
			lg_buf_put(b, LG_STR(", "));
		lg_buf_put(b, lg_str_slice(got->values[i], 0, VALUE_MAX_BYTES));
	}
}

lg_status
lg_explain_denial(struct lg_ctx *cx, const struct lg_policy_request *request,
	const struct lg_policy_verdict *verdict, lg_str *ret)
{
	lg_str text;
	struct lg_buf b = lg_buf_start(cx, (size_t)64 << 10);
	LG_TRY(lg_policy_denial(cx, request, verdict, &text));
	lg_buf_put(&b, text);
	for (size_t i = 0; i < verdict->count; i++) {
		put_statement(&b, &verdict->reasons[i]);
		if (verdict->reasons[i].failed)
			put_condition(&b, &verdict->reasons[i].failure);
	}
	LG_TRY(lg_buf_finish(cx, &b, &text));
	*ret = lg_str_slice(text, 0, TEXT_MAX_BYTES);
	return LG_OK;
}

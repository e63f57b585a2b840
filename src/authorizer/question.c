#include "authorizer/question.h"

static lg_status
arn_of(struct lg_ctx *cx, const struct lg_authz_call *call, lg_str path, lg_str *ret)
{
	const struct lg_route *route = call->route;
	const lg_str base = route->base_path;
	if (lg_str_present(base) && lg_str_starts(path, base) &&
		(path.len == base.len || path.ptr[base.len] == '/'))
		path = lg_str_slice(path, base.len, path.len);
	return lg_str_fmt(cx, ret, "arn:aws:execute-api:%.*s:%.*s:%.*s/%.*s/%.*s/%.*s",
		LG_FMT(route->authorizer->region), LG_FMT(call->env->settings->account),
		LG_FMT(route->authorizer->api), LG_FMT(route->stage), LG_FMT(call->ask->method),
		LG_FMT(lg_str_slice(path, 1, path.len)));
}

lg_status
lg_method_arn(struct lg_ctx *cx, const struct lg_authz_call *call, lg_str *ret)
{
	return arn_of(cx, call, call->ask->path.raw, ret);
}

lg_status
lg_invoke_questions(struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_questions *ret)
{
	const struct lg_path *path = &call->ask->path;
	const lg_str action = LG_STR("execute-api:Invoke");
	ret->count = 0;
	ret->items[ret->count] = (struct lg_question){ .action = action };
	LG_TRY(arn_of(cx, call, path->raw, &ret->items[ret->count++].resource));
	for (size_t i = 0; i < path->count; i++) {
		if (lg_str_eq(path->readings[i], path->raw))
			continue;
		ret->items[ret->count] =
			(struct lg_question){ .action = action, .only_denies = path->count == 1 };
		LG_TRY(arn_of(cx, call, path->readings[i], &ret->items[ret->count++].resource));
	}
	return LG_OK;
}

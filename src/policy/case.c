#include "policy/case.h"

#include "policy/impl.h"

/* Where the policies of a case stand, and what they are. */
static const struct {
	lg_str member;
	enum lg_policy_layer layer;
	enum lg_policy_kind kind;
	bool one; /* a document, not a list */
} places[] = {
	{ LG_STR_INIT("control_policies"), LG_LAYER_CONTROL, LG_POLICY_IDENTITY, false },
	{ LG_STR_INIT("trust_policy"), LG_LAYER_RESOURCE, LG_POLICY_TRUST, true },
	{ LG_STR_INIT("resource_policies"), LG_LAYER_RESOURCE, LG_POLICY_RESOURCE, false },
	{ LG_STR_INIT("identity_policies"), LG_LAYER_IDENTITY, LG_POLICY_IDENTITY, false },
	{ LG_STR_INIT("permissions_boundary"), LG_LAYER_BOUNDARY, LG_POLICY_IDENTITY, true },
	{ LG_STR_INIT("session_policies"), LG_LAYER_SESSION, LG_POLICY_SESSION, false },
};

static const struct {
	lg_str text;
	enum lg_caller_kind kind;
} kinds[] = {
	{ LG_STR_INIT("user"), LG_CALLER_USER },
	{ LG_STR_INIT("role"), LG_CALLER_ROLE },
	{ LG_STR_INIT("root"), LG_CALLER_ROOT },
	{ LG_STR_INIT("federated-user"), LG_CALLER_FEDERATED_USER },
	{ LG_STR_INIT("federated"), LG_CALLER_FEDERATED },
	{ LG_STR_INIT("service"), LG_CALLER_SERVICE },
	{ LG_STR_INIT("anonymous"), LG_CALLER_ANONYMOUS },
};

lg_str
lg_policy_decision_text(enum lg_policy_decision decision)
{
	static const lg_str texts[] = {
		[LG_DECISION_ALLOWED] = LG_STR_INIT("allowed"),
		[LG_DECISION_IMPLICIT_DENY] = LG_STR_INIT("implicitDeny"),
		[LG_DECISION_EXPLICIT_DENY] = LG_STR_INIT("explicitDeny"),
	};
	return texts[decision];
}

/* ---- policies ---- */

static void
release_policy(void *policy)
{
	lg_policy_free(policy);
}

static lg_status
compile(struct lg_ctx *cx, enum lg_policy_kind kind, const json_t *document, const struct lg_policy **ret)
{
	struct lg_policy *policy;
	if (json_is_string(document))
		LG_TRY(lg_policy_compile(cx, kind, lg_json_text(document), &policy));
	else
		LG_TRY(lg_policy_compile_tree(cx, kind, document, &policy));
	LG_TRY(lg_ctx_hold(cx, release_policy, policy));
	*ret = policy;
	return LG_OK;
}

/* The policies at `place`, behind those that the layer has already. */
static lg_status
read_policies(struct lg_ctx *cx, const json_t *object, size_t place, struct lg_policy_layer_list *layer)
{
	const json_t *value = lg_json_member(object, places[place].member);
	bool one = places[place].one;
	if (!value)
		return LG_OK;
	if (!one && !json_is_array(value))
		return lg_fail(cx, LG_E_MALFORMED, "%.*s must be a list", LG_FMT(places[place].member));
	size_t count = one ? 1 : json_array_size(value), before = layer->count;
	struct lg_policy_named *items = lg_new_array(cx, struct lg_policy_named, before + count);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < before; i++)
		items[i] = layer->items[i];
	for (size_t i = 0; i < count; i++) {
		struct lg_policy_named *item = &items[before + i];
		item->name = places[place].member;
		if (!one)
			LG_TRY(lg_str_fmt(cx, &item->name, "%.*s[%zu]", LG_FMT(item->name), i));
		LG_TRY(compile(
			cx, places[place].kind, one ? value : json_array_get(value, i), &item->policy));
	}
	*layer = (struct lg_policy_layer_list){ items, before + count, before + count > 0 };
	return LG_OK;
}

/* ---- the request ---- */

static lg_status
add_list(struct lg_ctx *cx, struct lg_policy_context *context, lg_str name, const json_t *list)
{
	size_t count = json_array_size(list);
	lg_str *values = lg_new_array(cx, lg_str, count);
	if (!values)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		LG_TRY(lg_policy_scalar(cx, json_array_get(list, i), &values[i]));
	return lg_policy_context_add_list(cx, context, name, values, count);
}

static lg_status
add_key(struct lg_ctx *cx, struct lg_policy_context *context, lg_str name, const json_t *value)
{
	if (json_is_null(value))
		return LG_OK;
	if (json_is_array(value))
		return add_list(cx, context, name, value);
	lg_str text;
	LG_TRY(lg_policy_scalar(cx, value, &text));
	return lg_policy_context_add(cx, context, name, text);
}

static lg_status
read_context(struct lg_ctx *cx, const json_t *object, struct lg_policy_context *ret)
{
	if (object && !json_is_object(object))
		return lg_fail(cx, LG_E_MALFORMED, "context must be an object");
	json_t *walked = (json_t *)(uintptr_t)object;
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at)) {
		lg_status s = add_key(
			cx, ret, lg_str_from_c(json_object_iter_key(at)), json_object_iter_value(at));
		if (s.code == LG_E_EXISTS || s.code == LG_E_TOO_LARGE)
			return lg_fail(
				cx, LG_E_MALFORMED, "context: %.*s", LG_FMT(lg_failure_text(cx, s.code)));
		LG_TRY(s);
	}
	return LG_OK;
}

static lg_status
read_actions(struct lg_ctx *cx, const json_t *object, struct lg_policy_case *c)
{
	const json_t *value = lg_json_member(object, LG_STR("required_actions"));
	if (!value)
		value = lg_json_member(object, LG_STR("action"));
	c->action_count = lg_policy_list_count(value);
	c->actions = lg_new_array(cx, lg_str, c->action_count);
	if (!c->actions)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < c->action_count; i++) {
		c->actions[i] = lg_json_text(lg_policy_list_at(value, i));
		if (!lg_str_present(c->actions[i]))
			return lg_fail(cx, LG_E_MALFORMED, "an action must be a string");
	}
	if (!c->action_count)
		return lg_fail(cx, LG_E_MALFORMED, "a case needs action or required_actions");
	return LG_OK;
}

static lg_status
read_caller(struct lg_ctx *cx, const json_t *object, struct lg_policy_caller *ret)
{
	*ret = (struct lg_policy_caller){ .kind = LG_CALLER_USER };
	lg_str provider = lg_json_member_text(object, LG_STR("federated_provider"));
	if (lg_str_present(provider))
		*ret = (struct lg_policy_caller){ .kind = LG_CALLER_FEDERATED, .name = provider };
	const json_t *principal = lg_json_member(object, LG_STR("principal"));
	if (!principal)
		return LG_OK;
	lg_str kind = lg_json_member_text(principal, LG_STR("kind"));
	for (size_t i = 0; i < LG_LEN(kinds); i++) {
		if (!lg_str_eq(kinds[i].text, kind))
			continue;
		*ret = (struct lg_policy_caller){
			.kind = kinds[i].kind,
			.account = lg_json_member_text(principal, LG_STR("account")),
			.arn = lg_json_member_text(principal, LG_STR("arn")),
			.role_arn = lg_json_member_text(principal, LG_STR("role_arn")),
			.user_arn = lg_json_member_text(principal, LG_STR("user_arn")),
			.unique_id = lg_json_member_text(principal, LG_STR("id")),
			.canonical_id = lg_json_member_text(principal, LG_STR("canonical_id")),
			.name = lg_json_member_text(principal, LG_STR("name")),
		};
		return LG_OK;
	}
	return lg_fail(cx, LG_E_MALFORMED, "no such kind of principal");
}

lg_status
lg_policy_case_read(struct lg_ctx *cx, const json_t *object, struct lg_policy_case *ret)
{
	if (!json_is_object(object))
		return lg_fail(cx, LG_E_MALFORMED, "a case must be an object");
	*ret = (struct lg_policy_case){ .name = lg_json_member_text(object, LG_STR("name")) };
	LG_TRY(read_actions(cx, object, ret));
	LG_TRY(read_caller(cx, object, &ret->caller));
	LG_TRY(read_context(cx, lg_json_member(object, LG_STR("context")), &ret->context));
	struct lg_policy_request *rq = &ret->request;
	rq->caller = &ret->caller;
	rq->context = &ret->context;
	rq->resource_account = lg_json_member_text(object, LG_STR("resource_account"));
	rq->resource = lg_json_member_text(object, LG_STR("resource"));
	if (!lg_str_present(rq->resource)) {
		if (!lg_json_member(object, LG_STR("trust_policy")))
			return lg_fail(cx, LG_E_MALFORMED, "a case needs resource");
		rq->resource = LG_STR("*");
	}
	for (size_t i = 0; i < LG_LEN(places); i++)
		LG_TRY(read_policies(cx, object, i, &rq->layers[places[i].layer]));
	return LG_OK;
}

lg_status
lg_policy_case_evaluate(struct lg_ctx *cx, struct lg_policy_case *c, struct lg_policy_verdict *ret)
{
	struct lg_policy_verdict all = { .decision = LG_DECISION_ALLOWED };
	for (size_t i = 0; i < c->action_count; i++) {
		struct lg_policy_verdict verdict;
		c->request.action = c->actions[i];
		LG_TRY(lg_policy_evaluate(cx, &c->request, &verdict));
		if (verdict.decision != LG_DECISION_ALLOWED) {
			*ret = verdict;
			return LG_OK;
		}
		for (size_t k = 0; k < verdict.count && all.count < LG_POLICY_MAX_REASONS; k++)
			all.reasons[all.count++] = verdict.reasons[k];
	}
	*ret = all;
	return LG_OK;
}

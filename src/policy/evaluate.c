#include "policy/evaluate.h"

#include "policy/impl.h"

/* What the statements of one layer say. */
struct tally {
	bool allowed; /* RESOURCE: whoever is named */
	enum lg_principal_match named; /* RESOURCE: how the strongest Allow names the caller */
	bool trust; /* RESOURCE: it is a role's */
	struct lg_policy_reason allow;
	struct lg_policy_reason misses[LG_POLICY_MAX_REASONS];
	size_t miss_count;
};

struct evaluation {
	const struct lg_policy_request *request;
	lg_str action; /* in lower case */
	struct lg_policy_scope scope;
	bool has_boundary;
	struct tally tallies[LG_LAYERS];
	struct lg_policy_verdict verdict;
};

/* ---- one statement ---- */

static bool
any_matches(const struct lg_pattern_list *list, lg_str text, struct lg_policy_scope *scope)
{
	for (size_t i = 0; i < list->count; i++)
		if (lg_pattern_matches(&list->items[i], text, scope))
			return true;
	return false;
}

/* How the statement names the caller; statements of identities, control and sessions name nobody. */
static enum lg_principal_match
names_caller(const struct evaluation *e, const struct lg_policy *policy, const struct lg_statement *st)
{
	if (policy->kind == LG_POLICY_IDENTITY || policy->kind == LG_POLICY_SESSION)
		return LG_PRINCIPAL_SELF;
	if (st->not_principal) {
		bool exempt = !e->has_boundary && lg_principal_exempts(&st->principals, e->request->caller);
		return exempt ? LG_PRINCIPAL_NONE : LG_PRINCIPAL_SELF;
	}
	return lg_principal_match(&st->principals, e->request->caller, policy->kind == LG_POLICY_TRUST);
}

/* Does it speak of this action on this resource? */
static bool
speaks_of(struct evaluation *e, const struct lg_statement *st)
{
	if (any_matches(&st->actions, e->action, &e->scope) == st->not_action)
		return false;
	return !st->resources.count ||
	       any_matches(&st->resources, e->request->resource, &e->scope) != st->not_resource;
}

static bool
conditions_hold(struct evaluation *e, const struct lg_statement *st, struct lg_condition_failure *ret)
{
	for (size_t i = 0; i < st->condition_count; i++)
		if (!lg_condition_holds(&st->conditions[i], &e->scope, ret))
			return false;
	return true;
}

static void
put_reason(struct lg_policy_verdict *verdict, const struct lg_policy_reason *reason)
{
	if (verdict->count < LG_POLICY_MAX_REASONS)
		verdict->reasons[verdict->count++] = *reason;
}

static void
look_at(struct evaluation *e, enum lg_policy_layer layer, const struct lg_policy_named *named, size_t index)
{
	const struct lg_statement *st = &named->policy->statements[index];
	struct tally *t = &e->tallies[layer];
	/* One Allow is enough, but a resource policy may name the caller more closely further down. */
	if (!st->deny && t->allowed && (layer != LG_LAYER_RESOURCE || t->named == LG_PRINCIPAL_SELF))
		return;
	if (!speaks_of(e, st))
		return;
	enum lg_principal_match match = names_caller(e, named->policy, st);
	if (match == LG_PRINCIPAL_NONE)
		return;
	struct lg_policy_reason reason = {
		.layer = layer, .policy = named->name, .sid = st->sid, .index = index, .deny = st->deny
	};
	if (!conditions_hold(e, st, &reason.failure)) {
		reason.failed = true;
		if (!st->deny && t->miss_count < LG_POLICY_MAX_REASONS)
			t->misses[t->miss_count++] = reason;
	} else if (st->deny) {
		if (e->verdict.decision != LG_DECISION_EXPLICIT_DENY)
			e->verdict.layer = layer;
		e->verdict.decision = LG_DECISION_EXPLICIT_DENY;
		put_reason(&e->verdict, &reason);
	} else if (!t->allowed || match > t->named) {
		t->allowed = true;
		t->named = match;
		t->allow = reason;
	}
}

static void
look_at_layer(struct evaluation *e, enum lg_policy_layer layer)
{
	const struct lg_policy_layer_list *list = &e->request->layers[layer];
	for (size_t i = 0; i < list->count; i++) {
		const struct lg_policy *policy = list->items[i].policy;
		if (policy->kind == LG_POLICY_TRUST)
			e->tallies[layer].trust = true;
		for (size_t k = 0; k < policy->count && e->scope.budget; k++)
			look_at(e, layer, &list->items[i], k);
	}
}

/* ---- what follows from it ---- */

static void
allow_by(struct evaluation *e, enum lg_policy_layer layer)
{
	e->verdict.decision = LG_DECISION_ALLOWED;
	if (e->tallies[layer].allowed)
		put_reason(&e->verdict, &e->tallies[layer].allow);
}

static void
deny_by(struct evaluation *e, enum lg_policy_layer layer)
{
	e->verdict.decision = LG_DECISION_IMPLICIT_DENY;
	e->verdict.layer = layer;
	for (size_t i = 0; i < e->tallies[layer].miss_count; i++)
		put_reason(&e->verdict, &e->tallies[layer].misses[i]);
}

/* Is there such a layer, and does it not allow? */
static bool
is_limited(const struct evaluation *e, enum lg_policy_layer layer)
{
	return e->request->layers[layer].has && !e->tallies[layer].allowed;
}

/* All layers but the resource's; `resource_counts`: the resource's policy stands in for the identity's. */
static bool
identity_side_allows(struct evaluation *e, bool resource_counts, enum lg_policy_layer *ret_denies)
{
	bool root = e->request->caller->kind == LG_CALLER_ROOT;
	if (!root && !resource_counts && !e->tallies[LG_LAYER_IDENTITY].allowed)
		*ret_denies = LG_LAYER_IDENTITY;
	else if (!root && is_limited(e, LG_LAYER_BOUNDARY))
		*ret_denies = LG_LAYER_BOUNDARY;
	else if (is_limited(e, LG_LAYER_SESSION))
		*ret_denies = LG_LAYER_SESSION;
	else
		return true;
	return false;
}

static void
allow_by_all(struct evaluation *e)
{
	for (int layer = LG_LAYER_CONTROL; layer <= LG_LAYER_SESSION; layer++)
		allow_by(e, (enum lg_policy_layer)layer);
}

static void
decide(struct evaluation *e)
{
	const struct lg_policy_request *rq = e->request;
	const struct tally *resource = &e->tallies[LG_LAYER_RESOURCE];
	enum lg_policy_layer denies;
	if (e->verdict.decision == LG_DECISION_EXPLICIT_DENY)
		return;
	if (!lg_caller_has_credentials(rq->caller)) {
		if (resource->allowed)
			allow_by(e, LG_LAYER_RESOURCE);
		else
			deny_by(e, LG_LAYER_RESOURCE);
		return;
	}
	bool foreign = lg_str_present(rq->resource_account) &&
		       !lg_str_eq(rq->resource_account, rq->caller->account);
	if (is_limited(e, LG_LAYER_CONTROL)) {
		deny_by(e, LG_LAYER_CONTROL);
	} else if (!foreign && resource->named == LG_PRINCIPAL_SELF) {
		allow_by(e, LG_LAYER_CONTROL);
		allow_by(e, LG_LAYER_RESOURCE);
	} else if (!resource->allowed && (foreign || resource->trust)) {
		deny_by(e, LG_LAYER_RESOURCE);
	} else if (!identity_side_allows(e, !foreign && resource->named == LG_PRINCIPAL_PARENT, &denies)) {
		deny_by(e, denies);
	} else {
		allow_by_all(e);
	}
}

lg_status
lg_policy_evaluate(struct lg_ctx *cx, const struct lg_policy_request *request, struct lg_policy_verdict *ret)
{
	char action[LG_POLICY_MAX_ACTION];
	if (request->action.len > sizeof(action))
		return lg_fail(
			cx, LG_E_TOO_LARGE, "an action has at most %d characters", LG_POLICY_MAX_ACTION);
	for (size_t i = 0; i < request->action.len; i++) {
		char c = request->action.ptr[i];
		action[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	struct evaluation e = { .request = request,
		.action = { action, request->action.len },
		.scope = { .context = request->context, .budget = LG_POLICY_BUDGET },
		.has_boundary = request->layers[LG_LAYER_BOUNDARY].has };
	e.verdict.decision = LG_DECISION_IMPLICIT_DENY;
	for (int layer = LG_LAYER_CONTROL; layer <= LG_LAYER_SESSION; layer++)
		look_at_layer(&e, (enum lg_policy_layer)layer);
	if (!e.scope.budget)
		return lg_fail(cx, LG_E_BUDGET, "the policies take too long to evaluate");
	decide(&e);
	*ret = e.verdict;
	return LG_OK;
}

lg_status
lg_policy_denial(struct lg_ctx *cx, const struct lg_policy_request *request,
	const struct lg_policy_verdict *verdict, lg_str *ret)
{
	static const struct {
		const char *none;
		const char *deny;
	} words[LG_LAYERS] = {
		[LG_LAYER_CONTROL] = { "no service control policy", "a service control policy" },
		[LG_LAYER_RESOURCE] = { "no resource-based policy", "a resource-based policy" },
		[LG_LAYER_IDENTITY] = { "no identity-based policy", "an identity-based policy" },
		[LG_LAYER_BOUNDARY] = { "no permissions boundary", "a permissions boundary" },
		[LG_LAYER_SESSION] = { "no session policy", "a session policy" },
	};
	lg_str why;
	if (verdict->decision == LG_DECISION_EXPLICIT_DENY)
		LG_TRY(lg_str_fmt(cx, &why, "with an explicit deny in %s", words[verdict->layer].deny));
	else
		LG_TRY(lg_str_fmt(cx, &why, "because %s allows the %.*s action", words[verdict->layer].none,
			LG_FMT(request->action)));
	return lg_str_fmt(cx, ret, "User: %.*s is not authorized to perform: %.*s on resource: %.*s %.*s",
		LG_FMT(request->caller->arn), LG_FMT(request->action), LG_FMT(request->resource),
		LG_FMT(why));
}

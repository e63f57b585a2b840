#include "domain/iam/iam_simulate.h"

#include "domain/iam/iam_entity.h"
#include "domain/iam/iam_item.h"
#include "domain/iam/iam_managed.h"
#include "domain/iam/iam_simulate_keys.h"
#include "domain/iam/iam_tags.h"
#include "policy/cache.h"
#include "policy/evaluate.h"

/* A policy of the simulation: as it is evaluated, and as an answer calls it. */
struct source {
	struct lg_policy_named named;
	lg_str document;
	lg_str type;
};

struct simulation {
	struct lg_ctx *cx;
	struct lg_env *env;
	const struct lg_iam_simulate_principal_policy_request *in;
	struct source *sources;
	size_t count, room;
	struct lg_policy_caller caller;
	struct lg_policy_context context;
	struct lg_policy_request request;
};

static lg_status
invalid(struct lg_ctx *cx, const char *text)
{
	return lg_fail(cx, LG_E_INVALID_INPUT, "%s", text);
}

/* ---- policies ---- */

static lg_status
add_source(struct simulation *s, enum lg_policy_kind kind, lg_str name, lg_str type, lg_str document)
{
	struct source *source = &s->sources[s->count];
	*source = (struct source){ .document = document, .type = type };
	const lg_status got =
		lg_policy_cache_get(s->cx, s->env->policies, kind, document, &source->named.policy);
	if (got.code == LG_E_MALFORMED_POLICY_DOCUMENT) {
		const lg_str why = lg_failure_text(s->cx, got.code);
		return lg_fail(s->cx, LG_E_INVALID_INPUT, "%.*s: %.*s", LG_FMT(name), LG_FMT(why));
	}
	LG_TRY(got);
	source->named.name = name;
	s->count++;
	return LG_OK;
}

static lg_status
add_list(struct simulation *s, const char *member, const struct lg_str_list *documents)
{
	for (size_t i = 0; i < documents->count; i++) {
		lg_str name;
		LG_TRY(lg_str_fmt(s->cx, &name, "%s.%zu", member, i + 1));
		LG_TRY(add_source(
			s, LG_POLICY_IDENTITY, name, LG_IAM_POLICY_SOURCE_TYPE_NONE, documents->items[i]));
	}
	return LG_OK;
}

static lg_status
add_entity(struct simulation *s, const struct lg_iam_entity *entity)
{
	const lg_str own = entity->is_role ? LG_IAM_POLICY_SOURCE_TYPE_ROLE : LG_IAM_POLICY_SOURCE_TYPE_USER;
	for (size_t i = 0; i < entity->policy_count; i++) {
		const struct lg_iam_policy_text *policy = &entity->policies[i];
		lg_str type = own;
		if (lg_iam_managed_find(policy->name))
			type = LG_IAM_POLICY_SOURCE_TYPE_AWS_MANAGED;
		else if (lg_str_starts(policy->name, LG_STR("arn:")))
			type = LG_IAM_POLICY_SOURCE_TYPE_USER_MANAGED;
		LG_TRY(add_source(s, LG_POLICY_IDENTITY, policy->name, type, policy->document));
	}
	return LG_OK;
}

/* The sources from `from` on, as a layer. */
static lg_status
set_layer(struct simulation *s, enum lg_policy_layer layer, size_t from, bool has)
{
	const size_t count = s->count - from;
	struct lg_policy_named *items = lg_new_array(s->cx, struct lg_policy_named, count);
	if (!items)
		return lg_fail_default(s->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		items[i] = s->sources[from + i].named;
	s->request.layers[layer] =
		(struct lg_policy_layer_list){ .items = items, .count = count, .has = has };
	return LG_OK;
}

static lg_status
add_boundary(struct simulation *s, const struct lg_iam_entity *entity)
{
	const struct lg_str_list *given = &s->in->permissions_boundary_policy_input_list;
	const size_t from = s->count;
	if (given->count)
		LG_TRY(add_list(s, "PermissionsBoundaryPolicyInputList", given));
	else if (entity && entity->has_boundary && lg_str_present(entity->boundary.document))
		LG_TRY(add_source(s, LG_POLICY_IDENTITY, entity->boundary.name,
			LG_IAM_POLICY_SOURCE_TYPE_USER_MANAGED, entity->boundary.document));
	return set_layer(s, LG_LAYER_BOUNDARY, from, given->count || (entity && entity->has_boundary));
}

static lg_status
collect(struct simulation *s, const struct lg_iam_entity *entity)
{
	const struct lg_iam_simulate_principal_policy_request *in = s->in;
	s->room = in->policy_input_list.count + in->permissions_boundary_policy_input_list.count +
		  (entity ? entity->policy_count + 1 : 0) + 1;
	s->sources = lg_new_array(s->cx, struct source, s->room);
	if (!s->sources)
		return lg_fail_default(s->cx, LG_E_NO_MEMORY);
	if (entity)
		LG_TRY(add_entity(s, entity));
	LG_TRY(add_list(s, "PolicyInputList", &in->policy_input_list));
	LG_TRY(set_layer(s, LG_LAYER_IDENTITY, 0, true));
	LG_TRY(add_boundary(s, entity));
	const size_t from = s->count;
	if (lg_str_present(in->resource_policy))
		LG_TRY(add_source(s, LG_POLICY_RESOURCE, LG_STR("ResourcePolicy"),
			LG_IAM_POLICY_SOURCE_TYPE_RESOURCE, in->resource_policy));
	return set_layer(s, LG_LAYER_RESOURCE, from, lg_str_present(in->resource_policy));
}

/* ---- who ---- */

static lg_status
find_entity(struct simulation *s, const struct lg_iam_entity **ret)
{
	const lg_str arn = s->in->policy_source_arn;
	lg_str path, name;
	*ret = NULL;
	if (!lg_str_present(arn))
		return LG_OK;
	const bool role = lg_iam_arn_read(s->env->settings, LG_STR("role"), arn, &path, &name);
	if (!role && !lg_iam_arn_read(s->env->settings, LG_STR("user"), arn, &path, &name))
		return lg_fail(s->cx, LG_E_INVALID_INPUT, "Invalid Entity Arn: %.*s", LG_FMT(arn));
	const lg_status found = role ? lg_iam_role_find(s->cx, s->env, name, ret)
				     : lg_iam_user_find(s->cx, s->env, name, ret);
	if (found.code != LG_E_NOT_FOUND && !lg_failed(found) && lg_str_eq((*ret)->arn, arn))
		return LG_OK;
	if (found.code != LG_E_NOT_FOUND && lg_failed(found))
		return found;
	return lg_fail(s->cx, LG_E_NO_SUCH_ENTITY, "The entity %.*s cannot be found.", LG_FMT(arn));
}

/* The caller is whose policies these are, unless another user is named. */
static lg_status
set_caller(struct simulation *s, const struct lg_iam_entity *entity)
{
	const lg_str named = s->in->caller_arn;
	lg_str path, name;
	s->caller =
		(struct lg_policy_caller){ .kind = LG_CALLER_USER, .account = s->env->settings->account };
	if (lg_str_present(named)) {
		if (!lg_iam_arn_read(s->env->settings, LG_STR("user"), named, &path, &name))
			return invalid(s->cx, "CallerArn is not the ARN of a user of this account.");
		s->caller.arn = named;
	} else if (entity && entity->is_role) {
		s->caller.kind = LG_CALLER_ROLE;
		s->caller.role_arn = entity->arn;
		s->caller.unique_id = entity->id;
	} else if (entity) {
		s->caller.arn = entity->arn;
		s->caller.unique_id = entity->id;
	}
	return LG_OK;
}

/* ---- what is answered ---- */

static lg_str
type_of(const struct simulation *s, lg_str name)
{
	for (size_t i = 0; i < s->count; i++)
		if (lg_str_eq(s->sources[i].named.name, name))
			return s->sources[i].type;
	return LG_IAM_POLICY_SOURCE_TYPE_NONE;
}

static lg_status
show_statements(const struct simulation *s, const struct lg_policy_verdict *verdict,
	struct lg_iam_statement_list_type *ret)
{
	struct lg_iam_statement *shown = lg_new_array(s->cx, struct lg_iam_statement, verdict->count);
	if (!shown)
		return lg_fail_default(s->cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct lg_policy_reason *reason = &verdict->reasons[i];
		if (!reason->failed)
			shown[count++] = (struct lg_iam_statement){ .source_policy_id = reason->policy,
				.source_policy_type = type_of(s, reason->policy) };
	}
	*ret = (struct lg_iam_statement_list_type){ .items = shown, .count = count, .has = true };
	return LG_OK;
}

static lg_str
word_of(enum lg_policy_decision decision)
{
	switch (decision) {
	case LG_DECISION_ALLOWED:
		return LG_IAM_POLICY_EVALUATION_DECISION_TYPE_ALLOWED;
	case LG_DECISION_EXPLICIT_DENY:
		return LG_IAM_POLICY_EVALUATION_DECISION_TYPE_EXPLICIT_DENY;
	case LG_DECISION_IMPLICIT_DENY:
		break;
	}
	return LG_IAM_POLICY_EVALUATION_DECISION_TYPE_IMPLICIT_DENY;
}

/* Does the boundary let it through, whoever else says what? */
static lg_status
show_boundary(struct simulation *s, struct lg_iam_permissions_boundary_decision_detail **ret)
{
	const struct lg_policy_layer_list boundary = s->request.layers[LG_LAYER_BOUNDARY];
	if (!boundary.has)
		return LG_OK;
	struct lg_policy_request alone = s->request;
	struct lg_policy_verdict verdict;
	for (int layer = 0; layer < LG_LAYERS; layer++)
		alone.layers[layer] = (struct lg_policy_layer_list){ 0 };
	alone.layers[LG_LAYER_IDENTITY] = boundary;
	LG_TRY(lg_policy_evaluate(s->cx, &alone, &verdict));
	struct lg_iam_permissions_boundary_decision_detail *shown =
		lg_new(s->cx, struct lg_iam_permissions_boundary_decision_detail);
	if (!shown)
		return lg_fail_default(s->cx, LG_E_NO_MEMORY);
	shown->allowed_by_permissions_boundary =
		(struct lg_opt_bool){ true, verdict.decision == LG_DECISION_ALLOWED };
	*ret = shown;
	return LG_OK;
}

static lg_status
simulate_one(struct simulation *s, lg_str action, lg_str resource, const struct lg_str_list *missing,
	struct lg_iam_evaluation_result *ret)
{
	struct lg_policy_verdict verdict;
	s->request.action = action;
	s->request.resource = resource;
	lg_status got = lg_policy_evaluate(s->cx, &s->request, &verdict);
	if (got.code == LG_E_BUDGET)
		return lg_fail(s->cx, LG_E_POLICY_EVALUATION, "The policies take too long to evaluate.");
	LG_TRY(got);
	*ret = (struct lg_iam_evaluation_result){
		.eval_action_name = action,
		.eval_resource_name = resource,
		.eval_decision = word_of(verdict.decision),
		.missing_context_values = *missing,
	};
	LG_TRY(show_statements(s, &verdict, &ret->matched_statements));
	return show_boundary(s, &ret->permissions_boundary_decision_detail);
}

static lg_status
simulate_page(struct simulation *s, const struct lg_str_list *resources, struct lg_iam_page *page,
	const struct lg_str_list *missing, struct lg_iam_simulate_policy_response *ret)
{
	struct lg_iam_evaluation_result *results =
		lg_new_array(s->cx, struct lg_iam_evaluation_result, page->count);
	if (!results)
		return lg_fail_default(s->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < page->count; i++) {
		const size_t at = page->from + i;
		LG_TRY(simulate_one(s, s->in->action_names.items[at / resources->count],
			resources->items[at % resources->count], missing, &results[i]));
	}
	ret->evaluation_results = (struct lg_iam_evaluation_results_list_type){
		.items = results, .count = page->count, .has = true
	};
	ret->is_truncated = page->is_truncated;
	ret->marker = page->next;
	return LG_OK;
}

/* What conditions ask for and nobody has said, of all policies. */
static lg_status
missing_keys(struct simulation *s, struct lg_str_list *ret)
{
	*ret = (struct lg_str_list){ .has = true };
	for (size_t i = 0; i < s->count; i++)
		LG_TRY(lg_iam_missing_keys(s->cx, s->sources[i].document, &s->context, ret));
	return LG_OK;
}

lg_status
lg_iam_simulate(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_simulate_principal_policy_request *in,
	struct lg_iam_simulate_policy_response *ret)
{
	struct simulation s = { .cx = cx, .env = env, .in = in };
	const struct lg_iam_entity *entity;
	struct lg_str_list resources = in->resource_arns, missing;
	lg_str everything = LG_STR("*");
	if (!resources.count)
		resources = (struct lg_str_list){ .items = &everything, .count = 1 };
	const size_t count = in->action_names.count * resources.count;
	if (in->action_names.count > LG_IAM_SIMULATIONS_MAX || count > LG_IAM_SIMULATIONS_MAX)
		return invalid(cx, "Too many actions and resources to simulate at once.");
	LG_TRY(find_entity(&s, &entity));
	LG_TRY(set_caller(&s, entity));
	LG_TRY(collect(&s, entity));
	LG_TRY(lg_iam_simulated_context(cx, &in->context_entries, &s.context));
	LG_TRY(missing_keys(&s, &missing));
	s.request.caller = &s.caller;
	s.request.context = &s.context;

	lg_str *places = lg_new_array(cx, lg_str, count);
	if (!places)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		LG_TRY(lg_str_fmt(cx, &places[i], "%03zu", i));
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_page(cx, places, count, &page));
	return simulate_page(&s, &resources, &page, &missing, ret);
}

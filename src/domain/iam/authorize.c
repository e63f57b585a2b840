#include "domain/iam/authorize.h"

#include "domain/iam/authorize_message.h"
#include "domain/iam/iam_managed.h"
#include "policy/cache.h"

/* Policies of one layer while they are collected. */
struct layer {
	struct lg_ctx *cx;
	struct lg_env *env;
	struct lg_policy_named *items;
	size_t count;
};

static lg_status
start(struct lg_ctx *cx, struct lg_env *env, size_t room, struct layer *ret)
{
	*ret = (struct layer){
		.cx = cx, .env = env, .items = lg_new_array(cx, struct lg_policy_named, room)
	};
	return ret->items ? LG_OK : lg_fail_default(cx, LG_E_NO_MEMORY);
}

/* What was saved was checked then: a text that is refused now is our fault, and allows nothing. */
static lg_status
push(struct layer *layer, enum lg_policy_kind kind, const struct lg_iam_policy_text *text)
{
	struct lg_policy_named named = { .name = text->name };
	const lg_status s =
		lg_policy_cache_get(layer->cx, layer->env->policies, kind, text->document, &named.policy);
	if (s.code == LG_E_MALFORMED_POLICY_DOCUMENT)
		return lg_fail(layer->cx, LG_E_INTERNAL, "a saved policy does not compile");
	LG_TRY(s);
	layer->items[layer->count++] = named;
	return LG_OK;
}

static struct lg_policy_layer_list
list_of(const struct layer *layer)
{
	return (struct lg_policy_layer_list){ .items = layer->items, .count = layer->count, .has = true };
}

static lg_status
identity_layer(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	struct lg_policy_layer_list *ret)
{
	const struct lg_iam_entity *entity = signer->entity;
	struct layer layer;
	LG_TRY(start(cx, env, (entity ? entity->policy_count : 0) + 1, &layer));
	for (size_t i = 0; entity && i < entity->policy_count; i++)
		LG_TRY(push(&layer, LG_POLICY_IDENTITY, &entity->policies[i]));
	if (!entity && signer->caller.kind == LG_CALLER_FEDERATED_USER) {
		/* Whom root has sent has what root has; his session policies bound it. */
		struct lg_iam_policy_text all;
		LG_TRY(lg_iam_managed_text(
			cx, env, LG_STR("arn:aws:iam::aws:policy/AdministratorAccess"), &all));
		LG_TRY(push(&layer, LG_POLICY_IDENTITY, &all));
	}
	*ret = list_of(&layer);
	return LG_OK;
}

static lg_status
boundary_layer(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	struct lg_policy_layer_list *ret)
{
	const struct lg_iam_entity *entity = signer->entity;
	if (!entity || !entity->has_boundary)
		return LG_OK;
	struct layer layer;
	LG_TRY(start(cx, env, 1, &layer));
	if (lg_str_present(entity->boundary.document))
		LG_TRY(push(&layer, LG_POLICY_IDENTITY, &entity->boundary));
	*ret = list_of(&layer);
	return LG_OK;
}

static lg_status
session_layer(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	struct lg_policy_layer_list *ret)
{
	const struct lg_rec_aws_session *session = signer->session;
	/* GetFederationToken gives no more than what it was told to. */
	const bool always = signer->caller.kind == LG_CALLER_FEDERATED_USER;
	if (!session || (!always && !lg_str_present(session->policy) && !session->policy_arns.count))
		return LG_OK;
	struct layer layer;
	LG_TRY(start(cx, env, session->policy_arns.count + 1, &layer));
	if (lg_str_present(session->policy))
		LG_TRY(push(&layer, LG_POLICY_SESSION,
			&(struct lg_iam_policy_text){ LG_STR("session policy"), session->policy }));
	for (size_t i = 0; i < session->policy_arns.count; i++) {
		struct lg_iam_policy_text text;
		const lg_status s = lg_iam_managed_text(cx, env, session->policy_arns.items[i], &text);
		if (s.code == LG_E_NOT_FOUND)
			continue;
		LG_TRY(s);
		LG_TRY(push(&layer, LG_POLICY_IDENTITY, &text));
	}
	*ret = list_of(&layer);
	return LG_OK;
}

static lg_status
ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_access_question *question, struct lg_policy_request *request,
	struct lg_policy_verdict *ret)
{
	*request = (struct lg_policy_request){
		.action = question->action,
		.resource = question->resource,
		.caller = &signer->caller,
		.context = question->context,
	};
	LG_TRY(identity_layer(cx, env, signer, &request->layers[LG_LAYER_IDENTITY]));
	LG_TRY(boundary_layer(cx, env, signer, &request->layers[LG_LAYER_BOUNDARY]));
	LG_TRY(session_layer(cx, env, signer, &request->layers[LG_LAYER_SESSION]));
	if (question->trust)
		request->layers[LG_LAYER_RESOURCE] =
			(struct lg_policy_layer_list){ .items = question->trust, .count = 1, .has = true };
	return lg_policy_evaluate(cx, request, ret);
}

lg_status
lg_authorize_verdict(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_access_question *question, struct lg_policy_verdict *ret)
{
	struct lg_policy_request request;
	return ask(cx, env, signer, question, &request, ret);
}

lg_status
lg_authorize(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_access_question *question, lg_str *ret_why)
{
	struct lg_policy_request request;
	struct lg_policy_verdict verdict;
	lg_str text;
	const lg_status s = ask(cx, env, signer, question, &request, &verdict);
	if (s.code == LG_E_BUDGET)
		return lg_fail(
			cx, LG_E_ACCESS_DENIED, "The policies of this call take too long to evaluate.");
	LG_TRY(s);
	if (verdict.decision == LG_DECISION_ALLOWED)
		return LG_OK;
	LG_TRY(lg_policy_denial(cx, &request, &verdict, &text));
	LG_TRY(lg_authorization_message_make(cx, env, &request, &verdict, ret_why));
	return lg_fail(cx, LG_E_ACCESS_DENIED, "%.*s", LG_FMT(text));
}

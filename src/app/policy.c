#include "app/policy.h"

#include "app/lines.h"
#include "policy/case.h"

static void
put_values(struct lg_json *j, const struct lg_condition_failure *failure)
{
	const struct lg_policy_key *got = failure->got;
	if (!got) {
		lg_json_null(j);
	} else if (lg_str_present(failure->value) || !got->multi) {
		lg_json_str(j, lg_str_present(failure->value) ? failure->value : got->values[0]);
	} else {
		lg_json_open(j, '[');
		for (size_t i = 0; i < got->count; i++)
			lg_json_str(j, got->values[i]);
		lg_json_close(j, ']');
	}
}

static void
put_reason(struct lg_json *j, const struct lg_policy_reason *reason)
{
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("policy"), reason->policy);
	if (reason->sid.len)
		lg_json_pair_str(j, LG_STR("statement"), reason->sid);
	else
		lg_json_pair_int(j, LG_STR("statement"), (int64_t)reason->index);
	lg_json_pair_str(j, LG_STR("effect"), reason->deny ? LG_STR("Deny") : LG_STR("Allow"));
	if (reason->failed) {
		lg_json_key(j, LG_STR("condition"));
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("operator"), reason->failure.condition->written);
		lg_json_pair_str(j, LG_STR("key"), reason->failure.condition->key);
		lg_json_key(j, LG_STR("value"));
		put_values(j, &reason->failure);
		lg_json_close(j, '}');
	}
	lg_json_close(j, '}');
}

/* No statement came near: the layer that lacks one. */
static void
put_layer(struct lg_json *j, const struct lg_policy_case *c, enum lg_policy_layer layer)
{
	static const lg_str names[LG_LAYERS] = {
		[LG_LAYER_CONTROL] = LG_STR_INIT("control_policies"),
		[LG_LAYER_RESOURCE] = LG_STR_INIT("resource_policies"),
		[LG_LAYER_IDENTITY] = LG_STR_INIT("identity_policies"),
		[LG_LAYER_BOUNDARY] = LG_STR_INIT("permissions_boundary"),
		[LG_LAYER_SESSION] = LG_STR_INIT("session_policies"),
	};
	const struct lg_policy_layer_list *list = &c->request.layers[layer];
	lg_json_open(j, '{');
	/* One policy has its own name: of a role it is the trust policy. */
	lg_json_pair_str(j, LG_STR("policy"), list->count == 1 ? list->items[0].name : names[layer]);
	lg_json_key(j, LG_STR("statement"));
	lg_json_null(j);
	lg_json_key(j, LG_STR("effect"));
	lg_json_null(j);
	lg_json_close(j, '}');
}

static lg_status
eval_line(struct lg_ctx *cx, lg_str line, struct lg_json *j)
{
	json_t *object;
	struct lg_policy_case c;
	struct lg_policy_verdict verdict;
	LG_TRY(lg_json_parse(cx, line, &object));
	LG_TRY(lg_policy_case_read(cx, object, &c));
	LG_TRY(lg_policy_case_evaluate(cx, &c, &verdict));

	lg_json_open(j, '{');
	lg_json_key(j, LG_STR("name"));
	if (lg_str_present(c.name))
		lg_json_str(j, c.name);
	else
		lg_json_null(j);
	lg_json_pair_str(j, LG_STR("decision"), lg_policy_decision_text(verdict.decision));
	lg_json_key(j, LG_STR("reasons"));
	lg_json_open(j, '[');
	for (size_t i = 0; i < verdict.count; i++)
		put_reason(j, &verdict.reasons[i]);
	if (!verdict.count && verdict.decision == LG_DECISION_IMPLICIT_DENY)
		put_layer(j, &c, verdict.layer);
	lg_json_close(j, ']');
	lg_json_close(j, '}');
	return LG_OK;
}

bool
lg_policy_eval_lines(FILE *in, FILE *out, FILE *problems)
{
	return lg_answer_lines(eval_line, in, out, problems);
}

int
lg_cmd_policy(struct lg_ctx *cx, const struct lg_cli *cli)
{
	(void)cx;
	if (cli->word_count != 1 || !lg_str_eq(cli->words[0], LG_STR("eval")))
		return lg_usage_error(LG_STR("policy can do one thing: policy eval"));
	return lg_policy_eval_lines(stdin, stdout, stderr) ? LG_EXIT_OK : LG_EXIT_USAGE;
}

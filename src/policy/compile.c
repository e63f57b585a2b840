#include "policy/policy.h"

#include "codec/text.h"
#include "policy/impl.h"

size_t
lg_policy_list_count(const json_t *value)
{
	return json_is_array(value) ? json_array_size(value) : value != NULL;
}

const json_t *
lg_policy_list_at(const json_t *value, size_t i)
{
	return json_is_array(value) ? json_array_get(value, i) : value;
}

/* ---- one statement ---- */

/* What a statement may hold. Those that are NULL it does not. */
struct members {
	const json_t *sid;
	const json_t *effect;
	const json_t *principal;
	const json_t *not_principal;
	const json_t *action;
	const json_t *not_action;
	const json_t *resource;
	const json_t *not_resource;
	const json_t *condition;
};

static const json_t **
member_of(struct members *m, lg_str name)
{
	const struct {
		lg_str name;
		const json_t **at;
	} rows[] = {
		{ LG_STR("Sid"), &m->sid },
		{ LG_STR("Effect"), &m->effect },
		{ LG_STR("Principal"), &m->principal },
		{ LG_STR("NotPrincipal"), &m->not_principal },
		{ LG_STR("Action"), &m->action },
		{ LG_STR("NotAction"), &m->not_action },
		{ LG_STR("Resource"), &m->resource },
		{ LG_STR("NotResource"), &m->not_resource },
		{ LG_STR("Condition"), &m->condition },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++)
		if (lg_str_eq(rows[i].name, name))
			return rows[i].at;
	return NULL;
}

static lg_status
read_members(struct lg_policy_draft *d, const json_t *object, struct members *ret)
{
	if (!json_is_object(object))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	json_t *walked = (json_t *)(uintptr_t)object;
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at)) {
		const json_t **member = member_of(ret, lg_str_from_c(json_object_iter_key(at)));
		if (!member)
			return lg_malformed_policy(d, LG_POLICY_SYNTAX);
		*member = json_object_iter_value(at);
	}
	if ((ret->principal && ret->not_principal) || (ret->action && ret->not_action) ||
		(ret->resource && ret->not_resource))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	return LG_OK;
}

/* Which elements a policy of this kind has. */
static lg_status
check_members(struct lg_policy_draft *d, const struct members *m)
{
	bool has_principal = m->principal || m->not_principal, has_resource = m->resource || m->not_resource;
	switch (d->kind) {
	case LG_POLICY_IDENTITY:
	case LG_POLICY_SESSION:
		if (has_principal)
			return lg_malformed_policy(d, "Policy document should not specify a principal.");
		if (!has_resource)
			return lg_malformed_policy(d, "Policy statement must contain resources.");
		break;
	case LG_POLICY_TRUST:
		if (has_resource)
			return lg_malformed_policy(
				d, "Has prohibited field %s.", m->resource ? "Resource" : "NotResource");
		if (m->not_principal)
			return lg_malformed_policy(d, "Has prohibited field NotPrincipal.");
		/* fall through */
	case LG_POLICY_RESOURCE:
		if (!has_principal)
			return lg_malformed_policy(d, "Missing required field Principal");
		break;
	}
	return LG_OK;
}

static bool
is_sid(lg_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
			return false;
	}
	return true;
}

static lg_status
read_sid(struct lg_policy_draft *d, const json_t *value, lg_str *ret)
{
	if (!value)
		return LG_OK;
	lg_str text = lg_json_text(value);
	if (!lg_str_present(text))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	if (d->kind != LG_POLICY_RESOURCE && !is_sid(text))
		return lg_malformed_policy(d, "Statement IDs (SID) must be alpha-numeric. Check that your "
					      "input satisfies the regular expression [0-9A-Za-z]*");
	return lg_str_dup(&d->own, text, ret);
}

static lg_status
read_statement(struct lg_policy_draft *d, const json_t *object, struct lg_statement *ret)
{
	struct members m = { 0 };
	LG_TRY(read_members(d, object, &m));
	lg_str effect = lg_json_text(m.effect);
	ret->deny = lg_str_eq(effect, LG_STR("Deny"));
	if (!ret->deny && !lg_str_eq(effect, LG_STR("Allow")))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	LG_TRY(check_members(d, &m));
	LG_TRY(read_sid(d, m.sid, &ret->sid));

	ret->not_action = m.not_action != NULL;
	ret->not_resource = m.not_resource != NULL;
	ret->not_principal = m.not_principal != NULL;
	if (ret->not_principal && !ret->deny) /* It would let in everyone else, whoever that is. */
		return lg_malformed_policy(d, "NotPrincipal is allowed with the effect Deny only.");
	LG_TRY(lg_policy_read_actions(d, m.action ? m.action : m.not_action, &ret->actions));
	if (m.resource || m.not_resource)
		LG_TRY(lg_policy_read_resources(
			d, m.resource ? m.resource : m.not_resource, &ret->resources));
	if (m.principal || m.not_principal)
		LG_TRY(lg_policy_read_principals(
			d, m.principal ? m.principal : m.not_principal, &ret->principals));
	return lg_policy_read_conditions(d, m.condition, ret);
}

/* ---- the document ---- */

static lg_status
check_sids(struct lg_policy_draft *d, const struct lg_policy *policy)
{
	if (d->kind == LG_POLICY_RESOURCE)
		return LG_OK;
	for (size_t i = 0; i < policy->count; i++)
		for (size_t k = 0; k < i && policy->statements[i].sid.len; k++)
			if (lg_str_eq(policy->statements[i].sid, policy->statements[k].sid))
				return lg_malformed_policy(
					d, "Statement IDs (SID) in a single policy must be unique.");
	return LG_OK;
}

static lg_status
read_head(struct lg_policy_draft *d, const json_t *document, const json_t **ret_statements)
{
	const json_t *version = NULL, *statements = NULL;
	if (!json_is_object(document))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	json_t *walked = (json_t *)(uintptr_t)document;
	for (void *at = json_object_iter(walked); at; at = json_object_iter_next(walked, at)) {
		lg_str name = lg_str_from_c(json_object_iter_key(at));
		if (lg_str_eq(name, LG_STR("Version")))
			version = json_object_iter_value(at);
		else if (lg_str_eq(name, LG_STR("Statement")))
			statements = json_object_iter_value(at);
		else if (!lg_str_eq(name, LG_STR("Id")) || !json_is_string(json_object_iter_value(at)))
			return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	}
	if (version && !json_is_string(version))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	d->variables = version && lg_str_eq(lg_json_text(version), LG_STR("2012-10-17"));
	if (version && !d->variables && !lg_str_eq(lg_json_text(version), LG_STR("2008-10-17")))
		return lg_malformed_policy(d, "Policy document must be version 2012-10-17 or greater.");
	if (!lg_policy_list_count(statements))
		return lg_malformed_policy(d, LG_POLICY_SYNTAX);
	*ret_statements = statements;
	return LG_OK;
}

static lg_status
read_document(struct lg_policy_draft *d, const json_t *document, struct lg_policy *policy)
{
	const json_t *statements;
	LG_TRY(read_head(d, document, &statements));
	policy->count = lg_policy_list_count(statements);
	policy->statements = lg_new_array(&d->own, struct lg_statement, policy->count);
	if (!policy->statements)
		return lg_fail_default(d->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < policy->count; i++)
		LG_TRY(read_statement(d, lg_policy_list_at(statements, i), &policy->statements[i]));
	return check_sids(d, policy);
}

lg_status
lg_policy_compile_tree(
	struct lg_ctx *cx, enum lg_policy_kind kind, const json_t *document, struct lg_policy **ret)
{
	LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
	if (lg_failed(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena)))
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_policy_draft d = { .cx = cx, .own = { .arena = arena }, .kind = kind };
	struct lg_policy *policy = lg_new(&d.own, struct lg_policy);
	if (!policy)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*policy = (struct lg_policy){ .arena = arena, .kind = kind };
	LG_TRY(read_document(&d, document, policy));
	arena = NULL; /* The policy's from now on. */
	*ret = policy;
	return LG_OK;
}

lg_status
lg_policy_compile(struct lg_ctx *cx, enum lg_policy_kind kind, lg_str document, struct lg_policy **ret)
{
	json_t *tree;
	lg_status s = document.len <= LG_POLICY_MAX_BYTES ? lg_json_parse(cx, document, &tree)
							  : LG_STATUS(LG_E_MALFORMED);
	if (s.code == LG_E_MALFORMED)
		return lg_fail(cx, LG_E_MALFORMED_POLICY_DOCUMENT, "This policy contains invalid Json");
	LG_TRY(s);
	return lg_policy_compile_tree(cx, kind, tree, ret);
}

void
lg_policy_free(struct lg_policy *policy)
{
	if (policy)
		lg_arena_free(policy->arena);
}

size_t
lg_policy_memory(const struct lg_policy *policy)
{
	return lg_arena_used(policy->arena);
}

size_t
lg_policy_size(lg_str document)
{
	bool quoted = false;
	size_t blanks = 0;
	for (size_t i = 0; i < document.len; i++) {
		char c = document.ptr[i];
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
			blanks++;
	}
	return lg_text_utf16_len(document) - blanks;
}

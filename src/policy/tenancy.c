#include "policy/policy.h"

#include "policy/impl.h"

/* Providers that many tenants share, and the key that tells these apart. */
static const struct {
	lg_str provider;
	lg_str key;
} tenancies[] = {
	{ LG_STR_INIT("cognito-identity.amazonaws.com"), LG_STR_INIT("cognito-identity.amazonaws.com:aud") },
};

static bool
lets_in(const struct lg_statement *st, lg_str provider)
{
	struct lg_policy_scope scope = { .budget = LG_POLICY_BUDGET };
	bool named = false, listed = false;
	for (size_t i = 0; i < st->principals.count; i++)
		named = named || (st->principals.items[i].kind == LG_PRINCIPAL_FEDERATED &&
					 lg_str_eq(st->principals.items[i].text, provider));
	for (size_t i = 0; i < st->actions.count; i++)
		listed = listed || lg_pattern_matches(&st->actions.items[i],
					   LG_STR("sts:assumerolewithwebidentity"), &scope);
	return named && !st->deny && listed != st->not_action;
}

static bool
asks_for(const struct lg_statement *st, lg_str key)
{
	for (size_t i = 0; i < st->condition_count; i++)
		if (lg_policy_eq_nocase(st->conditions[i].key, key) &&
			lg_condition_needs_key(&st->conditions[i]))
			return true;
	return false;
}

lg_status
lg_policy_check_tenancy(struct lg_ctx *cx, const struct lg_policy *trust)
{
	for (size_t i = 0; i < trust->count; i++)
		for (size_t k = 0; k < LG_LEN(tenancies); k++)
			if (lets_in(&trust->statements[i], tenancies[k].provider) &&
				!asks_for(&trust->statements[i], tenancies[k].key))
				return lg_fail(cx, LG_E_MALFORMED_POLICY_DOCUMENT,
					"A trust policy for %.*s must have a condition on %.*s.",
					LG_FMT(tenancies[k].provider), LG_FMT(tenancies[k].key));
	return LG_OK;
}

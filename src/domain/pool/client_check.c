#include "domain/pool/client_check.h"

#include <string.h>

#include "domain/pool/identity_provider.h"
#include "domain/pool/pool_check.h"
#include "domain/pool/schema.h"

typedef const struct lg_client_draft draft;

#define REFRESH_DEFAULT_S (30 * INT64_C(86400))
#define TOKEN_DEFAULT_S INT64_C(3600)
#define SESSION_DEFAULT_MIN 3

/* ---- how long tokens live ---- */

static int64_t
unit_s(lg_str unit, int64_t otherwise)
{
	static const struct {
		lg_str name;
		int64_t seconds;
	} units[] = {
		{ LG_STR_INIT("seconds"), 1 },
		{ LG_STR_INIT("minutes"), 60 },
		{ LG_STR_INIT("hours"), 3600 },
		{ LG_STR_INIT("days"), 86400 },
	};
	for (size_t i = 0; i < LG_LEN(units); i++)
		if (lg_str_eq(units[i].name, unit))
			return units[i].seconds;
	return otherwise;
}

/* A token's life as asked for; 0 counts as not said. */
struct life {
	int64_t value;
	int64_t unit_s;
	int64_t default_s;
};

static int64_t
life_s(struct life life)
{
	return life.value ? life.value * life.unit_s : life.default_s;
}

static const struct lg_idp_token_validity_units_type *
units_of(const struct lg_idp_user_pool_client_type *type)
{
	static const struct lg_idp_token_validity_units_type none;
	return type->token_validity_units ? type->token_validity_units : &none;
}

static struct life
refresh_life(const struct lg_idp_user_pool_client_type *type)
{
	return (struct life){ type->refresh_token_validity.v, unit_s(units_of(type)->refresh_token, 86400),
		REFRESH_DEFAULT_S };
}

static struct life
access_life(const struct lg_idp_user_pool_client_type *type)
{
	return (struct life){ type->access_token_validity.v, unit_s(units_of(type)->access_token, 3600),
		TOKEN_DEFAULT_S };
}

static struct life
id_life(const struct lg_idp_user_pool_client_type *type)
{
	return (struct life){ type->id_token_validity.v, unit_s(units_of(type)->id_token, 3600),
		TOKEN_DEFAULT_S };
}

static bool
in_range(int64_t seconds, int64_t least, int64_t most)
{
	return seconds >= least && seconds <= most;
}

static lg_status
check_validity(struct lg_ctx *cx, draft *d)
{
	int64_t refresh = life_s(refresh_life(d->type));
	int64_t access = life_s(access_life(d->type));
	int64_t id = life_s(id_life(d->type));
	if (!in_range(refresh, 3600, INT64_C(315360000)) || !in_range(access, 300, 86400)
		|| !in_range(id, 300, 86400) || access > refresh || id > refresh)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Invalid range for token validity.");
	return LG_OK;
}

/* ---- sign-in ---- */

static bool
is_new_style(lg_str flow)
{
	return lg_str_starts(flow, LG_STR("ALLOW_"));
}

static lg_status
check_auth_flows(struct lg_ctx *cx, draft *d)
{
	const struct lg_str_list *flows = &d->type->explicit_auth_flows;
	bool new_style = false;
	bool legacy = false;
	for (size_t i = 0; i < flows->count; i++) {
		new_style = new_style || is_new_style(flows->items[i]);
		legacy = legacy || !is_new_style(flows->items[i]);
	}
	if (new_style && legacy)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"ExplicitAuthFlows can't mix values with and without the prefix ALLOW_.");
	if (!lg_str_list_has(flows, LG_IDP_EXPLICIT_AUTH_FLOWS_TYPE_ALLOW_CLIENT_TOKEN_AUTH))
		return LG_OK;
	for (size_t i = 0; i < flows->count; i++)
		if (!lg_str_eq(flows->items[i], LG_IDP_EXPLICIT_AUTH_FLOWS_TYPE_ALLOW_CLIENT_TOKEN_AUTH))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"ALLOW_CLIENT_TOKEN_AUTH can't be combined with other ExplicitAuthFlows.");
	return LG_OK;
}

/* Refreshing is allowed by name, by every legacy value, and when nothing is said. */
static bool
allows_refresh(draft *d)
{
	const struct lg_str_list *flows = &d->type->explicit_auth_flows;
	if (!flows->count || !is_new_style(flows->items[0]))
		return true;
	return lg_str_list_has(flows, LG_IDP_EXPLICIT_AUTH_FLOWS_TYPE_ALLOW_REFRESH_TOKEN_AUTH);
}

static lg_status
check_rotation(struct lg_ctx *cx, draft *d)
{
	const struct lg_idp_refresh_token_rotation_type *rotation = d->type->refresh_token_rotation;
	if (!rotation || !lg_str_eq(rotation->feature, LG_IDP_FEATURE_TYPE_ENABLED))
		return LG_OK;
	LG_TRY(lg_tier_require(
		cx, d->pool->type->user_pool_tier, LG_TIER_ESSENTIALS, "refresh token rotation"));
	if (allows_refresh(d))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Refresh token rotation can't be used with ALLOW_REFRESH_TOKEN_AUTH, which "
			"ExplicitAuthFlows "
			"allow unless they say otherwise.");
	return LG_OK;
}

static lg_status
check_tier(struct lg_ctx *cx, draft *d)
{
	if (!lg_str_list_has(&d->type->explicit_auth_flows, LG_IDP_EXPLICIT_AUTH_FLOWS_TYPE_ALLOW_USER_AUTH))
		return LG_OK;
	return lg_tier_require(cx, d->pool->type->user_pool_tier, LG_TIER_ESSENTIALS, "ALLOW_USER_AUTH");
}

static lg_status
check_context_data(struct lg_ctx *cx, draft *d)
{
	if (d->type->enable_propagate_additional_user_context_data.v && !d->has_secret)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"EnablePropagateAdditionalUserContextData needs a client with a secret.");
	return LG_OK;
}

static lg_status
check_providers(struct lg_ctx *cx, draft *d)
{
	const struct lg_str_list *providers = &d->type->supported_identity_providers;
	bool only_saml = true;
	bool answers_unasked = false;
	for (size_t i = 0; i < providers->count; i++) {
		if (lg_str_eq(providers->items[i], LG_STR("COGNITO"))) {
			only_saml = false;
			continue;
		}
		const struct lg_rec_identity_provider *provider;
		const lg_status s = lg_provider_find(cx, d->env, d->pool, providers->items[i], &provider);
		if (s.code == LG_E_NOT_FOUND)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"The provider %.*s does not exist for User Pool %.*s",
				LG_FMT(providers->items[i]), LG_FMT(d->pool->id));
		LG_TRY(s);
		const struct lg_idp_identity_provider_type *type = provider->type;
		const lg_str init = lg_str_map_get(&type->provider_details, LG_STR("IDPInit"));
		answers_unasked = answers_unasked || lg_str_eq_nocase(init, LG_STR("true"));
		only_saml = only_saml
			&& lg_str_eq(type->provider_type, LG_IDP_IDENTITY_PROVIDER_TYPE_TYPE_SAML);
	}
	if (answers_unasked && !only_saml)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"A client with a provider that has IDPInit can have SAML providers only.");
	return LG_OK;
}

/* ---- attributes ---- */

static bool
never_written(lg_str name)
{
	return lg_str_eq(name, LG_STR("sub")) || lg_str_present(lg_attribute_flagged(name));
}

static bool
is_known(draft *d, lg_str name)
{
	const struct lg_idp_schema_attribute_type *attribute = lg_pool_attribute(d->pool, name);
	return attribute && !attribute->developer_only_attribute.v;
}

static bool
may_read(draft *d)
{
	const struct lg_str_list *list = &d->type->read_attributes;
	for (size_t i = 0; i < list->count; i++)
		if (!is_known(d, list->items[i]))
			return false;
	return true;
}

/* A user who signs up must be able to give what is required. */
static bool
may_write(draft *d)
{
	const struct lg_str_list *list = &d->type->write_attributes;
	for (size_t i = 0; i < list->count; i++)
		if (!is_known(d, list->items[i]) || never_written(list->items[i]))
			return false;
	for (size_t i = 0; i < d->pool->schema_count; i++) {
		const struct lg_idp_schema_attribute_type *attribute = &d->pool->schema[i];
		if (attribute->required.v && !never_written(attribute->name)
		    && !lg_str_list_has(list, attribute->name))
			return false;
	}
	return true;
}

static lg_status
check_attributes(struct lg_ctx *cx, draft *d)
{
	const char *doing = d->creating ? "creating" : "updating";
	/* An empty list is none: every attribute. */
	if (d->type->read_attributes.count && !may_read(d))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Invalid read attributes specified while %s a client", doing);
	if (d->type->write_attributes.count && !may_write(d))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Invalid write attributes specified while %s a client", doing);
	return LG_OK;
}

static const struct {
	lg_status (*run)(struct lg_ctx *cx, draft *d);
} checks[] = {
	{ check_validity },
	{ check_attributes },
	{ check_auth_flows },
	{ check_rotation },
	{ check_tier },
	{ check_context_data },
	{ check_providers },
	{ lg_client_check_urls },
	{ lg_client_check_flows },
	{ lg_client_check_scopes },
};

lg_status
lg_client_check(struct lg_ctx *cx, const struct lg_client_draft *d)
{
	for (size_t i = 0; i < LG_LEN(checks); i++)
		LG_TRY(checks[i].run(cx, d));
	return LG_OK;
}

/* ---- defaults ---- */

static void
default_bool(struct lg_opt_bool *member, bool value)
{
	if (!member->has)
		*member = (struct lg_opt_bool){ true, value };
}

/* A unit without its value stands for the default in that unit, rounded up. */
static void
default_life(struct lg_opt_int *member, struct life life)
{
	if (!member->v)
		*member = (struct lg_opt_int){ true, (life.default_s + life.unit_s - 1) / life.unit_s };
}

lg_status
lg_client_defaults(struct lg_ctx *cx, struct lg_idp_user_pool_client_type *type)
{
	struct lg_idp_token_validity_units_type *units = lg_new(cx, struct lg_idp_token_validity_units_type);
	if (!units)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*units = *units_of(type);
	type->token_validity_units = units;
	default_life(&type->refresh_token_validity, refresh_life(type));
	if (lg_str_present(units->access_token))
		default_life(&type->access_token_validity, access_life(type));
	if (lg_str_present(units->id_token))
		default_life(&type->id_token_validity, id_life(type));

	type->read_attributes.has = type->read_attributes.count > 0;
	type->write_attributes.has = type->write_attributes.count > 0;
	default_bool(&type->allowed_oauth_flows_user_pool_client, false);
	default_bool(&type->enable_token_revocation, true);
	default_bool(&type->enable_propagate_additional_user_context_data, false);
	if (!type->auth_session_validity.has)
		type->auth_session_validity = (struct lg_opt_int){ true, SESSION_DEFAULT_MIN };
	type->client_type = LG_STR("REGULAR");
	return LG_OK;
}

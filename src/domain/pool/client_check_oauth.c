#include "domain/pool/client_check.h"

#include "domain/pool/resource_server.h"
#include "domain/url.h"

typedef const struct lg_client_draft draft;

/* ---- addresses ---- */

/* Schemes that a browser runs instead of opening. */
static bool
is_script(lg_str scheme)
{
	return lg_str_eq_nocase(scheme, LG_STR("javascript")) || lg_str_eq_nocase(scheme, LG_STR("data"))
	       || lg_str_eq_nocase(scheme, LG_STR("vbscript"));
}

static lg_status
check_url(struct lg_ctx *cx, lg_str url)
{
	lg_str scheme = lg_url_scheme(url);
	if (!lg_str_present(scheme) || is_script(scheme))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is not a valid redirect URI.", LG_FMT(url));
	if (lg_str_has_byte(url, '#'))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s must not contain a fragment.", LG_FMT(url));
	bool http = lg_str_eq_nocase(scheme, LG_STR("http"));
	bool https = lg_str_eq_nocase(scheme, LG_STR("https"));
	if (!http && !https)
		return LG_OK;
	lg_str host = lg_url_host(url);
	if (lg_str_empty(host))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is not a valid redirect URI.", LG_FMT(url));
	if (http && !lg_url_host_is_loopback(host))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "%.*s cannot use the HTTP protocol.", LG_FMT(url));
	return LG_OK;
}

lg_status
lg_client_check_urls(struct lg_ctx *cx, const struct lg_client_draft *d)
{
	const struct lg_str_list *lists[] = { &d->type->callback_urls, &d->type->logout_urls };
	for (size_t i = 0; i < LG_LEN(lists); i++)
		for (size_t k = 0; k < lists[i]->count; k++)
			LG_TRY(check_url(cx, lists[i]->items[k]));
	if (lg_str_present(d->type->default_redirect_uri)
	    && !lg_str_list_has(&d->type->callback_urls, d->type->default_redirect_uri))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "DefaultRedirectURI must be one of the CallbackURLs.");
	return LG_OK;
}

/* ---- flows and scopes ---- */

lg_status
lg_client_check_flows(struct lg_ctx *cx, const struct lg_client_draft *d)
{
	const struct lg_str_list *flows = &d->type->allowed_oauth_flows;
	if (d->type->allowed_oauth_flows_user_pool_client.v
	    && (!flows->count || !d->type->allowed_oauth_scopes.count))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is "
			"allowed to use "
			"OAuth flows.");
	if (!lg_str_list_has(flows, LG_IDP_OAUTH_FLOW_TYPE_CLIENT_CREDENTIALS))
		return LG_OK;
	if (lg_str_list_has(flows, LG_IDP_OAUTH_FLOW_TYPE_CODE)
	    || lg_str_list_has(flows, LG_IDP_OAUTH_FLOW_TYPE_IMPLICIT))
		return lg_fail(cx, LG_E_INVALID_OAUTH_FLOW,
			"client_credentials flow can not be selected along with code flow or implicit "
			"flow.");
	if (!d->has_secret)
		return lg_fail(cx, LG_E_INVALID_OAUTH_FLOW,
			"client_credentials flow can not be selected if client does not have a client "
			"secret.");
	return LG_OK;
}

/* Scopes that every pool has; some mean nothing without "openid". */
static const struct scope {
	lg_str name;
	bool needs_openid;
} scopes[] = {
	{ LG_STR_INIT("openid"), false },
	{ LG_STR_INIT("phone"), true },
	{ LG_STR_INIT("email"), true },
	{ LG_STR_INIT("profile"), true },
	{ LG_STR_INIT("aws.cognito.signin.user.admin"), false },
};

static const struct scope *
find_scope(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(scopes); i++)
		if (lg_str_eq(scopes[i].name, name))
			return &scopes[i];
	return NULL;
}

lg_status
lg_client_check_scopes(struct lg_ctx *cx, const struct lg_client_draft *d)
{
	const struct lg_str_list *list = &d->type->allowed_oauth_scopes;
	bool openid = lg_str_list_has(list, LG_STR("openid"));
	for (size_t i = 0; i < list->count; i++) {
		const struct scope *scope = find_scope(list->items[i]);
		bool exists = scope != NULL;
		if (!exists)
			LG_TRY(lg_resource_scope_exists(cx, d->env, d->pool->pool, list->items[i], &exists));
		if (!exists)
			return lg_fail(cx, LG_E_SCOPE_DOES_NOT_EXIST, "Invalid scope requested: %.*s",
				LG_FMT(list->items[i]));
		if (scope && scope->needs_openid && !openid)
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "The scope %.*s needs the scope openid.",
				LG_FMT(list->items[i]));
	}
	return LG_OK;
}

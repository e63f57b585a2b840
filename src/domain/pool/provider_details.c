#include "domain/pool/provider_details.h"

#include <string.h>

#include "domain/url.h"
#include "gen/idp_types.h"
#include "token/saml_metadata.h"

#define API_VERSION LG_STR("v17.0") /* of Facebook, unless somebody asks for another */
#define DERIVED_MAX 8               /* beside what was sent */

/* ---- what a value must look like, wherever it stands ---- */

enum form { WEB, ISSUER, METHOD, SWITCH, ALGORITHM, VERSION };

static const struct {
	lg_str key;
	enum form form;
} forms[] = {
	{ LG_STR_INIT("MetadataURL"), WEB },
	{ LG_STR_INIT("authorize_url"), WEB },
	{ LG_STR_INIT("token_url"), WEB },
	{ LG_STR_INIT("attributes_url"), WEB },
	{ LG_STR_INIT("jwks_uri"), WEB },
	{ LG_STR_INIT("oidc_issuer"), ISSUER },
	{ LG_STR_INIT("attributes_request_method"), METHOD },
	{ LG_STR_INIT("token_request_method"), METHOD },
	{ LG_STR_INIT("IDPSignout"), SWITCH },
	{ LG_STR_INIT("IDPInit"), SWITCH },
	{ LG_STR_INIT("EncryptedResponses"), SWITCH },
	{ LG_STR_INIT("attributes_url_add_attributes"), SWITCH },
	{ LG_STR_INIT("RequestSigningAlgorithm"), ALGORITHM },
	{ LG_STR_INIT("api_version"), VERSION },
};

bool
lg_provider_url_is_web(const struct lg_env *env, lg_str url)
{
	for (size_t i = 0; i < url.len; i++)
		if (url.ptr[i] <= ' ' || url.ptr[i] == 0x7f)
			return false;
	const lg_str scheme = lg_url_scheme(url);
	const bool plain = env->settings->dev && lg_str_eq(scheme, LG_STR("http"));
	return (lg_str_eq(scheme, LG_STR("https")) || plain) && !lg_str_empty(lg_url_host(url))
		&& !lg_str_has_byte(url, '#');
}

/* "v17.0" */
static bool
is_version(lg_str text)
{
	uint64_t number;
	lg_str minor = lg_str_slice(text, 1, text.len);
	const lg_str major = lg_str_cut(&minor, '.');
	return lg_str_starts(text, LG_STR("v")) && lg_str_to_uint(major, 1000, &number)
		&& lg_str_to_uint(minor, 1000, &number);
}

static bool
has_form(const struct lg_env *env, enum form form, lg_str value)
{
	switch (form) {
	case WEB:
		return lg_provider_url_is_web(env, value);
	case ISSUER:
		return lg_provider_url_is_web(env, value) && !lg_str_ends(value, LG_STR("/"))
			&& !lg_str_has_byte(value, '?');
	case METHOD:
		return lg_str_eq(value, LG_STR("GET")) || lg_str_eq(value, LG_STR("POST"));
	case SWITCH:
		return lg_str_eq_nocase(value, LG_STR("true")) || lg_str_eq_nocase(value, LG_STR("false"));
	case ALGORITHM:
		return lg_str_eq(value, LG_STR("rsa-sha256"));
	case VERSION:
		return is_version(value);
	}
	return false;
}

static lg_status
check_forms(struct lg_ctx *cx, const struct lg_env *env, const struct lg_str_map *details)
{
	for (size_t i = 0; i < LG_LEN(forms); i++) {
		const lg_str value = lg_str_map_get(details, forms[i].key);
		if (lg_str_present(value) && !has_form(env, forms[i].form, value))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "ProviderDetails: %.*s is not valid.",
				LG_FMT(forms[i].key));
	}
	return LG_OK;
}

/* ---- types ---- */

static const lg_str social_needs[] = {
	LG_STR_INIT("client_id"),
	LG_STR_INIT("client_secret"),
	LG_STR_INIT("authorize_scopes"),
};
static const lg_str apple_needs[] = {
	LG_STR_INIT("client_id"),
	LG_STR_INIT("team_id"),
	LG_STR_INIT("key_id"),
	LG_STR_INIT("private_key"),
	LG_STR_INIT("authorize_scopes"),
};
static const lg_str oidc_needs[] = {
	LG_STR_INIT("client_id"),
	LG_STR_INIT("authorize_scopes"),
	LG_STR_INIT("attributes_request_method"),
	LG_STR_INIT("oidc_issuer"),
};

#define DERIVED(key, value)                       \
	{                                         \
		LG_STR_INIT(key), LG_STR_INIT(value) \
	}

static const struct lg_str_pair oidc_derived[] = {
	DERIVED("attributes_url_add_attributes", "false"),
};
static const struct lg_str_pair google_derived[] = {
	DERIVED("attributes_url", "https://people.googleapis.com/v1/people/me?personFields="),
	DERIVED("attributes_url_add_attributes", "true"),
	DERIVED("authorize_url", "https://accounts.google.com/o/oauth2/v2/auth"),
	DERIVED("oidc_issuer", "https://accounts.google.com"),
	DERIVED("token_request_method", "POST"),
	DERIVED("token_url", "https://www.googleapis.com/oauth2/v4/token"),
};
/* '%' stands for the version of the API. */
static const struct lg_str_pair facebook_derived[] = {
	DERIVED("api_version", "%"),
	DERIVED("attributes_url", "https://graph.facebook.com/%/me?fields="),
	DERIVED("attributes_url_add_attributes", "true"),
	DERIVED("authorize_url", "https://www.facebook.com/%/dialog/oauth"),
	DERIVED("token_request_method", "GET"),
	DERIVED("token_url", "https://graph.facebook.com/%/oauth/access_token"),
};
static const struct lg_str_pair amazon_derived[] = {
	DERIVED("attributes_url", "https://api.amazon.com/user/profile"),
	DERIVED("attributes_url_add_attributes", "false"),
	DERIVED("authorize_url", "https://www.amazon.com/ap/oa"),
	DERIVED("token_request_method", "POST"),
	DERIVED("token_url", "https://api.amazon.com/auth/o2/token"),
};
static const struct lg_str_pair apple_derived[] = {
	DERIVED("attributes_url_add_attributes", "false"),
	DERIVED("authorize_url", "https://appleid.apple.com/auth/authorize"),
	DERIVED("oidc_issuer", "https://appleid.apple.com"),
	DERIVED("token_request_method", "POST"),
	DERIVED("token_url", "https://appleid.apple.com/auth/token"),
};

#define NEEDS(table) .needs = table, .need_count = LG_LEN(table)
#define ADDS(table) .derived = table, .derived_count = LG_LEN(table)

static const struct lg_provider_type types[] = {
	{ .name = LG_STR_INIT("SAML") },
	{ .name = LG_STR_INIT("OIDC"), .subject = LG_STR_INIT("sub"), NEEDS(oidc_needs),
		ADDS(oidc_derived) },
	{ .name = LG_STR_INIT("Google"), .subject = LG_STR_INIT("sub"), .social = true, NEEDS(social_needs),
		ADDS(google_derived) },
	{ .name = LG_STR_INIT("Facebook"), .subject = LG_STR_INIT("id"), .social = true, NEEDS(social_needs),
		ADDS(facebook_derived) },
	{ .name = LG_STR_INIT("LoginWithAmazon"), .subject = LG_STR_INIT("user_id"), .social = true,
		NEEDS(social_needs), ADDS(amazon_derived) },
	{ .name = LG_STR_INIT("SignInWithApple"), .subject = LG_STR_INIT("sub"), .social = true,
		NEEDS(apple_needs), ADDS(apple_derived) },
};

const struct lg_provider_type *
lg_provider_type_of(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(types); i++)
		if (lg_str_eq(types[i].name, name))
			return &types[i];
	return NULL;
}

bool
lg_provider_name_is_reserved(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(types); i++)
		if (types[i].social && lg_str_eq_nocase(types[i].name, name))
			return true;
	return lg_str_eq_nocase(name, LG_STR("Cognito"));
}

/* ---- SAML ---- */

#define METADATA_FILE LG_STR("MetadataFile")
#define SSO_PLACE LG_STR("SSORedirectBindingURI")
#define SLO_PLACE LG_STR("SLORedirectBindingURI")

static bool
is_saml(const struct lg_provider_type *type)
{
	return !lg_str_present(type->subject);
}

/* What only we say: whoever changes what he was shown sends it back. */
static bool
is_ours(const struct lg_provider_type *type, lg_str key)
{
	return is_saml(type)
		&& (lg_str_eq(key, SSO_PLACE) || lg_str_eq(key, SLO_PLACE)
			|| lg_str_eq(key, LG_STR("ActiveEncryptionCertificate")));
}

static void
put(struct lg_str_map *map, lg_str key, lg_str value)
{
	if (lg_str_present(value))
		map->items[map->count++] = (struct lg_str_pair){ key, value };
}

static lg_status
read_metadata(struct lg_ctx *cx, struct lg_str_map *details, lg_str *ret_entity_id)
{
	const lg_str file = lg_str_map_get(details, METADATA_FILE);
	const lg_str url = lg_str_map_get(details, LG_STR("MetadataURL"));
	if (lg_str_present(file) == lg_str_present(url))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"ProviderDetails: either MetadataURL or MetadataFile is needed.");
	if (!lg_str_present(file))
		return LG_OK;
	struct lg_saml_metadata metadata;
	const lg_status s = lg_saml_metadata_read(cx, file, &metadata);
	if (s.code == LG_E_MALFORMED) {
		const lg_str why = lg_failure_text(cx, s.code);
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s", LG_FMT(why));
	}
	LG_TRY(s);
	put(details, SSO_PLACE, metadata.sso_redirect);
	put(details, SLO_PLACE, metadata.slo_redirect);
	*ret_entity_id = metadata.entity_id;
	return LG_OK;
}

/* ---- all of it ---- */

/* Secrets that Describe keeps to itself. */
static bool
is_hidden(lg_str key)
{
	return lg_str_eq(key, LG_STR("private_key"));
}

static lg_status
copy(struct lg_ctx *cx, const struct lg_provider_type *type, const struct lg_str_map *sent,
	const struct lg_str_map *former, struct lg_str_map *ret)
{
	const size_t room = sent->count + DERIVED_MAX + (former ? former->count : 0);
	struct lg_str_map map = { .items = lg_new_array(cx, struct lg_str_pair, room), .has = true };
	if (!map.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < sent->count; i++)
		if (!is_ours(type, sent->items[i].key))
			put(&map, sent->items[i].key, sent->items[i].value);
	for (size_t i = 0; former && i < former->count; i++)
		if (is_hidden(former->items[i].key)
			&& !lg_str_present(lg_str_map_get(sent, former->items[i].key)))
			put(&map, former->items[i].key, former->items[i].value);
	*ret = map;
	return LG_OK;
}

static lg_status
check_needs(struct lg_ctx *cx, const struct lg_provider_type *type, const struct lg_str_map *details)
{
	for (size_t i = 0; i < type->need_count; i++)
		if (lg_str_empty(lg_str_trim(lg_str_map_get(details, type->needs[i]))))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"ProviderDetails: %.*s is missing for a provider of type %.*s.",
				LG_FMT(type->needs[i]), LG_FMT(type->name));
	return LG_OK;
}

static lg_status
add_derived(struct lg_ctx *cx, const struct lg_provider_type *type, struct lg_str_map *details)
{
	lg_str version = lg_str_map_get(details, LG_STR("api_version"));
	if (!lg_str_present(version))
		version = API_VERSION;
	for (size_t i = 0; i < type->derived_count; i++) {
		const struct lg_str_pair *pair = &type->derived[i];
		if (lg_str_present(lg_str_map_get(details, pair->key)))
			continue;
		lg_str rest = pair->value;
		const lg_str first = lg_str_cut(&rest, '%');
		const lg_str parts[] = { first, version, rest };
		lg_str value = first;
		if (lg_str_present(rest))
			LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &value));
		put(details, pair->key, value);
	}
	return LG_OK;
}

lg_status
lg_provider_details_make(struct lg_ctx *cx, const struct lg_env *env, const struct lg_provider_type *type,
	const struct lg_str_map *sent, const struct lg_str_map *former, struct lg_str_map *ret,
	lg_str *ret_entity_id)
{
	struct lg_str_map details;
	*ret_entity_id = LG_STR_NONE;
	LG_TRY(copy(cx, type, sent, former, &details));
	LG_TRY(check_needs(cx, type, &details));
	LG_TRY(check_forms(cx, env, &details));
	if (is_saml(type))
		LG_TRY(read_metadata(cx, &details, ret_entity_id));
	LG_TRY(add_derived(cx, type, &details));
	*ret = details;
	return LG_OK;
}

lg_status
lg_provider_details_show(struct lg_ctx *cx, const struct lg_str_map *details, struct lg_str_map *ret)
{
	struct lg_str_map shown = { .items = lg_new_array(cx, struct lg_str_pair, details->count + 1),
		.has = true };
	if (!shown.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < details->count; i++)
		if (!is_hidden(details->items[i].key))
			put(&shown, details->items[i].key, details->items[i].value);
	*ret = shown;
	return LG_OK;
}

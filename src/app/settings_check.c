#include "app/settings.h"

#include <arpa/inet.h>

#include "app/gateway.h"
#include "app/strings.h"
#include "net/address.h"
#include "policy/policy.h"
#include "page/language.h"

static bool
is_digits(lg_str s, size_t len)
{
	if (s.len != len)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return true;
}

/* ---- addresses ---- */

static lg_status
add_address(struct lg_ctx *cx, struct lg_listen *listen, lg_str address)
{
	if (listen->count == LG_LISTEN_MAX)
		return lg_fail(cx, LG_E_SETTINGS, "more than %d addresses", LG_LISTEN_MAX);
	listen->addresses[listen->count++] = address;
	return LG_OK;
}

static lg_status
parse_host(struct lg_ctx *cx, struct lg_listen *listen, lg_str host)
{
	if (lg_str_eq(host, LG_STR("localhost"))) {
		LG_TRY(add_address(cx, listen, LG_STR("127.0.0.1")));
		return add_address(cx, listen, LG_STR("::1"));
	}
	bool bracketed = lg_str_starts(host, LG_STR("[")) && lg_str_ends(host, LG_STR("]"));
	lg_str address = bracketed ? lg_str_slice(host, 1, host.len - 1) : host;
	const char *text;
	LG_TRY(lg_str_to_c(cx, address, &text));
	unsigned char bytes[sizeof(struct in6_addr)];
	if (inet_pton(bracketed ? AF_INET6 : AF_INET, text, bytes) != 1)
		return lg_fail(cx, LG_E_SETTINGS,
			"\"%.*s\" is neither localhost nor an IP address (IPv6 in brackets)", LG_FMT(host));
	listen->remote = listen->remote ||
			 !(lg_str_eq(address, LG_STR("::1")) || lg_str_starts(address, LG_STR("127.")));
	return add_address(cx, listen, address);
}

lg_status
lg_listen_parse(struct lg_ctx *cx, const struct lg_str_list *list, struct lg_listen *ret)
{
	struct lg_listen listen = { 0 };
	if (list->count == 0)
		return lg_fail(cx, LG_E_SETTINGS, "needs an address");
	for (size_t i = 0; i < list->count; i++) {
		lg_str item = list->items[i];
		size_t colon = item.len;
		while (colon && item.ptr[colon - 1] != ':')
			colon--;
		uint64_t port;
		if (colon < 2 || !lg_str_to_uint(lg_str_slice(item, colon, item.len), UINT16_MAX, &port))
			return lg_fail(cx, LG_E_SETTINGS, "\"%.*s\" is no HOST:PORT", LG_FMT(item));
		if (i && port != listen.port)
			return lg_fail(cx, LG_E_SETTINGS, "every address needs the same port");
		listen.port = (uint16_t)port;
		LG_TRY(parse_host(cx, &listen, lg_str_slice(item, 0, colon - 1)));
	}
	*ret = listen;
	return LG_OK;
}

static void
check_listen(struct lg_ctx *cx, struct lg_settings_read *settings)
{
	struct lg_listen listen;
	lg_status s = lg_listen_parse(cx, &settings->config.server.listen, &listen);
	if (lg_failed(s))
		lg_settings_problem(settings, "server.listen: %.*s", LG_FMT(lg_failure_text(cx, s.code)));
	else if (settings->dev && listen.remote && !settings->config.dev.allow_remote)
		lg_settings_problem(settings,
			"server.listen: with --dev, whoever reaches the server is its administrator; "
			"an address that others can reach needs dev.allow_remote=true");
}

/* ---- the rest ---- */

/* scheme://host[:port], nothing behind it. */
static bool
is_origin(lg_str url)
{
	lg_str host = LG_STR_NONE;
	if (lg_str_starts(url, LG_STR("https://")))
		host = lg_str_slice(url, sizeof("https://") - 1, url.len);
	else if (lg_str_starts(url, LG_STR("http://")))
		host = lg_str_slice(url, sizeof("http://") - 1, url.len);
	if (host.len == 0)
		return false;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];
		bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
		if (!fine)
			return false;
	}
	return true;
}

static void
check_public_url(struct lg_settings_read *settings)
{
	lg_str url = settings->config.server.public_url;
	if (!lg_str_present(url)) {
		if (!settings->dev)
			lg_settings_problem(settings, "server.public_url is needed outside --dev: tokens "
						      "and links are made of it");
	} else if (!is_origin(url)) {
		lg_settings_problem(
			settings, "server.public_url: \"%.*s\" is not http(s)://HOST[:PORT]", LG_FMT(url));
	}
}

static void
check_server(struct lg_settings_read *settings)
{
	const struct lg_config *config = &settings->config;
	if (!is_digits(config->server.account, 12))
		lg_settings_problem(settings, "server.account: \"%.*s\" is not 12 digits",
			LG_FMT(config->server.account));
	/* As in a pool id before '_'. */
	lg_str region = config->server.region;
	if (region.len == 0 || lg_str_has_byte(region, '_') || lg_str_has_byte(region, '/'))
		lg_settings_problem(settings, "server.region: \"%.*s\" is no region", LG_FMT(region));
	if (!settings->dev && !lg_str_present(config->server.data))
		lg_settings_problem(settings, "server.data is needed outside --dev");
}

static void
check_store(struct lg_settings_read *settings)
{
	const struct lg_config *config = &settings->config;
	if (config->store.engine == LG_CONFIG_STORE_ENGINE_POSTGRES && !lg_str_present(config->store.url))
		lg_settings_problem(
			settings, "store.engine is postgres: store.url must say how to reach it");
	if (config->store.engine == LG_CONFIG_STORE_ENGINE_SQLITE && lg_str_present(config->store.url))
		lg_settings_problem(settings, "store.url is set, but store.engine is sqlite");
}

static void
check_master(struct lg_settings_read *settings)
{
	lg_str place = settings->config.keys.master;
	if (!lg_str_present(place)) {
		if (!settings->dev)
			lg_settings_problem(settings, "keys.master is needed outside --dev: file:PATH, "
						      "credential:NAME or command:CMD");
		return;
	}
	lg_str rest = place;
	lg_str kind = lg_str_cut(&rest, ':');
	bool known = lg_str_eq(kind, LG_STR("file")) || lg_str_eq(kind, LG_STR("credential")) ||
		     lg_str_eq(kind, LG_STR("command"));
	if (!known || lg_str_empty(rest))
		lg_settings_problem(
			settings, "keys.master is none of file:PATH, credential:NAME, command:CMD");
}

static void
check_dev(struct lg_settings_read *settings)
{
	lg_str code = settings->config.dev.fixed_code;
	if (lg_str_present(code) && !is_digits(code, 6))
		lg_settings_problem(settings, "dev.fixed_code: \"%.*s\" is not six digits", LG_FMT(code));
	if (settings->dev)
		return;
	if (lg_str_present(code))
		lg_settings_problem(settings, "dev.fixed_code is only for --dev");
	if (settings->config.dev.allow_remote)
		lg_settings_problem(settings, "dev.allow_remote is only for --dev");
}

static void
check_networks(struct lg_settings_read *settings, const char *name, const struct lg_str_list *networks)
{
	for (size_t i = 0; i < networks->count; i++) {
		struct lg_network network;
		if (!lg_network_parse(networks->items[i], &network))
			lg_settings_problem(settings, "%s: \"%.*s\" is no ADDRESS/BITS", name,
				LG_FMT(networks->items[i]));
	}
}

static void
check_gateway(struct lg_ctx *cx, struct lg_settings_read *settings)
{
	struct lg_rules rules;
	if (lg_failed(lg_gateway_rules(cx, settings, &rules)))
		lg_settings_problem(settings, "no memory for authorizers and routes");
}

/* Where others are asked: paths are put behind it. */
static void
check_providers(struct lg_settings_read *settings)
{
	const struct {
		const char *name;
		lg_str url;
	} rows[] = {
		{ "google_issuer", settings->config.identity.google_issuer },
		{ "apple_issuer", settings->config.identity.apple_issuer },
		{ "facebook_api", settings->config.identity.facebook_api },
		{ "amazon_api", settings->config.identity.amazon_api },
		{ "twitter_api", settings->config.identity.twitter_api },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		const lg_str url = rows[i].url;
		const bool web = lg_str_starts(url, LG_STR("https://")) || lg_str_starts(url, LG_STR("http://"));
		if (lg_str_present(url) && (!web || lg_str_ends(url, LG_STR("/"))))
			lg_settings_problem(settings,
				"identity.%s: \"%.*s\" is no https:// address without a slash at its end",
				rows[i].name, LG_FMT(url));
	}
}

static void
check_guest_policy(struct lg_ctx *cx, struct lg_settings_read *settings)
{
	struct lg_policy *policy = NULL;
	const lg_str document = settings->config.identity.guest_policy;
	if (!lg_str_present(document))
		return;
	const lg_status s = lg_policy_compile(cx, LG_POLICY_SESSION, document, &policy);
	if (lg_failed(s)) {
		const lg_str why = lg_failure_text(cx, s.code);
		lg_settings_problem(settings, "identity.guest_policy: %.*s", LG_FMT(why));
	} else if (document.len > LG_POLICY_MAX_SESSION) {
		lg_settings_problem(settings, "identity.guest_policy is longer than %zu bytes",
			LG_POLICY_MAX_SESSION);
	}
	lg_policy_free(policy);
}

static void
check_strings(struct lg_ctx *cx, struct lg_settings_read *settings)
{
	struct lg_languages *languages = NULL;
	const lg_status s = lg_strings_open(cx, settings->config.pages.strings, &languages);
	if (lg_failed(s))
		lg_settings_problem(settings, "pages.strings: %.*s", LG_FMT(lg_failure_text(cx, s.code)));
	lg_languages_free(languages);
}

void
lg_settings_examine(struct lg_ctx *cx, struct lg_settings_read *settings)
{
	check_listen(cx, settings);
	check_public_url(settings);
	check_server(settings);
	check_store(settings);
	check_master(settings);
	check_networks(settings, "outbound.private", &settings->config.outbound.private);
	check_networks(settings, "gateway.trusted_proxies", &settings->config.gateway.trusted_proxies);
	check_gateway(cx, settings);
	check_providers(settings);
	check_guest_policy(cx, settings);
	check_strings(cx, settings);
	check_dev(settings);
}

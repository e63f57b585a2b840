#include "app/runtime.h"

#include <string.h>

#include "app/gateway.h"
#include "app/master.h"
#include "app/strings.h"
#include "codec/json.h"
#include "crypto/pwhash.h"
#include "db/postgres.h"
#include "db/sqlite.h"
#include "domain/grant/access_cache.h"
#include "domain/grant/issuer.h"
#include "domain/pool/pool.h"
#include "gen/sql.h"
#include "net/fetch.h"
#include "page/language.h"
#include "page/look_cache.h"
#include "page/post.h"
#include "page/route.h"
#include "policy/cache.h"
#include "proto/dev.h"
#include "proto/dev_demo.h"
#include "token/saml_signature.h"

#define DATABASE_NAME "lifeguard.db"
#define POLICIES_MAX_BYTES ((size_t)32 << 20)

lg_status
lg_runtime_settings(
	struct lg_ctx *cx, const struct lg_settings_read *read, uint16_t port, struct lg_runtime *runtime)
{
	const struct lg_config *config = &read->config;
	struct lg_settings *settings = &runtime->settings;
	*settings = (struct lg_settings){
		.dev = read->dev,
		.public_url = config->server.public_url,
		.region = config->server.region,
		.regions = config->server.regions,
		.account = config->server.account,
		.issuer_aws = config->tokens.issuer == LG_CONFIG_TOKENS_ISSUER_AWS,
		.identity_issuer_own = config->identity.issuer == LG_CONFIG_IDENTITY_ISSUER_PUBLIC_URL,
		.identity_classic_off =
			config->identity.classic_flow == LG_CONFIG_IDENTITY_CLASSIC_FLOW_DENY,
		.guest_policy = config->identity.guest_policy,
		.google_issuer = config->identity.google_issuer,
		.apple_issuer = config->identity.apple_issuer,
		.facebook_api = config->identity.facebook_api,
		.amazon_api = config->identity.amazon_api,
		.twitter_api = config->identity.twitter_api,
		.browser_session_s = config->pages.session_minutes * 60,
		.saml_recipients = config->sts.saml_recipients,
		.saml_audiences = config->sts.saml_audiences,
		.fixed_code = config->dev.fixed_code,
		.demo_pool = read->dev && config->dev.demo_pool,
	};
	for (size_t i = 0; i < LG_SETTING_COUNT; i++)
		for (size_t k = 0; k < LG_QUOTA_COUNT; k++)
			if (lg_str_eq(lg_settings_table[i].name, lg_quotas[k].setting))
				memcpy(&settings->quotas[k],
					(const char *)config + lg_settings_table[i].offset, sizeof(int64_t));
	if (!lg_str_present(settings->public_url))
		LG_TRY(lg_str_fmt(cx, &settings->public_url, "http://localhost:%u", port));
	return LG_OK;
}

static lg_status
open_database(struct lg_ctx *cx, const struct lg_config *config, const struct lg_folder *folder,
	struct lg_db **ret)
{
	if (config->store.engine == LG_CONFIG_STORE_ENGINE_POSTGRES)
		return lg_postgres_open(cx, config->store.url, lg_queries, LG_Q_COUNT, ret);
	const char *path;
	LG_TRY(lg_folder_file(cx, folder, DATABASE_NAME, &path));
	return lg_sqlite_open(cx, lg_str_from_c(path), lg_queries, LG_Q_COUNT, ret);
}

static lg_status
open_store(struct lg_ctx *cx, const struct lg_settings_read *read, struct lg_runtime *runtime)
{
	const struct lg_config *config = &read->config;
	LG_TRY(lg_folder_open(cx, config->server.data, &runtime->folder));
	const char *path;
	LG_TRY(lg_folder_file(cx, &runtime->folder, DATABASE_NAME, &path));
	/*
	 * A shared database may have been made elsewhere, with another key; in development it is ours to
	 * use.
	 */
	bool fresh =
		config->store.engine == LG_CONFIG_STORE_ENGINE_SQLITE ? !lg_file_exists(path) : read->dev;
	LG_TRY(lg_master_load(cx, config->keys.master, &runtime->folder, fresh, &runtime->master));

	struct lg_db *db;
	LG_TRY(open_database(cx, config, &runtime->folder, &db));
	lg_status s = lg_store_open(cx, db, &runtime->master, read->dev ? LG_STORE_DEV : LG_STORE_PRODUCTION,
		&runtime->env.store);
	if (lg_failed(s))
		lg_db_close(db);
	return s;
}

/* What is there from the first start on: the demo pool in development, the root key in production. */
static lg_status
open_first_things(struct lg_ctx *cx, struct lg_runtime *runtime)
{
	if (runtime->settings.dev)
		return lg_demo_make(cx, &runtime->env);
	LG_TRY(lg_root_key_load(cx, runtime->env.store, &runtime->folder, &runtime->root));
	runtime->settings.root_key = runtime->root.key;
	return LG_OK;
}

/* Networks and sections were checked when the settings were read. */
static lg_status
read_networks(
	struct lg_ctx *cx, const struct lg_str_list *list, struct lg_network **ret, size_t *ret_count)
{
	struct lg_network *networks = lg_new_array(cx, struct lg_network, list->count + 1);
	if (!networks)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++)
		count += lg_network_parse(list->items[i], &networks[count]);
	*ret = networks;
	*ret_count = count;
	return LG_OK;
}

/* Without routes nothing is asked, and nothing is kept. */
static lg_status
open_gateway(struct lg_ctx *cx, const struct lg_settings_read *read, struct lg_runtime *runtime)
{
	struct lg_settings_read copy = *read;
	struct lg_network *trusted;
	struct lg_gateway *gateway = &runtime->gateway;
	copy.config.server.public_url = runtime->settings.public_url;
	LG_TRY(lg_gateway_rules(cx, &copy, &runtime->rules));
	if (!runtime->rules.route_count)
		return LG_OK;
	LG_TRY(read_networks(cx, &read->config.gateway.trusted_proxies, &trusted, &gateway->trusted_count));
	gateway->trusted = trusted;
	LG_TRY(lg_authorizers_new(&runtime->rules, &gateway->authorizers));
	runtime->front.gateway = gateway;
	return LG_OK;
}

static lg_status
open_fetcher(struct lg_ctx *cx, const struct lg_config *config, uint16_t port, struct lg_runtime *runtime)
{
	size_t count;
	LG_TRY(read_networks(cx, &config->outbound.private, &runtime->outbound, &count));
	const struct lg_fetch_config fetch = { .allowed = runtime->outbound, .allowed_count = count,
		.ca_file = config->outbound.ca_file, .port = port };
	return lg_fetcher_new(&fetch, &runtime->env.fetcher);
}

lg_status
lg_runtime_open(struct lg_ctx *cx, const struct lg_settings_read *read, uint16_t port,
	struct lg_runtime *runtime)
{
	struct lg_env *env = &runtime->env;
	lg_clock_system(&runtime->clock);
	lg_json_global_init();
	LG_TRY(lg_crypto_global_init());
	LG_TRY(lg_saml_global_init());
	env->clock = &runtime->clock;
	env->settings = &runtime->settings;
	env->post_page = &lg_page_post;
	env->messenger = lg_messenger_none();
	if (read->dev) {
		LG_TRY(lg_inbox_new(&runtime->inbox));
		env->messenger = lg_inbox_messenger(runtime->inbox);
	}
	runtime->front = (struct lg_front){
		.env = env,
		.health = true,
		.pages = lg_pages_answer,
		.dev = read->dev ? lg_dev_answer : NULL,
	};

	LG_TRY(open_store(cx, read, runtime));
	LG_TRY(open_fetcher(cx, &read->config, port, runtime));
	LG_TRY(lg_keyholder_new(lg_store_keyring(env->store), &env->keys));
	LG_TRY(lg_strings_open(cx, read->config.pages.strings, &env->languages));
	env->locales = lg_languages_tags(env->languages);
	LG_TRY(lg_pools_new(env, &env->pools));
	LG_TRY(lg_memo_new(&lg_access_cache_form, &env->access_cache));
	LG_TRY(lg_looks_new(LG_LOOKS_MAX_BYTES, &env->looks));
	LG_TRY(lg_policy_cache_new(POLICIES_MAX_BYTES, &env->policies));
	LG_TRY(lg_issuers_new(&env->issuers));
	LG_TRY(open_gateway(cx, read, runtime));
	return open_first_things(cx, runtime);
}

void
lg_runtime_close(struct lg_runtime *runtime)
{
	lg_root_key_done(&runtime->root);
	lg_authorizers_done(&runtime->gateway.authorizers);
	lg_issuers_free(runtime->env.issuers);
	lg_policy_cache_free(runtime->env.policies);
	lg_looks_free(runtime->env.looks);
	lg_memo_free(runtime->env.access_cache);
	lg_pools_free(runtime->env.pools);
	lg_languages_free(runtime->env.languages);
	lg_keyholder_free(runtime->env.keys);
	lg_fetcher_free(runtime->env.fetcher);
	lg_store_close(runtime->env.store);
	lg_inbox_free(runtime->inbox);
	lg_secret_done(&runtime->master);
	lg_folder_close(&runtime->folder);
	*runtime = (struct lg_runtime){ 0 };
}

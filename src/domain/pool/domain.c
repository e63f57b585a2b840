#include "domain/pool/domain.h"

#include "domain/pool/pool_admin.h"
#include "domain/pool/pool_check.h"
#include "domain/quota.h"

#define CLASSIC 1
#define MANAGED_LOGIN 2
#define VERSION_LENGTH 14 /* YYYYMMDDhhmmss */

static lg_status
no_such(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "No such domain or user pool exists.");
}

static bool
is_custom(lg_str host)
{
	return lg_str_has_byte(host, '.');
}

/* ---- what a domain must be ---- */

static bool
contains(lg_str text, lg_str part)
{
	for (size_t i = 0; i + part.len <= text.len; i++)
		if (lg_str_eq(lg_str_slice(text, i, i + part.len), part))
			return true;
	return false;
}

static lg_status
check_prefix(struct lg_ctx *cx, lg_str host)
{
	static const lg_str reserved[] = {
		LG_STR_INIT("aws"),
		LG_STR_INIT("amazon"),
		LG_STR_INIT("cognito"),
	};
	if (is_custom(host))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"A domain prefix has no dots. A custom domain needs CustomDomainConfig.");
	for (size_t i = 0; i < LG_LEN(reserved); i++)
		if (contains(host, reserved[i]))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Domain cannot contain reserved word: %.*s", LG_FMT(reserved[i]));
	return LG_OK;
}

/* The last label of an IP address is a number, that of a name never is. */
static lg_status
check_custom(struct lg_ctx *cx, lg_str host)
{
	size_t last = host.len;
	while (last > 0 && host.ptr[last - 1] != '.')
		last--;
	uint64_t number;
	const lg_str top = lg_str_slice(host, last, host.len);
	if (last > 0 && !lg_str_eq(top, LG_STR("0")) && !lg_str_to_uint(top, UINT32_MAX, &number))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "A custom domain is a fully qualified domain name.");
}

static lg_status
check_login(struct lg_ctx *cx, const struct lg_pool_row *pool, struct lg_opt_int version)
{
	if (!version.has || version.v == CLASSIC)
		return LG_OK;
	if (version.v != MANAGED_LOGIN)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "ManagedLoginVersion must be 1 or 2.");
	return lg_tier_require(
		cx, pool->settings.type->user_pool_tier, LG_TIER_ESSENTIALS, "ManagedLoginVersion 2");
}

static lg_status
check_free(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_row *pool, lg_str host)
{
	struct lg_domain_row there;
	lg_str pool_id;
	const lg_status s = lg_store_domain_read(env->store, cx, host, &there, &pool_id);
	if (!lg_failed(s))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Domain already associated with another user pool.");
	if (s.code != LG_E_NOT_FOUND)
		return s;
	const struct lg_idp_user_pool_type *type = pool->settings.type;
	if (lg_str_present(is_custom(host) ? type->custom_domain : type->domain))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "User pool already has a %s configured.",
			is_custom(host) ? "custom domain" : "domain");
	if (!is_custom(host))
		return LG_OK;
	int64_t count;
	LG_TRY(lg_store_domain_count_custom(env->store, cx, &count));
	return lg_quota_check(cx, env, LG_QUOTA_CUSTOM_DOMAINS, count + 1);
}

/* ---- what is shown ---- */

/* What the owner's DNS has to point at. */
static lg_str
server_host(const struct lg_env *env)
{
	lg_str rest = env->settings->public_url;
	(void)lg_str_cut(&rest, ':');
	rest = lg_str_slice(rest, 2, rest.len);
	if (lg_str_starts(rest, LG_STR("[")))
		return lg_str_slice(rest, 0, lg_str_find_byte(rest, ']') + 1);
	return lg_str_slice(rest, 0, lg_str_find_byte(rest, ':'));
}

static lg_status
version_of(struct lg_ctx *cx, lg_time modified, lg_str *ret)
{
	char text[LG_TIME_RFC3339_SIZE];
	lg_time_rfc3339(modified, text);
	char *digits = lg_new_array(cx, char, VERSION_LENGTH);
	if (!digits)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (const char *at = text; *at && count < VERSION_LENGTH; at++)
		if (*at >= '0' && *at <= '9')
			digits[count++] = *at;
	*ret = (lg_str){ digits, count };
	return LG_OK;
}

lg_status
lg_domain_describe(struct lg_ctx *cx, struct lg_env *env, lg_str region, lg_str host,
	struct lg_idp_domain_description_type **ret)
{
	struct lg_idp_domain_description_type *shown = lg_new(cx, struct lg_idp_domain_description_type);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret = shown;
	struct lg_domain_row row;
	lg_str pool_id;
	const lg_status s = lg_store_domain_read(env->store, cx, host, &row, &pool_id);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	lg_str rest = pool_id;
	if (!lg_str_eq(lg_str_cut(&rest, '_'), region))
		return LG_OK;
	*shown = (struct lg_idp_domain_description_type){
		.user_pool_id = pool_id,
		.aws_account_id = env->settings->account,
		.domain = host,
		.cloud_front_distribution = server_host(env),
		.status = LG_IDP_DOMAIN_STATUS_TYPE_ACTIVE,
		.custom_domain_config = row.settings.custom,
		.managed_login_version = row.settings.managed_login_version,
		.routing = row.settings.routing,
	};
	return version_of(cx, row.settings.modified.v, &shown->version);
}

/* ---- writing ---- */

/* The domain and the pool that names it, together. */
static lg_status
commit(struct lg_env *env, struct lg_batch *batch, struct lg_pool_row *pool)
{
	lg_store_pool_update(batch, pool);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, pool->pool);
	return LG_OK;
}

static void
name_domain(struct lg_pool_row *pool, lg_str host, lg_str value)
{
	if (is_custom(host))
		pool->settings.type->custom_domain = value;
	else
		pool->settings.type->domain = value;
}

lg_status
lg_domain_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_create_user_pool_domain_request *in,
	struct lg_idp_create_user_pool_domain_response *ret)
{
	struct lg_pool_row pool;
	LG_TRY(lg_pool_row_read(cx, env, in->user_pool_id, &pool));
	LG_TRY(in->custom_domain_config ? check_custom(cx, in->domain) : check_prefix(cx, in->domain));
	LG_TRY(check_login(cx, &pool, in->managed_login_version));
	LG_TRY(check_free(cx, env, &pool, in->domain));

	struct lg_domain_row row = {
		.host = in->domain,
		.pool = pool.pool,
		.settings = {
			.managed_login_version = { true, CLASSIC },
			.custom = in->custom_domain_config,
			.routing = in->routing,
			.modified = { true, cx->now },
		},
	};
	if (in->managed_login_version.has)
		row.settings.managed_login_version = in->managed_login_version;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_domain_insert(batch, &row);
	name_domain(&pool, row.host, row.host);
	LG_TRY(commit(env, batch, &pool));
	*ret = (struct lg_idp_create_user_pool_domain_response){
		.managed_login_version = row.settings.managed_login_version,
		.cloud_front_domain = in->custom_domain_config ? server_host(env) : LG_STR_NONE,
		.routing = row.settings.routing,
	};
	return LG_OK;
}

static lg_status
read_of_pool(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str host,
	struct lg_pool_row *ret_pool, struct lg_domain_row *ret)
{
	lg_str owner;
	LG_TRY(lg_pool_row_read(cx, env, pool_id, ret_pool));
	const lg_status s = lg_store_domain_read(env->store, cx, host, ret, &owner);
	if (s.code == LG_E_NOT_FOUND || (!lg_failed(s) && ret->pool != ret_pool->pool))
		return no_such(cx);
	return s;
}

lg_status
lg_domain_update(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_update_user_pool_domain_request *in,
	struct lg_idp_update_user_pool_domain_response *ret)
{
	struct lg_pool_row pool;
	struct lg_domain_row row;
	LG_TRY(read_of_pool(cx, env, in->user_pool_id, in->domain, &pool, &row));
	if (in->custom_domain_config && !is_custom(row.host))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"CustomDomainConfig can't be given for a domain prefix.");
	LG_TRY(check_login(cx, &pool, in->managed_login_version));

	if (in->managed_login_version.has)
		row.settings.managed_login_version = in->managed_login_version;
	if (in->custom_domain_config)
		row.settings.custom = in->custom_domain_config;
	if (in->routing)
		row.settings.routing = in->routing;
	row.settings.modified = (struct lg_opt_time){ true, cx->now };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_domain_update(batch, &row);
	/* Written, too, though it stays: so that its plan can't change in between. */
	LG_TRY(commit(env, batch, &pool));
	*ret = (struct lg_idp_update_user_pool_domain_response){
		.managed_login_version = row.settings.managed_login_version,
		.cloud_front_domain = is_custom(row.host) ? server_host(env) : LG_STR_NONE,
		.routing = row.settings.routing,
	};
	return LG_OK;
}

lg_status
lg_domain_delete(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str host)
{
	struct lg_pool_row pool;
	struct lg_domain_row row;
	LG_TRY(read_of_pool(cx, env, pool_id, host, &pool, &row));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_domain_delete(batch, &row);
	name_domain(&pool, host, LG_STR_NONE);
	return commit(env, batch, &pool);
}

/* ---- the plan ---- */

lg_status
lg_domain_check_lite(struct lg_ctx *cx, struct lg_env *env, const struct lg_idp_user_pool_type *pool)
{
	const lg_str hosts[] = { pool->domain, pool->custom_domain };
	for (size_t i = 0; i < LG_LEN(hosts); i++) {
		if (!lg_str_present(hosts[i]))
			continue;
		struct lg_domain_row row;
		lg_str pool_id;
		LG_TRY(lg_store_domain_read(env->store, cx, hosts[i], &row, &pool_id));
		if (row.settings.managed_login_version.v == MANAGED_LOGIN)
			return lg_fail(cx, LG_E_TIER_CHANGE_NOT_ALLOWED,
				"The tier can't be LITE while domain %.*s uses managed login.",
				LG_FMT(hosts[i]));
	}
	return LG_OK;
}

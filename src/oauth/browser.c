#include "oauth/browser.h"

#include "base/secret.h"
#include "codec/bytes.h"
#include "codec/cookie.h"
#include "crypto/hash.h"
#include "domain/url.h"
#include "token/sealed.h"

#define KIND LG_BROWSER_KIND
#define SHAPE (&lg_shape_rec_browser)
#define PURPOSE LG_STR("browser")
#define COOKIE LG_STR("cognito")
#define SECRET_SIZE 32
#define VALIDITY_MS LG_HOUR_MS             /* unless the settings, or a client, say otherwise */
#define LONGEST_MS (129600 * LG_MINUTE_MS) /* that a client may say (spec/user-pools.md 3.2) */
#define REST_MS LG_HOUR_MS /* rows stay a little longer: for codes and devices that wait to be fetched */

bool
lg_browser_secure(const struct lg_env *env)
{
	return lg_str_starts(env->settings->public_url, LG_STR("https://"));
}

/* ---- how long ---- */

static int64_t
validity_ms(const struct lg_env *env)
{
	return env->settings->browser_session_s > 0 ? env->settings->browser_session_s * LG_SECOND_MS
						    : VALIDITY_MS;
}

/* Clients have a say where sessions are tracked: a session lives as long as any of them would take it. */
static int64_t
life_ms(const struct lg_env *env, const struct lg_pool *pool)
{
	return pool->tracks_sessions ? LONGEST_MS : validity_ms(env);
}

static int64_t
client_ms(const struct lg_env *env, const struct lg_browser_at *at)
{
	if (!at->pool->tracks_sessions || !at->client)
		return life_ms(env, at->pool);
	const struct lg_idp_client_sso_session_config_type *own = at->client->settings->sso_session;
	if (!own || !own->max_validity_minutes.has)
		return validity_ms(env);
	return own->max_validity_minutes.v * LG_MINUTE_MS;
}

/* ---- the cookie ---- */

/* No name of a pool's ends in digits. */
static bool
is_address(lg_str host)
{
	const char last = host.len ? host.ptr[host.len - 1] : ']';
	return last == ']' || (last >= '0' && last <= '9');
}

static bool
has_own_name(const struct lg_env *env, lg_str host)
{
	return lg_str_has_byte(host, '.') && !is_address(host)
	       && !lg_str_eq_nocase(host, lg_url_host(env->settings->public_url));
}

/* Pools that have no host of their own share the server's. */
static lg_status
cookie_name(struct lg_ctx *cx, const struct lg_env *env, const struct lg_browser_at *at, lg_str *ret)
{
	*ret = COOKIE;
	if (has_own_name(env, lg_url_without_port(at->host)))
		return LG_OK;
	return lg_str_concat(cx, (const lg_str[]){ COOKIE, LG_STR("-"), at->pool->id }, 3, ret);
}

static lg_status
make_cookie(struct lg_ctx *cx, const struct lg_env *env, const struct lg_browser_at *at, lg_str value,
	lg_str *ret)
{
	struct lg_cookie cookie = {
		.value = value,
		.max_age_s = life_ms(env, at->pool) / LG_SECOND_MS,
		.secure = lg_browser_secure(env),
	};
	LG_TRY(cookie_name(cx, env, at, &cookie.name));
	return lg_cookie_make(cx, &cookie, ret);
}

static lg_status
read_cookie(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at,
	struct lg_rec_browser_cookie *ret)
{
	lg_str name;
	LG_TRY(cookie_name(cx, env, at, &name));
	const lg_str value = lg_cookie_find(at->cookies, name, lg_browser_secure(env));
	if (lg_str_empty(value))
		return LG_STATUS(LG_E_NOT_FOUND);
	lg_status s = lg_sealed_open(cx, lg_store_keyring(env->store), at->pool->pool, PURPOSE, value,
		&lg_shape_rec_browser_cookie, ret);
	if (s.code == LG_E_MALFORMED
	    || (!lg_failed(s) && (ret->uid.len != LG_UID_SIZE || ret->secret.len != SECRET_SIZE)))
		return LG_STATUS(LG_E_NOT_FOUND);
	return s;
}

/* ---- the row ---- */

static lg_status
name_of(struct lg_ctx *cx, lg_str secret, lg_str *ret)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&secret, 1, digest);
	return lg_hex_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), ret);
}

/* The row that the cookie names, and its user; LG_E_NOT_FOUND. */
static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at, struct lg_user **ret_user,
	struct lg_user_item *ret)
{
	struct lg_rec_browser_cookie cookie = { 0 };
	lg_str name;
	LG_TRY(read_cookie(cx, env, at, &cookie));
	LG_TRY(name_of(cx, cookie.secret, &name));
	LG_TRY(lg_user_find_uid(cx, env, at->pool, (const unsigned char *)cookie.uid.ptr,
		LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA, ret_user));
	return lg_store_user_item_read(env->store, cx, &(*ret_user)->row, KIND, name, SHAPE, ret);
}

/*
 * Who signed in with factors of this pool is nobody to a client that other providers alone vouch for, and
 * who came from a provider is nobody to a client that does not have it.
 */
static bool
is_for_client(const struct lg_browser_at *at, const struct lg_rec_browser *record)
{
	if (!at->client)
		return true;
	if (lg_str_empty(record->provider))
		return lg_client_has_local_users(at->client);
	return lg_str_list_has(&at->client->type->supported_identity_providers, record->provider);
}

lg_status
lg_browser_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at,
	struct lg_browser *ret)
{
	struct lg_user *user;
	struct lg_user_item item;
	LG_TRY(read_row(cx, env, at, &user, &item));
	const struct lg_rec_browser *record = item.record;
	const lg_time until = lg_time_add_ms(record->auth_time.v, client_ms(env, at));
	if (!lg_browser_is_alive(cx, user, record) || !lg_time_before(cx->now, until)
	    || !is_for_client(at, record))
		return LG_STATUS(LG_E_NOT_FOUND);
	lg_str id;
	LG_TRY(lg_browser_id(cx, &item, &id));
	*ret = (struct lg_browser){
		.user = user,
		.auth_time = record->auth_time.v,
		.expires = record->expires.v,
		.amr = record->amr,
		.client_id = record->client_id,
		.provider = record->provider,
		.id = id,
	};
	return LG_OK;
}

static lg_status
end_former(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at)
{
	struct lg_user *user;
	struct lg_user_item item;
	lg_status s = read_row(cx, env, at, &user, &item);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	return lg_browser_delete(cx, env, user, &item);
}

/* What the browser brought: his own (`*ret_own`) goes on as the new one, anybody else's is over. */
static lg_status
take_former(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at,
	const struct lg_user *user, struct lg_user_item *ret, bool *ret_own)
{
	struct lg_user *owner;
	lg_status s = read_row(cx, env, at, &owner, ret);
	*ret_own = false;
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	const struct lg_rec_browser *record = ret->record;
	*ret_own = lg_bytes_eq(owner->row.uid, user->row.uid, LG_UID_SIZE)
		   && record->signout_gen.v == user->row.signout_gen;
	return *ret_own ? LG_OK : lg_browser_delete(cx, env, owner, ret);
}

/* In the place of `former`, or (NULL) of none. LG_E_CONFLICT when that has ended meanwhile. */
static lg_status
write(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at, const struct lg_user *user,
	const struct lg_user_item *former, struct lg_browser *browser, lg_str name)
{
	unsigned char credential[LG_BROWSER_CREDENTIAL_SIZE];
	lg_browser_credential(user, credential);
	struct lg_rec_browser record = {
		.created = { true, browser->auth_time },
		.auth_time = { true, browser->auth_time },
		.expires = { true, browser->expires },
		.amr = browser->amr,
		.client_id = browser->client_id,
		.provider = browser->provider,
		.signout_gen = { true, user->row.signout_gen },
		.credential = lg_str_from_bytes(credential, sizeof(credential)),
		.last_ip = at->caller.ip,
	};
	LG_TRY(lg_caller_device_type(cx, &at->caller, &record.device_type));
	struct lg_user_item item = { .kind = KIND, .name = name, .record = &record };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	if (former) {
		const struct lg_rec_browser *was = former->record;
		record.created = was->created.has ? was->created : was->auth_time;
		lg_store_user_item_delete(batch, &user->row, former);
	}
	LG_TRY(lg_browser_id(cx, former ? former : &item, &browser->id));
	record.id = browser->id;
	lg_store_user_item_insert(batch, &user->row, &item, SHAPE);
	lg_store_user_item_prune(batch, &user->row, KIND,
		lg_time_add_ms(cx->now, -life_ms(env, at->pool) - REST_MS), LG_BROWSERS_MAX);
	return lg_store_commit(batch);
}

lg_status
lg_browser_begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at, struct lg_user *user,
	const struct lg_str_list *amr, struct lg_browser *ret, lg_str *ret_cookie)
{
	unsigned char secret[SECRET_SIZE];
	lg_rand_bytes(cx, secret, sizeof(secret));
	const struct lg_rec_browser_cookie cookie = {
		.uid = lg_user_row_uid(&user->row),
		.secret = lg_str_from_bytes(secret, sizeof(secret)),
	};
	struct lg_browser browser = {
		.user = user,
		.auth_time = cx->now,
		.expires = lg_time_add_ms(cx->now, life_ms(env, at->pool)),
		.amr = *amr,
		.client_id = at->client ? at->client->id : LG_STR(""),
		.provider = at->provider,
	};
	struct lg_user_item former;
	bool own;
	lg_str name, value, header;
	LG_TRY(name_of(cx, cookie.secret, &name));
	LG_TRY(lg_sealed_make(cx, lg_store_keyring(env->store), at->pool->pool, PURPOSE,
		&lg_shape_rec_browser_cookie, &cookie, &value));
	lg_wipe(secret, sizeof(secret));
	LG_TRY(make_cookie(cx, env, at, value, &header));
	LG_TRY(take_former(cx, env, at, user, &former, &own));
	lg_status s = write(cx, env, at, user, own ? &former : NULL, &browser, name);
	if (s.code == LG_E_CONFLICT && own)
		s = write(cx, env, at, user, NULL, &browser, name);
	LG_TRY(s);
	*ret = browser;
	*ret_cookie = header;
	return LG_OK;
}

lg_status
lg_browser_end(struct lg_ctx *cx, struct lg_env *env, const struct lg_browser_at *at, lg_str *ret_cookie)
{
	LG_TRY(end_former(cx, env, at));
	return make_cookie(cx, env, at, LG_STR(""), ret_cookie);
}

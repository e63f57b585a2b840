#include "oauth/device.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/secret.h"
#include "codec/bytes.h"
#include "crypto/hash.h"
#include "domain/auth/lockout.h"
#include "gen/rec_types.h"
#include "oauth/scopes.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("device")
#define SHAPE (&lg_shape_rec_oauth_device)
#define CODE_SHAPE (&lg_shape_rec_oauth_device_code)
#define ALPHABET LG_STR("BCDFGHJKLMNPQRSTVWXZ") /* no vowels, no words (RFC 8628, 6.1) */
#define LETTERS 8
#define NONCE_SIZE 16
#define DRAWS 4
#define SERVER 0 /* whose rows these are: a code is typed before anybody knows the pool */
#define ONE_TRY 1
#define WRONG_MOST 30
#define WINDOW_MS LG_HOUR_MS

/* What becomes of a device; each has a MAC of its own, so that a row is replaced from one state alone. */
#define WAITS LG_STR("waits")
#define DECIDED LG_STR("decided")

/* ---- the row ---- */

/* It has no user yet, so its key is made of the code, under the server's. */
static lg_status
row_of(struct lg_ctx *cx, struct lg_env *env, lg_str code, struct lg_user_row *ret)
{
	struct lg_keyring *ring = lg_store_keyring(env->store);
	unsigned char name[LG_SHA256_SIZE], key[LG_SHA256_SIZE];
	LG_TRY(lg_keyring_mac(ring, cx, SERVER, LG_KEY_INDEX, LG_STR("device code"), code, name));
	LG_TRY(lg_keyring_mac(ring, cx, SERVER, LG_KEY_DATA, LG_STR("device row"), code, key));
	*ret = (struct lg_user_row){ .pool = SERVER };
	memcpy(ret->uid, name, sizeof(ret->uid));
	const lg_status s = lg_str_dup(cx, lg_str_from_bytes(key, sizeof(key)), &ret->key);
	lg_wipe(key, sizeof(key));
	return s;
}

static void
mac_of(lg_str nonce, lg_str state, unsigned char ret[LG_SHA256_SIZE])
{
	lg_sha256((const lg_str[]){ nonce, state }, 2, ret);
}

static lg_status
seal(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_oauth_device *device, lg_time expires,
	lg_str state, struct lg_code_row *ret)
{
	*ret = (struct lg_code_row){ .expires = expires };
	mac_of(device->nonce, state, ret->mac);
	return lg_sealed_make(
		cx, lg_store_keyring(env->store), SERVER, PURPOSE, SHAPE, device, &ret->detail.state);
}

/* LG_E_NOT_FOUND: none, or its time is over. */
static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_user_row *row, struct lg_code_row *ret,
	struct lg_rec_oauth_device *ret_device)
{
	LG_TRY(lg_store_code_read(env->store, cx, row, PURPOSE, ret));
	if (!lg_time_before(cx->now, ret->expires))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	return lg_sealed_open(cx, lg_store_keyring(env->store), SERVER, PURPOSE, ret->detail.state, SHAPE,
		ret_device);
}

static bool
is_in(const struct lg_code_row *row, const struct lg_rec_oauth_device *device, lg_str state)
{
	unsigned char mac[LG_SHA256_SIZE];
	mac_of(device->nonce, state, mac);
	return lg_ct_eq(lg_str_from_bytes(row->mac, sizeof(row->mac)), lg_str_from_bytes(mac, sizeof(mac)));
}

/* ---- codes ---- */

static lg_status
shown(struct lg_ctx *cx, lg_str code, lg_str *ret)
{
	const lg_str parts[] = { lg_str_slice(code, 0, LETTERS / 2), LG_STR("-"),
		lg_str_slice(code, LETTERS / 2, LETTERS) };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

/* The letters of what was typed. LG_E_NOT_FOUND: it is no code. */
static lg_status
letters(struct lg_ctx *cx, lg_str typed, lg_str *ret)
{
	char *text = lg_new_array(cx, char, LETTERS);
	size_t count = 0;
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.ptr[i];
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c < 'A' || c > 'Z')
			continue;
		if (count == LETTERS || !lg_str_has_byte(ALPHABET, c))
			return lg_fail_default(cx, LG_E_NOT_FOUND);
		text[count++] = c;
	}
	*ret = lg_str_from_bytes(text, count);
	return count == LETTERS ? LG_OK : lg_fail_default(cx, LG_E_NOT_FOUND);
}

/* One that no other device shows. */
static lg_status
draw(struct lg_ctx *cx, struct lg_env *env, lg_str *ret, struct lg_user_row *ret_row)
{
	struct lg_code_row there;
	struct lg_rec_oauth_device device = { 0 };
	for (int i = 0; i < DRAWS; i++) {
		LG_TRY(lg_rand_text(cx, ALPHABET, LETTERS, ret));
		LG_TRY(row_of(cx, env, *ret, ret_row));
		const lg_status s = read_row(cx, env, ret_row, &there, &device);
		if (s.code == LG_E_NOT_FOUND)
			return LG_OK;
		LG_TRY(s);
	}
	return lg_fail_default(cx, LG_E_TOO_MANY_REQUESTS);
}

/* ---- a device begins ---- */

static lg_status
check_client(struct lg_ctx *cx, const struct lg_client *client)
{
	const struct lg_idp_user_pool_client_type *type = client->type;
	if (type->allowed_oauth_flows_user_pool_client.v &&
		lg_str_list_has(&type->allowed_oauth_flows, LG_IDP_OAUTH_FLOW_TYPE_CODE))
		return LG_OK;
	return lg_fail(cx, LG_E_OAUTH_UNAUTHORIZED_CLIENT, "The client may not use this grant.");
}

lg_status
lg_oauth_device_begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_client *by,
	const struct lg_str_map *params, struct lg_oauth_device *ret)
{
	unsigned char nonce[NONCE_SIZE];
	struct lg_rec_oauth_device device = { .client_id = by->client->id };
	const lg_str asked = lg_str_map_get(params, LG_STR("scope"));
	struct lg_user_row row;
	struct lg_code_row waits;
	lg_str code;
	LG_TRY(check_client(cx, by->client));
	LG_TRY(lg_oauth_scopes(cx, by->client, asked.len ? asked : LG_STR_NONE, &device.scope));
	LG_TRY(draw(cx, env, &code, &row));
	lg_rand_bytes(cx, nonce, sizeof(nonce));
	device.nonce = lg_str_from_bytes(nonce, sizeof(nonce));
	const lg_time expires = lg_time_add_ms(cx->now, LG_OAUTH_DEVICE_S * LG_SECOND_MS);
	LG_TRY(seal(cx, env, &device, expires, WAITS, &waits));
	const struct lg_rec_oauth_device_code token = {
		.client_id = by->client->id,
		.user_code = code,
		.nonce = device.nonce,
		.expires = { true, expires },
	};
	LG_TRY(lg_sealed_make(cx, lg_store_keyring(env->store), by->pool->pool, PURPOSE, CODE_SHAPE, &token,
		&ret->device_code));
	LG_TRY(shown(cx, code, &ret->user_code));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_code_put(batch, &row, PURPOSE, &waits);
	return lg_store_commit(batch);
}

/* ---- its user ---- */

/* Who has one IPv6 address has all of its network (RFC 6177): the first half stands for it. */
static lg_str
network_of(lg_str ip, unsigned char bytes[static sizeof(struct in6_addr)])
{
	char text[INET6_ADDRSTRLEN] = "";
	struct in6_addr address;
	if (lg_str_empty(ip) || ip.len >= sizeof(text))
		return ip;
	memcpy(text, ip.ptr, ip.len);
	if (inet_pton(AF_INET6, text, &address) != 1 || IN6_IS_ADDR_V4MAPPED(&address))
		return ip;
	memcpy(bytes, &address, sizeof(address));
	return lg_str_from_bytes(bytes, sizeof(address) / 2);
}

/* What wrong codes are counted under: no address is kept in a form that could be guessed. */
static lg_status
counter_of(struct lg_ctx *cx, struct lg_env *env, const struct lg_caller *caller,
	unsigned char ret[LG_SHA256_SIZE])
{
	unsigned char bytes[sizeof(struct in6_addr)];
	return lg_keyring_mac(lg_store_keyring(env->store), cx, SERVER, LG_KEY_INDEX,
		LG_STR("device address"), network_of(caller->ip, bytes), ret);
}

/* Wrong codes of one address; nobody is kept from a right one by them, unless he guessed them himself. */
static lg_status
count_wrong(struct lg_ctx *cx, struct lg_env *env, const struct lg_caller *caller)
{
	unsigned char of_address[LG_SHA256_SIZE];
	struct lg_throttle seen;
	int64_t count;
	LG_TRY(counter_of(cx, env, caller, of_address));
	LG_TRY(lg_store_throttle_read(env->store, cx, SERVER, of_address, LG_THROTTLE_USER_CODE, &seen));
	const bool open = seen.fails > 0 && lg_time_before(cx->now, seen.until);
	const lg_time until = open ? seen.until : lg_time_add_ms(cx->now, WINDOW_MS);
	const lg_status s = lg_store_throttle_count(env->store, cx, SERVER, of_address,
		LG_THROTTLE_USER_CODE, WRONG_MOST, until, &count);
	if (s.code == LG_E_BUDGET)
		return lg_fail_default(cx, LG_E_LIMIT_EXCEEDED);
	LG_TRY(s);
	return lg_fail_default(cx, LG_E_NOT_FOUND);
}

/* A right code counts only while wrong ones from there are few, however many came at once (DATA 6). */
static lg_status
check_budget(struct lg_ctx *cx, struct lg_env *env, const struct lg_caller *caller)
{
	unsigned char of_address[LG_SHA256_SIZE];
	struct lg_throttle seen;
	LG_TRY(counter_of(cx, env, caller, of_address));
	LG_TRY(lg_store_throttle_read(env->store, cx, SERVER, of_address, LG_THROTTLE_USER_CODE, &seen));
	if (seen.fails >= WRONG_MOST && lg_time_before(cx->now, seen.until))
		return lg_fail_default(cx, LG_E_LIMIT_EXCEEDED);
	return LG_OK;
}

static lg_status
find_waiting(
	struct lg_ctx *cx, struct lg_env *env, lg_str code, struct lg_oauth_device_wait *ret)
{
	struct lg_user_row row;
	struct lg_code_row there;
	struct lg_rec_oauth_device device = { 0 };
	LG_TRY(row_of(cx, env, code, &row));
	LG_TRY(read_row(cx, env, &row, &there, &device));
	if (!is_in(&there, &device, WAITS))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	const lg_status s = lg_client_find(cx, env, device.client_id, &ret->pool, &ret->client);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	LG_TRY(s);
	ret->scope = device.scope;
	ret->expires = there.expires;
	return shown(cx, code, &ret->user_code);
}

lg_status
lg_oauth_device_find(struct lg_ctx *cx, struct lg_env *env, lg_str typed, const struct lg_caller *caller,
	struct lg_oauth_device_wait *ret)
{
	lg_str code;
	lg_status s = letters(cx, typed, &code);
	if (!lg_failed(s))
		s = find_waiting(cx, env, code, ret);
	if (s.code == LG_E_NOT_FOUND)
		return count_wrong(cx, env, caller);
	LG_TRY(s);
	return check_budget(cx, env, caller);
}

lg_status
lg_oauth_device_decide(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_device_wait *wait,
	const struct lg_oauth_subject *subject)
{
	struct lg_user_row row;
	struct lg_code_row there, decided;
	struct lg_rec_oauth_device device = { 0 };
	struct lg_batch *batch;
	lg_str code;
	LG_TRY(letters(cx, wait->user_code, &code));
	LG_TRY(row_of(cx, env, code, &row));
	LG_TRY(read_row(cx, env, &row, &there, &device));
	if (!is_in(&there, &device, WAITS) || !lg_str_eq(device.client_id, wait->client->id))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	device.denied = (struct lg_opt_bool){ true, !subject };
	if (subject) {
		device.uid = lg_user_row_uid(&subject->user->row);
		device.auth_time = (struct lg_opt_time){ true, subject->auth_time };
		device.signout_gen = (struct lg_opt_int){ true, subject->user->row.signout_gen };
		device.browser = subject->browser;
	}
	LG_TRY(seal(cx, env, &device, there.expires, DECIDED, &decided));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_code_redeem(batch, &row, PURPOSE, &there, ONE_TRY);
	lg_store_code_put(batch, &row, PURPOSE, &decided);
	const lg_status s = lg_store_commit(batch);
	return s.code == LG_E_CONFLICT ? lg_fail_default(cx, LG_E_NOT_FOUND) : s;
}

/* ---- the device asks ---- */

static lg_status
invalid(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_GRANT, "%s", why);
}

static lg_status
open_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_client *client,
	lg_str text, struct lg_rec_oauth_device_code *ret)
{
	const lg_status s =
		lg_sealed_open(cx, lg_store_keyring(env->store), pool->pool, PURPOSE, text, CODE_SHAPE, ret);
	if (s.code == LG_E_MALFORMED || (!lg_failed(s) && !lg_str_eq(ret->client_id, client->id)))
		return invalid(cx, "The device_code is not this client's.");
	LG_TRY(s);
	if (!lg_time_before(cx->now, ret->expires.v))
		return lg_fail(cx, LG_E_OAUTH_EXPIRED_TOKEN, "expired_token");
	return LG_OK;
}

/* Asked again too soon? One question an interval is counted. */
static lg_status
wait_longer(struct lg_ctx *cx, struct lg_env *env, const struct lg_user_row *row)
{
	int64_t count;
	const lg_time until = lg_time_add_ms(cx->now, LG_OAUTH_DEVICE_INTERVAL_S * LG_SECOND_MS);
	const lg_status s = lg_store_throttle_count(
		env->store, cx, SERVER, row->uid, LG_THROTTLE_DEVICE_POLL, 1, until, &count);
	if (s.code == LG_E_BUDGET)
		return lg_fail(cx, LG_E_OAUTH_SLOW_DOWN, "slow_down");
	LG_TRY(s);
	return lg_fail(cx, LG_E_OAUTH_PENDING, "authorization_pending");
}

lg_status
lg_oauth_device_redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str text, struct lg_oauth_granted *ret)
{
	struct lg_rec_oauth_device_code code = { 0 };
	struct lg_rec_oauth_device device = { 0 };
	struct lg_user_row row;
	struct lg_code_row there;
	struct lg_batch *batch;
	LG_TRY(open_code(cx, env, pool, client, text, &code));
	LG_TRY(row_of(cx, env, code.user_code, &row));
	lg_status s = read_row(cx, env, &row, &there, &device);
	if (s.code == LG_E_NOT_FOUND || (!lg_failed(s) && !lg_str_eq(device.nonce, code.nonce)))
		return invalid(cx, "The device_code was used before.");
	LG_TRY(s);
	if (is_in(&there, &device, WAITS))
		return wait_longer(cx, env, &row);
	/* Taking the row is the lock: of two that ask at once, one gets tokens. */
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_code_redeem(batch, &row, PURPOSE, &there, ONE_TRY);
	s = lg_store_commit(batch);
	if (s.code == LG_E_CONFLICT)
		return invalid(cx, "The device_code was used before.");
	LG_TRY(s);
	if (device.denied.v)
		return lg_fail(cx, LG_E_OAUTH_ACCESS_DENIED, "access_denied");
	if (device.uid.len != LG_UID_SIZE)
		return invalid(cx, "The device has no user.");
	*ret = (struct lg_oauth_granted){
		.auth_time = device.auth_time.v, .scope = device.scope, .browser = device.browser
	};
	lg_rand_bytes(cx, ret->sid, sizeof(ret->sid));
	return lg_oauth_granted_user(cx, env, pool, device.uid, device.signout_gen.v, ret);
}

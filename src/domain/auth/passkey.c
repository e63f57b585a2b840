#include "domain/auth/passkey.h"

#include "base/secret.h"
#include "codec/bytes.h"
#include "codec/text.h"
#include "domain/auth/first_factor.h"
#include "domain/auth/passkey_json.h"
#include "domain/auth/passkey_name.h"
#include "domain/page.h"
#include "domain/pool/mfa_config.h"
#include "domain/pool/pool_check.h"
#include "domain/url.h"
#include "token/sealed.h"

#define KIND LG_STR("passkey")
#define PURPOSE LG_STR("passkey")
#define NONCE_SIZE 16
#define REQUEST_LIFE_MS (5 * LG_MINUTE_MS)
/* A spent row stays this much longer than what it forbids, because the clocks of two nodes differ. */
#define SPENT_MARGIN_MS (5 * LG_MINUTE_MS)
#define MAX_ORIGINS 16
#define TAG_CHALLENGE 1

/* In the order in which we like them. */
static const enum lg_cose_alg algs[] = { LG_COSE_ES256, LG_COSE_RS256, LG_COSE_EDDSA };

/* ---- the relying party ---- */

/* The server's name; absent when it is an address, which is no relying party. */
static lg_str
server_name(const struct lg_env *env)
{
	const lg_str host = lg_url_host(env->settings->public_url);
	lg_str rest = host, label = LG_STR_NONE;
	while (lg_str_present(rest))
		label = lg_str_cut(&rest, '.');
	uint64_t number;
	if (lg_str_empty(label) || lg_str_has_byte(host, '[') || lg_str_to_uint(label, UINT8_MAX, &number))
		return LG_STR_NONE;
	return host;
}

lg_status
lg_passkey_rp_id(struct lg_ctx *cx, const struct lg_env *env, const struct lg_pool *pool, lg_str *ret)
{
	const struct lg_idp_web_authn_configuration_type *settings = pool->settings->web_authn;
	const lg_str server = server_name(env);
	if (settings && lg_str_present(settings->relying_party_id)) {
		*ret = settings->relying_party_id;
	} else if (lg_str_present(pool->type->custom_domain)) {
		*ret = pool->type->custom_domain;
	} else if (lg_str_present(pool->type->domain) && lg_str_present(server)) {
		const lg_str parts[] = { pool->type->domain, LG_STR("."), server };
		return lg_str_concat(cx, parts, LG_LEN(parts), ret);
	} else {
		*ret = env->settings->dev ? server : LG_STR_NONE;
	}
	return LG_OK;
}

/* Who has his passkeys count as both factors is verified with each (sign-in.md 6.1). */
static lg_str
verification_of(const struct lg_pool *pool, const struct lg_user *user)
{
	const struct lg_idp_web_authn_configuration_type *settings = pool->settings->web_authn;
	if (user->row.mfa.web_authn.v)
		return LG_IDP_USER_VERIFICATION_TYPE_REQUIRED;
	if (settings && lg_str_present(settings->user_verification))
		return settings->user_verification;
	return LG_IDP_USER_VERIFICATION_TYPE_PREFERRED;
}

static lg_status
expectation(struct lg_ctx *cx, const struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str challenge, struct lg_webauthn_expect *ret)
{
	struct lg_webauthn_expect expect = {
		.challenge = challenge,
		.user_verification =
			lg_str_eq(verification_of(pool, user), LG_IDP_USER_VERIFICATION_TYPE_REQUIRED),
	};
	LG_TRY(lg_passkey_rp_id(cx, env, pool, &expect.rp_id));
	lg_str rest = pool->passkey_origins;
	if (lg_str_present(rest)) {
		expect.origins.items = lg_new_array(cx, lg_str, MAX_ORIGINS);
		if (!expect.origins.items)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		expect.origins.has = true;
	}
	while (lg_str_present(rest) && expect.origins.count < MAX_ORIGINS)
		expect.origins.items[expect.origins.count++] = lg_str_cut(&rest, ' ');
	*ret = expect;
	return LG_OK;
}

static lg_status
enabled(struct lg_ctx *cx, const struct lg_pool *pool)
{
	if (lg_pool_allows_factor(pool->type, LG_IDP_AUTH_FACTOR_TYPE_WEB_AUTHN))
		return LG_OK;
	return lg_fail(cx, LG_E_WEBAUTHN_NOT_ENABLED, "WebAuthn not enabled for this pool.");
}

/* ---- what is stored ---- */

static const struct lg_rec_passkey *
record_of(const struct lg_user_item *item)
{
	return item->record;
}

static lg_status
read_all(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, struct lg_user_item **ret,
	size_t *ret_count)
{
	return lg_store_user_item_page(env->store, cx, &user->row, KIND, LG_STR_NONE, LG_PASSKEYS_MAX,
		&lg_shape_rec_passkey, ret, ret_count);
}

/* Those of the relying party. */
static lg_status
read_refs(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str rp_id,
	struct lg_passkey_ref **ret, size_t *ret_count, size_t *ret_all)
{
	struct lg_user_item *items;
	LG_TRY(read_all(cx, env, user, &items, ret_all));
	struct lg_passkey_ref *refs = lg_new_array(cx, struct lg_passkey_ref, LG_PASSKEYS_MAX);
	if (!refs)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < *ret_all; i++) {
		const struct lg_rec_passkey *record = record_of(&items[i]);
		if (lg_str_eq(record->rp_id, rp_id))
			refs[count++] = (struct lg_passkey_ref){ items[i].name, record->transports };
	}
	*ret = refs;
	*ret_count = count;
	return LG_OK;
}

lg_status
lg_passkey_any(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	bool *ret)
{
	lg_str rp_id;
	struct lg_passkey_ref *refs;
	size_t count, all;
	LG_TRY(lg_passkey_rp_id(cx, env, pool, &rp_id));
	LG_TRY(read_refs(cx, env, user, rp_id, &refs, &count, &all));
	*ret = lg_str_present(rp_id) && count > 0;
	return LG_OK;
}

static lg_status
check_limit(struct lg_ctx *cx, size_t count)
{
	return count < LG_PASSKEYS_MAX ? LG_OK
				       : lg_fail(cx, LG_E_LIMIT_EXCEEDED,
						 "A user can have at most %d passkeys.", LG_PASSKEYS_MAX);
}

/* ---- registration ---- */

static lg_status
make_request(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str *ret)
{
	unsigned char nonce[NONCE_SIZE];
	lg_rand_bytes(cx, nonce, sizeof(nonce));
	const struct lg_rec_passkey_request request = {
		.uid = lg_user_row_uid(&access->user->row),
		.client_id = access->client->id,
		.nonce = lg_str_from_bytes(nonce, sizeof(nonce)),
		.expires = { true, lg_time_add_ms(cx->now, REQUEST_LIFE_MS) },
	};
	return lg_sealed_make(cx, lg_store_keyring(env->store), access->pool->pool, PURPOSE,
		&lg_shape_rec_passkey_request, &request, ret);
}

/* What a person knows himself by. */
static lg_str
display_name(const struct lg_user *user)
{
	static const lg_str names[] = { LG_STR_INIT("name"), LG_STR_INIT("preferred_username"),
		LG_STR_INIT("email") };
	for (size_t i = 0; i < LG_LEN(names); i++) {
		const lg_str value = lg_user_attribute(user, names[i]);
		if (!lg_str_empty(value))
			return value;
	}
	return user->username;
}

lg_status
lg_passkey_start(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str *ret_options)
{
	const struct lg_pool *pool = access->pool;
	struct lg_passkey_ref *refs;
	size_t all;
	struct lg_passkey_options options = {
		.verification = verification_of(pool, access->user),
		.user_handle = access->user->sub,
		.user_name = access->user->username,
		.display_name = display_name(access->user),
		.algs = algs,
		.alg_count = LG_LEN(algs),
	};
	LG_TRY(enabled(cx, pool));
	LG_TRY(lg_passkey_rp_id(cx, env, pool, &options.rp_id));
	if (!lg_str_present(options.rp_id))
		return lg_fail(cx, LG_E_WEBAUTHN_CONFIGURATION_MISSING,
			"The user pool has neither a relying party ID nor a domain.");
	LG_TRY(read_refs(cx, env, access->user, options.rp_id, &refs, &options.count, &all));
	LG_TRY(check_limit(cx, all));
	options.credentials = refs;
	LG_TRY(make_request(cx, env, access, &options.challenge));
	return lg_passkey_json_create(cx, &options, ret_options);
}

static lg_status
no_request(struct lg_ctx *cx)
{
	return lg_fail(
		cx, LG_E_WEBAUTHN_CHALLENGE_NOT_FOUND, "There is no such registration, or no longer.");
}

/* The request whose challenge the client answered: ours, this user's and client's, in time. */
static lg_status
open_request(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str challenge,
	struct lg_rec_passkey_request *ret)
{
	struct lg_rec_passkey_request request = { 0 };
	const lg_status s = lg_sealed_open(cx, lg_store_keyring(env->store), access->pool->pool, PURPOSE,
		challenge, &lg_shape_rec_passkey_request, &request);
	if (s.code == LG_E_MALFORMED)
		return no_request(cx);
	LG_TRY(s);
	if (!lg_str_eq(request.uid, lg_user_row_uid(&access->user->row)) ||
		!lg_time_before(cx->now, request.expires.v))
		return no_request(cx);
	if (!lg_str_eq(request.client_id, access->client->id))
		return lg_fail(cx, LG_E_WEBAUTHN_CLIENT_MISMATCH,
			"The registration was started by another client.");
	*ret = request;
	return LG_OK;
}

/* Check what was sent, and make the record of it. */
static lg_status
accept(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str json,
	struct lg_rec_passkey *ret, lg_str *ret_id, struct lg_rec_passkey_request *ret_request)
{
	struct lg_webauthn_registration sent;
	struct lg_passkey_hints hints;
	struct lg_webauthn_client client;
	struct lg_webauthn_expect expect;
	struct lg_webauthn_credential made;
	LG_TRY(lg_passkey_json_registration(cx, json, &sent, &hints));
	LG_TRY(lg_webauthn_client_read(cx, sent.client_data, &client));
	LG_TRY(open_request(cx, env, access, client.challenge, ret_request));
	LG_TRY(expectation(cx, env, access->pool, access->user, client.challenge, &expect));
	LG_TRY(lg_webauthn_register(cx, &expect, algs, LG_LEN(algs), &sent, &made));

	struct lg_rec_passkey record = {
		.rp_id = expect.rp_id,
		.friendly_name = lg_passkey_name(made.aaguid, hints.attachment),
		.attachment = hints.attachment,
		.transports = hints.transports,
		.aaguid = made.aaguid,
		.format = made.format,
	};
	LG_TRY(lg_keyholder_passkey_make(env->keys, cx, lg_user_owner(access->user), &made, &record.sealed));
	LG_TRY(lg_base64url_encode(cx, made.id, ret_id));
	*ret = record;
	return LG_OK;
}

/*
 * Room for one more, of another id. The head goes along with the write, so that two at once cannot both
 * pass.
 */
static lg_status
check_room(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str id)
{
	struct lg_user_item *items;
	size_t count;
	LG_TRY(read_all(cx, env, user, &items, &count));
	for (size_t i = 0; i < count; i++)
		if (lg_str_eq(items[i].name, id))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "This passkey is registered already.");
	return check_limit(cx, count);
}

lg_status
lg_passkey_complete(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str credential)
{
	const struct lg_user_row *row = &access->user->row;
	struct lg_rec_passkey record;
	struct lg_rec_passkey_request request;
	struct lg_user_item item = { .kind = KIND, .record = &record };
	LG_TRY(enabled(cx, access->pool));
	LG_TRY(accept(cx, env, access, credential, &record, &item.name, &request));
	int64_t uses;
	LG_TRY(lg_store_spent_uses(env->store, cx, row->pool, row->uid, request.nonce, &uses));
	if (uses)
		return no_request(cx);
	LG_TRY(check_room(cx, env, access->user, item.name));

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_spend_rest_in(batch, row->pool, row->uid, request.nonce, 1,
		lg_time_add_ms(request.expires.v, SPENT_MARGIN_MS));
	lg_batch_tag(batch, TAG_CHALLENGE);
	lg_store_user_item_insert(batch, row, &item, &lg_shape_rec_passkey);
	lg_store_user_update(batch, row, 0);
	const lg_status s = lg_store_commit(batch);
	return s.code == LG_E_CONFLICT && lg_batch_failed(batch) == TAG_CHALLENGE ? no_request(cx) : s;
}

/* ---- list, delete, rename ---- */

static void
describe(const struct lg_user_item *item, struct lg_idp_web_authn_credential_description *ret)
{
	const struct lg_rec_passkey *record = record_of(item);
	*ret = (struct lg_idp_web_authn_credential_description){
		.credential_id = item->name,
		.friendly_credential_name = record->friendly_name,
		.relying_party_id = record->rp_id,
		.authenticator_attachment = record->attachment,
		.authenticator_transports = record->transports,
		.created_at = { true, item->created },
	};
	ret->authenticator_transports.has = true;
}

lg_status
lg_passkey_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access,
	const struct lg_idp_list_web_authn_credentials_request *in,
	struct lg_idp_list_web_authn_credentials_response *ret)
{
	const struct lg_page_query query = { .pool = access->pool->pool,
		.operation = LG_STR("ListWebAuthnCredentials"),
		.parts = { access->user->sub } };
	const size_t limit = lg_page_size(in->max_results, LG_PASSKEYS_MAX);
	lg_str after;
	struct lg_user_item *items;
	size_t count;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	LG_TRY(lg_store_user_item_page(env->store, cx, &access->user->row, KIND, after, limit + 1,
		&lg_shape_rec_passkey, &items, &count));
	const size_t shown = count > limit ? limit : count;
	struct lg_idp_web_authn_credential_description *list =
		lg_new_array(cx, struct lg_idp_web_authn_credential_description, shown + 1);
	if (!list)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < shown; i++)
		describe(&items[i], &list[i]);
	ret->credentials.items = list;
	ret->credentials.count = shown;
	ret->credentials.has = true;
	return count > limit ? lg_page_make(cx, env, &query, items[limit - 1].name, &ret->next_token)
			     : LG_OK;
}

/* Nobody takes from himself the last thing that he could sign in with. */
static lg_status
check_last(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access)
{
	struct lg_user_item *items;
	size_t count;
	LG_TRY(read_all(cx, env, access->user, &items, &count));
	if (count > 1 || access->user->row.status == LG_USER_EXTERNAL_PROVIDER)
		return LG_OK;
	struct lg_user *user;
	unsigned factors;
	LG_TRY(lg_user_find_uid(
		cx, env, access->pool, access->user->row.uid, LG_PART_PROFILE | LG_PART_CREDENTIAL, &user));
	LG_TRY(lg_first_factors(cx, env, access->pool, user, &factors));
	return factors & ~(unsigned)LG_FIRST_WEB_AUTHN
		       ? LG_OK
		       : lg_fail(cx, LG_E_INVALID_PARAMETER,
				 "The only way in which a user can sign in can't be deleted.");
}

static lg_status
read_own(struct lg_ctx *cx, struct lg_env *env, const struct lg_user_row *row, lg_str id,
	struct lg_user_item *ret)
{
	const lg_status s =
		lg_store_user_item_read(env->store, cx, row, KIND, id, &lg_shape_rec_passkey, ret);
	return s.code == LG_E_NOT_FOUND
		       ? lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "The passkey does not exist.")
		       : s;
}

lg_status
lg_passkey_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str id)
{
	const struct lg_user_row *row = &access->user->row;
	struct lg_user_item item;
	LG_TRY(read_own(cx, env, row, id, &item));
	LG_TRY(check_last(cx, env, access));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_item_delete(batch, row, &item);
	lg_store_user_update(batch, row, 0); /* of two that delete the last two, one looks again */
	return lg_store_commit(batch);
}

lg_status
lg_passkey_rename(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str id,
	lg_str name)
{
	const struct lg_user_row *row = &access->user->row;
	if (lg_str_empty(name) || !lg_text_is_utf8(name) || lg_text_utf16_len(name) > LG_PASSKEY_NAME_MAX)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "A passkey's name has 1 to %d characters.",
			LG_PASSKEY_NAME_MAX);
	struct lg_user_item item;
	LG_TRY(read_own(cx, env, row, id, &item));
	struct lg_rec_passkey *record = item.record;
	record->friendly_name = name;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_item_update(batch, row, &item, &lg_shape_rec_passkey);
	return lg_store_commit(batch);
}

/* ---- sign-in ---- */

/* Passkeys that somebody might have: an id each, and how it is reached. */
#define DECOYS 3
static lg_status
decoy_refs(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *decoy,
	struct lg_passkey_ref ret[DECOYS], size_t *ret_count)
{
	static lg_str transports[] = { LG_STR_INIT("internal"), LG_STR_INIT("hybrid"), LG_STR_INIT("usb") };
	static const struct lg_str_list lists[] = { { transports, 2, true }, { transports, 1, true },
		{ transports + 1, 1, true }, { transports + 2, 1, true } };
	/* Those of phones have 16, 20 or 32 bytes. */
	static const size_t sizes[] = { 16, 20, 32 };
	/* Most people have one. */
	static const size_t counts[] = { 1, 1, 1, 1, 1, 2, 2, 3 };
	for (size_t i = 0; i < DECOYS; i++) {
		unsigned char mac[32];
		lg_str name;
		LG_TRY(lg_str_fmt(cx, &name, "%zu %.*s", i, LG_FMT(decoy->username)));
		LG_TRY(lg_keyring_mac(lg_store_keyring(env->store), cx, pool->pool, LG_KEY_DECOY,
			LG_STR("passkey"), name, mac));
		/* Drawn again for what is not part of the id. */
		unsigned char more[32];
		LG_TRY(lg_keyring_mac(lg_store_keyring(env->store), cx, pool->pool, LG_KEY_DECOY,
			LG_STR("passkey"), lg_str_from_bytes(mac, sizeof(mac)), more));
		if (i == 0)
			*ret_count = counts[more[2] % LG_LEN(counts)];
		ret[i].transports = lists[more[1] % LG_LEN(lists)];
		LG_TRY(lg_base64url_encode(
			cx, lg_str_from_bytes(mac, sizes[more[0] % LG_LEN(sizes)]), &ret[i].id));
	}
	return LG_OK;
}

lg_status
lg_passkey_request(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str challenge, lg_str *ret_options)
{
	struct lg_passkey_ref *refs;
	size_t all;
	struct lg_passkey_options options = { .challenge = challenge,
		.verification = verification_of(pool, user) };
	LG_TRY(lg_passkey_rp_id(cx, env, pool, &options.rp_id));
	LG_TRY(read_refs(cx, env, user, options.rp_id, &refs, &options.count, &all));
	struct lg_passkey_ref decoys[DECOYS];
	size_t count;
	LG_TRY(decoy_refs(cx, env, pool, user, decoys, &count));
	options.credentials = user->decoy ? decoys : refs;
	if (user->decoy)
		options.count = count;
	return lg_passkey_json_get(cx, &options, ret_options);
}

lg_status
lg_passkey_request_any(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str challenge,
	lg_str *ret_options)
{
	const struct lg_user anybody = { .row = { .pool = pool->pool } };
	struct lg_passkey_options options = { .challenge = challenge,
		.verification = verification_of(pool, &anybody) };
	if (lg_mfa_config_passkeys_count(pool->settings))
		options.verification = LG_IDP_USER_VERIFICATION_TYPE_REQUIRED;
	LG_TRY(lg_passkey_rp_id(cx, env, pool, &options.rp_id));
	if (!lg_str_present(options.rp_id))
		return lg_fail_default(cx, LG_E_WEBAUTHN_CONFIGURATION_MISSING);
	return lg_passkey_json_get(cx, &options, ret_options);
}

lg_status
lg_passkey_owner(struct lg_ctx *cx, lg_str credential, unsigned char ret_uid[LG_UID_SIZE])
{
	struct lg_webauthn_assertion sent;
	LG_TRY(lg_passkey_json_assertion(cx, credential, &sent));
	return lg_uuid_decode(sent.user_handle, ret_uid) ? LG_OK : LG_STATUS(LG_E_MISMATCH);
}

lg_status
lg_passkey_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str challenge, lg_str credential, struct lg_passkey_used *ret)
{
	struct lg_webauthn_assertion sent;
	struct lg_webauthn_expect expect;
	struct lg_passkey_proof proof;
	lg_str id;
	LG_TRY(lg_passkey_json_assertion(cx, credential, &sent));
	LG_TRY(expectation(cx, env, pool, user, challenge, &expect));
	LG_TRY(lg_base64url_encode(cx, sent.raw_id, &id));

	struct lg_user_item *item = lg_new(cx, struct lg_user_item);
	if (!item)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const lg_status s =
		lg_store_user_item_read(env->store, cx, &user->row, KIND, id, &lg_shape_rec_passkey, item);
	if (lg_failed(s) && s.code != LG_E_NOT_FOUND)
		return s;
	struct lg_rec_passkey *record = item->record;
	LG_TRY(lg_keyholder_passkey_check(env->keys, cx, lg_user_owner(user), &expect, user->sub, &sent,
		record ? record->sealed : LG_STR_NONE, &proof));
	record->sealed = proof.sealed;
	*ret = (struct lg_passkey_used){ item, proof.user_verified };
	return LG_OK;
}

void
lg_passkey_use_in(struct lg_batch *batch, const struct lg_user *user, const struct lg_passkey_used *used)
{
	lg_store_user_item_update(batch, &user->row, used->item, &lg_shape_rec_passkey);
}

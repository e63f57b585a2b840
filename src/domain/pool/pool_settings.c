#include "domain/pool/pool_settings.h"

#include "base/buf.h"
#include "codec/bytes.h"
#include "crypto/pkey.h"
#include "domain/pool/schema_wish.h"
#include "domain/url.h"

#define PREFIX LG_STR("lifeguard:")
#define CLIENT_KEYS LG_STR("jwks.") /* and the id of a client */
#define MAX_VALUES 2
#define TEXT_MAX 1024

enum key {
	MFA_RECOVERY,
	OIDC_STRICT,
	OTP_MAGIC_LINK,
	PASSWORD_STORAGE,
	REFRESH_REUSE,
	SCHEMA,
	SCHEMA_EVOLUTION,
	SEARCH,
	TOKENS_ALG,
	WEBAUTHN_ORIGINS,
	KEYS,
};

/* The first value is the default; without values it is a text, of which `what` says the form. */
static const struct setting {
	lg_str key;
	lg_str values[MAX_VALUES];
	const char *what;
} settings[KEYS] = {
	[MFA_RECOVERY] = { LG_STR_INIT("mfa.recovery_codes"),
		{ LG_STR_INIT("false"), LG_STR_INIT("true") } },
	[OIDC_STRICT] = { LG_STR_INIT("oidc.strict"), { LG_STR_INIT("false"), LG_STR_INIT("true") } },
	[OTP_MAGIC_LINK] = { .key = LG_STR_INIT("otp.magic_link"), .what = "URL of a page" },
	[PASSWORD_STORAGE] = { LG_STR_INIT("password.storage"),
		{ LG_STR_INIT("srp"), LG_STR_INIT("argon2id") } },
	[REFRESH_REUSE] = { LG_STR_INIT("refresh.reuse"), { LG_STR_INIT("end"), LG_STR_INIT("refuse") } },
	[SCHEMA] = { .key = LG_STR_INIT("schema"), .what = "what is to become of names" },
	[SCHEMA_EVOLUTION] = { LG_STR_INIT("schema_evolution"),
		{ LG_STR_INIT("false"), LG_STR_INIT("true") } },
	[SEARCH] = { LG_STR_INIT("search"), { LG_STR_INIT("prefix"), LG_STR_INIT("exact") } },
	[TOKENS_ALG] = { LG_STR_INIT("tokens.alg"), { LG_STR_INIT("RS256"), LG_STR_INIT("ES256") } },
	[WEBAUTHN_ORIGINS] = { .key = LG_STR_INIT("webauthn.origins"), .what = "origins, blanks between" },
};

static const struct setting *
find(lg_str key)
{
	for (size_t i = 0; i < KEYS; i++)
		if (lg_str_eq(settings[i].key, key))
			return &settings[i];
	return NULL;
}

/* Index of the value; MAX_VALUES when it is none. */
static size_t
value_of(const struct setting *setting, lg_str value)
{
	size_t i = 0;
	while (i < MAX_VALUES && !lg_str_eq(setting->values[i], value))
		i++;
	return i;
}

/*
 * Origins with blanks between, as browsers write them, or the key of an app (docs/decisions/0012). What is
 * written otherwise would never be equal to one.
 */
static bool
are_origins(lg_str text)
{
	const lg_str app = LG_STR("android:apk-key-hash:");
	while (lg_str_present(text)) {
		const lg_str origin = lg_str_cut(&text, ' ');
		lg_str rest = origin;
		const lg_str scheme = lg_str_cut(&rest, ':'), host = lg_url_host(origin);
		if (lg_str_starts(origin, app) && origin.len > app.len)
			continue;
		const bool secure = lg_str_eq(scheme, LG_STR("https"));
		const bool local =
			lg_str_eq(scheme, LG_STR("http")) && lg_str_ends(host, LG_STR("localhost"));
		if (lg_str_empty(host) || lg_str_has_byte(lg_str_slice(rest, 2, rest.len), '/') ||
			!(secure || local))
			return false;
	}
	return true;
}

/* A page that a link leads to, with the code behind '#', which browsers keep to themselves. */
static bool
is_page(lg_str url)
{
	const lg_str scheme = lg_url_scheme(url), host = lg_url_host(url);
	const bool local = lg_str_eq(scheme, LG_STR("http")) && lg_url_host_is_loopback(host);
	return !lg_str_empty(host) && (local || lg_str_eq(scheme, LG_STR("https")))
	       && !lg_str_has_byte(url, '#') && !lg_str_has_byte(url, ' ');
}

static bool
is_value(const struct setting *setting, lg_str value)
{
	if (setting == &settings[WEBAUTHN_ORIGINS])
		return are_origins(value);
	if (setting == &settings[OTP_MAGIC_LINK])
		return is_page(value);
	return value_of(setting, value) < MAX_VALUES;
}

/* Absent when it is not set. */
static lg_str
value(const struct lg_str_map *tags, enum key key)
{
	for (size_t i = 0; i < tags->count; i++) {
		const lg_str name = tags->items[i].key;
		if (lg_str_starts(name, PREFIX)
			&& lg_str_eq(lg_str_slice(name, PREFIX.len, name.len), settings[key].key))
			return tags->items[i].value;
	}
	return LG_STR_NONE;
}

/* Is the setting switched to its second value? */
static bool
is_other(const struct lg_str_map *tags, enum key key)
{
	return value_of(&settings[key], value(tags, key)) == 1;
}

/* A wish is one of pools that may change (domain/pool/schema_wish.h). */
static lg_status
check_schema(struct lg_ctx *cx, const struct lg_str_map *tags, lg_str text)
{
	struct lg_schema_wish wish;
	if (!is_other(tags, SCHEMA_EVOLUTION))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Tag lifeguard:schema needs lifeguard:schema_evolution = true.");
	return lg_schema_wish_read(cx, text, &wish);
}

lg_status
lg_client_key_read(struct lg_ctx *cx, lg_str text, struct lg_pkey **ret)
{
	lg_str der;
	LG_TRY(lg_base64_decode(cx, text, &der));
	return lg_pkey_from_public_der(cx, der, LG_ALG_ES256, ret);
}

/* Where the keys of a client are, or its only one (docs/decisions/0040). */
static lg_status
check_client_keys(struct lg_ctx *cx, lg_str name, lg_str text)
{
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *key = NULL;
	if (is_page(text))
		return LG_OK;
	const lg_status s = lg_client_key_read(cx, text, &key);
	if (s.code == LG_E_MALFORMED)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Tag %.*s is the https address of a JWK set, or a public key on P-256 as base64 of "
			"its DER form.",
			LG_FMT(name));
	return s;
}

lg_status
lg_pool_settings_check(struct lg_ctx *cx, const struct lg_str_map *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		const lg_str name = tags->items[i].key;
		if (!lg_str_starts(name, PREFIX))
			continue;
		const lg_str key = lg_str_slice(name, PREFIX.len, name.len);
		if (lg_str_starts(key, CLIENT_KEYS)) {
			LG_TRY(check_client_keys(cx, name, tags->items[i].value));
			continue;
		}
		const struct setting *setting = find(key);
		if (setting == &settings[SCHEMA]) {
			LG_TRY(check_schema(cx, tags, tags->items[i].value));
			continue;
		}
		if (setting && is_value(setting, tags->items[i].value))
			continue;

		struct lg_buf known = lg_buf_start(cx, TEXT_MAX);
		for (size_t k = 0; k < KEYS; k++)
			lg_buf_fmt(&known, "%s%.*s = %.*s%s%.*s", k ? ", " : "", LG_FMT(settings[k].key),
				LG_FMT(settings[k].values[0]),
				settings[k].what ? settings[k].what : "|",
				LG_FMT(settings[k].values[1]));
		lg_str text;
		LG_TRY(lg_buf_finish(cx, &known, &text));
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Tag %.*s is no setting of this server, which knows: %.*s.", LG_FMT(name),
			LG_FMT(text));
	}
	return LG_OK;
}

void
lg_pool_settings_read(const struct lg_str_map *tags, struct lg_pool *pool)
{
	pool->password_scheme = is_other(tags, PASSWORD_STORAGE) ? LG_PASSWORD_ARGON2ID : LG_PASSWORD_SRP;
	pool->token_alg = is_other(tags, TOKENS_ALG) ? LG_ALG_ES256 : LG_ALG_RS256;
	pool->oidc_strict = is_other(tags, OIDC_STRICT);
	pool->reuse_refuses = is_other(tags, REFRESH_REUSE);
	pool->search_exact = is_other(tags, SEARCH);
	pool->recovery_codes = is_other(tags, MFA_RECOVERY);
	pool->passkey_origins = value(tags, WEBAUTHN_ORIGINS);
	pool->magic_link = value(tags, OTP_MAGIC_LINK);
}

lg_status
lg_pool_schema_wish(struct lg_ctx *cx, const struct lg_str_map *tags, struct lg_schema_wish *ret)
{
	const lg_str text = value(tags, SCHEMA);
	*ret = (struct lg_schema_wish){ 0 };
	if (lg_str_empty(text) || !is_other(tags, SCHEMA_EVOLUTION))
		return LG_OK;
	return lg_schema_wish_read(cx, text, ret);
}

lg_str
lg_client_keys(const struct lg_pool *pool, const struct lg_client *client)
{
	const struct lg_str_map *tags = &pool->type->user_pool_tags;
	for (size_t i = 0; i < tags->count; i++) {
		lg_str name = tags->items[i].key;
		if (!lg_str_starts(name, PREFIX))
			continue;
		name = lg_str_slice(name, PREFIX.len, name.len);
		if (lg_str_starts(name, CLIENT_KEYS) &&
			lg_str_eq(lg_str_slice(name, CLIENT_KEYS.len, name.len), client->id))
			return tags->items[i].value;
	}
	return LG_STR_NONE;
}

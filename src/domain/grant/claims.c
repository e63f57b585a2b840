#include "domain/grant/claims.h"

#include "codec/json.h"
#include "domain/grant/token_claims.h"

#define JSON_MAX ((size_t)1024 * 1024)
#define OAUTH_VERSION 2 /* of the authorization server's tokens */
#define S LG_STR_INIT

/* The values of one token, as the tables below name them. */
struct values {
	lg_str sub, username, iss, client_id, device_key;
	lg_str origin_jti, event_id, token_use, scope, jti, preferred_role;
	lg_str at_hash, nonce, resource, jkt;
	int64_t auth_time, exp, iat, version;
	struct lg_str_list groups, roles;
	const struct lg_idp_attribute_list_type *attributes;
};

enum kind {
	TEXT,      /* lg_str at `offset` */
	NUMBER,    /* int64_t; 0 = none */
	KEY,       /* lg_str: the thumbprint of a key (RFC 9449, 6.1) */
	LIST,      /* struct lg_str_list */
	ATTRIBUTE, /* the user's attribute of the claim's name */
	REST,      /* all attributes that no row names */
};

struct claim {
	lg_str name;
	enum kind kind;
	size_t offset;
};

/* A token while it is written. */
struct token {
	const struct claim *table;
	size_t count;
	struct values values;
	const struct lg_claim_changes *changes;
	bool *done; /* which of the changes' claims are written */
};

#define AT(member) offsetof(struct values, member)

static const struct claim id_claims[] = {
	{ S("at_hash"), TEXT, AT(at_hash) },
	{ S("sub"), TEXT, AT(sub) },
	{ S("cognito:groups"), LIST, AT(groups) },
	{ S("email_verified"), ATTRIBUTE, 0 },
	{ S("cognito:preferred_role"), TEXT, AT(preferred_role) },
	{ S("iss"), TEXT, AT(iss) },
	{ S("phone_number_verified"), ATTRIBUTE, 0 },
	{ S("cognito:username"), TEXT, AT(username) },
	{ S("nonce"), TEXT, AT(nonce) },
	{ S("origin_jti"), TEXT, AT(origin_jti) },
	{ S("cognito:roles"), LIST, AT(roles) },
	{ S("aud"), TEXT, AT(client_id) },
	{ S("identities"), ATTRIBUTE, 0 },
	{ S("event_id"), TEXT, AT(event_id) },
	{ S("token_use"), TEXT, AT(token_use) },
	{ S("auth_time"), NUMBER, AT(auth_time) },
	{ S("phone_number"), ATTRIBUTE, 0 },
	{ S("exp"), NUMBER, AT(exp) },
	{ S("iat"), NUMBER, AT(iat) },
	{ S("jti"), TEXT, AT(jti) },
	{ S("email"), ATTRIBUTE, 0 },
	{ S(""), REST, 0 },
};

static const struct claim access_claims[] = {
	{ S("sub"), TEXT, AT(sub) },
	{ S("device_key"), TEXT, AT(device_key) },
	{ S("cognito:groups"), LIST, AT(groups) },
	{ S("iss"), TEXT, AT(iss) },
	{ S("version"), NUMBER, AT(version) },
	{ S("client_id"), TEXT, AT(client_id) },
	{ S("aud"), TEXT, AT(resource) },
	{ S("cnf"), KEY, AT(jkt) },
	{ S("origin_jti"), TEXT, AT(origin_jti) },
	{ S("event_id"), TEXT, AT(event_id) },
	{ S("token_use"), TEXT, AT(token_use) },
	{ S("scope"), TEXT, AT(scope) },
	{ S("auth_time"), NUMBER, AT(auth_time) },
	{ S("exp"), NUMBER, AT(exp) },
	{ S("iat"), NUMBER, AT(iat) },
	{ S("jti"), TEXT, AT(jti) },
	{ S("username"), TEXT, AT(username) },
};

/* In the profile primary is a boolean and dateCreated a number, in tokens both are strings. */
static lg_status
write_identities(struct lg_ctx *cx, struct lg_json *j, lg_str name, lg_str value)
{
	json_t *list;
	LG_TRY(lg_json_parse(cx, value, &list));

	lg_json_key(j, name);
	lg_json_open(j, '[');
	for (size_t i = 0; i < json_array_size(list); i++) {
		lg_json_open(j, '{');
		const char *key;
		json_t *member;
		json_object_foreach(json_array_get(list, i), key, member)
		{
			lg_json_key(j, lg_str_from_c(key));
			if (json_is_string(member))
				lg_json_str(j, lg_json_text(member));
			else if (json_is_boolean(member))
				lg_json_str(j, json_is_true(member) ? LG_STR("true") : LG_STR("false"));
			else if (json_is_integer(member)) {
				lg_str digits;
				LG_TRY(lg_str_fmt(cx, &digits, "%lld",
					(long long)json_integer_value(member)));
				lg_json_str(j, digits);
			} else {
				lg_json_null(j);
			}
		}
		lg_json_close(j, '}');
	}
	lg_json_close(j, ']');
	return LG_OK;
}

/* Attributes are strings but for a few (spec/tokens.md 2). */
static lg_status
write_attribute(struct lg_ctx *cx, struct lg_json *j, lg_str name, lg_str value)
{
	if (lg_str_eq(name, LG_STR("identities")))
		return write_identities(cx, j, name, value);
	lg_claim_put_attribute(j, name, value);
	return LG_OK;
}

static bool
named_in(const struct claim *table, size_t count, lg_str name)
{
	for (size_t i = 0; i < count; i++) {
		if (lg_str_eq(table[i].name, name))
			return true;
	}
	return false;
}

/* Has PreTokenGeneration another word about the claim of this name? It is written then, or left out. */
static bool
write_changed(struct lg_json *j, const struct token *token, lg_str name)
{
	const struct lg_claim_changes *changes = token->changes;
	if (lg_str_list_has(&changes->suppress, name))
		return true;
	for (size_t i = 0; i < changes->add_count; i++) {
		if (!lg_str_eq(changes->add[i].name, name))
			continue;
		lg_json_key(j, name);
		lg_json_tree(j, changes->add[i].value);
		token->done[i] = true;
		return true;
	}
	return false;
}

/* What only PreTokenGeneration knows of stands at the end. */
static void
write_added(struct lg_json *j, const struct token *token)
{
	for (size_t i = 0; i < token->changes->add_count; i++) {
		if (token->done[i])
			continue;
		lg_json_key(j, token->changes->add[i].name);
		lg_json_tree(j, token->changes->add[i].value);
	}
}

/* All attributes that the table does not place. */
static lg_status
write_rest(struct lg_ctx *cx, struct lg_json *j, const struct token *token)
{
	const struct lg_idp_attribute_list_type *attributes = token->values.attributes;
	for (size_t i = 0; i < attributes->count; i++) {
		const lg_str name = attributes->items[i].name;
		if (!named_in(token->table, token->count, name) && !write_changed(j, token, name))
			LG_TRY(write_attribute(cx, j, name, attributes->items[i].value));
	}
	return LG_OK;
}

/* The attribute of this name, if the user has it. */
static lg_status
write_named(struct lg_ctx *cx, struct lg_json *j, const struct lg_idp_attribute_list_type *attributes,
	lg_str name)
{
	for (size_t i = 0; i < attributes->count; i++) {
		if (lg_str_eq(attributes->items[i].name, name))
			return write_attribute(cx, j, name, attributes->items[i].value);
	}
	return LG_OK;
}

static void
write_list(struct lg_json *j, lg_str name, const struct lg_str_list *list)
{
	if (list->count == 0)
		return;
	lg_json_key(j, name);
	lg_json_open(j, '[');
	for (size_t i = 0; i < list->count; i++)
		lg_json_str(j, list->items[i]);
	lg_json_close(j, ']');
}

static void
write_key(struct lg_json *j, lg_str name, lg_str thumbprint)
{
	if (!lg_str_present(thumbprint))
		return;
	lg_json_key(j, name);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("jkt"), thumbprint);
	lg_json_close(j, '}');
}

static lg_status
write_claim(struct lg_ctx *cx, struct lg_json *j, const struct token *token, const struct claim *claim)
{
	if (claim->kind == REST)
		return write_rest(cx, j, token);
	if (write_changed(j, token, claim->name))
		return LG_OK;
	const char *at = (const char *)&token->values + claim->offset;
	switch (claim->kind) {
	case TEXT:
		if (lg_str_present(*(const lg_str *)at))
			lg_json_pair_str(j, claim->name, *(const lg_str *)at);
		break;
	case NUMBER:
		if (*(const int64_t *)at)
			lg_json_pair_int(j, claim->name, *(const int64_t *)at);
		break;
	case KEY:
		write_key(j, claim->name, *(const lg_str *)at);
		break;
	case LIST:
		write_list(j, claim->name, (const struct lg_str_list *)at);
		break;
	case ATTRIBUTE:
		return write_named(cx, j, token->values.attributes, claim->name);
	case REST:
		break;
	}
	return LG_OK;
}

static lg_status
write_claims(struct lg_ctx *cx, struct token *token, lg_str *ret)
{
	token->done = lg_new_array(cx, bool, token->changes->add_count + 1);
	if (!token->done)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '{');
	for (size_t i = 0; i < token->count; i++)
		LG_TRY(write_claim(cx, j, token, &token->table[i]));
	write_added(j, token);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

static lg_status
values_of(struct lg_ctx *cx, const struct lg_claims *claims, lg_str token_use, int64_t ttl_s,
	struct values *ret)
{
	const struct lg_grant *grant = claims->grant;
	*ret = (struct values){
		.sub = grant->user->sub,
		.username = grant->user->username,
		.iss = grant->pool->issuer,
		.client_id = grant->client->id,
		.device_key = grant->device_key,
		.origin_jti = claims->origin_jti,
		.event_id = claims->event_id,
		.token_use = token_use,
		.preferred_role = claims->changes->groups.preferred_role,
		.auth_time = lg_time_s(grant->auth_time),
		.exp = lg_time_s(cx->now) + ttl_s,
		.iat = lg_time_s(cx->now),
		.groups = claims->changes->groups.names,
		.roles = claims->changes->groups.roles,
		.at_hash = claims->at_hash,
		.attributes = &claims->attributes,
	};
	if (grant->oauth) {
		ret->nonce = grant->oauth->nonce;
		ret->resource = grant->oauth->resource;
		ret->jkt = grant->oauth->jkt;
		ret->version = OAUTH_VERSION;
	}
	return lg_str_present(claims->origin_jti) ? lg_rand_uuid(cx, &ret->jti) : LG_OK;
}

lg_status
lg_claims_id(struct lg_ctx *cx, const struct lg_claims *claims, lg_str *ret_json)
{
	struct token token = { .table = id_claims, .count = LG_LEN(id_claims),
		.changes = &claims->changes->id };
	LG_TRY(values_of(cx, claims, LG_STR("id"), claims->grant->client->id_ttl_s, &token.values));
	return write_claims(cx, &token, ret_json);
}

lg_status
lg_claims_access(struct lg_ctx *cx, const struct lg_claims *claims, lg_str *ret_json)
{
	struct token token = { .table = access_claims, .count = LG_LEN(access_claims),
		.changes = &claims->changes->access };
	LG_TRY(values_of(cx, claims, LG_STR("access"), claims->grant->client->access_ttl_s, &token.values));
	LG_TRY(lg_token_changes_scope(cx, claims->changes, claims->grant->scope, &token.values.scope));
	return write_claims(cx, &token, ret_json);
}

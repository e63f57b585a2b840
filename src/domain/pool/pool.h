/*
 * pool.h - snapshots of pools and app clients: immutable, loaded on first use, swapped whole (DATA 8).
 *
 * What is found lives until the request ends (the context holds it). Describe, Update and List read the
 * store instead.
 */
#ifndef LG_DOMAIN_POOL_H
#define LG_DOMAIN_POOL_H

#include "domain/env.h"
#include "gen/idp_types.h"
#include "store/config.h"

/* Attributes that may serve as names, and where. */
struct lg_name_rules {
	bool email_alias, phone_alias, preferred_alias; /* AliasAttributes */
	bool email_username, phone_username;            /* UsernameAttributes: the user name is the sub */
	bool case_sensitive;
	int64_t gen; /* of the space of look-up keys; 0 until the rules change for the first time */
};

/* A second set of rules, while a pool goes over from one to another (domain/pool/schema_change.h). */
struct lg_also_rules {
	struct lg_name_rules names;
	bool there;
	bool leaving; /* their keys are released when a user changes, and never claimed */
};

/* A signing key as a snapshot holds it. */
struct lg_signing_key {
	lg_str kid;
	lg_str use; /* "id", "access" */
	enum lg_alg alg;
	lg_time publish, sign, retire, drop;
	lg_str public_der;
	lg_str sealed;
	struct lg_pkey *public_key; /* parsed, for verifying */
};

struct lg_pool {
	int64_t pool;
	lg_str id;         /* "us-east-1_Lifeguard" */
	lg_str region;     /* before '_' */
	lg_str srp_group;  /* behind the first '_' */
	lg_str arn;
	lg_str issuer;     /* as in tokens */
	int64_t version;
	uint64_t serial; /* of this snapshot: another one when any of the pool's configuration was written */
	/*
	 * Settings in the form of DescribeUserPool. Never NULL: policies with both its members,
	 * admin_create_user_config, verification_message_template (legacy texts merged in),
	 * user_attribute_update_settings.
	 */
	const struct lg_idp_user_pool_type *type;
	const struct lg_rec_pool *settings;
	/* every attribute, standard and custom, names as in tokens ("custom:x") */
	const struct lg_idp_schema_attribute_type *schema;
	size_t schema_count;
	struct lg_name_rules names;
	struct lg_also_rules also;
	enum lg_password_scheme password_scheme; /* tag lifeguard:password.storage */
	enum lg_alg token_alg;                   /* tag lifeguard:tokens.alg */
	bool oidc_strict; /* tag lifeguard:oidc.strict: OpenID Connect's way where Cognito goes another */
	bool reuse_refuses; /* tag lifeguard:refresh.reuse = refuse; otherwise re-use ends the family */
	bool search_exact;  /* tag lifeguard:search = exact; otherwise prefixes are indexed, too */
	lg_str passkey_origins; /* tag lifeguard:webauthn.origins: blanks between them; absent = by rule */
	bool tracks_sessions; /* SetUserPoolSessionConfiguration */
	int64_t max_sessions; /* of one user, while they are tracked */
	lg_str magic_link; /* tag lifeguard:otp.magic_link: page of the app; absent = no links */
	bool recovery_codes; /* tag lifeguard:mfa.recovery_codes: one may stand for a second factor */
	struct lg_signing_key *keys;
	size_t key_count;
};

struct lg_client {
	lg_str id;
	int64_t version;
	const struct lg_idp_user_pool_client_type *type; /* defaults filled in but for attribute lists */
	const struct lg_rec_client *settings;
	bool has_secret;
	struct lg_str_list custom_scopes; /* of AllowedOAuthScopes: those that a resource server still has */
	int64_t id_ttl_s, access_ttl_s, refresh_ttl_s;
	int64_t session_ttl_s; /* AuthSessionValidity */
	bool hides_users;      /* PreventUserExistenceErrors = ENABLED */
	bool revocable;        /* EnableTokenRevocation, or rotation */
	bool rotates;
	int64_t rotation_grace_s;
	bool hosted;           /* as managed login calls it: lg_client_hosted; never of a snapshot */
};

LG_MUST lg_status lg_pools_new(struct lg_env *env, struct lg_pools **ret);
void lg_pools_free(struct lg_pools *pools);

/* LG_E_RESOURCE_NOT_FOUND "User pool <id> does not exist." */
LG_MUST lg_status lg_pool_find(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const struct lg_pool **ret);

/* The same if the snapshot is in memory already: for the I/O thread. False when it is not. */
bool lg_pool_find_cached(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const struct lg_pool **ret);

/* The client and its pool. LG_E_RESOURCE_NOT_FOUND "User pool client <id> does not exist." */
LG_MUST lg_status lg_client_find(struct lg_ctx *cx, struct lg_env *env, lg_str client_id,
	const struct lg_pool **ret_pool, const struct lg_client **ret);

/* The client of this pool; a client of another pool does not exist. */
LG_MUST lg_status lg_client_find_in(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str client_id, const struct lg_client **ret);

/*
 * The client as the pages of managed login call for it: they know no secret of its, tell nobody who exists,
 * and what they are handed is good for pages only. Lives until the request ends.
 */
LG_MUST lg_status lg_client_hosted(
	struct lg_ctx *cx, const struct lg_client *client, const struct lg_client **ret);

/* Drop the snapshots of a pool after a write by this node; other nodes see the epoch. */
void lg_pools_drop(struct lg_pools *pools, int64_t pool);
/* Drop all: the development kit's reset. */
void lg_pools_clear(struct lg_pools *pools);
/* Read the epochs, drop what is stale. The app calls it every 300 ms. */
LG_MUST lg_status lg_pools_refresh(struct lg_ctx *cx, struct lg_env *env);

/* The JWKS text of a pool: rendered once a snapshot. With a store that is away, the last one goes on. */
LG_MUST lg_status lg_pool_jwks(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret);
/* The same if the snapshot is in memory already: for the I/O thread. False when it is not. */
bool lg_pool_jwks_cached(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str *ret);

/* Schema of one attribute, by its full name, "dev:" may be left out; NULL when the pool has none. */
const struct lg_idp_schema_attribute_type *lg_pool_attribute(const struct lg_pool *pool, lg_str name);
/* May people of the pool itself sign in to it on pages? Not where other providers alone are listed. */
bool lg_client_has_local_users(const struct lg_client *client);
bool lg_client_may_read(const struct lg_pool *pool, const struct lg_client *client, lg_str attribute);
bool lg_client_may_write(const struct lg_pool *pool, const struct lg_client *client, lg_str attribute);
/* "ALLOW_USER_SRP_AUTH"; legacy values count (spec/user-pools.md 4) */
bool lg_client_allows_flow(const struct lg_client *client, lg_str allow);

#endif

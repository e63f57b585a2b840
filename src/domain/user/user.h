/*
 * user.h - a user of a pool: found by any of his names, or a decoy that nobody can tell from him.
 */
#ifndef LG_DOMAIN_USER_H
#define LG_DOMAIN_USER_H

#include "domain/pool/pool.h"
#include "store/guard.h"

struct lg_user {
	struct lg_user_row row;
	bool decoy;      /* nobody: same statements, same work, and every proof fails */
	unsigned decoy_factors; /* what a decoy seems to have (domain/auth/first_factor.h) */
	lg_str sub;      /* UUID text of row.uid; of a decoy, one that no other name shares */
	lg_str username; /* canonical: what tokens carry */
};

struct lg_owner lg_user_owner(const struct lg_user *user);
struct lg_srp_name lg_user_srp_name(const struct lg_pool *pool, const struct lg_user *user);
lg_str lg_user_status_name(enum lg_user_status status); /* "CONFIRMED" */

/* The canonical form of a name of this kind in this pool (DATA 7). */
LG_MUST lg_status lg_name_canonical(
	struct lg_ctx *cx, const struct lg_pool *pool, enum lg_key_kind kind, lg_str name, lg_str *ret);
/* The digest of it, for user_key. */
LG_MUST lg_status lg_name_digest(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	enum lg_key_kind kind, lg_str name, unsigned char ret[16]);

/* The name of kind LG_KEY_PROVIDER of an identity (domain/user/provider_link.h). */
LG_MUST lg_status lg_link_name(
	struct lg_ctx *cx, lg_str provider, lg_str attribute, lg_str value, lg_str *ret);

/*
 * Find by user name, sub, or claimed alias, in this order (spec/user-pools.md 5.1). LG_E_NOT_FOUND. A key
 * without its user, or a user who no longer holds it, is not found after one re-read (DATA 5).
 */
LG_MUST lg_status lg_user_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, unsigned parts, struct lg_user **ret);
LG_MUST lg_status lg_user_find_uid(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const unsigned char uid[LG_UID_SIZE], unsigned parts, struct lg_user **ret);

/* Like lg_user_find, but nobody is answered by one of the pool's 65,536 decoys, stable for the name. */
LG_MUST lg_status lg_user_find_or_decoy(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, unsigned parts, struct lg_user **ret);

/* The decoy of a name, nothing read: for a user about whom nothing may be told. */
LG_MUST lg_status lg_user_decoy(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, struct lg_user **ret);

/* The key of a decoy whose uid was found in a token: what is stored about nobody is sealed, too. */
LG_MUST lg_status lg_user_decoy_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_user *user);

/* A row that was just made or read, with its profile, as a user. */
LG_MUST lg_status lg_user_of_row(struct lg_ctx *cx, const struct lg_user_row *row, struct lg_user **ret);

/* Is this name somebody's sub? Such a name is taken: requests name users by sub, too. */
LG_MUST lg_status lg_name_is_sub(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, bool *ret);

/* Attribute values, absent when not set. "sub" is answered too. */
lg_str lg_user_attribute(const struct lg_user *user, lg_str name);
/* "email" or "phone_number": is its *_verified "true"? */
bool lg_user_verified(const struct lg_user *user, lg_str name);
/* Set, or with an empty value remove, in user->row.profile (in memory; the caller writes the part). */
LG_MUST lg_status lg_user_set_attribute(struct lg_ctx *cx, struct lg_user *user, lg_str name, lg_str value);

/* All attributes as the API lists them, "sub" first; only those the client may read when one is given. */
LG_MUST lg_status lg_user_attribute_list(struct lg_ctx *cx, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_user *user, struct lg_idp_attribute_list_type *ret);

/*
 * The keys and search digests that a user in this state holds. Call with the state before and after an edit;
 * lg_user_write_names puts the difference into the batch: claims, releases (keys in digest order), search
 * rows. A claim that fails is a conflict with tag LG_TAG_CLAIM + kind. `before` of a new user is zeroed. A
 * preferred_username that is somebody's sub is LG_E_ALIAS_EXISTS at once.
 * User names and aliases share one space: a name means one user. While the pool goes over to other rules, a
 * user holds keys by both.
 */
#define LG_TAG_CLAIM 100
#define LG_USER_LINKS_MAX 20
#define LG_USER_KEYS_MAX (4 + 4 + LG_USER_LINKS_MAX)
#define LG_USER_FINDS_MAX 24
struct lg_user_key {
	enum lg_key_kind kind;
	unsigned char digest[16];
	bool also; /* by the pool's second rules: perhaps not there yet */
};
struct lg_user_names {
	struct lg_user_key keys[LG_USER_KEYS_MAX]; /* by digest */
	size_t count;
	struct lg_find_digest finds[LG_USER_FINDS_MAX]; /* domain/user/search.h */
	size_t find_count;
};
LG_MUST lg_status lg_user_names(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_user_names *ret);
/* Those of user name and aliases by other rules than the pool's, into `ret`. */
LG_MUST lg_status lg_user_also_names(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_name_rules *rules, const struct lg_user *user, struct lg_user_names *ret);
LG_MUST lg_status lg_user_write_names(struct lg_batch *batch, struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_user *user, const struct lg_user_names *before);
/* Release all of them: the user goes. */
void lg_user_release_names(
	struct lg_batch *batch, const struct lg_user *user, const struct lg_user_names *names);

/*
 * Run `edit` up to three times while the store answers LG_E_CONFLICT, with the arena rewound between
 * (DATA 5). Still in conflict: LG_E_CONCURRENT_MODIFICATION.
 */
LG_MUST lg_status lg_retry(struct lg_ctx *cx, lg_status (*edit)(struct lg_ctx *cx, void *arg), void *arg);

#endif

/*
 * pool_settings.h - our own settings of a pool: its tags "lifeguard:<key>" (DATA 8).
 */
#ifndef LG_DOMAIN_POOL_SETTINGS_H
#define LG_DOMAIN_POOL_SETTINGS_H

#include "domain/pool/pool.h"

/*
 * LG_E_INVALID_PARAMETER for a tag "lifeguard:..." with an unknown key or value. Other tags are the owner's
 * business.
 */
LG_MUST lg_status lg_pool_settings_check(struct lg_ctx *cx, const struct lg_str_map *tags);

/*
 * Fill the members of the pool that tags decide. What was stored before a key was known counts as not set.
 */
void lg_pool_settings_read(const struct lg_str_map *tags, struct lg_pool *pool);

/* What the owner wants to change of what is frozen; without a text when nothing, or when he may not. */
struct lg_schema_wish;
LG_MUST lg_status lg_pool_schema_wish(
	struct lg_ctx *cx, const struct lg_str_map *tags, struct lg_schema_wish *ret);

/*
 * With what a client proves who it is in the place of a secret: the address of its JWK set, or its public
 * key; absent when it does not.
 */
lg_str lg_client_keys(const struct lg_pool *pool, const struct lg_client *client);
/* Such a key, on P-256: base64 of SubjectPublicKeyInfo. LG_E_MALFORMED. The caller frees it. */
struct lg_pkey;
LG_MUST lg_status lg_client_key_read(struct lg_ctx *cx, lg_str text, struct lg_pkey **ret);

#endif

/*
 * attributes.h - people change and verify their own attributes, administrators change anybody's
 * (spec/user-pools.md 8).
 *
 * `user` is read with his profile and LG_PART_MFA: a second factor goes with its address, which the last one
 * of a user who must have one holds. LG_E_CONFLICT when he was changed since.
 */
#ifndef LG_DOMAIN_ATTRIBUTES_H
#define LG_DOMAIN_ATTRIBUTES_H

#include "domain/message/code.h"

#define LG_CONTACTS 2 /* email, phone_number */

/*
 * `metadata` is ClientMetadata, for CustomMessage; NULL = none, here and below.
 *
 * Codes go to changed addresses that the pool verifies. Where the pool keeps the original until then
 * (AttributesRequireVerificationBeforeUpdate), the new value waits. `client` is NULL for an administrator,
 * who may set email_verified and phone_number_verified: a value that he vouches for in the same call needs
 * no code and no waiting.
 */
LG_MUST lg_status lg_attributes_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_user *user,
	const struct lg_idp_attribute_list_type *attributes, const struct lg_str_map *metadata,
	struct lg_delivery ret[LG_CONTACTS], size_t *ret_count);

LG_MUST lg_status lg_attributes_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_user *user, const struct lg_str_list *names);

/* A code for "email" or "phone_number": to the value that waits, or else to the present one. */
LG_MUST lg_status lg_attribute_send_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_user *user, lg_str name,
	const struct lg_str_map *metadata, struct lg_delivery *ret);

/* The value of "email" or "phone_number" that waits for its verification; absent when none does. */
lg_str lg_attribute_pending(const struct lg_user *user, lg_str name);

/* The code verifies the value that it was sent to, and nothing else. */
LG_MUST lg_status lg_attribute_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	struct lg_user *user, lg_str name, lg_str code);

#endif

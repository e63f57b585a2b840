/*
 * schema.h - attributes: the standard ones, and what a value must be to be stored (spec/user-pools.md 5).
 */
#ifndef LG_DOMAIN_SCHEMA_H
#define LG_DOMAIN_SCHEMA_H

#include "domain/user/user.h"

/* The standard attributes with their defaults, in the order in which DescribeUserPool lists them. */
const struct lg_idp_schema_attribute_type *lg_schema_standard(size_t *ret_count);

/* Who writes, and when: decides which rules hold. */
enum lg_write_by {
	LG_WRITE_SIGN_UP,     /* user, creating: immutable attributes may be set, *_verified may not */
	LG_WRITE_USER,        /* user, later */
	LG_WRITE_NEW_PASSWORD,/* user, answering NEW_PASSWORD_REQUIRED */
	LG_WRITE_ADMIN_CREATE,
	LG_WRITE_ADMIN,
};

/*
 * Check attributes that somebody wants to write: they exist, client may write them (NULL: no client),
 * mutability, type, length, range, e-mail and phone syntax. With `required`, the pool's required attributes
 * must be there (in the list, or in `user` when one is given). Failures are Cognito's codes and texts.
 */
LG_MUST lg_status lg_schema_check(struct lg_ctx *cx, const struct lg_pool *pool,
	const struct lg_client *client, enum lg_write_by by, const struct lg_user *user,
	const struct lg_idp_attribute_list_type *attributes, bool required);

bool lg_is_email(lg_str s);
bool lg_is_phone(lg_str s); /* E.164: + and 1 to 15 digits */

/* "email" of "email_verified": which value a flag is about. Absent for what is no flag. */
lg_str lg_attribute_flagged(lg_str name);

#endif

/*
 * scope.h - lists of OAuth scopes, with a blank between them (RFC 6749, 3.3), and what they let see.
 */
#ifndef LG_DOMAIN_SCOPE_H
#define LG_DOMAIN_SCOPE_H

#include "gen/idp_types.h"

#define LG_SCOPE_OPENID LG_STR("openid")

bool lg_scope_holds(lg_str scopes, lg_str wanted);

/* The scope that stands for an attribute. */
lg_str lg_scope_of_attribute(lg_str name);

/*
 * The attributes that these scopes show of `all`, which is "sub" and what the client may read: with "email"
 * or "phone" only those and "sub", unless "profile" shows everything, as "openid" alone does
 * (spec/tokens.md 2). `strict`: "openid" shows "sub" alone, and "profile" nothing that has a scope of its
 * own (OpenID Connect Core, 5.4).
 */
LG_MUST lg_status lg_scope_attributes(struct lg_ctx *cx, lg_str scopes, bool strict,
	const struct lg_idp_attribute_list_type *all, struct lg_idp_attribute_list_type *ret);

#endif

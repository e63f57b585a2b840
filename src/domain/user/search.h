/*
 * search.h - what ListUsers can find without reading every user: digests of attribute values, exact and of
 * their first characters (DATA 7). The kinds stand in one const table; their numbers are stored.
 */
#ifndef LG_DOMAIN_SEARCH_H
#define LG_DOMAIN_SEARCH_H

#include "domain/user/user.h"

/* More digests than one user can have. */
#define LG_SEARCH_MAX 24

/*
 * The digests of a user in his present state: what lg_store_find_set writes. A pool whose tag
 * lifeguard:search says "exact" has no prefix digests.
 */
LG_MUST lg_status lg_search_digests(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_find_digest *ret, size_t max, size_t *ret_count);

/*
 * The digest that every user has whose `attribute` ("username" is one) equals, or with `prefix` begins with,
 * `value`.
 * Others may have it too, so candidates are checked. False in `*ret_found` when the pool keeps none for this
 * question.
 */
LG_MUST lg_status lg_search_digest_for(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str attribute, bool prefix, lg_str value, struct lg_find_digest *ret, bool *ret_found);

/*
 * The form in which values of this attribute are compared (spec/user-pools.md 12): folded, but for those
 * that are exact.
 */
LG_MUST lg_status lg_search_canonical(struct lg_ctx *cx, const struct lg_pool *pool, lg_str attribute,
	lg_str value, lg_str *ret);

#endif

/*
 * user_scan.h - a page of users, in the order of their uid, out of all, of those with a search digest, or
 * of a group.
 *
 * Users are read chunk by chunk into memory of their own, and only what is listed is copied, so that
 * neither many nor large users exhaust a request. A page looks at no more than LG_USER_SCAN_MAX users, and
 * lists no more than about LG_USER_SCAN_BYTES: it may be short, even empty, and go on.
 */
#ifndef LG_DOMAIN_USER_SCAN_H
#define LG_DOMAIN_USER_SCAN_H

#include "domain/user/user.h"

#define LG_USER_SCAN_MAX 5000
#define LG_USER_SCAN_BYTES ((size_t)512 << 10)

enum lg_user_source { LG_USERS_ALL, LG_USERS_BY_DIGEST, LG_USERS_OF_GROUP };

struct lg_user_scan {
	enum lg_user_source source;
	struct lg_find_digest digest;
	lg_str group; /* its id */

	/* Is this user asked for? NULL: everybody. */
	lg_status (*matches)(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
		const void *arg, bool *ret);
	const void *arg;
	const struct lg_str_list *only; /* attributes that are listed; NULL = all */
	size_t limit;
	lg_str after; /* a uid; absent = from the start */
};

/* `*ret_next` is the uid behind which the next page begins; absent at the end. */
LG_MUST lg_status lg_user_scan(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user_scan *scan, struct lg_idp_users_list_type *ret, lg_str *ret_next);

/* UserType of a user: what AdminCreateUser, ListUsers and ListUsersInGroup return. */
LG_MUST lg_status lg_user_type(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
	const struct lg_str_list *only, struct lg_idp_user_type *ret);

#endif

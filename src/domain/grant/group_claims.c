#include "domain/grant/group_claims.h"

#include "domain/user/group.h"

/* Groups without precedence rank alike, as the weakest. */
static bool
same_rank(const struct lg_idp_group_type *a, const struct lg_idp_group_type *b)
{
	return a->precedence.has == b->precedence.has
		&& (!a->precedence.has || a->precedence.v == b->precedence.v);
}

/* The role of the best groups: absent when they name none, or different ones. */
static lg_str
preferred(const struct lg_idp_group_list_type *groups)
{
	lg_str role = LG_STR_NONE;
	for (size_t i = 0; i < groups->count && same_rank(&groups->items[i], &groups->items[0]); i++) {
		lg_str other = groups->items[i].role_arn;
		if (lg_str_empty(other))
			continue;
		if (lg_str_present(role) && !lg_str_eq(role, other))
			return LG_STR_NONE;
		role = other;
	}
	return role;
}

lg_status
lg_group_claims_make(struct lg_ctx *cx, const struct lg_idp_group_list_type *groups,
	struct lg_group_claims *ret)
{
	struct lg_group_claims claims = { 0 };
	if (groups->count > 0) {
		claims.names.items = lg_new_array(cx, lg_str, groups->count);
		claims.roles.items = lg_new_array(cx, lg_str, groups->count);
		if (!claims.names.items || !claims.roles.items)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	for (size_t i = 0; i < groups->count; i++) {
		claims.names.items[claims.names.count++] = groups->items[i].group_name;
		lg_str role = groups->items[i].role_arn;
		if (!lg_str_empty(role) && !lg_str_list_has(&claims.roles, role))
			claims.roles.items[claims.roles.count++] = role;
	}
	claims.preferred_role = preferred(groups);
	*ret = claims;
	return LG_OK;
}

lg_status
lg_group_claims_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_group_claims *ret)
{
	struct lg_idp_group_list_type groups = { 0 };
	if (user->row.in_groups)
		LG_TRY(lg_groups_of_user(cx, env, pool, user, &groups));
	return lg_group_claims_make(cx, &groups, ret);
}

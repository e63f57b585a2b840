#include "domain/iam/iam_attach.h"

#include <stdlib.h>

#include "domain/iam/iam_document.h"

static size_t
find(const struct lg_rec_iam_entity *entity, lg_str policy)
{
	size_t at = 0;
	while (at < entity->inside.count && !lg_str_eq_nocase(entity->inside.items[at].name, policy))
		at++;
	return at;
}

/* All policies inside together have a quota. */
static lg_status
check_size(struct lg_ctx *cx, lg_str kind, const struct lg_rec_iam_entity *entity)
{
	const bool role = lg_str_eq(kind, LG_IAM_ROLE);
	const size_t most = role ? LG_POLICY_MAX_ROLE_INLINE : LG_POLICY_MAX_USER_INLINE;
	size_t size = 0;
	for (size_t i = 0; i < entity->inside.count; i++)
		size += lg_policy_size(entity->inside.items[i].document);
	if (size <= most)
		return LG_OK;
	return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED,
		"Maximum policy size of %zu bytes exceeded for %s %.*s", most, role ? "role" : "user",
		LG_FMT(entity->name));
}

lg_status
lg_iam_inside_put(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy, lg_str document)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(cx, env, kind, name, &row));
	LG_TRY(lg_iam_document_check(cx, env, document));
	struct lg_rec_iam_entity *entity = row.record;
	const size_t count = entity->inside.count, at = find(entity, policy);
	struct lg_rec_iam_document *all = lg_new_array(cx, struct lg_rec_iam_document, count + 1);
	if (!all)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		all[i] = entity->inside.items[i];
	all[at] = (struct lg_rec_iam_document){ .name = policy, .document = document };
	entity->inside = (struct lg_rec_iam_document_list){
		.items = all, .count = count + (at == count), .has = true
	};
	LG_TRY(check_size(cx, kind, entity));
	return lg_iam_write(cx, env, &row);
}

static lg_status
find_there(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy,
	struct lg_item_row *ret, size_t *ret_at)
{
	LG_TRY(lg_iam_entity_row(cx, env, kind, name, ret));
	const struct lg_rec_iam_entity *entity = ret->record;
	*ret_at = find(entity, policy);
	if (*ret_at < entity->inside.count)
		return LG_OK;
	return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "The %s policy with name %.*s cannot be found.",
		lg_str_eq(kind, LG_IAM_ROLE) ? "role" : "user", LG_FMT(policy));
}

lg_status
lg_iam_inside_get(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy,
	lg_str *ret_name, lg_str *ret_policy, lg_str *ret_document)
{
	struct lg_item_row row;
	size_t at;
	LG_TRY(find_there(cx, env, kind, name, policy, &row, &at));
	const struct lg_rec_iam_entity *entity = row.record;
	LG_TRY(lg_iam_document_show(cx, entity->inside.items[at].document, ret_document));
	*ret_name = entity->name;
	*ret_policy = entity->inside.items[at].name;
	return LG_OK;
}

lg_status
lg_iam_inside_delete(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, lg_str policy)
{
	struct lg_item_row row;
	size_t at;
	LG_TRY(find_there(cx, env, kind, name, policy, &row, &at));
	struct lg_rec_iam_entity *entity = row.record;
	for (size_t i = at + 1; i < entity->inside.count; i++)
		entity->inside.items[i - 1] = entity->inside.items[i];
	entity->inside.count--;
	return lg_iam_write(cx, env, &row);
}

static int
by_text(const void *left, const void *right)
{
	return lg_str_cmp(*(const lg_str *)left, *(const lg_str *)right);
}

lg_status
lg_iam_inside_list(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, struct lg_iam_page *page,
	struct lg_str_list *ret)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(cx, env, kind, name, &row));
	const struct lg_rec_iam_entity *entity = row.record;
	lg_str *names = lg_new_array(cx, lg_str, entity->inside.count);
	if (!names)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < entity->inside.count; i++)
		names[i] = entity->inside.items[i].name;
	qsort(names, entity->inside.count, sizeof(*names), by_text);
	LG_TRY(lg_iam_page(cx, names, entity->inside.count, page));
	*ret = (struct lg_str_list){ .items = names + page->from, .count = page->count, .has = true };
	return LG_OK;
}

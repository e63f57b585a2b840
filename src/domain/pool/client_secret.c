#include "domain/pool/client_secret.h"

#include <inttypes.h>
#include <string.h>

#include "base/secret.h"
#include "domain/page.h"
#include "domain/pool/client_admin.h"
#include "domain/quota.h"

#define ALPHABET LG_STR("0123456789abcdefghijklmnopqrstuvwxyz")
#define LENGTH 52

static const struct lg_rec_client_secret *
find(const struct lg_rec_client_secret_list *list, lg_str id)
{
	for (size_t i = 0; i < list->count; i++)
		if (lg_str_eq(list->items[i].id, id))
			return &list->items[i];
	return NULL;
}

/*
 * An id that no other secret of the client has had: who repeats a deletion does not meet a newer secret.
 */
static lg_status
make_id(struct lg_ctx *cx, lg_str client_id, const struct lg_rec_client_secret_list *list, lg_str *ret)
{
	int64_t number = cx->now.ms;
	do
		LG_TRY(lg_str_fmt(cx, ret, "%.*s--%" PRId64, LG_FMT(client_id), number++));
	while (find(list, *ret));
	return LG_OK;
}

lg_status
lg_client_secret_append(
	struct lg_ctx *cx, lg_str client_id, lg_str given, struct lg_rec_client_secret_list *list)
{
	struct lg_rec_client_secret *items =
		lg_new_array(cx, struct lg_rec_client_secret, list->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (list->count)
		memcpy(items, list->items, list->count * sizeof(*items));
	struct lg_rec_client_secret *added = &items[list->count];
	LG_TRY(make_id(cx, client_id, list, &added->id));
	added->created = (struct lg_opt_time){ true, cx->now };
	added->value = given;
	if (!lg_str_present(given))
		LG_TRY(lg_rand_text(cx, ALPHABET, LENGTH, &added->value));
	*list = (struct lg_rec_client_secret_list){ .items = items, .count = list->count + 1, .has = true };
	return LG_OK;
}

/* One that is there twice would live on when it is deleted. */
static lg_status
check_given(struct lg_ctx *cx, const struct lg_rec_client_secret_list *list, lg_str given)
{
	bool there = false;
	for (size_t i = 0; i < list->count; i++)
		if (lg_ct_eq(list->items[i].value, given))
			there = true;
	if (!there)
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "The client has this secret already.");
}

lg_status
lg_client_secret_add(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_add_user_pool_client_secret_request *in,
	struct lg_idp_client_secret_descriptor_type **ret)
{
	struct lg_client_row row;
	LG_TRY(lg_client_row_read(cx, env, pool->pool, in->client_id, &row));
	struct lg_rec_client_secret_list *list = &row.settings.secrets;
	if (!list->count)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"A client that was created without a secret can't get one.");
	LG_TRY(lg_quota_check(cx, env, LG_QUOTA_CLIENT_SECRETS, (int64_t)list->count + 1));
	if (lg_str_present(in->client_secret))
		LG_TRY(check_given(cx, list, in->client_secret));
	LG_TRY(lg_client_secret_append(cx, row.client_id, in->client_secret, list));
	LG_TRY(lg_client_row_write(cx, env, &row));

	struct lg_idp_client_secret_descriptor_type *shown =
		lg_new(cx, struct lg_idp_client_secret_descriptor_type);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const struct lg_rec_client_secret *added = &list->items[list->count - 1];
	*shown = (struct lg_idp_client_secret_descriptor_type){
		.client_secret_id = added->id,
		.client_secret_value = added->value,
		.client_secret_create_date = added->created,
	};
	*ret = shown;
	return LG_OK;
}

lg_status
lg_client_secret_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_user_pool_client_secrets_request *in,
	struct lg_idp_client_secret_descriptor_list_type *ret)
{
	/* They fit one page, so no token is ever ours. */
	const struct lg_page_query query = {
		.pool = pool->pool,
		.operation = LG_STR("ListUserPoolClientSecrets"),
		.parts = { in->client_id },
	};
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	struct lg_client_row row;
	LG_TRY(lg_client_row_read(cx, env, pool->pool, in->client_id, &row));
	const struct lg_rec_client_secret_list *list = &row.settings.secrets;
	struct lg_idp_client_secret_descriptor_type *items =
		lg_new_array(cx, struct lg_idp_client_secret_descriptor_type, list->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < list->count; i++)
		items[i] = (struct lg_idp_client_secret_descriptor_type){
			.client_secret_id = list->items[i].id,
			.client_secret_create_date = list->items[i].created,
		};
	*ret = (struct lg_idp_client_secret_descriptor_list_type){
		.items = items, .count = list->count, .has = true
	};
	return LG_OK;
}

lg_status
lg_client_secret_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id,
	lg_str secret_id)
{
	struct lg_client_row row;
	LG_TRY(lg_client_row_read(cx, env, pool->pool, client_id, &row));
	struct lg_rec_client_secret_list *list = &row.settings.secrets;
	const struct lg_rec_client_secret *found = find(list, secret_id);
	if (!found)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Client secret %.*s does not exist.",
			LG_FMT(secret_id));
	if (list->count == 1)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "The last secret of a client can't be deleted.");
	const size_t at = (size_t)(found - list->items);
	memmove(&list->items[at], &list->items[at + 1], (list->count - at - 1) * sizeof(*list->items));
	list->count--;
	return lg_client_row_write(cx, env, &row);
}

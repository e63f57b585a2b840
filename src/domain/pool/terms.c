#include "domain/pool/terms.h"

#include "codec/bytes.h"
#include "domain/page.h"
#include "domain/pool_item.h"

#define KIND LG_STR("terms")
#define SHAPE (&lg_shape_rec_terms)
#define DEFAULT_LANGUAGE LG_STR("cognito:default")
#define PAGE_MAX 60

typedef struct lg_idp_terms_type terms_type;

/* Of one client a document of each name. */
static lg_status
name_of(struct lg_ctx *cx, lg_str client_id, lg_str terms_name, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "%.*s %.*s", LG_FMT(client_id), LG_FMT(terms_name));
}

static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str terms_id,
	struct lg_item_row *ret)
{
	unsigned char id[16];
	lg_status s = LG_STATUS(LG_E_NOT_FOUND);
	if (lg_uuid_decode(terms_id, id))
		s = lg_store_item_read_id(env->store, cx, pool->pool, KIND, id, SHAPE, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Terms %.*s do not exist.", LG_FMT(terms_id));
	return s;
}

static lg_status
show(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_item_row *row, terms_type **ret)
{
	terms_type *terms = lg_new(cx, terms_type);
	if (!terms)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*terms = *((const struct lg_rec_terms *)row->record)->type;
	LG_TRY(lg_pool_item_uuid(cx, row, &terms->terms_id));
	terms->user_pool_id = pool->id;
	terms->creation_date = (struct lg_opt_time){ true, row->created };
	terms->last_modified_date = (struct lg_opt_time){ true, row->modified };
	*ret = terms;
	return LG_OK;
}

/* People follow these links from our pages. */
static lg_status
check_links(struct lg_ctx *cx, const struct lg_str_map *links)
{
	if (!lg_str_present(lg_str_map_get(links, DEFAULT_LANGUAGE)))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Links must contain cognito:default.");
	for (size_t i = 0; i < links->count; i++) {
		const lg_str url = links->items[i].value;
		if (!lg_str_starts(url, LG_STR("https://")) && !lg_str_starts(url, LG_STR("http://")))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Links: the URL of %.*s begins with neither https:// nor http://.",
				LG_FMT(links->items[i].key));
	}
	return LG_OK;
}

static lg_status
exists(struct lg_ctx *cx, const terms_type *type)
{
	return lg_fail(cx, LG_E_TERMS_EXISTS, "App client %.*s has %.*s already.", LG_FMT(type->client_id),
		LG_FMT(type->terms_name));
}

lg_status
lg_terms_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_terms_request *in, terms_type **ret)
{
	const struct lg_client *client;
	LG_TRY(lg_client_find_in(cx, env, pool, in->client_id, &client));
	LG_TRY(check_links(cx, &in->links));
	terms_type type = {
		.client_id = client->id,
		.terms_name = in->terms_name,
		.terms_source = in->terms_source,
		.enforcement = in->enforcement,
		.links = in->links,
	};
	lg_str name;
	struct lg_item_row row = { 0 };
	LG_TRY(name_of(cx, client->id, in->terms_name, &name));
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, name, SHAPE, &row));
	if (row.version)
		return exists(cx, &type);

	row.record = &(struct lg_rec_terms){ .type = &type };
	LG_TRY(lg_pool_item_draw_uuid(cx, &row.id));
	LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	return show(cx, pool, &row, ret);
}

lg_status
lg_terms_describe(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str id, terms_type **ret)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, id, &row));
	return show(cx, pool, &row, ret);
}

lg_status
lg_terms_of_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id,
	lg_str terms_name, terms_type **ret)
{
	const struct lg_client *client;
	lg_str name;
	struct lg_item_row row;
	LG_TRY(lg_client_find_in(cx, env, pool, client_id, &client));
	LG_TRY(name_of(cx, client->id, terms_name, &name));
	const lg_status s = lg_store_item_read(env->store, cx, pool->pool, KIND, name, SHAPE, &row);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "App client %.*s has no %.*s.",
			LG_FMT(client_id), LG_FMT(terms_name));
	LG_TRY(s);
	return show(cx, pool, &row, ret);
}

/* Another name is another row, with the same id. */
static lg_status
move(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *old, lg_str name,
	struct lg_item_row *row)
{
	struct lg_item_row there = { 0 };
	LG_TRY(lg_pool_item_open(cx, env, old->pool, KIND, name, SHAPE, &there));
	if (there.version)
		return exists(cx, ((const struct lg_rec_terms *)row->record)->type);
	*row = *old;
	row->name = name;
	row->modified = cx->now;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, old);
	lg_store_item_insert(batch, row, SHAPE);
	return lg_store_commit(batch);
}

lg_status
lg_terms_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_terms_request *in, terms_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(read_row(cx, env, pool, in->terms_id, &row));
	terms_type *type = ((struct lg_rec_terms *)row.record)->type;
	if (lg_str_present(in->terms_source))
		type->terms_source = in->terms_source;
	if (lg_str_present(in->enforcement))
		type->enforcement = in->enforcement;
	if (in->links.has) {
		LG_TRY(check_links(cx, &in->links));
		type->links = in->links;
	}
	if (lg_str_present(in->terms_name) && !lg_str_eq(in->terms_name, type->terms_name)) {
		const struct lg_item_row old = row;
		lg_str name;
		type->terms_name = in->terms_name;
		LG_TRY(name_of(cx, type->client_id, type->terms_name, &name));
		LG_TRY(move(cx, env, &old, name, &row));
	} else {
		LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	}
	return show(cx, pool, &row, ret);
}

lg_status
lg_terms_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str id)
{
	struct lg_item_row row = { 0 };
	LG_TRY(read_row(cx, env, pool, id, &row));
	return lg_pool_item_delete(cx, env, &row);
}

lg_status
lg_terms_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_terms_request *in, struct lg_idp_list_terms_response *ret)
{
	const struct lg_page_query query = { .pool = pool->pool, .operation = LG_STR("ListTerms") };
	const size_t limit = lg_page_size(in->max_results, PAGE_MAX);
	lg_str after;
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	LG_TRY(lg_store_item_page(env->store, cx, pool->pool, KIND, after, limit + 1, SHAPE, &rows, &count));
	const bool more = count > limit;
	const size_t shown = more ? limit : count;
	struct lg_idp_terms_description_type *items =
		lg_new_array(cx, struct lg_idp_terms_description_type, shown + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < shown; i++) {
		const terms_type *type = ((const struct lg_rec_terms *)rows[i].record)->type;
		LG_TRY(lg_pool_item_uuid(cx, &rows[i], &items[i].terms_id));
		items[i].terms_name = type->terms_name;
		items[i].enforcement = type->enforcement;
		items[i].creation_date = (struct lg_opt_time){ true, rows[i].created };
		items[i].last_modified_date = (struct lg_opt_time){ true, rows[i].modified };
	}
	ret->terms = (struct lg_idp_terms_description_list_type){ items, shown, true };
	return more ? lg_page_make(cx, env, &query, rows[limit - 1].name, &ret->next_token) : LG_OK;
}

#include "domain/iam/iam_item.h"

#include <stdlib.h>
#include <string.h>

#include "domain/iam/iam_tags.h"
#include "domain/pool/pool.h"

#define PAGE 1000
#define ID_ALPHABET LG_STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
#define ID_CHARACTERS 17

const struct lg_shape *
lg_iam_shape(lg_str kind)
{
	if (lg_str_eq(kind, LG_IAM_POLICY))
		return &lg_shape_rec_iam_policy;
	if (lg_str_eq(kind, LG_IAM_KEY))
		return &lg_shape_rec_iam_key;
	if (lg_str_eq(kind, LG_IAM_OIDC))
		return &lg_shape_rec_iam_oidc;
	if (lg_str_eq(kind, LG_IAM_SAML))
		return &lg_shape_rec_iam_saml;
	return &lg_shape_rec_iam_entity;
}

lg_status
lg_iam_read(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, struct lg_item_row *ret)
{
	lg_str key;
	LG_TRY(lg_str_lower(cx, name, &key));
	return lg_store_item_read(env->store, cx, LG_IAM_POOL, kind, key, lg_iam_shape(kind), ret);
}

static lg_str
path_of(const struct lg_item_row *row)
{
	if (lg_iam_shape(row->kind) == &lg_shape_rec_iam_entity)
		return ((const struct lg_rec_iam_entity *)row->record)->path;
	if (lg_iam_shape(row->kind) == &lg_shape_rec_iam_policy)
		return ((const struct lg_rec_iam_policy *)row->record)->path;
	return LG_STR_NONE;
}

static int
by_name(const void *left, const void *right)
{
	const struct lg_item_row *a = left, *b = right;
	return lg_str_cmp(a->name, b->name);
}

lg_status
lg_iam_count(struct lg_ctx *cx, struct lg_env *env, lg_str kind, int64_t *ret)
{
	return lg_store_item_count(env->store, cx, LG_IAM_POOL, kind, ret);
}

lg_status
lg_iam_read_all(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str prefix, struct lg_item_row **ret,
	size_t *ret_count)
{
	int64_t most;
	LG_TRY(lg_iam_count(cx, env, kind, &most));
	/* What is made meanwhile may be missed: as much room as there is now, and a page more. */
	struct lg_item_row *all = lg_new_array(cx, struct lg_item_row, (size_t)most + PAGE);
	if (!all)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0, got = PAGE;
	for (lg_str after = LG_STR_NONE; got == PAGE && count < (size_t)most;) {
		struct lg_item_row *rows;
		LG_TRY(lg_store_item_page(
			env->store, cx, LG_IAM_POOL, kind, after, PAGE, lg_iam_shape(kind), &rows, &got));
		for (size_t i = 0; i < got; i++)
			if (!lg_str_present(prefix) || lg_str_starts(path_of(&rows[i]), prefix))
				all[count++] = rows[i];
		if (got)
			after = rows[got - 1].name;
	}
	qsort(all, count, sizeof(*all), by_name);
	*ret = all;
	*ret_count = count;
	return LG_OK;
}

lg_status
lg_iam_read_page(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str prefix, struct lg_iam_page *page,
	struct lg_item_row **ret)
{
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_iam_read_all(cx, env, kind, prefix, &rows, &count));
	lg_str *names = lg_new_array(cx, lg_str, count);
	if (!names)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		names[i] = rows[i].name;
	LG_TRY(lg_iam_page(cx, names, count, page));
	*ret = rows + page->from;
	return LG_OK;
}

lg_status
lg_iam_new_row(struct lg_ctx *cx, lg_str kind, lg_str name, void *record, struct lg_item_row *ret)
{
	*ret = (struct lg_item_row){
		.pool = LG_IAM_POOL, .kind = kind, .created = cx->now, .record = record
	};
	return lg_str_lower(cx, name, &ret->name);
}

void
lg_iam_put(struct lg_ctx *cx, struct lg_batch *batch, struct lg_item_row *row)
{
	row->modified = cx->now;
	if (row->version == 0)
		lg_store_item_insert(batch, row, lg_iam_shape(row->kind));
	else
		lg_store_item_update(batch, row, lg_iam_shape(row->kind));
}

lg_status
lg_iam_commit(struct lg_env *env, struct lg_batch *batch)
{
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, LG_IAM_POOL);
	return LG_OK;
}

lg_status
lg_iam_write(struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *row)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_iam_put(cx, batch, row);
	return lg_iam_commit(env, batch);
}

lg_status
lg_iam_draw_id(struct lg_ctx *cx, lg_str prefix, lg_str *ret)
{
	lg_str parts[2] = { prefix };
	LG_TRY(lg_rand_text(cx, ID_ALPHABET, ID_CHARACTERS, &parts[1]));
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_iam_arn(struct lg_ctx *cx, const struct lg_settings *settings, const char *type, lg_str path, lg_str name,
	lg_str *ret)
{
	return lg_str_fmt(cx, ret, "arn:aws:iam::%.*s:%s%.*s%.*s", LG_FMT(settings->account), type,
		LG_FMT(path), LG_FMT(name));
}

bool
lg_iam_arn_read(
	const struct lg_settings *settings, lg_str type, lg_str arn, lg_str *ret_path, lg_str *ret_name)
{
	const lg_str fields[] = { LG_STR("arn"), LG_STR("aws"), LG_STR("iam"), LG_STR(""),
		settings->account };
	for (size_t i = 0; i < LG_LEN(fields); i++)
		if (!lg_str_eq(lg_str_cut(&arn, ':'), fields[i]))
			return false;
	if (!lg_str_starts(arn, type) || arn.len == type.len || arn.ptr[type.len] != '/')
		return false;
	const lg_str rest = lg_str_slice(arn, type.len, arn.len);
	size_t slash = rest.len;
	while (rest.ptr[slash - 1] != '/')
		slash--;
	*ret_path = lg_str_slice(rest, 0, slash);
	*ret_name = lg_str_slice(rest, slash, rest.len);
	return ret_name->len > 0;
}

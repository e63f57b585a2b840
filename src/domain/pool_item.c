#include "domain/pool_item.h"

#include <string.h>

#include "codec/bytes.h"

#define UUID_SIZE 16

lg_status
lg_pool_item_open(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str kind, lg_str name,
	const struct lg_shape *shape, struct lg_item_row *ret)
{
	const lg_status s = lg_store_item_read(env->store, cx, pool, kind, name, shape, ret);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	void *record = lg_arena_alloc(cx->arena, shape->size);
	if (!record)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	memset(record, 0, shape->size);
	*ret = (struct lg_item_row){ .pool = pool, .kind = kind, .name = name, .record = record };
	return LG_OK;
}

lg_status
lg_pool_item_write(
	struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *row, const struct lg_shape *shape)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	row->modified = cx->now;
	if (row->version == 0)
		lg_store_item_insert(batch, row, shape);
	else
		lg_store_item_update(batch, row, shape);
	return lg_store_commit(batch);
}

lg_status
lg_pool_item_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_item_row *row)
{
	if (row->version == 0)
		return LG_OK;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, row);
	return lg_store_commit(batch);
}

lg_status
lg_pool_item_draw_uuid(struct lg_ctx *cx, lg_str *ret)
{
	lg_str text;
	LG_TRY(lg_rand_uuid(cx, &text));
	unsigned char *id = lg_new_array(cx, unsigned char, UUID_SIZE);
	if (!id)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_uuid_decode(text, id);
	*ret = lg_str_from_bytes(id, UUID_SIZE);
	return LG_OK;
}

lg_status
lg_pool_item_uuid(struct lg_ctx *cx, const struct lg_item_row *row, lg_str *ret)
{
	return lg_uuid_encode(cx, (const unsigned char *)row->id.ptr, ret);
}

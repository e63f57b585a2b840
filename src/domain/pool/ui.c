#include "domain/pool/ui.h"

#include <inttypes.h>

#include "domain/image.h"
#include "domain/pool/ui_css.h"
#include "domain/pool_item.h"

#define KIND LG_STR("ui")
#define SHAPE (&lg_shape_rec_ui_customization)
#define ALL LG_STR("ALL")
#define IMAGE_MAX_BYTES ((size_t)100 << 10)

typedef struct lg_idp_ui_customization_type ui_type;

/* The item's name: a client that is there, or all. */
static lg_status
name_of(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id, lg_str *ret)
{
	*ret = ALL;
	if (!lg_str_present(client_id) || lg_str_eq(client_id, ALL))
		return LG_OK;
	const struct lg_client *client;
	LG_TRY(lg_client_find_in(cx, env, pool, client_id, &client));
	*ret = client->id;
	return LG_OK;
}

static lg_status
image_extension(struct lg_ctx *cx, lg_str bytes, lg_str *ret)
{
	static const lg_str known[] = { LG_STR_INIT("PNG"), LG_STR_INIT("JPEG") };
	if (bytes.len > IMAGE_MAX_BYTES)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "ImageFile is larger than 100 KB.");
	for (size_t i = 0; i < LG_LEN(known); i++) {
		if (lg_image_is(bytes, known[i])) {
			*ret = known[i];
			return LG_OK;
		}
	}
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "ImageFile is neither a PNG nor a JPEG file.");
}

/* The time in the name lets browsers keep a picture for ever. */
static lg_status
image_url(struct lg_ctx *cx, const struct lg_env *env, const struct lg_pool *pool,
	const struct lg_item_row *row, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "%.*s/%.*s/ui/%.*s/%" PRId64, LG_FMT(env->settings->public_url),
		LG_FMT(pool->id), LG_FMT(row->name), row->modified.ms);
}

static lg_status
show(struct lg_ctx *cx, const struct lg_env *env, const struct lg_pool *pool, const struct lg_item_row *row,
	ui_type **ret)
{
	ui_type *ui = lg_new(cx, ui_type);
	if (!ui)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const struct lg_rec_ui_customization *record = row->record;
	ui->user_pool_id = pool->id;
	ui->client_id = row->name;
	if (row->modified.ms) {
		ui->css = record->css;
		ui->css_version = record->css_version;
		ui->creation_date = (struct lg_opt_time){ true, row->created };
		ui->last_modified_date = (struct lg_opt_time){ true, row->modified };
	}
	if (lg_str_present(record->image))
		LG_TRY(image_url(cx, env, pool, row, &ui->image_url));
	*ret = ui;
	return LG_OK;
}

/* "20190128172214" */
static lg_status
css_version(struct lg_ctx *cx, lg_str *ret)
{
	char text[LG_TIME_RFC3339_SIZE];
	size_t len = 0;
	lg_time_rfc3339(cx->now, text);
	for (const char *c = text; *c; c++)
		if (*c >= '0' && *c <= '9')
			text[len++] = *c;
	return lg_str_dup(cx, lg_str_from_bytes(text, len), ret);
}

static lg_status
fill(struct lg_ctx *cx, const struct lg_idp_set_ui_customization_request *in,
	struct lg_rec_ui_customization *record)
{
	LG_TRY(css_version(cx, &record->css_version));
	record->css = in->css;
	record->image = LG_STR_NONE;
	if (lg_str_empty(in->image_file))
		return LG_OK;
	record->image = in->image_file;
	return image_extension(cx, in->image_file, &record->image_type);
}

lg_status
lg_ui_set(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_set_ui_customization_request *in, ui_type **ret)
{
	if (!lg_str_present(pool->type->domain) && !lg_str_present(pool->type->custom_domain))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"There has to be an existing domain associated with this user pool");
	lg_str name;
	struct lg_item_row row = { 0 };
	LG_TRY(name_of(cx, env, pool, in->client_id, &name));
	LG_TRY(lg_ui_css_check(cx, in->css));
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, name, SHAPE, &row));
	if (lg_str_empty(in->css) && lg_str_empty(in->image_file)) {
		LG_TRY(lg_pool_item_delete(cx, env, &row));
		lg_pools_drop(env->pools, pool->pool);
		row = (struct lg_item_row){ .name = name,
			.record = &(struct lg_rec_ui_customization){ .css = LG_STR_NONE } };
		return show(cx, env, pool, &row, ret);
	}
	LG_TRY(fill(cx, in, row.record));
	LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	lg_pools_drop(env->pools, pool->pool);
	return show(cx, env, pool, &row, ret);
}

lg_status
lg_ui_get(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id, ui_type **ret)
{
	lg_str name;
	struct lg_item_row row = { 0 };
	LG_TRY(name_of(cx, env, pool, client_id, &name));
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, name, SHAPE, &row));
	if (row.version == 0 && !lg_str_eq(name, ALL)) {
		struct lg_item_row all = { 0 };
		LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, ALL, SHAPE, &all));
		if (all.version)
			row = all;
	}
	return show(cx, env, pool, &row, ret);
}

lg_status
lg_ui_image(struct lg_ctx *cx, struct lg_env *env, lg_str path, lg_str *ret_bytes, lg_str *ret_type)
{
	/* /<pool>/ui/<client>/<time> */
	lg_str rest = path;
	const lg_str root = lg_str_cut(&rest, '/');
	const lg_str pool_id = lg_str_cut(&rest, '/');
	const lg_str kind = lg_str_cut(&rest, '/');
	const lg_str name = lg_str_cut(&rest, '/');
	uint64_t time;
	if (root.len || !lg_str_eq(kind, KIND) || !lg_str_to_uint(rest, INT64_MAX, &time))
		return LG_STATUS(LG_E_NOT_FOUND);
	const struct lg_pool *pool;
	struct lg_item_row row;
	const lg_status s = lg_pool_find(cx, env, pool_id, &pool);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return LG_STATUS(LG_E_NOT_FOUND);
	LG_TRY(s);
	LG_TRY(lg_store_item_read(env->store, cx, pool->pool, KIND, name, SHAPE, &row));
	const struct lg_rec_ui_customization *record = row.record;
	if (!lg_str_present(record->image) || row.modified.ms != (int64_t)time)
		return LG_STATUS(LG_E_NOT_FOUND);
	*ret_bytes = record->image;
	*ret_type = lg_image_type(record->image_type);
	return LG_OK;
}

#include "domain/transfer/import_lines.h"

#include <string.h>

#include "base/buf.h"
#include "domain/transfer/import_rows.h"

lg_status
lg_import_lines_begin(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str job_id,
	const struct lg_rec_import_job *job, struct lg_import_place place, struct lg_import_lines *ret)
{
	*ret = (struct lg_import_lines){
		.store = env->store,
		.pool = pool,
		.upload = job->upload,
		.parts = job->parts.v,
		.place = place,
	};
	LG_TRY(lg_import_file_kind(cx, job_id, &ret->kind));
	return lg_scratch_begin(cx, &ret->memory);
}

void
lg_import_lines_done(struct lg_import_lines *lines)
{
	lg_scratch_done(&lines->memory);
}

/* One part at a time. */
static lg_status
load(struct lg_ctx *cx, struct lg_import_lines *lines)
{
	if (lines->loaded)
		return LG_OK;
	lg_scratch_done(&lines->memory);
	LG_TRY(lg_scratch_begin(cx, &lines->memory));
	struct lg_ctx *own = &lines->memory.cx;
	struct lg_item_row row;
	lg_str name;
	LG_TRY(lg_import_part_name(own, lines->upload, lines->place.part, &name));
	LG_TRY(lg_store_item_read(
		lines->store, own, lines->pool, lines->kind, name, &lg_shape_rec_import_bytes, &row));
	lines->bytes = ((const struct lg_rec_import_bytes *)row.record)->bytes;
	lines->loaded = true;
	return LG_OK;
}

/* Take up to the line break, or all of the part; true when there was a break. */
static bool
take(struct lg_import_lines *lines, struct lg_buf *line)
{
	const lg_str rest = lg_str_slice(lines->bytes, lines->place.offset, lines->bytes.len);
	const size_t len = lg_str_find_byte(rest, '\n');
	lg_buf_put(line, lg_str_slice(rest, 0, len));
	lines->place.offset += len;
	if (len == rest.len)
		return false;
	lines->place.offset++;
	return true;
}

lg_status
lg_import_lines_next(
	struct lg_ctx *cx, struct lg_import_lines *lines, size_t max_bytes, lg_str *ret, bool *ret_end)
{
	/* One byte more for a carriage return. */
	struct lg_buf line = lg_buf_start(cx, max_bytes + 1);
	bool any = false;
	bool whole = false;
	while (!whole && lines->place.part < lines->parts) {
		LG_TRY(load(cx, lines));
		any = any || lines->place.offset < lines->bytes.len;
		whole = take(lines, &line);
		if (!whole) {
			lines->place = (struct lg_import_place){ .part = lines->place.part + 1 };
			lines->loaded = false;
		}
	}
	*ret_end = !any;
	*ret = LG_STR_NONE;
	if (line.failed || !any)
		return LG_OK;
	LG_TRY(lg_buf_finish(cx, &line, ret));
	if (lg_str_ends(*ret, LG_STR("\r")))
		*ret = lg_str_slice(*ret, 0, ret->len - 1);
	if (!lg_str_present(*ret))
		*ret = LG_STR("");
	if (ret->len > max_bytes)
		*ret = LG_STR_NONE;
	return LG_OK;
}

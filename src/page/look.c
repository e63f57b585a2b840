#include "page/look.h"

#include "page/look_cache.h"
#include "proto/answer.h"

lg_status
lg_look_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str preview, const struct lg_look **ret)
{
	struct lg_look *look = lg_new(cx, struct lg_look);
	const struct lg_look_kit *kit = NULL;
	struct lg_look_of of;
	lg_status s = LG_STATUS(LG_E_RESOURCE_NOT_FOUND);
	if (!look)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (!lg_str_empty(preview)) {
		LG_TRY(lg_look_of_preview(cx, pool, preview, &of));
		s = lg_looks_find(cx, env, &of, &kit);
	}
	const bool is_preview = !lg_failed(s);
	if (s.code == LG_E_RESOURCE_NOT_FOUND) {
		of = (struct lg_look_of){ pool, client->id };
		s = lg_looks_find(cx, env, &of, &kit);
	}
	LG_TRY(s);
	*look = kit->look;
	look->preview = is_preview;
	look->name = client->type->client_name;
	*ret = look;
	return LG_OK;
}

/* ---- its files ---- */

/* CLIENT/DIGEST/NAME. A digest of a former look gets the file of now, which is then not to be kept. */
static lg_status
find_file(struct lg_ctx *cx, struct lg_env *env, lg_str path, const struct lg_look_file **ret,
	bool *ret_current)
{
	lg_str name = path;
	const lg_str key = lg_str_cut(&name, '/');
	const lg_str digest = lg_str_cut(&name, '/');
	const struct lg_look_kit *kit;
	struct lg_look_of of;
	LG_TRY(lg_look_of_key(cx, env, key, &of));
	LG_TRY(lg_looks_find(cx, env, &of, &kit));
	for (size_t i = 0; i < kit->file_count; i++) {
		if (!lg_str_eq(kit->files[i].name, name))
			continue;
		*ret = &kit->files[i];
		*ret_current = lg_str_eq(kit->files[i].digest, digest);
		return LG_OK;
	}
	return LG_STATUS(LG_E_NOT_FOUND);
}

bool
lg_look_answer(
	struct lg_env *env, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	const struct lg_look_file *file;
	bool current;
	if (!lg_str_starts(req->path, LG_LOOK_ROOT))
		return false;
	const lg_status s = find_file(
		cx, env, lg_str_slice(req->path, LG_LOOK_ROOT.len, req->path.len), &file, &current);
	if (s.code == LG_E_NOT_FOUND || s.code == LG_E_RESOURCE_NOT_FOUND) {
		lg_answer_message(env, cx, 404, LG_STR("Not found."), ret);
		return true;
	}
	if (lg_failed(s)) {
		const struct lg_answer_error error = lg_answer_error(cx, s.code, LG_STR("look"));
		lg_answer_message(env, cx, error.info->http, error.text, ret);
		return true;
	}
	lg_answer_begin(env, cx, 200, ret);
	/* What is under a digest never changes. Opened by itself, a picture is nothing but a picture. */
	lg_http_answer_header(ret, LG_STR("Cache-Control"),
		current ? LG_STR("public, max-age=31536000, immutable") : LG_STR("no-store"));
	lg_http_answer_header(ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_http_answer_header(ret, LG_STR("Content-Security-Policy"),
		LG_STR("default-src 'none'; style-src 'unsafe-inline'; sandbox"));
	lg_answer_body(ret, file->type, file->bytes);
	return true;
}

#include "app/root_key.h"

#include <unistd.h>

#include "store/config.h"

#define META_NAME LG_STR("root-key")
#define FILE_NAME "root-credentials"
#define ID_SIZE 20
#define SECRET_SIZE 40

/* The text in the store: id, blank, secret. */
static lg_status
open_text(struct lg_ctx *cx, lg_str text, struct lg_root_key_home *ret)
{
	if (text.len != ID_SIZE + 1 + SECRET_SIZE)
		return lg_fail(cx, LG_E_REFUSED, "the root key in the database is damaged");
	LG_TRY(lg_secret_copy(text, &ret->secret));
	lg_str kept = lg_secret_view(&ret->secret);
	ret->key.access_key_id = lg_str_slice(kept, 0, ID_SIZE);
	ret->key.secret = lg_str_slice(kept, ID_SIZE + 1, kept.len);
	return LG_OK;
}

static lg_status
draw_text(struct lg_ctx *cx, lg_str *ret)
{
	lg_str id, secret;
	LG_TRY(lg_rand_text(cx, LG_STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), ID_SIZE - 4, &id));
	LG_TRY(lg_rand_text(cx, LG_STR("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
		SECRET_SIZE, &secret));
	return lg_str_fmt(cx, ret, "AKIA%.*s %.*s", LG_FMT(id), LG_FMT(secret));
}

/* The form of ~/.aws/credentials, so that AWS_SHARED_CREDENTIALS_FILE can name the file as it is. */
static lg_status
write_file(struct lg_ctx *cx, const char *path, lg_str text)
{
	lg_str file;
	LG_TRY(lg_str_fmt(cx, &file, "[default]\naws_access_key_id = %.*s\naws_secret_access_key = %.*s\n",
		LG_FMT(lg_str_slice(text, 0, ID_SIZE)), LG_FMT(lg_str_slice(text, ID_SIZE + 1, text.len))));
	return lg_file_write_private(cx, path, file, true);
}

static lg_status
put_meta(struct lg_ctx *cx, struct lg_store *store, lg_str text)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(store, cx, &batch));
	lg_store_meta_put(batch, META_NAME, text);
	return lg_store_commit(batch);
}

lg_status
lg_root_key_load(struct lg_ctx *cx, struct lg_store *store, const struct lg_folder *folder,
	struct lg_root_key_home *ret)
{
	*ret = (struct lg_root_key_home){ 0 };
	lg_str text;
	lg_status s = lg_store_meta_read(store, cx, META_NAME, &text);
	if (s.code != LG_E_NOT_FOUND) {
		LG_TRY(s);
		return open_text(cx, text, ret);
	}

	/* The file comes first: a key that is in force but that nobody was told would be lost for good. */
	const char *path;
	LG_TRY(lg_folder_file(cx, folder, FILE_NAME, &path));
	LG_TRY(draw_text(cx, &text));
	LG_TRY(write_file(cx, path, text));
	s = put_meta(cx, store, text);
	if (s.code == LG_E_CONFLICT) { /* Another machine's first start was faster: its file is the one. */
		(void)unlink(path);
		LG_TRY(lg_store_meta_read(store, cx, META_NAME, &text));
		return open_text(cx, text, ret);
	}
	LG_TRY(s);
	ret->made = path;
	return open_text(cx, text, ret);
}

void
lg_root_key_done(struct lg_root_key_home *home)
{
	lg_secret_done(&home->secret);
	home->key = (struct lg_root_key){ 0 };
}

#include "store/layout.h"

#include "crypto/aead.h"
#include "crypto/hash.h"

#define ROOT_BYTES 32
#define CHECK_BYTES 8

/* The key that wraps the root: derived, because a master key may have any length and other uses. */
static void
wrapping_key(const struct lg_secret *master, unsigned char ret[LG_AEAD_KEY_SIZE])
{
	lg_hkdf_sha256(
		lg_secret_view(master), LG_STR_NONE, LG_STR("lifeguard master slot"), ret, LG_AEAD_KEY_SIZE);
}

/* Make the root, its keyring, and what the database keeps of it. */
static lg_status
make_root(struct lg_store *store, struct lg_ctx *cx, const struct lg_secret *master, lg_str *ret_wrapped)
{
	LG_CLEANUP(lg_secret_done) struct lg_secret root = { 0 };
	LG_TRY(lg_secret_new(ROOT_BYTES, &root));
	lg_rand_bytes(cx, root.ptr, root.len);
	unsigned char key[LG_AEAD_KEY_SIZE];
	wrapping_key(master, key);
	lg_status s = lg_aead_seal(cx, lg_str_from_bytes(key, sizeof(key)), LG_STR("master_slot"),
		lg_secret_view(&root), ret_wrapped);
	lg_wipe(key, sizeof(key));
	LG_TRY(s);
	return lg_keyring_new(&root, &store->keys);
}

lg_status
lg_master_create(struct lg_store *store, struct lg_ctx *cx, const struct lg_secret *master, lg_str stamp)
{
	lg_str wrapped;
	LG_TRY(make_root(store, cx, master, &wrapped));
	unsigned char check[CHECK_BYTES];
	lg_keyring_check_value(master, check);

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(store, cx, &batch));
	lg_batch_add(batch, LG_Q_META_INSERT, LG_PARAMS(LG_DB_VTEXT(LG_STR("stamp")), LG_DB_VBLOB(stamp)));
	lg_batch_add(batch, LG_Q_MASTER_SLOT_INSERT,
		LG_PARAMS(LG_DB_VINT(0), LG_DB_VTEXT(LG_STR("file")),
			lg_batch_blob(batch, check, sizeof(check)), LG_DB_VBLOB(wrapped)));
	lg_batch_make_keys(batch, 0);
	lg_status s = lg_store_commit(batch);
	if (lg_failed(s)) {
		lg_keyring_free(store->keys);
		store->keys = NULL;
	}
	return s;
}

lg_status
lg_master_open(struct lg_store *store, struct lg_ctx *cx, const struct lg_secret *master)
{
	struct lg_db_rows slots;
	LG_TRY(lg_store_select(store, cx, LG_Q_MASTER_SLOTS, NULL, 16, &slots));
	unsigned char check[CHECK_BYTES];
	lg_keyring_check_value(master, check);
	const struct lg_db_value *slot = NULL;
	for (size_t i = 0; i < slots.count && !slot; i++)
		if (lg_ct_eq(lg_row(&slots, i)[2].bytes, lg_str_from_bytes(check, sizeof(check))))
			slot = lg_row(&slots, i);
	if (!slot)
		return lg_fail(
			cx, LG_E_REFUSED, "wrong master key: none of the database's slots was made with it");

	unsigned char key[LG_AEAD_KEY_SIZE];
	lg_str plain;
	wrapping_key(master, key);
	lg_status s = lg_aead_open(
		cx, lg_str_from_bytes(key, sizeof(key)), LG_STR("master_slot"), slot[3].bytes, &plain);
	lg_wipe(key, sizeof(key));
	if (s.code == LG_E_MALFORMED)
		return lg_fail(cx, LG_E_REFUSED, "the database is damaged: the root key does not open");
	LG_TRY(s);
	LG_CLEANUP(lg_secret_done) struct lg_secret root = { 0 };
	s = lg_secret_copy(plain, &root);
	lg_wipe((void *)(uintptr_t)plain.ptr, plain.len);
	LG_TRY(s);
	LG_TRY(lg_keyring_new(&root, &store->keys));
	s = lg_store_need_keys(store, cx, 0);
	if (s.code == LG_E_NOT_FOUND || s.code == LG_E_MALFORMED)
		return lg_fail(cx, LG_E_REFUSED, "the database is damaged: its own keys do not open");
	return s;
}

#include "store/impl.h"

#include "base/buf.h"
#include "codec/shape_io.h"
#include "crypto/aead.h"
#include "crypto/hash.h"

/* The first byte of what is sealed under a user's key, and the last of every associated data. */
#define SEAL_FORMAT 1

#define AAD_MAX 4096

static void
put_piece(struct lg_buf *b, lg_str piece)
{
	/* With its length, so that no two places have the same bytes. */
	for (int shift = 24; shift >= 0; shift -= 8)
		lg_buf_byte(b, (unsigned char)(piece.len >> shift));
	lg_buf_put(b, piece);
}

static lg_status
associated_data(struct lg_ctx *cx, const struct lg_seal_place *place, lg_str *ret)
{
	struct lg_buf b = lg_buf_start(cx, AAD_MAX);
	put_piece(&b, place->table);
	for (int shift = 56; shift >= 0; shift -= 8)
		lg_buf_byte(&b, (unsigned char)((uint64_t)place->pool >> shift));
	put_piece(&b, place->first);
	put_piece(&b, place->second);
	lg_buf_byte(&b, SEAL_FORMAT);
	return lg_buf_finish(cx, &b, ret);
}

static lg_status
load_keys(struct lg_store *store, struct lg_ctx *cx, int64_t pool)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_POOL_KEYS, LG_PARAMS(LG_DB_VINT(pool)), 1000, &rows));
	if (rows.count == 0)
		return lg_fail(cx, LG_E_NOT_FOUND, "the pool has no keys");
	for (size_t i = 0; i < rows.count; i++) {
		const struct lg_db_value *row = lg_row(&rows, i);
		for (int class = 0; class < LG_KEY_CLASSES; class ++)
			if (lg_str_eq(row[0].bytes, lg_key_class_name((enum lg_key_class) class)))
				LG_TRY(lg_keyring_load(store->keys, cx, pool, (enum lg_key_class) class,
					row[1].number, row[2].bytes));
	}
	return LG_OK;
}

lg_status
lg_store_need_keys(struct lg_store *store, struct lg_ctx *cx, int64_t pool)
{
	if (lg_keyring_has(store->keys, pool, LG_KEY_DATA))
		return LG_OK;
	return load_keys(store, cx, pool);
}

lg_status
lg_store_seal(struct lg_store *store, struct lg_ctx *cx, const struct lg_seal_place *place, lg_str plain,
	lg_str *ret)
{
	lg_str aad;
	LG_TRY(associated_data(cx, place, &aad));
	LG_TRY(lg_store_need_keys(store, cx, place->pool));
	return lg_keyring_seal(store->keys, cx, place->pool, LG_KEY_DATA, aad, plain, ret);
}

/* What does not open was damaged or moved: nothing that a caller could decide about. */
static lg_status
does_not_open(struct lg_ctx *cx, lg_status s, const struct lg_seal_place *place)
{
	if (s.code == LG_E_MALFORMED)
		return lg_fail(
			cx, LG_E_INTERNAL, "a sealed row of %.*s does not open", LG_FMT(place->table));
	return s;
}

lg_status
lg_store_open_sealed(struct lg_store *store, struct lg_ctx *cx, const struct lg_seal_place *place,
	lg_str sealed, lg_str *ret)
{
	lg_str aad;
	LG_TRY(associated_data(cx, place, &aad));
	LG_TRY(lg_store_need_keys(store, cx, place->pool));
	lg_status s = lg_keyring_open(store->keys, cx, place->pool, LG_KEY_DATA, aad, sealed, ret);
	if (s.code == LG_E_NOT_FOUND) {
		/* Another node has rotated the key since we loaded it. */
		LG_TRY(load_keys(store, cx, place->pool));
		s = lg_keyring_open(store->keys, cx, place->pool, LG_KEY_DATA, aad, sealed, ret);
	}
	return does_not_open(cx, s, place);
}

lg_status
lg_store_seal_record(struct lg_store *store, struct lg_ctx *cx, const struct lg_seal_place *place,
	const struct lg_shape *shape, const void *record, lg_str *ret)
{
	lg_str plain;
	LG_TRY(lg_shape_to_cbor(cx, shape, record, &plain));
	return lg_store_seal(store, cx, place, plain, ret);
}

lg_status
lg_store_open_record(struct lg_store *store, struct lg_ctx *cx, const struct lg_seal_place *place,
	const struct lg_shape *shape, lg_str sealed, void *ret)
{
	lg_str plain;
	LG_TRY(lg_store_open_sealed(store, cx, place, sealed, &plain));
	return does_not_open(cx, lg_shape_from_cbor(cx, shape, plain, ret), place);
}

static lg_str
derive(lg_str user_key, lg_str part, unsigned char space[LG_AEAD_KEY_SIZE])
{
	lg_hkdf_sha256(user_key, LG_STR_NONE, part, space, LG_AEAD_KEY_SIZE);
	return lg_str_from_bytes(space, LG_AEAD_KEY_SIZE);
}

lg_status
lg_seal_for_user(struct lg_ctx *cx, lg_str user_key, const struct lg_seal_place *place,
	const struct lg_shape *shape, const void *record, lg_str *ret)
{
	lg_str plain;
	lg_str aad;
	lg_str sealed;
	LG_TRY(lg_shape_to_cbor(cx, shape, record, &plain));
	LG_TRY(associated_data(cx, place, &aad));
	unsigned char key[LG_AEAD_KEY_SIZE];
	lg_status s = lg_aead_seal(cx, derive(user_key, place->second, key), aad, plain, &sealed);
	lg_wipe(key, sizeof(key));
	LG_TRY(s);
	const char format[] = { SEAL_FORMAT };
	return lg_str_concat(cx, (const lg_str[]){ { format, 1 }, sealed }, 2, ret);
}

lg_status
lg_open_for_user(struct lg_ctx *cx, lg_str user_key, const struct lg_seal_place *place,
	const struct lg_shape *shape, lg_str sealed, void *ret)
{
	if (sealed.len == 0 || sealed.ptr[0] != SEAL_FORMAT)
		return does_not_open(cx, LG_STATUS(LG_E_MALFORMED), place);
	lg_str plain;
	lg_str aad;
	LG_TRY(associated_data(cx, place, &aad));
	unsigned char key[LG_AEAD_KEY_SIZE];
	lg_status s = lg_aead_open(
		cx, derive(user_key, place->second, key), aad, lg_str_slice(sealed, 1, sealed.len), &plain);
	lg_wipe(key, sizeof(key));
	if (!lg_failed(s))
		s = lg_shape_from_cbor(cx, shape, plain, ret);
	return does_not_open(cx, s, place);
}

lg_status
lg_store_digest(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str label, lg_str value,
	unsigned char ret[16])
{
	unsigned char mac[32];
	LG_TRY(lg_store_need_keys(store, cx, pool));
	LG_TRY(lg_keyring_mac(store->keys, cx, pool, LG_KEY_INDEX, label, value, mac));
	for (size_t i = 0; i < 16; i++)
		ret[i] = mac[i];
	return LG_OK;
}

#include "token/webauthn_impl.h"

#include "codec/cbor.h"
#include "crypto/point.h"

/* 6.1: the places of the head, and its flags. */
#define RP_ID_HASH_SIZE 32
#define HEAD_SIZE 37
enum flag { UP = 0x01, UV = 0x04, BE = 0x08, BS = 0x10, AT = 0x40, ED = 0x80 };

#define EXTENSION_DEPTH 4

/* RFC 9053, 7: a key is a map of so many pairs, in this order; the first two are kty and alg. */
#define MAX_PAIRS 5
struct pair {
	int64_t label;
	int64_t number; /* its value, when size is 0 */
	size_t size; /* of the byte string that it is */
};
static const struct form {
	enum lg_cose_alg alg;
	size_t pairs;
	struct pair pair[MAX_PAIRS];
} forms[] = {
	{ LG_COSE_ES256, 5,
		{ { 1, 2, 0 }, { 3, LG_COSE_ES256, 0 }, { -1, 1, 0 }, { -2, 0, 32 }, { -3, 0, 32 } } },
	{ LG_COSE_RS256, 4, { { 1, 3, 0 }, { 3, LG_COSE_RS256, 0 }, { -1, 0, 256 }, { -2, 0, 3 } } },
	{ LG_COSE_EDDSA, 4, { { 1, 1, 0 }, { 3, LG_COSE_EDDSA, 0 }, { -1, 6, 0 }, { -2, 0, 32 } } },
};

static lg_status
unreadable(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "authenticatorData is not valid.");
}

static lg_status
not_supported(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED, "The credential's key is not supported.");
}

/* The next integer. */
static lg_status
take_int(struct lg_ctx *cx, lg_str *rest, int64_t *ret)
{
	struct lg_cbor_item item;
	LG_TRY(lg_cbor_next(cx, rest, &item));
	if ((item.type != LG_CBOR_UINT && item.type != LG_CBOR_NEGATIVE) || item.number > INT64_MAX)
		return lg_fail(cx, LG_E_MALFORMED, "not an integer");
	*ret = item.type == LG_CBOR_UINT ? (int64_t)item.number : -1 - (int64_t)item.number;
	return LG_OK;
}

/* The key's second pair says what it is; what comes before is looked at again. */
static lg_status
find_form(struct lg_ctx *cx, lg_str key, const struct form **ret)
{
	struct lg_cbor_item map;
	int64_t kty_label, kty, alg_label, alg;
	LG_TRY(lg_cbor_next(cx, &key, &map));
	if (map.type != LG_CBOR_MAP)
		return lg_fail(cx, LG_E_MALFORMED, "not a map");
	LG_TRY(take_int(cx, &key, &kty_label));
	LG_TRY(take_int(cx, &key, &kty));
	LG_TRY(take_int(cx, &key, &alg_label));
	LG_TRY(take_int(cx, &key, &alg));
	for (size_t i = 0; i < LG_LEN(forms); i++) {
		if (alg != forms[i].alg)
			continue;
		if (map.number != forms[i].pairs)
			break;
		*ret = &forms[i];
		return LG_OK;
	}
	return not_supported(cx);
}

/* A COSE key, taken off `rest`. */
static lg_status
take_key(struct lg_ctx *cx, lg_str *rest, struct lg_webauthn_data *data)
{
	const lg_str all = *rest;
	const struct form *form;
	LG_TRY(lg_cbor_skip_canonical(cx, rest, 1));
	lg_str at = lg_str_slice(all, 0, all.len - rest->len);
	LG_TRY(find_form(cx, at, &form));

	struct lg_cbor_item item;
	lg_str parts[MAX_PAIRS];
	size_t count = 0;
	LG_TRY(lg_cbor_next(cx, &at, &item));
	for (size_t i = 0; i < form->pairs; i++) {
		const struct pair *pair = &form->pair[i];
		int64_t label, number;
		LG_TRY(take_int(cx, &at, &label));
		if (label != pair->label)
			return not_supported(cx);
		if (pair->size) {
			LG_TRY(lg_cbor_next(cx, &at, &item));
			if (item.type != LG_CBOR_BYTES || item.bytes.len != pair->size)
				return not_supported(cx);
			parts[count++] = item.bytes;
		} else {
			LG_TRY(take_int(cx, &at, &number));
			if (number != pair->number)
				return not_supported(cx);
		}
	}
	data->alg = form->alg;
	return lg_str_concat(cx, parts, count, &data->key);
}

bool
lg_webauthn_key_sound(enum lg_cose_alg alg, lg_str key)
{
	switch (alg) {
	case LG_COSE_ES256:
		return lg_p256_is_point(key);
	case LG_COSE_RS256:
		return lg_rsa2048_is_key(key);
	case LG_COSE_EDDSA:
		return lg_ed25519_is_point(key);
	}
	return false;
}

static uint32_t
big_endian(lg_str bytes)
{
	uint32_t number = 0;
	for (size_t i = 0; i < bytes.len; i++)
		number = number << 8 | (unsigned char)bytes.ptr[i];
	return number;
}

/* As many bytes off `rest`; absent when there are not so many. */
static lg_str
take(lg_str *rest, size_t bytes)
{
	if (rest->len < bytes)
		return LG_STR_NONE;
	const lg_str taken = lg_str_slice(*rest, 0, bytes);
	*rest = lg_str_slice(*rest, bytes, rest->len);
	return taken;
}

/* 6.5.2: AAGUID, length, id, key. */
static lg_status
take_credential(struct lg_ctx *cx, lg_str *rest, struct lg_webauthn_data *data)
{
	data->aaguid = take(rest, LG_AAGUID_SIZE);
	const lg_str length = take(rest, 2);
	if (!lg_str_present(length))
		return unreadable(cx);
	const size_t size = big_endian(length);
	data->id = take(rest, size);
	if (size == 0 || size > LG_WEBAUTHN_ID_MAX || !lg_str_present(data->id))
		return unreadable(cx);
	const lg_status s = take_key(cx, rest, data);
	return s.code == LG_E_MALFORMED ? unreadable(cx) : s;
}

/* A map with text keys. */
static lg_status
take_extensions(struct lg_ctx *cx, lg_str *rest, lg_str *ret)
{
	const lg_str all = *rest;
	LG_TRY(lg_cbor_skip_canonical(cx, rest, EXTENSION_DEPTH));
	const lg_str map = lg_str_slice(all, 0, all.len - rest->len);
	lg_str at = map;
	struct lg_cbor_item item;
	LG_TRY(lg_cbor_next(cx, &at, &item));
	if (item.type != LG_CBOR_MAP)
		return lg_fail(cx, LG_E_MALFORMED, "not a map");
	for (uint64_t pairs = item.number; pairs; pairs--) {
		LG_TRY(lg_cbor_next(cx, &at, &item));
		if (item.type != LG_CBOR_TEXT)
			return lg_fail(cx, LG_E_MALFORMED, "not a text");
		LG_TRY(lg_cbor_skip(cx, &at, EXTENSION_DEPTH));
	}
	*ret = map;
	return LG_OK;
}

lg_status
lg_webauthn_data_read(struct lg_ctx *cx, lg_str bytes, bool attested, struct lg_webauthn_data *ret)
{
	if (bytes.len < HEAD_SIZE || bytes.len > LG_WEBAUTHN_DATA_MAX)
		return unreadable(cx);
	lg_str rest = bytes;
	struct lg_webauthn_data data = { .bytes = bytes, .rp_id_hash = take(&rest, RP_ID_HASH_SIZE) };
	const unsigned flags = big_endian(take(&rest, 1));
	data.count = big_endian(take(&rest, 4));
	data.user_present = flags & UP;
	data.user_verified = flags & UV;
	data.backup_eligible = flags & BE;
	data.backed_up = flags & BS;
	if (data.backed_up && !data.backup_eligible)
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "authenticatorData is backed up, but not eligible.");
	if (!!(flags & AT) != attested)
		return unreadable(cx);
	if (attested)
		LG_TRY(take_credential(cx, &rest, &data));
	if (flags & ED) {
		const lg_status s = take_extensions(cx, &rest, &data.extensions);
		if (s.code == LG_E_MALFORMED)
			return unreadable(cx);
		LG_TRY(s);
	}
	if (rest.len)
		return unreadable(cx);
	*ret = data;
	return LG_OK;
}

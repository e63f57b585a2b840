#include "codec/cbor.h"

#include <string.h>

#include <cbor.h>

#include "codec/text.h"

static const unsigned char major[] = {
	[LG_CBOR_UINT] = 0x00,
	[LG_CBOR_NEGATIVE] = 0x20,
	[LG_CBOR_BYTES] = 0x40,
	[LG_CBOR_TEXT] = 0x60,
	[LG_CBOR_ARRAY] = 0x80,
	[LG_CBOR_MAP] = 0xa0,
};

static void
put_big_endian(struct lg_buf *b, uint64_t number, unsigned bytes)
{
	while (bytes--)
		lg_buf_byte(b, (unsigned char)(number >> (8 * bytes)));
}

void
lg_cbor_put_head(struct lg_buf *b, enum lg_cbor_type type, uint64_t number)
{
	unsigned char first = major[type];
	if (number < 24) {
		lg_buf_byte(b, (unsigned char)(first | number));
	} else if (number <= UINT8_MAX) {
		lg_buf_byte(b, first | 24);
		put_big_endian(b, number, 1);
	} else if (number <= UINT16_MAX) {
		lg_buf_byte(b, first | 25);
		put_big_endian(b, number, 2);
	} else if (number <= UINT32_MAX) {
		lg_buf_byte(b, first | 26);
		put_big_endian(b, number, 4);
	} else {
		lg_buf_byte(b, first | 27);
		put_big_endian(b, number, 8);
	}
}

void
lg_cbor_put_int(struct lg_buf *b, int64_t value)
{
	if (value >= 0)
		lg_cbor_put_head(b, LG_CBOR_UINT, (uint64_t)value);
	else
		lg_cbor_put_head(b, LG_CBOR_NEGATIVE, ~(uint64_t)value);
}

void
lg_cbor_put_bytes(struct lg_buf *b, lg_str bytes)
{
	lg_cbor_put_head(b, LG_CBOR_BYTES, bytes.len);
	lg_buf_put(b, bytes);
}

void
lg_cbor_put_text(struct lg_buf *b, lg_str text)
{
	lg_cbor_put_head(b, LG_CBOR_TEXT, text.len);
	lg_buf_put(b, text);
}

void
lg_cbor_put_bool(struct lg_buf *b, bool value)
{
	lg_buf_byte(b, value ? 0xf5 : 0xf4);
}

void
lg_cbor_put_double(struct lg_buf *b, double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	lg_buf_byte(b, 0xfb);
	put_big_endian(b, bits, 8);
}

/* What libcbor's decoder tells about one head. */
struct heard {
	bool known;
	struct lg_cbor_item item;
};

static void
hear_number(void *at, enum lg_cbor_type type, uint64_t number)
{
	struct heard *heard = at;
	heard->known = true;
	heard->item = (struct lg_cbor_item){ .type = type, .number = number };
}

static void
hear_bytes(void *at, enum lg_cbor_type type, cbor_data data, size_t len)
{
	hear_number(at, type, len);
	((struct heard *)at)->item.bytes = lg_str_from_bytes(data, len);
}

static void
on_uint8(void *at, uint8_t n)
{
	hear_number(at, LG_CBOR_UINT, n);
}

static void
on_uint16(void *at, uint16_t n)
{
	hear_number(at, LG_CBOR_UINT, n);
}

static void
on_uint32(void *at, uint32_t n)
{
	hear_number(at, LG_CBOR_UINT, n);
}

static void
on_uint64(void *at, uint64_t n)
{
	hear_number(at, LG_CBOR_UINT, n);
}

static void
on_negint8(void *at, uint8_t n)
{
	hear_number(at, LG_CBOR_NEGATIVE, n);
}

static void
on_negint16(void *at, uint16_t n)
{
	hear_number(at, LG_CBOR_NEGATIVE, n);
}

static void
on_negint32(void *at, uint32_t n)
{
	hear_number(at, LG_CBOR_NEGATIVE, n);
}

static void
on_negint64(void *at, uint64_t n)
{
	hear_number(at, LG_CBOR_NEGATIVE, n);
}

static void
on_bytes(void *at, cbor_data data, size_t len)
{
	hear_bytes(at, LG_CBOR_BYTES, data, len);
}

static void
on_text(void *at, cbor_data data, size_t len)
{
	hear_bytes(at, LG_CBOR_TEXT, data, len);
}

static void
on_array(void *at, size_t count)
{
	hear_number(at, LG_CBOR_ARRAY, count);
}

static void
on_map(void *at, size_t count)
{
	hear_number(at, LG_CBOR_MAP, count);
}

static void
on_bool(void *at, bool value)
{
	hear_number(at, LG_CBOR_BOOL, value);
}

static void
on_double(void *at, double value)
{
	hear_number(at, LG_CBOR_DOUBLE, 0);
	((struct heard *)at)->item.real = value;
}

/* Was the head written in its shortest form? */
static bool
shortest(const struct lg_cbor_item *item, size_t head)
{
	if (item->type == LG_CBOR_BOOL)
		return head == 1;
	if (item->type == LG_CBOR_DOUBLE)
		return head == 9;
	size_t want = item->number < 24            ? 1
		      : item->number <= UINT8_MAX  ? 2
		      : item->number <= UINT16_MAX ? 3
		      : item->number <= UINT32_MAX ? 5
						   : 9;
	return head == want;
}

lg_status
lg_cbor_next(struct lg_ctx *cx, lg_str *rest, struct lg_cbor_item *ret)
{
	/* Tags, indefinite lengths, null, undefined and floats of other sizes are heard by nobody. */
	struct cbor_callbacks callbacks = cbor_empty_callbacks;
	callbacks.uint8 = on_uint8;
	callbacks.uint16 = on_uint16;
	callbacks.uint32 = on_uint32;
	callbacks.uint64 = on_uint64;
	callbacks.negint8 = on_negint8;
	callbacks.negint16 = on_negint16;
	callbacks.negint32 = on_negint32;
	callbacks.negint64 = on_negint64;
	callbacks.byte_string = on_bytes;
	callbacks.string = on_text;
	callbacks.array_start = on_array;
	callbacks.map_start = on_map;
	callbacks.boolean = on_bool;
	callbacks.float8 = on_double;

	struct heard heard = { .known = false };
	struct cbor_decoder_result result = { 0 };
	if (rest->len)
		result = cbor_stream_decode((cbor_data)rest->ptr, rest->len, &callbacks, &heard);
	if (!rest->len || result.status != CBOR_DECODER_FINISHED || !heard.known ||
		!shortest(&heard.item, result.read - heard.item.bytes.len) ||
		(heard.item.type == LG_CBOR_TEXT && !lg_text_is_utf8(heard.item.bytes)))
		return lg_fail(cx, LG_E_MALFORMED, "record is damaged");
	*rest = lg_str_slice(*rest, result.read, rest->len);
	*ret = heard.item;
	return LG_OK;
}

lg_status
lg_cbor_skip(struct lg_ctx *cx, lg_str *rest, unsigned depth)
{
	struct lg_cbor_item item;
	LG_TRY(lg_cbor_next(cx, rest, &item));
	if (item.type != LG_CBOR_ARRAY && item.type != LG_CBOR_MAP)
		return LG_OK;
	if (!depth)
		return lg_fail(cx, LG_E_MALFORMED, "record is too deep");
	for (uint64_t i = 0; i < item.number; i++) {
		LG_TRY(lg_cbor_skip(cx, rest, depth - 1));
		if (item.type == LG_CBOR_MAP)
			LG_TRY(lg_cbor_skip(cx, rest, depth - 1));
	}
	return LG_OK;
}

/* Does the encoded key `key` come behind `before`? */
static bool
rises(lg_str before, lg_str key)
{
	const int type = ((unsigned char)key.ptr[0] >> 5) - ((unsigned char)before.ptr[0] >> 5);
	if (type != 0)
		return type > 0;
	if (key.len != before.len)
		return key.len > before.len;
	return lg_str_cmp(before, key) < 0;
}

lg_status
lg_cbor_skip_canonical(struct lg_ctx *cx, lg_str *rest, unsigned depth)
{
	struct lg_cbor_item item;
	LG_TRY(lg_cbor_next(cx, rest, &item));
	if (item.type != LG_CBOR_ARRAY && item.type != LG_CBOR_MAP)
		return LG_OK;
	if (!depth)
		return lg_fail(cx, LG_E_MALFORMED, "record is too deep");
	lg_str before = LG_STR_NONE;
	for (uint64_t i = 0; i < item.number; i++) {
		lg_str key = *rest;
		LG_TRY(lg_cbor_skip_canonical(cx, rest, depth - 1));
		if (item.type != LG_CBOR_MAP)
			continue;
		key = lg_str_slice(key, 0, key.len - rest->len);
		if (lg_str_present(before) && !rises(before, key))
			return lg_fail(cx, LG_E_MALFORMED, "record is not canonical");
		before = key;
		LG_TRY(lg_cbor_skip_canonical(cx, rest, depth - 1));
	}
	return LG_OK;
}

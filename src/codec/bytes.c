#include "codec/bytes.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int
lg_hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

lg_status
lg_hex_encode(struct lg_ctx *cx, lg_str bytes, lg_str *ret)
{
	char *text = lg_new_array(cx, char, bytes.len * 2 + 1);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char byte = (unsigned char)bytes.ptr[i];
		text[2 * i] = hex_digits[byte >> 4];
		text[2 * i + 1] = hex_digits[byte & 15];
	}
	*ret = (lg_str){ text, bytes.len * 2 };
	return LG_OK;
}

lg_status
lg_base32_encode(struct lg_ctx *cx, lg_str bytes, lg_str *ret)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const size_t len = (bytes.len * 8 + 4) / 5;
	char *text = lg_new_array(cx, char, len + 1);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < len; i++) {
		/* Five bits, which lie in one byte or in two; behind the last one are zeros. */
		const size_t at = i * 5 / 8;
		const unsigned next = at + 1 < bytes.len ? (unsigned char)bytes.ptr[at + 1] : 0;
		const unsigned pair = (unsigned)(unsigned char)bytes.ptr[at] << 8 | next;
		text[i] = digits[pair >> (11 - i * 5 % 8) & 31];
	}
	*ret = (lg_str){ text, len };
	return LG_OK;
}

lg_status
lg_hex_decode(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	if (text.len % 2)
		return lg_fail(cx, LG_E_MALFORMED, "odd number of hexadecimal digits");
	char *bytes = lg_new_array(cx, char, text.len / 2 + 1);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < text.len / 2; i++) {
		int high = lg_hex_value(text.ptr[2 * i]), low = lg_hex_value(text.ptr[2 * i + 1]);
		if (high < 0 || low < 0)
			return lg_fail(cx, LG_E_MALFORMED, "not hexadecimal");
		bytes[i] = (char)(high << 4 | low);
	}
	*ret = (lg_str){ bytes, text.len / 2 };
	return LG_OK;
}

static lg_status
encode64(struct lg_ctx *cx, lg_str bytes, const char *letters, bool pad, lg_str *ret)
{
	char *text = lg_new_array(cx, char, (bytes.len + 2) / 3 * 4 + 1);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t len = 0;
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t have = bytes.len - i < 3 ? bytes.len - i : 3;
		uint32_t group = 0;
		for (size_t k = 0; k < 3; k++)
			group = group << 8 | (k < have ? (unsigned char)bytes.ptr[i + k] : 0U);
		for (size_t k = 0; k < 4; k++) {
			if (k <= have)
				text[len++] = letters[group >> (18 - 6 * k) & 63];
			else if (pad)
				text[len++] = '=';
		}
	}
	*ret = (lg_str){ text, len };
	return LG_OK;
}

/* Letters of which alphabets count. */
enum { STANDARD = 1, URL = 2 };

static int
value64(char c, int alphabets)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (alphabets & STANDARD && (c == '+' || c == '/'))
		return c == '+' ? 62 : 63;
	if (alphabets & URL && (c == '-' || c == '_'))
		return c == '-' ? 62 : 63;
	return -1;
}

/* `text` is without padding. */
static lg_status
decode64(struct lg_ctx *cx, lg_str text, int alphabets, lg_str *ret)
{
	if (text.len % 4 == 1)
		return lg_fail(cx, LG_E_MALFORMED, "base64 of an impossible length");
	char *bytes = lg_new_array(cx, char, text.len / 4 * 3 + 3);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t len = 0;
	uint32_t group = 0;
	unsigned bits = 0;
	for (size_t i = 0; i < text.len; i++) {
		int value = value64(text.ptr[i], alphabets);
		if (value < 0)
			return lg_fail(cx, LG_E_MALFORMED, "not base64");
		group = group << 6 | (uint32_t)value;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[len++] = (char)(group >> bits & 255);
		}
	}
	if (group & ((1U << bits) - 1))
		return lg_fail(cx, LG_E_MALFORMED, "base64 with bits behind its end");
	*ret = (lg_str){ bytes, len };
	return LG_OK;
}

/* Take off "=" that completes the last group; false when the padding is wrong. */
static bool
strip_padding(lg_str *text)
{
	if (text->len % 4)
		return false;
	for (int i = 0; i < 2 && text->len && text->ptr[text->len - 1] == '='; i++)
		text->len--;
	return true;
}

lg_status
lg_base64_encode(struct lg_ctx *cx, lg_str bytes, lg_str *ret)
{
	return encode64(cx, bytes, base64_letters, true, ret);
}

lg_status
lg_base64_decode(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	if (!strip_padding(&text))
		return lg_fail(cx, LG_E_MALFORMED, "base64 without its padding");
	return decode64(cx, text, STANDARD, ret);
}

lg_status
lg_base64url_encode(struct lg_ctx *cx, lg_str bytes, lg_str *ret)
{
	return encode64(cx, bytes, base64url_letters, false, ret);
}

lg_status
lg_base64url_decode(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	return decode64(cx, text, URL, ret);
}

lg_status
lg_base64_decode_lenient(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	if (text.len && text.ptr[text.len - 1] == '=' && !strip_padding(&text))
		return lg_fail(cx, LG_E_MALFORMED, "base64 with wrong padding");
	return decode64(cx, text, STANDARD | URL, ret);
}

lg_status
lg_uuid_encode(struct lg_ctx *cx, const unsigned char bytes[16], lg_str *ret)
{
	char *text = lg_new_array(cx, char, 37);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t len = 0;
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[len++] = '-';
		text[len++] = hex_digits[bytes[i] >> 4];
		text[len++] = hex_digits[bytes[i] & 15];
	}
	*ret = (lg_str){ text, len };
	return LG_OK;
}

bool
lg_uuid_decode(lg_str text, unsigned char ret[16])
{
	if (text.len != 36)
		return false;
	unsigned char bytes[16];
	size_t at = 0;
	for (size_t i = 0; i < 16; i++) {
		if ((i == 4 || i == 6 || i == 8 || i == 10) && text.ptr[at++] != '-')
			return false;
		int high = lg_hex_value(text.ptr[at]), low = lg_hex_value(text.ptr[at + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (unsigned char)(high << 4 | low);
		at += 2;
	}
	memcpy(ret, bytes, sizeof(bytes));
	return true;
}

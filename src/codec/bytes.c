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

/* What each character stands for; those of one alphabet alone say of which, and X of none. */
enum { OF_STANDARD = 0x100, OF_URL = 0x200, OF_NONE = 0x400 };
#define S OF_STANDARD
#define U OF_URL
#define X OF_NONE
static const uint16_t values64[256] = {
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
	X, X, X, X, X, X, X, X, X, X, X, 62 | S, X, 62 | U, X, 63 | S, 52, 53, 54, 55, 56, 57, 58, 59,
	60, 61, X, X, X, X, X, X, X, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
	19, 20, 21, 22, 23, 24, 25, X, X, X, X, 63 | U, X, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36,
	37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, X, X, X, X, X,
	[128 ... 255] = X,
};
#undef S
#undef U
#undef X

/* `text` is without padding. */
static lg_status
decode64(struct lg_ctx *cx, lg_str text, int alphabets, lg_str *ret)
{
	if (text.len % 4 == 1)
		return lg_fail(cx, LG_E_MALFORMED, "base64 of an impossible length");
	char *bytes = lg_new_array(cx, char, text.len / 4 * 3 + 3);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const unsigned char *from = (const unsigned char *)text.ptr;
	size_t len = 0, at = 0;
	unsigned seen = 0; /* what any character said */
	uint32_t group = 0;
	for (; at + 4 <= text.len; at += 4) {
		const unsigned a = values64[from[at]], b = values64[from[at + 1]];
		const unsigned c = values64[from[at + 2]], d = values64[from[at + 3]];
		seen |= a | b | c | d;
		group = (a & 63) << 18 | (b & 63) << 12 | (c & 63) << 6 | (d & 63);
		bytes[len++] = (char)(group >> 16);
		bytes[len++] = (char)(group >> 8 & 255);
		bytes[len++] = (char)(group & 255);
	}
	unsigned bits = 0;
	for (group = 0; at < text.len; at++) {
		seen |= values64[from[at]];
		group = group << 6 | (values64[from[at]] & 63);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[len++] = (char)(group >> bits & 255);
		}
	}
	if (seen & (OF_NONE | (alphabets & STANDARD ? 0U : OF_STANDARD) | (alphabets & URL ? 0U : OF_URL)))
		return lg_fail(cx, LG_E_MALFORMED, "not base64");
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

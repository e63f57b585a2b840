#include "domain/identity/oauth1.h"

#include <inttypes.h>

#include "codec/bytes.h"
#include "codec/uri.h"
#include "crypto/hash.h"

#define NONCE_LENGTH 32
#define ALPHABET LG_STR("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

/* The parameters that are signed, in the order of their names (3.4.1.3.2). */
enum { CONSUMER_KEY, NONCE, METHOD, TIMESTAMP, TOKEN, VERSION, COUNT };
static const lg_str names[COUNT] = {
	[CONSUMER_KEY] = LG_STR_INIT("oauth_consumer_key"),
	[NONCE] = LG_STR_INIT("oauth_nonce"),
	[METHOD] = LG_STR_INIT("oauth_signature_method"),
	[TIMESTAMP] = LG_STR_INIT("oauth_timestamp"),
	[TOKEN] = LG_STR_INIT("oauth_token"),
	[VERSION] = LG_STR_INIT("oauth_version"),
};

/* 3.4.1: method, URL and parameters, each encoded once more, with '&' between them. */
static lg_status
base_string(struct lg_ctx *cx, lg_str method, lg_str url, const lg_str values[COUNT], lg_str *ret)
{
	lg_str parts[4 * COUNT], pairs;
	size_t count = 0;
	for (size_t i = 0; i < COUNT; i++) {
		if (i)
			parts[count++] = LG_STR("&");
		parts[count++] = names[i];
		parts[count++] = LG_STR("=");
		parts[count++] = values[i];
	}
	LG_TRY(lg_str_concat(cx, parts, count, &pairs));
	LG_TRY(lg_uri_encode(cx, pairs, false, &pairs));
	LG_TRY(lg_uri_encode(cx, url, false, &url));
	return lg_str_concat(cx, (const lg_str[]){ method, LG_STR("&"), url, LG_STR("&"), pairs }, 5, ret);
}

static lg_status
sign(struct lg_ctx *cx, lg_str text, const struct lg_oauth1 *keys, lg_str *ret)
{
	lg_str consumer, token, key;
	unsigned char mac[LG_SHA1_SIZE];
	LG_TRY(lg_uri_encode(cx, keys->consumer_secret, false, &consumer));
	LG_TRY(lg_uri_encode(cx, keys->token_secret, false, &token));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ consumer, LG_STR("&"), token }, 3, &key));
	LG_TRY(lg_hmac_sha1(cx, key, text, mac));
	LG_TRY(lg_base64_encode(cx, lg_str_from_bytes(mac, sizeof(mac)), ret));
	return lg_uri_encode(cx, *ret, false, ret);
}

lg_status
lg_oauth1_sign(struct lg_ctx *cx, lg_time now, lg_str nonce, lg_str method, lg_str url,
	const struct lg_oauth1 *keys, lg_str *ret)
{
	lg_str values[COUNT] = {
		[NONCE] = nonce, [METHOD] = LG_STR("HMAC-SHA1"), [VERSION] = LG_STR("1.0")
	};
	lg_str text, signature, header = LG_STR("OAuth ");
	LG_TRY(lg_str_fmt(cx, &values[TIMESTAMP], "%" PRId64, lg_time_s(now)));
	LG_TRY(lg_uri_encode(cx, keys->consumer_key, false, &values[CONSUMER_KEY]));
	LG_TRY(lg_uri_encode(cx, keys->token, false, &values[TOKEN]));
	LG_TRY(base_string(cx, method, url, values, &text));
	LG_TRY(sign(cx, text, keys, &signature));
	for (size_t i = 0; i < COUNT; i++)
		LG_TRY(lg_str_concat(cx,
			(const lg_str[]){ header, names[i], LG_STR("=\""), values[i], LG_STR("\", ") }, 5,
			&header));
	return lg_str_concat(cx,
		(const lg_str[]){ header, LG_STR("oauth_signature=\""), signature, LG_STR("\"") }, 4, ret);
}

lg_status
lg_oauth1_authorization(
	struct lg_ctx *cx, lg_time now, lg_str method, lg_str url, const struct lg_oauth1 *keys, lg_str *ret)
{
	lg_str nonce;
	LG_TRY(lg_rand_text(cx, ALPHABET, NONCE_LENGTH, &nonce));
	return lg_oauth1_sign(cx, now, nonce, method, url, keys, ret);
}

/* Bytes as text: what a decoder takes, it takes in one form only. */
#include "codec/bytes.h"

#include "tests/fuzz/fuzz.h"

typedef lg_status (*codec)(struct lg_ctx *cx, lg_str in, lg_str *ret);

static const struct pair {
	codec encode;
	codec decode;
} pairs[] = {
	{ lg_base64_encode, lg_base64_decode },
	{ lg_base64url_encode, lg_base64url_decode },
	{ lg_hex_encode, lg_hex_decode },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	const lg_str in = lg_str_from_bytes(data, size);
	lg_str out, back;
	for (size_t i = 0; i < LG_LEN(pairs); i++) {
		MUST_OK(pairs[i].encode(cx, in, &out));
		MUST_OK(pairs[i].decode(cx, out, &back));
		MUST(lg_str_eq(back, in));
		if (lg_failed(pairs[i].decode(cx, in, &out)))
			continue;
		MUST_OK(pairs[i].encode(cx, out, &back));
		if (pairs[i].decode == lg_hex_decode)
			MUST(lg_str_eq_nocase(back, in));
		else
			MUST(lg_str_eq(back, in));
	}
	if (!lg_failed(lg_base64_decode_lenient(cx, in, &out))) {
		lg_str text;
		MUST_OK(lg_base64_encode(cx, out, &text));
		MUST_OK(lg_base64_decode_lenient(cx, text, &back));
		MUST(lg_str_eq(back, out));
	}
	unsigned char uid[16];
	if (lg_uuid_decode(in, uid)) {
		MUST_OK(lg_uuid_encode(cx, uid, &out));
		MUST(lg_str_eq_nocase(out, in));
	}
	return 0;
}

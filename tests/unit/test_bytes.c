#include "tests/lib/test.h"

#include <string.h>

#include "codec/bytes.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	return &t.cx;
}

TEST(base64_follows_rfc_4648)
{
	struct lg_ctx *cx = begin();
	const lg_str vectors[][2] = { { LG_STR(""), LG_STR("") }, { LG_STR("f"), LG_STR("Zg==") },
		{ LG_STR("fo"), LG_STR("Zm8=") }, { LG_STR("foo"), LG_STR("Zm9v") },
		{ LG_STR("foob"), LG_STR("Zm9vYg==") }, { LG_STR("fooba"), LG_STR("Zm9vYmE=") },
		{ LG_STR("foobar"), LG_STR("Zm9vYmFy") }, { LG_STR("\xfb\xff\xfe"), LG_STR("+//+") } };
	for (size_t i = 0; i < LG_LEN(vectors); i++) {
		lg_str text;
		CHECK_OK(lg_base64_encode(cx, vectors[i][0], &text));
		CHECK_STR(text, vectors[i][1]);
		CHECK_OK(lg_base64_decode(cx, text, &text));
		CHECK_STR(text, vectors[i][0]);
	}
	lg_test_ctx_done(&t);
}

TEST(base32_follows_rfc_4648_without_padding)
{
	static const lg_str vectors[][2] = {
		{ LG_STR_INIT(""), LG_STR_INIT("") },
		{ LG_STR_INIT("f"), LG_STR_INIT("MY") },
		{ LG_STR_INIT("fo"), LG_STR_INIT("MZXQ") },
		{ LG_STR_INIT("foo"), LG_STR_INIT("MZXW6") },
		{ LG_STR_INIT("foob"), LG_STR_INIT("MZXW6YQ") },
		{ LG_STR_INIT("fooba"), LG_STR_INIT("MZXW6YTB") },
		{ LG_STR_INIT("foobar"), LG_STR_INIT("MZXW6YTBOI") },
		{ LG_STR_INIT("\xff\xff\xff\xff\xff"), LG_STR_INIT("77777777") },
	};
	lg_test_ctx_init(&t);
	for (size_t i = 0; i < LG_LEN(vectors); i++) {
		lg_str text;
		CHECK_OK(lg_base32_encode(&t.cx, vectors[i][0], &text));
		CHECK_STR(text, vectors[i][1]);
	}
	lg_test_ctx_done(&t);
}

TEST(base64url_has_its_own_letters_and_no_padding)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	CHECK_OK(lg_base64url_encode(cx, LG_STR("\xfb\xff\xfe\x01"), &text));
	CHECK_STR(text, LG_STR("-__-AQ"));
	CHECK_OK(lg_base64url_decode(cx, text, &text));
	CHECK_STR(text, LG_STR("\xfb\xff\xfe\x01"));
	CHECK_OK(lg_base64url_decode(cx, LG_STR(""), &text));
	CHECK(lg_str_present(text) && text.len == 0);
	CHECK_CODE(lg_base64url_decode(cx, LG_STR("AQ=="), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64url_decode(cx, LG_STR("+//+"), &text), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

TEST(base64_has_one_text_for_each_value)
{
	struct lg_ctx *cx = begin();
	lg_str text = LG_STR("untouched");
	const lg_str bad[] = { LG_STR("Zg"), LG_STR("Zg="), LG_STR("Zg=a"), LG_STR("===="), LG_STR("Z==="),
		LG_STR("-_-_"), LG_STR("Zg==Zg=="), LG_STR("Zg ="), LG_STR("Zm9v\n"), LG_STR("Zm9\0"),
		LG_STR("="), LG_STR("Zh=="), LG_STR("Zm9=") /* bits behind the end */ };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_base64_decode(cx, bad[i], &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64url_decode(cx, LG_STR("A"), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64url_decode(cx, LG_STR("Zh"), &text), LG_E_MALFORMED);
	CHECK_STR(text, LG_STR("untouched")); /* a result is written only on success */
	lg_test_ctx_done(&t);
}

TEST(lenient_base64_takes_either_alphabet_and_padding)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	CHECK_OK(lg_base64_decode_lenient(cx, LG_STR("-_+/"), &text));
	CHECK_STR(text, LG_STR("\xfb\xff\xbf"));
	CHECK_OK(lg_base64_decode_lenient(cx, LG_STR("Zg"), &text));
	CHECK_STR(text, LG_STR("f"));
	CHECK_OK(lg_base64_decode_lenient(cx, LG_STR("Zg=="), &text));
	CHECK_STR(text, LG_STR("f"));
	CHECK_CODE(lg_base64_decode_lenient(cx, LG_STR("Zg="), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64_decode_lenient(cx, LG_STR("Zg==="), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64_decode_lenient(cx, LG_STR("Zh"), &text), LG_E_MALFORMED);
	CHECK_CODE(lg_base64_decode_lenient(cx, LG_STR("Z"), &text), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

TEST(hex_round_trips)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	CHECK_OK(lg_hex_decode(cx, LG_STR("00fFa1"), &text));
	CHECK_STR(text, LG_STR("\x00\xff\xa1"));
	CHECK_OK(lg_hex_encode(cx, text, &text));
	CHECK_STR(text, LG_STR("00ffa1"));
	CHECK_OK(lg_hex_decode(cx, LG_STR(""), &text));
	CHECK_STR(text, LG_STR(""));
	const lg_str bad[] = { LG_STR("0"), LG_STR("0g"), LG_STR("/0"), LG_STR(":0"), LG_STR("@0"),
		LG_STR("G0"), LG_STR("`0"), LG_STR("0x"), LG_STR(" 0") };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(lg_hex_decode(cx, bad[i], &text), LG_E_MALFORMED);
	lg_test_ctx_done(&t);
}

TEST(uuid_round_trips_whatever_its_version)
{
	struct lg_ctx *cx = begin();
	static const unsigned char bytes[16] = { 0x76, 0xc2, 0x52, 0x34, 0xb0, 0x41, 0x70, 0xf2, 0x8b, 0xa4,
		0xca, 0xf5, 0x38, 0x36, 0x3b, 0x35 };
	unsigned char uid[16] = { 0 };
	lg_str text;
	CHECK(lg_uuid_decode(LG_STR("76c25234-B041-70f2-8ba4-caf538363b35"), uid));
	assert_memory_equal(uid, bytes, 16);
	CHECK_OK(lg_uuid_encode(cx, uid, &text));
	CHECK_STR(text, LG_STR("76c25234-b041-70f2-8ba4-caf538363b35"));
	memset(uid, 7, sizeof(uid));
	const lg_str bad[] = { LG_STR(""), LG_STR("76c25234-b041-70f2-8ba4-caf538363b3"),
		LG_STR("76c25234-b041-70f2-8ba4-caf538363b351"),
		LG_STR("76c25234xb041-70f2-8ba4-caf538363b35"),
		LG_STR("76c25234-b041-70f2-8ba4-caf538363b3g"),
		LG_STR("76c252340b041-70f2-8ba4-caf538363b35") };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK(!lg_uuid_decode(bad[i], uid));
	CHECK(uid[0] == 7);
	lg_test_ctx_done(&t);
}

#include "tests/unit/whole.h"

#include "codec/cbor.h"
#include "gen/rec_types.h"

TEST(a_record_of_every_kind_comes_back)
{
	struct lg_ctx *cx = begin();
	struct whole value, back = { 0 };
	lg_str bytes, again;
	CHECK_OK(read_whole(cx, LG_STR(EVERYTHING), &value));
	CHECK_OK(lg_shape_to_cbor(cx, &whole_shape, &value, &bytes));
	CHECK_OK(lg_shape_from_cbor(cx, &whole_shape, bytes, &back));
	CHECK_STR(write_whole(cx, &back), LG_STR(EVERYTHING));
	CHECK_OK(lg_shape_to_cbor(cx, &whole_shape, &back, &again));
	CHECK_STR(again, bytes);
	lg_test_ctx_done(&t);
}

TEST(records_are_maps_in_the_order_of_their_numbers)
{
	struct lg_ctx *cx = begin();
	struct whole value;
	lg_str bytes;
	CHECK_OK(read_whole(cx,
		LG_STR("{\"Flag\":true,\"Count\":-2,\"At\":0.256,\"Part\":{\"Name\":\"é\",\"Size\":65536},"
		       "\"Tags\":{\"k\":\"v\"}}"),
		&value));
	CHECK_OK(lg_shape_to_cbor(cx, &whole_shape, &value, &bytes));
	/* {1: -2, 3: true, 8: {1: 65536, 2: "é"}, 13: ["k", "v"], 300: 256} */
	CHECK_STR(bytes, LG_STR("\xa5\x01\x21\x03\xf5\x08\xa2\x01\x1a\x00\x01\x00\x00\x02\x62\xc3\xa9\x0d"
				"\x82\x61\x6b\x61\x76"
				"\x19\x01\x2c\x19\x01\x00"));
	lg_test_ctx_done(&t);
}

/*
 * {1: 5, 2: {1: true}, 3: false, 8: {1: 1, 7: [h'00', {4: 1.5}], 9: "n"}, 299: -1}
 * where 2, 7, 9 and 299 are of a newer version.
 */
#define NEWER                                                                                               \
	"\xa5\x01\x05\x02\xa1\x01\xf5\x03\xf4\x08\xa3\x01\x01\x07\x82\x41\x00\xa1\x04\xfb\x3f\xf8\x00\x00"  \
	"\x00\x00\x00\x00"                                                                                  \
	"\x09\x61\x6e\x19\x01\x2b\x20"

TEST(fields_of_a_newer_version_are_written_back)
{
	struct lg_ctx *cx = begin();
	struct whole value = { 0 };
	lg_str bytes;
	CHECK_OK(lg_shape_from_cbor(cx, &whole_shape, LG_STR(NEWER), &value));
	CHECK(value.count.v == 5 && value.part->size.v == 1);
	CHECK_STR(value.rest, LG_STR("\x02\xa1\x01\xf5\x19\x01\x2b\x20"));
	CHECK_OK(lg_shape_to_cbor(cx, &whole_shape, &value, &bytes));
	CHECK_STR(bytes, LG_STR(NEWER));
	value.count.has = false;
	value.flag.has = false;
	value.at = (struct lg_opt_time){ true, { 1 } };
	CHECK_OK(lg_shape_to_cbor(cx, &whole_shape, &value, &bytes));
	CHECK(lg_str_starts(bytes, LG_STR("\xa4\x02\xa1\x01\xf5\x08")));
	CHECK(lg_str_ends(bytes, LG_STR("\x19\x01\x2b\x20\x19\x01\x2c\x01")));
	lg_test_ctx_done(&t);
}

TEST(records_refuse_every_other_form)
{
	struct lg_ctx *cx = begin();
	static const lg_str bad[] = { LG_STR_INIT(""), LG_STR_INIT("\xa1"), LG_STR_INIT("\xa1\x01"),
		LG_STR_INIT("\x80"), LG_STR_INIT("\xa0\x00"), /* a byte behind the end */
		LG_STR_INIT("\xa2\x01\x01\x01\x01"), /* twice */
		LG_STR_INIT("\xa2\x03\xf5\x01\x01"), /* not ascending */
		LG_STR_INIT("\xa2\x63\x61\x62\x63\x01\x01\x01"), /* a key that is no number */
		LG_STR_INIT("\xa1\x00\x00"), LG_STR_INIT("\xa1\x20\x00"),
		LG_STR_INIT("\xa1\x1a\x00\x01\x00\x00\x00"),
		LG_STR_INIT("\xbf\x01\x01\xff"), /* indefinite */
		LG_STR_INIT("\xa1\x0b\x9f\xff"), LG_STR_INIT("\xa1\x07\x7f\x61\x61\xff"),
		LG_STR_INIT("\xa1\x04\x5f\xff"), LG_STR_INIT("\xa1\x18\x01\x01"), /* not shortest */
		LG_STR_INIT("\xa1\x01\x18\x17"), LG_STR_INIT("\xa1\x01\x19\x00\xff"),
		LG_STR_INIT("\xa1\x01\x1a\x00\x00\xff\xff"),
		LG_STR_INIT("\xa1\x01\x1b\x00\x00\x00\x00\xff\xff\xff\xff"), LG_STR_INIT("\xa1\x01\x38\x17"),
		LG_STR_INIT("\xa1\x07\x78\x01\x61"), LG_STR_INIT("\xa1\x0b\x98\x00"),
		LG_STR_INIT("\xb8\x01\x01\x01"), LG_STR_INIT("\xa1\x03\xf8\xf5"),
		LG_STR_INIT("\xa1\x18\x1e\xf9\x3c\x00"), LG_STR_INIT("\xa1\x18\x1e\xfa\x3f\x80\x00\x00"),
		LG_STR_INIT("\xa1\x01\x61\x61"), /* of another type */
		LG_STR_INIT("\xa1\x01\xf5"), LG_STR_INIT("\xa1\x03\x01"), LG_STR_INIT("\xa1\x04\x61\x61"),
		LG_STR_INIT("\xa1\x07\x41\x61"), LG_STR_INIT("\xa1\x08\x80"), LG_STR_INIT("\xa1\x0b\xa0"),
		LG_STR_INIT("\xa1\x0d\xa0"), LG_STR_INIT("\xa1\x0d\x81\x61\x61"),
		LG_STR_INIT("\xa1\x18\x1e\x01"), LG_STR_INIT("\xa1\x01\xf6"), LG_STR_INIT("\xa1\x01\xf7"),
		LG_STR_INIT("\xa1\x01\xc1\x01"), LG_STR_INIT("\xa1\x01\xe0"), LG_STR_INIT("\xa1\x01\x1c"),
		LG_STR_INIT("\xff"),
		LG_STR_INIT("\xa1\x01\x1b\x80\x00\x00\x00\x00\x00\x00\x00"), /* beyond 63 bits */
		LG_STR_INIT("\xa1\x01\x3b\x80\x00\x00\x00\x00\x00\x00\x00"),
		LG_STR_INIT("\xa1\x07\x61\xff"), /* not UTF-8 */
		LG_STR_INIT("\xa1\x0e\x61\xff"), LG_STR_INIT("\xa1\x0e\xf6"),
		LG_STR_INIT("\xa1\x0e\xc1\x01"), /* in what is unknown, too */
		LG_STR_INIT("\xa1\x0b\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), /* more than there is */
		LG_STR_INIT("\xa1\x07\x7b\xff\xff\xff\xff\xff\xff\xff\xff"),
		LG_STR_INIT("\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), LG_STR_INIT("\xa1\x0b\x82\x61\x61"),
		LG_STR_INIT("\xa1\x07\x62\x61"),
		LG_STR_INIT("\xa1\x0e\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81"
			    "\x01") };
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		struct whole back = { 0 };
		CHECK_CODE(lg_shape_from_cbor(cx, &whole_shape, bad[i], &back), LG_E_MALFORMED);
	}
	lg_test_ctx_done(&t);
}

TEST(a_record_that_could_not_be_written_back_is_refused)
{
	struct lg_ctx *cx = begin();
	for (unsigned count = 96; count <= 97; count++) {
		struct lg_buf b = lg_buf_start(cx, 4096);
		lg_cbor_put_head(&b, LG_CBOR_MAP, count);
		for (unsigned i = 0; i < count; i++) {
			lg_cbor_put_int(&b, 1000 + i);
			lg_cbor_put_bool(&b, true);
		}
		struct whole value = { 0 };
		lg_str bytes, again;
		CHECK_OK(lg_buf_finish(cx, &b, &bytes));
		CHECK_CODE(lg_shape_from_cbor(cx, &whole_shape, bytes, &value),
			count == 96 ? LG_E_OK : LG_E_MALFORMED);
		if (count == 96) {
			CHECK_OK(lg_shape_to_cbor(cx, &whole_shape, &value, &again));
			CHECK_STR(again, bytes);
		}
	}
	lg_test_ctx_done(&t);
}

TEST(text_that_is_not_utf8_is_not_stored)
{
	struct lg_ctx *cx = begin();
	const struct whole value = { .secret = LG_STR("\xff") };
	lg_str bytes;
	CHECK_CODE(lg_shape_to_cbor(cx, &whole_shape, &value, &bytes), LG_E_INTERNAL);
	lg_test_ctx_done(&t);
}

TEST(what_is_read_does_not_point_into_the_bytes)
{
	struct lg_ctx *cx = begin();
	struct lg_idp_attribute_type items[] = { { .name = LG_STR("email"), .value = LG_STR("e@x") } };
	const struct lg_rec_profile profile = { .username = LG_STR("ada"),
		.attributes = { .items = items, .count = 1, .has = true } };
	struct lg_rec_profile back = { 0 };
	lg_str bytes;
	CHECK_OK(lg_shape_to_cbor(cx, &lg_shape_rec_profile, &profile, &bytes));
	CHECK_OK(lg_shape_from_cbor(cx, &lg_shape_rec_profile, bytes, &back));
	memset((char *)(uintptr_t)bytes.ptr, 0, bytes.len);
	CHECK_STR(back.username, LG_STR("ada"));
	CHECK_STR(back.attributes.items[0].value, LG_STR("e@x"));
	CHECK(!back.pending.has);
	lg_test_ctx_done(&t);
}

TEST(a_pool_comes_back_from_its_record)
{
	struct lg_ctx *cx = begin();
	static const lg_str json = LG_STR_INIT(
		"{\"Id\":\"us-east-1_AbCdEf123\",\"Name\":\"p\",\"Policies\":{\"PasswordPolicy\":{"
		"\"MinimumLength\":8,\"RequireUppercase\":true},\"SignInPolicy\":{"
		"\"AllowedFirstAuthFactors\":[\"PASSWORD\"]}},"
		"\"CreationDate\":1689980857.949,\"SchemaAttributes\":[{\"Name\":\"sub\",\"Mutable\":false,"
		"\"StringAttributeConstraints\":{\"MinLength\":\"1\"}}],\"UserPoolTags\":{\"b\":\"2\",\"a\":"
		"\"\"}}");
	struct lg_rec_pool pool = { 0 }, back = { 0 };
	json_t *tree;
	lg_str bytes, text;
	struct lg_idp_user_pool_type type = { 0 };
	CHECK_OK(lg_json_parse(cx, json, &tree));
	CHECK_OK(lg_shape_read_json(cx, &lg_shape_idp_user_pool_type, tree, &type));
	pool.type = &type;
	CHECK_OK(lg_shape_to_cbor(cx, &lg_shape_rec_pool, &pool, &bytes));
	CHECK_OK(lg_shape_from_cbor(cx, &lg_shape_rec_pool, bytes, &back));
	struct lg_json *j = lg_json_new(cx, 4096);
	lg_shape_write_json(j, &lg_shape_idp_user_pool_type, back.type);
	CHECK_OK(lg_json_finish(cx, j, &text));
	struct lg_json *straight = lg_json_new(cx, 4096);
	lg_str wanted;
	lg_shape_write_json(straight, &lg_shape_idp_user_pool_type, &type);
	CHECK_OK(lg_json_finish(cx, straight, &wanted));
	CHECK_STR(text, wanted);
	assert_int_equal(wanted.len, json.len); /* nothing was lost on the way */
	lg_test_ctx_done(&t);
}

/* Unicode: patterns of the API on any bytes, folding that is stable. The first byte chooses the pattern. */
#include "codec/text.h"

#include "gen/identity_types.h"
#include "gen/idp_types.h"
#include "gen/sts_types.h"
#include "tests/fuzz/fuzz.h"

static const struct lg_shape *const shapes[] = {
	&lg_shape_idp_arn_type,
	&lg_shape_idp_username_type,
	&lg_shape_idp_email_address_type,
	&lg_shape_idp_email_verification_message_by_link_type,
	&lg_shape_idp_s3_bucket_type,
	&lg_shape_idp_domain_type,
	&lg_shape_idp_provider_name_type_v2,
	&lg_shape_idp_sms_verification_message_type,
	&lg_shape_idp_language_id_type,
	&lg_shape_idp_client_name_type,
	&lg_shape_ci_identity_id,
	&lg_shape_sts_arn_type,
	&lg_shape_sts_tag_key_type,
};

static void
check_fold(struct lg_ctx *cx, lg_str in)
{
	lg_str once, twice;
	const lg_status s = lg_text_fold(cx, in, &once);
	if (!lg_text_is_utf8(in)) {
		MUST(s.code == LG_E_MALFORMED);
		return;
	}
	if (s.code == LG_E_NO_MEMORY && in.len > 1 << 18)
		return;
	MUST_OK(s);
	MUST(lg_text_is_utf8(once));
	MUST_OK(lg_text_fold(cx, once, &twice));
	MUST(lg_str_eq(once, twice));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	FUZZ_CONTEXT(cx);
	const struct lg_shape *shape = shapes[data[0] % LG_LEN(shapes)];
	const lg_str in = lg_str_from_bytes(data + 2, size - 2);
	bool found;
	MUST(shape->pattern);
	MUST_OK(lg_text_matches(cx, in, shape->pattern, &found));
	MUST(!found || lg_text_is_utf8(in));
	const lg_str cut = lg_text_cut(in, data[1]);
	MUST(cut.len <= data[1] && cut.len <= in.len);
	if (lg_text_is_utf8(in)) {
		MUST(lg_text_is_utf8(cut) && (in.len <= data[1] || cut.len + 3 >= data[1]));
		MUST(lg_text_utf16_len(in) <= in.len && lg_text_utf16_len(in) >= in.len / 3);
	}
	check_fold(cx, in);
	return 0;
}

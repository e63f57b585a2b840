#include "domain/token_claims.h"

#define NUMBER_MAX_BYTES ((size_t)512)

bool
lg_claim_time(const json_t *claims, lg_str name, lg_time *ret)
{
	/* Half of what there is, so that days may be added to it. */
	const int64_t last = INT64_MAX / LG_SECOND_MS / 2;
	const json_t *number = lg_json_member(claims, name);
	if (!json_is_integer(number))
		return false;
	const int64_t s = json_integer_value(number) > last ? last : (int64_t)json_integer_value(number);
	*ret = (lg_time){ s < 0 ? 0 : s * LG_SECOND_MS };
	return true;
}

lg_status
lg_claim_text(struct lg_ctx *cx, const json_t *value, lg_str *ret)
{
	if (!value || json_is_object(value) || json_is_array(value) || json_is_null(value)) {
		*ret = LG_STR_NONE;
		return LG_OK;
	}
	if (json_is_string(value)) {
		*ret = lg_json_text(value);
		return LG_OK;
	}
	struct lg_json *j = lg_json_new(cx, NUMBER_MAX_BYTES);
	lg_json_tree(j, value);
	return lg_json_finish(cx, j, ret);
}

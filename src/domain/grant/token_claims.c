#include "domain/grant/token_claims.h"

#include "domain/pool/schema.h"

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

void
lg_claim_put_attribute(struct lg_json *j, lg_str name, lg_str value)
{
	uint64_t number;
	if (lg_str_present(lg_attribute_flagged(name))) {
		lg_json_pair_bool(j, name, lg_str_eq_nocase(value, LG_STR("true")));
	} else if (lg_str_eq(name, LG_STR("updated_at")) && lg_str_to_uint(value, INT64_MAX, &number)) {
		lg_json_pair_int(j, name, (int64_t)number);
	} else if (lg_str_eq(name, LG_STR("address"))) {
		lg_json_key(j, name);
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("formatted"), value);
		lg_json_close(j, '}');
	} else {
		lg_json_pair_str(j, name, value);
	}
}

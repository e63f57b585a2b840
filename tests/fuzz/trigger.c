/* What a function answers: every member that anybody reads, by every type. */
#include "domain/auth/trigger.h"

#include "tests/fuzz/fuzz.h"

static void
must_be(lg_status s, bool right)
{
	MUST(s.code == (right ? LG_E_OK : LG_E_INVALID_LAMBDA_RESPONSE));
}

static bool
all_texts(const json_t *value)
{
	const char *key;
	json_t *member;
	json_object_foreach((json_t *)(uintptr_t)value, key, member)
		if (!json_is_string(member))
			return false;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const lg_str names[] = { LG_STR_INIT("challengeName"), LG_STR_INIT("issueTokens"),
		LG_STR_INIT("publicChallengeParameters"), LG_STR_INIT("answerCorrect") };
	FUZZ_CONTEXT(cx);
	lg_json_global_init();
	const json_t *response;
	const lg_status s = lg_trigger_answer(cx, lg_str_from_bytes(data, size), &response);
	must_be(s, !lg_failed(s));
	if (lg_failed(s))
		return 0;
	MUST(json_is_object(response));
	for (size_t i = 0; i < LG_LEN(names); i++) {
		const json_t *value = lg_json_member(response, names[i]);
		struct lg_opt_bool flag;
		lg_str text;
		struct lg_str_map map;
		must_be(lg_trigger_bool(cx, response, names[i], &flag), !value || json_is_boolean(value));
		must_be(lg_trigger_text(cx, response, names[i], &text), !value || json_is_string(value));
		must_be(lg_trigger_texts(cx, response, names[i], &map),
			!value || (json_is_object(value) && all_texts(value)));
	}
	return 0;
}

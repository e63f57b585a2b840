/* The filter of ListUsers: any text is a filter or a refusal; a filter holds only what the text holds. */
#include "domain/user/filter.h"

#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	struct lg_filter filter;
	const lg_status s = lg_filter_parse(cx, lg_str_from_bytes(data, size), &filter);
	if (lg_failed(s))
		MUST(s.code == LG_E_INVALID_PARAMETER);
	else
		MUST(filter.attribute.len + filter.value.len <= size);
	return 0;
}

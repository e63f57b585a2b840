/*
 * The filter of ListUsers: any text is a filter or a refusal, and a filter holds only what the text holds.
 */
#include "domain/filter.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
	if (lg_failed(lg_arena_new((size_t)1 << 20, &arena)))
		return 0;
	struct lg_ctx cx = { .arena = arena };
	struct lg_filter filter;
	lg_status s = lg_filter_parse(&cx, lg_str_from_bytes(data, size), &filter);
	if (lg_failed(s) && s.code != LG_E_INVALID_PARAMETER)
		abort();
	if (!lg_failed(s) && filter.attribute.len + filter.value.len > size)
		abort();
	return 0;
}

/*
 * Sealed records as bytes: there is one form for each record, and what is unknown is kept. The first byte of
 * the input chooses the record.
 */
#include "codec/shape_io.h"

#include "gen/rec_types.h"
#include "tests/fuzz/fuzz.h"

static const struct lg_shape *const shapes[] = {
	&lg_shape_rec_profile,
	&lg_shape_rec_pool,
	&lg_shape_rec_client,
	&lg_shape_rec_session,
	&lg_shape_rec_refresh_token,
	&lg_shape_rec_history,
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	FUZZ_CONTEXT(cx);
	const struct lg_shape *shape = shapes[data[0] % LG_LEN(shapes)];
	const lg_str in = lg_str_from_bytes(data + 1, size - 1);
	void *value = lg_arena_alloc(cx->arena, shape->size);
	MUST(value);
	const lg_status s = lg_shape_from_cbor(cx, shape, in, value);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_MALFORMED || (s.code == LG_E_NO_MEMORY && size > 1 << 14));
		return 0;
	}
	lg_str again;
	MUST_OK(lg_shape_to_cbor(cx, shape, value, &again));
	MUST(lg_str_eq(again, in));
	return 0;
}

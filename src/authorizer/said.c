#include "authorizer/said.h"

#include <stddef.h>

static const size_t texts[] = {
	offsetof(struct lg_said, principal),
	offsetof(struct lg_said, policy),
	offsetof(struct lg_said, context),
};

const struct lg_memo_form lg_said_form = {
	.size = sizeof(struct lg_said),
	.texts = texts,
	.text_count = LG_LEN(texts),
	.text_max = 8192, /* API Gateway's limit */
	.slots = 1024,
};

lg_status
lg_said_get(struct lg_ctx *cx, struct lg_memo *cache, const unsigned char digest[LG_SHA256_SIZE],
	struct lg_said *ret)
{
	LG_TRY(lg_memo_get(cx, cache, digest, ret));
	return lg_time_before(cx->now, ret->until) ? LG_OK : LG_STATUS(LG_E_NOT_FOUND);
}

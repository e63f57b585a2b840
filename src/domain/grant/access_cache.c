#include "domain/grant/access_cache.h"

#include <stddef.h>

static const size_t texts[] = {
	offsetof(struct lg_access_claims, kid),
	offsetof(struct lg_access_claims, client_id),
	offsetof(struct lg_access_claims, scope),
	offsetof(struct lg_access_claims, device_key),
	offsetof(struct lg_access_claims, jkt),
};

/* A token that says more than `text_max` is verified each time. */
const struct lg_memo_form lg_access_cache_form = {
	.size = sizeof(struct lg_access_claims),
	.texts = texts,
	.text_count = LG_LEN(texts),
	.text_max = 384,
	.slots = 2048,
};

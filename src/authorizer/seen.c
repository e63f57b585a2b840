#include "authorizer/seen.h"

#include <stddef.h>
#include <string.h>

#define VALUE(i) (offsetof(struct lg_seen_token, values) + (i) * sizeof(lg_str))

static const size_t texts[] = {
	offsetof(struct lg_seen_token, pool_id),
	VALUE(0), VALUE(1), VALUE(2), VALUE(3), VALUE(4), VALUE(5), VALUE(6),
	VALUE(7), VALUE(8), VALUE(9), VALUE(10), VALUE(11), VALUE(12), VALUE(13),
};
_Static_assert(LG_LEN(texts) == LG_AUTHZ_HEADERS + 1, "every value is a text");

/* An answer whose texts are longer than that is made each time. */
const struct lg_memo_form lg_seen_form = {
	.size = sizeof(struct lg_seen_token),
	.texts = texts,
	.text_count = LG_LEN(texts),
	.text_max = 4096,
	.slots = 4096,
};

/* The answers about one token lie side by side. */
static void
make_key(const unsigned char digest[LG_SHA256_SIZE], size_t route, unsigned char ret[LG_MEMO_KEY])
{
	memcpy(ret, digest, LG_MEMO_KEY);
	ret[0] ^= (unsigned char)(route >> 8);
	ret[1] ^= (unsigned char)route;
}

lg_status
lg_seen_get(struct lg_ctx *cx, struct lg_memo *seen, const unsigned char digest[LG_SHA256_SIZE],
	size_t route, struct lg_seen_token *ret)
{
	unsigned char key[LG_MEMO_KEY];
	make_key(digest, route, key);
	LG_TRY(lg_memo_get(cx, seen, key, ret));
	const bool counts = ret->route == route && lg_time_before(cx->now, ret->until);
	return counts ? LG_OK : LG_STATUS(LG_E_NOT_FOUND);
}

void
lg_seen_put(struct lg_memo *seen, const unsigned char digest[LG_SHA256_SIZE], size_t route,
	const struct lg_seen_token *token)
{
	unsigned char key[LG_MEMO_KEY];
	make_key(digest, route, key);
	struct lg_seen_token copy = *token;
	copy.route = route;
	lg_memo_put(seen, key, &copy);
}

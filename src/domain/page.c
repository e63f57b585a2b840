#include "domain/page.h"

#include <string.h>

#include "crypto/hash.h"
#include "gen/rec_types.h"
#include "token/sealed.h"

#define LIFE_MS LG_DAY_MS
#define PURPOSE LG_STR("page")

/* The digest of operation and inputs, each behind its length, so that no two queries read alike. */
static void
digest(const struct lg_page_query *query, unsigned char ret[LG_SHA256_SIZE])
{
	enum { PARTS = LG_LEN(query->parts) + 1 };
	uint64_t lengths[PARTS];
	lg_str all[2 * PARTS];
	for (size_t i = 0; i < PARTS; i++) {
		lg_str part = i ? query->parts[i - 1] : query->operation;
		/* Absent is not empty. */
		lengths[i] = lg_str_present(part) ? part.len + 1 : 0;
		all[2 * i] = lg_str_from_bytes(&lengths[i], sizeof(lengths[i]));
		all[2 * i + 1] = part;
	}
	lg_sha256(all, LG_LEN(all), ret);
}

static lg_status
invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "Invalid pagination token");
}

lg_status
lg_page_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_page_query *query, lg_str token,
	lg_str *ret_after)
{
	if (!lg_str_present(token)) {
		*ret_after = LG_STR_NONE;
		return LG_OK;
	}
	struct lg_rec_page page = { 0 };
	lg_status s = lg_sealed_open(
		cx, lg_store_keyring(env->store), query->pool, PURPOSE, token, &lg_shape_rec_page, &page);
	if (s.code == LG_E_MALFORMED)
		return invalid(cx);
	LG_TRY(s);

	unsigned char expected[LG_SHA256_SIZE];
	digest(query, expected);
	if (!lg_str_eq(page.query, lg_str_from_bytes(expected, sizeof(expected)))
	    || !lg_time_before(cx->now, page.expires.v))
		return invalid(cx);
	*ret_after = page.after;
	return LG_OK;
}

lg_status
lg_page_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_page_query *query, lg_str after,
	lg_str *ret_token)
{
	unsigned char bound[LG_SHA256_SIZE];
	digest(query, bound);
	const struct lg_rec_page page = {
		.query = lg_str_from_bytes(bound, sizeof(bound)),
		.after = after,
		.expires = { true, lg_time_add_ms(cx->now, LIFE_MS) },
	};
	return lg_sealed_make(cx, lg_store_keyring(env->store), query->pool, PURPOSE, &lg_shape_rec_page,
		&page, ret_token);
}

size_t
lg_page_size(struct lg_opt_int limit, size_t most)
{
	if (!limit.has || limit.v <= 0 || (uint64_t)limit.v > most)
		return most;
	return (size_t)limit.v;
}

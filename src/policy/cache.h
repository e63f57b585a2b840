/*
 * cache.h - compiled policies, kept by their text. Thread-safe.
 *
 * A text means one thing for ever, so nothing is told when a policy changes: its new text is another entry,
 * and the old one goes when others need its place. Documents that are refused are not kept.
 */
#ifndef LG_POLICY_CACHE_H
#define LG_POLICY_CACHE_H

#include "policy/policy.h"

#define LG_POLICY_CACHE_SLOTS 1024
/* Longer documents are compiled each time: quotas keep those that are saved below it. */
#define LG_POLICY_CACHE_MAX_DOCUMENT ((size_t)16384)

struct lg_policy_cache;

/* `max_bytes`: used by kept policies and their texts. Each takes 8 KiB from the system at least. */
LG_MUST lg_status lg_policy_cache_new(size_t max_bytes, struct lg_policy_cache **ret);
/* When no request holds a policy of it any more. NULL is fine. */
void lg_policy_cache_free(struct lg_policy_cache *cache);

/* As lg_policy_compile. The policy lives until lg_ctx_done. */
LG_MUST lg_status lg_policy_cache_get(struct lg_ctx *cx, struct lg_policy_cache *cache,
	enum lg_policy_kind kind, lg_str document, const struct lg_policy **ret);

/* Policies kept, and their bytes. */
size_t lg_policy_cache_count(struct lg_policy_cache *cache, size_t *ret_bytes);

#endif

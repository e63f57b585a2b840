/*
 * key_schedule.h - which of a set of signing keys signs now, and when the set needs another one.
 *
 * The four times of a key stand in its row, so every node decides alike: a key signs from `sign` until its
 * successor does, and verifies until `drop`.
 */
#ifndef LG_DOMAIN_KEY_SCHEDULE_H
#define LG_DOMAIN_KEY_SCHEDULE_H

#include "domain/pool/pool.h"

struct lg_key_set {
	const struct lg_signing_key *keys;
	size_t count;
};

/* How long before it signs a key is published, and how long before its end its successor is made. */
struct lg_key_rule {
	int64_t publish_ms;
	int64_t lead_ms;
};

/* How long a key signs, if nothing else ends it. */
#define LG_KEY_PERIOD_MS (365 * LG_DAY_MS)
#define LG_KEY_LONGEST_TOKEN_MS (24 * LG_HOUR_MS)
/*
 * A retired key goes on until its successor may sign, so that a set which slept through the lead has no gap.
 */
#define LG_KEY_DROP_MS(publish_ms) (LG_KEY_LONGEST_TOKEN_MS + 24 * LG_HOUR_MS + (publish_ms))

/* Of the keys of this use the one that signs last; NULL when there is none. */
const struct lg_signing_key *lg_keys_last(struct lg_key_set set, lg_str use);

/* The newest that may sign already, and is not dropped yet; NULL when there is none. */
const struct lg_signing_key *lg_keys_signing(struct lg_key_set set, lg_str use, lg_time now);

/* Is it published and not dropped yet? */
bool lg_key_in_force(const struct lg_signing_key *key, lg_time now);

/* Does the set need another key of this use? Then when it is to sign. */
bool lg_keys_due(struct lg_key_set set, lg_str use, enum lg_alg alg, const struct lg_key_rule *rule,
	lg_time now, lg_time *ret_sign);

#endif

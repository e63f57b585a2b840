#include "domain/grant/key_schedule.h"

const struct lg_signing_key *
lg_keys_last(struct lg_key_set set, lg_str use)
{
	const struct lg_signing_key *last = NULL;
	for (size_t i = 0; i < set.count; i++)
		if (lg_str_eq(set.keys[i].use, use) &&
			(!last || lg_time_before(last->sign, set.keys[i].sign)))
			last = &set.keys[i];
	return last;
}

const struct lg_signing_key *
lg_keys_signing(struct lg_key_set set, lg_str use, lg_time now)
{
	const struct lg_signing_key *best = NULL;
	for (size_t i = 0; i < set.count; i++) {
		const struct lg_signing_key *key = &set.keys[i];
		if (!lg_str_eq(key->use, use) || lg_time_before(now, key->sign) ||
			!lg_time_before(now, key->drop))
			continue;
		if (!best || lg_time_before(best->sign, key->sign))
			best = key;
	}
	return best;
}

bool
lg_key_in_force(const struct lg_signing_key *key, lg_time now)
{
	return !lg_time_before(now, key->publish) && lg_time_before(now, key->drop);
}

bool
lg_keys_due(struct lg_key_set set, lg_str use, enum lg_alg alg, const struct lg_key_rule *rule, lg_time now,
	lg_time *ret_sign)
{
	const struct lg_signing_key *last = lg_keys_last(set, use);
	if (!last || !lg_time_before(now, last->drop)) {
		*ret_sign = now;
		return true;
	}
	const lg_time soonest = lg_time_add_ms(now, rule->publish_ms);
	if (last->alg != alg) {
		*ret_sign = soonest;
		return true;
	}
	if (lg_time_before(now, lg_time_add_ms(last->retire, -rule->lead_ms)))
		return false;
	*ret_sign = lg_time_before(soonest, last->retire) ? last->retire : soonest;
	return true;
}

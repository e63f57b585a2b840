#include "domain/iam/sts_wish.h"

#include <inttypes.h>

#include "domain/iam/iam_entity.h"
#include "domain/iam/iam_tags.h"
#include "domain/iam/session_tags.h"
#include "policy/cache.h"

/* ---- tags ---- */

static lg_status
refuse(struct lg_ctx *cx, const char *text)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER_VALUE, "%s", text);
}

static lg_status
add_own(struct lg_ctx *cx, const struct lg_sts_wish *wish, struct lg_rec_aws_session *session)
{
	struct lg_rec_iam_tag *tags = session->tags.items;
	for (size_t i = 0; i < wish->tags.count; i++) {
		const struct lg_str_pair *tag = &wish->tags.items[i];
		bool fits;
		if (lg_iam_tag_place(tags, session->tags.count, tag->key) < session->tags.count)
			return refuse(cx,
				"Duplicate tag keys found. Please note that Tag keys are case insensitive.");
		/* Those of tokens and assertions have been checked by nobody yet. */
		LG_TRY(lg_session_tag_fits(cx, tag->key, tag->value, &fits));
		if (!fits)
			return refuse(cx,
				"A tag has a key of 1 to 128 and a value of at most 256 letters, numbers, "
				"spaces and _.:/=+-@. Keys that begin with aws: are reserved.");
		tags[session->tags.count++] =
			(struct lg_rec_iam_tag){ .key = tag->key, .value = tag->value };
	}
	for (size_t i = 0; i < wish->transitive.count; i++) {
		const lg_str key = wish->transitive.items[i];
		if (lg_iam_tag_place(tags, session->tags.count, key) == session->tags.count)
			return refuse(cx,
				"The specified transitive tag key must be included in the requested tags.");
		session->transitive.items[session->transitive.count++] = key;
	}
	return LG_OK;
}

static lg_status
add_inherited(struct lg_ctx *cx, const struct lg_rec_aws_session *parent, struct lg_rec_aws_session *session)
{
	struct lg_rec_iam_tag *tags = session->tags.items;
	for (size_t i = 0; i < parent->transitive.count; i++) {
		const lg_str key = parent->transitive.items[i];
		const size_t at = lg_iam_tag_place(parent->tags.items, parent->tags.count, key);
		if (lg_iam_tag_place(tags, session->tags.count, key) < session->tags.count)
			return refuse(cx, "One of the specified transitive tag keys can't be set because it "
					  "conflicts with a transitive tag key from the calling session.");
		if (at == parent->tags.count)
			continue;
		tags[session->tags.count++] = parent->tags.items[at];
		session->transitive.items[session->transitive.count++] = key;
	}
	return LG_OK;
}

lg_status
lg_sts_tags(struct lg_ctx *cx, const struct lg_sts_wish *wish, const struct lg_rec_aws_session *parent,
	struct lg_rec_aws_session *ret)
{
	const size_t room = wish->tags.count + (parent ? parent->tags.count : 0);
	const size_t keys = wish->transitive.count + (parent ? parent->transitive.count : 0);
	ret->tags.items = lg_new_array(cx, struct lg_rec_iam_tag, room);
	ret->transitive.items = lg_new_array(cx, lg_str, keys);
	if (!ret->tags.items || !ret->transitive.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(add_own(cx, wish, ret));
	if (parent)
		LG_TRY(add_inherited(cx, parent, ret));
	if (ret->tags.count > LG_STS_TAGS_MAX)
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER_VALUE, "A session has at most %d tags.", LG_STS_TAGS_MAX);
	ret->tags.has = ret->tags.count > 0;
	ret->transitive.has = ret->transitive.count > 0;
	return LG_OK;
}

/* ---- session policies ---- */

static lg_status
check_length(struct lg_ctx *cx, const struct lg_sts_wish *wish)
{
	if (wish->policy.len <= LG_POLICY_MAX_SESSION)
		return LG_OK;
	return lg_fail(cx, LG_E_VALIDATION,
		"1 validation error detected: Value '%.*s' at 'policy' failed to satisfy constraint: Member "
		"must have length less than or equal to %zu",
		LG_FMT(wish->policy), LG_POLICY_MAX_SESSION);
}

lg_status
lg_sts_policies(struct lg_ctx *cx, struct lg_env *env, const struct lg_sts_wish *wish,
	struct lg_rec_aws_session *ret)
{
	const struct lg_policy *policy;
	LG_TRY(check_length(cx, wish));
	if (lg_str_present(wish->policy))
		LG_TRY(lg_policy_cache_get(cx, env->policies, LG_POLICY_SESSION, wish->policy, &policy));
	if (wish->policy_arns.count > LG_STS_POLICY_ARNS_MAX)
		return lg_fail(cx, LG_E_VALIDATION, "A session has at most %d managed policies.",
			LG_STS_POLICY_ARNS_MAX);
	for (size_t i = 0; i < wish->policy_arns.count; i++) {
		struct lg_iam_policy_text text;
		const lg_status s = lg_iam_managed_text(cx, env, wish->policy_arns.items[i], &text);
		if (s.code == LG_E_NOT_FOUND)
			return lg_fail(cx, LG_E_MALFORMED_POLICY_DOCUMENT, "Policy %.*s does not exist.",
				LG_FMT(wish->policy_arns.items[i]));
		LG_TRY(s);
	}
	ret->policy = wish->policy;
	ret->policy_arns = wish->policy_arns;
	return LG_OK;
}

lg_status
lg_sts_packed_percent(struct lg_ctx *cx, const struct lg_rec_aws_session *session, int64_t *ret)
{
	size_t bytes = session->policy.len;
	for (size_t i = 0; i < session->policy_arns.count; i++)
		bytes += session->policy_arns.items[i].len;
	for (size_t i = 0; i < session->tags.count; i++)
		bytes += session->tags.items[i].key.len + session->tags.items[i].value.len;
	const size_t percent = (100 * bytes + LG_STS_PACKED_MAX_BYTES - 1) / LG_STS_PACKED_MAX_BYTES;
	if (percent > 100)
		return lg_fail(cx, LG_E_PACKED_POLICY_TOO_LARGE,
			"Packed policy consumes %zu%% of allotted space, please use smaller policy.",
			percent);
	*ret = (int64_t)percent;
	return LG_OK;
}

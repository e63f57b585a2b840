#include "domain/auth/auth_event.h"

#include "base/log.h"
#include "domain/page.h"
#include "domain/pool/risk.h"
#include "store/user_item.h"

#define KIND LG_STR("event")
#define SHAPE (&lg_shape_rec_auth_event)
#define DECOY_NAME LG_STR("decoy")
#define DECOY_KEY_SIZE 32
#define PAGE_MAX 60
#define KEPT_MS (2 * 365 * LG_DAY_MS)
#define KEPT_MOST 1000
#define PRUNE_ONE_IN 16 /* events */

typedef struct lg_idp_auth_event_type event_type;

/* ---- writing ---- */

static void
add_challenge(struct lg_idp_challenge_response_list_type *list, lg_str name, enum lg_proof proof)
{
	if (proof == LG_PROOF_NONE)
		return;
	list->has = true;
	list->items[list->count++] = (struct lg_idp_challenge_response_type){
		.challenge_name = name,
		.challenge_response = proof == LG_PROOF_PASSED ? LG_IDP_CHALLENGE_RESPONSE_SUCCESS
							       : LG_IDP_CHALLENGE_RESPONSE_FAILURE,
	};
}

/* Nobody has no key to seal with; what is sealed here is never opened. */
static lg_status
owner_of(struct lg_ctx *cx, const struct lg_user *user, struct lg_user_row *ret)
{
	*ret = user->row;
	if (!user->decoy)
		return LG_OK;
	unsigned char *key = lg_new_array(cx, unsigned char, DECOY_KEY_SIZE);
	if (!key)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_rand_bytes(cx, key, DECOY_KEY_SIZE);
	ret->key = lg_str_from_bytes(key, DECOY_KEY_SIZE);
	return LG_OK;
}

lg_status
lg_auth_event_add(struct lg_ctx *cx, struct lg_batch *batch, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_auth_event *event)
{
	if (!lg_protection_is_on(pool))
		return LG_OK;
	struct lg_idp_challenge_response_type challenges[2];
	struct lg_idp_event_risk_type risk = {
		.risk_decision = LG_IDP_RISK_DECISION_TYPE_NO_RISK,
		.compromised_credentials_detected = { true, false },
	};
	struct lg_idp_event_context_data_type context = { 0 };
	if (event->caller) {
		context.ip_address = event->caller->ip;
		LG_TRY(lg_caller_device_type(cx, event->caller, &context.device_name));
	}
	event_type type = {
		.event_id = event->id,
		.event_type = event->type,
		.event_response = event->response,
		.event_risk = &risk,
		.challenge_responses = { .items = challenges },
		.event_context_data = &context,
	};
	if (!lg_str_present(event->id))
		LG_TRY(lg_rand_uuid(cx, &type.event_id));
	add_challenge(&type.challenge_responses, LG_IDP_CHALLENGE_NAME_PASSWORD, event->password);
	add_challenge(&type.challenge_responses, LG_IDP_CHALLENGE_NAME_MFA, event->mfa);

	struct lg_user_row owner;
	LG_TRY(owner_of(cx, user, &owner));
	struct lg_rec_auth_event record = { .type = &type, .client_id = event->client_id };
	struct lg_user_item item = {
		.kind = KIND, .name = user->decoy ? DECOY_NAME : type.event_id, .record = &record
	};
	lg_store_user_item_put(batch, &owner, &item, SHAPE);
	if (lg_rand_below(cx, PRUNE_ONE_IN) == 0)
		lg_store_user_item_prune(batch, &owner, KIND, lg_time_add_ms(cx->now, -KEPT_MS), KEPT_MOST);
	return LG_OK;
}

static lg_status
write_alone(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	const struct lg_auth_event *event)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	LG_TRY(lg_auth_event_add(cx, batch, pool, user, event));
	return lg_store_commit(batch);
}

void
lg_auth_event_record(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_auth_event *event)
{
	if (!lg_protection_is_on(pool))
		return;
	const struct lg_failure failure = cx->failure;
	if (lg_failed(write_alone(cx, env, pool, user, event)))
		lg_log(LG_LOG_WARN, "event not kept", LG_KV_STR("pool", pool->id));
	cx->failure = failure;
}

/* ---- reading ---- */

/* A place in the list: when the item was made, and its name. */
static lg_status
write_place(struct lg_ctx *cx, const struct lg_user_item *item, lg_str *ret)
{
	return lg_str_fmt(cx, ret, "%lld %.*s", (long long)item->created.ms, LG_FMT(item->name));
}

static void
read_place(lg_str place, lg_time *ret_before, lg_str *ret_after)
{
	uint64_t ms = 0;
	*ret_after = place;
	if (lg_str_present(place) && !lg_str_to_uint(lg_str_cut(ret_after, ' '), INT64_MAX, &ms))
		*ret_after = LG_STR_NONE;
	*ret_before = (lg_time){ (int64_t)ms };
}

lg_status
lg_auth_event_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_idp_admin_list_user_auth_events_request *in,
	struct lg_idp_admin_list_user_auth_events_response *ret)
{
	const struct lg_page_query query = {
		.pool = pool->pool, .operation = LG_STR("AdminListUserAuthEvents"), .parts = { user->sub }
	};
	const size_t limit = lg_page_size(in->max_results, PAGE_MAX);
	lg_str place, after;
	lg_time before;
	struct lg_user_item *items;
	size_t count;
	LG_TRY(lg_protection_require(cx, pool));
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &place));
	read_place(place, &before, &after);
	LG_TRY(lg_store_user_item_newest(
		env->store, cx, &user->row, KIND, before, after, limit + 1, SHAPE, &items, &count));
	const bool more = count > limit;
	const size_t shown = more ? limit : count;
	event_type *events = lg_new_array(cx, event_type, shown + 1);
	if (!events)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < shown; i++) {
		events[i] = *((const struct lg_rec_auth_event *)items[i].record)->type;
		events[i].creation_date = (struct lg_opt_time){ true, items[i].created };
	}
	ret->auth_events = (struct lg_idp_auth_events_type){ events, shown, true };
	if (!more)
		return LG_OK;
	LG_TRY(write_place(cx, &items[limit - 1], &place));
	return lg_page_make(cx, env, &query, place, &ret->next_token);
}

/* ---- feedback ---- */

lg_status
lg_auth_event_judge(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str event_id, lg_str value, lg_str provider)
{
	struct lg_user_item item;
	LG_TRY(lg_protection_require(cx, pool));
	const lg_status s =
		lg_store_user_item_read(env->store, cx, &user->row, KIND, event_id, SHAPE, &item);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Event %.*s does not exist.", LG_FMT(event_id));
	LG_TRY(s);
	((struct lg_rec_auth_event *)item.record)->type->event_feedback =
		&(struct lg_idp_event_feedback_type){
			.feedback_value = value, .provider = provider, .feedback_date = { true, cx->now }
		};
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_item_update(batch, &user->row, &item, SHAPE);
	return lg_store_commit(batch);
}

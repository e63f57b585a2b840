#include "domain/pool/schema_change.h"

#include <string.h>

#include "base/log.h"
#include "domain/pool/pool_admin.h"
#include "domain/pool/pool_settings.h"
#include "domain/pool_item.h"
#include "domain/scratch.h"
#include "domain/user/schema_scan.h"

/*
 * The newest change of a pool is an item of it; pools with one under way stand in a queue of the server's.
 *
 *   waiting    users who change hold keys by both rules, as soon as a node knows
 *   building   keys by the new rules for all users, page by page
 *   draining   the new rules are in force; keys by the old ones are still kept for nodes that don't know
 *   settling   keys by the rules that are left are given up by who changes
 *   cleaning   and released for all others, page by page
 *   ended
 *
 * A change that is refused goes from building to settling, and leaves the rules that it came to.
 */
#define KIND LG_STR("schema_change")
#define SHAPE (&lg_shape_rec_schema_change)
#define QUEUE_KIND LG_STR("schema_queue")
#define QUEUE_SHAPE (&lg_shape_rec_import_name)
#define QUEUE_POOL 0
#define QUEUE_MAX 100
#define SLICE_MS 1000
#define MEMORY_MAX ((size_t)64 << 20) /* of a page of users */

#define WAITING LG_STR("waiting")
#define BUILDING LG_STR("building")
#define DRAINING LG_STR("draining")
#define SETTLING LG_STR("settling")
#define CLEANING LG_STR("cleaning")
#define ENDED LG_STR("ended")

#define DONE LG_STR("done")
#define REFUSED LG_STR("refused")
#define CANCELLED LG_STR("cancelled")

struct work {
	struct lg_env *env;
	struct lg_pool_row row;
	struct lg_schema_goal goal;
	lg_status goal_status; /* the goal's, which may have become impossible */
	struct lg_item_row item;
	struct lg_rec_schema_change *change;
	struct lg_batch *batch;
	bool moved; /* there is more to do now */
	bool idle; /* there is nothing to write */
	bool pool_written;
	bool ended;
};

/* ---- the queue ---- */

static void
enqueue(struct lg_batch *batch, struct lg_item_row *queued, struct lg_rec_import_name *name, lg_str pool_id)
{
	*name = (struct lg_rec_import_name){ .pool_id = pool_id };
	*queued = (struct lg_item_row){
		.pool = QUEUE_POOL, .kind = QUEUE_KIND, .name = pool_id, .record = name
	};
	lg_store_item_drop(batch, QUEUE_POOL, QUEUE_KIND, pool_id);
	lg_store_item_insert(batch, queued, QUEUE_SHAPE);
}

lg_status
lg_schema_change_ask(
	struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch, const struct lg_pool_row *row)
{
	struct lg_schema_goal goal;
	LG_TRY(lg_schema_goal(cx, env, row, &goal));
	if (!goal.rules_differ && !goal.required_differ)
		return LG_OK;
	struct lg_item_row *queued = lg_new(cx, struct lg_item_row);
	struct lg_rec_import_name *name = lg_new(cx, struct lg_rec_import_name);
	if (!queued || !name)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	enqueue(batch, queued, name, row->pool_id);
	return LG_OK;
}

lg_status
lg_schema_change_read(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_rec_schema_change *ret, bool *ret_there)
{
	struct lg_pool_row row;
	struct lg_item_row item;
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &row));
	LG_TRY(lg_pool_item_open(cx, env, row.pool, KIND, KIND, SHAPE, &item));
	*ret_there = item.version != 0;
	*ret = *(const struct lg_rec_schema_change *)item.record;
	return LG_OK;
}

static lg_status
forget(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_drop(batch, QUEUE_POOL, QUEUE_KIND, pool_id);
	return lg_store_commit(batch);
}

/* Other nodes may have ended a change since the queue was read. */
static lg_status
is_asked(struct lg_ctx *cx, const struct work *w, bool *ret)
{
	struct lg_item_row queued;
	const lg_status s = lg_store_item_read(
		w->env->store, cx, QUEUE_POOL, QUEUE_KIND, w->row.pool_id, QUEUE_SHAPE, &queued);
	*ret = !lg_failed(s);
	return s.code == LG_E_NOT_FOUND ? LG_OK : s;
}

/* ---- steps; each puts what it does into the batch ---- */

static void
enter(struct lg_ctx *cx, struct work *w, lg_str state)
{
	w->change->state = state;
	w->change->since = (struct lg_opt_time){ true, cx->now };
	w->change->after = LG_STR_NONE;
	w->moved = true;
}

static bool
is_over(struct lg_ctx *cx, const struct work *w)
{
	return !lg_time_before(cx->now, lg_time_add_ms(w->change->since.v, LG_SCHEMA_WAIT_MS));
}

/* The rules that nobody will need any more: the former ones, or those that were refused. */
static const struct lg_rec_name_rules *
leaving(const struct lg_rec_schema_change *change)
{
	return lg_str_eq(change->outcome, DONE) ? change->from : change->to;
}

static void
write_pool(struct work *w)
{
	lg_store_pool_update(w->batch, &w->row);
	w->pool_written = true;
}

static lg_status
set_also(struct lg_ctx *cx, struct work *w, const struct lg_rec_name_rules *rules, bool are_leaving)
{
	struct lg_rec_name_rules *also = lg_new(cx, struct lg_rec_name_rules);
	if (!also)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*also = *rules;
	also->leaving = (struct lg_opt_bool){ true, are_leaving };
	w->row.settings.also = also;
	write_pool(w);
	return LG_OK;
}

/* It stays in the queue when the owner wants something else by now. */
static void
end(struct lg_ctx *cx, struct work *w)
{
	struct lg_rec_schema_change *change = w->change;
	enter(cx, w, ENDED);
	w->moved = false;
	change->ended = (struct lg_opt_time){ true, cx->now };
	if (lg_str_empty(w->goal.wish) || lg_str_eq(w->goal.wish, change->wish))
		lg_store_item_drop(w->batch, QUEUE_POOL, QUEUE_KIND, w->row.pool_id);
	w->ended = true;
}

/* Keys by rules that are not in force any more, or never were, go. */
static lg_status
leave(struct lg_ctx *cx, struct work *w, lg_str outcome)
{
	w->change->outcome = outcome;
	if (!w->change->to) { /* names stay as they are */
		end(cx, w);
		return LG_OK;
	}
	enter(cx, w, SETTLING);
	return set_also(cx, w, leaving(w->change), true);
}

static lg_status
begin(struct lg_ctx *cx, struct work *w)
{
	const struct lg_schema_goal *goal = &w->goal;
	bool asked;
	LG_TRY(is_asked(cx, w, &asked));
	w->idle = !asked;
	if (asked && !goal->rules_differ && !goal->required_differ) {
		w->idle = true;
		return forget(cx, w->env, w->row.pool_id);
	}
	if (!asked)
		return LG_OK;
	struct lg_rec_name_rules *rules = lg_new_array(cx, struct lg_rec_name_rules, 2);
	if (!rules)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* A space of keys is used once: what a former change left in it would be found again. */
	const int64_t last = w->change->last_gen.v;
	rules[0] = goal->from;
	rules[1] = goal->to;
	rules[1].gen = (struct lg_opt_int){ true, (last > rules[0].gen.v ? last : rules[0].gen.v) + 1 };
	*w->change = (struct lg_rec_schema_change){
		.wish = goal->wish,
		.begun = { true, cx->now },
		.from = &rules[0],
		.to = &rules[1],
		.required = goal->required,
		.last_gen = rules[1].gen,
	};
	if (goal->rules_differ) {
		enter(cx, w, WAITING);
		return set_also(cx, w, &rules[1], false);
	}
	w->change->from = w->change->to = NULL;
	enter(cx, w, BUILDING);
	return LG_OK;
}

/* ---- the new rules come into force ---- */

static lg_status
set_required(struct lg_ctx *cx, struct lg_idp_user_pool_type *type, const struct lg_str_list *required)
{
	const struct lg_idp_schema_attributes_list_type *old = &type->schema_attributes;
	struct lg_idp_schema_attribute_type *items =
		lg_new_array(cx, struct lg_idp_schema_attribute_type, old->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < old->count; i++) {
		items[i] = old->items[i];
		/* Custom attributes are never required, the sub always is. */
		if (!lg_str_has_byte(items[i].name, ':') && !lg_str_eq(items[i].name, LG_STR("sub")))
			items[i].required =
				(struct lg_opt_bool){ true, lg_str_list_has(required, items[i].name) };
	}
	type->schema_attributes.items = items;
	return LG_OK;
}

static lg_status
set_names(struct lg_ctx *cx, struct work *w, struct lg_idp_user_pool_type *type)
{
	const struct lg_rec_name_rules *to = w->change->to;
	type->alias_attributes = to->alias;
	type->alias_attributes.has = to->alias.count > 0;
	type->username_attributes = to->username;
	type->username_attributes.has = to->username.count > 0;
	type->username_configuration = lg_new(cx, struct lg_idp_username_configuration_type);
	if (!type->username_configuration)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	type->username_configuration->case_sensitive = to->case_sensitive;
	w->row.settings.name_gen = to->gen;
	return LG_OK;
}

static lg_status
put_in_force(struct lg_ctx *cx, struct work *w)
{
	struct lg_idp_user_pool_type *type = lg_new(cx, struct lg_idp_user_pool_type);
	if (!type)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*type = *w->row.settings.type;
	w->row.settings.type = type;
	w->change->outcome = DONE;
	if (w->change->required.has)
		LG_TRY(set_required(cx, type, &w->change->required));
	if (!w->change->to) {
		write_pool(w);
		end(cx, w);
		return LG_OK;
	}
	LG_TRY(set_names(cx, w, type));
	enter(cx, w, DRAINING);
	return set_also(cx, w, w->change->from, false);
}

/* All users were seen. */
static lg_status
decide(struct lg_ctx *cx, struct work *w)
{
	if (w->change->collision_count.v)
		return leave(cx, w, REFUSED);
	if (lg_failed(w->goal_status)) {
		LG_TRY(lg_str_dup(cx, w->change->reason, &w->change->reason));
		return leave(cx, w, REFUSED);
	}
	return put_in_force(cx, w);
}

static lg_status
build(struct lg_ctx *cx, struct work *w, const struct lg_pool *pool)
{
	struct lg_schema_page page = { .env = w->env, .pool = pool, .change = w->change };
	bool at_end;
	if (w->change->to)
		LG_TRY(lg_schema_scan_claim(cx, &page, w->batch, &at_end));
	else
		LG_TRY(lg_schema_scan_count(cx, &page, &at_end));
	w->moved = true;
	return at_end ? decide(cx, w) : LG_OK;
}

static lg_status
clean(struct lg_ctx *cx, struct work *w, const struct lg_pool *pool)
{
	struct lg_schema_page page = { .env = w->env, .pool = pool, .change = w->change };
	const int64_t seen = w->change->seen.v; /* counted once */
	bool at_end;
	LG_TRY(lg_schema_scan_release(cx, &page, leaving(w->change), w->batch, &at_end));
	w->change->seen.v = seen;
	w->moved = true;
	if (!at_end)
		return LG_OK;
	w->row.settings.also = NULL;
	write_pool(w);
	end(cx, w);
	return LG_OK;
}

/* Does the owner still want it? */
static bool
is_wanted(const struct work *w)
{
	return lg_str_eq(w->goal.wish, w->change->wish);
}

static lg_status
step(struct lg_ctx *cx, struct work *w, const struct lg_pool *pool)
{
	const lg_str state = w->change->state;
	const bool before = lg_str_eq(state, WAITING) || lg_str_eq(state, BUILDING);
	if (!lg_str_present(state) || lg_str_eq(state, ENDED))
		return begin(cx, w);
	if (before && !is_wanted(w))
		return leave(cx, w, CANCELLED);
	if (lg_str_eq(state, BUILDING))
		return build(cx, w, pool);
	if (lg_str_eq(state, CLEANING))
		return clean(cx, w, pool);
	if (!is_over(cx, w)) {
		w->idle = true;
		return LG_OK;
	}
	if (lg_str_eq(state, WAITING))
		enter(cx, w, BUILDING);
	else if (lg_str_eq(state, SETTLING))
		enter(cx, w, CLEANING);
	else
		return leave(cx, w, DONE);
	return LG_OK;
}

/* ---- the work ---- */

static lg_status
read_work(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct work *ret)
{
	*ret = (struct work){ .env = env };
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &ret->row));
	LG_TRY(lg_pool_item_open(cx, env, ret->row.pool, KIND, KIND, SHAPE, &ret->item));
	ret->change = ret->item.record;
	ret->goal_status = lg_schema_goal(cx, env, &ret->row, &ret->goal);
	if (lg_failed(ret->goal_status)) {
		if (ret->goal_status.code != LG_E_INVALID_PARAMETER)
			return ret->goal_status;
		struct lg_schema_wish wish;
		LG_TRY(lg_str_dup(cx, lg_failure_text(cx, ret->goal_status.code), &ret->change->reason));
		LG_TRY(lg_pool_schema_wish(cx, &ret->row.settings.type->user_pool_tags, &wish));
		ret->goal.wish = wish.text;
	}
	return lg_store_batch(env->store, cx, &ret->batch);
}

static lg_status
write_work(struct work *w)
{
	if (w->item.version == 0)
		lg_store_item_insert(w->batch, &w->item, SHAPE);
	else
		lg_store_item_update(w->batch, &w->item, SHAPE);
	LG_TRY(lg_store_commit(w->batch));
	if (w->pool_written)
		lg_pools_drop(w->env->pools, w->row.pool);
	if (w->ended)
		lg_log(LG_LOG_INFO, "schema change ended", LG_KV_STR("pool", w->row.pool_id),
			LG_KV_STR("outcome", w->change->outcome), LG_KV_INT("users", w->change->seen.v),
			LG_KV_INT("collisions", w->change->collision_count.v));
	return LG_OK;
}

/* A page that met a conflict, one user after the other. */
static lg_status
build_each(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id)
{
	struct work w;
	const struct lg_pool *pool;
	bool at_end;
	LG_TRY(read_work(cx, env, pool_id, &w));
	if (!lg_str_eq(w.change->state, BUILDING) || !w.change->to)
		return LG_OK;
	LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	struct lg_schema_page page = { .env = env, .pool = pool, .change = w.change };
	LG_TRY(lg_schema_scan_claim_each(cx, &page, &at_end));
	if (at_end)
		LG_TRY(decide(cx, &w));
	return write_work(&w);
}

/* One batch. `*ret_moved`: there is more to do now. */
static lg_status
work_once(struct lg_ctx *outer, struct lg_env *env, lg_str pool_id, bool *ret_moved)
{
	LG_CLEANUP(lg_scratch_done) struct lg_scratch scratch = { 0 };
	LG_TRY(lg_scratch_begin(outer, &scratch));
	lg_arena_set_max(scratch.cx.arena, MEMORY_MAX);
	struct lg_ctx *cx = &scratch.cx;
	cx->now = lg_clock_now(env->clock);
	struct work w;
	const struct lg_pool *pool;
	lg_status s = read_work(cx, env, pool_id, &w);
	*ret_moved = false;
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return forget(cx, env, pool_id);
	LG_TRY(s);
	LG_TRY(lg_pool_find(cx, env, pool_id, &pool));
	const bool building = lg_str_eq(w.change->state, BUILDING);
	LG_TRY(step(cx, &w, pool));
	*ret_moved = w.moved;
	if (w.idle)
		return LG_OK;
	s = write_work(&w);
	if (s.code != LG_E_CONFLICT)
		return s;
	/* Somebody's name is taken, or he changed, or another node works on it. */
	*ret_moved = true;
	s = building ? build_each(cx, env, pool_id) : LG_OK;
	return s.code == LG_E_CONFLICT ? LG_OK : s;
}

static lg_status
work_a_while(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, const _Atomic bool *stopping,
	bool *ret_worked)
{
	const int64_t until_ms = lg_monotonic_ms() + SLICE_MS;
	bool moved = true;
	while (moved && lg_monotonic_ms() < until_ms && !(stopping && *stopping)) {
		LG_TRY(work_once(cx, env, pool_id, &moved));
		*ret_worked = *ret_worked || moved;
	}
	return LG_OK;
}

lg_status
lg_schema_change_work(struct lg_ctx *cx, struct lg_env *env, const _Atomic bool *stopping, bool *ret_worked)
{
	struct lg_item_row *rows;
	size_t count;
	*ret_worked = false;
	LG_TRY(lg_store_item_page(
		env->store, cx, QUEUE_POOL, QUEUE_KIND, LG_STR_NONE, QUEUE_MAX, QUEUE_SHAPE, &rows, &count));
	lg_status first = LG_OK;
	for (size_t i = 0; i < count; i++) {
		const struct lg_rec_import_name *name = rows[i].record;
		/* What goes wrong with one pool is no reason to leave the others. */
		const lg_status s = work_a_while(cx, env, name->pool_id, stopping, ret_worked);
		if (lg_failed(s) && !lg_failed(first))
			first = s;
	}
	return first;
}

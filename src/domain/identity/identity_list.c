#include "domain/identity/identity_admin.h"

#include "base/log.h"
#include "codec/bytes.h"
#include "domain/identity/identity_id.h"
#include "domain/page.h"
#include "domain/scratch.h"
#include "domain/user/user.h"

#define PAGE_MAX 60
#define SCAN_MAX 5000 /* DATA 7 */
#define DELETE_TRIES 3

/* ---- what is shown ---- */

/* Each provider once, however many users of the developer's he is. */
static lg_status
providers_of(struct lg_ctx *cx, const struct lg_identity_row *row, struct lg_str_list *ret)
{
	const struct lg_rec_login_list *list = &row->logins.logins;
	ret->items = lg_new_array(cx, lg_str, list->count);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < list->count; i++)
		if (!lg_str_list_has(ret, list->items[i].provider))
			LG_TRY(lg_str_dup(cx, list->items[i].provider, &ret->items[ret->count++]));
	ret->has = ret->count > 0;
	return LG_OK;
}

static lg_status
show(struct lg_ctx *cx, lg_str region, const struct lg_identity_row *row,
	struct lg_ci_identity_description *ret)
{
	*ret = (struct lg_ci_identity_description){
		.creation_date = { true, row->head.created },
		.last_modified_date = { true, row->head.modified },
	};
	LG_TRY(lg_identity_id_text(cx, region, row->head.uid, &ret->identity_id));
	return providers_of(cx, row, &ret->logins);
}

lg_status
lg_identity_describe(
	struct lg_ctx *cx, struct lg_env *env, lg_str id, struct lg_ci_identity_description *ret)
{
	struct lg_identity identity;
	LG_TRY(lg_identity_read(cx, env, id, &identity));
	return show(cx, identity.pool->region, &identity.row, ret);
}

/* ---- list ---- */

struct listing {
	const struct lg_identity_pool *pool;
	bool hide_disabled;
	size_t limit;
	struct lg_ci_identities_list list;
	unsigned char after[LG_UID_SIZE]; /* the last that was looked at */
	bool started;
	size_t seen;
	bool more;
};

/* As many rows as the page has room for, and one more, which tells whether there is another page. */
static lg_status
add_chunk(struct lg_ctx *cx, struct lg_ctx *scratch, struct lg_env *env, struct listing *listing)
{
	const size_t room = listing->limit - listing->list.count;
	struct lg_identity_row *rows;
	size_t count;
	LG_TRY(lg_store_identity_page(env->store, scratch, listing->pool->pool,
		listing->started ? listing->after : NULL, room + 1, &rows, &count));
	listing->more = count > room;
	for (size_t i = 0; i < count && i < room; i++) {
		for (size_t k = 0; k < LG_UID_SIZE; k++)
			listing->after[k] = rows[i].head.uid[k];
		listing->started = true;
		listing->seen++;
		if (listing->hide_disabled && !rows[i].head.enabled)
			continue;
		LG_TRY(show(
			cx, listing->pool->region, &rows[i], &listing->list.items[listing->list.count++]));
	}
	return LG_OK;
}

static lg_status
open_page(struct lg_ctx *cx, struct lg_env *env, const struct lg_page_query *query, lg_str token,
	struct listing *listing)
{
	lg_str after;
	LG_TRY(lg_page_open(cx, env, query, token, &after));
	listing->started = lg_str_present(after);
	if (listing->started && !lg_uuid_decode(after, listing->after))
		return lg_fail(cx, LG_E_INTERNAL, "a page token without a place");
	return LG_OK;
}

lg_status
lg_identity_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_list_identities_input *in,
	struct lg_ci_list_identities_response *ret)
{
	struct listing listing = { .hide_disabled = in->hide_disabled.v,
		.limit = lg_page_size(in->max_results, PAGE_MAX),
		.list = { .has = true } };
	LG_TRY(lg_identity_pool_find(cx, env, in->identity_pool_id, &listing.pool));
	const struct lg_page_query query = { .pool = listing.pool->pool,
		.operation = LG_STR("ListIdentities"),
		.parts = { listing.hide_disabled ? LG_STR("enabled") : LG_STR("all") } };
	LG_TRY(open_page(cx, env, &query, in->next_token, &listing));
	listing.list.items = lg_new_array(cx, struct lg_ci_identity_description, listing.limit);
	if (!listing.list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);

	LG_CLEANUP(lg_scratch_done) struct lg_scratch scratch = { 0 };
	LG_TRY(lg_scratch_begin(cx, &scratch));
	const struct lg_arena_mark mark = lg_arena_mark(scratch.cx.arena);
	do {
		LG_TRY(add_chunk(cx, &scratch.cx, env, &listing));
		lg_arena_rewind(scratch.cx.arena, mark);
	} while (listing.more && listing.list.count < listing.limit && listing.seen < SCAN_MAX);
	ret->identity_pool_id = in->identity_pool_id;
	ret->identities = listing.list;
	if (!listing.more)
		return LG_OK;
	lg_str after;
	LG_TRY(lg_uuid_encode(cx, listing.after, &after));
	return lg_page_make(cx, env, &query, after, &ret->next_token);
}

/* ---- delete ---- */

struct deletion {
	struct lg_env *env;
	lg_str region;
	lg_str id;
};

static lg_status
delete_one(struct lg_ctx *cx, void *arg)
{
	const struct deletion *d = arg;
	struct lg_identity identity;
	struct lg_batch *batch;
	/* One of another region is out of sight. */
	if (!lg_str_eq(lg_identity_id_region(d->id), d->region))
		return LG_OK;
	const lg_status s = lg_identity_read(cx, d->env, d->id, &identity);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	LG_TRY(lg_store_batch(d->env->store, cx, &batch));
	LG_TRY(lg_identity_release(batch, cx, d->env, &identity, NULL));
	lg_store_user_delete(batch, &identity.row.head);
	return lg_store_commit(batch);
}

lg_status
lg_identity_delete(struct lg_ctx *cx, struct lg_env *env, lg_str region, const struct lg_str_list *ids,
	struct lg_ci_unprocessed_identity_id_list *ret)
{
	struct lg_ci_unprocessed_identity_id_list failed = { .has = true };
	failed.items = lg_new_array(cx, struct lg_ci_unprocessed_identity_id, ids->count);
	if (!failed.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < ids->count; i++) {
		struct deletion deletion = { .env = env, .region = region, .id = ids->items[i] };
		const lg_status s = lg_retry(cx, delete_one, &deletion);
		if (!lg_failed(s))
			continue;
		const lg_str why = lg_failure_text(cx, s.code);
		lg_log(LG_LOG_WARN, "identity not deleted", LG_KV_STR("why", why));
		failed.items[failed.count++] =
			(struct lg_ci_unprocessed_identity_id){ .identity_id = deletion.id,
				.error_code = LG_CI_ERROR_CODE_INTERNAL_SERVER_ERROR };
	}
	*ret = failed;
	return LG_OK;
}

#include "domain/transfer/pool_export.h"

#include <string.h>

#include "codec/shape_io.h"
#include "domain/pool/client_admin.h"
#include "domain/pool/pool_admin.h"
#include "domain/transfer/archive_memory.h"
#include "store/bulk.h"

/* How many are in memory at once: a style may have a megabyte. */
#define ITEMS_AT_ONCE 8
#define USERS_AT_ONCE 50
#define USER_ITEMS_AT_ONCE 500

struct export
{
	struct lg_env *env;
	const struct lg_pool_export *ask;
	struct lg_archive_out *out;
	struct lg_pool_row row;
	struct lg_rec_archive_end counts;
	int64_t recovery;
};

static lg_status
put(struct export *x, struct lg_ctx *cx, const struct lg_rec_archive_record *record,
	struct lg_opt_int *count)
{
	if (count) {
		count->has = true;
		count->v++;
	}
	return lg_archive_put(cx, x->out, record);
}

/* Sealed for the archive instead of its row; none stays none. */
static lg_status
move(struct export *x, struct lg_ctx *cx, lg_str uid, enum lg_moved kind, lg_str *sealed)
{
	if (lg_str_empty(*sealed))
		return LG_OK;
	const struct lg_owner owner = { .pool = x->row.pool, .uid = uid };
	return lg_keyholder_archive_out(
		x->env->keys, cx, owner, kind, *sealed, lg_archive_out_key(x->out), sealed);
}

static lg_status
put_pool(struct export *x, struct lg_ctx *cx)
{
	struct lg_rec_archive_about about = {
		.pool_id = x->row.pool_id,
		.begun = { true, cx->now },
		.program = x->ask->program,
	};
	struct lg_rec_archive_pool pool = {
		.valid_since = { true, x->row.valid_since },
		.created = { true, x->row.created },
		.settings = &x->row.settings,
	};
	LG_TRY(put(x, cx, &(struct lg_rec_archive_record){ .about = &about }, NULL));
	return put(x, cx, &(struct lg_rec_archive_record){ .pool = &pool }, NULL);
}

static lg_status
put_keys(struct export *x, struct lg_ctx *cx)
{
	struct lg_signing_key_row *rows;
	size_t count;
	LG_TRY(lg_store_signing_keys(x->env->store, cx, x->row.pool, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		struct lg_rec_archive_key key = {
			.kid = rows[i].kid,
			.use = rows[i].use,
			.alg = rows[i].alg,
			.publish = { true, rows[i].publish },
			.sign = { true, rows[i].sign },
			.retire = { true, rows[i].retire },
			.drop = { true, rows[i].drop },
			.public = rows[i].public_der,
			.sealed = rows[i].sealed,
		};
		LG_TRY(move(x, cx, LG_STR_NONE, LG_MOVED_KEY, &key.sealed));
		LG_TRY(put(x, cx, &(struct lg_rec_archive_record){ .key = &key }, &x->counts.keys));
	}
	return LG_OK;
}

static lg_status
put_client(struct lg_ctx *cx, const struct lg_client_row *row, void *arg, bool *ret_stop)
{
	(void)ret_stop;
	struct export *x = arg;
	struct lg_rec_client settings = row->settings;
	struct lg_rec_archive_client client = { .client_id = row->client_id, .settings = &settings };
	return put(x, cx, &(struct lg_rec_archive_record){ .client = &client }, &x->counts.clients);
}

static lg_status
put_domain(struct export *x, struct lg_ctx *cx, lg_str host)
{
	struct lg_domain_row row;
	lg_str pool_id;
	if (!lg_str_present(host))
		return LG_OK;
	const lg_status s = lg_store_domain_read(x->env->store, cx, host, &row, &pool_id);
	if (s.code == LG_E_NOT_FOUND) /* deleted meanwhile */
		return LG_OK;
	LG_TRY(s);
	struct lg_rec_archive_domain domain = { .host = row.host, .settings = &row.settings };
	return put(x, cx, &(struct lg_rec_archive_record){ .domain = &domain }, &x->counts.domains);
}

/* ---- items of the pool ---- */

static lg_status
put_item(struct export *x, struct lg_ctx *cx, const struct lg_archive_kind *kind,
	const struct lg_item_row *row)
{
	if (kind->sealed_of)
		LG_TRY(move(x, cx, LG_STR_NONE, kind->moved, kind->sealed_of(row->record)));
	struct lg_rec_archive_item item = {
		.kind = kind->kind,
		.name = row->name,
		.id = row->id,
		.created = { true, row->created },
		.modified = { true, row->modified },
	};
	LG_TRY(lg_shape_to_cbor(cx, kind->shape, row->record, &item.record));
	return put(x, cx, &(struct lg_rec_archive_record){ .item = &item }, &x->counts.items);
}

static lg_status
put_items(struct export *x, struct lg_ctx *cx, const struct lg_archive_kind *kind)
{
	LG_CLEANUP(lg_archive_memory_done) struct lg_archive_memory page = { 0 };
	LG_TRY(lg_archive_memory_begin(cx, &page));
	lg_str after = LG_STR_NONE;
	size_t count;
	do {
		struct lg_item_row *rows;
		LG_TRY(lg_store_item_page(x->env->store, &page.cx, x->row.pool, kind->kind, after,
			ITEMS_AT_ONCE, kind->shape, &rows, &count));
		for (size_t i = 0; i < count; i++)
			LG_TRY(put_item(x, &page.cx, kind, &rows[i]));
		if (count)
			LG_TRY(lg_str_dup(cx, rows[count - 1].name, &after));
		lg_archive_memory_rewind(&page);
	} while (count == ITEMS_AT_ONCE);
	return LG_OK;
}

/* ---- users ---- */

static lg_status
move_list(struct export *x, struct lg_ctx *cx, lg_str uid, const struct lg_str_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		LG_TRY(move(x, cx, uid, LG_MOVED_PASSWORD, &list->items[i]));
	return LG_OK;
}

static lg_status
put_user(struct export *x, struct lg_ctx *cx, struct lg_bulk_user *user)
{
	struct lg_user_row *row = &user->row;
	const lg_str uid = lg_user_row_uid(row);
	x->recovery += row->mfa.recovery.count > 0;
	row->mfa.recovery = (struct lg_str_list){ 0 };
	row->mfa.totp_pending = LG_STR_NONE;
	LG_TRY(move(x, cx, uid, LG_MOVED_PASSWORD, &row->credential.sealed));
	LG_TRY(move(x, cx, uid, LG_MOVED_TOTP, &row->mfa.totp));
	LG_TRY(move_list(x, cx, uid, &row->history.sealed));
	struct lg_rec_archive_user record = {
		.uid = uid,
		.status = { true, (int64_t)row->status },
		.enabled = { true, row->enabled },
		.signout = { row->signout.ms != 0, row->signout },
		.created = { true, row->created },
		.modified = { true, row->modified },
		.profile = &row->profile,
		.credential = row->parts & LG_PART_CREDENTIAL ? &row->credential : NULL,
		.mfa = row->parts & LG_PART_MFA ? &row->mfa : NULL,
		.history = row->parts & LG_PART_HISTORY ? &row->history : NULL,
		.groups = { user->groups, user->group_count, user->group_count > 0 },
	};
	return put(x, cx, &(struct lg_rec_archive_record){ .user = &record }, &x->counts.users);
}

static lg_status
put_user_item(struct export *x, struct lg_ctx *cx, const struct lg_bulk_user *user,
	const struct lg_bulk_item *item)
{
	const struct lg_archive_kind *kind = lg_archive_user_kind(item->kind);
	if (!kind)
		return lg_fail(cx, LG_E_INTERNAL, "an item of a kind that no archive holds");
	void *content = lg_arena_alloc(cx->arena, kind->shape->size);
	if (!content)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_shape_from_cbor(cx, kind->shape, item->record, content));
	LG_TRY(move(x, cx, lg_user_row_uid(&user->row), kind->moved, kind->sealed_of(content)));
	struct lg_rec_archive_user_item record = {
		.kind = item->kind, .name = item->name, .created = { true, item->created }
	};
	LG_TRY(lg_shape_to_cbor(cx, kind->shape, content, &record.record));
	return put(x, cx, &(struct lg_rec_archive_record){ .user_item = &record }, &x->counts.user_items);
}

/* A page of users, each with his items behind him. */
static lg_status
put_page(struct export *x, struct lg_ctx *cx, struct lg_bulk_user *users, size_t count)
{
	LG_CLEANUP(lg_archive_memory_done) struct lg_archive_memory items_page = { 0 };
	LG_TRY(lg_archive_memory_begin(cx, &items_page));
	struct lg_ctx *own = &items_page.cx;
	struct lg_bulk_place place = { 0 };
	size_t written = 0, item_count;
	do {
		struct lg_bulk_item *items;
		LG_TRY(lg_store_bulk_items(
			x->env->store, own, users, count, &place, USER_ITEMS_AT_ONCE, &items, &item_count));
		for (size_t i = 0; i < item_count; i++) {
			while (written <= items[i].user)
				LG_TRY(put_user(x, cx, &users[written++]));
			LG_TRY(put_user_item(x, own, &users[items[i].user], &items[i]));
		}
		lg_archive_memory_rewind(&items_page);
	} while (item_count == USER_ITEMS_AT_ONCE);
	while (written < count)
		LG_TRY(put_user(x, cx, &users[written++]));
	return LG_OK;
}

static lg_status
put_users(struct export *x, struct lg_ctx *cx)
{
	LG_CLEANUP(lg_archive_memory_done) struct lg_archive_memory page = { 0 };
	LG_TRY(lg_archive_memory_begin(cx, &page));
	unsigned char after[LG_UID_SIZE];
	size_t count;
	bool first = true;
	do {
		struct lg_bulk_user *users;
		LG_TRY(lg_store_bulk_users(x->env->store, &page.cx, x->row.pool, first ? NULL : after,
			USERS_AT_ONCE, &users, &count));
		first = false;
		if (count == 0)
			break;
		memcpy(after, users[count - 1].row.uid, sizeof(after));
		LG_TRY(put_page(x, &page.cx, users, count));
		if (x->ask->watch)
			x->ask->watch->users(x->ask->watch, x->counts.users.v);
		lg_archive_memory_rewind(&page);
	} while (count == USERS_AT_ONCE);
	return LG_OK;
}

lg_status
lg_pool_export(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_export *ask,
	struct lg_archive_out *out, struct lg_rec_archive_end *ret, int64_t *ret_recovery)
{
	struct export x = { .env = env, .ask = ask, .out = out };
	LG_TRY(lg_pool_row_read(cx, env, ask->pool_id, &x.row));
	LG_TRY(put_pool(&x, cx));
	if (ask->with_keys)
		LG_TRY(put_keys(&x, cx));
	LG_TRY(lg_client_each(cx, env, x.row.pool, LG_STR_NONE, put_client, &x));
	LG_TRY(put_domain(&x, cx, x.row.settings.type->domain));
	LG_TRY(put_domain(&x, cx, x.row.settings.type->custom_domain));
	size_t count;
	const struct lg_archive_kind *kinds = lg_archive_pool_kinds(&count);
	for (size_t i = 0; i < count; i++)
		LG_TRY(put_items(&x, cx, &kinds[i]));
	LG_TRY(put_users(&x, cx));
	*ret = x.counts;
	*ret_recovery = x.recovery;
	return put(&x, cx, &(struct lg_rec_archive_record){ .end = &x.counts }, NULL);
}

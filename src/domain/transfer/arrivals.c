#include "domain/transfer/arrivals.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/shape_io.h"
#include "store/user_item.h"

/* Rows that a user makes, roughly; and how many fit a batch. */
#define USER_WEIGHT 32
#define WEIGHT_MAX 4800

struct lg_arrival {
	struct lg_arrival *next;
	struct lg_user *user; /* of an item: his uid and key */
	struct lg_str_list groups;
	const struct lg_archive_kind *kind; /* of an item; NULL = a user */
	struct lg_user_item item;
	bool skipped; /* the user has no name left */
};

static lg_status
wait(struct lg_ctx *cx, struct lg_arrivals *arrivals, size_t weight, struct lg_arrival **ret)
{
	struct lg_arrival *arrival = lg_new(cx, struct lg_arrival);
	if (!arrival)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (arrivals->newest)
		arrivals->newest->next = arrival;
	else
		arrivals->first = arrival;
	arrivals->newest = arrival;
	arrivals->weight += weight;
	*ret = arrival;
	return LG_OK;
}

bool
lg_arrivals_full(const struct lg_arrivals *arrivals)
{
	return arrivals->weight >= WEIGHT_MAX;
}

/* ---- from the archive ---- */

/* Sealed for its new row; none stays none. */
static lg_status
move(struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_user_row *row, enum lg_moved kind,
	lg_str *sealed, bool *ret_bound)
{
	*ret_bound = false;
	if (lg_str_empty(*sealed))
		return LG_OK;
	const struct lg_owner owner = { .pool = arrivals->pool->pool, .uid = lg_user_row_uid(row) };
	const struct lg_srp_move groups = kind == LG_MOVED_DEVICE ? arrivals->devices : arrivals->names;
	return lg_keyholder_archive_in(
		arrivals->env->keys, cx, owner, kind, *sealed, arrivals->key, groups, sealed, ret_bound);
}

static lg_status
take_parts(struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_rec_archive_user *from,
	struct lg_user_row *row)
{
	bool bound;
	row->profile = *from->profile;
	row->parts = LG_PART_PROFILE;
	if (from->credential) {
		row->credential = *from->credential;
		row->parts |= LG_PART_CREDENTIAL;
		LG_TRY(move(cx, arrivals, row, LG_MOVED_PASSWORD, &row->credential.sealed, &bound));
		/* Made anew with the next password that is right, as one that another service hashed. */
		if (bound)
			row->credential.imported = (struct lg_opt_bool){ true, true };
		arrivals->bound += bound;
	}
	if (from->mfa) {
		row->mfa = *from->mfa;
		row->parts |= LG_PART_MFA;
		LG_TRY(move(cx, arrivals, row, LG_MOVED_TOTP, &row->mfa.totp, &bound));
	}
	if (from->history) {
		row->history = *from->history;
		row->parts |= LG_PART_HISTORY;
		for (size_t i = 0; i < row->history.sealed.count; i++)
			LG_TRY(move(cx, arrivals, row, LG_MOVED_PASSWORD, &row->history.sealed.items[i],
				&bound));
	}
	return LG_OK;
}

static void
set_current(struct lg_arrivals *arrivals, const struct lg_user_row *row)
{
	arrivals->current = (struct lg_user_row){ .pool = row->pool };
	memcpy(arrivals->current.uid, row->uid, LG_UID_SIZE);
	if (row->key.len == sizeof(arrivals->current_key)) {
		memcpy(arrivals->current_key, row->key.ptr, row->key.len);
		arrivals->current.key = lg_str_from_bytes(arrivals->current_key, row->key.len);
	}
	arrivals->current_skipped = false;
	arrivals->has_current = true;
}

/* Who was written by the import that this one goes on with. His items are written again, as some may be. */
static lg_status
is_there(struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_user_row *row, bool *ret)
{
	const int order = arrivals->has_there ? lg_bytes_cmp(row->uid, arrivals->there, LG_UID_SIZE) : 1;
	*ret = order <= 0;
	if (order > 0)
		return LG_OK;
	struct lg_user_row stored = *row;
	lg_status s = LG_STATUS(LG_E_NOT_FOUND);
	if (order == 0)
		s = lg_store_user_read(arrivals->env->store, cx, arrivals->pool->pool, row->uid, 0, &stored);
	if (lg_failed(s) && s.code != LG_E_NOT_FOUND)
		return s;
	set_current(arrivals, &stored);
	arrivals->current_skipped = lg_failed(s);
	return LG_OK;
}

lg_status
lg_arrivals_user(struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_rec_archive_user *from)
{
	struct lg_user_row row = {
		.pool = arrivals->pool->pool,
		.status = (enum lg_user_status)from->status.v,
		.enabled = from->enabled.v,
		.signout = from->signout.v,
		.created = from->created.v,
	};
	if (from->uid.len != LG_UID_SIZE || !from->profile || row.status < LG_USER_UNCONFIRMED ||
		row.status > LG_USER_UNKNOWN)
		return lg_fail(cx, LG_E_MALFORMED, "a user in the archive has no sub, status or profile");
	memcpy(row.uid, from->uid.ptr, LG_UID_SIZE);
	if (arrivals->has_current && lg_bytes_cmp(arrivals->current.uid, row.uid, LG_UID_SIZE) >= 0)
		return lg_fail(cx, LG_E_MALFORMED, "users in the archive are not in order");
	bool there;
	LG_TRY(is_there(cx, arrivals, &row, &there));
	if (there)
		return LG_OK;
	LG_TRY(lg_store_user_prepare(arrivals->env->store, cx, arrivals->pool->pool, &row));
	row.modified = from->modified.v;
	LG_TRY(take_parts(cx, arrivals, from, &row));
	struct lg_arrival *arrival;
	LG_TRY(wait(cx, arrivals, USER_WEIGHT + from->groups.count, &arrival));
	arrival->groups = from->groups;
	LG_TRY(lg_user_of_row(cx, &row, &arrival->user));
	set_current(arrivals, &row);
	return LG_OK;
}

lg_status
lg_arrivals_item(
	struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_rec_archive_user_item *from)
{
	const struct lg_archive_kind *kind = lg_archive_user_kind(from->kind);
	if (!kind)
		return lg_fail(cx, LG_E_REFUSED,
			"the archive holds \"%.*s\" of users, which this program does not know",
			LG_FMT(from->kind));
	if (!arrivals->has_current || lg_str_empty(from->name))
		return lg_fail(cx, LG_E_MALFORMED, "an item in the archive is nobody's");
	if (arrivals->current_skipped)
		return LG_OK;
	struct lg_arrival *arrival;
	LG_TRY(wait(cx, arrivals, 1, &arrival));
	arrival->kind = kind;
	arrival->item = (struct lg_user_item){
		.kind = kind->kind,
		.name = from->name,
		.created = from->created.v,
		.record = lg_arena_alloc(cx->arena, kind->shape->size),
	};
	arrival->user = lg_new(cx, struct lg_user);
	if (!arrival->item.record || !arrival->user)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	arrival->user->row = arrivals->current;
	LG_TRY(lg_str_dup(cx, arrivals->current.key, &arrival->user->row.key));
	LG_TRY(lg_shape_from_cbor(cx, kind->shape, from->record, arrival->item.record));
	bool bound;
	return move(cx, arrivals, &arrival->user->row, kind->moved, kind->sealed_of(arrival->item.record),
		&bound);
}

/* ---- into the store ---- */

static lg_status
add(struct lg_ctx *cx, struct lg_arrivals *arrivals, struct lg_batch *batch, struct lg_arrival *arrival)
{
	if (arrival->kind) {
		lg_store_user_item_put(batch, &arrival->user->row, &arrival->item, arrival->kind->shape);
		return LG_OK;
	}
	const struct lg_user_row *row = &arrival->user->row;
	lg_store_user_insert(batch, row);
	LG_TRY(lg_user_write_names(
		batch, cx, arrivals->env, arrivals->pool, arrival->user, &(struct lg_user_names){ 0 }));
	for (size_t i = 0; i < arrival->groups.count; i++)
		lg_store_group_add(batch, row->pool, row->uid, arrival->groups.items[i]);
	return LG_OK;
}

static lg_status
write_all(struct lg_ctx *cx, struct lg_arrivals *arrivals)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(arrivals->env->store, cx, &batch));
	for (struct lg_arrival *a = arrivals->first; a; a = a->next)
		LG_TRY(add(cx, arrivals, batch, a));
	return lg_store_commit(batch);
}

static lg_status
note(struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_user *user, const char *text)
{
	lg_str line;
	LG_TRY(lg_str_fmt(cx, &line, "user %.*s: %s", LG_FMT(user->sub), text));
	if (arrivals->watch)
		arrivals->watch->note(arrivals->watch, line);
	return LG_OK;
}

/* Is this name another user's? */
static lg_status
is_taken(struct lg_ctx *cx, struct lg_arrivals *arrivals, const struct lg_user *user,
	const unsigned char digest[16], bool *ret)
{
	enum lg_key_kind kind;
	unsigned char uid[LG_UID_SIZE];
	const lg_status s =
		lg_store_key_find(arrivals->env->store, cx, arrivals->pool->pool, digest, &kind, uid);
	*ret = !lg_failed(s) && !lg_bytes_eq(uid, user->row.uid, sizeof(uid));
	return s.code == LG_E_NOT_FOUND ? LG_OK : s;
}

/* The links whose names nobody else has. */
static lg_status
keep_links(struct lg_ctx *cx, struct lg_arrivals *arrivals, struct lg_user *user)
{
	struct lg_rec_link_list *links = &user->row.profile.links;
	size_t kept = 0;
	for (size_t i = 0; i < links->count; i++) {
		const struct lg_rec_link *link = &links->items[i];
		lg_str name;
		unsigned char digest[16];
		bool taken;
		LG_TRY(lg_link_name(cx, link->provider, link->attribute, link->value, &name));
		LG_TRY(lg_name_digest(cx, arrivals->env, arrivals->pool, LG_KEY_PROVIDER, name, digest));
		LG_TRY(is_taken(cx, arrivals, user, digest, &taken));
		if (!taken)
			links->items[kept++] = *link;
	}
	links->count = kept;
	return LG_OK;
}

/* Make him do without a name of this kind. False in `*ret_left` when he cannot. */
static lg_status
give_up(struct lg_ctx *cx, struct lg_arrivals *arrivals, struct lg_user *user, enum lg_key_kind kind,
	bool *ret_left)
{
	const struct lg_name_rules *rules = &arrivals->pool->names;
	switch (kind) {
	case LG_KEY_EMAIL:
		*ret_left = !rules->email_username;
		return lg_user_set_attribute(cx, user, LG_STR("email_verified"), LG_STR("false"));
	case LG_KEY_PHONE:
		*ret_left = !rules->phone_username;
		return lg_user_set_attribute(cx, user, LG_STR("phone_number_verified"), LG_STR("false"));
	case LG_KEY_PREFERRED_USERNAME:
		*ret_left = true;
		return lg_user_set_attribute(cx, user, LG_STR("preferred_username"), LG_STR(""));
	case LG_KEY_PROVIDER:
		*ret_left = true;
		return keep_links(cx, arrivals, user);
	case LG_KEY_USERNAME:
	case LG_KEY_LOGIN: /* no user of a user pool has one */
		break;
	}
	*ret_left = false;
	return LG_OK;
}

/* A sub counts as a name, too, though it has no key. */
static lg_status
settle_sub(struct lg_ctx *cx, struct lg_arrivals *arrivals, struct lg_user *user, bool *ret_changed)
{
	const lg_str alias = lg_user_attribute(user, LG_STR("preferred_username"));
	if (!arrivals->pool->names.preferred_alias || lg_str_empty(alias))
		return LG_OK;
	bool is_sub, left;
	LG_TRY(lg_name_is_sub(cx, arrivals->env, arrivals->pool, alias, &is_sub));
	if (!is_sub)
		return LG_OK;
	*ret_changed = true;
	return give_up(cx, arrivals, user, LG_KEY_PREFERRED_USERNAME, &left);
}

static lg_status
settle_names(struct lg_ctx *cx, struct lg_arrivals *arrivals, struct lg_arrival *arrival)
{
	struct lg_user *user = arrival->user;
	struct lg_user_names names;
	bool changed = false, left = true;
	LG_TRY(settle_sub(cx, arrivals, user, &changed));
	LG_TRY(lg_user_names(cx, arrivals->env, arrivals->pool, user, &names));
	for (size_t i = 0; i < names.count && left; i++) {
		bool taken;
		LG_TRY(is_taken(cx, arrivals, user, names.keys[i].digest, &taken));
		if (!taken)
			continue;
		changed = true;
		LG_TRY(give_up(cx, arrivals, user, names.keys[i].kind, &left));
	}
	arrival->skipped = !left;
	arrivals->skipped += !left;
	arrivals->unnamed += left && changed;
	if (!left)
		return note(
			cx, arrivals, user, "left out, as another user of the archive has the user name");
	if (changed)
		return note(cx, arrivals, user, "an alias or link is another user's, and no longer his");
	return LG_OK;
}

/* One after the other, each with the names that are left for him. */
static lg_status
write_each(struct lg_ctx *cx, struct lg_arrivals *arrivals)
{
	bool skipped = false;
	for (struct lg_arrival *a = arrivals->first; a; a = a->next) {
		if (!a->kind) {
			LG_TRY(settle_names(cx, arrivals, a));
			skipped = a->skipped;
		}
		if (skipped)
			continue;
		struct lg_batch *batch;
		LG_TRY(lg_store_batch(arrivals->env->store, cx, &batch));
		LG_TRY(add(cx, arrivals, batch, a));
		const lg_status s = lg_store_commit(batch);
		if (s.code == LG_E_CONFLICT)
			return lg_fail(cx, LG_E_CONFLICT, "somebody else imports the same pool");
		LG_TRY(s);
	}
	arrivals->current_skipped = arrivals->current_skipped || skipped;
	return LG_OK;
}

lg_status
lg_arrivals_write(struct lg_ctx *cx, struct lg_arrivals *arrivals)
{
	if (!arrivals->first)
		return LG_OK;
	lg_status s = write_all(cx, arrivals);
	if (s.code == LG_E_CONFLICT || s.code == LG_E_ALIAS_EXISTS)
		s = write_each(cx, arrivals);
	arrivals->first = arrivals->newest = NULL;
	arrivals->weight = 0;
	return s;
}

#include "domain/transfer/pool_import.h"

#include <string.h>

#include "codec/bytes.h"
#include "codec/shape_io.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "domain/auth/device.h"
#include "domain/pool/pool_load.h"
#include "domain/transfer/arrivals.h"
#include "store/bulk.h"

/* The item that says which archive a pool comes from, while it does. */
#define MARK_KIND LG_STR("archive")
#define MARK_NAME LG_STR("archive")
#define MARK_SHAPE (&lg_shape_rec_archive_mark)

#define CLIENT_ID_LENGTH 26
#define CLIENT_ID_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789"

struct renamed {
	struct renamed *next;
	lg_str from, to;
};

struct import {
	struct lg_env *env;
	const struct lg_pool_import *ask;
	struct lg_archive_in *in;
	struct lg_ctx *keep; /* memory of the whole import */
	lg_str archived_id; /* of the pool in the archive */
	struct lg_pool_row row;
	struct lg_pool pool;
	struct renamed *clients;
	struct lg_arrivals arrivals;
	struct lg_rec_archive_end counts;
	bool ended;
	bool resumed;
};

static lg_status
malformed(struct lg_ctx *cx, const char *text)
{
	return lg_fail(cx, LG_E_MALFORMED, "%s", text);
}

/* ---- the pool ---- */

static lg_status
check_id(struct lg_ctx *cx, lg_str pool_id)
{
	const struct lg_shape *shape = &lg_shape_idp_user_pool_id_type;
	bool matches;
	LG_TRY(lg_text_matches(cx, pool_id, shape->pattern, &matches));
	if (matches && pool_id.len <= (size_t)shape->max)
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"\"%.*s\" is no id of a user pool, such as us-east-1_AbCdEf123", LG_FMT(pool_id));
}

/* The settings as those of a pool with the new id. */
static lg_status
adapt_settings(struct lg_ctx *cx, struct import *m, lg_str pool_id, struct lg_rec_pool *settings)
{
	struct lg_idp_user_pool_type *type = settings->type;
	lg_str region = pool_id;
	region = lg_str_cut(&region, '_');
	type->id = pool_id;
	settings->also = NULL; /* of a change that was under way: the new pool has none */
	if (m->ask->without_domains)
		type->domain = type->custom_domain = LG_STR_NONE;
	return lg_str_fmt(cx, &type->arn, "arn:aws:cognito-idp:%.*s:%.*s:userpool/%.*s", LG_FMT(region),
		LG_FMT(m->env->settings->account), LG_FMT(pool_id));
}

static lg_status
create_pool(struct lg_ctx *cx, struct import *m, const struct lg_rec_archive_pool *from, lg_str pool_id)
{
	struct lg_pool_row row = {
		.pool_id = pool_id,
		.state = LG_POOL_IMPORTING,
		.valid_since = from->valid_since.v,
		.created = from->created.v,
		.settings = *from->settings,
	};
	LG_TRY(adapt_settings(cx, m, pool_id, &row.settings));
	struct lg_rec_archive_mark mark = { .archive = lg_archive_in_id(m->in), .begun = { true, cx->now } };
	struct lg_item_row item = { .kind = MARK_KIND, .name = MARK_NAME, .record = &mark };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(m->env->store, cx, &batch));
	lg_store_pool_insert(batch, &row);
	item.pool = row.pool;
	lg_store_item_insert(batch, &item, MARK_SHAPE);
	const lg_status s = lg_store_commit(batch);
	if (s.code == LG_E_CONFLICT)
		return lg_fail(cx, LG_E_EXISTS, "user pool %.*s was made meanwhile", LG_FMT(pool_id));
	return s;
}

/* Go on with a pool that is there, if it comes from this archive. */
static lg_status
check_mark(struct lg_ctx *cx, struct import *m, const struct lg_pool_row *row)
{
	if (!lg_str_eq(row->state, LG_POOL_IMPORTING))
		return lg_fail(cx, LG_E_EXISTS, "user pool %.*s exists already; nothing is overwritten",
			LG_FMT(row->pool_id));
	struct lg_item_row item;
	LG_TRY(lg_store_item_read(m->env->store, cx, row->pool, MARK_KIND, MARK_NAME, MARK_SHAPE, &item));
	const struct lg_rec_archive_mark *mark = item.record;
	if (!lg_str_eq(mark->archive, lg_archive_in_id(m->in)))
		return lg_fail(cx, LG_E_EXISTS,
			"user pool %.*s is half imported from another archive; complete that, or discard it",
			LG_FMT(row->pool_id));
	m->resumed = true;
	if (m->ask->watch)
		m->ask->watch->note(m->ask->watch, LG_STR("Going on with the import that was interrupted."));
	return LG_OK;
}

static lg_status
begin_arrivals(struct import *m)
{
	struct lg_arrivals *arrivals = &m->arrivals;
	struct lg_pool from = { .id = m->archived_id, .srp_group = m->archived_id };
	(void)lg_str_cut(&from.srp_group, '_');
	*arrivals = (struct lg_arrivals){
		.env = m->env,
		.pool = &m->pool,
		.key = lg_archive_in_key(m->in),
		.names = { .from = from.srp_group, .to = m->pool.srp_group },
		.watch = m->ask->watch,
	};
	LG_TRY(lg_device_group_key(m->keep, &from, &arrivals->devices.from));
	LG_TRY(lg_device_group_key(m->keep, &m->pool, &arrivals->devices.to));
	const lg_status s = lg_store_bulk_last(m->env->store, m->keep, m->pool.pool, arrivals->there);
	arrivals->has_there = !lg_failed(s);
	return s.code == LG_E_NOT_FOUND ? LG_OK : s;
}

static lg_status
take_pool(struct lg_ctx *cx, struct import *m, const struct lg_rec_archive_pool *from)
{
	if (m->pool.pool || !from->settings || !from->settings->type)
		return malformed(cx, "the archive has no pool where it should be");
	lg_str pool_id = lg_str_present(m->ask->pool_id) ? m->ask->pool_id : m->archived_id;
	LG_TRY(check_id(cx, pool_id));
	struct lg_pool_row row;
	lg_status s = lg_store_pool_read_any(m->env->store, cx, pool_id, &row);
	if (s.code == LG_E_NOT_FOUND)
		LG_TRY(create_pool(cx, m, from, pool_id));
	else if (!lg_failed(s))
		LG_TRY(check_mark(cx, m, &row));
	else
		return s;

	LG_TRY(lg_str_dup(m->keep, pool_id, &pool_id));
	LG_TRY(lg_store_pool_read_any(m->env->store, m->keep, pool_id, &m->row));
	LG_TRY(lg_pool_build(m->keep, m->env->settings, &m->row, &m->pool));
	return begin_arrivals(m);
}

/* ---- keys, clients, domains, items ---- */

static lg_status
take_key(struct lg_ctx *cx, struct import *m, const struct lg_rec_archive_key *from)
{
	struct lg_signing_key_row row = {
		.pool = m->pool.pool,
		.kid = from->kid,
		.use = from->use,
		.alg = from->alg,
		.publish = from->publish.v,
		.sign = from->sign.v,
		.retire = from->retire.v,
		.drop = from->drop.v,
		.public_der = from->public,
	};
	struct lg_signing_key_row *there;
	size_t count;
	LG_TRY(lg_store_signing_keys(m->env->store, cx, m->pool.pool, &there, &count));
	for (size_t i = 0; i < count; i++)
		if (lg_str_eq(there[i].kid, row.kid))
			return LG_OK;
	bool bound;
	LG_TRY(lg_keyholder_archive_in(m->env->keys, cx, (struct lg_owner){ .pool = m->pool.pool },
		LG_MOVED_KEY, from->sealed, m->arrivals.key, (struct lg_srp_move){ 0 }, &row.sealed,
		&bound));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(m->env->store, cx, &batch));
	lg_store_signing_key_insert(batch, &row);
	return lg_store_commit(batch);
}

/* The same each time, so that an import that goes on finds what it wrote. */
static lg_status
new_client_id(struct import *m, lg_str from, lg_str *ret)
{
	unsigned char seed[LG_SHA256_SIZE], bytes[CLIENT_ID_LENGTH];
	const lg_str parts[] = { lg_archive_in_id(m->in), m->pool.id, from };
	lg_sha256(parts, LG_LEN(parts), seed);
	lg_hkdf_sha256(lg_str_from_bytes(seed, sizeof(seed)), LG_STR_NONE, LG_STR("client id"), bytes,
		sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)CLIENT_ID_LETTERS[bytes[i] % (sizeof(CLIENT_ID_LETTERS) - 1)];
	return lg_str_dup(m->keep, lg_str_from_bytes(bytes, sizeof(bytes)), ret);
}

static lg_status
rename_client(struct lg_ctx *cx, struct import *m, lg_str *client_id)
{
	struct renamed *renamed = lg_new(m->keep, struct renamed);
	if (!renamed)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_str_dup(m->keep, *client_id, &renamed->from));
	LG_TRY(new_client_id(m, *client_id, &renamed->to));
	renamed->next = m->clients;
	m->clients = renamed;
	*client_id = renamed->to;
	lg_str line;
	LG_TRY(lg_str_fmt(cx, &line, "client %.*s is now %.*s", LG_FMT(renamed->from), LG_FMT(renamed->to)));
	if (m->ask->watch)
		m->ask->watch->note(m->ask->watch, line);
	return LG_OK;
}

/* What could not be inserted is ours from before, or somebody else's. */
static lg_status
judge_conflict(
	struct lg_ctx *cx, struct import *m, lg_status found, int64_t owner, const char *what, lg_str name)
{
	if (found.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_CONFLICT, "%s %.*s changes at the same time", what, LG_FMT(name));
	LG_TRY(found);
	if (owner == m->pool.pool)
		return LG_OK;
	return lg_fail(
		cx, LG_E_EXISTS, "%s %.*s belongs to another user pool of this server", what, LG_FMT(name));
}

static lg_status
take_client(struct lg_ctx *cx, struct import *m, const struct lg_rec_archive_client *from)
{
	if (lg_str_empty(from->client_id) || !from->settings || !from->settings->type)
		return malformed(cx, "a client in the archive has no settings");
	struct lg_client_row row = {
		.client_id = from->client_id, .pool = m->pool.pool, .settings = *from->settings
	};
	if (m->ask->new_client_ids)
		LG_TRY(rename_client(cx, m, &row.client_id));
	row.settings.type->client_id = row.client_id;
	row.settings.type->user_pool_id = m->pool.id;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(m->env->store, cx, &batch));
	lg_store_client_insert(batch, &row);
	const lg_status s = lg_store_commit(batch);
	if (s.code != LG_E_CONFLICT)
		return s;
	int64_t owner = 0;
	const lg_status found = lg_store_client_pool(m->env->store, cx, row.client_id, &owner);
	return judge_conflict(cx, m, found, owner, "app client", row.client_id);
}

static lg_status
take_domain(struct lg_ctx *cx, struct import *m, const struct lg_rec_archive_domain *from)
{
	if (lg_str_empty(from->host) || !from->settings)
		return malformed(cx, "a domain in the archive has no settings");
	if (m->ask->without_domains)
		return LG_OK;
	const struct lg_domain_row row = {
		.host = from->host, .pool = m->pool.pool, .settings = *from->settings
	};
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(m->env->store, cx, &batch));
	lg_store_domain_insert(batch, &row);
	const lg_status s = lg_store_commit(batch);
	if (s.code != LG_E_CONFLICT)
		return s;
	int64_t owner = 0;
	const lg_status found = lg_store_domain_pool(m->env->store, cx, row.host, &owner);
	return judge_conflict(cx, m, found, owner, "domain", row.host);
}

/* The client's id at the beginning of an item's name, in its new form. */
static lg_status
rename_item(struct lg_ctx *cx, struct import *m, const struct lg_archive_kind *kind, struct lg_item_row *row)
{
	lg_str rest = row->name;
	const lg_str client_id = lg_str_cut(&rest, ' ');
	for (const struct renamed *r = m->clients; r; r = r->next) {
		if (!kind->of_client || !lg_str_eq(r->from, client_id))
			continue;
		if (kind->client_of)
			*kind->client_of(row->record) = r->to;
		if (!lg_str_present(rest)) {
			row->name = r->to;
			return LG_OK;
		}
		const lg_str parts[] = { r->to, LG_STR(" "), rest };
		return lg_str_concat(cx, parts, LG_LEN(parts), &row->name);
	}
	return LG_OK;
}

/* Groups of providers are named after their pool. */
static lg_status
rename_group(struct lg_ctx *cx, struct import *m, struct lg_item_row *row)
{
	const size_t len = m->archived_id.len;
	if (!lg_str_starts(row->name, m->archived_id) || row->name.len <= len + 1 ||
		row->name.ptr[len] != '_')
		return LG_OK;
	const lg_str parts[] = { m->pool.id, lg_str_slice(row->name, len, row->name.len) };
	return lg_str_concat(cx, parts, LG_LEN(parts), &row->name);
}

static lg_status
take_item(struct lg_ctx *cx, struct import *m, const struct lg_rec_archive_item *from)
{
	const struct lg_archive_kind *kind = lg_archive_pool_kind(from->kind);
	if (!kind)
		return lg_fail(cx, LG_E_REFUSED,
			"the archive holds \"%.*s\", which this program does not know", LG_FMT(from->kind));
	struct lg_item_row row = {
		.pool = m->pool.pool,
		.kind = kind->kind,
		.name = from->name,
		.id = from->id,
		.created = from->created.v,
		.modified = from->modified.v,
		.record = lg_arena_alloc(cx->arena, kind->shape->size),
	}, there;
	if (!row.record)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (lg_str_empty(row.name) || row.id.len != 16)
		return malformed(cx, "an item in the archive has no name or id");
	LG_TRY(lg_shape_from_cbor(cx, kind->shape, from->record, row.record));
	LG_TRY(rename_item(cx, m, kind, &row));
	if (lg_str_eq(row.kind, LG_STR("group")))
		LG_TRY(rename_group(cx, m, &row));
	lg_status s =
		lg_store_item_read(m->env->store, cx, row.pool, row.kind, row.name, kind->shape, &there);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	bool bound;
	if (kind->sealed_of)
		LG_TRY(lg_keyholder_archive_in(m->env->keys, cx, (struct lg_owner){ .pool = m->pool.pool },
			kind->moved, *kind->sealed_of(row.record), m->arrivals.key,
			(struct lg_srp_move){ 0 }, kind->sealed_of(row.record), &bound));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(m->env->store, cx, &batch));
	lg_store_item_insert(batch, &row, kind->shape);
	return lg_store_commit(batch);
}

/* ---- the way through the archive ---- */

static void
count(struct lg_opt_int *number)
{
	number->has = true;
	number->v++;
}

static lg_status
check_end(struct lg_ctx *cx, struct import *m, const struct lg_rec_archive_end *end)
{
	const struct lg_rec_archive_end *read = &m->counts;
	m->ended = true;
	if (end->keys.v == read->keys.v && end->clients.v == read->clients.v &&
		end->domains.v == read->domains.v && end->items.v == read->items.v &&
		end->users.v == read->users.v && end->user_items.v == read->user_items.v)
		return LG_OK;
	return malformed(cx, "the archive does not hold as much as it says");
}

static lg_status
take_record(struct lg_ctx *cx, struct import *m, const struct lg_rec_archive_record *record)
{
	if (record->pool)
		return take_pool(cx, m, record->pool);
	if (!m->pool.pool || m->ended)
		return malformed(cx, "the archive's records are not in order");
	if (record->user) {
		count(&m->counts.users);
		return lg_arrivals_user(cx, &m->arrivals, record->user);
	}
	if (record->user_item) {
		count(&m->counts.user_items);
		return lg_arrivals_item(cx, &m->arrivals, record->user_item);
	}
	if (record->key) {
		count(&m->counts.keys);
		return take_key(cx, m, record->key);
	}
	if (record->client) {
		count(&m->counts.clients);
		return take_client(cx, m, record->client);
	}
	if (record->domain) {
		count(&m->counts.domains);
		return take_domain(cx, m, record->domain);
	}
	if (record->item) {
		count(&m->counts.items);
		return take_item(cx, m, record->item);
	}
	if (record->end)
		return check_end(cx, m, record->end);
	return lg_fail(cx, LG_E_REFUSED, "the archive holds records that this program does not know");
}

static lg_status
write_users(struct lg_ctx *cx, struct import *m)
{
	LG_TRY(lg_arrivals_write(cx, &m->arrivals));
	if (m->ask->watch)
		m->ask->watch->users(m->ask->watch, m->counts.users.v);
	return LG_OK;
}

static lg_status
read_records(struct import *m, struct lg_archive_memory *page)
{
	struct lg_rec_archive_record record;
	bool there;
	LG_TRY(lg_archive_next(&page->cx, m->in, &record, &there));
	if (!there || !record.about || lg_str_empty(record.about->pool_id))
		return malformed(&page->cx, "the archive does not say which pool it is of");
	LG_TRY(lg_str_dup(m->keep, record.about->pool_id, &m->archived_id));
	for (;;) {
		/* Users wait in the page's memory until they are many. */
		if (!m->arrivals.first)
			lg_archive_memory_rewind(page);
		LG_TRY(lg_archive_next(&page->cx, m->in, &record, &there));
		if (!there)
			break;
		LG_TRY(take_record(&page->cx, m, &record));
		if (lg_arrivals_full(&m->arrivals))
			LG_TRY(write_users(&page->cx, m));
	}
	if (!m->ended)
		return malformed(&page->cx, "the archive does not say where it ends");
	return write_users(&page->cx, m);
}

/* From now on the pool is there. */
static lg_status
open_pool(struct lg_ctx *cx, struct import *m)
{
	struct lg_item_row mark;
	LG_TRY(lg_store_item_read(m->env->store, cx, m->pool.pool, MARK_KIND, MARK_NAME, MARK_SHAPE, &mark));
	m->row.state = LG_POOL_ACTIVE;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(m->env->store, cx, &batch));
	lg_store_pool_update(batch, &m->row);
	lg_store_item_delete(batch, &mark);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(m->env->pools, m->pool.pool);
	return LG_OK;
}

lg_status
lg_pool_import(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_import *ask,
	struct lg_archive_in *in, struct lg_pool_imported *ret)
{
	struct import m = { .env = env, .ask = ask, .in = in, .keep = cx };
	LG_CLEANUP(lg_archive_memory_done) struct lg_archive_memory page = { 0 };
	LG_TRY(lg_archive_memory_begin(cx, &page));
	lg_status s = read_records(&m, &page);
	lg_wipe(m.arrivals.current_key, sizeof(m.arrivals.current_key));
	LG_TRY(s);
	LG_TRY(open_pool(&page.cx, &m));
	*ret = (struct lg_pool_imported){
		.pool_id = m.pool.id,
		.counts = m.counts,
		.resumed = m.resumed,
		.bound = m.arrivals.bound,
		.unnamed = m.arrivals.unnamed,
		.skipped = m.arrivals.skipped,
	};
	return LG_OK;
}

lg_status
lg_pool_import_discard(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id)
{
	struct lg_pool_row row;
	const lg_status s = lg_store_pool_read_any(env->store, cx, pool_id, &row);
	if (s.code == LG_E_NOT_FOUND || (!lg_failed(s) && !lg_str_eq(row.state, LG_POOL_IMPORTING)))
		return lg_fail(cx, LG_E_NOT_FOUND, "there is no unfinished import of user pool %.*s",
			LG_FMT(pool_id));
	LG_TRY(s);
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_pool_delete(batch, &row);
	return lg_store_commit(batch);
}

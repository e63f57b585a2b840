#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "store/config.h"
#include "store/impl.h"

#define FIRST_WRITES 8
#define MAX_WRITES 65536

/* Keys made for a batch; forgotten when it fails. */
struct made_keys {
	struct made_keys *next;
	int64_t pool;
};

struct lg_batch {
	struct lg_store *store;
	struct lg_ctx *cx;
	struct lg_db_write *writes;
	int *tags; /* one a write */
	size_t count;
	size_t capacity;
	size_t group; /* the first write of the newest addition */
	lg_status status;
	int failed_tag;
	struct made_keys *made;
};

lg_status
lg_store_batch(struct lg_store *store, struct lg_ctx *cx, struct lg_batch **ret)
{
	struct lg_batch *batch = lg_new(cx, struct lg_batch);
	if (!batch)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	batch->store = store;
	batch->cx = cx;
	*ret = batch;
	return LG_OK;
}

struct lg_ctx *
lg_batch_cx(struct lg_batch *batch)
{
	return batch->cx;
}

struct lg_store *
lg_batch_store(struct lg_batch *batch)
{
	return batch->store;
}

void
lg_batch_begin(struct lg_batch *batch)
{
	batch->group = batch->count;
}

bool
lg_batch_check(struct lg_batch *batch, lg_status s)
{
	if (lg_failed(s) && !lg_failed(batch->status))
		batch->status = s;
	return lg_failed(batch->status);
}

static bool
make_room(struct lg_batch *batch)
{
	if (batch->count < batch->capacity)
		return true;
	size_t more = batch->capacity ? batch->capacity * 2 : FIRST_WRITES;
	if (more > MAX_WRITES)
		return !lg_batch_check(batch,
			lg_fail(batch->cx, LG_E_INTERNAL, "a batch of more than %d writes", MAX_WRITES));
	struct lg_db_write *writes = lg_new_array(batch->cx, struct lg_db_write, more);
	int *tags = lg_new_array(batch->cx, int, more);
	if (!writes || !tags)
		return !lg_batch_check(batch, lg_fail_default(batch->cx, LG_E_NO_MEMORY));
	if (batch->count) {
		memcpy(writes, batch->writes, batch->count * sizeof(*writes));
		memcpy(tags, batch->tags, batch->count * sizeof(*tags));
	}
	batch->writes = writes;
	batch->tags = tags;
	batch->capacity = more;
	return true;
}

void
lg_batch_add(struct lg_batch *batch, enum lg_query_id id, const struct lg_db_value *params)
{
	if (lg_failed(batch->status) || !make_room(batch))
		return;
	const struct lg_db_query *query = &lg_queries[id];
	struct lg_db_value *own = lg_new_array(batch->cx, struct lg_db_value, query->param_count);
	if (!own) {
		lg_batch_check(batch, lg_fail_default(batch->cx, LG_E_NO_MEMORY));
		return;
	}
	memcpy(own, params, query->param_count * sizeof(*own));
	batch->writes[batch->count] =
		(struct lg_db_write){ .query = query, .params = own, .expect = query->expect };
	batch->tags[batch->count] = 0;
	batch->count++;
}

struct lg_db_value
lg_batch_blob(struct lg_batch *batch, const void *bytes, size_t len)
{
	lg_str copy = LG_STR("");
	lg_batch_check(batch, lg_str_dup(batch->cx, lg_str_from_bytes(bytes, len), &copy));
	return LG_DB_VBLOB(copy);
}

struct lg_db_value
lg_batch_uid(struct lg_batch *batch, const unsigned char uid[LG_UID_SIZE])
{
	return lg_batch_blob(batch, uid, LG_UID_SIZE);
}

void
lg_batch_make_keys(struct lg_batch *batch, int64_t pool)
{
	struct lg_ctx *cx = batch->cx;
	struct made_keys *made = lg_new(cx, struct made_keys);
	if (!made) {
		lg_batch_check(batch, lg_fail_default(cx, LG_E_NO_MEMORY));
		return;
	}
	*made = (struct made_keys){ .next = batch->made, .pool = pool };
	batch->made = made;
	for (int class = 0; class < LG_KEY_CLASSES; class ++) {
		lg_str wrapped;
		if (lg_batch_check(
			    batch, lg_keyring_make(batch->store->keys, cx, pool, (enum lg_key_class) class,
					   LG_STORE_KEY_VERSION, &wrapped)))
			return;
		lg_batch_add(batch, LG_Q_POOL_KEY_INSERT,
			LG_PARAMS(LG_DB_VINT(pool),
				LG_DB_VTEXT(lg_key_class_name((enum lg_key_class) class)),
				LG_DB_VINT(LG_STORE_KEY_VERSION), LG_DB_VBLOB(wrapped),
				LG_DB_VINT(cx->now.ms)));
	}
}

void
lg_batch_bump(struct lg_batch *batch, int64_t pool)
{
	lg_batch_add(batch, LG_Q_EPOCH_BUMP, LG_PARAMS(LG_DB_VINT(lg_store_epoch_slot(pool))));
}

void
lg_batch_tag(struct lg_batch *batch, int tag)
{
	for (size_t i = batch->group; i < batch->count; i++)
		batch->tags[i] = tag;
}

int
lg_batch_failed(const struct lg_batch *batch)
{
	return batch->failed_tag;
}

/* Where a write stands in its batch. */
struct place {
	size_t at; /* in the order of adding */
	int rank;
	lg_str digest;  /* of a look-up key */
	int64_t number; /* of what is searched for */
};

static struct place
place_of(const struct lg_batch *batch, size_t at)
{
	const struct lg_db_write *write = &batch->writes[at];
	struct place place = { .at = at, .rank = 1 };
	if (write->query == &lg_queries[LG_Q_USER_KEY_CLAIM] ||
		write->query == &lg_queries[LG_Q_USER_KEY_RELEASE]) {
		place.rank = 0;
		place.digest = write->params[1].bytes;
	} else if (write->query == &lg_queries[LG_Q_FIND_INSERT]) {
		place.rank = 2 + (int)write->params[1].number;
		place.number = write->params[2].number;
	}
	return place;
}

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	const int by_digest = x->rank == 0 ? lg_str_cmp(x->digest, y->digest) : 0;
	if (by_digest)
		return by_digest;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

/*
 * Look-up keys first, in digest order (DATA 5): two batches that want the same keys then wait for each other
 * instead of locking each other out. What users are searched by comes last and in the order of its table, so
 * that a page of the database that many users of a batch share is visited once. Everything else, and writes
 * of one key, keep their order.
 */
static lg_status
order_writes(struct lg_batch *batch)
{
	struct lg_db_write *writes = lg_new_array(batch->cx, struct lg_db_write, batch->count);
	int *tags = lg_new_array(batch->cx, int, batch->count);
	struct place *places = lg_new_array(batch->cx, struct place, batch->count);
	if (!writes || !tags || !places)
		return lg_fail_default(batch->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < batch->count; i++)
		places[i] = place_of(batch, i);
	qsort(places, batch->count, sizeof(*places), compare_places);
	for (size_t i = 0; i < batch->count; i++) {
		writes[i] = batch->writes[places[i].at];
		tags[i] = batch->tags[places[i].at];
	}
	batch->writes = writes;
	batch->tags = tags;
	return LG_OK;
}

static lg_status
submit(struct lg_batch *batch)
{
	LG_TRY(batch->status);
	if (batch->count == 0)
		return LG_OK;
	LG_TRY(order_writes(batch));
	batch->cx->work.batches++;
	size_t failed = 0;
	struct lg_db *db = batch->store->db;
	lg_status s = db->driver->batch(db, batch->cx, batch->writes, batch->count, &failed);
	if (s.code == LG_E_CONFLICT)
		batch->failed_tag = batch->tags[failed];
	return s;
}

lg_status
lg_store_commit(struct lg_batch *batch)
{
	lg_status s = submit(batch);
	if (lg_failed(s))
		for (struct made_keys *made = batch->made; made; made = made->next)
			lg_keyring_forget(batch->store->keys, made->pool);
	return s;
}

lg_status
lg_store_write(struct lg_store *store, struct lg_ctx *cx, enum lg_query_id id,
	const struct lg_db_value *params, struct lg_db_rows *ret_rows, int64_t *ret_changed)
{
	const struct lg_db_query *query = &lg_queries[id];
	struct lg_db_write write = {
		.query = query, .params = params, .expect = query->expect, .rows = ret_rows
	};
	cx->work.batches++;
	size_t failed;
	LG_TRY(store->db->driver->batch(store->db, cx, &write, 1, &failed));
	if (ret_changed)
		*ret_changed = write.changed;
	return LG_OK;
}

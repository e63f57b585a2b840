#include "domain/identity/identity_join.h"

#include <stdlib.h>
#include <string.h>

#define MEMBERS_MAX 12 /* of ten logins, and the one that was named */

/* A login changes hands, or gets its first owner. */
struct change {
	unsigned char digest[16];
	const struct lg_identity *from; /* NULL = nobody's yet */
};

struct join {
	struct lg_ctx *cx;
	struct lg_env *env;
	const struct lg_identity_pool *pool;
	struct lg_identity *members; /* who takes part, each once */
	size_t count;
	struct lg_identity *winner; /* among them */
	bool fresh; /* the winner is new */
	struct lg_rec_login *all; /* what the winner has in the end */
	size_t all_count;
	struct change *changes;
	size_t change_count;
};

static lg_status
begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool, struct join *ret)
{
	*ret = (struct join){ .cx = cx, .env = env, .pool = pool };
	ret->members = lg_new_array(cx, struct lg_identity, MEMBERS_MAX);
	return ret->members ? LG_OK : lg_fail_default(cx, LG_E_NO_MEMORY);
}

static struct lg_identity *
member(struct join *join, const struct lg_identity *identity)
{
	for (size_t i = 0; i < join->count; i++)
		if (lg_bytes_eq(join->members[i].row.head.uid, identity->row.head.uid, LG_UID_SIZE))
			return &join->members[i];
	join->members[join->count] = *identity;
	return &join->members[join->count++];
}

/* Whose each login is; NULL = nobody's. */
static lg_status
find_owners(struct join *join, const struct lg_logins *logins, struct lg_identity **owners)
{
	for (size_t i = 0; i < logins->count; i++) {
		const struct lg_login *login = &logins->items[i];
		struct lg_identity owner;
		const lg_status s = lg_identity_of_login(
			join->cx, join->env, join->pool, login->scope, login->user_id, &owner);
		owners[i] = NULL;
		if (s.code == LG_E_NOT_FOUND)
			continue;
		LG_TRY(s);
		owners[i] = member(join, &owner);
	}
	return LG_OK;
}

/* ---- who remains ---- */

/* One who had logins before one who had none, then the older. */
static bool
is_better(const struct lg_identity *a, const struct lg_identity *b)
{
	if (a->row.linked != b->row.linked)
		return a->row.linked;
	if (a->row.head.created.ms != b->row.head.created.ms)
		return lg_time_before(a->row.head.created, b->row.head.created);
	return lg_bytes_cmp(a->row.head.uid, b->row.head.uid, LG_UID_SIZE) < 0;
}

static lg_status
choose(struct join *join)
{
	if (join->count == 0) {
		struct lg_identity fresh;
		LG_TRY(lg_identity_prepare(join->cx, join->env, join->pool, &fresh));
		join->winner = member(join, &fresh);
		join->fresh = true;
		return LG_OK;
	}
	join->winner = &join->members[0];
	for (size_t i = 1; i < join->count; i++)
		if (is_better(&join->members[i], join->winner))
			join->winner = &join->members[i];
	return LG_OK;
}

/* ---- what he has then ---- */

static lg_status
add_login(struct join *join, const struct lg_rec_login *login)
{
	const int64_t quota = join->env->settings->quotas[LG_QUOTA_LOGINS];
	const size_t most = (size_t)(quota ? quota : lg_quotas[LG_QUOTA_LOGINS].usual);
	for (size_t i = 0; i < join->all_count; i++)
		if (!login->developer.v && !join->all[i].developer.v &&
			lg_str_eq(join->all[i].provider, login->provider))
			return lg_fail(join->cx, LG_E_RESOURCE_CONFLICT,
				"The identity is linked to another user of %.*s already.",
				LG_FMT(login->provider));
	if (join->all_count >= most)
		return lg_fail(
			join->cx, LG_E_RESOURCE_CONFLICT, "An identity has at most %zu logins.", most);
	join->all[join->all_count++] = *login;
	return LG_OK;
}

static lg_status
take_login(struct join *join, const struct lg_rec_login *login, const struct lg_identity *from)
{
	struct change *change = &join->changes[join->change_count++];
	change->from = from;
	LG_TRY(lg_login_digest(
		join->cx, join->env, join->pool, login->scope, login->user_id, change->digest));
	return add_login(join, login);
}

static lg_status
unite(struct join *join, const struct lg_logins *logins, struct lg_identity **owners)
{
	size_t room = logins->count;
	for (size_t i = 0; i < join->count; i++)
		room += join->members[i].row.logins.logins.count;
	join->all = lg_new_array(join->cx, struct lg_rec_login, room);
	join->changes = lg_new_array(join->cx, struct change, room);
	if (!join->all || !join->changes)
		return lg_fail_default(join->cx, LG_E_NO_MEMORY);

	const struct lg_rec_login_list *own = &join->winner->row.logins.logins;
	if (own->count)
		memcpy(join->all, own->items, own->count * sizeof(*own->items));
	join->all_count = own->count;
	for (size_t i = 0; i < join->count; i++) {
		const struct lg_identity *from = &join->members[i];
		const struct lg_rec_login_list *list = &from->row.logins.logins;
		for (size_t k = 0; from != join->winner && k < list->count; k++)
			LG_TRY(take_login(join, &list->items[k], from));
	}
	for (size_t i = 0; i < logins->count; i++) {
		const struct lg_login *login = &logins->items[i];
		const struct lg_rec_login record = {
			.provider = login->provider,
			.scope = login->scope,
			.user_id = login->user_id,
			.developer = { login->developer, login->developer },
			.created = { true, join->cx->now },
		};
		if (!owners[i])
			LG_TRY(take_login(join, &record, NULL));
	}
	return LG_OK;
}

/* ---- writing: keys by digest, then identities by uid (DATA 5) ---- */

static int
by_digest(const void *a, const void *b)
{
	return lg_bytes_cmp(((const struct change *)a)->digest, ((const struct change *)b)->digest, 16);
}

static int
by_uid(const void *a, const void *b)
{
	const struct lg_identity *const *x = a, *const *y = b;
	return lg_bytes_cmp((*x)->row.head.uid, (*y)->row.head.uid, LG_UID_SIZE);
}

static void
put_keys(struct join *join, struct lg_batch *batch)
{
	const int64_t pool = join->pool->pool;
	const unsigned char *to = join->winner->row.head.uid;
	qsort(join->changes, join->change_count, sizeof(*join->changes), by_digest);
	for (size_t i = 0; i < join->change_count; i++) {
		const struct change *change = &join->changes[i];
		if (change->from)
			lg_store_key_move(batch, pool, change->digest, change->from->row.head.uid, to);
		else
			lg_store_key_claim(batch, pool, change->digest, LG_KEY_LOGIN, to);
	}
}

static void
put_identities(struct join *join, struct lg_batch *batch)
{
	struct lg_identity *order[MEMBERS_MAX];
	for (size_t i = 0; i < join->count; i++)
		order[i] = &join->members[i];
	qsort(order, join->count, sizeof(*order), by_uid);
	for (size_t i = 0; i < join->count; i++) {
		struct lg_identity_row *row = &order[i]->row;
		const bool winner = order[i] == join->winner;
		row->head.enabled = winner;
		row->linked = row->linked || winner;
		row->logins.logins = (struct lg_rec_login_list){ .items = winner ? join->all : NULL,
			.count = winner ? join->all_count : 0,
			.has = true };
		if (winner && join->fresh)
			lg_store_identity_insert(batch, row);
		else
			lg_store_identity_update(batch, row);
	}
}

/* The winner as it is then; one that was read and stays as it is costs nothing. */
static lg_status
finish(struct join *join, struct lg_identity *ret)
{
	if (join->change_count || join->count > 1) {
		struct lg_batch *batch;
		LG_TRY(lg_store_batch(join->env->store, join->cx, &batch));
		put_keys(join, batch);
		put_identities(join, batch);
		LG_TRY(lg_store_commit(batch));
	}
	*ret = *join->winner;
	return LG_OK;
}

/* ---- the three ways to here ---- */

static lg_status
check_proof(
	struct lg_ctx *cx, const struct lg_identity *given, struct lg_identity *const *owners, size_t count)
{
	if (lg_identity_is_guest(given))
		return LG_OK;
	for (size_t i = 0; i < count; i++)
		if (owners[i] && lg_bytes_eq(owners[i]->row.head.uid, given->row.head.uid, LG_UID_SIZE))
			return LG_OK;
	return lg_identity_no_match(cx);
}

lg_status
lg_identity_join(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool,
	const struct lg_identity *given, const struct lg_logins *logins, struct lg_identity *ret)
{
	struct join join;
	struct lg_identity *owners[MEMBERS_MAX];
	LG_TRY(begin(cx, env, pool, &join));
	if (given)
		(void)member(&join, given);
	LG_TRY(find_owners(&join, logins, owners));
	if (given)
		LG_TRY(check_proof(cx, given, owners, logins->count));
	LG_TRY(choose(&join));
	LG_TRY(unite(&join, logins, owners));
	return finish(&join, ret);
}

lg_status
lg_identity_merge(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *from,
	const struct lg_identity *into, struct lg_identity *ret)
{
	const struct lg_logins none = { 0 };
	struct join join;
	LG_TRY(begin(cx, env, into->pool, &join));
	join.winner = member(&join, into);
	(void)member(&join, from);
	LG_TRY(unite(&join, &none, NULL));
	return finish(&join, ret);
}

lg_status
lg_identity_link(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *into,
	const struct lg_logins *logins, struct lg_identity *ret)
{
	struct join join;
	struct lg_identity *owners[MEMBERS_MAX];
	LG_TRY(begin(cx, env, into->pool, &join));
	join.winner = member(&join, into);
	LG_TRY(find_owners(&join, logins, owners));
	if (join.count > 1)
		return lg_fail(cx, LG_E_EXISTS, "a login of another identity");
	LG_TRY(unite(&join, logins, owners));
	return finish(&join, ret);
}

/* Pools that go over to other rules while people use them (domain/pool/schema_change.h). */
#include "domain/pool/schema_change.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "domain/pool/pool_tags.h"
#include "domain/user/user_admin.h"
#include "tests/lib/fixture.h"

#define WORKERS 3
#define NAMES 40 /* each worker's own */
#define ROUNDS 120

static void
wish(struct fixture *f, const char *text)
{
	struct lg_ctx *cx = fixture_request(f);
	lg_str arn;
	CHECK_OK(lg_str_fmt(cx, &arn, "arn:aws:cognito-idp:us-east-1:%.*s:userpool/%.*s",
		LG_FMT(f->settings.account), LG_FMT(f->pool_id)));
	struct lg_str_pair pairs[] = { { LG_STR("lifeguard:schema_evolution"), LG_STR("true") },
		{ LG_STR("lifeguard:schema"), lg_str_from_c(text) } };
	CHECK_OK(lg_pool_tags_add(cx, &f->env, arn, &(struct lg_str_map){ pairs, 2, true }));
}

static void
work(struct fixture *f)
{
	bool worked = true;
	while (worked)
		CHECK_OK(lg_schema_change_work(fixture_request(f), &f->env, NULL, &worked));
}

static struct lg_rec_schema_change
look(struct fixture *f)
{
	struct lg_rec_schema_change change;
	bool there;
	CHECK_OK(lg_schema_change_read(fixture_request(f), &f->env, f->pool_id, &change, &there));
	CHECK(there);
	return change;
}

static void
finish(struct fixture *f)
{
	for (int i = 0; i < 3; i++) {
		fixture_advance_s(f, LG_SCHEMA_WAIT_MS / LG_SECOND_MS + 1);
		work(f);
	}
	CHECK_STR(look(f).state, LG_STR("ended"));
}

static lg_status
find(struct fixture *f, const char *name)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	return lg_user_find(cx, &f->env, f->pool, lg_str_from_c(name), LG_PART_PROFILE, &user);
}

/* ---- at once ---- */

struct crew {
	struct fixture *f;
	atomic_int next;
	atomic_int broken; /* cmocka's checks belong to the main thread */
	atomic_int running;
};

static lg_status
set_email(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, lg_str email)
{
	struct lg_idp_attribute_type attributes[] = { { .name = LG_STR("email"), .value = email },
		{ .name = LG_STR("email_verified"), .value = LG_STR("true") } };
	return lg_user_update_admin(
		cx, env, pool, name, &(struct lg_idp_attribute_list_type){ attributes, 2, true }, NULL);
}

static lg_status
create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name)
{
	const struct lg_idp_admin_create_user_request in = { .user_pool_id = pool->id,
		.username = name,
		.message_action = LG_STR("SUPPRESS"),
		.temporary_password = FIXTURE_PASSWORD };
	struct lg_user *user;
	return lg_user_create_admin(cx, env, pool, &in, NULL, &user);
}

/* Makes, changes and deletes users of its own; nobody else's names are in the way. */
static void *
live(void *arg)
{
	struct crew *crew = arg;
	struct lg_env *env = &crew->f->env;
	const int mine = atomic_fetch_add(&crew->next, 1);
	struct lg_test_ctx t;
	fixture_thread_ctx(crew->f, &t, (uint64_t)(100 + mine));
	for (int round = 0; round < ROUNDS; round++) {
		struct lg_ctx *cx = &t.cx;
		const struct lg_arena_mark mark = lg_arena_mark(cx->arena);
		const struct lg_pool *pool;
		lg_str name, email;
		const uint32_t who = lg_rand_below(cx, NAMES);
		cx->now = lg_clock_now(env->clock);
		lg_status s = lg_pool_find(cx, env, crew->f->pool_id, &pool);
		if (!lg_failed(s))
			s = lg_str_fmt(cx, &name, "user-%d-%u", mine, who);
		if (!lg_failed(s))
			s = lg_str_fmt(cx, &email, "U%d-%u-%u@example.com", mine, who, lg_rand_below(cx, 3));
		if (!lg_failed(s))
			s = set_email(cx, env, pool, name, email);
		if (s.code == LG_E_USER_NOT_FOUND)
			s = create(cx, env, pool, name);
		else if (!lg_failed(s) && lg_rand_below(cx, 3) == 0)
			s = lg_user_delete_admin(cx, env, pool, name);
		if (lg_failed(s) && s.code != LG_E_CONFLICT && s.code != LG_E_CONCURRENT_MODIFICATION)
			atomic_fetch_add(&crew->broken, 1);
		lg_ctx_done(cx);
		lg_arena_rewind(cx->arena, mark);
	}
	lg_test_ctx_done(&t);
	atomic_fetch_sub(&crew->running, 1);
	return NULL;
}

/* Time passes meanwhile, a second a millisecond: no request takes so long as the change waits. */
static void
rush(struct fixture *f)
{
	struct crew crew = { .f = f, .running = WORKERS };
	pthread_t threads[WORKERS];
	for (int i = 0; i < WORKERS; i++)
		CHECK(pthread_create(&threads[i], NULL, live, &crew) == 0);
	while (crew.running) {
		work(f);
		f->env.clock->offset_ms += LG_SECOND_MS;
		usleep(1000);
	}
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(crew.broken, 0);
}

/* Everybody is found by user name and address; and when all are gone every name is free again. */
static void
check_names(struct fixture *f)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user_page page;
	CHECK_OK(lg_store_user_page(f->env.store, cx, f->pool->pool, NULL, 1000, &page));
	CHECK(page.count > 0);
	for (size_t i = 0; i < page.count; i++) {
		struct lg_user *user, *found;
		CHECK_OK(lg_user_of_row(cx, &page.rows[i], &user));
		CHECK_OK(lg_user_find(cx, &f->env, f->pool, user->username, LG_PART_PROFILE, &found));
		CHECK_STR(found->sub, user->sub);
		const lg_str email = lg_user_attribute(user, LG_STR("email"));
		if (!lg_str_present(email))
			continue;
		CHECK_OK(lg_user_find(cx, &f->env, f->pool, email, LG_PART_PROFILE, &found));
		CHECK_STR(found->sub, user->sub);
		CHECK_OK(lg_user_delete_admin(cx, &f->env, f->pool, user->username));
	}
	for (int worker = 0; worker < WORKERS; worker++)
		for (unsigned who = 0; who < NAMES; who++) {
			lg_str name, email;
			struct lg_ctx *own = fixture_request(f);
			CHECK_OK(lg_str_fmt(own, &name, "again-%d-%u", worker, who));
			CHECK_OK(lg_str_fmt(own, &email, "u%d-%u-%u@example.com", worker, who, who % 3));
			const lg_status s = create(own, &f->env, f->pool, name);
			CHECK(!lg_failed(s));
			CHECK_OK(set_email(own, &f->env, f->pool, name, email));
		}
}

TEST(users_come_change_and_go_while_names_change)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	for (int worker = 0; worker < WORKERS; worker++)
		for (unsigned who = 0; who < NAMES; who += 2) {
			lg_str name;
			CHECK_OK(lg_str_fmt(cx, &name, "user-%d-%u", worker, who));
			CHECK_OK(create(cx, &f->env, f->pool, name));
		}
	static const char *const wishes[] = { "alias=email case=insensitive", "alias=none case=sensitive",
		"alias=email case=insensitive" };
	for (size_t i = 0; i < LG_LEN(wishes); i++) {
		wish(f, wishes[i]);
		rush(f);
		finish(f);
		CHECK_STR(look(f).outcome, LG_STR("done"));
	}
	check_names(f);
	fixture_free(f);
}

/* ---- whatever happens ---- */

TEST(a_change_goes_on_when_the_store_is_back)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("ann"), LG_STR("ann@example.com"));
	wish(f, "alias=email");
	work(f);
	fixture_advance_s(f, LG_SCHEMA_WAIT_MS / LG_SECOND_MS + 1);
	bool worked;
	struct lg_ctx *cx = fixture_request(f);
	f->db.full = true;
	CHECK_CODE(lg_schema_change_work(cx, &f->env, NULL, &worked), LG_E_UNAVAILABLE);
	f->db.full = false;
	CHECK_CODE(find(f, "ann@example.com"), LG_E_NOT_FOUND);
	work(f);
	CHECK_OK(find(f, "ann@example.com"));
	finish(f);
	CHECK_OK(find(f, "ann@example.com"));
	fixture_free(f);
}

TEST(names_that_were_refused_leave_nothing_behind)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("ann"), LG_STR("same@example.com"));
	fixture_user(f, LG_STR("bob"), LG_STR("same@example.com"));
	wish(f, "alias=email");
	work(f);
	fixture_advance_s(f, LG_SCHEMA_WAIT_MS / LG_SECOND_MS + 1);
	work(f);
	CHECK_STR(look(f).outcome, LG_STR("refused"));
	/* While it settles, and after that, an address is nobody's name, and may be everybody's. */
	fixture_user(f, LG_STR("eve"), LG_STR("same@example.com"));
	finish(f);
	fixture_user(f, LG_STR("tom"), LG_STR("same@example.com"));
	CHECK_CODE(find(f, "same@example.com"), LG_E_NOT_FOUND);
	CHECK(!f->pool->also.there && f->pool->names.gen == 0);
	fixture_free(f);
}

TEST(a_sub_as_an_alias_is_a_collision)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *ann;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("ann"), LG_PART_PROFILE, &ann));
	const lg_str attributes[] = { LG_STR("preferred_username"), ann->sub, LG_STR_NONE };
	char sub[40];
	snprintf(sub, sizeof(sub), "%.*s", LG_FMT(ann->sub));
	const lg_str kept[] = { attributes[0], lg_str_from_c(sub), LG_STR_NONE };
	fixture_user_with(f, LG_STR("bob"), LG_USER_CONFIRMED, kept);
	wish(f, "alias=preferred_username");
	work(f);
	fixture_advance_s(f, LG_SCHEMA_WAIT_MS / LG_SECOND_MS + 1);
	work(f);
	const struct lg_rec_schema_change change = look(f);
	CHECK_STR(change.outcome, LG_STR("refused"));
	assert_int_equal(change.collision_count.v, 1);
	CHECK(!lg_str_present(change.collisions.items[0].first));
	CHECK_STR(change.collisions.items[0].attribute, LG_STR("preferred_username"));
	fixture_free(f);
}

TEST(many_collisions_are_counted_and_some_of_them_told)
{
	struct fixture *f = fixture_new();
	for (int i = 0; i < LG_SCHEMA_COLLISIONS_MAX + 3; i++) {
		char name[32];
		snprintf(name, sizeof(name), "user-%d", i);
		fixture_user_with(f, lg_str_from_c(name), LG_USER_CONFIRMED,
			(const lg_str[]){ LG_STR("email"), LG_STR("same@example.com"),
				LG_STR("email_verified"), LG_STR("true"), LG_STR_NONE });
	}
	wish(f, "alias=email");
	work(f);
	fixture_advance_s(f, LG_SCHEMA_WAIT_MS / LG_SECOND_MS + 1);
	work(f);
	const struct lg_rec_schema_change change = look(f);
	assert_int_equal(change.collision_count.v, LG_SCHEMA_COLLISIONS_MAX + 2);
	assert_int_equal(change.collisions.count, LG_SCHEMA_COLLISIONS_MAX);
	fixture_free(f);
}

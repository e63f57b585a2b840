#include "domain/auth/auth_event.h"

#include "store/user_item.h"
#include "tests/lib/fixture.h"

/* The fixture's pool as if its owner had bought protection. */
struct protected {
	struct lg_pool pool;
	struct lg_idp_user_pool_type type;
	struct lg_idp_user_pool_add_ons_type add_ons;
};

static void
protect(const struct fixture *f, struct protected *ret)
{
	ret->pool = *f->pool;
	ret->type = *f->pool->type;
	ret->add_ons = (struct lg_idp_user_pool_add_ons_type){ .advanced_security_mode = LG_STR("AUDIT") };
	ret->type.user_pool_add_ons = &ret->add_ons;
	ret->pool.type = &ret->type;
}

static struct lg_user *
find(struct fixture *f, lg_str name)
{
	struct lg_user *user;
	CHECK_OK(lg_user_find_or_decoy(&f->t.cx, &f->env, f->pool, name, 0, &user));
	return user;
}

static const struct lg_auth_event failed = {
	.type = LG_STR_INIT("SignIn"), .response = LG_STR_INIT("Fail"), .password = LG_PROOF_FAILED
};

static size_t
rows_of(struct fixture *f, const struct lg_user *user)
{
	struct lg_user_item *items;
	size_t count;
	CHECK_OK(lg_store_user_item_newest(f->env.store, &f->t.cx, &user->row, LG_STR("event"),
		(lg_time){ 0 }, LG_STR_NONE, 100, &lg_shape_rec_auth_event, &items, &count));
	return count;
}

TEST(an_event_about_nobody_costs_what_one_about_somebody_does)
{
	struct fixture *f = fixture_new();
	struct protected p;
	protect(f, &p);
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	static const lg_str names[] = { LG_STR_INIT("ann"), LG_STR_INIT("nobody"), LG_STR_INIT("nobody") };
	for (size_t i = 0; i < LG_LEN(names); i++) {
		struct lg_ctx *cx = fixture_request(f);
		const struct lg_user *user = find(f, names[i]);
		CHECK(user->decoy == (i > 0));
		cx->failure = (struct lg_failure){ 0 };
		const struct lg_work before = cx->work;
		lg_auth_event_record(cx, &f->env, &p.pool, user, &failed);
		CHECK(cx->failure.code == 0);
		assert_int_equal(cx->work.batches - before.batches, 1);
		assert_int_equal(cx->work.reads - before.reads, 0);
	}
	fixture_free(f);
}

TEST(without_protection_nothing_is_written)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_user *ann = find(f, LG_STR("ann"));
	const unsigned batches = cx->work.batches;
	lg_auth_event_record(cx, &f->env, f->pool, ann, &failed);
	assert_int_equal(cx->work.batches, batches);
	assert_int_equal(rows_of(f, ann), 0);
	fixture_free(f);
}

TEST(an_event_that_is_told_again_is_one_event)
{
	struct fixture *f = fixture_new();
	struct protected p;
	protect(f, &p);
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_user *ann = find(f, LG_STR("ann"));
	struct lg_auth_event event = { .id = LG_STR("event-1"), .type = LG_STR("SignIn"),
		.response = LG_STR("InProgress"), .password = LG_PROOF_PASSED };
	lg_auth_event_record(cx, &f->env, &p.pool, ann, &event);
	event.response = LG_STR("Pass");
	event.mfa = LG_PROOF_PASSED;
	lg_auth_event_record(cx, &f->env, &p.pool, ann, &event);
	assert_int_equal(rows_of(f, ann), 1);

	const struct lg_idp_admin_list_user_auth_events_request in = { 0 };
	struct lg_idp_admin_list_user_auth_events_response out = { 0 };
	CHECK_OK(lg_auth_event_list(cx, &f->env, &p.pool, ann, &in, &out));
	assert_int_equal(out.auth_events.count, 1);
	CHECK_STR(out.auth_events.items[0].event_response, LG_STR("Pass"));
	assert_int_equal(out.auth_events.items[0].challenge_responses.count, 2);
	fixture_free(f);
}

TEST(a_record_keeps_the_failure_that_it_stands_beside)
{
	struct fixture *f = fixture_new();
	struct protected p;
	protect(f, &p);
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_user *ann = find(f, LG_STR("ann"));
	lg_fail(cx, LG_E_NOT_AUTHORIZED, "Incorrect username or password.");
	lg_auth_event_record(cx, &f->env, &p.pool, ann, &failed);
	CHECK(cx->failure.code == LG_E_NOT_AUTHORIZED);
	CHECK_STR(lg_failure_text(cx, LG_E_NOT_AUTHORIZED), LG_STR("Incorrect username or password."));
	fixture_free(f);
}

#include "domain/user/group.h"

#include <stdio.h>

#include "domain/quota.h"
#include "tests/lib/fixture.h"

static void
make(struct fixture *f, lg_str name, struct lg_opt_int precedence)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_create_group_request in = { .group_name = name, .precedence = precedence };
	struct lg_idp_group_type *group;
	CHECK_OK(lg_group_create(cx, &f->env, f->pool, &in, &group));
	CHECK_STR(group->group_name, name);
}

static struct lg_user *
find(struct fixture *f, lg_str name)
{
	struct lg_user *user;
	CHECK_OK(lg_user_find(&f->t.cx, &f->env, f->pool, name, 0, &user));
	return user;
}

TEST(groups_of_a_user_come_best_first)
{
	static const struct {
		lg_str name;
		struct lg_opt_int precedence;
	} groups[] = {
		{ LG_STR_INIT("weak-b"), { false, 0 } },
		{ LG_STR_INIT("weak-a"), { false, 0 } },
		{ LG_STR_INIT("second"), { true, 5 } },
		{ LG_STR_INIT("first"), { true, 0 } },
	};
	static const lg_str order[] = { LG_STR_INIT("first"), LG_STR_INIT("second"), LG_STR_INIT("weak-a"),
		LG_STR_INIT("weak-b") };
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	for (size_t i = 0; i < LG_LEN(groups); i++) {
		make(f, groups[i].name, groups[i].precedence);
		struct lg_ctx *cx = fixture_request(f);
		CHECK_OK(lg_group_add_user(cx, &f->env, f->pool, find(f, LG_STR("ann")), groups[i].name));
	}
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *ann = find(f, LG_STR("ann"));
	unsigned reads = cx->work.reads;
	struct lg_idp_group_list_type list;
	CHECK_OK(lg_groups_of_user(cx, &f->env, f->pool, ann, &list));
	assert_int_equal(cx->work.reads - reads, 1);
	assert_int_equal(list.count, LG_LEN(order));
	for (size_t i = 0; i < LG_LEN(order); i++)
		CHECK_STR(list.items[i].group_name, order[i]);
	fixture_free(f);
}

TEST(a_group_made_again_has_no_members)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	make(f, LG_STR("g"), (struct lg_opt_int){ 0 });
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_group_add_user(cx, &f->env, f->pool, find(f, LG_STR("ann")), LG_STR("g")));
	CHECK_OK(lg_group_delete(cx, &f->env, f->pool, LG_STR("g")));
	make(f, LG_STR("g"), (struct lg_opt_int){ 0 });

	cx = fixture_request(f);
	struct lg_idp_group_list_type list;
	CHECK_OK(lg_groups_of_user(cx, &f->env, f->pool, find(f, LG_STR("ann")), &list));
	assert_int_equal(list.count, 0);
	fixture_free(f);
}

TEST(an_update_changes_what_it_names)
{
	struct fixture *f = fixture_new();
	make(f, LG_STR("g"), (struct lg_opt_int){ true, 4 });
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_update_group_request in = { .group_name = LG_STR("g"), .description = LG_STR("text") };
	struct lg_idp_group_type *group;
	CHECK_OK(lg_group_update(cx, &f->env, f->pool, &in, &group));
	CHECK_STR(group->description, LG_STR("text"));
	CHECK(group->precedence.has && group->precedence.v == 4);
	fixture_free(f);
}

TEST(quotas_count_what_is_about_to_be_added)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_settings settings = { 0 };
	const struct lg_env env = { .settings = &settings };
	for (enum lg_quota quota = 0; quota < LG_QUOTA_COUNT; quota++) {
		CHECK_OK(lg_quota_check(&t.cx, &env, quota, lg_quotas[quota].usual));
		CHECK_CODE(lg_quota_check(&t.cx, &env, quota, lg_quotas[quota].usual + 1),
			LG_E_LIMIT_EXCEEDED);
	}
	settings.quotas[LG_QUOTA_GROUPS] = 3;
	CHECK_OK(lg_quota_check(&t.cx, &env, LG_QUOTA_GROUPS, 3));
	CHECK_CODE(lg_quota_check(&t.cx, &env, LG_QUOTA_GROUPS, 4), LG_E_LIMIT_EXCEEDED);
	lg_test_ctx_done(&t);
}

#include "tests/lib/fixture.h"

#include <stdio.h>
#include <string.h>

#include "domain/user/search.h"
#include "domain/user/user_edit.h"

static lg_str email_name[] = { LG_STR_INIT("email") };
static lg_str phone_name[] = { LG_STR_INIT("phone_number") };
static lg_str all_aliases[] = { LG_STR_INIT("email"), LG_STR_INIT("phone_number"),
	LG_STR_INIT("preferred_username") };

#define LIST(array) { .items = (array), .count = LG_LEN(array), .has = true }

static struct fixture *
alias_pool(void)
{
	return fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
				    .alias_attributes = LIST(all_aliases),
				    .auto_verified_attributes = LIST(email_name) },
		NULL);
}

static struct fixture *
folding_pool(void)
{
	struct lg_idp_username_configuration_type no = { .case_sensitive = { true, false } };
	return fixture_with(&(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .username_configuration = &no }, NULL);
}

static lg_status
find(struct fixture *f, const char *name, struct lg_user **ret)
{
	return lg_user_find(fixture_request(f), &f->env, f->pool, lg_str_from_c(name), 0, ret);
}

TEST(user_is_found_by_name_and_sub)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	struct lg_user *user;
	CHECK_OK(find(f, "alice", &user));
	CHECK_STR(user->username, LG_STR("alice"));
	char sub[40];
	snprintf(sub, sizeof(sub), "%.*s", LG_FMT(user->sub));
	CHECK_OK(find(f, sub, &user));
	CHECK_STR(user->username, LG_STR("alice"));
	CHECK_CODE(find(f, "Alice", &user), LG_E_NOT_FOUND);
	CHECK_CODE(find(f, "a@example.com", &user), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(case_is_folded_where_the_pool_says_so)
{
	struct fixture *f = folding_pool();
	fixture_user(f, LG_STR("Alice"), LG_STR_NONE);
	struct lg_user *user;
	CHECK_OK(find(f, "aLICE", &user));
	CHECK_STR(user->username, LG_STR("alice"));
	fixture_free(f);
}

TEST(alias_works_once_it_is_verified)
{
	struct fixture *f = alias_pool();
	const lg_str unverified[] = { LG_STR("email"), LG_STR("b@example.com"), LG_STR("email_verified"),
		LG_STR("false"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("bob"), LG_USER_CONFIRMED, unverified);
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	struct lg_user *user;
	CHECK_OK(find(f, "a@example.com", &user));
	CHECK_STR(user->username, LG_STR("alice"));
	CHECK_CODE(find(f, "b@example.com", &user), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(contact_attribute_as_user_name_works_unverified)
{
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .username_attributes = LIST(email_name) }, NULL);
	const lg_str unverified[] = { LG_STR("email"), LG_STR("B@example.com"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("B@example.com"), LG_USER_UNCONFIRMED, unverified);
	struct lg_user *user;
	CHECK_OK(find(f, "B@example.com", &user));
	CHECK_STR(user->username, user->sub);
	CHECK_STR(lg_user_attribute(user, LG_STR("email")), LG_STR("B@example.com"));
	fixture_free(f);
}

TEST(key_whose_holder_gave_it_up_finds_nobody)
{
	struct fixture *f = alias_pool();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	struct lg_user *user;
	CHECK_OK(find(f, "alice", &user));
	/* His profile changes, the key stays behind: as between two reads. */
	struct lg_ctx *cx = &f->t.cx;
	CHECK_OK(lg_user_set_contact(cx, user, LG_STR("email"), LG_STR("new@example.com"), true));
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_PROFILE);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(find(f, "a@example.com", &user), LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(decoy_costs_the_reads_of_a_user)
{
	struct fixture *f = alias_pool();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	static const char *const names[] = { "alice", "nobody", "a@example.com", "nobody@example.com",
		"76c25234-b041-70f2-8ba4-caf538363b35" };
	unsigned reads[LG_LEN(names)];
	for (size_t i = 0; i < LG_LEN(names); i++) {
		struct lg_ctx *cx = fixture_request(f);
		struct lg_user *user;
		CHECK_OK(lg_user_find_or_decoy(
			cx, &f->env, f->pool, lg_str_from_c(names[i]), LG_PART_CREDENTIAL, &user));
		assert_int_equal(user->decoy, i % 2 == 1 || i == 4);
		reads[i] = cx->work.reads;
		assert_int_equal(cx->work.batches, 0);
	}
	for (size_t i = 0; i < LG_LEN(names); i++)
		assert_int_equal(reads[i], reads[0]);
	fixture_free(f);
}

static void
decoy_of(
	struct fixture *f, const char *name, unsigned char uid[LG_UID_SIZE], char sub[40], char username[64])
{
	struct lg_user *user;
	CHECK_OK(lg_user_decoy(fixture_request(f), &f->env, f->pool, lg_str_from_c(name), &user));
	memcpy(uid, user->row.uid, LG_UID_SIZE);
	snprintf(sub, 40, "%.*s", LG_FMT(user->sub));
	snprintf(username, 64, "%.*s", LG_FMT(user->username));
}

TEST(decoy_is_stable_and_no_two_names_share_what_it_shows)
{
	struct fixture *f = alias_pool();
	unsigned char uid[2][LG_UID_SIZE];
	char sub[2][40];
	char username[64];
	decoy_of(f, "nobody", uid[0], sub[0], username);
	assert_string_equal(username, "nobody");
	decoy_of(f, "nobody", uid[1], sub[1], username);
	assert_memory_equal(uid[0], uid[1], LG_UID_SIZE);
	assert_string_equal(sub[0], sub[1]);
	decoy_of(f, "somebody", uid[1], sub[1], username);
	assert_string_not_equal(sub[0], sub[1]);
	assert_int_equal(sub[1][14], '4');
	/* By an alias: the user name behind it is another. */
	decoy_of(f, "nobody@example.com", uid[1], sub[1], username);
	assert_string_equal(username, sub[1]);
	fixture_free(f);
}

TEST(decoys_lie_under_bounded_uids)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	/* Of 65,536 possible uids, 2,000 names hit some twice (birthday), and never more than 65,536. */
	enum { NAMES = 2000 };
	unsigned char(*uids)[LG_UID_SIZE] = lg_arena_array(cx->arena, NAMES, LG_UID_SIZE);
	size_t twice = 0;
	for (size_t i = 0; i < NAMES; i++) {
		lg_str name;
		struct lg_user *user;
		CHECK_OK(lg_str_fmt(cx, &name, "nobody%zu", i));
		CHECK_OK(lg_user_decoy(cx, &f->env, f->pool, name, &user));
		memcpy(uids[i], user->row.uid, LG_UID_SIZE);
		for (size_t k = 0; k < i; k++)
			twice += memcmp(uids[i], uids[k], LG_UID_SIZE) == 0;
	}
	CHECK(twice > 5 && twice < 100);
	fixture_free(f);
}

TEST(attribute_is_set_changed_and_removed)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_user user = { .sub = LG_STR("s") };
	CHECK_OK(lg_user_set_attribute(&t.cx, &user, LG_STR("name"), LG_STR("A")));
	CHECK_OK(lg_user_set_attribute(&t.cx, &user, LG_STR("locale"), LG_STR("de")));
	CHECK_OK(lg_user_set_attribute(&t.cx, &user, LG_STR("name"), LG_STR("B")));
	CHECK_STR(lg_user_attribute(&user, LG_STR("name")), LG_STR("B"));
	CHECK_STR(lg_user_attribute(&user, LG_STR("sub")), LG_STR("s"));
	CHECK_OK(lg_user_set_attribute(&t.cx, &user, LG_STR("name"), LG_STR("")));
	CHECK(!lg_str_present(lg_user_attribute(&user, LG_STR("name"))));
	assert_int_equal(user.row.profile.attributes.count, 1);
	CHECK_STR(lg_user_attribute(&user, LG_STR("locale")), LG_STR("de"));
	lg_test_ctx_done(&t);
}

TEST(list_shows_sub_first_and_only_what_the_client_may_read)
{
	lg_str readable[] = { LG_STR("email") };
	struct fixture *f = fixture_with(NULL,
		&(struct lg_idp_create_user_pool_client_request){ .read_attributes = LIST(readable) });
	const lg_str attributes[] = { LG_STR("name"), LG_STR("A"), LG_STR("email"), LG_STR("a@example.com"),
		LG_STR_NONE };
	fixture_user_with(f, LG_STR("alice"), LG_USER_CONFIRMED, attributes);
	struct lg_user *user;
	CHECK_OK(find(f, "alice", &user));
	struct lg_idp_attribute_list_type list;
	CHECK_OK(lg_user_attribute_list(&f->t.cx, f->pool, NULL, user, &list));
	assert_int_equal(list.count, 3);
	CHECK_STR(list.items[0].name, LG_STR("sub"));
	CHECK_OK(lg_user_attribute_list(&f->t.cx, f->pool, f->client, user, &list));
	assert_int_equal(list.count, 2);
	CHECK_STR(list.items[1].name, LG_STR("email"));
	fixture_free(f);
}

static lg_status
set_and_commit(struct fixture *f, const char *name, lg_str attribute, lg_str value, bool take)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	struct lg_user_names before;
	struct lg_batch *batch;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, lg_str_from_c(name), 0, &user));
	CHECK_OK(lg_user_names(cx, &f->env, f->pool, user, &before));
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	CHECK_OK(lg_user_set_contact(cx, user, attribute, value, true));
	if (take)
		CHECK_OK(lg_alias_take(cx, &f->env, batch, f->pool, user, attribute));
	CHECK_OK(lg_user_write_names(batch, cx, &f->env, f->pool, user, &before));
	lg_store_user_update(batch, &user->row, LG_PART_PROFILE);
	return lg_user_commit(cx, batch);
}

TEST(alias_has_one_holder)
{
	struct fixture *f = alias_pool();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	CHECK_CODE(set_and_commit(f, "bob", LG_STR("email"), LG_STR("a@example.com"), false),
		LG_E_ALIAS_EXISTS);
	CHECK_STR(f->t.cx.failure.text, LG_STR("An account with the email already exists."));
	/* Released, it is free for others. */
	CHECK_OK(set_and_commit(f, "alice", LG_STR("email"), LG_STR("c@example.com"), false));
	CHECK_OK(set_and_commit(f, "bob", LG_STR("email"), LG_STR("a@example.com"), false));
	struct lg_user *user;
	CHECK_OK(find(f, "a@example.com", &user));
	CHECK_STR(user->username, LG_STR("bob"));
	fixture_free(f);
}

TEST(alias_that_is_taken_is_no_longer_verified_for_its_former_holder)
{
	struct fixture *f = alias_pool();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	CHECK_OK(set_and_commit(f, "bob", LG_STR("email"), LG_STR("a@example.com"), true));
	struct lg_user *user;
	CHECK_OK(find(f, "a@example.com", &user));
	CHECK_STR(user->username, LG_STR("bob"));
	CHECK_OK(find(f, "alice", &user));
	CHECK(!lg_user_verified(user, LG_STR("email")));
	CHECK_STR(lg_user_attribute(user, LG_STR("email")), LG_STR("a@example.com"));
	fixture_free(f);
}

TEST(user_names_and_preferred_user_names_are_one_space)
{
	struct fixture *f = alias_pool();
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	CHECK_CODE(set_and_commit(f, "bob", LG_STR("preferred_username"), LG_STR("alice"), false),
		LG_E_ALIAS_EXISTS);
	/* A user name is never taken away. */
	CHECK_CODE(set_and_commit(f, "bob", LG_STR("preferred_username"), LG_STR("alice"), true),
		LG_E_ALIAS_EXISTS);
	/* One's own name as preferred name is one key. */
	CHECK_OK(set_and_commit(f, "bob", LG_STR("preferred_username"), LG_STR("bob"), false));
	CHECK_OK(set_and_commit(f, "bob", LG_STR("preferred_username"), LG_STR("robert"), false));
	struct lg_user *user;
	CHECK_OK(find(f, "robert", &user));
	CHECK_OK(find(f, "bob", &user));
	fixture_free(f);
}

TEST(erased_user_leaves_his_names_free)
{
	struct fixture *f = alias_pool();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	struct lg_user *user;
	CHECK_OK(find(f, "alice", &user));
	CHECK_OK(lg_user_erase(&f->t.cx, &f->env, f->pool, user));
	CHECK_CODE(find(f, "alice", &user), LG_E_NOT_FOUND);
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	CHECK_OK(find(f, "a@example.com", &user));
	fixture_free(f);
}

TEST(new_user_name_has_a_form_that_the_pool_takes)
{
	struct fixture *f = alias_pool();
	lg_str attribute;
	CHECK_OK(lg_username_check(fixture_request(f), f->pool, LG_STR("alice"), &attribute));
	CHECK(!lg_str_present(attribute));
	CHECK_CODE(lg_username_check(fixture_request(f), f->pool, LG_STR("a@example.com"), &attribute),
		LG_E_INVALID_PARAMETER);
	CHECK_CODE(lg_username_check(fixture_request(f), f->pool, LG_STR("+4915112345678"), &attribute),
		LG_E_INVALID_PARAMETER);

	fixture_use_pool(f, &(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .username_attributes = LIST(phone_name) });
	CHECK_OK(lg_username_check(fixture_request(f), f->pool, LG_STR("+4915112345678"), &attribute));
	CHECK_STR(attribute, LG_STR("phone_number"));
	CHECK_CODE(lg_username_check(fixture_request(f), f->pool, LG_STR("a@example.com"), &attribute),
		LG_E_INVALID_PARAMETER);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Username should be a phone number."));
	fixture_free(f);
}

TEST(sub_of_somebody_is_recognised_as_a_name)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	struct lg_user *user;
	CHECK_OK(find(f, "alice", &user));
	bool is_sub;
	CHECK_OK(lg_name_is_sub(&f->t.cx, &f->env, f->pool, user->sub, &is_sub));
	CHECK(is_sub);
	CHECK_OK(lg_name_is_sub(
		&f->t.cx, &f->env, f->pool, LG_STR("76c25234-b041-70f2-8ba4-caf538363b35"), &is_sub));
	CHECK(!is_sub);
	fixture_free(f);
}

TEST(search_digests_find_exact_values_and_beginnings)
{
	struct fixture *f = fixture_new();
	const lg_str attributes[] = { LG_STR("email"), LG_STR("Alice@Example.com"), LG_STR("name"),
		LG_STR("Al"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("alice"), LG_USER_CONFIRMED, attributes);
	const struct {
		const char *attribute;
		bool prefix;
		const char *value;
		bool indexed;
		size_t hits;
	} questions[] = {
		{ "email", false, "alice@example.com", true, 1 },
		{ "email", false, "bob@example.com", true, 0 },
		{ "email", true, "ali", true, 1 },
		{ "email", true, "alice@", true, 1 },
		{ "email", true, "al", false, 0 },
		{ "username", true, "alice", true, 1 },
		{ "name", false, "AL", true, 1 },
		{ "name", true, "Ali", false, 0 },
		{ "locale", false, "de", false, 0 },
	};
	for (size_t i = 0; i < LG_LEN(questions); i++) {
		struct lg_ctx *cx = fixture_request(f);
		struct lg_find_digest digest;
		bool found;
		CHECK_OK(lg_search_digest_for(cx, &f->env, f->pool, lg_str_from_c(questions[i].attribute),
			questions[i].prefix, lg_str_from_c(questions[i].value), &digest, &found));
		assert_int_equal(found, questions[i].indexed);
		if (!found)
			continue;
		struct lg_user_page page;
		CHECK_OK(lg_store_find_page(
			f->env.store, cx, f->pool->pool, digest.kind, digest.digest, NULL, 10, &page));
		assert_int_equal(page.count, questions[i].hits);
	}
	fixture_free(f);
}

struct attempts {
	int count;
	int succeed_at;
	size_t used;
};

static lg_status
attempt(struct lg_ctx *cx, void *arg)
{
	struct attempts *attempts = arg;
	attempts->used = lg_arena_used(cx->arena);
	CHECK(lg_new_array(cx, char, 1000));
	return LG_STATUS(++attempts->count == attempts->succeed_at ? LG_E_OK : LG_E_CONFLICT);
}

TEST(conflict_is_tried_three_times_from_a_rewound_arena)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct attempts attempts = { .succeed_at = 3 };
	const size_t used = lg_arena_used(t.cx.arena);
	CHECK_OK(lg_retry(&t.cx, attempt, &attempts));
	assert_int_equal(attempts.count, 3);
	assert_int_equal(attempts.used, used);
	attempts = (struct attempts){ .succeed_at = 4 };
	CHECK_CODE(lg_retry(&t.cx, attempt, &attempts), LG_E_CONCURRENT_MODIFICATION);
	assert_int_equal(attempts.count, 3);
	lg_test_ctx_done(&t);
}

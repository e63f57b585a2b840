/* Sign-up as the pages of managed login call it: nobody is told whose name is taken. */
#include "tests/lib/fixture.h"

#include <stdio.h>

#include "domain/auth/auth.h"
#include "domain/auth/signup.h"

#define LIST(array) { .items = (array), .count = LG_LEN(array), .has = true }

static lg_str email_only[] = { LG_STR_INIT("email") };

static const struct lg_client *
hosted(struct fixture *f)
{
	const struct lg_client *client;
	CHECK_OK(lg_client_hosted(&f->t.cx, f->client, &client));
	return client;
}

/* Out of the request's memory, which the next request wipes. */
static lg_str
keep(lg_str text, char *buffer, size_t size)
{
	const int len = snprintf(buffer, size, "%.*s", LG_FMT(text));
	CHECK(len >= 0 && (size_t)len < size);
	return (lg_str){ buffer, (size_t)len };
}

static lg_status
sign_up(struct fixture *f, lg_str name, lg_str email, struct lg_signed_up *ret)
{
	struct lg_idp_attribute_type attribute = { .name = LG_STR("email"), .value = email };
	const bool has = lg_str_present(email);
	const struct lg_idp_attribute_list_type attributes = { &attribute, has, has };
	const struct lg_sign_up call = {
		.username = name, .password = FIXTURE_PASSWORD, .attributes = &attributes };
	struct lg_ctx *cx = fixture_request(f);
	return lg_sign_up(cx, &f->env, f->pool, hosted(f), &call, ret);
}

static lg_status
confirm(struct fixture *f, lg_str name, lg_str code, lg_str session, lg_str *ret_session)
{
	const struct lg_sign_up_confirm call = { .username = name, .code = code, .session = session };
	struct lg_ctx *cx = fixture_request(f);
	return lg_sign_up_confirm(cx, &f->env, f->pool, hosted(f), &call, ret_session);
}

static struct lg_user *
find(struct fixture *f, lg_str name)
{
	struct lg_user *user;
	CHECK_OK(lg_user_find(fixture_request(f), &f->env, f->pool, name, 0, &user));
	return user;
}

TEST(a_taken_name_looks_and_costs_like_a_free_one)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	fixture_user(f, LG_STR("old"), LG_STR("o@example.com"));
	CHECK_OK(sign_up(f, LG_STR("new"), LG_STR("x@example.com"), &done));
	const struct lg_work work = f->t.cx.work;
	CHECK_STR(fixture_message(f)->purpose, LG_STR("signup"));
	CHECK_OK(sign_up(f, LG_STR("old"), LG_STR("x@example.com"), &done));
	assert_memory_equal(&work, &f->t.cx.work, sizeof(work));
	CHECK(done.has_delivery && lg_str_present(done.session));
	CHECK_STR(done.delivery.masked, LG_STR("x***@e***"));

	/* The address that was given hears of it, and gets no code. */
	const struct lg_message *message = fixture_message(f);
	CHECK_STR(message->purpose, LG_STR("notice"));
	CHECK_STR(message->to, LG_STR("x@example.com"));
	CHECK(!message->nobody && lg_str_empty(message->code));
	CHECK_STR(lg_user_attribute(find(f, LG_STR("old")), LG_STR("email")), LG_STR("o@example.com"));
	fixture_free(f);
}

TEST(guesses_at_a_code_are_answered_alike)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	struct lg_work work[2];
	const lg_str names[] = { LG_STR("new"), LG_STR("old") };
	fixture_user(f, LG_STR("old"), LG_STR("o@example.com"));
	for (size_t i = 0; i < 2; i++) {
		lg_str session;
		CHECK_OK(sign_up(f, names[i], LG_STR("x@example.com"), &done));
		CHECK_CODE(confirm(f, names[i], LG_STR("wrong"), LG_STR_NONE, &session),
			LG_E_CODE_MISMATCH);
		work[i] = f->t.cx.work;
	}
	assert_memory_equal(&work[0], &work[1], sizeof(work[0]));
	fixture_free(f);
}

TEST(who_waits_for_his_code_keeps_it)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	lg_str session;
	CHECK_OK(sign_up(f, LG_STR("alice"), LG_STR("a@example.com"), &done));
	const struct lg_work work = f->t.cx.work;
	const lg_str code = fixture_code(f);
	CHECK_OK(sign_up(f, LG_STR("alice"), LG_STR("evil@example.com"), &done));
	assert_memory_equal(&work, &f->t.cx.work, sizeof(work));
	CHECK_STR(fixture_message(f)->purpose, LG_STR("notice"));
	CHECK_OK(confirm(f, LG_STR("alice"), code, LG_STR_NONE, &session));
	CHECK_STR(lg_user_attribute(find(f, LG_STR("alice")), LG_STR("email")), LG_STR("a@example.com"));
	fixture_free(f);
}

TEST(an_address_that_is_a_user_name_is_hidden_as_well)
{
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
						 .username_attributes = LIST(email_only),
						 .auto_verified_attributes = LIST(email_only) },
		NULL);
	struct lg_signed_up first, second;
	CHECK_OK(sign_up(f, LG_STR("a@example.com"), LG_STR_NONE, &first));
	CHECK_OK(sign_up(f, LG_STR("a@example.com"), LG_STR_NONE, &second));
	CHECK_STR(fixture_message(f)->purpose, LG_STR("notice"));
	fixture_free(f);
}

TEST(without_a_message_to_tell_it_the_page_does)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, LG_STR("alice"), LG_STR_NONE, &done));
	CHECK_CODE(sign_up(f, LG_STR("alice"), LG_STR_NONE, &done), LG_E_USERNAME_EXISTS);
	fixture_free(f);
}

TEST(the_session_of_a_page_signs_in_on_pages_only)
{
	lg_str flows[] = { LG_STR("ALLOW_USER_AUTH") };
	struct fixture *f = fixture_with(NULL, &(struct lg_idp_create_user_pool_client_request){
		.explicit_auth_flows = LIST(flows) });
	struct lg_signed_up done;
	lg_str session;
	char first[2048], second[2048];
	CHECK_OK(sign_up(f, LG_STR("alice"), LG_STR("a@example.com"), &done));
	done.session = keep(done.session, first, sizeof(first));
	CHECK_OK(confirm(f, LG_STR("alice"), fixture_code(f), done.session, &session));
	session = keep(session, second, sizeof(second));

	struct lg_str_pair pair = { LG_STR("USERNAME"), LG_STR("alice") };
	const struct lg_str_map params = { &pair, 1, true };
	struct lg_ctx *cx = fixture_request(f);
	struct lg_auth_call call = { .pool = f->pool,
		.client = f->client,
		.flow = LG_STR("USER_AUTH"),
		.session = session,
		.params = &params };
	struct lg_auth_step step = { 0 };
	CHECK_CODE(lg_auth_initiate(cx, &f->env, &call, &step), LG_E_NOT_AUTHORIZED);
	call.hosted = true;
	CHECK_OK(lg_auth_initiate(cx, &f->env, &call, &step));
	CHECK(step.done && step.user);
	CHECK_STR(step.user->username, LG_STR("alice"));
	CHECK_CODE(lg_auth_initiate(cx, &f->env, &call, &step), LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}

#include "tests/lib/fixture.h"

#include <string.h>

#include "domain/message/code.h"
#include "domain/message/template.h"

#define LIST(array) { .items = (array), .count = LG_LEN(array), .has = true }

static struct lg_user *
somebody(struct fixture *f, const char *name)
{
	struct lg_user *user;
	CHECK_OK(lg_user_find_or_decoy(fixture_request(f), &f->env, f->pool, lg_str_from_c(name), 0, &user));
	return user;
}

static lg_status
issue_to(struct fixture *f, const char *name, enum lg_code_purpose purpose, lg_str attribute, lg_str to)
{
	const struct lg_user *user = somebody(f, name);
	struct lg_ctx *cx = &f->t.cx;
	struct lg_delivery delivery;
	struct lg_batch *batch;
	struct lg_pending_message *message;
	CHECK_OK(lg_delivery_make(cx, attribute, to, &delivery));
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	const struct lg_code_reason reason = { LG_STR("SignUp"), f->client, NULL };
	CHECK_OK(lg_code_issue(cx, &f->env, batch, f->pool, &reason, user, purpose, &delivery, &message));
	CHECK_OK(lg_store_commit(batch));
	return lg_code_send(cx, &f->env, message);
}

static lg_status
issue(struct fixture *f, const char *name, enum lg_code_purpose purpose)
{
	return issue_to(f, name, purpose, LG_STR("email"), LG_STR("a@example.com"));
}

static int
redeem(struct fixture *f, const char *name, enum lg_code_purpose purpose, lg_str code)
{
	const struct lg_user *user = somebody(f, name);
	struct lg_ctx *cx = &f->t.cx;
	struct lg_batch *batch;
	struct lg_rec_code sent;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	const lg_status s = lg_code_check(cx, &f->env, batch, user, purpose, code, &sent);
	if (lg_failed(s))
		return s.code;
	CHECK_STR(sent.to, LG_STR("a@example.com"));
	return lg_store_commit(batch).code;
}

static struct fixture *
with_alice(void)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	return f;
}

TEST(code_has_six_digits_and_is_good_once)
{
	struct fixture *f = with_alice();
	CHECK_OK(issue(f, "alice", LG_CODE_SIGN_UP));
	const lg_str code = fixture_code(f);
	assert_int_equal(code.len, 6);
	for (size_t i = 0; i < code.len; i++)
		CHECK(code.ptr[i] >= '0' && code.ptr[i] <= '9');
	assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, code), LG_E_OK);
	assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, code), LG_E_EXPIRED_CODE);
	fixture_free(f);
}

TEST(code_is_for_one_purpose_and_one_user)
{
	struct fixture *f = with_alice();
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	CHECK_OK(issue(f, "alice", LG_CODE_SIGN_UP));
	const lg_str code = fixture_code(f);
	assert_int_equal(redeem(f, "alice", LG_CODE_FORGOT, code), LG_E_EXPIRED_CODE);
	assert_int_equal(redeem(f, "bob", LG_CODE_SIGN_UP, code), LG_E_EXPIRED_CODE);
	assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, code), LG_E_OK);
	fixture_free(f);
}

TEST(new_code_replaces_the_old_one)
{
	struct fixture *f = with_alice();
	CHECK_OK(issue(f, "alice", LG_CODE_SIGN_UP));
	const lg_str old = fixture_code(f);
	CHECK_OK(issue(f, "alice", LG_CODE_SIGN_UP));
	CHECK(!lg_str_eq(old, fixture_code(f)));
	assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, old), LG_E_CODE_MISMATCH);
	assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, fixture_code(f)), LG_E_OK);
	fixture_free(f);
}

TEST(codes_live_as_long_as_the_specification_says)
{
	static const struct {
		enum lg_code_purpose purpose;
		int64_t ttl_s;
	} lives[] = {
		{ LG_CODE_SIGN_UP, 86400 },
		{ LG_CODE_FORGOT, 3600 },
		{ LG_CODE_EMAIL, 86400 },
		{ LG_CODE_PHONE, 86400 },
	};
	struct fixture *f = with_alice();
	for (size_t i = 0; i < LG_LEN(lives); i++) {
		CHECK_OK(issue(f, "alice", lives[i].purpose));
		fixture_advance_s(f, lives[i].ttl_s - 1);
		assert_int_equal(redeem(f, "alice", lives[i].purpose, fixture_code(f)), LG_E_OK);
		CHECK_OK(issue(f, "alice", lives[i].purpose));
		fixture_advance_s(f, lives[i].ttl_s);
		assert_int_equal(redeem(f, "alice", lives[i].purpose, fixture_code(f)), LG_E_EXPIRED_CODE);
	}
	fixture_free(f);
}

TEST(code_is_void_after_its_tries)
{
	struct fixture *f = with_alice();
	CHECK_OK(issue(f, "alice", LG_CODE_SIGN_UP));
	for (int i = 0; i < 15; i++)
		assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, LG_STR("wrong")), LG_E_CODE_MISMATCH);
	assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, LG_STR("wrong")), LG_E_EXPIRED_CODE);
	assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, fixture_code(f)), LG_E_EXPIRED_CODE);
	fixture_free(f);
}

TEST(code_that_cannot_be_delivered_is_kept)
{
	struct fixture *f = with_alice();
	f->settings.fixed_code = LG_STR("123456");
	f->messenger.fails = true;
	CHECK_CODE(issue(f, "alice", LG_CODE_SIGN_UP), LG_E_CODE_DELIVERY_FAILURE);
	assert_int_equal(redeem(f, "alice", LG_CODE_SIGN_UP, LG_STR("123456")), LG_E_OK);
	fixture_free(f);
}

TEST(decoys_code_is_never_right)
{
	struct fixture *f = with_alice();
	f->settings.fixed_code = LG_STR("123456");
	assert_int_equal(redeem(f, "nobody", LG_CODE_FORGOT, LG_STR("123456")), LG_E_EXPIRED_CODE);
	CHECK_OK(issue(f, "nobody", LG_CODE_FORGOT));
	CHECK(fixture_message(f)->nobody);
	assert_int_equal(redeem(f, "nobody", LG_CODE_FORGOT, LG_STR("123456")), LG_E_CODE_MISMATCH);
	fixture_free(f);
}

TEST(decoys_codes_cost_what_users_codes_cost)
{
	struct fixture *f = with_alice();
	static const char *const names[] = { "alice", "nobody" };
	struct lg_work work[2][3];
	for (size_t i = 0; i < 2; i++) {
		redeem(f, names[i], LG_CODE_FORGOT, LG_STR("000000"));
		work[i][0] = f->t.cx.work;
		CHECK_OK(issue(f, names[i], LG_CODE_FORGOT));
		work[i][1] = f->t.cx.work;
		redeem(f, names[i], LG_CODE_FORGOT, LG_STR("wrong"));
		work[i][2] = f->t.cx.work;
	}
	assert_memory_equal(work[0], work[1], sizeof(work[0]));
	fixture_free(f);
}

static void
check_mask(struct lg_ctx *cx, const char *attribute, const char *to, const char *masked)
{
	struct lg_delivery delivery;
	CHECK_OK(lg_delivery_make(cx, lg_str_from_c(attribute), lg_str_from_c(to), &delivery));
	CHECK_STR(delivery.masked, lg_str_from_c(masked));
}

TEST(addresses_are_masked)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	check_mask(&t.cx, "email", "john@example.com", "j***@e***");
	check_mask(&t.cx, "email", "a@b.de", "a***@b***");
	check_mask(&t.cx, "phone_number", "+12065551234", "+*******1234");
	check_mask(&t.cx, "phone_number", "+1234", "+*******");
	lg_test_ctx_done(&t);
}

TEST(message_says_who_what_and_why)
{
	struct fixture *f = with_alice();
	CHECK_OK(issue(f, "alice", LG_CODE_FORGOT));
	const struct lg_message *message = fixture_message(f);
	CHECK_STR(message->medium, LG_STR("EMAIL"));
	CHECK_STR(message->pool_id, f->pool_id);
	CHECK_STR(message->username, LG_STR("alice"));
	CHECK_STR(message->to, LG_STR("a@example.com"));
	CHECK_STR(message->purpose, LG_STR("forgot"));
	CHECK_STR(message->subject, LG_STR("Your verification code"));
	lg_str body;
	CHECK_OK(lg_str_fmt(&f->t.cx, &body, "Your confirmation code is %.*s", LG_FMT(message->code)));
	CHECK_STR(message->body, body);
	CHECK(!lg_str_present(message->link) && !message->nobody);

	CHECK_OK(issue_to(f, "alice", LG_CODE_PHONE, LG_STR("phone_number"), LG_STR("+4915112345678")));
	message = fixture_message(f);
	CHECK_STR(message->medium, LG_STR("SMS"));
	CHECK_STR(message->purpose, LG_STR("attribute"));
	CHECK(!lg_str_present(message->subject));
	CHECK(lg_str_starts(message->body, LG_STR("Your verification code is ")));
	fixture_free(f);
}

static struct fixture *
with_texts(struct lg_idp_verification_message_template_type texts)
{
	lg_str email[] = { LG_STR("email") };
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
		.auto_verified_attributes = LIST(email), .verification_message_template = &texts }, NULL);
	fixture_user(f, LG_STR("<alice>"), LG_STR("a@example.com"));
	f->settings.fixed_code = LG_STR("123456");
	return f;
}

TEST(texts_of_the_pool_are_used)
{
	struct fixture *f = with_texts((struct lg_idp_verification_message_template_type){
		.email_subject = LG_STR("Code {####}"), .email_message = LG_STR("<b>{####}</b>, {unknown}"),
		.sms_message = LG_STR("{####} it is") });
	CHECK_OK(issue(f, "<alice>", LG_CODE_EMAIL));
	CHECK_STR(fixture_message(f)->subject, LG_STR("Code 123456"));
	CHECK_STR(fixture_message(f)->body, LG_STR("<b>123456</b>, {unknown}"));
	CHECK_OK(issue_to(f, "<alice>", LG_CODE_PHONE, LG_STR("phone_number"), LG_STR("+4915112345678")));
	CHECK_STR(fixture_message(f)->body, LG_STR("123456 it is"));
	fixture_free(f);
}

TEST(link_replaces_the_code_at_sign_up_only)
{
	struct fixture *f = with_texts((struct lg_idp_verification_message_template_type){
		.default_email_option = LG_STR("CONFIRM_WITH_LINK"),
		.email_message_by_link = LG_STR("Click {##here & now##}!") });
	CHECK_OK(issue(f, "<alice>", LG_CODE_SIGN_UP));
	const struct lg_message *message = fixture_message(f);
	CHECK_STR(message->subject, LG_STR("Your verification link"));
	lg_str link;
	CHECK_OK(lg_str_fmt(&f->t.cx, &link,
		"http://localhost:9500/"
		"confirmUser?client_id=%.*s&user_name=%%3Calice%%3E&confirmation_code=123456",
		LG_FMT(f->client_id)));
	CHECK_STR(message->link, link);
	CHECK(lg_str_starts(
		message->body, LG_STR("Click <a href=\"http://localhost:9500/confirmUser?client_id=")));
	CHECK(lg_str_ends(message->body, LG_STR("&amp;confirmation_code=123456\">here & now</a>!")));
	CHECK_OK(issue(f, "<alice>", LG_CODE_FORGOT));
	CHECK(!lg_str_present(fixture_message(f)->link));
	fixture_free(f);
}

TEST(invitation_escapes_what_people_chose)
{
	struct fixture *f = with_texts((struct lg_idp_verification_message_template_type){ 0 });
	const struct lg_user *user = somebody(f, "<alice>");
	struct lg_delivery delivery;
	CHECK_OK(lg_delivery_make(&f->t.cx, LG_STR("email"), LG_STR("a@example.com"), &delivery));
	const struct lg_code_reason reason = { LG_STR("AdminCreateUser"), NULL, NULL };
	struct lg_pending_message *pending;
	CHECK_OK(lg_invite_make(
		&f->t.cx, &f->env, f->pool, &reason, user, &delivery, LG_STR("a&b'\"c"), &pending));
	CHECK_OK(lg_code_send(&f->t.cx, &f->env, pending));
	const struct lg_message *message = fixture_message(f);
	CHECK_STR(message->purpose, LG_STR("invite"));
	CHECK_STR(message->subject, LG_STR("Your temporary password"));
	CHECK_STR(message->code, LG_STR("a&b'\"c"));
	CHECK_STR(message->body,
		LG_STR("Your username is &lt;alice&gt; and temporary password is a&amp;b&#39;&quot;c"));
	fixture_free(f);
}

static void
check_render(struct lg_ctx *cx, const char *text, bool html, const char *expected)
{
	const struct lg_template_values values = { .code = LG_STR("1<2"), .username = LG_STR("{####}"),
		.link = LG_STR("http://x/?a&b") };
	lg_str out;
	CHECK_OK(lg_template_render(cx, lg_str_from_c(text), &values, html, &out));
	CHECK_STR(out, lg_str_from_c(expected));
}

TEST(placeholders_are_replaced_once)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	check_render(&t.cx, "", true, "");
	check_render(&t.cx, "{####}", false, "1<2");
	check_render(&t.cx, "{####}{####}", true, "1&lt;21&lt;2");
	/* A value that looks like a placeholder stays what it is. */
	check_render(&t.cx, "{username}", true, "{####}");
	check_render(&t.cx, "{", true, "{");
	check_render(&t.cx, "{###", true, "{###");
	check_render(&t.cx, "{{####}}", false, "{1<2}");
	check_render(&t.cx, "{##go##}", true, "<a href=\"http://x/?a&amp;b\">go</a>");
	check_render(&t.cx, "{##go", true, "{##go");
	lg_test_ctx_done(&t);
}

TEST(simulated_address_is_the_one_asked_for_or_stable)
{
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	lg_str email = LG_STR("email");
	lg_str phone = LG_STR("phone_number");
	const struct lg_str_list by_email = { &email, 1, true };
	const struct lg_str_list by_phone = { &phone, 1, true };
	struct lg_delivery one;
	struct lg_delivery two;
	CHECK_OK(lg_delivery_simulate(cx, &f->env, f->pool, LG_STR("john@example.com"), &by_phone, &one));
	CHECK_STR(one.masked, LG_STR("j***@e***"));
	CHECK(one.simulated);
	CHECK_OK(lg_delivery_simulate(cx, &f->env, f->pool, LG_STR("nobody"), &by_email, &one));
	CHECK_OK(lg_delivery_simulate(cx, &f->env, f->pool, LG_STR("nobody"), &by_email, &two));
	CHECK_STR(one.masked, two.masked);
	CHECK_STR(one.medium, LG_STR("EMAIL"));
	assert_int_equal(one.masked.len, LG_STR("j***@e***").len);
	CHECK_OK(lg_delivery_simulate(cx, &f->env, f->pool, LG_STR("nobody"), &by_phone, &one));
	CHECK_STR(one.medium, LG_STR("SMS"));
	assert_int_equal(one.masked.len, LG_STR("+*******1234").len);
	fixture_free(f);
}

/* Devices: offered, confirmed, listed, forgotten (spec/sign-in.md 7, 9). */
#include "domain/auth/device.h"

#include <string.h>

#include "codec/bytes.h"
#include "tests/lib/device.h"

static lg_str
attribute(const struct lg_idp_device_type *device, lg_str name)
{
	for (size_t i = 0; i < device->device_attributes.count; i++)
		if (lg_str_eq(device->device_attributes.items[i].name, name))
			return device->device_attributes.items[i].value;
	return LG_STR_NONE;
}

static lg_status
read_device(struct fixture *f, const struct test_device *device, struct lg_idp_device_type **ret)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_access access = device_access(f, device->access);
	return lg_device_read(cx, &f->env, access.pool, access.user, device->key, ret);
}

static lg_status
forget(struct fixture *f, const struct test_device *device)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_access access = device_access(f, device->access);
	return lg_device_forget(cx, &f->env, access.pool, access.user, device->key);
}

static lg_status
refresh(struct fixture *f, lg_str token, lg_str device_key)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_refresh *refresh;
	struct lg_tokens tokens;
	LG_TRY(lg_refresh_open(cx, &f->env, f->pool, f->client, token, &refresh));
	return lg_refresh_redeem(cx, &f->env, refresh, device_key, &(struct lg_caller){ 0 }, NULL, &tokens);
}

TEST(keys_have_cognitos_form_and_the_group_is_the_pools)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device first = device_offered(f), second = device_offered(f);
	CHECK(lg_str_starts(first.key, LG_STR("us-east-1_")));
	CHECK(first.key.len == 10 + 36);
	CHECK(!lg_str_eq(first.key, second.key));
	CHECK_STR(first.group, second.group);
	CHECK(first.group.len == 9 && first.group.ptr[0] == '-');

	fixture_request(f);
	CHECK_STR(device_access(f, first.access).device_key, first.key);
	CHECK_STR(device_access(f, first.access).device_key, first.key); /* and from memory */
	lg_str before = first.group, other;
	fixture_use_pool(f, NULL);
	CHECK_OK(lg_device_group_key(fixture_request(f), f->pool, &other));
	CHECK(!lg_str_eq(before, other));
	fixture_free(f);
}

TEST(a_device_is_confirmed_once_and_by_the_sign_in_that_brought_it)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	struct test_device device = device_offered(f);
	struct lg_idp_device_type *shown;
	bool prompt = true;
	CHECK_CODE(read_device(f, &device, &shown), LG_E_RESOURCE_NOT_FOUND);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Device does not exist."));

	struct test_device stranger = device_offered(f);
	stranger.access = device.access;
	CHECK_CODE(device_confirm(f, &stranger, &prompt), LG_E_INVALID_PARAMETER);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Invalid device key given."));

	CHECK_OK(device_confirm(f, &device, &prompt));
	CHECK(!prompt);
	CHECK_CODE(device_confirm(f, &device, &prompt), LG_E_DEVICE_KEY_EXISTS);

	CHECK_OK(read_device(f, &device, &shown));
	CHECK_STR(shown->device_key, device.key);
	CHECK_STR(attribute(shown, LG_STR("device_status")), LG_STR("valid"));
	CHECK_STR(attribute(shown, LG_STR("device_name")), LG_STR("a laptop"));
	CHECK_STR(attribute(shown, LG_STR("last_ip_used")), LG_STR("192.0.2.1"));
	CHECK_STR(attribute(shown, LG_STR("dev:device_remembered_status")), LG_STR("remembered"));
	fixture_free(f);
}

TEST(a_device_waits_for_the_users_word_where_he_is_asked)
{
	struct fixture *f = device_fixture((struct device_pool){ .prompt = true });
	struct test_device device = device_offered(f);
	struct lg_idp_device_type *shown;
	bool prompt = false;
	CHECK_OK(device_confirm(f, &device, &prompt));
	CHECK(prompt);
	CHECK_OK(read_device(f, &device, &shown));
	CHECK_STR(attribute(shown, LG_STR("dev:device_remembered_status")), LG_STR("not_remembered"));

	static const lg_str statuses[] = { LG_STR_INIT("remembered"), LG_STR_INIT("not_remembered") };
	for (size_t i = 0; i < LG_LEN(statuses); i++) {
		struct lg_ctx *cx = fixture_request(f);
		struct lg_access access = device_access(f, device.access);
		CHECK_OK(lg_device_set_status(
			cx, &f->env, access.pool, access.user, device.key, statuses[i]));
		CHECK_OK(lg_device_set_status(
			cx, &f->env, access.pool, access.user, device.key, LG_STR_NONE));
		CHECK_OK(read_device(f, &device, &shown));
		CHECK_STR(attribute(shown, LG_STR("dev:device_remembered_status")), statuses[i]);
	}
	fixture_free(f);
}

static lg_status
confirm_with(struct fixture *f, const struct test_device *device, lg_str salt, lg_str verifier)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_access access = device_access(f, device->access);
	struct lg_idp_device_secret_verifier_config_type config = { verifier, salt };
	const struct lg_idp_confirm_device_request in = { .device_key = device->key,
		.device_secret_verifier_config = &config };
	bool prompt;
	return lg_device_confirm(cx, &f->env, &access, &in, LG_STR_NONE, &prompt);
}

/* The base64 of `len` bytes `fill`, the first of them `first`. */
static lg_str
number(struct fixture *f, size_t len, int first, int fill)
{
	unsigned char bytes[600];
	memset(bytes, fill, sizeof(bytes));
	bytes[0] = (unsigned char)first;
	lg_str text;
	CHECK_OK(lg_base64_encode(&f->t.cx, lg_str_from_bytes(bytes, len), &text));
	return kept(text);
}

TEST(salts_and_verifiers_are_numbers_in_range)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_offered(f);
	const lg_str salt = number(f, 16, 0x81, 0x42), verifier = number(f, 384, 0x12, 0x34);
	const lg_str none = LG_STR_NONE, empty = LG_STR("");
	const lg_str bad[][2] = {
		{ none, verifier },
		{ salt, none },
		{ empty, verifier },
		{ salt, empty },
		{ number(f, 7, 0x81, 0x42), verifier }, /* shorter than chance makes a salt of 16 bytes */
		{ number(f, 9, 0, 0), verifier },
		{ number(f, 65, 0x81, 0x42), verifier },
		{ LG_STR("no base64!"), verifier },
		{ salt, LG_STR("no base64!") },
		{ salt, number(f, 384, 0, 0) },
		{ salt, number(f, 1, 1, 0) },
		{ salt, number(f, 1, 0, 0) },
		{ salt, number(f, 384, 0xff, 0xff) }, /* N has ones at both ends, and less between */
		{ salt, number(f, 385, 1, 0) },
		{ salt, number(f, 500, 7, 7) },
	};
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_CODE(confirm_with(f, &device, bad[i][0], bad[i][1]), LG_E_INVALID_PARAMETER);

	/* Java's form: a zero byte in front of a number whose top bit is set, none of a smaller one. */
	CHECK_OK(confirm_with(f, &device, number(f, 17, 0, 0x99), number(f, 385, 0, 0x99)));
	struct test_device other = device_offered(f);
	CHECK_OK(confirm_with(f, &other, number(f, 14, 0x11, 0x99), number(f, 383, 0x11, 0x99)));
	other = device_offered(f);
	CHECK_OK(confirm_with(f, &other, number(f, 64, 0x81, 0x42), number(f, 1, 2, 0)));
	fixture_free(f);
}

TEST(devices_are_listed_page_by_page_each_once)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device devices[] = { device_confirmed(f), device_confirmed(f), device_confirmed(f),
		device_confirmed(f), device_confirmed(f) };
	bool seen[LG_LEN(devices)] = { false };
	lg_str token = LG_STR_NONE;
	size_t pages = 0;
	do {
		struct lg_ctx *cx = fixture_request(f);
		const struct lg_access access = device_access(f, devices[0].access);
		struct lg_idp_device_list_type list;
		lg_str next = LG_STR_NONE;
		CHECK_OK(lg_device_list(cx, &f->env, access.pool, access.user,
			(struct lg_opt_int){ true, 2 }, token, &list, &next));
		CHECK(list.count <= 2);
		for (size_t i = 0; i < list.count; i++)
			for (size_t k = 0; k < LG_LEN(devices); k++)
				if (lg_str_eq(list.items[i].device_key, devices[k].key)) {
					CHECK(!seen[k]);
					seen[k] = true;
				}
		token = kept(next);
		pages++;
	} while (lg_str_present(token));
	assert_int_equal(pages, 3);
	for (size_t k = 0; k < LG_LEN(devices); k++)
		CHECK(seen[k]);
	fixture_free(f);
}

TEST(a_forgotten_device_is_gone_with_its_refresh_tokens_and_never_comes_back)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f), other = device_confirmed(f);
	struct lg_idp_device_type *shown;
	CHECK_OK(refresh(f, device.refresh, device.key));

	CHECK_OK(forget(f, &device));
	CHECK_CODE(forget(f, &device), LG_E_RESOURCE_NOT_FOUND);
	CHECK_CODE(read_device(f, &device, &shown), LG_E_RESOURCE_NOT_FOUND);
	CHECK_CODE(refresh(f, device.refresh, device.key), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Refresh Token has been revoked"));

	bool prompt; /* its access token still lives, and would bring it back */
	CHECK_CODE(device_confirm(f, &device, &prompt), LG_E_INVALID_PARAMETER);
	CHECK_CODE(device_password(f, &device, &(struct lg_auth_step){ 0 }), LG_E_RESOURCE_NOT_FOUND);
	CHECK_OK(refresh(f, other.refresh, other.key));
	fixture_free(f);
}

TEST(a_refresh_token_of_a_device_needs_its_key)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_offered(f), other = device_offered(f);
	CHECK_CODE(refresh(f, device.refresh, LG_STR_NONE), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Invalid Refresh Token."));
	CHECK_CODE(refresh(f, device.refresh, other.key), LG_E_NOT_AUTHORIZED);
	CHECK_OK(refresh(f, device.refresh, device.key)); /* confirmed or not */
	fixture_free(f);
}

TEST(a_pool_without_tracking_has_no_devices)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	struct lg_auth_step step;
	const struct test_device device = { .key = LG_STR(
						    "us-east-1_00000000-0000-4000-8000-000000000000") };
	CHECK_OK(device_password(f, &device, &step)); /* a key from other times means nothing */
	CHECK(step.done && !lg_str_present(step.new_device_key));
	const lg_str token = kept(step.tokens.access);

	struct lg_ctx *cx = fixture_request(f);
	const struct lg_access access = device_access(f, token);
	CHECK(lg_str_empty(access.device_key));
	struct lg_idp_device_type *shown;
	struct lg_idp_device_list_type list;
	lg_str next;
	const int code = LG_E_INVALID_USER_POOL_CONFIGURATION;
	CHECK_CODE(lg_device_read(cx, &f->env, access.pool, access.user, device.key, &shown), code);
	CHECK_CODE(lg_device_list(cx, &f->env, access.pool, access.user, (struct lg_opt_int){ 0 },
			   LG_STR_NONE, &list, &next),
		code);
	CHECK_CODE(
		lg_device_set_status(cx, &f->env, access.pool, access.user, device.key, LG_STR_NONE), code);
	CHECK_CODE(lg_device_forget(cx, &f->env, access.pool, access.user, device.key), code);
	CHECK_CODE(confirm_with(f, &(struct test_device){ .access = token, .key = device.key }, LG_STR("x"),
			   LG_STR("x")),
		code);
	fixture_free(f);
}

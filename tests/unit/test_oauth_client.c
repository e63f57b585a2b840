/* Who calls the authorization server: ways to prove it, one at a time (RFC 6749, 2.3; RFC 7523, 2.2). */
#include "oauth/client_auth.h"

#include "codec/bytes.h"
#include "oauth/assertion.h"
#include "tests/lib/sign_in.h"

/* What was sent; absent = not. */
struct sent {
	lg_str authorization, id, secret, type, assertion;
};

static lg_status
find(struct fixture *f, struct sent sent, struct lg_oauth_client *ret)
{
	const struct lg_str_pair all[] = {
		{ LG_STR("client_id"), sent.id },
		{ LG_STR("client_secret"), sent.secret },
		{ LG_STR("client_assertion_type"), sent.type },
		{ LG_STR("client_assertion"), sent.assertion },
	};
	struct lg_str_pair pairs[LG_LEN(all)];
	struct lg_str_map params = { .items = pairs, .has = true };
	for (size_t i = 0; i < LG_LEN(all); i++) {
		if (lg_str_present(all[i].value))
			pairs[params.count++] = all[i];
	}
	const struct lg_oauth_credentials credentials = {
		.authorization = sent.authorization, .params = &params
	};
	return lg_oauth_client_find(fixture_request(f), &f->env, &credentials, ret);
}

static void
takes(struct fixture *f, struct sent sent, bool proved)
{
	struct lg_oauth_client by;
	CHECK_OK(find(f, sent, &by));
	CHECK_STR(by.client->id, f->client_id);
	CHECK(by.proved == proved);
}

static void
refuses(struct fixture *f, struct sent sent)
{
	struct lg_oauth_client by;
	CHECK_CODE(find(f, sent, &by), LG_E_OAUTH_INVALID_CLIENT);
}

static lg_str
basic(struct fixture *f, lg_str id, lg_str secret)
{
	lg_str pair, text, header;
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_str_concat(cx, (const lg_str[]){ id, LG_STR(":"), secret }, 3, &pair));
	CHECK_OK(lg_base64_encode(cx, pair, &text));
	CHECK_OK(lg_str_concat(cx, (const lg_str[]){ LG_STR("basic "), text }, 2, &header));
	return kept(header);
}

/* Its first character as a form would have it that encodes all. */
static lg_str
encoded(struct fixture *f, lg_str text)
{
	lg_str all;
	CHECK_OK(lg_str_fmt(fixture_request(f), &all, "%%%02x%.*s", (unsigned)text.ptr[0],
		LG_FMT(lg_str_slice(text, 1, text.len))));
	return kept(all);
}

TEST(a_secret_comes_in_one_place_and_for_one_client)
{
	const struct lg_idp_create_user_pool_client_request client = { .generate_secret = { true, true } };
	struct fixture *f = sign_in_fixture(NULL, &client);
	const lg_str id = f->client_id, secret = kept(f->client->settings->secrets.items[0].value);
	const lg_str other = LG_STR("another0000000000000000000");
	takes(f, (struct sent){ .id = id, .secret = secret }, true);
	takes(f, (struct sent){ .authorization = basic(f, id, secret) }, true);
	takes(f, (struct sent){ .authorization = basic(f, id, encoded(f, secret)) }, true);
	takes(f, (struct sent){ .authorization = basic(f, encoded(f, id), secret), .id = id }, true);
	refuses(f, (struct sent){ .id = id });
	refuses(f, (struct sent){ .id = id, .secret = LG_STR("wrong") });
	refuses(f, (struct sent){ .id = id, .secret = lg_str_slice(secret, 0, secret.len - 1) });
	refuses(f, (struct sent){ .id = other, .secret = secret });
	refuses(f, (struct sent){ .authorization = basic(f, id, LG_STR("wrong")) });
	refuses(f, (struct sent){ .authorization = basic(f, id, LG_STR("")) });
	refuses(f, (struct sent){ .authorization = basic(f, id, secret), .id = other });
	refuses(f, (struct sent){ .authorization = basic(f, id, secret), .secret = secret });
	refuses(f, (struct sent){ .authorization = basic(f, id, LG_STR("wrong")), .secret = secret });
	refuses(f, (struct sent){ .authorization = LG_STR("Bearer x"), .id = id, .secret = secret });
	refuses(f, (struct sent){ .authorization = LG_STR("Basic !"), .id = id, .secret = secret });
	refuses(f, (struct sent){ .authorization = LG_STR("Basic eA=="), .id = id, .secret = secret });
	fixture_free(f);
}

TEST(who_has_no_secret_sends_none)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	struct lg_oauth_client by;
	takes(f, (struct sent){ .id = f->client_id }, false);
	refuses(f, (struct sent){ .id = f->client_id, .secret = LG_STR("x") });
	refuses(f, (struct sent){ .authorization = basic(f, f->client_id, LG_STR("x")) });
	CHECK_CODE(find(f, (struct sent){ 0 }, &by), LG_E_OAUTH_INVALID_REQUEST);
	fixture_free(f);
}

/* { "sub": <client> } without a signature: enough to be turned away for the right reason. */
static lg_str
assertion_of(struct fixture *f, lg_str sub)
{
	struct lg_ctx *cx = fixture_request(f);
	lg_str claims, text, all;
	CHECK_OK(lg_str_fmt(cx, &claims, "{\"iss\":\"%.*s\",\"sub\":\"%.*s\"}", LG_FMT(sub), LG_FMT(sub)));
	CHECK_OK(lg_base64url_encode(cx, claims, &text));
	CHECK_OK(lg_str_concat(
		cx, (const lg_str[]){ LG_STR("eyJhbGciOiJFUzI1NiJ9."), text, LG_STR(".AAAA") }, 3, &all));
	return kept(all);
}

static void
refuses_for(struct fixture *f, struct sent sent, const char *why)
{
	refuses(f, sent);
	CHECK_STR(f->t.cx.failure.text, lg_str_from_c(why));
}

TEST(an_assertion_comes_alone_and_is_about_its_client)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	const lg_str type = LG_OAUTH_ASSERTION_TYPE, own = assertion_of(f, f->client_id);
	/* Read, and refused for another reason than these. */
	refuses_for(f, (struct sent){ .type = type, .assertion = own }, "The client has no key.");
	refuses_for(f, (struct sent){ .id = f->client_id, .type = type, .assertion = own },
		"The client has no key.");
	const char *plain = "invalid_client";
	refuses_for(f, (struct sent){ .assertion = own }, plain);
	refuses_for(f, (struct sent){ .type = LG_STR("x"), .assertion = own }, plain);
	refuses_for(f, (struct sent){ .type = type, .assertion = own, .secret = LG_STR("x") }, plain);
	refuses_for(f,
		(struct sent){ .type = type, .assertion = own,
			.authorization = basic(f, f->client_id, LG_STR("x")) },
		plain);
	refuses_for(f, (struct sent){ .type = type, .assertion = own, .id = LG_STR("other") }, plain);
	refuses_for(f, (struct sent){ .type = type, .assertion = assertion_of(f, LG_STR("")) }, plain);
	fixture_free(f);
}

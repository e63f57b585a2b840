/* Tokens of clients themselves (spec/tokens.md 3): what they cost. */
#include "domain/grant/client_token.h"

#include "domain/pool/resource_server.h"
#include "tests/lib/fixture.h"

static struct fixture *
machine(void)
{
	struct fixture *f = fixture_new();
	struct lg_idp_resource_server_scope_type scope = { .scope_name = LG_STR("read"),
		.scope_description = LG_STR("read") };
	const struct lg_idp_create_resource_server_request server = {
		.identifier = LG_STR("api"),
		.name = LG_STR("api"),
		.scopes = { &scope, 1, true },
	};
	struct lg_idp_resource_server_type *made;
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(lg_resource_server_create(cx, &f->env, f->pool, &server, &made));

	lg_str flow = LG_STR("ALLOW_CLIENT_TOKEN_AUTH");
	lg_str scopes[] = { LG_STR("openid"), LG_STR("api/read") };
	const struct lg_idp_create_user_pool_client_request client = {
		.generate_secret = { true, true },
		.explicit_auth_flows = { &flow, 1, true },
		.allowed_oauth_scopes = { scopes, 2, true },
	};
	fixture_use_client(f, &client);
	return f;
}

static lg_status
issue(struct fixture *f, struct lg_client_token *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	return lg_client_token_issue(cx, &f->env, f->pool, f->client, NULL, NULL, NULL, ret);
}

TEST(a_clients_token_costs_one_signature_and_nothing_of_the_store)
{
	struct fixture *f = machine();
	struct lg_client_token token;
	CHECK_OK(issue(f, &token)); /* makes the keys of the pool */
	CHECK_OK(issue(f, &token));
	assert_int_equal(f->t.cx.work.signatures, 1);
	assert_int_equal(f->t.cx.work.reads, 0);
	assert_int_equal(f->t.cx.work.batches, 0);
	fixture_free(f);
}

TEST(a_clients_token_is_issued_while_the_store_is_away)
{
	struct fixture *f = machine();
	struct lg_client_token token;
	CHECK_OK(issue(f, &token));
	struct lg_ctx *cx = fixture_request(f);
	f->db.away = true;
	CHECK_OK(lg_client_token_issue(cx, &f->env, f->pool, f->client, NULL, NULL, NULL, &token));
	f->db.away = false;
	fixture_free(f);
}

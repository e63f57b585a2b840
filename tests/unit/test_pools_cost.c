#include "domain/pool/client_admin.h"
#include "domain/pool/pool_admin.h"
#include "tests/lib/sign_in.h"

#define FEW_POOLS 10
#define MORE_POOLS 60
#define CLIENTS 10

enum { LIST_POOLS, DESCRIBE_POOL, LIST_CLIENTS, DESCRIBE_CLIENT, SIGN_IN, CALLS };

struct cost {
	size_t reads, rows;
};

static lg_status
call(struct fixture *f, int which)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_idp_list_user_pools_request pools = { .max_results = { true, 2 } };
	const struct lg_idp_list_user_pool_clients_request clients = { .max_results = { true, 1 } };
	struct lg_idp_list_user_pools_response pools_out = { 0 };
	struct lg_idp_list_user_pool_clients_response clients_out = { 0 };
	struct lg_idp_user_pool_type *pool;
	struct lg_idp_user_pool_client_type *client;
	struct lg_auth_step step;
	switch (which) {
	case LIST_POOLS:
		return lg_pool_list(cx, &f->env, LG_STR("us-east-1"), &pools, &pools_out);
	case DESCRIBE_POOL:
		return lg_pool_describe(cx, &f->env, f->pool_id, &pool);
	case LIST_CLIENTS:
		return lg_client_list(cx, &f->env, f->pool, &clients, &clients_out);
	case DESCRIBE_CLIENT:
		return lg_client_describe(cx, &f->env, f->pool, f->client_id, &client);
	default:
		return sign_in_password(f, LG_STR("ann"), FIXTURE_PASSWORD, &step);
	}
}

static void
measure(struct fixture *f, struct cost ret[CALLS])
{
	for (int i = 0; i < CALLS; i++) {
		for (int k = 0; k < 2; k++) /* keys are made by the first sign-in and read by the next */
			CHECK_OK(call(f, i));
		const size_t reads = f->db.reads, rows = f->db.rows;
		CHECK_OK(call(f, i));
		ret[i] = (struct cost){ f->db.reads - reads, f->db.rows - rows };
	}
}

static void
add_pool(struct fixture *f)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("another") };
	const struct lg_idp_create_user_pool_client_request client = { .client_name = LG_STR("web") };
	struct lg_idp_user_pool_type *made;
	struct lg_idp_user_pool_client_type *client_made;
	const struct lg_pool *found;
	CHECK_OK(lg_pool_create(cx, &f->env, LG_STR("us-east-1"), &pool, LG_STR_NONE, &made));
	CHECK_OK(lg_pool_find(cx, &f->env, made->id, &found));
	for (int i = 0; i < CLIENTS; i++)
		CHECK_OK(lg_client_create(cx, &f->env, found, &client, LG_STR_NONE, &client_made));
}

TEST(with_many_pools_a_call_reads_what_it_reads_with_few)
{
	struct cost few[CALLS], many[CALLS];
	struct fixture *f = sign_in_fixture(NULL, NULL);
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	for (int i = 0; i < FEW_POOLS; i++) /* a list reads ahead, so a few there must be */
		add_pool(f);
	measure(f, few);
	for (int i = 0; i < MORE_POOLS; i++)
		add_pool(f);
	measure(f, many);
	static const size_t reads[CALLS] = {
		[LIST_POOLS] = 1, [DESCRIBE_POOL] = 2, [LIST_CLIENTS] = 1, [DESCRIBE_CLIENT] = 1,
		[SIGN_IN] = 3,
	};
	for (int i = 0; i < CALLS; i++) {
		assert_int_equal(few[i].reads, reads[i]);
		assert_int_equal(many[i].reads, few[i].reads);
		assert_int_equal(many[i].rows, few[i].rows);
	}
	fixture_free(f);
}

#include "tests/lib/sign_in.h"

#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "tests/lib/srp_client.h"

#define KEPT_MAX_BYTES ((size_t)32 << 20)

/* Of the whole program: freed when it ends. */
static struct lg_arena *texts;

static void
free_texts(void)
{
	lg_arena_free(texts);
}

lg_str
kept(lg_str s)
{
	if (!lg_str_present(s))
		return s;
	if (!texts) {
		CHECK_OK(lg_arena_new(KEPT_MAX_BYTES, &texts));
		atexit(free_texts);
	}
	char *copy = lg_arena_alloc(texts, s.len + 1);
	assert_non_null(copy);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return lg_str_from_bytes(copy, s.len);
}

struct fixture *
sign_in_fixture(const struct lg_str_map *tags, const struct lg_idp_create_user_pool_client_request *client)
{
	lg_json_global_init();
	struct lg_str_pair pairs[8] = { { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") } };
	struct lg_idp_create_user_pool_request pool = {
		.pool_name = LG_STR("test"),
		.user_pool_tags = { .items = pairs, .count = 1, .has = true },
	};
	for (size_t i = 0; tags && i < tags->count; i++)
		pairs[pool.user_pool_tags.count++] = tags->items[i];
	return fixture_with(&pool, client);
}

static lg_status
call(struct fixture *f, struct lg_auth_call *call, const struct lg_str_map *params, struct lg_auth_step *ret)
{
	struct lg_str_pair pairs[16];
	struct lg_str_map sent = { .items = pairs, .has = true };
	for (size_t i = 0; i < params->count; i++)
		if (lg_str_present(params->items[i].value))
			pairs[sent.count++] = params->items[i];

	struct lg_ctx *cx = fixture_request(f);
	call->pool = f->pool;
	call->client = f->client;
	call->params = &sent;
	*ret = (struct lg_auth_step){ 0 };
	return lg_str_present(call->flow) ? lg_auth_initiate(cx, &f->env, call, ret)
					  : lg_auth_respond(cx, &f->env, call, ret);
}

lg_status
sign_in_initiate(struct fixture *f, lg_str flow, const struct lg_str_map *params, struct lg_auth_step *ret)
{
	struct lg_auth_call made = { .flow = flow, .admin = lg_str_starts(flow, LG_STR("ADMIN_")) };
	return call(f, &made, params, ret);
}

lg_status
sign_in_respond(struct fixture *f, lg_str challenge, lg_str session, const struct lg_str_map *params,
	struct lg_auth_step *ret)
{
	struct lg_auth_call made = { .challenge = challenge, .session = session };
	return call(f, &made, params, ret);
}

lg_status
sign_in_password(struct fixture *f, lg_str name, lg_str password, struct lg_auth_step *ret)
{
	return sign_in_initiate(f, LG_STR("USER_PASSWORD_AUTH"), PARAMS(P("USERNAME", name),
		P("PASSWORD", password)), ret);
}

lg_status
sign_in_srp_begin(struct fixture *f, lg_str name, lg_str password, struct srp_answer *ret)
{
	return sign_in_srp_begin_padded(f, name, password, LG_STR(""), ret);
}

lg_status
sign_in_srp_begin_padded(struct fixture *f, lg_str name, lg_str password, lg_str padding,
	struct srp_answer *ret)
{
	return sign_in_srp_begin_in(f, LG_STR("USER_SRP_AUTH"), (struct lg_str_pair){ 0 }, name, password,
		padding, ret);
}

lg_status
sign_in_srp_begin_in(struct fixture *f, lg_str flow, struct lg_str_pair more, lg_str name, lg_str password,
	lg_str padding, struct srp_answer *ret)
{
	struct srp_client *client = srp_client_new(NULL);
	const lg_str parts[] = { padding, lg_str_from_c(srp_client_A(client)) };
	lg_str A;
	CHECK_OK(lg_str_concat(&f->t.cx, parts, LG_LEN(parts), &A));
	A = kept(A);
	struct lg_auth_step step;
	lg_status s = sign_in_initiate(f, flow, PARAMS(P("USERNAME", name), P("SRP_A", A), more), &step);
	if (!lg_failed(s)) {
		char timestamp[SRP_TIMESTAMP_SIZE], signature[45];
		srp_client_timestamp(f->t.cx.now, timestamp);
		const struct srp_client_challenge challenge = {
			.pool_name = f->pool->srp_group,
			.user_id = lg_str_map_get(&step.params, LG_STR("USER_ID_FOR_SRP")),
			.password = password,
			.salt_hex = lg_str_map_get(&step.params, LG_STR("SALT")),
			.B_hex = lg_str_map_get(&step.params, LG_STR("SRP_B")),
			.secret_block = lg_str_map_get(&step.params, LG_STR("SECRET_BLOCK")),
			.timestamp = lg_str_from_c(timestamp),
		};
		CHECK(srp_client_sign(client, &challenge, signature));
		*ret = (struct srp_answer){ .username = kept(challenge.user_id),
			.block = kept(challenge.secret_block), .signature = kept(lg_str_from_c(signature)),
			.timestamp = kept(challenge.timestamp), .session = kept(step.session) };
	}
	srp_client_free(client);
	return s;
}

lg_status
sign_in_srp_answer(struct fixture *f, const struct srp_answer *answer, struct lg_auth_step *ret)
{
	return sign_in_respond(f, LG_STR("PASSWORD_VERIFIER"), answer->session,
		PARAMS(P("USERNAME", answer->username), P("PASSWORD_CLAIM_SECRET_BLOCK", answer->block),
			P("PASSWORD_CLAIM_SIGNATURE", answer->signature), P("TIMESTAMP", answer->timestamp)),
			ret);
}

lg_status
sign_in_srp(struct fixture *f, lg_str name, lg_str password, struct lg_auth_step *ret)
{
	struct srp_answer answer;
	lg_status s = sign_in_srp_begin(f, name, password, &answer);
	return lg_failed(s) ? s : sign_in_srp_answer(f, &answer, ret);
}

struct lg_tokens
sign_in_tokens(struct fixture *f, lg_str name)
{
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, name, FIXTURE_PASSWORD, &step));
	CHECK(step.done);
	return (struct lg_tokens){ .id = kept(step.tokens.id), .access = kept(step.tokens.access),
		.refresh = kept(step.tokens.refresh), .expires_in_s = step.tokens.expires_in_s };
}

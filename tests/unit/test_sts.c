#include "domain/iam/sts.h"

#include <string.h>

#include "codec/json.h"
#include "domain/iam/iam_item.h"
#include "domain/iam/sts_wish.h"
#include "tests/lib/fixture.h"

#define ACCOUNT "123456789012"
#define ROLE LG_STR("arn:aws:iam::" ACCOUNT ":role/R")
#define PROVIDER LG_STR("idp.example.com")
#define TRUST(actions)                                                                                      \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Federated\":"    \
	"\"idp.example.com\"},\"Action\":[" actions "]}]}"
#define ASSUME "\"sts:AssumeRoleWithWebIdentity\""

static struct fixture *f;

static struct lg_ctx *
begin(void)
{
	f = fixture_new();
	f->settings.account = LG_STR(ACCOUNT);
	return fixture_request(f);
}

/* A role with any trust policy, also one that could not be saved. */
static void
put_role(lg_str trust)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_rec_iam_entity *record;
	struct lg_item_row row;
	if (lg_iam_read(cx, &f->env, LG_IAM_ROLE, LG_STR("R"), &row).code == LG_E_NOT_FOUND) {
		record = lg_new(cx, struct lg_rec_iam_entity);
		assert_non_null(record);
		*record = (struct lg_rec_iam_entity){ .name = LG_STR("R"),
			.path = LG_STR("/"),
			.id = LG_STR("AROAAAAAAAAAAAAAAAAAA"),
			.max_session = { true, 7200 } };
		CHECK_OK(lg_iam_new_row(cx, LG_IAM_ROLE, LG_STR("R"), record, &row));
	}
	record = row.record;
	record->trust = trust;
	CHECK_OK(lg_iam_write(cx, &f->env, &row));
}

static lg_status
assume(struct lg_ctx *cx, const struct lg_sts_wish *wish, struct lg_sts_session *ret)
{
	const struct lg_web_identity who = { .provider = PROVIDER };
	return lg_sts_assume_web_identity(cx, &f->env, wish, &who, &(struct lg_call_facts){ 0 }, ret);
}

/* ---- trust ---- */

static struct lg_rec_aws_claim
claim_of(struct lg_ctx *cx, const char *key, const json_t *value)
{
	struct lg_rec_aws_claim claim = { .key = lg_str_from_c(key),
		.multi = { true, json_is_array(value) } };
	const size_t count = json_is_array(value) ? json_array_size(value) : 1;
	claim.values.items = lg_new_array(cx, lg_str, count);
	assert_non_null(claim.values.items);
	for (size_t i = 0; i < count; i++)
		claim.values.items[i] =
			lg_json_text(json_is_array(value) ? json_array_get(value, i) : value);
	claim.values.count = count;
	return claim;
}

static void
run_case(struct lg_ctx *cx, const json_t *c)
{
	struct lg_json *j = lg_json_new(cx, 64 * 1024);
	lg_str trust;
	lg_json_tree(j, json_object_get(c, "trust_policy"));
	CHECK_OK(lg_json_finish(cx, j, &trust));
	put_role(trust);

	struct lg_ctx *own = fixture_request(f);
	struct lg_rec_aws_claim claims[16];
	struct lg_str_pair tags[16];
	struct lg_web_identity who = { .provider = lg_json_member_text(c, LG_STR("federated_provider")),
		.claims = claims };
	struct lg_sts_wish wish = {
		.role_arn = ROLE, .session_name = LG_STR("me"), .tags = { .items = tags }
	};
	const lg_str tag = LG_STR("aws:RequestTag/");
	const char *key;
	json_t *value;
	json_object_foreach(json_object_get(c, "context"), key, value) {
		const lg_str name = lg_str_from_c(key);
		if (lg_str_starts(name, tag))
			tags[wish.tags.count++] =
				(struct lg_str_pair){ lg_str_slice(name, tag.len, name.len),
					lg_json_text(value) };
		else if (!lg_str_eq(name, LG_STR("aws:TagKeys")))
			claims[who.claim_count++] = claim_of(own, key, value);
	}
	struct lg_sts_session session;
	const lg_status s = lg_sts_assume_web_identity(
		own, &f->env, &wish, &who, &(struct lg_call_facts){ 0 }, &session);
	const bool expected = json_is_true(json_object_get(c, "expected"));
	if ((s.code == LG_E_OK) != expected)
		fail_msg("%s: %d", json_string_value(json_object_get(c, "name")), s.code);
	if (!expected)
		assert_int_equal(s.code, LG_E_ACCESS_DENIED);
}

TEST(trust_policies_decide_as_the_vectors_say)
{
	begin();
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	json_t *root;
	lg_json_global_init();
	CHECK_OK(lg_json_parse(&t.cx, lg_test_fixture(&t.cx, "iam-trust.json"), &root));
	const json_t *cases = json_object_get(root, "cases");
	CHECK(json_array_size(cases) >= 7);
	for (size_t i = 0; i < json_array_size(cases); i++)
		run_case(&t.cx, json_array_get(cases, i));
	lg_test_ctx_done(&t);
	fixture_free(f);
}

/* ---- tags ---- */

static int
with_tags(struct lg_str_pair *tags, size_t count, lg_str *transitive, size_t transitive_count)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_sts_wish wish = { .role_arn = ROLE,
		.session_name = LG_STR("me"),
		.tags = { .items = tags, .count = count },
		.transitive = { .items = transitive, .count = transitive_count } };
	struct lg_sts_session session;
	return assume(cx, &wish, &session).code;
}

TEST(tags_need_their_own_permission_and_are_checked)
{
	begin();
	struct lg_str_pair tags[51] = { { LG_STR("Team"), LG_STR("a") }, { LG_STR("Other"), LG_STR("b") } };
	lg_str keys[] = { LG_STR("team"), LG_STR("none") };
	put_role(LG_STR(TRUST(ASSUME)));
	assert_int_equal(with_tags(tags, 0, NULL, 0), LG_E_OK);
	assert_int_equal(with_tags(tags, 1, NULL, 0), LG_E_ACCESS_DENIED);
	put_role(LG_STR(TRUST(ASSUME ",\"sts:TagSession\"")));
	assert_int_equal(with_tags(tags, 2, keys, 1), LG_E_OK);
	assert_int_equal(with_tags(tags, 2, keys, 2), LG_E_INVALID_PARAMETER_VALUE);
	tags[1].key = LG_STR("TEAM");
	assert_int_equal(with_tags(tags, 2, NULL, 0), LG_E_INVALID_PARAMETER_VALUE);
	tags[1].key = LG_STR("aWS:x");
	assert_int_equal(with_tags(tags, 2, NULL, 0), LG_E_INVALID_PARAMETER_VALUE);

	char names[LG_LEN(tags)][4];
	for (size_t i = 0; i < LG_LEN(tags); i++) {
		snprintf(names[i], sizeof(names[i]), "k%02zu", i);
		tags[i] = (struct lg_str_pair){ lg_str_from_c(names[i]), LG_STR("v") };
	}
	assert_int_equal(with_tags(tags, LG_STS_TAGS_MAX, NULL, 0), LG_E_OK);
	assert_int_equal(with_tags(tags, LG_STS_TAGS_MAX + 1, NULL, 0), LG_E_INVALID_PARAMETER_VALUE);

	/* What tokens and assertions say is no better than what is sent. */
	static char large[LG_STS_PACKED_MAX_BYTES];
	memset(large, 'x', sizeof(large));
	const struct lg_str_pair bad[] = {
		{ LG_STR(""), LG_STR("v") },
		{ lg_str_from_bytes(large, 129), LG_STR("v") },
		{ LG_STR("k"), lg_str_from_bytes(large, 257) },
		{ LG_STR("k*"), LG_STR("v") },
		{ LG_STR("k"), LG_STR("${aws:username}") },
		{ LG_STR("k"), LG_STR("a\nb") },
	};
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		tags[0] = bad[i];
		assert_int_equal(with_tags(tags, 1, NULL, 0), LG_E_INVALID_PARAMETER_VALUE);
	}

	/* Fifteen of 259 bytes, and one that fits, or is a byte too long. */
	for (size_t i = 0; i < 15; i++)
		tags[i] = (struct lg_str_pair){ lg_str_from_c(names[i]), lg_str_from_bytes(large, 256) };
	tags[15].value = lg_str_from_bytes(large, LG_STS_PACKED_MAX_BYTES - 15 * 259 - 3);
	assert_int_equal(with_tags(tags, 16, NULL, 0), LG_E_OK);
	tags[15].value.len++;
	assert_int_equal(with_tags(tags, 16, NULL, 0), LG_E_PACKED_POLICY_TOO_LARGE);
	fixture_free(f);
}

/* ---- session tokens ---- */

TEST(a_token_opens_for_its_own_key_only_and_unaltered)
{
	begin();
	put_role(LG_STR(TRUST(ASSUME)));
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_sts_wish wish = { .role_arn = ROLE, .session_name = LG_STR("me") };
	struct lg_sts_session one, two;
	struct lg_rec_aws_session said;
	CHECK_OK(assume(cx, &wish, &one));
	CHECK_OK(assume(cx, &wish, &two));
	const struct lg_aws_credentials *made = &one.credentials;
	CHECK_OK(lg_aws_session_open(cx, &f->env, made->access_key_id, made->token, &said));
	CHECK_STR(said.session_name, LG_STR("me"));
	CHECK_STR(said.name, LG_STR("R"));
	CHECK_STR(said.provider, PROVIDER);
	assert_int_equal(
		said.expires.v.ms - said.issued.v.ms, 3600 * LG_SECOND_MS - said.issued.v.ms % 1000);
	CHECK_CODE(lg_aws_session_open(cx, &f->env, two.credentials.access_key_id, made->token, &said),
		LG_E_MALFORMED);
	CHECK_CODE(
		lg_aws_session_open(cx, &f->env, made->access_key_id, LG_STR_NONE, &said), LG_E_MALFORMED);
	CHECK(made->token.len < 1024);

	char *copy = lg_arena_alloc(cx->arena, made->token.len);
	assert_non_null(copy);
	for (size_t i = 0; i < made->token.len; i++) {
		memcpy(copy, made->token.ptr, made->token.len);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		CHECK(lg_failed(lg_aws_session_open(
			cx, &f->env, made->access_key_id, lg_str_from_bytes(copy, made->token.len), &said)));
		CHECK(lg_failed(lg_aws_session_open(
			cx, &f->env, made->access_key_id, lg_str_slice(made->token, 0, i), &said)));
	}
	fixture_free(f);
}

TEST(ids_of_our_sessions_are_known_and_cannot_be_made_up)
{
	begin();
	put_role(LG_STR(TRUST(ASSUME)));
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_sts_wish wish = { .role_arn = ROLE, .session_name = LG_STR("me") };
	struct lg_sts_session session;
	bool ours;
	CHECK_OK(assume(cx, &wish, &session));
	const lg_str id = session.credentials.access_key_id;
	assert_int_equal(id.len, 20);
	CHECK_OK(lg_aws_session_is_ours(cx, &f->env, id, &ours));
	CHECK(ours);
	char copy[20];
	for (size_t i = 0; i < sizeof(copy); i++) {
		memcpy(copy, id.ptr, sizeof(copy));
		copy[i] = copy[i] == 'Q' ? 'R' : 'Q';
		CHECK_OK(lg_aws_session_is_ours(cx, &f->env, lg_str_from_bytes(copy, sizeof(copy)), &ours));
		CHECK(!ours);
		CHECK_OK(lg_aws_session_is_ours(cx, &f->env, lg_str_slice(id, 0, i), &ours));
		CHECK(!ours);
	}
	fixture_free(f);
}

TEST(a_session_lasts_as_long_as_its_role_allows)
{
	begin();
	put_role(LG_STR(TRUST(ASSUME)));
	struct lg_ctx *cx = fixture_request(f);
	struct lg_sts_wish wish = {
		.role_arn = ROLE, .session_name = LG_STR("me"), .duration_s = { true, 7200 }
	};
	struct lg_sts_session session;
	CHECK_OK(assume(cx, &wish, &session));
	assert_int_equal(lg_time_s(session.credentials.expires), lg_time_s(cx->now) + 7200);
	wish.duration_s.v = 7201;
	CHECK_CODE(assume(cx, &wish, &session), LG_E_VALIDATION);
	fixture_free(f);
}

/* In steady state nothing is read, and nothing is ever written. */
TEST(making_a_session_costs_the_store_nothing)
{
	begin();
	put_role(LG_STR(TRUST(ASSUME)));
	const struct lg_sts_wish wish = { .role_arn = ROLE, .session_name = LG_STR("me") };
	struct lg_sts_session session;
	CHECK_OK(assume(fixture_request(f), &wish, &session));
	struct lg_ctx *cx = fixture_request(f);
	CHECK_OK(assume(cx, &wish, &session));
	assert_int_equal(cx->work.reads, 0);
	assert_int_equal(cx->work.batches, 0);
	fixture_free(f);
}

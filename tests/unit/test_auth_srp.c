/* SRP sign-in: the attack list, aliases, pools without verifiers (spec/sign-in.md 2, 5). */
#include "domain/auth/auth.h"

#include <string.h>

#include "codec/bytes.h"
#include "tests/lib/sign_in.h"

static void
check_incorrect(struct fixture *f, lg_status s)
{
	CHECK_CODE(s, LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Incorrect username or password."));
}

/* Whose client tells nobody who exists. */
static struct fixture *
with_alice(void)
{
	lg_str flows[] = { LG_STR("ALLOW_USER_SRP_AUTH"), LG_STR("ALLOW_USER_PASSWORD_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
		.prevent_user_existence_errors = LG_STR("ENABLED"),
	};
	struct fixture *f = sign_in_fixture(NULL, &client);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	return f;
}

TEST(r1_to_r3_values_of_A_that_no_client_would_choose)
{
	static const char N[] =
		"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
		"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
		"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
		"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
		"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
		"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
		"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
		"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
		"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
		"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
		"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";
	char twice[sizeof(N) + 1] = "1", huge[4096];
	/* A digit more than N has: out of range, as 2N is. */
	memcpy(twice + 1, N, sizeof(N));
	memset(huge, 'f', sizeof(huge));
	const lg_str values[] = { LG_STR("0"), LG_STR("00"), LG_STR(""), lg_str_from_c(N),
		lg_str_from_c(twice),
		LG_STR("-1"), LG_STR("0x12"), LG_STR("12 "), LG_STR("g"),
			lg_str_from_bytes(huge, sizeof(huge)),
		lg_str_from_bytes("1\0" "2", 3) };
	struct fixture *f = with_alice();
	for (size_t i = 0; i < LG_LEN(values); i++) {
		struct lg_auth_step step;
		lg_status s = sign_in_initiate(f, LG_STR("USER_SRP_AUTH"),
			PARAMS(P("USERNAME", LG_STR("alice")), P("SRP_A", values[i])), &step);
		if (values[i].len == 0)
			CHECK_CODE(s, LG_E_INVALID_PARAMETER);
		else
			check_incorrect(f, s);
	}
	fixture_free(f);
}

TEST(r4_numbers_are_numbers_however_they_are_padded)
{
	struct fixture *f = with_alice();
	static const lg_str paddings[] = { LG_STR_INIT(""), LG_STR_INIT("0"), LG_STR_INIT("00") };
	for (size_t i = 0; i < LG_LEN(paddings); i++) {
		struct srp_answer answer;
		struct lg_auth_step step;
		CHECK_OK(sign_in_srp_begin_padded(f, LG_STR("alice"), FIXTURE_PASSWORD, paddings[i],
			&answer));
		CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	}
	fixture_free(f);
}

/* The answer with one byte of its secret block changed. */
static struct srp_answer
altered(struct fixture *f, const struct srp_answer *answer, size_t at)
{
	struct lg_ctx *cx = fixture_request(f);
	lg_str bytes, text;
	CHECK_OK(lg_base64_decode(cx, answer->block, &bytes));
	char *copy = lg_new_array(cx, char, bytes.len);
	memcpy(copy, bytes.ptr, bytes.len);
	copy[at % bytes.len] = (char)(copy[at % bytes.len] ^ 1);
	CHECK_OK(lg_base64_encode(cx, lg_str_from_bytes(copy, bytes.len), &text));
	struct srp_answer ret = *answer;
	ret.block = kept(text);
	return ret;
}

TEST(r5_an_altered_secret_block_is_nobodys_and_costs_no_guess)
{
	struct fixture *f = with_alice();
	struct srp_answer answer;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	struct lg_auth_step step;
	for (size_t at = 0; at < answer.block.len * 3 / 4; at += 29) {
		struct srp_answer changed = altered(f, &answer, at);
		check_incorrect(f, sign_in_srp_answer(f, &changed, &step));
		assert_int_equal(f->t.cx.work.batches, 0);
	}
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	CHECK(step.done);
	fixture_free(f);
}

TEST(r6_a_secret_block_is_answered_rightly_once)
{
	struct fixture *f = with_alice();
	struct srp_answer answer;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	struct lg_auth_step step;
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	for (int i = 0; i < 10; i++)
		check_incorrect(f, sign_in_srp_answer(f, &answer, &step));
	CHECK_OK(sign_in_srp(f, LG_STR("alice"), FIXTURE_PASSWORD, &step)); /* the replays were no guesses */
	fixture_free(f);
}

TEST(r6_wrong_proofs_use_a_secret_block_up)
{
	struct fixture *f = with_alice();
	struct srp_answer right;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &right));
	struct srp_answer wrong = right;
	wrong.timestamp = LG_STR("Fri Nov 6 09:05:04 UTC 2026");
	struct lg_auth_step step;
	for (int i = 0; i < 4; i++)
		check_incorrect(f, sign_in_srp_answer(f, &wrong, &step));
	CHECK_OK(sign_in_srp_answer(f, &right, &step));

	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &right));
	wrong.block = right.block;
	for (int i = 0; i < 5; i++)
		check_incorrect(f, sign_in_srp_answer(f, &wrong, &step));
	fixture_advance_s(f, 2);
	check_incorrect(f, sign_in_srp_answer(f, &right, &step));
	CHECK_OK(sign_in_srp(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	fixture_free(f);
}

TEST(r7_a_secret_block_belongs_to_its_client_pool_and_user)
{
	struct fixture *f = with_alice();
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	struct srp_answer answer;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	struct lg_auth_step step;
	struct srp_answer as_bob = answer;
	as_bob.username = LG_STR("bob");
	check_incorrect(f, sign_in_srp_answer(f, &as_bob, &step));

	lg_str client = f->client_id;
	fixture_use_client(f, NULL);
	check_incorrect(f, sign_in_srp_answer(f, &answer, &step));
	f->client_id = client;
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));

	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	fixture_use_pool(f, NULL);
	fixture_use_client(f, NULL);
	check_incorrect(f, sign_in_srp_answer(f, &answer, &step));
	fixture_free(f);
}

TEST(r8_a_secret_block_ends_with_the_session_lifetime)
{
	struct fixture *f = with_alice();
	struct srp_answer answer;
	struct lg_auth_step step;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	fixture_advance_s(f, f->client->session_ttl_s);
	check_incorrect(f, sign_in_srp_answer(f, &answer, &step));
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	fixture_advance_s(f, f->client->session_ttl_s - 1);
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	fixture_free(f);
}

TEST(r9_signatures_of_wrong_length_and_form)
{
	static const lg_str signatures[] = { LG_STR_INIT("AA=="), LG_STR_INIT("no base64!"),
		LG_STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		LG_STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==") };
	struct fixture *f = with_alice();
	struct srp_answer answer;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	lg_str right = answer.signature;
	struct lg_auth_step step;
	for (size_t i = 0; i < LG_LEN(signatures); i++) {
		answer.signature = signatures[i];
		check_incorrect(f, sign_in_srp_answer(f, &answer, &step));
		assert_int_equal(f->t.cx.work.modexps, 2);
	}
	answer.signature = right;
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	fixture_free(f);
}

static lg_str
challenge_param(struct fixture *f, lg_str name, lg_str param)
{
	struct lg_auth_step step;
	CHECK_OK(sign_in_initiate(f, LG_STR("USER_SRP_AUTH"),
		PARAMS(P("USERNAME", name), P("SRP_A", LG_STR("123456789abcdef"))), &step));
	return kept(lg_str_map_get(&step.params, param));
}

TEST(r10_salts_are_stable_and_every_B_is_fresh)
{
	struct fixture *f = with_alice();
	static const lg_str names[] = { LG_STR_INIT("alice"), LG_STR_INIT("nobody") };
	for (size_t i = 0; i < LG_LEN(names); i++) {
		CHECK_STR(challenge_param(f, names[i], LG_STR("SALT")),
			challenge_param(f, names[i], LG_STR("SALT")));
		CHECK_STR(challenge_param(f, names[i], LG_STR("USER_ID_FOR_SRP")), names[i]);
		CHECK(!lg_str_eq(challenge_param(f, names[i], LG_STR("SRP_B")),
			challenge_param(f, names[i], LG_STR("SRP_B"))));
		CHECK(!lg_str_eq(challenge_param(f, names[i], LG_STR("SECRET_BLOCK")),
			challenge_param(f, names[i], LG_STR("SECRET_BLOCK"))));
	}
	CHECK(!lg_str_eq(challenge_param(f, LG_STR("nobody"), LG_STR("SALT")),
		challenge_param(f, LG_STR("somebody"), LG_STR("SALT"))));
	fixture_free(f);
}

TEST(an_alias_signs_in_and_the_answer_may_use_either_name)
{
	lg_str email = LG_STR("email");
	struct fixture *f = sign_in_fixture(NULL, NULL);
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("alias"),
		.alias_attributes = { &email, 1, true }, .user_pool_tags = { &tag, 1, true } };
	fixture_use_pool(f, &pool);
	fixture_use_client(f, NULL);
	fixture_user(f, LG_STR("alice"), LG_STR("alice@example.com"));
	struct srp_answer answer;
	struct lg_auth_step step;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice@example.com"), FIXTURE_PASSWORD, &answer));
	CHECK_STR(answer.username, LG_STR("alice"));
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice@example.com"), FIXTURE_PASSWORD, &answer));
	answer.username = LG_STR("alice@example.com");
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	fixture_free(f);
}

TEST(a_pool_without_verifiers_signs_in_by_password_only)
{
	const struct lg_str_map *tags = PARAMS(P("lifeguard:password.storage", LG_STR("argon2id")));
	struct fixture *f = sign_in_fixture(tags, NULL);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	assert_int_equal(f->t.cx.work.hashes, 1);
	check_incorrect(f, sign_in_srp(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	fixture_free(f);
}

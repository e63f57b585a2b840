#include "tests/lib/device.h"

#include "codec/bytes.h"
#include "tests/lib/srp_client.h"

#define ALICE LG_STR("alice")
#define SALT_HEX LG_STR("00c3a5d7e9b1c2d4f6a8b0c1d2e3f405")

struct fixture *
device_fixture(struct device_pool how)
{
	static const lg_str attributes[] = { LG_STR_INIT("phone_number"), LG_STR_INIT("+15555550100"),
		LG_STR_INIT("phone_number_verified"), LG_STR_INIT("true"), { NULL, 0 } };
	struct lg_idp_sms_configuration_type sms = {
		.sns_caller_arn = LG_STR("arn:aws:iam::123456789012:role/sms"),
	};
	struct lg_idp_device_configuration_type devices = {
		.challenge_required_on_new_device = { true, how.for_mfa },
		.device_only_remembered_on_user_prompt = { true, how.prompt },
	};
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	const struct lg_idp_create_user_pool_request pool = {
		.pool_name = LG_STR("devices"),
		.mfa_configuration = LG_STR("OPTIONAL"),
		.sms_configuration = &sms,
		.device_configuration = &devices,
		.user_pool_tags = { &tag, 1, true },
	};
	struct fixture *f = sign_in_fixture(NULL, NULL);
	fixture_use_pool(f, &pool);
	fixture_use_client(f, NULL);
	fixture_user_with(f, ALICE, LG_USER_CONFIRMED, attributes);
	return f;
}

struct test_device
device_offered(struct fixture *f)
{
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, ALICE, FIXTURE_PASSWORD, &step));
	CHECK(step.done);
	return (struct test_device){
		.key = kept(step.new_device_key),
		.group = kept(step.new_device_group),
		.password = LG_STR("forty random bytes in base64, as clients do"),
		.access = kept(step.tokens.access),
		.refresh = kept(step.tokens.refresh),
	};
}

struct lg_access
device_access(struct fixture *f, lg_str token)
{
	struct lg_access access;
	CHECK_OK(lg_access_open(&f->t.cx, &f->env, token, LG_STR_NONE, 0, &access));
	return access;
}

lg_status
device_confirm(struct fixture *f, const struct test_device *device, bool *ret_prompt)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_access access = device_access(f, device->access);
	struct srp_client *client = srp_client_new(NULL);
	char verifier[SRP_VERIFIER_SIZE];
	CHECK(srp_client_verifier(client, device->group, device->key, device->password, SALT_HEX, verifier));
	srp_client_free(client);

	lg_str salt;
	struct lg_idp_device_secret_verifier_config_type config = {
		.password_verifier = lg_str_from_c(verifier),
	};
	CHECK_OK(lg_hex_decode(cx, SALT_HEX, &salt));
	CHECK_OK(lg_base64_encode(cx, salt, &config.salt));
	const struct lg_idp_confirm_device_request in = {
		.device_key = device->key,
		.device_name = LG_STR("a laptop"),
		.device_secret_verifier_config = &config,
	};
	return lg_device_confirm(cx, &f->env, &access, &in, LG_STR("192.0.2.1"), ret_prompt);
}

struct test_device
device_confirmed(struct fixture *f)
{
	struct test_device device = device_offered(f);
	bool prompt;
	CHECK_OK(device_confirm(f, &device, &prompt));
	return device;
}

lg_status
device_password(struct fixture *f, const struct test_device *device, struct lg_auth_step *ret)
{
	return sign_in_initiate(f, LG_STR("USER_PASSWORD_AUTH"),
		PARAMS(P("USERNAME", ALICE), P("PASSWORD", FIXTURE_PASSWORD), P("DEVICE_KEY", device->key)),
		ret);
}

lg_status
device_begin(struct fixture *f, const struct test_device *device, lg_str session, struct srp_answer *ret)
{
	struct srp_client *client = srp_client_new(NULL);
	struct lg_auth_step step;
	lg_status s = sign_in_respond(f, LG_STR("DEVICE_SRP_AUTH"), session,
		PARAMS(P("USERNAME", ALICE), P("DEVICE_KEY", device->key),
			P("SRP_A", lg_str_from_c(srp_client_A(client)))),
		&step);
	if (!lg_failed(s)) {
		CHECK_STR(step.challenge, LG_STR("DEVICE_PASSWORD_VERIFIER"));
		CHECK_STR(lg_str_map_get(&step.params, LG_STR("DEVICE_KEY")), device->key);
		char timestamp[SRP_TIMESTAMP_SIZE], signature[45];
		srp_client_timestamp(f->t.cx.now, timestamp);
		const struct srp_client_challenge challenge = {
			.pool_name = device->group,
			.user_id = device->key,
			.password = device->password,
			.salt_hex = lg_str_map_get(&step.params, LG_STR("SALT")),
			.B_hex = lg_str_map_get(&step.params, LG_STR("SRP_B")),
			.secret_block = lg_str_map_get(&step.params, LG_STR("SECRET_BLOCK")),
			.timestamp = lg_str_from_c(timestamp),
		};
		CHECK(srp_client_sign(client, &challenge, signature));
		*ret = (struct srp_answer){ .username = ALICE,
			.block = kept(challenge.secret_block),
			.signature = kept(lg_str_from_c(signature)),
			.timestamp = kept(challenge.timestamp) };
	}
	srp_client_free(client);
	return s;
}

lg_status
device_prove(struct fixture *f, const struct test_device *device, const struct srp_answer *answer,
	struct lg_auth_step *ret)
{
	return sign_in_respond(f, LG_STR("DEVICE_PASSWORD_VERIFIER"), LG_STR_NONE,
		PARAMS(P("USERNAME", answer->username), P("DEVICE_KEY", device->key),
			P("PASSWORD_CLAIM_SECRET_BLOCK", answer->block),
			P("PASSWORD_CLAIM_SIGNATURE", answer->signature), P("TIMESTAMP", answer->timestamp)),
		ret);
}

lg_status
device_sign_in(struct fixture *f, const struct test_device *device, struct lg_auth_step *ret)
{
	struct lg_auth_step step;
	struct srp_answer answer;
	LG_TRY(device_password(f, device, &step));
	CHECK_STR(step.challenge, LG_STR("DEVICE_SRP_AUTH"));
	LG_TRY(device_begin(f, device, kept(step.session), &answer));
	return device_prove(f, device, &answer, ret);
}

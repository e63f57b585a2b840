#include "tests/wire/step.h"

#include <stdlib.h>

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "tests/lib/srp_client.h"

#define TEXT_MAX_BYTES ((size_t)1 << 20)

/* What the step says. */
struct sign_in {
	lg_str pool, client, username, password, secret;
	bool admin;
	lg_str flow;
	lg_str challenge, session; /* of a choice that SRP_A answers; absent = InitiateAuth begins */
	lg_str device, group;      /* of a device that proves itself in the user's place */
	const json_t *initiate; /* AuthParameters beside or instead of ours */
	const json_t *respond; /* the same for ChallengeResponses */
};

static lg_str
text_of(struct wire_case *c, const json_t *object, const char *name, const char *otherwise)
{
	const json_t *value = json_object_get(object, name);
	if (json_is_string(value))
		return script_expand(c->cx, &c->vars, lg_json_text(value));
	return otherwise ? script_get(&c->vars, lg_str_from_c(otherwise)) : LG_STR_NONE;
}

/* A parameter unless the step brings its own, or null to leave it out. */
static void
put_param(struct lg_json *j, const json_t *own, const char *name, lg_str value)
{
	if (lg_str_present(value) && !json_object_get(own, name))
		lg_json_pair_str(j, lg_str_from_c(name), value);
}

static void
put_own(struct wire_case *c, struct lg_json *j, const json_t *own)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)own, name, value) {
		if (json_is_null(value))
			continue;
		lg_json_key(j, lg_str_from_c(name));
		script_write(c->cx, &c->vars, j, value);
	}
}

static lg_str
secret_hash(struct wire_case *c, const struct sign_in *s, lg_str username)
{
	if (!lg_str_present(s->secret))
		return LG_STR_NONE;
	unsigned char mac[LG_SHA256_SIZE];
	const lg_str parts[] = { username, s->client };
	lg_hmac_sha256(s->secret, parts, 2, mac);
	lg_str text;
	if (lg_failed(lg_base64_encode(c->cx, lg_str_from_bytes(mac, sizeof(mac)), &text)))
		abort();
	return text;
}

static struct lg_json *
begin(struct wire_case *c, const struct sign_in *s)
{
	struct lg_json *j = lg_json_new(c->cx, TEXT_MAX_BYTES);
	lg_json_open(j, '{');
	if (s->admin)
		lg_json_pair_str(j, LG_STR("UserPoolId"), s->pool);
	lg_json_pair_str(j, LG_STR("ClientId"), s->client);
	return j;
}

static lg_str
finish(struct wire_case *c, struct lg_json *j)
{
	lg_json_close(j, '}');
	lg_json_close(j, '}');
	lg_str ret;
	if (lg_failed(lg_json_finish(c->cx, j, &ret)))
		abort();
	return ret;
}

static void
send_initiate(struct wire_case *c, const struct sign_in *s, const json_t *step, const struct srp_client *srp,
	struct exchange *x)
{
	const bool chosen = lg_str_present(s->challenge);
	struct lg_json *j = begin(c, s);
	if (chosen) {
		lg_json_pair_str(j, LG_STR("ChallengeName"), s->challenge);
		lg_json_pair_str(j, LG_STR("Session"), s->session);
	} else {
		lg_json_pair_str(j, LG_STR("AuthFlow"), s->flow);
	}
	lg_json_key(j, chosen ? LG_STR("ChallengeResponses") : LG_STR("AuthParameters"));
	lg_json_open(j, '{');
	put_param(j, s->initiate, "USERNAME", s->username);
	put_param(j, s->initiate, "DEVICE_KEY", s->device);
	put_param(j, s->initiate, "SRP_A", lg_str_from_c(srp_client_A(srp)));
	put_param(j, s->initiate, "SECRET_HASH", secret_hash(c, s, s->username));
	put_own(c, j, s->initiate);
	static const lg_str names[2][2] = {
		{ LG_STR_INIT("InitiateAuth"), LG_STR_INIT("AdminInitiateAuth") },
		{ LG_STR_INIT("RespondToAuthChallenge"), LG_STR_INIT("AdminRespondToAuthChallenge") },
	};
	step_send(c, lg_operation_find(LG_API_IDP, names[chosen][s->admin]), step, finish(c, j), x);
}

/* Saves each "name": "path" of `wanted` out of a request or an answer. */
static void
save_from(struct wire_case *c, const json_t *wanted, const json_t *root)
{
	const char *name;
	json_t *path;
	json_object_foreach((json_t *)wanted, name, path) {
		const lg_str value = script_text(c->cx, script_path(root, lg_json_text(path)));
		if (lg_str_present(value))
			script_set(&c->vars, lg_str_from_c(name), value);
	}
}

static bool
answer_challenge(struct wire_case *c, const struct sign_in *s, const json_t *step, struct srp_client *srp,
	const json_t *challenge, struct exchange *x)
{
	const json_t *params = json_object_get(challenge, "ChallengeParameters");
	char timestamp[SRP_TIMESTAMP_SIZE];
	srp_client_timestamp(lg_clock_now(&c->world->clock), timestamp);
	const bool device = lg_str_present(s->device);
	const lg_str user = lg_json_member_text(params,
		device ? LG_STR("USERNAME") : LG_STR("USER_ID_FOR_SRP"));
	lg_str pool_name = s->pool;
	lg_str_cut(&pool_name, '_');
	const struct srp_client_challenge heard = {
		.pool_name = device ? s->group : pool_name,
		.user_id = device ? s->device : user,
		.password = s->password,
		.salt_hex = lg_json_member_text(params, LG_STR("SALT")),
		.B_hex = lg_json_member_text(params, LG_STR("SRP_B")),
		.secret_block = lg_json_member_text(params, LG_STR("SECRET_BLOCK")),
		.timestamp = lg_str_from_c(timestamp),
	};
	char signature[45];
	if (!srp_client_sign(srp, &heard, signature))
		return false;

	struct lg_json *j = begin(c, s);
	const lg_str name = LG_STR("ChallengeName");
	lg_json_pair_str(j, name, lg_json_member_text(challenge, name));
	const lg_str session = lg_json_member_text(challenge, LG_STR("Session"));
	if (lg_str_present(session))
		lg_json_pair_str(j, LG_STR("Session"), session);
	lg_json_key(j, LG_STR("ChallengeResponses"));
	lg_json_open(j, '{');
	put_param(j, s->respond, "USERNAME", user);
	put_param(j, s->respond, "DEVICE_KEY", s->device);
	put_param(j, s->respond, "PASSWORD_CLAIM_SIGNATURE", lg_str_from_c(signature));
	put_param(j, s->respond, "PASSWORD_CLAIM_SECRET_BLOCK", heard.secret_block);
	put_param(j, s->respond, "TIMESTAMP", heard.timestamp);
	put_param(j, s->respond, "SECRET_HASH", secret_hash(c, s, user));
	put_own(c, j, s->respond);
	const lg_str text = finish(c, j);

	json_t *request;
	if (json_object_get(step, "save_request") && !lg_failed(lg_json_parse(c->cx, text, &request)))
		save_from(c, json_object_get(step, "save_request"), request);
	const lg_str operation =
		s->admin ? LG_STR("AdminRespondToAuthChallenge") : LG_STR("RespondToAuthChallenge");
	step_send(c, lg_operation_find(LG_API_IDP, operation), step, text, x);
	return true;
}

void
step_srp(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_t *srp = json_object_get(step, "srp");
	const struct sign_in s = {
		.pool = text_of(c, srp, "pool", "pool"),
		.client = text_of(c, srp, "client", "client"),
		.username = text_of(c, srp, "username", NULL),
		.password = text_of(c, srp, "password", NULL),
		.secret = text_of(c, srp, "secret", NULL),
		.admin = json_is_true(json_object_get(srp, "admin")),
		.flow = json_object_get(srp, "flow") ? text_of(c, srp, "flow", NULL)
						     : LG_STR("USER_SRP_AUTH"),
		.challenge = text_of(c, srp, "challenge", NULL),
		.session = text_of(c, srp, "session", NULL),
		.device = text_of(c, srp, "device", NULL),
		.group = text_of(c, srp, "group", NULL),
		.initiate = json_object_get(srp, "initiate"),
		.respond = json_object_get(srp, "respond"),
	};
	struct srp_client *client = srp_client_new(json_string_value(json_object_get(srp, "a")));
	struct exchange first, second;
	send_initiate(c, &s, step, client, &first);
	const lg_str name = lg_json_text(json_object_get(first.body, "ChallengeName"));
	if (first.answer.status != 200 || !lg_str_ends(name, LG_STR("PASSWORD_VERIFIER"))) {
		step_judge(c, step, &first, ret);
	} else {
		save_from(c, json_object_get(step, "save_challenge"), first.body);
		c->world->clock.offset_ms +=
			json_integer_value(json_object_get(srp, "wait_s")) * LG_SECOND_MS;
		if (answer_challenge(c, &s, step, client, first.body, &second)) {
			step_judge(c, step, &second, ret);
			exchange_end(&second);
		} else {
			lg_buf_put(ret, LG_STR("\n      the server's B, salt or secret block is nonsense"));
		}
	}
	exchange_end(&first);
	srp_client_free(client);
}

/*
 * {"verifier": {"group", "device", "password"}}: what ConfirmDevice wants of this device, in ${verifier} and
 * ${salt}.
 */
void
step_verifier(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	static const char salt_hex[] = "8f3b1c5d7e9a0b2c4d6e8f00112233aa";
	const json_t *of = json_object_get(step, "verifier");
	struct srp_client *client = srp_client_new(NULL);
	char verifier[SRP_VERIFIER_SIZE];
	lg_str salt;
	if (srp_client_verifier(client, text_of(c, of, "group", NULL), text_of(c, of, "device", NULL),
			text_of(c, of, "password", NULL), lg_str_from_c(salt_hex), verifier)
		&& !lg_failed(lg_hex_decode(c->cx, lg_str_from_c(salt_hex), &salt))
		&& !lg_failed(lg_base64_encode(c->cx, salt, &salt))) {
		script_set(&c->vars, LG_STR("salt"), salt);
		script_set(&c->vars, LG_STR("verifier"), lg_str_from_c(verifier));
	} else {
		lg_buf_put(ret, LG_STR("\n      no verifier can be made of this"));
	}
	srp_client_free(client);
}

/*
 * {"user": {"username", "password", "attributes": {...}, "pool"}}: a confirmed user, made by an
 * administrator.
 */
void
step_user(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_t *user = json_object_get(step, "user");
	struct lg_json *j = lg_json_new(c->cx, TEXT_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("UserPoolId"), text_of(c, user, "pool", "pool"));
	lg_json_pair_str(j, LG_STR("Username"), text_of(c, user, "username", NULL));
	lg_json_pair_str(j, LG_STR("MessageAction"), LG_STR("SUPPRESS"));
	if (json_object_get(user, "temporary"))
		lg_json_pair_str(j, LG_STR("TemporaryPassword"), text_of(c, user, "temporary", NULL));
	lg_json_key(j, LG_STR("UserAttributes"));
	lg_json_open(j, '[');
	const char *name;
	json_t *value;
	json_object_foreach(json_object_get(user, "attributes"), name, value) {
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("Name"), lg_str_from_c(name));
		lg_json_pair_str(j, LG_STR("Value"), script_expand(c->cx, &c->vars, lg_json_text(value)));
		lg_json_close(j, '}');
	}
	lg_json_close(j, ']');
	lg_json_close(j, '}');
	lg_str text;
	if (lg_failed(lg_json_finish(c->cx, j, &text)))
		abort();
	struct exchange x;
	step_send(c, lg_operation_find(LG_API_IDP, LG_STR("AdminCreateUser")), step, text, &x);
	step_judge(c, step, &x, ret);
	exchange_end(&x);
	if (ret->len || !json_object_get(user, "password"))
		return;

	j = lg_json_new(c->cx, TEXT_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("UserPoolId"), text_of(c, user, "pool", "pool"));
	lg_json_pair_str(j, LG_STR("Username"), text_of(c, user, "username", NULL));
	lg_json_pair_str(j, LG_STR("Password"), text_of(c, user, "password", NULL));
	lg_json_pair_bool(j, LG_STR("Permanent"), true);
	lg_json_close(j, '}');
	if (lg_failed(lg_json_finish(c->cx, j, &text)))
		abort();
	step_send(c, lg_operation_find(LG_API_IDP, LG_STR("AdminSetUserPassword")), NULL, text, &x);
	if (x.answer.status != 200)
		lg_buf_fmt(ret, "\n      AdminSetUserPassword: %.*s", LG_FMT(x.answer.body));
	exchange_end(&x);
}

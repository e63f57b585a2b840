#include "tests/wire/step.h"

#include <string.h>

#include "tests/lib/authenticator_json.h"

#define ORIGIN LG_STR("https://app.example.com")
#define RP_ID LG_STR("example.com")

static lg_str
text_of(struct wire_case *c, const json_t *step, const char *name, lg_str otherwise)
{
	const json_t *value = json_object_get(step, name);
	return json_is_string(value) ? script_expand(c->cx, &c->vars, lg_json_text(value)) : otherwise;
}

static int64_t
number_of(const json_t *step, const char *name, int64_t otherwise)
{
	const json_t *value = json_object_get(step, name);
	return json_is_integer(value) ? (int64_t)json_integer_value(value) : otherwise;
}

/* "challenge" itself, or that of the options which a sign-in sends. */
static lg_str
challenge_of(struct wire_case *c, const json_t *step)
{
	const lg_str options = text_of(c, step, "options", LG_STR_NONE);
	json_t *tree;
	if (!lg_str_present(options) || lg_failed(lg_json_parse(c->cx, options, &tree)))
		return text_of(c, step, "challenge", LG_STR(""));
	return lg_json_member_text(tree, LG_STR("challenge"));
}

static struct authenticator_how
how_of(struct wire_case *c, const json_t *step)
{
	struct authenticator_how how = authenticator_right(
		challenge_of(c, step), text_of(c, step, "origin", ORIGIN), text_of(c, step, "rp_id", RP_ID));
	how.alg = (enum lg_cose_alg)number_of(step, "alg", LG_COSE_ES256);
	how.flags = (unsigned)number_of(step, "flags", how.flags);
	how.count = (uint32_t)number_of(step, "count", how.count);
	how.id = text_of(c, step, "id", how.id);
	how.type = text_of(c, step, "type", how.type);
	how.user_handle = text_of(c, step, "user_handle", how.user_handle);
	return how;
}

void
step_passkey(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const lg_str ceremony = text_of(c, step, "passkey", LG_STR_NONE);
	const lg_str as = text_of(c, step, "as", LG_STR("credential"));
	const struct authenticator_how how = how_of(c, step);
	if (lg_str_eq(ceremony, LG_STR("create"))) {
		const struct lg_webauthn_registration made = authenticator_create(c->cx, &how);
		script_set(&c->vars, as,
			authenticator_json_created(c->cx, &made, text_of(c, step, "attachment", LG_STR_NONE),
				text_of(c, step, "transports", LG_STR_NONE)));
	} else if (lg_str_eq(ceremony, LG_STR("get"))) {
		const struct lg_webauthn_assertion made = authenticator_get(c->cx, &how);
		script_set(&c->vars, as, authenticator_json_got(c->cx, &made));
	} else {
		lg_buf_put(ret, LG_STR("\n      a passkey is one to create or to get"));
	}
}

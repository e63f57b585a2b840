#include "tests/wire/step.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "codec/bytes.h"
#include "tests/lib/saml_idp.h"

#define TEXT_MAX_BYTES ((size_t)64 << 10)
#define NAME "https://aws.amazon.com/SAML/Attributes/"

static lg_str
text_of(struct wire_case *c, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? script_expand(c->cx, &c->vars, lg_json_text(value)) : LG_STR_NONE;
}

/* A text as C has it; `usual` when the step does not say it. */
static const char *
word(struct wire_case *c, const json_t *object, const char *name, const char *usual)
{
	const lg_str text = text_of(c, object, name);
	const char *ret;
	if (!lg_str_present(text))
		return usual;
	if (lg_failed(lg_str_to_c(c->cx, text, &ret)))
		abort();
	return ret;
}

static void
put(struct wire_case *c, struct lg_buf *b, const char *name, lg_str value)
{
	const char *text;
	if (!lg_str_present(value))
		return;
	if (lg_failed(lg_str_to_c(c->cx, value, &text)))
		abort();
	lg_buf_put(b, saml_attribute(c->cx, name, text));
}

/* The attributes that STS knows, and any others. */
static lg_str
attributes_of(struct wire_case *c, const json_t *say)
{
	struct lg_buf b = lg_buf_start(c->cx, TEXT_MAX_BYTES);
	const char *key;
	json_t *value;
	lg_str ret, pair;
	if (lg_failed(lg_str_concat(c->cx,
		    (const lg_str[]){ text_of(c, say, "role"), LG_STR(","), text_of(c, say, "provider") }, 3,
		    &pair)))
		abort();
	put(c, &b, NAME "Role", pair);
	put(c, &b, NAME "RoleSessionName", text_of(c, say, "session"));
	put(c, &b, NAME "SessionDuration", text_of(c, say, "duration"));
	put(c, &b, NAME "SourceIdentity", text_of(c, say, "source_identity"));
	json_object_foreach(json_object_get(say, "attributes"), key, value)
		put(c, &b, key, script_expand(c->cx, &c->vars, lg_json_text(value)));
	if (lg_failed(lg_buf_finish(c->cx, &b, &ret)))
		abort();
	return ret;
}

static lg_str
response(struct wire_case *c, const json_t *step, const json_t *how)
{
	struct saml_say say;
	const char *attributes;
	lg_str base64;
	saml_say_init(lg_clock_now(&c->world->clock), &say);
	if (lg_failed(lg_str_to_c(c->cx, attributes_of(c, how), &attributes)))
		abort();
	say.attributes = attributes;
	say.issuer = word(c, how, "issuer", say.issuer);
	say.audience = word(c, how, "audience", say.audience);
	say.recipient = word(c, how, "recipient", say.recipient);
	say.destination = word(c, how, "destination", say.recipient);
	say.status = word(c, how, "status", say.status);
	say.name_id = word(c, how, "name_id", say.name_id);
	say.session_until = word(c, how, "session_until", NULL);
	say.issued_s = json_integer_value(json_object_get(how, "issued_s"));
	say.assertion_id = word(c, step, "as", "_assertion");
	if (json_is_false(json_object_get(how, "signed")))
		say.sign = SAML_SIGN_NOTHING;
	if (lg_failed(lg_base64_encode(
		    c->cx, saml_idp_response(c->cx, world_saml_idp(c->world), &say), &base64)))
		abort();
	return base64;
}

void
step_saml(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_t *how = json_object_get(step, "saml");
	(void)ret;
	script_set(&c->vars, text_of(c, step, "as"),
		json_is_string(how) ? world_saml_idp(c->world)->metadata : response(c, step, how));
}

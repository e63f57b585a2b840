#include <inttypes.h>
#include <stdlib.h>

#include "tests/wire/step.h"

/* Other people's identity providers: what they answer, were asked, and sign. */

#define TEXT_MAX_BYTES ((size_t)64 << 10)
#define NOW LG_STR("@now")

static lg_str
text_of(struct wire_case *c, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? script_expand(c->cx, &c->vars, lg_json_text(value)) : LG_STR_NONE;
}

static lg_str
json_of(struct wire_case *c, const json_t *value)
{
	struct lg_json *j = lg_json_new(c->cx, TEXT_MAX_BYTES);
	lg_str text;
	script_write(c->cx, &c->vars, j, value);
	if (lg_failed(lg_json_finish(c->cx, j, &text)))
		abort();
	return text;
}

static void
tell(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const lg_str url = text_of(c, step, "provider");
	const json_t *answer = json_object_get(step, "answer");
	const json_t *status = json_object_get(step, "status");
	(void)ret;
	if (json_is_true(json_object_get(step, "issues"))) {
		providers_issue(&c->world->providers, url);
		return;
	}
	lg_str body = LG_STR("");
	if (json_is_string(answer))
		body = text_of(c, step, "answer");
	else if (answer)
		body = json_of(c, answer);
	const bool away = json_is_true(json_object_get(step, "away"));
	const int told = status ? (int)json_integer_value(status) : 200;
	providers_tell(&c->world->providers, url, away ? 0 : told, body);
}

static void
check_asked(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_t *is = json_object_get(step, "asked");
	const struct {
		const char *name;
		lg_str value;
	} members[] = {
		{ "url", lg_str_from_c(c->world->providers.url) },
		{ "authorization", lg_str_from_c(c->world->providers.authorization) },
	};
	for (size_t i = 0; i < LG_LEN(members); i++) {
		const lg_str wanted = text_of(c, is, members[i].name);
		if (lg_str_present(wanted) && !script_match_text(wanted, members[i].value))
			lg_buf_fmt(ret, "\n      asked.%s: expected %.*s, got '%.*s'", members[i].name,
				LG_FMT(wanted), LG_FMT(members[i].value));
	}
}

/* A member of claims: "@now+300" is a time in seconds. */
static void
write_claim(struct wire_case *c, struct lg_json *j, const json_t *value)
{
	const lg_str text = lg_json_text(value);
	if (!lg_str_starts(text, NOW)) {
		script_write(c->cx, &c->vars, j, value);
		return;
	}
	char number[32] = { 0 };
	for (size_t i = NOW.len; i < text.len && i < NOW.len + sizeof(number) - 1; i++)
		number[i - NOW.len] = text.ptr[i];
	lg_json_int(j, lg_time_s(lg_clock_now(&c->world->clock)) + strtoll(number, NULL, 10));
}

static lg_str
write_claims(struct wire_case *c, const json_t *claims)
{
	struct lg_json *j = lg_json_new(c->cx, TEXT_MAX_BYTES);
	const char *name;
	json_t *value;
	lg_str text;
	if (json_is_string(claims))
		return script_expand(c->cx, &c->vars, lg_json_text(claims));
	lg_json_open(j, '{');
	json_object_foreach((json_t *)claims, name, value) {
		lg_json_key(j, script_expand(c->cx, &c->vars, lg_str_from_c(name)));
		write_claim(c, j, value);
	}
	lg_json_close(j, '}');
	if (lg_failed(lg_json_finish(c->cx, j, &text)))
		abort();
	return text;
}

static lg_str
write_header(struct wire_case *c, const json_t *step, lg_str kid, lg_str alg)
{
	struct lg_json *j = lg_json_new(c->cx, TEXT_MAX_BYTES);
	const char *name;
	json_t *value;
	lg_str text;
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("kid"), kid);
	lg_json_pair_str(j, LG_STR("alg"), alg);
	json_object_foreach(json_object_get(step, "header"), name, value) {
		lg_json_key(j, lg_str_from_c(name));
		script_write(c->cx, &c->vars, j, value);
	}
	lg_json_close(j, '}');
	if (lg_failed(lg_json_finish(c->cx, j, &text)))
		abort();
	return text;
}

static void
make_token(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const lg_str given_key = text_of(c, step, "key"), given_kid = text_of(c, step, "kid");
	const lg_str given_alg = text_of(c, step, "alg");
	const lg_str key = lg_str_present(given_key) ? given_key : LG_STR("k1");
	const lg_str kid = lg_str_present(given_kid) ? given_kid : key;
	const bool curve = lg_str_eq(key, LG_STR("e1"));
	const lg_str alg = lg_str_present(given_alg) ? given_alg : curve ? LG_STR("ES256") : LG_STR("RS256");
	enum lg_alg really = curve ? LG_ALG_ES256 : LG_ALG_RS256;
	lg_str token;
	/* The header may say what it likes; signed is with what the key can do. */
	(void)lg_failed(lg_alg_from_name(alg, &really));
	if (curve != !lg_alg_is_rsa(really))
		really = curve ? LG_ALG_ES256 : LG_ALG_RS256;
	const lg_str claims = write_claims(c, json_object_get(step, "id_token"));
	if (lg_failed(providers_sign(&c->world->providers, c->cx, key, really,
		    write_header(c, step, kid, alg), claims, &token)))
		lg_buf_put(ret, LG_STR("\n      no such key"));
	else
		script_set(&c->vars, text_of(c, step, "as"), token);
}

bool
step_provider(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	if (json_object_get(step, "provider"))
		tell(c, step, ret);
	else if (json_object_get(step, "asked"))
		check_asked(c, step, ret);
	else if (json_object_get(step, "id_token"))
		make_token(c, step, ret);
	else
		return false;
	return true;
}

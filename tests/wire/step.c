#include "tests/wire/step.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "tests/wire/query.h"

#define TEXT_MAX_BYTES ((size_t)4 << 20)

static lg_str
text_of(struct wire_case *c, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? script_expand(c->cx, &c->vars, lg_json_text(value)) : LG_STR_NONE;
}

/* "TagResource" is the first API's that has one, "identity.TagResource" that of identity pools. */
/* "SignUp", or "iam:GetUser" where several APIs have one of that name. */
static const struct lg_operation *
find_operation(lg_str name)
{
	const lg_str iam = LG_STR("iam:");
	if (lg_str_starts(name, iam))
		return lg_operation_find(LG_API_IAM, lg_str_slice(name, iam.len, name.len));
	static const enum lg_api apis[] = { LG_API_IDP, LG_API_IDENTITY, LG_API_STS, LG_API_IAM };
	const lg_str identity = LG_STR("identity.");
	if (lg_str_starts(name, identity))
		return lg_operation_find(LG_API_IDENTITY, lg_str_slice(name, identity.len, name.len));
	for (size_t i = 0; i < LG_LEN(apis); i++) {
		const struct lg_operation *operation = lg_operation_find(apis[i], name);
		if (operation)
			return operation;
	}
	return NULL;
}

const char *
step_name(const json_t *step)
{
	static const char *const kinds[] = {
		"advance_s",
		"archive",
		"asked",
		"event",
		"feedback_token",
		"function",
		"http",
		"id_token",
		"import",
		"jwt",
		"messenger",
		"parallel",
		"passkey",
		"provider",
		"repeat",
		"saml",
		"schema",
		"schema_of",
		"secret_hash",
		"srp",
		"totp",
		"user",
		"verifier",
		"words",
		"message", /* last: with others it is the text that they expect */
	};
	const char *call = json_string_value(json_object_get(step, "call"));
	if (call)
		return call;
	for (size_t i = 0; i < LG_LEN(kinds); i++)
		if (json_object_get(step, kinds[i]))
			return kinds[i];
	return "?";
}

/* Each "name": "path" of the step's "save", out of `root`. */
static void
save(struct wire_case *c, const json_t *step, const json_t *root, struct lg_buf *ret)
{
	const char *name;
	json_t *path;
	json_object_foreach(json_object_get(step, "save"), name, path) {
		const lg_str value = script_text(c->cx, script_path(root, lg_json_text(path)));
		if (lg_str_present(value))
			script_set(&c->vars, lg_str_from_c(name), value);
		else
			lg_buf_fmt(ret, "\n      nothing to save at %s", json_string_value(path));
	}
}

static void
add_headers(struct wire_case *c, const json_t *headers, struct exchange *x)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)headers, name, value)
		exchange_header(
			x, lg_str_from_c(name), script_expand(&x->cx, &c->vars, lg_json_text(value)));
}

void
step_send(struct wire_case *c, const struct lg_operation *operation, const json_t *step, lg_str input,
	struct exchange *x)
{
	exchange_begin(c->world, x);
	json_t *tree;
	if (query_api(operation->api) && !json_object_get(step, "raw") &&
		!lg_failed(lg_json_parse(c->cx, input, &tree)))
		input = query_form(c->cx, operation, tree);
	exchange_call(x, operation, input);
	const lg_str region = text_of(c, step, "region");
	const struct exchange_key key = {
		.id = text_of(c, step, "key"),
		.secret = text_of(c, step, "secret"),
		.token = text_of(c, step, "token"),
		.token_unsigned = json_is_true(json_object_get(step, "token_unsigned")),
	};
	if (operation->auth == LG_AUTH_IAM && !json_is_true(json_object_get(step, "unsigned")))
		exchange_sign(c->world, x, operation, lg_str_present(region) ? region : LG_STR("us-east-1"),
			&key);
	add_headers(c, json_object_get(step, "headers"), x);
	exchange_send(c->world, x);
	coverage_note(c->coverage, operation, x->error);
}

static void
judge_headers(struct wire_case *c, const json_t *step, const struct exchange *x, struct lg_buf *ret)
{
	const char *name;
	json_t *expected;
	json_object_foreach(json_object_get(step, "answer_headers"), name, expected) {
		const lg_str value = exchange_answer_header(x, lg_str_from_c(name));
		if (json_is_null(expected)
				? lg_str_present(value)
				: !script_match_text(
					  script_expand(c->cx, &c->vars, lg_json_text(expected)), value))
			lg_buf_fmt(ret, "\n      header %s: expected %s, got '%.*s'", name,
				json_is_null(expected) ? "none" : json_string_value(expected),
				LG_FMT(value));
	}
}

/* Each "name": "header" of the step's "save_headers". */
static void
save_headers(struct wire_case *c, const json_t *step, const struct exchange *x, struct lg_buf *ret)
{
	const char *name;
	json_t *header;
	json_object_foreach(json_object_get(step, "save_headers"), name, header) {
		const lg_str value = exchange_answer_header(x, lg_json_text(header));
		if (lg_str_present(value))
			script_set(&c->vars, lg_str_from_c(name), value);
		else
			lg_buf_fmt(ret, "\n      no header %s", json_string_value(header));
	}
}

static int
expected_status(const json_t *step, lg_str error)
{
	const json_t *status = json_object_get(step, "status");
	if (json_is_integer(status))
		return (int)json_integer_value(status);
	if (!lg_str_present(error))
		return 200;
	/* names that only the frame of AWS Query has */
	static const struct {
		lg_str name;
		int status;
	} frame[] = {
		{ LG_STR_INIT("AccessDenied"), 403 },
		{ LG_STR_INIT("ExpiredToken"), 403 },
		{ LG_STR_INIT("InvalidClientTokenId"), 403 },
		{ LG_STR_INIT("MissingAuthenticationToken"), 403 },
		{ LG_STR_INIT("SignatureDoesNotMatch"), 403 },
	};
	for (size_t i = 0; i < LG_LEN(frame); i++)
		if (lg_str_eq(frame[i].name, error))
			return frame[i].status;
	for (int code = 1; code < LG_E_COUNT; code++)
		if (lg_str_eq(lg_str_from_c(lg_error_info(code)->aws), error))
			return lg_error_info(code)->http;
	return 400;
}

void
step_judge(struct wire_case *c, const json_t *step, const struct exchange *x, struct lg_buf *ret)
{
	const lg_str error = text_of(c, step, "error");
	const int status = expected_status(step, error);
	const bool same = lg_str_present(error) ? lg_str_eq(error, x->error)
						: !lg_str_present(x->error) || status != 200;
	if (x->answer.status != status || !same) {
		lg_buf_fmt(ret, "\n      expected %d %.*s, got %d %.*s", status, LG_FMT(error),
			x->answer.status, LG_FMT(lg_str_slice(x->answer.body, 0, 600)));
		return;
	}
	const lg_str message = text_of(c, step, "message");
	const lg_str got = lg_json_member_text(x->body, LG_STR("message"));
	if (lg_str_present(message) && !script_match_text(message, got))
		lg_buf_fmt(ret, "\n      message: expected %.*s\n           got %.*s", LG_FMT(message),
			LG_FMT(got));
	const json_t *out = json_object_get(step, "out");
	if (out)
		script_match(c->cx, &c->vars, out, x->body, LG_STR("out"), ret);
	const lg_str body = text_of(c, step, "body");
	if (lg_str_present(body) &&
		!script_match_text(body, x->answer.body.len ? x->answer.body : LG_STR("")))
		lg_buf_fmt(ret, "\n      body: expected %.*s\n           got %.*s", LG_FMT(body),
			LG_FMT(x->answer.body));
	judge_headers(c, step, x, ret);
	if (ret->len == 0)
		save(c, step, x->body, ret);
	save_headers(c, step, x, ret);
}

/* Bytes that JSON text cannot hold. */
static lg_str
bytes_of(struct wire_case *c, const json_t *object, const char *name)
{
	lg_str bytes;
	return lg_failed(lg_hex_decode(c->cx, text_of(c, object, name), &bytes)) ? LG_STR_NONE : bytes;
}

/* The input of a call as text: "raw" or "raw_hex" as it stands, or "in" as JSON. */
static lg_str
input_of(struct wire_case *c, const json_t *step)
{
	if (json_object_get(step, "raw_hex"))
		return bytes_of(c, step, "raw_hex");
	const lg_str raw = text_of(c, step, "raw");
	if (lg_str_present(raw))
		return raw;
	const json_t *in = json_object_get(step, "in");
	if (!in)
		return LG_STR("{}");
	struct lg_json *j = lg_json_new(c->cx, TEXT_MAX_BYTES);
	script_write(c->cx, &c->vars, j, in);
	lg_str ret;
	if (lg_failed(lg_json_finish(c->cx, j, &ret)))
		abort();
	return ret;
}

static void
run_call(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const struct lg_operation *operation = find_operation(text_of(c, step, "call"));
	if (!operation) {
		lg_buf_put(ret, LG_STR("\n      there is no such operation"));
		return;
	}
	struct exchange x;
	step_send(c, operation, step, input_of(c, step), &x);
	step_judge(c, step, &x, ret);
	exchange_end(&x);
}

/* An address of ours may be given whole. */
static lg_str
path_of(lg_str target)
{
	const lg_str scheme = LG_STR("http://");
	if (!lg_str_starts(target, scheme))
		return target;
	const lg_str rest = lg_str_slice(target, scheme.len, target.len);
	return lg_str_slice(rest, lg_str_find_byte(rest, '/'), rest.len);
}

static void
run_http(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_t *http = json_object_get(step, "http");
	struct exchange x;
	exchange_begin(c->world, &x);
	x.req.method = text_of(c, http, "method");
	x.req.target = path_of(text_of(c, http, "target"));
	x.req.body =
		json_object_get(http, "body_hex") ? bytes_of(c, http, "body_hex") : text_of(c, http, "body");
	if (!lg_str_present(x.req.body))
		x.req.body = LG_STR("");
	if (json_object_get(http, "host"))
		exchange_header(&x, LG_STR("Host"), text_of(c, http, "host"));
	add_headers(c, json_object_get(http, "headers"), &x);
	exchange_send(c->world, &x);
	step_judge(c, step, &x, ret);
	exchange_end(&x);
}

/* ---- tokens ---- */

static const json_t *
token_part(struct wire_case *c, lg_str part)
{
	lg_str text;
	json_t *tree;
	if (lg_failed(lg_base64url_decode(c->cx, part, &text)) ||
		lg_failed(lg_json_parse(c->cx, text, &tree)))
		return NULL;
	return tree;
}

static void
run_jwt(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	lg_str rest = text_of(c, step, "jwt");
	const json_t *header = token_part(c, lg_str_cut(&rest, '.'));
	const json_t *claims = token_part(c, lg_str_cut(&rest, '.'));
	if (!header || !claims) {
		lg_buf_put(ret, LG_STR("\n      not a JWT"));
		return;
	}
	if (json_object_get(step, "header"))
		script_match(
			c->cx, &c->vars, json_object_get(step, "header"), header, LG_STR("header"), ret);
	if (json_object_get(step, "claims"))
		script_match(
			c->cx, &c->vars, json_object_get(step, "claims"), claims, LG_STR("claims"), ret);
	save(c, step, claims, ret);
}

/* ---- many at once ---- */

struct racer {
	pthread_t thread;
	struct wire_case c; /* a context and variables of its own */
	struct lg_ctx cx;
	const json_t *step;
	char outcome[160];
};

static void *
race(void *arg)
{
	struct racer *r = arg;
	const struct lg_operation *operation = find_operation(text_of(&r->c, r->step, "call"));
	struct exchange x;
	step_send(&r->c, operation, r->step, input_of(&r->c, r->step), &x);
	const lg_str text = lg_json_member_text(x.body, LG_STR("message"));
	const bool told = x.error.len && json_is_true(json_object_get(r->step, "texts"));
	snprintf(r->outcome, sizeof(r->outcome), "%.*s%s%.*s", LG_FMT(x.error.len ? x.error : LG_STR("OK")),
		told ? ": " : "", LG_FMT(told ? text : LG_STR_NONE));
	exchange_end(&x);
	return NULL;
}

static void
start_racer(struct wire_case *c, struct racer *r, const json_t *step, size_t index)
{
	/* One step for all, or several in turn. */
	const json_t *steps = json_object_get(step, "steps");
	const json_t *inner = steps ? json_array_get(steps, index % json_array_size(steps))
				    : json_object_get(step, "step");
	*r = (struct racer){ .c = *c, .cx = *c->cx, .step = inner };
	char number[24];
	snprintf(number, sizeof(number), "%zu", index);
	if (lg_failed(lg_arena_new((size_t)8 << 20, &r->cx.arena)))
		abort();
	r->c.cx = r->c.vars.cx = &r->cx;
	script_set(&r->c.vars, LG_STR("i"), lg_str_from_c(number));
	if (pthread_create(&r->thread, NULL, race, r))
		abort();
}

/* "expect": {"OK": 1, "UsernameExistsException": "0..9"}; what it does not name must not happen. */
static bool
is_expected(const json_t *expect, const char *outcome, size_t count)
{
	const json_t *wanted = json_object_get(expect, outcome);
	if (!wanted)
		return count == 0;
	if (json_is_integer(wanted))
		return (json_int_t)count == json_integer_value(wanted);
	unsigned long low = 0, high = 0;
	return sscanf(json_string_value(wanted), "%lu..%lu", &low, &high) == 2 && count >= low &&
	       count <= high;
}

static size_t
count_outcome(const struct racer *racers, size_t n, const char *outcome)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += strcmp(racers[i].outcome, outcome) == 0;
	return count;
}

static void
run_parallel(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const size_t n = (size_t)json_integer_value(json_object_get(step, "parallel"));
	const json_t *expect = json_object_get(step, "expect");
	struct racer *racers = calloc(n ? n : 1, sizeof(*racers));
	if (!racers)
		abort();
	for (size_t i = 0; i < n; i++)
		start_racer(c, &racers[i], step, i);
	for (size_t i = 0; i < n; i++) {
		pthread_join(racers[i].thread, NULL);
		lg_arena_free(racers[i].cx.arena);
	}

	for (size_t i = 0; i < n && ret->len == 0; i++)
		if (!json_object_get(expect, racers[i].outcome))
			lg_buf_fmt(ret, "\n      [%zu] and perhaps others: unexpected %s", i,
				racers[i].outcome);
	const char *outcome;
	json_t *wanted;
	json_object_foreach((json_t *)expect, outcome, wanted) {
		const size_t count = count_outcome(racers, n, outcome);
		if (!is_expected(expect, outcome, count))
			lg_buf_fmt(ret, "\n      %s: %zu times", outcome, count);
	}
	free(racers);
}

static void
run_repeat(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_int_t n = json_integer_value(json_object_get(step, "repeat"));
	for (json_int_t i = 0; i < n && ret->len == 0; i++) {
		char number[24];
		snprintf(number, sizeof(number), "%lld", (long long)i);
		script_set(&c->vars, LG_STR("i"), lg_str_from_c(number));
		step_run(c, json_object_get(step, "step"), ret);
		if (ret->len)
			lg_buf_fmt(ret, "\n      in round %lld", (long long)i);
	}
}

void
step_run(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const char *kind = json_object_get(step, "call") ? "call" : step_name(step);
	if (!strcmp(kind, "call"))
		run_call(c, step, ret);
	else if (!strcmp(kind, "http"))
		run_http(c, step, ret);
	else if (!strcmp(kind, "message"))
		step_message(c, step, ret);
	else if (!strcmp(kind, "messenger"))
		c->world->messenger.broken = lg_str_eq(text_of(c, step, "messenger"), LG_STR("off"));
	else if (!strcmp(kind, "advance_s"))
		c->world->clock.offset_ms +=
			json_integer_value(json_object_get(step, "advance_s")) * LG_SECOND_MS;
	else if (!strcmp(kind, "srp"))
		step_srp(c, step, ret);
	else if (!strcmp(kind, "verifier"))
		step_verifier(c, step, ret);
	else if (!strcmp(kind, "user"))
		step_user(c, step, ret);
	else if (!strcmp(kind, "function"))
		step_function(c, step, ret);
	else if (!strcmp(kind, "event"))
		step_event(c, step, ret);
	else if (!strcmp(kind, "parallel"))
		run_parallel(c, step, ret);
	else if (!strcmp(kind, "repeat"))
		run_repeat(c, step, ret);
	else if (!strcmp(kind, "jwt"))
		run_jwt(c, step, ret);
	else if (!strcmp(kind, "saml"))
		step_saml(c, step, ret);
	else if (!strcmp(kind, "passkey"))
		step_passkey(c, step, ret);
	else if (step_value(c, step, kind, ret) || step_provider(c, step, ret))
		return;
	else
		lg_buf_put(ret, LG_STR("\n      a step of a kind that tests/wire/README.md does not name"));
}

/* Defaults, each unless the case sets it, then the case's own. */
static lg_str
merged(struct wire_case *c, const json_t *own, const lg_str *defaults, size_t count)
{
	struct lg_json *j = lg_json_new(c->cx, TEXT_MAX_BYTES);
	lg_json_open(j, '{');
	for (size_t i = 0; i + 1 < count; i += 2) {
		if (script_path(own, defaults[i]))
			continue;
		lg_json_key(j, defaults[i]);
		lg_json_raw(j, script_expand(c->cx, &c->vars, defaults[i + 1]));
	}
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)own, name, value) {
		lg_json_key(j, lg_str_from_c(name));
		script_write(c->cx, &c->vars, j, value);
	}
	lg_json_close(j, '}');
	lg_str ret;
	if (lg_failed(lg_json_finish(c->cx, j, &ret)))
		abort();
	return ret;
}

static bool
create(struct wire_case *c, const char *name, lg_str input, struct lg_buf *ret, const char *saves[][2])
{
	struct exchange x;
	step_send(c, lg_operation_find(LG_API_IDP, lg_str_from_c(name)), NULL, input, &x);
	if (x.answer.status != 200)
		lg_buf_fmt(ret, "\n      %s: %d %.*s", name, x.answer.status, LG_FMT(x.answer.body));
	for (size_t i = 0; saves[i][0]; i++) {
		const lg_str value = script_text(c->cx, script_path(x.body, lg_str_from_c(saves[i][1])));
		if (lg_str_present(value))
			script_set(&c->vars, lg_str_from_c(saves[i][0]), value);
	}
	const bool ok = x.answer.status == 200;
	exchange_end(&x);
	return ok;
}

void
step_prelude(struct wire_case *c, const json_t *pool, const json_t *client, struct lg_buf *ret)
{
	/* ES256: making an RSA key costs a tenth of a second. */
	static const lg_str pool_defaults[] = {
		LG_STR_INIT("PoolName"),
		LG_STR_INIT("\"case\""),
		LG_STR_INIT("UserPoolTags"),
		LG_STR_INIT("{\"lifeguard:tokens.alg\":\"ES256\"}"),
	};
	static const lg_str client_defaults[] = {
		LG_STR_INIT("UserPoolId"),
		LG_STR_INIT("\"${pool}\""),
		LG_STR_INIT("ClientName"),
		LG_STR_INIT("\"case\""),
		LG_STR_INIT("ExplicitAuthFlows"),
		LG_STR_INIT("[\"ALLOW_USER_SRP_AUTH\",\"ALLOW_USER_PASSWORD_AUTH\",\"ALLOW_ADMIN_USER_"
			    "PASSWORD_AUTH\","
			    "\"ALLOW_REFRESH_TOKEN_AUTH\"]"),
	};
	if (create(c, "CreateUserPool", merged(c, pool, pool_defaults, LG_LEN(pool_defaults)), ret,
		    (const char *[][2]){ { "pool", "UserPool.Id" }, { NULL, NULL } }))
		create(c, "CreateUserPoolClient",
			merged(c, client, client_defaults, LG_LEN(client_defaults)), ret,
			(const char *[][2]){ { "client", "UserPoolClient.ClientId" },
				{ "client_secret", "UserPoolClient.ClientSecret" }, { NULL, NULL } });
}

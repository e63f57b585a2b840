#include "tests/wire/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "codec/text.h"
#include "tests/wire/query.h"
#include "tests/wire/samples.h"

#define TEXT_MAX_BYTES ((size_t)1 << 20)

/* One operation while its cases run, and what went wrong. */
struct table {
	struct world *world;
	struct coverage *coverage;
	const struct lg_operation *operation;
	struct lg_ctx *cx;
	lg_str pool; /* one that is there; absent when none could be made */
	struct lg_buf difference;
};

/* What validation should say, made here a second time, from the table alone. */
struct violations {
	struct lg_buf text;
	size_t count;
};

static void
violate(struct violations *v, const struct lg_shape *shape, lg_str value, lg_str path,
	const char *constraint)
{
	lg_buf_fmt(&v->text, "%sValue ", v->count++ ? "; " : "");
	if (shape->sensitive)
		lg_buf_put(&v->text, LG_STR("at '"));
	else if (!lg_str_present(value))
		lg_buf_put(&v->text, LG_STR("null at '"));
	else {
		lg_buf_byte(&v->text, '\'');
		lg_buf_put(&v->text, value);
		lg_buf_put(&v->text, LG_STR("' at '"));
	}
	lg_buf_put(&v->text, path);
	lg_buf_fmt(&v->text, "' failed to satisfy constraint: %s", constraint);
}

static lg_str
format(struct table *t, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	char text[16384];
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	lg_str ret;
	if (lg_failed(lg_str_dup(t->cx, lg_str_from_c(text), &ret)))
		abort();
	return ret;
}

static lg_str
enumeration(struct table *t, const struct lg_shape *shape)
{
	struct lg_buf b = lg_buf_start(t->cx, TEXT_MAX_BYTES);
	lg_buf_put(&b, LG_STR("Member must satisfy enum value set: ["));
	for (size_t i = 0; i < shape->value_count; i++)
		lg_buf_fmt(&b, "%s%.*s", i ? ", " : "", LG_FMT(shape->values[i]));
	lg_buf_fmt(&b, "]%c", '\0');
	return (lg_str){ b.ptr, b.len - 1 };
}

static void
expect_text(struct table *t, struct violations *v, const struct lg_shape *shape, lg_str value, lg_str path)
{
	const int64_t len = (int64_t)lg_text_utf16_len(value);
	const bool too_long = shape->has_max && len > shape->max;
	if (!too_long && !sample_matches(t->cx, shape, value))
		violate(v, shape, value, path,
			format(t, "Member must satisfy regular expression pattern: %s", shape->pattern).ptr);
	if (too_long)
		violate(v, shape, value, path,
			format(t, "Member must have length less than or equal to %lld",
				(long long)shape->max)
				.ptr);
	if (shape->has_min && len < shape->min)
		violate(v, shape, value, path,
			format(t, "Member must have length greater than or equal to %lld",
				(long long)shape->min)
				.ptr);
	bool known = shape->value_count == 0;
	for (size_t i = 0; i < shape->value_count; i++)
		known = known || lg_str_eq(shape->values[i], value);
	if (!known)
		violate(v, shape, value, path, enumeration(t, shape).ptr);
}

static void
complain(struct table *t, lg_str body, const char *what, lg_str expected, lg_str got)
{
	if (t->difference.len > 4096)
		return;
	lg_buf_fmt(&t->difference, "\n    %.*s\n      %s: expected %.*s\n           got %.*s",
		LG_FMT(lg_str_slice(body, 0, 300)), what, LG_FMT(lg_str_slice(expected, 0, 600)),
		LG_FMT(lg_str_slice(got, 0, 600)));
}

static void
send(struct table *t, lg_str body, struct exchange *x)
{
	exchange_begin(t->world, x);
	exchange_call(x, t->operation, body);
	if (t->operation->auth == LG_AUTH_IAM)
		exchange_sign(t->world, x, t->operation, LG_STR("us-east-1"), &(struct exchange_key){ 0 });
	exchange_send(t->world, x);
	coverage_note(t->coverage, t->operation, x->error);
}

/* Send the body; the answer must be this error, with this message unless it is absent. */
static void
expect(struct table *t, lg_str body, int status, const char *error, lg_str message)
{
	struct exchange x;
	send(t, body, &x);
	const lg_str text = lg_json_member_text(x.body, LG_STR("message"));
	if (x.answer.status != status || !lg_str_eq(x.error, lg_str_from_c(error)))
		complain(t, body, "answer", lg_str_from_c(error), x.answer.body);
	else if (lg_str_present(message) && !lg_str_eq(text, message))
		complain(t, body, "message", message, text);
	exchange_end(&x);
}

/* The same in AWS Query: a form goes out, XML comes back, which has no word for a control character. */
static void
expect_query(struct table *t, const struct lg_field *set, lg_str value, int status, const char *code,
	lg_str message)
{
	struct lg_json *j = lg_json_new(t->cx, TEXT_MAX_BYTES);
	lg_json_open(j, '{');
	if (set)
		lg_json_pair_str(j, set->name, value);
	lg_json_close(j, '}');
	lg_str text;
	json_t *in;
	if (lg_failed(lg_json_finish(t->cx, j, &text)) || lg_failed(lg_json_parse(t->cx, text, &in)))
		abort();
	struct lg_buf b = lg_buf_start(t->cx, TEXT_MAX_BYTES);
	for (size_t i = 0; i < message.len; i++)
		lg_buf_byte(&b, message.ptr[i] == '\x01' ? '?' : (unsigned char)message.ptr[i]);
	expect(t, query_form(t->cx, t->operation, in), status, code, (lg_str){ b.ptr, b.len });
}

/*
 * A body with one member set, or none; every required member that it leaves out is a violation of its own.
 * `json` is the member's value, `form` the same for the Query protocol, absent when that has no simple way
 * to say it.
 */
static void
expect_violations(
	struct table *t, const struct lg_field *set, lg_str json, lg_str form, const struct violations *own)
{
	const struct lg_shape *shape = t->operation->in;
	struct violations all = { .text = lg_buf_start(t->cx, TEXT_MAX_BYTES) };
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		if (field == set) {
			if (own->count && all.count)
				lg_buf_put(&all.text, LG_STR("; "));
			lg_buf_put(&all.text, (lg_str){ own->text.ptr, own->text.len });
			all.count += own->count;
		} else if (field->required) {
			violate(&all, field->shape, LG_STR_NONE, field->path, "Member must not be null");
		}
	}
	if (all.count == 0 || all.count > 25)
		return;
	lg_str body = LG_STR("{}");
	lg_str message;
	const lg_str head =
		format(t, "%zu validation error%s detected: ", all.count, all.count == 1 ? "" : "s");
	if (lg_failed(lg_str_concat(t->cx, (lg_str[]){ head, { all.text.ptr, all.text.len } }, 2, &message)))
		abort();
	if (query_api(t->operation->api)) {
		if (!set || lg_str_present(form))
			expect_query(t, set, form, 400, "ValidationError", message);
		return;
	}
	if (set &&
		lg_failed(lg_str_concat(t->cx,
			(lg_str[]){ LG_STR("{\""), set->name, LG_STR("\":"), json, LG_STR("}") }, 5, &body)))
		abort();
	const bool idp = t->operation->api == LG_API_IDP;
	expect(t, body, 400, idp ? "InvalidParameterException" : "ValidationException", message);
}

static lg_str
quoted(struct table *t, lg_str text)
{
	struct lg_json *j = lg_json_new(t->cx, TEXT_MAX_BYTES);
	lg_json_str(j, text);
	lg_str ret;
	if (lg_failed(lg_json_finish(t->cx, j, &ret)))
		abort();
	return ret;
}

static void
try_texts(struct table *t, const struct lg_field *field)
{
	for (enum sample_flaw flaw = 0; flaw < FLAW_KINDS; flaw++) {
		lg_str value;
		if (!sample_bad_text(t->cx, field->shape, flaw, &value))
			continue;
		struct violations v = { .text = lg_buf_start(t->cx, TEXT_MAX_BYTES) };
		expect_text(t, &v, field->shape, value, field->path);
		expect_violations(t, field, quoted(t, value), value, &v);
	}
}

static void
try_number(struct table *t, const struct lg_field *field, bool there, int64_t value, const char *direction,
	int64_t bound)
{
	if (!there)
		return;
	struct violations v = { .text = lg_buf_start(t->cx, TEXT_MAX_BYTES) };
	const lg_str text = format(t, "%lld", (long long)value);
	violate(&v, field->shape, text, field->path,
		format(t, "Member must have value %s than or equal to %lld", direction, (long long)bound)
			.ptr);
	expect_violations(t, field, text, text, &v);
}

static void
try_lists(struct table *t, const struct lg_field *field)
{
	const struct lg_shape *shape = field->shape;
	if (shape->has_min && shape->min > 0) {
		struct violations v = { .text = lg_buf_start(t->cx, TEXT_MAX_BYTES) };
		violate(&v, shape, LG_STR("[]"), field->path,
			format(t, "Member must have length greater than or equal to %lld",
				(long long)shape->min)
				.ptr);
		expect_violations(t, field, LG_STR("[]"), LG_STR(""), &v);
	}
	const struct lg_shape *member = shape->member;
	if (!shape->has_max || shape->max > 40 || member->kind != LG_KIND_STRING || member->value_count ||
		member->sensitive || !sample_matches(t->cx, member, LG_STR("a")) ||
		(member->has_min && member->min > 1))
		return;
	struct lg_buf json = lg_buf_start(t->cx, TEXT_MAX_BYTES);
	struct lg_buf text = lg_buf_start(t->cx, TEXT_MAX_BYTES);
	for (int64_t i = 0; i <= shape->max; i++) {
		lg_buf_put(&json, i ? LG_STR(",\"a\"") : LG_STR("[\"a\""));
		lg_buf_put(&text, i ? LG_STR(", a") : LG_STR("[a"));
	}
	lg_buf_byte(&json, ']');
	lg_buf_byte(&text, ']');
	struct violations v = { .text = lg_buf_start(t->cx, TEXT_MAX_BYTES) };
	violate(&v, shape, (lg_str){ text.ptr, text.len }, field->path,
		format(t, "Member must have length less than or equal to %lld", (long long)shape->max).ptr);
	expect_violations(t, field, (lg_str){ json.ptr, json.len }, LG_STR_NONE, &v);
}

/* An empty structure whose members are required. */
static void
try_struct(struct table *t, const struct lg_field *field)
{
	struct violations v = { .text = lg_buf_start(t->cx, TEXT_MAX_BYTES) };
	for (size_t i = 0; i < field->shape->field_count; i++) {
		const struct lg_field *inner = &field->shape->fields[i];
		if (inner->required)
			violate(&v, inner->shape, LG_STR_NONE,
				format(t, "%.*s.%.*s", LG_FMT(field->path), LG_FMT(inner->path)),
				"Member must not be null");
	}
	if (v.count)
		expect_violations(t, field, LG_STR("{}"), LG_STR_NONE, &v);
}

static void
try_field(struct table *t, const struct lg_field *field)
{
	const struct lg_shape *shape = field->shape;
	if (shape->kind == LG_KIND_STRING)
		try_texts(t, field);
	if (shape->kind == LG_KIND_INT) {
		try_number(t, field, shape->has_max, shape->max + 1, "less", shape->max);
		try_number(t, field, shape->has_min, shape->min - 1, "greater", shape->min);
	}
	if (shape->kind == LG_KIND_LIST)
		try_lists(t, field);
	if (shape->kind == LG_KIND_STRUCT)
		try_struct(t, field);
	const lg_str wrong = sample_wrong_type(shape);
	if (lg_str_present(wrong) && !query_api(t->operation->api))
		expect(t, format(t, "{\"%.*s\":%.*s}", LG_FMT(field->name), LG_FMT(wrong)), 400,
			"SerializationException", LG_STR_NONE);
}

static void
try_not_implemented(struct table *t)
{
	struct lg_json *j = lg_json_new(t->cx, TEXT_MAX_BYTES);
	lg_str body;
	if (!sample_write(t->cx, j, t->operation->in) || lg_failed(lg_json_finish(t->cx, j, &body)))
		lg_buf_put(
			&t->difference, LG_STR("\n    no valid input could be made (tests/wire/samples.c)"));
	else
		expect(t, body, 501, "NotImplementedException",
			format(t, "%.*s is not implemented yet.", LG_FMT(t->operation->name)));
}

static bool
declares(const struct lg_operation *operation, int error)
{
	for (size_t i = 0; i < operation->error_count; i++)
		if (operation->errors[i] == error)
			return true;
	return false;
}

static bool
has_member(const struct lg_operation *operation, const char *name)
{
	for (size_t i = 0; i < operation->in->field_count; i++)
		if (lg_str_eq(operation->in->fields[i].name, lg_str_from_c(name)))
			return true;
	return false;
}

/* A valid input that names things which are not there. */
static void
expect_with(struct table *t, struct lg_str_pair *given, size_t count, const char *error, lg_str message)
{
	struct lg_json *j = lg_json_new(t->cx, TEXT_MAX_BYTES);
	lg_str body;
	if (!sample_write_with(t->cx, j, t->operation->in, &(struct lg_str_map){ given, count, true }) ||
		lg_failed(lg_json_finish(t->cx, j, &body)))
		abort();
	expect(t, body, 400, error, message);
}

static void
try_nobody(struct table *t)
{
	static const lg_str not_users[] = { LG_STR_INIT("AdminCreateUser"), LG_STR_INIT("AdminInitiateAuth"),
		LG_STR_INIT("AdminRespondToAuthChallenge") };
	const struct lg_operation *operation = t->operation;
	struct lg_str_pair given[] = { { LG_STR("UserPoolId"), LG_STR("us-east-1_Nobody000") },
		{ LG_STR("Username"), LG_STR("nobody") } };
	if (operation->auth == LG_AUTH_ACCESS_TOKEN && declares(operation, LG_E_NOT_AUTHORIZED))
		expect_with(t, &(struct lg_str_pair){ LG_STR("AccessToken"), LG_STR("eyJh.eyJz.c2ln") }, 1,
			"NotAuthorizedException", LG_STR("Invalid Access Token"));
	if (operation->auth != LG_AUTH_IAM || !has_member(operation, "UserPoolId"))
		return;
	if (declares(operation, LG_E_RESOURCE_NOT_FOUND))
		expect_with(t, given, 1, "ResourceNotFoundException",
			LG_STR("User pool us-east-1_Nobody000 does not exist."));
	for (size_t i = 0; i < LG_LEN(not_users); i++)
		if (lg_str_eq(operation->name, not_users[i]))
			return;
	given[0].value = t->pool;
	if (declares(operation, LG_E_USER_NOT_FOUND) && has_member(operation, "Username"))
		expect_with(t, given, 2, "UserNotFoundException", LG_STR("User does not exist."));
}

static bool
run_operation(
	struct world *world, struct coverage *coverage, const struct lg_operation *operation, lg_str pool)
{
	struct lg_ctx cx = { .random = &world->random.base, .now = lg_clock_now(&world->clock) };
	if (lg_failed(lg_arena_new((size_t)64 << 20, &cx.arena)))
		abort();
	struct table t = { .world = world,
		.coverage = coverage,
		.operation = operation,
		.cx = &cx,
		.pool = pool,
		.difference = lg_buf_start(&cx, (size_t)64 << 10) };
	expect_violations(&t, NULL, LG_STR_NONE, LG_STR_NONE, NULL);
	for (size_t i = 0; i < operation->in->field_count; i++)
		try_field(&t, &operation->in->fields[i]);
	if (operation->run && lg_str_present(pool))
		try_nobody(&t);
	if (!operation->run && !query_api(operation->api))
		try_not_implemented(&t);
	const bool ok = t.difference.len == 0;
	if (!ok)
		printf("[  FAILED  ] table: %.*s%.*s\n", LG_FMT(operation->name),
			LG_FMT(((lg_str){ t.difference.ptr, t.difference.len })));
	lg_arena_free(cx.arena);
	return ok;
}

/* The id of a new pool, in `x`, which the caller ends. */
static lg_str
make_pool(struct world *world, struct exchange *x)
{
	const struct lg_operation *operation = lg_operation_find(LG_API_IDP, LG_STR("CreateUserPool"));
	exchange_begin(world, x);
	exchange_call(x, operation, LG_STR("{\"PoolName\":\"tables\"}"));
	exchange_sign(world, x, operation, LG_STR("us-east-1"), &(struct exchange_key){ 0 });
	exchange_send(world, x);
	return lg_json_member_text(lg_json_member(x->body, LG_STR("UserPool")), LG_STR("Id"));
}

void
tables_run(struct world *world, struct coverage *coverage, const char *part, size_t *passed, size_t *failed)
{
	world->settings.dev = true;
	struct exchange made;
	const lg_str pool = make_pool(world, &made);
	for (size_t i = 0; i < lg_operation_count; i++) {
		char name[128];
		snprintf(name, sizeof(name), "table: %.*s", LG_FMT(lg_operations[i].name));
		if (part && !strstr(name, part))
			continue;
		const bool ok = run_operation(world, coverage, &lg_operations[i], pool);
		*passed += ok;
		*failed += !ok;
	}
	exchange_end(&made);
}

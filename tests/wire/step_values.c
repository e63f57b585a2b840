#include "tests/wire/step.h"

#include <stdlib.h>

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "domain/auth/auth_event.h"
#include "domain/pool/schema_change.h"
#include "domain/transfer/import_run.h"
#include "tests/lib/totp.h"

/* Steps that make a value, kept under the name `as`. */

static lg_str
text_of(struct wire_case *c, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? script_expand(c->cx, &c->vars, lg_json_text(value)) : LG_STR_NONE;
}

static void
make_secret_hash(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	(void)ret;
	const json_t *of = json_object_get(step, "secret_hash");
	unsigned char mac[LG_SHA256_SIZE];
	const lg_str parts[] = { text_of(c, of, "username"), text_of(c, of, "client") };
	lg_hmac_sha256(text_of(c, of, "secret"), parts, 2, mac);
	lg_str text;
	if (lg_failed(lg_base64_encode(c->cx, lg_str_from_bytes(mac, sizeof(mac)), &text)))
		abort();
	script_set(&c->vars, text_of(c, step, "as"), text);
}

/* What the user's app shows. */
static void
make_totp(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	(void)ret;
	const json_t *of = json_object_get(step, "totp");
	char code[7];
	totp_app_code(text_of(c, of, "secret"), lg_clock_now(&c->world->clock),
		json_integer_value(json_object_get(of, "steps")), code);
	script_set(&c->vars, text_of(c, step, "as"), lg_str_from_c(code));
}

/* What a notice about a risk would carry. */
static void
make_feedback_token(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_t *of = json_object_get(step, "feedback_token");
	struct lg_env *env = &c->world->env;
	struct exchange x;
	const struct lg_pool *pool;
	struct lg_user *user;
	lg_str token;
	exchange_begin(c->world, &x);
	if (lg_failed(lg_pool_find(&x.cx, env, text_of(c, of, "pool"), &pool))
	    || lg_failed(lg_user_find(&x.cx, env, pool, text_of(c, of, "username"), 0, &user))
	    || lg_failed(lg_feedback_token_make(&x.cx, env, pool, user, text_of(c, of, "event"), &token)))
		lg_buf_fmt(ret, "\n      no feedback token");
	else
		script_set(&c->vars, text_of(c, step, "as"), token);
	exchange_end(&x);
}

/* The words of a text, ${as0}, ${as1} and so on. */
static void
make_words(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	(void)ret;
	lg_str rest = text_of(c, step, "words");
	for (int i = 0; lg_str_present(rest); i++) {
		lg_str name;
		if (lg_failed(lg_str_fmt(c->cx, &name, "%.*s%d", LG_FMT(text_of(c, step, "as")), i)))
			abort();
		script_set(&c->vars, name, lg_str_cut(&rest, ' '));
	}
}

/* Import jobs at work until nothing is left to do. */
static void
work_on_imports(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	(void)step;
	bool worked = true;
	for (int i = 0; worked && i < 1000; i++) {
		struct exchange x;
		exchange_begin(c->world, &x);
		const lg_status s = lg_import_work(
			&x.cx, &c->world->env, LG_STR("node"), NULL, &worked);
		if (lg_failed(s))
			lg_buf_fmt(ret, "\n      import: error %d at %s:%d", s.code, x.cx.failure.file,
				x.cx.failure.line);
		worked = worked && !lg_failed(s);
		exchange_end(&x);
	}
}

/* Changes of what is frozen at work until nothing is left to do now. */
static void
work_on_schemas(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	(void)step;
	bool worked = true;
	for (int i = 0; worked && i < 1000; i++) {
		struct exchange x;
		exchange_begin(c->world, &x);
		const lg_status s = lg_schema_change_work(&x.cx, &c->world->env, NULL, &worked);
		if (lg_failed(s))
			lg_buf_fmt(ret, "\n      schema: error %d at %s:%d", s.code, x.cx.failure.file,
				x.cx.failure.line);
		worked = worked && !lg_failed(s);
		exchange_end(&x);
	}
}

static void
write_collisions(struct lg_ctx *cx, struct lg_json *j, const struct lg_rec_schema_change *change)
{
	lg_json_key(j, LG_STR("Collisions"));
	lg_json_open(j, '[');
	for (size_t i = 0; i < change->collisions.count; i++) {
		const struct lg_rec_schema_collision *one = &change->collisions.items[i];
		lg_str first = LG_STR_NONE, second;
		if ((one->first.ptr
			    && lg_failed(lg_uuid_encode(cx, (const unsigned char *)one->first.ptr, &first)))
			|| lg_failed(lg_uuid_encode(cx, (const unsigned char *)one->second.ptr, &second)))
			abort();
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("Attribute"), one->attribute);
		if (lg_str_present(first))
			lg_json_pair_str(j, LG_STR("First"), first);
		lg_json_pair_str(j, LG_STR("Second"), second);
		lg_json_close(j, '}');
	}
	lg_json_close(j, ']');
}

/* How the change of a pool stands. */
static void
look_at_schema(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	struct exchange x;
	struct lg_rec_schema_change change = { 0 };
	bool there;
	exchange_begin(c->world, &x);
	json_t *root = NULL;
	lg_str text;
	if (lg_failed(lg_schema_change_read(
		    &x.cx, &c->world->env, text_of(c, step, "schema_of"), &change, &there))
		|| !there) {
		lg_buf_fmt(ret, "\n      no change of this pool");
		exchange_end(&x);
		return;
	}
	struct lg_json *j = lg_json_new(c->cx, 65536);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("State"), change.state);
	if (lg_str_present(change.outcome))
		lg_json_pair_str(j, LG_STR("Outcome"), change.outcome);
	lg_json_pair_int(j, LG_STR("Seen"), change.seen.v);
	lg_json_pair_int(j, LG_STR("Missing"), change.missing.v);
	lg_json_pair_int(j, LG_STR("CollisionCount"), change.collision_count.v);
	write_collisions(c->cx, j, &change);
	lg_json_close(j, '}');
	if (lg_failed(lg_json_finish(c->cx, j, &text)) || lg_failed(lg_json_parse(c->cx, text, &root)))
		abort();
	exchange_end(&x);
	script_match(c->cx, &c->vars, json_object_get(step, "out"), root, LG_STR("out"), ret);
}

static const struct {
	lg_str kind;
	void (*make)(struct wire_case *c, const json_t *step, struct lg_buf *ret);
} values[] = {
	{ LG_STR_INIT("archive"), step_archive },
	{ LG_STR_INIT("feedback_token"), make_feedback_token },
	{ LG_STR_INIT("import"), work_on_imports },
	{ LG_STR_INIT("schema"), work_on_schemas },
	{ LG_STR_INIT("schema_of"), look_at_schema },
	{ LG_STR_INIT("secret_hash"), make_secret_hash },
	{ LG_STR_INIT("totp"), make_totp },
	{ LG_STR_INIT("words"), make_words },
};

bool
step_value(struct wire_case *c, const json_t *step, const char *kind, struct lg_buf *ret)
{
	for (size_t i = 0; i < LG_LEN(values); i++) {
		if (lg_str_eq(values[i].kind, lg_str_from_c(kind))) {
			values[i].make(c, step, ret);
			return true;
		}
	}
	return false;
}

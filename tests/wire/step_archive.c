#include "tests/wire/step.h"

#include <stdlib.h>
#include <string.h>

#include "domain/pool/pool.h"
#include "domain/transfer/pool_export.h"
#include "domain/transfer/pool_import.h"
#include "store/config.h"
#include "tests/lib/archive.h"

/* The step {"archive": ...}: a pool is exported, and imported again (tests/wire/README.md). */

#define NOTES_MAX 64

struct notes {
	struct lg_watch watch;
	struct wire_case *c;
	size_t count;
};

static void
watch_users(struct lg_watch *self, int64_t done)
{
	(void)self;
	(void)done;
}

/* Notes are ${note0}, ${note1}, and a client's new id is ${new <old id>}. */
static void
watch_note(struct lg_watch *self, lg_str text)
{
	struct notes *notes = (struct notes *)self;
	struct wire_case *c = notes->c;
	lg_str name, rest = text;
	if (lg_failed(lg_str_fmt(c->cx, &name, "note%zu", notes->count++)) ||
		lg_failed(lg_str_dup(c->cx, text, &text)))
		abort();
	script_set(&c->vars, name, text);
	if (!lg_str_eq(lg_str_cut(&rest, ' '), LG_STR("client")))
		return;
	const lg_str old = lg_str_cut(&rest, ' ');
	if (lg_failed(lg_str_fmt(c->cx, &name, "new %.*s", LG_FMT(old))) ||
		lg_failed(lg_str_dup(c->cx, lg_str_slice(rest, strlen("is now "), rest.len), &rest)))
		abort();
	script_set(&c->vars, name, rest);
}

static lg_str
text_of(struct wire_case *c, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? script_expand(c->cx, &c->vars, lg_json_text(value)) : LG_STR_NONE;
}

static lg_status export(
	struct wire_case *c, const json_t *of, struct lg_watch *watch, struct archive_sink *sink)
{
	LG_CLEANUP(lg_archive_out_freep) struct lg_archive_out *out = NULL;
	const struct lg_pool_export ask = {
		.pool_id = text_of(c, of, "pool"),
		.program = LG_STR("wire"),
		.with_keys = json_is_true(json_object_get(of, "keys")),
		.watch = watch,
	};
	struct exchange x;
	struct lg_rec_archive_end counts;
	int64_t recovery;
	exchange_begin(c->world, &x);
	lg_status s = lg_archive_begin(&x.cx, ARCHIVE_COST, ARCHIVE_PASSPHRASE, &sink->sink, &out);
	if (!lg_failed(s))
		s = lg_pool_export(&x.cx, &c->world->env, &ask, out, &counts, &recovery);
	if (!lg_failed(s))
		s = lg_archive_end(&x.cx, out);
	exchange_end(&x);
	return s;
}

/* As if it had been on another server. */
static lg_status
delete_pool(struct wire_case *c, lg_str pool_id)
{
	struct lg_env *env = &c->world->env;
	struct exchange x;
	struct lg_pool_row row;
	struct lg_batch *batch = NULL;
	exchange_begin(c->world, &x);
	lg_status s = lg_store_pool_read(env->store, &x.cx, pool_id, &row);
	if (!lg_failed(s))
		s = lg_store_batch(env->store, &x.cx, &batch);
	if (!lg_failed(s)) {
		lg_store_pool_delete(batch, &row);
		s = lg_store_commit(batch);
		lg_pools_drop(env->pools, row.pool);
	}
	exchange_end(&x);
	return s;
}

static void
write_result(struct lg_json *j, const struct lg_pool_imported *done)
{
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("PoolId"), done->pool_id);
	lg_json_pair_int(j, LG_STR("Keys"), done->counts.keys.v);
	lg_json_pair_int(j, LG_STR("Clients"), done->counts.clients.v);
	lg_json_pair_int(j, LG_STR("Domains"), done->counts.domains.v);
	lg_json_pair_int(j, LG_STR("Items"), done->counts.items.v);
	lg_json_pair_int(j, LG_STR("Users"), done->counts.users.v);
	lg_json_pair_int(j, LG_STR("UserItems"), done->counts.user_items.v);
	lg_json_pair_int(j, LG_STR("Bound"), done->bound);
	lg_json_pair_int(j, LG_STR("Unnamed"), done->unnamed);
	lg_json_pair_int(j, LG_STR("Skipped"), done->skipped);
	lg_json_pair_bool(j, LG_STR("Resumed"), done->resumed);
	lg_json_close(j, '}');
}

/* How it ended: the name of the error, or what there is; and the text of it. */
static lg_status
import(struct wire_case *c, const json_t *of, struct lg_watch *watch, lg_str bytes, lg_str *ret_text)
{
	LG_CLEANUP(lg_archive_in_freep) struct lg_archive_in *in = NULL;
	struct archive_source source = archive_source_of(bytes);
	const struct lg_pool_import ask = {
		.pool_id = text_of(c, of, "to"),
		.new_client_ids = json_is_true(json_object_get(of, "new_client_ids")),
		.without_domains = json_is_true(json_object_get(of, "without_domains")),
		.watch = watch,
	};
	struct exchange x;
	struct lg_pool_imported done;
	exchange_begin(c->world, &x);
	lg_status s = lg_archive_open(&x.cx, ARCHIVE_PASSPHRASE, &source.source, &in);
	if (!lg_failed(s))
		s = lg_pool_import(&x.cx, &c->world->env, &ask, in, &done);
	lg_str text = lg_failure_text(&x.cx, s.code);
	if (!lg_failed(s)) {
		struct lg_json *j = lg_json_new(c->cx, 4096);
		write_result(j, &done);
		if (lg_failed(lg_json_finish(c->cx, j, &text)))
			abort();
	}
	if (lg_failed(lg_str_dup(c->cx, text, ret_text)))
		abort();
	exchange_end(&x);
	return s;
}

static lg_status
discard(struct wire_case *c, lg_str pool_id, lg_str *ret_text)
{
	struct exchange x;
	exchange_begin(c->world, &x);
	const lg_status s = lg_pool_import_discard(&x.cx, &c->world->env, pool_id);
	if (lg_failed(lg_str_dup(c->cx, lg_failure_text(&x.cx, s.code), ret_text)))
		abort();
	exchange_end(&x);
	return s;
}

static void
judge(struct wire_case *c, const json_t *step, lg_status s, lg_str text, struct lg_buf *ret)
{
	const lg_str error = text_of(c, step, "error"), message = text_of(c, step, "message");
	const lg_str got = lg_failed(s) ? lg_str_from_c(lg_error_info(s.code)->name) : LG_STR_NONE;
	json_t *root = NULL;
	if (!lg_str_eq(error, got))
		lg_buf_fmt(ret, "\n      expected %.*s, got %.*s %.*s", LG_FMT(error), LG_FMT(got),
			LG_FMT(text));
	else if (lg_str_present(message) && !script_match_text(message, text))
		lg_buf_fmt(ret, "\n      message: expected %.*s\n           got %.*s", LG_FMT(message),
			LG_FMT(text));
	else if (!lg_failed(s) && !lg_failed(lg_json_parse(c->cx, text, &root)))
		script_match(c->cx, &c->vars, json_object_get(step, "out"), root, LG_STR("out"), ret);
}

void
step_archive(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_t *of = json_object_get(step, "archive");
	struct notes notes = { .watch = { watch_users, watch_note }, .c = c };
	struct archive_sink sink;
	archive_sink_init(&sink);
	lg_str text = LG_STR_NONE;
	lg_status s = export(c, of, &notes.watch, &sink);
	if (!lg_failed(s) && json_is_true(json_object_get(of, "delete")))
		s = delete_pool(c, text_of(c, of, "pool"));
	if (!lg_failed(s) && json_is_true(json_object_get(of, "discard")))
		s = discard(c, text_of(c, of, "to"), &text);
	/* A part of it first, as when the power fails. */
	const size_t cut = (size_t)json_integer_value(json_object_get(of, "percent"));
	const lg_str whole = archive_sink_text(&sink);
	if (!lg_failed(s) && cut) {
		s = import(c, of, &notes.watch, lg_str_slice(whole, 0, whole.len * cut / 100), &text);
		if (s.code != LG_E_MALFORMED)
			lg_buf_fmt(
				ret, "\n      a part of an archive was taken for one: %.*s", LG_FMT(text));
		s = LG_OK;
	}
	if (!lg_failed(s) && !json_is_true(json_object_get(of, "only_part")))
		s = import(c, of, &notes.watch, whole, &text);
	judge(c, step, s, text, ret);
	archive_sink_done(&sink);
}

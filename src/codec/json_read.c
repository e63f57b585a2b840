#include "codec/json.h"

#include <setjmp.h>

/*
 * jansson allocates through this pointer: the arena of the request that the thread is parsing for. Nothing
 * is freed one by one; a tree goes with its arena. Because nothing has to be cleaned up, an allocation that
 * fails leaves the parser at once: jansson's lexer (2.14) goes on with half a string when its buffer cannot
 * grow, and reads beyond it.
 */
struct parse {
	struct lg_arena *arena;
	jmp_buf exhausted;
};

static _Thread_local struct parse *parsing;

static void *
arena_malloc(size_t size)
{
	if (!parsing)
		return NULL;
	void *ptr = lg_arena_alloc(parsing->arena, size);
	if (!ptr)
		longjmp(parsing->exhausted, 1);
	return ptr;
}

static void
arena_free(void *ptr)
{
	(void)ptr;
}

void
lg_json_global_init(void)
{
	json_set_alloc_funcs(arena_malloc, arena_free);
	json_object_seed(0); /* a random seed, so that nobody can choose colliding keys */
}

/*
 * Depth and number of values, before anything is allocated. Strings are skipped; what is not JSON is the
 * parser's to refuse.
 */
static bool
within_limits(lg_str text)
{
	size_t depth = 0, values = 1;
	bool quoted = false, opened = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
			continue;
		}
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			continue;
		/* The first value of an array or object; a comma announces each further one. */
		values += opened && c != '}' && c != ']';
		opened = c == '{' || c == '[';
		if (c == '"') {
			quoted = true;
		} else if (opened) {
			if (++depth > LG_JSON_MAX_DEPTH)
				return false;
		} else if (c == '}' || c == ']') {
			depth -= depth > 0;
		} else if (c == ',') {
			values++;
		}
		if (values > LG_JSON_MAX_VALUES)
			return false;
	}
	return true;
}

lg_status
lg_json_parse(struct lg_ctx *cx, lg_str text, json_t **ret)
{
	if (!within_limits(text))
		return lg_fail(cx, LG_E_MALFORMED, "JSON is deeper than %d or holds more than %d values",
			LG_JSON_MAX_DEPTH, LG_JSON_MAX_VALUES);
	json_error_t error;
	struct parse parse = { .arena = cx->arena }, *outer = parsing;
	parsing = &parse;
	if (setjmp(parse.exhausted)) {
		parsing = outer;
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	json_t *root = json_loadb(text.ptr ? text.ptr : "", text.len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	parsing = outer;
	if (!root) /* jansson's own text quotes the input, which may be secret. */
		return lg_fail(cx, LG_E_MALFORMED, "JSON error at byte %d", error.position);
	*ret = root;
	return LG_OK;
}

lg_str
lg_json_text(const json_t *string)
{
	if (!json_is_string(string))
		return LG_STR_NONE;
	return lg_str_from_bytes(json_string_value(string), json_string_length(string));
}

const json_t *
lg_json_member(const json_t *object, lg_str key)
{
	const json_t *value = json_object_getn(object, key.ptr, key.len);
	return json_is_null(value) ? NULL : value;
}

lg_str
lg_json_member_text(const json_t *object, lg_str key)
{
	return lg_json_text(lg_json_member(object, key));
}

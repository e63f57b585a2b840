#include "policy/pattern.h"

#include <string.h>

#include "codec/text.h"

#define ARN_COLONS 5

enum piece_kind { TEXT, RUN, ONE, VARIABLE };

/* Twelve bytes each, because a policy of stars and question marks has as many as characters. */
struct lg_piece {
	uint32_t at; /* of the pattern's text; VARIABLE: which one */
	uint32_t len; /* ONE: how many */
	uint8_t kind;
};

struct lg_variable {
	lg_str key;
	lg_str fallback; /* absent: none */
	uint32_t hash;
	bool in_head; /* before the fifth colon of an ARN */
};

void
lg_policy_spend(struct lg_policy_scope *scope, size_t steps)
{
	scope->budget = steps < scope->budget ? scope->budget - (uint32_t)steps : 0;
}

/* ---- reading ---- */

/* What stands between "${" and "}". */
struct reference {
	char literal; /* of ${*}, ${?}, ${$}; else 0 */
	struct lg_variable variable;
};

/*
 * The reference at the beginning of `text`, and its length with "${" and "}"; 0 when there is none: no end,
 * no key, or something behind the key that is no default.
 */
static size_t
read_reference(lg_str text, struct reference *ret)
{
	struct reference r = { 0 };
	size_t at = 2;
	if (text.len >= 4 && text.ptr[3] == '}' && strchr("*?$", text.ptr[2]) && text.ptr[2]) {
		r.literal = text.ptr[2];
		*ret = r;
		return 4;
	}
	/* No key has a dollar or brace: a text of many "${" is read in one go, not once for each of them. */
	while (at < text.len && !strchr("},${", text.ptr[at]))
		at++;
	r.variable.key = lg_str_slice(text, 2, at);
	if (at < text.len && text.ptr[at] == ',') {
		for (at++; at < text.len && text.ptr[at] == ' ';)
			at++;
		if (at == text.len || text.ptr[at++] != '\'')
			return 0;
		lg_str rest = lg_str_slice(text, at, text.len);
		size_t len = lg_str_find_byte(rest, '\'');
		r.variable.fallback = lg_str_slice(rest, 0, len);
		at += len + 1;
	}
	if (at >= text.len || text.ptr[at] != '}' || !r.variable.key.len)
		return 0;
	r.variable.hash = lg_policy_name_hash(r.variable.key);
	*ret = r;
	return at + 1;
}

static bool
begins_reference(lg_str text, size_t at, unsigned flags)
{
	return (flags & LG_PATTERN_VARIABLES) && text.ptr[at] == '$' && at + 1 < text.len &&
	       text.ptr[at + 1] == '{';
}

size_t
lg_pattern_find(lg_str text, unsigned flags, char byte)
{
	struct reference ignored;
	for (size_t at = 0; at < text.len;) {
		size_t len = begins_reference(text, at, flags)
				     ? read_reference(lg_str_slice(text, at, text.len), &ignored)
				     : 0;
		if (!len && text.ptr[at] == byte)
			return at;
		at += len ? len : 1;
	}
	return text.len;
}

/* What is being compiled. Pieces grow by need, and are then in an array of their own. */
struct draft {
	struct lg_ctx *cx;
	struct lg_pattern pattern;
	size_t room;
	size_t variable_room;
	size_t colons;
	bool arn;
};

static lg_status
put_piece(struct draft *d, enum piece_kind kind, size_t at, size_t len)
{
	struct lg_pattern *p = &d->pattern;
	struct lg_piece *last = p->count ? &p->pieces[p->count - 1] : NULL;
	if (kind == TEXT && last && last->kind == TEXT && last->at + last->len == at) {
		last->len += (uint32_t)len;
		return LG_OK;
	}
	if (kind == RUN && last && last->kind == RUN)
		return LG_OK;
	/* "*?" and "?*" are the same, and the second is quicker to match. */
	struct lg_piece *before = last && last->kind == RUN && p->count > 1 ? last - 1 : last;
	if (kind == ONE && before && before->kind == ONE) {
		before->len++;
		return LG_OK;
	}
	if (p->count == d->room) {
		size_t room = d->room ? d->room * 2 : 2;
		struct lg_piece *pieces = lg_arena_grow(
			d->cx->arena, p->pieces, d->room * sizeof(*pieces), room * sizeof(*pieces));
		if (!pieces)
			return lg_fail_default(d->cx, LG_E_NO_MEMORY);
		p->pieces = pieces;
		d->room = room;
		last = p->count ? &p->pieces[p->count - 1] : NULL;
	}
	struct lg_piece piece = { .at = (uint32_t)at, .len = (uint32_t)len, .kind = (uint8_t)kind };
	p->pieces[p->count++] = piece;
	if (kind == ONE && last && last->kind == RUN) {
		p->pieces[p->count - 1] = *last;
		*last = piece;
	}
	return LG_OK;
}

static lg_status
put_variable(struct draft *d, const struct lg_variable *variable)
{
	struct lg_pattern *p = &d->pattern;
	if (p->variable_count == LG_POLICY_MAX_VARIABLES)
		return lg_fail(d->cx, LG_E_TOO_LARGE, "more than %d variables in one text",
			LG_POLICY_MAX_VARIABLES);
	if (p->variable_count == d->variable_room) {
		size_t room = d->variable_room ? d->variable_room * 2 : 1;
		struct lg_variable *variables = lg_arena_grow(d->cx->arena, p->variables,
			d->variable_room * sizeof(*variables), room * sizeof(*variables));
		if (!variables)
			return lg_fail_default(d->cx, LG_E_NO_MEMORY);
		p->variables = variables;
		d->variable_room = room;
	}
	p->variables[p->variable_count] = *variable;
	p->variables[p->variable_count].in_head = d->arn && d->colons < ARN_COLONS;
	return put_piece(d, VARIABLE, p->variable_count++, 0);
}

static lg_status
put_next(struct draft *d, size_t at, unsigned flags, size_t *ret_len)
{
	lg_str text = d->pattern.text;
	*ret_len = 1;
	if (begins_reference(text, at, flags)) {
		struct reference r;
		size_t len = read_reference(lg_str_slice(text, at, text.len), &r);
		if (!len) {
			d->pattern.never = true;
			return LG_OK;
		}
		*ret_len = len;
		return r.literal ? put_piece(d, TEXT, at + 2, 1) : put_variable(d, &r.variable);
	}
	d->colons += text.ptr[at] == ':';
	if ((flags & LG_PATTERN_WILDCARDS) && text.ptr[at] == '*')
		return put_piece(d, RUN, at, 1);
	if ((flags & LG_PATTERN_WILDCARDS) && text.ptr[at] == '?')
		return put_piece(d, ONE, at, 1);
	return put_piece(d, TEXT, at, 1);
}

static lg_status
compile(struct lg_ctx *cx, lg_str text, unsigned flags, bool arn, struct lg_pattern *ret)
{
	struct draft d = { .cx = cx, .pattern = { .text = text }, .arn = arn };
	if (text.len > UINT32_MAX)
		return lg_fail_default(cx, LG_E_TOO_LARGE);
	for (size_t at = 0, len; at < text.len && !d.pattern.never; at += len)
		LG_TRY(put_next(&d, at, flags, &len));
	*ret = d.pattern;
	return LG_OK;
}

lg_status
lg_pattern_compile(struct lg_ctx *cx, lg_str text, unsigned flags, struct lg_pattern *ret)
{
	return compile(cx, text, flags, false, ret);
}

lg_status
lg_pattern_compile_arn(struct lg_ctx *cx, lg_str text, unsigned flags, struct lg_pattern *ret)
{
	return compile(cx, text, flags, true, ret);
}

bool
lg_pattern_is_variable(const struct lg_pattern *pattern)
{
	return pattern->count == 1 && pattern->pieces[0].kind == VARIABLE;
}

/* ---- matching ---- */

/* A pattern whose variables have values. */
struct resolved {
	const struct lg_pattern *pattern;
	lg_str values[LG_POLICY_MAX_VARIABLES];
};

static bool
resolve(const struct lg_pattern *pattern, const struct lg_policy_scope *scope, struct resolved *r)
{
	r->pattern = pattern;
	for (size_t i = 0; i < pattern->variable_count; i++) {
		const struct lg_variable *v = &pattern->variables[i];
		const struct lg_policy_key *key = lg_policy_context_find(scope->context, v->key, v->hash);
		r->values[i] = key && !key->multi ? key->values[0] : v->fallback;
		if (!lg_str_present(r->values[i]) || (v->in_head && lg_str_has_byte(r->values[i], ':')))
			return false;
	}
	return !pattern->never;
}

static lg_str
text_of(const struct resolved *r, const struct lg_piece *piece)
{
	if (piece->kind == VARIABLE)
		return r->values[piece->at];
	return (lg_str){ r->pattern->text.ptr + piece->at, piece->len };
}

/* Pieces `from` .. `to` (exclusive, none of them a RUN) at byte `*at` of the text; moves it behind them. */
static bool
match_at(const struct resolved *r, size_t from, size_t to, lg_str text, size_t *at)
{
	lg_str rest = lg_str_slice(text, *at, text.len);
	for (size_t i = from; i < to; i++) {
		const struct lg_piece *piece = &r->pattern->pieces[i];
		if (piece->kind == ONE) {
			for (uint32_t n = 0; n < piece->len; n++) {
				if (!rest.len)
					return false;
				lg_text_next(&rest);
			}
		} else {
			lg_str literal = text_of(r, piece);
			if (!lg_str_starts(rest, literal))
				return false;
			rest = lg_str_slice(rest, literal.len, rest.len);
		}
	}
	*at = text.len - rest.len;
	return true;
}

/* Bytes of text and characters of ONE in these pieces, and what a try to match them costs at most. */
struct extent {
	size_t fixed;
	size_t ones;
	size_t cost;
};

static struct extent
extent_of(const struct resolved *r, size_t from, size_t to)
{
	struct extent e = { 0 };
	for (size_t i = from; i < to; i++) {
		const struct lg_piece *piece = &r->pattern->pieces[i];
		if (piece->kind == ONE)
			e.ones += piece->len;
		else
			e.fixed += text_of(r, piece).len;
	}
	e.cost = 1 + (to - from) + e.ones + e.fixed / 8;
	return e;
}

/* The first place at or behind `*at` where these pieces stand; moves it behind them. */
static bool
find_next(const struct resolved *r, size_t from, size_t to, lg_str text, size_t *at,
	struct lg_policy_scope *scope)
{
	const struct lg_piece *first = &r->pattern->pieces[from];
	const struct extent extent = extent_of(r, from, to);
	for (size_t start = *at; scope->budget; start++) {
		if (start > text.len || text.len - start < extent.fixed + extent.ones)
			return false;
		if (first->kind != ONE) {
			lg_str needle = text_of(r, first);
			const char *found = needle.len ? memmem(text.ptr + start, text.len - start,
								 needle.ptr, needle.len)
						       : text.ptr + start;
			if (!found)
				return false;
			start = (size_t)(found - text.ptr);
		} else if (start < text.len && ((unsigned char)text.ptr[start] & 0xc0) == 0x80) {
			continue; /* within a character */
		}
		size_t end = start;
		if (match_at(r, from, to, text, &end)) {
			*at = end;
			return true;
		}
		lg_policy_spend(scope, extent.cost);
	}
	return false;
}

/* Do these pieces, the last ones, stand at the end of the text, and not before `at`? */
static bool
match_end(const struct resolved *r, size_t from, size_t to, lg_str text, size_t at,
	struct lg_policy_scope *scope)
{
	const struct extent extent = extent_of(r, from, to);
	size_t least = extent.fixed + extent.ones, most = extent.fixed + 4 * extent.ones;
	if (text.len - at < least)
		return false;
	/* A character has one to four bytes, so there are few places to begin at. */
	size_t latest = text.len - least;
	size_t start = text.len - at > most ? text.len - most : at;
	for (; start <= latest && scope->budget; start++) {
		size_t end = start;
		bool within = extent.ones && ((unsigned char)text.ptr[start] & 0xc0) == 0x80;
		if (!within && match_at(r, from, to, text, &end) && end == text.len)
			return true;
		lg_policy_spend(scope, extent.cost);
	}
	return false;
}

static size_t
next_run(const struct lg_pattern *pattern, size_t from)
{
	while (from < pattern->count && pattern->pieces[from].kind != RUN)
		from++;
	return from;
}

bool
lg_pattern_matches(const struct lg_pattern *pattern, lg_str text, struct lg_policy_scope *scope)
{
	/* Most patterns of a policy are told from most texts by how they begin. */
	if (pattern->count && pattern->pieces[0].kind == TEXT) {
		lg_str first = { pattern->text.ptr + pattern->pieces[0].at, pattern->pieces[0].len };
		if (pattern->never || !lg_str_starts(text, first))
			return false;
		if (pattern->count == 1)
			return text.len == first.len;
	}
	if (!text.ptr)
		text = LG_STR("");
	struct resolved r;
	if (!resolve(pattern, scope, &r))
		return false;
	size_t at = 0, run = next_run(pattern, 0);
	if (!match_at(&r, 0, run, text, &at))
		return false;
	if (run == pattern->count)
		return at == text.len;
	lg_policy_spend(scope, 1 + text.len / 8);
	for (;;) {
		size_t from = run + 1;
		run = next_run(pattern, from);
		if (run == pattern->count)
			return match_end(&r, from, run, text, at, scope);
		if (!find_next(&r, from, run, text, &at, scope))
			return false;
	}
}

bool
lg_pattern_equals_nocase(const struct lg_pattern *pattern, lg_str text, struct lg_policy_scope *scope)
{
	struct resolved r;
	if (!resolve(pattern, scope, &r))
		return false;
	for (size_t i = 0; i < pattern->count; i++)
		if (!lg_policy_skip_nocase(&text, text_of(&r, &pattern->pieces[i])))
			return false;
	return text.len == 0;
}

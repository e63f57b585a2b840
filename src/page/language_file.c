#include "page/language_file.h"

#include <stdarg.h>
#include <stdio.h>

#include "gen/strings.h"

static const lg_str forms[LG_STRING_FORMS] = { LG_STR_INIT("zero"), LG_STR_INIT("one"), LG_STR_INIT("two"),
	LG_STR_INIT("few"), LG_STR_INIT("many"), LG_STR_INIT("other") };

struct file {
	struct lg_ctx *cx;
	struct lg_ctx own; /* of what stays */
	lg_str tag;
	unsigned line;
	lg_str *texts;
};

#define REFUSE(file, ...) refuse((file), __VA_ARGS__)

static lg_status LG_PRINTF(2, 3)
refuse(struct file *file, const char *fmt, ...)
{
	char text[256];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return lg_fail(file->cx, LG_E_MALFORMED, "%.*s.txt:%u: %s", LG_FMT(file->tag), file->line, text);
}

static const struct lg_string_key *
find_key(lg_str name)
{
	for (size_t i = 0; i < LG_STRINGS; i++)
		if (lg_str_eq(lg_string_keys[i].name, name))
			return &lg_string_keys[i];
	return NULL;
}

/* Does the English text put in this value, in any of its forms? */
static bool
takes_value(const struct lg_string_key *key, lg_str name)
{
	const struct lg_built_strings *english = &lg_built_strings[0];
	const unsigned last = key->slot + (key->counts ? LG_STRING_FORMS : 1);
	const unsigned from = english->at[key->slot], to = english->at[last];
	lg_str rest = lg_str_from_bytes(english->text + from, to - from);
	while (lg_str_present(rest)) {
		lg_str_cut(&rest, '{');
		if (lg_str_present(rest) && lg_str_eq(lg_str_cut(&rest, '}'), name))
			return true;
	}
	return false;
}

static lg_status
check_values(struct file *file, const struct lg_string_key *key, lg_str text)
{
	while (lg_str_present(text)) {
		if (lg_str_has_byte(lg_str_cut(&text, '{'), '}') ||
			(lg_str_present(text) && !lg_str_has_byte(text, '}')))
			return REFUSE(file, "a brace that belongs to no value");
		if (!lg_str_present(text))
			break;
		const lg_str name = lg_str_cut(&text, '}');
		if (!takes_value(key, name))
			return REFUSE(file, "%.*s has no value {%.*s}", LG_FMT(key->name), LG_FMT(name));
	}
	return LG_OK;
}

/* "key" or "key[form]" */
static lg_status
find_slot(struct file *file, lg_str name, const struct lg_string_key **ret_key, unsigned *ret_slot)
{
	lg_str form = name;
	const lg_str plain = lg_str_cut(&form, '[');
	const struct lg_string_key *key = find_key(plain);
	if (!key)
		return REFUSE(file, "there is no text %.*s", LG_FMT(plain));
	*ret_key = key;
	*ret_slot = key->slot;
	if (key->counts != lg_str_present(form))
		return REFUSE(file, key->counts ? "%.*s needs a plural form, such as [other]"
						: "%.*s has no plural forms",
			LG_FMT(plain));
	if (!key->counts)
		return LG_OK;
	for (unsigned i = 0; i < LG_STRING_FORMS; i++) {
		if (lg_str_starts(form, forms[i]) &&
			lg_str_eq(lg_str_slice(form, forms[i].len, form.len), LG_STR("]"))) {
			*ret_slot = key->slot + i;
			return LG_OK;
		}
	}
	return REFUSE(file, "%.*s is no plural form", LG_FMT(name));
}

static lg_status
read_line(struct file *file, lg_str line)
{
	lg_str text = line;
	const struct lg_string_key *key = NULL;
	unsigned slot = 0;
	const lg_str name = lg_str_trim(lg_str_cut(&text, '='));
	text = lg_str_trim(text);
	if (lg_str_empty(text))
		return REFUSE(file, "not KEY = TEXT");
	LG_TRY(find_slot(file, name, &key, &slot));
	LG_TRY(check_values(file, key, text));
	if (lg_str_eq(key->name, LG_STR("language.direction")) && !lg_str_eq(text, LG_STR("ltr")) &&
		!lg_str_eq(text, LG_STR("rtl")))
		return REFUSE(file, "language.direction is ltr or rtl");
	if (lg_str_present(file->texts[slot]))
		return REFUSE(file, "%.*s stands twice", LG_FMT(name));
	return lg_str_dup(&file->own, text, &file->texts[slot]);
}

lg_status
lg_language_file_read(
	struct lg_ctx *cx, struct lg_arena *arena, lg_str tag, lg_str content, lg_str **ret)
{
	struct file file = { .cx = cx, .own = { .arena = arena }, .tag = tag };
	file.texts = lg_new_array(&file.own, lg_str, LG_STRING_SLOTS);
	if (!file.texts)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (lg_str_starts(content, LG_STR("\xef\xbb\xbf")))
		content = lg_str_slice(content, 3, content.len);
	while (lg_str_present(content)) {
		lg_str line = lg_str_cut(&content, '\n');
		file.line++;
		if (lg_str_ends(line, LG_STR("\r")))
			line = lg_str_slice(line, 0, line.len - 1);
		line = lg_str_trim(line);
		if (line.len && line.ptr[0] != '#')
			LG_TRY(read_line(&file, line));
	}
	*ret = file.texts;
	return LG_OK;
}

#include "app/settings_read.h"

#define SECTIONS_MAX 1024
#define NAME_MAX_BYTES 32

static const struct lg_section_kind *
find_kind(lg_str name)
{
	for (size_t i = 0; i < LG_SECTION_KINDS; i++)
		if (lg_str_eq(lg_section_kinds[i].name, name))
			return &lg_section_kinds[i];
	return NULL;
}

bool
lg_sections_are(lg_str section)
{
	return lg_str_has_byte(section, ' ') || find_kind(section);
}

const struct lg_section *
lg_settings_section(const struct lg_settings_read *settings, int kind, size_t nth)
{
	for (size_t i = 0; i < settings->section_count; i++)
		if (settings->sections[i].kind == &lg_section_kinds[kind] && nth-- == 0)
			return &settings->sections[i];
	return NULL;
}

static bool
is_name(lg_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.ptr[i];
		const char lower = (char)(c | 0x20);
		const bool fine = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') || c == '.' ||
				  c == '_' || c == '-';
		if (!fine)
			return false;
	}
	return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

static lg_status
put_value(struct lg_ctx *cx, struct lg_settings_read *settings, struct lg_section *section, size_t at,
	lg_str text, lg_str origin)
{
	const struct lg_setting *row = &section->kind->settings[at];
	const bool more = section->given[at] && row->type == LG_SETTING_LIST;
	struct lg_setting_place place = {
		.row = row, .origin = origin, .more = more, .member = (char *)section->values + row->offset
	};
	LG_TRY(lg_str_fmt(cx, &place.label, "[%.*s %.*s] %.*s", LG_FMT(section->kind->name),
		LG_FMT(section->name), LG_FMT(row->name)));
	if (section->given[at] && !more) {
		lg_settings_problem(
			settings, "%.*s (%.*s) stands twice", LG_FMT(place.label), LG_FMT(origin));
		return LG_OK;
	}
	LG_TRY(lg_str_dup(cx, text, &text));
	LG_TRY(lg_setting_read(cx, settings, &place, text));
	if (more)
		LG_TRY(lg_str_concat(
			cx, (const lg_str[]){ section->texts[at], LG_STR(" "), text }, 3, &text));
	section->texts[at] = text;
	section->origins[at] = origin;
	return LG_OK;
}

/* A section that has not been seen yet, with its defaults. LG_E_NOT_FOUND: a problem is noted. */
static lg_status
begin(struct lg_ctx *cx, struct lg_settings_read *settings, const struct lg_section_kind *kind, lg_str name,
	lg_str origin, struct lg_section **ret)
{
	size_t same = 0;
	for (size_t i = 0; i < settings->section_count; i++)
		same += settings->sections[i].kind == kind;
	if (same == kind->max || settings->section_count == SECTIONS_MAX) {
		lg_settings_problem(settings, "[%.*s %.*s] (%.*s): more than %zu such sections",
			LG_FMT(kind->name), LG_FMT(name), LG_FMT(origin), kind->max);
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	}
	if (!settings->sections)
		settings->sections = lg_new_array(cx, struct lg_section, SECTIONS_MAX);
	struct lg_section section = { .kind = kind,
		.origin = origin,
		.values = lg_new_array(cx, char, kind->size),
		.texts = lg_new_array(cx, lg_str, kind->setting_count),
		.origins = lg_new_array(cx, lg_str, kind->setting_count),
		.given = lg_new_array(cx, bool, kind->setting_count) };
	if (!settings->sections || !section.values || !section.texts || !section.origins || !section.given)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_str_dup(cx, name, &section.name));
	for (size_t i = 0; i < kind->setting_count; i++) {
		const struct lg_setting *row = &kind->settings[i];
		LG_TRY(put_value(cx, settings, &section, i, settings->dev ? row->dev : row->standard,
			LG_STR("default")));
	}
	settings->sections[settings->section_count] = section;
	*ret = &settings->sections[settings->section_count++];
	return LG_OK;
}

/* "[rout pets]", "[route]", "[route a b]". */
static void
wrong_section(
	struct lg_settings_read *settings, const struct lg_section_kind *kind, lg_str section, lg_str origin)
{
	lg_str names[LG_SECTION_KINDS];
	for (size_t i = 0; i < LG_SECTION_KINDS; i++)
		names[i] = lg_section_kinds[i].name;
	lg_str rest = section;
	const lg_str near = lg_nearest(lg_str_cut(&rest, ' '), names, LG_SECTION_KINDS);
	if (kind)
		lg_settings_problem(settings,
			"[%.*s] (%.*s) needs a name of 1 to %d letters, digits, '.', '_' and '-': [%.*s "
			"%.*s]",
			LG_FMT(section), LG_FMT(origin), NAME_MAX_BYTES, LG_FMT(kind->name),
			LG_FMT(kind->label));
	else if (lg_str_present(near))
		lg_settings_problem(settings, "unknown section [%.*s] (%.*s); did you mean [%.*s %.*s]?",
			LG_FMT(section), LG_FMT(origin), LG_FMT(near), LG_FMT(lg_str_trim(rest)));
	else
		lg_settings_problem(
			settings, "unknown section [%.*s] (%.*s)", LG_FMT(section), LG_FMT(origin));
}

static void
unknown_key(struct lg_settings_read *settings, const struct lg_section *section, lg_str key, lg_str origin)
{
	lg_str names[64];
	size_t count = 0;
	for (; count < section->kind->setting_count && count < LG_LEN(names); count++)
		names[count] = section->kind->settings[count].name;
	const lg_str near = lg_nearest(key, names, count);
	lg_settings_problem(settings, "unknown setting [%.*s %.*s] %.*s (%.*s)%s%.*s%s",
		LG_FMT(section->kind->name), LG_FMT(section->name), LG_FMT(key), LG_FMT(origin),
		lg_str_present(near) ? "; did you mean " : "", LG_FMT(near),
		lg_str_present(near) ? "?" : "");
}

lg_status
lg_sections_take(struct lg_ctx *cx, struct lg_settings_read *settings, lg_str section,
	struct lg_str_pair pair, lg_str origin)
{
	lg_str name = section;
	const struct lg_section_kind *kind = find_kind(lg_str_cut(&name, ' '));
	name = lg_str_trim(name);
	if (!kind || !is_name(name)) {
		wrong_section(settings, kind, section, origin);
		return LG_OK;
	}
	struct lg_section *at = NULL;
	for (size_t i = 0; i < settings->section_count; i++)
		if (settings->sections[i].kind == kind && lg_str_eq(settings->sections[i].name, name))
			at = &settings->sections[i];
	if (!at) {
		const lg_status s = begin(cx, settings, kind, name, origin, &at);
		if (s.code == LG_E_NOT_FOUND)
			return LG_OK;
		LG_TRY(s);
	}
	for (size_t i = 0; i < kind->setting_count; i++) {
		if (!lg_str_eq(kind->settings[i].name, pair.key))
			continue;
		LG_TRY(put_value(cx, settings, at, i, pair.value, origin));
		at->given[i] = true;
		return LG_OK;
	}
	unknown_key(settings, at, pair.key, origin);
	return LG_OK;
}

#include "app/settings_read.h"

#include <stdio.h>

static void
read_int(struct lg_settings_read *settings, const struct lg_setting_place *place, lg_str text, int64_t *ret)
{
	uint64_t n;
	if (lg_str_to_uint(text, INT64_MAX, &n) && (int64_t)n >= place->row->min &&
		(int64_t)n <= place->row->max)
		*ret = (int64_t)n;
	else
		lg_settings_problem(settings, "%.*s (%.*s): \"%.*s\" is no number from %lld to %lld",
			LG_FMT(place->label), LG_FMT(place->origin), LG_FMT(text),
			(long long)place->row->min, (long long)place->row->max);
}

static void
read_bool(struct lg_settings_read *settings, const struct lg_setting_place *place, lg_str text, bool *ret)
{
	if (lg_str_eq(text, LG_STR("true")) || lg_str_eq(text, LG_STR("false")))
		*ret = text.ptr[0] == 't';
	else
		lg_settings_problem(settings, "%.*s (%.*s): \"%.*s\" is neither true nor false",
			LG_FMT(place->label), LG_FMT(place->origin), LG_FMT(text));
}

static void
read_choice(struct lg_settings_read *settings, const struct lg_setting_place *place, lg_str text, int *ret)
{
	char words[256];
	size_t len = 0;
	for (size_t i = 0; i < place->row->word_count; i++) {
		if (lg_str_eq(text, place->row->words[i])) {
			*ret = (int)i;
			return;
		}
		int more = snprintf(words + len, sizeof(words) - len, "%s%.*s", i ? ", " : "",
			LG_FMT(place->row->words[i]));
		len += more > 0 && (size_t)more < sizeof(words) - len ? (size_t)more : 0;
	}
	lg_settings_problem(settings, "%.*s (%.*s): \"%.*s\" is none of %s", LG_FMT(place->label),
		LG_FMT(place->origin), LG_FMT(text), words);
}

/* `more`: behind what is there already. */
static lg_status
read_list(struct lg_ctx *cx, lg_str text, bool more, struct lg_str_list *ret)
{
	size_t count = more ? ret->count : 0;
	size_t room = count + 1;
	for (size_t i = 0; i < text.len; i++)
		room += text.ptr[i] == ',';
	lg_str *items = lg_new_array(cx, lg_str, room);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		items[i] = ret->items[i];
	for (lg_str rest = text; lg_str_present(rest);) {
		lg_str item = lg_str_trim(lg_str_cut(&rest, ','));
		if (item.len)
			items[count++] = item;
	}
	*ret = (struct lg_str_list){ .items = items, .count = count, .has = true };
	return LG_OK;
}

lg_status
lg_setting_read(struct lg_ctx *cx, struct lg_settings_read *settings, const struct lg_setting_place *place,
	lg_str text)
{
	void *member = place->member;
	switch (place->row->type) {
	case LG_SETTING_TEXT:
	case LG_SETTING_SECRET:
		*(lg_str *)member = text.len ? text : LG_STR_NONE;
		break;
	case LG_SETTING_INT:
		read_int(settings, place, text, member);
		break;
	case LG_SETTING_BOOL:
		read_bool(settings, place, text, member);
		break;
	case LG_SETTING_CHOICE:
		read_choice(settings, place, text, member);
		break;
	case LG_SETTING_LIST:
		return read_list(cx, text, place->more, member);
	}
	return LG_OK;
}

#include "page/language.h"

#include "page/language_file.h"

#define LANGUAGES_MAX 64
#define MAX_BYTES ((size_t)16 << 20)
#define WEIGHT_FULL 1000

struct lg_languages {
	struct lg_arena *arena;
	size_t count;
	struct lg_language items[LANGUAGES_MAX];
	lg_str tags[LANGUAGES_MAX];
	struct lg_str_list tag_list;
};

static const struct lg_language english = { .tag = LG_STR_INIT("en"),
	.name = LG_STR_INIT("English"),
	.built = &lg_built_strings[0] };

/* ---- texts ---- */

static const struct lg_string_key *
find_key(lg_str name)
{
	size_t from = 0, to = LG_STRINGS;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		const int order = lg_str_cmp(name, lg_string_keys[middle].name);
		if (order == 0)
			return &lg_string_keys[middle];
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

static lg_str
slot_text(const struct lg_language *language, unsigned slot)
{
	if (language->own && lg_str_present(language->own[slot]))
		return language->own[slot];
	if (!language->built)
		return LG_STR_NONE;
	const unsigned from = language->built->at[slot], to = language->built->at[slot + 1];
	return to > from ? lg_str_from_bytes(language->built->text + from, to - from) : LG_STR_NONE;
}

static lg_str
text_in(const struct lg_language *language, const struct lg_string_key *key, uint64_t count)
{
	if (!key->counts)
		return slot_text(language, key->slot);
	const lg_str text = slot_text(language, key->slot + lg_plural(language->tag, count));
	return lg_str_present(text) ? text : slot_text(language, key->slot + LG_PLURAL_OTHER);
}

lg_str
lg_language_text(const struct lg_language *language, lg_str key, uint64_t count)
{
	const struct lg_string_key *found = find_key(key);
	if (!found)
		return LG_STR_NONE;
	const lg_str text = text_in(language ? language : &english, found, count);
	return lg_str_present(text) ? text : text_in(&english, found, count);
}

lg_str
lg_language_form(const struct lg_language *language, lg_str key, enum lg_plural form)
{
	const struct lg_string_key *found = find_key(key);
	return found && found->counts ? slot_text(language ? language : &english, found->slot + form)
				      : LG_STR_NONE;
}

/* ---- all of them ---- */

static void
name_one(struct lg_language *language)
{
	const struct lg_string_key *name = find_key(LG_STR("language.name"));
	const struct lg_string_key *direction = find_key(LG_STR("language.direction"));
	language->name = slot_text(language, name->slot);
	language->rtl = lg_str_eq(slot_text(language, direction->slot), LG_STR("rtl"));
}

static struct lg_language *
find_exact(struct lg_languages *languages, lg_str tag)
{
	for (size_t i = 0; i < languages->count; i++)
		if (lg_str_eq_nocase(languages->items[i].tag, tag))
			return &languages->items[i];
	return NULL;
}

static lg_status
add_file(struct lg_ctx *cx, struct lg_languages *languages, const struct lg_str_pair *file)
{
	struct lg_language *language = find_exact(languages, file->key);
	struct lg_ctx own = { .arena = languages->arena };
	lg_str *texts;
	if (!language) {
		if (languages->count == LANGUAGES_MAX)
			return lg_fail(cx, LG_E_MALFORMED, "more than %d languages", LANGUAGES_MAX);
		language = &languages->items[languages->count++];
		LG_TRY(lg_str_dup(&own, file->key, &language->tag));
	}
	LG_TRY(lg_language_file_read(cx, languages->arena, file->key, file->value, &texts));
	language->own = texts;
	name_one(language);
	if (!lg_str_present(language->name))
		return lg_fail(cx, LG_E_MALFORMED, "%.*s.txt: language.name is missing", LG_FMT(file->key));
	return LG_OK;
}

/* English first, the others by tag. */
static void
sort(struct lg_languages *languages)
{
	for (size_t i = 2; i < languages->count; i++) {
		const struct lg_language one = languages->items[i];
		size_t at = i;
		for (; at > 1 && lg_str_cmp(one.tag, languages->items[at - 1].tag) < 0; at--)
			languages->items[at] = languages->items[at - 1];
		languages->items[at] = one;
	}
}

static void
list_tags(struct lg_languages *languages)
{
	for (size_t i = 0; i < languages->count; i++)
		languages->tags[i] = languages->items[i].tag;
	languages->tag_list = (struct lg_str_list){ languages->tags, languages->count, true };
}

lg_status
lg_languages_new(
	struct lg_ctx *cx, const struct lg_str_pair *files, size_t file_count, struct lg_languages **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(MAX_BYTES, &arena));
	struct lg_languages *languages = lg_arena_alloc(arena, sizeof(*languages));
	if (!languages) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	languages->arena = arena;
	for (size_t i = 0; i < LG_BUILT_LANGUAGES; i++) {
		struct lg_language *one = &languages->items[languages->count++];
		one->tag = lg_built_strings[i].tag;
		one->built = &lg_built_strings[i];
		name_one(one);
	}
	for (size_t i = 0; i < file_count; i++) {
		const lg_status s = add_file(cx, languages, &files[i]);
		if (lg_failed(s)) {
			lg_languages_free(languages);
			return s;
		}
	}
	sort(languages);
	list_tags(languages);
	*ret = languages;
	return LG_OK;
}

void
lg_languages_free(struct lg_languages *languages)
{
	if (languages)
		lg_arena_free(languages->arena);
}

size_t
lg_languages_count(const struct lg_languages *languages)
{
	return languages ? languages->count : 1;
}

const struct lg_str_list *
lg_languages_tags(const struct lg_languages *languages)
{
	return &languages->tag_list;
}

const struct lg_language *
lg_languages_at(const struct lg_languages *languages, size_t i)
{
	return languages ? &languages->items[i] : &english;
}

/* ---- which one ---- */

/* Chinese is told apart by script or place, and by nothing shorter. */
static lg_str
chinese(lg_str tag)
{
	static const lg_str traditional[] = { LG_STR_INIT("zh-Hant"), LG_STR_INIT("zh-TW"),
		LG_STR_INIT("zh-HK"), LG_STR_INIT("zh-MO") };
	for (size_t i = 0; i < LG_LEN(traditional); i++)
		if (lg_str_eq_nocase(lg_str_slice(tag, 0, traditional[i].len), traditional[i]))
			return LG_STR("zh-TW");
	return LG_STR("zh-CN");
}

static lg_str
primary_of(lg_str tag)
{
	return lg_str_slice(tag, 0, lg_str_find_byte(tag, '-'));
}

const struct lg_language *
lg_language_find(const struct lg_languages *languages, lg_str tag)
{
	const lg_str primary = primary_of(tag);
	const lg_str next = lg_str_eq_nocase(primary, LG_STR("zh")) ? chinese(tag) : primary;
	const lg_str tries[] = { tag, next };
	if (lg_str_empty(tag))
		return NULL;
	for (size_t t = 0; t < LG_LEN(tries); t++)
		for (size_t i = 0; i < lg_languages_count(languages); i++)
			if (lg_str_eq_nocase(lg_languages_at(languages, i)->tag, tries[t]))
				return lg_languages_at(languages, i);
	return NULL;
}

/* ";q=0.8" in thousandths (RFC 9110, 12.4.2); nothing is 1, and nonsense is 0. */
static int
weight_of(lg_str parameters)
{
	const lg_str text = lg_str_trim(parameters);
	int weight = 0, digit = WEIGHT_FULL / 10;
	if (lg_str_empty(text))
		return WEIGHT_FULL;
	if (text.len < 3 || (text.ptr[0] != 'q' && text.ptr[0] != 'Q') || text.ptr[1] != '=')
		return 0;
	if (text.ptr[2] == '1')
		return WEIGHT_FULL;
	for (size_t i = 4; i < text.len && i < 7 && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) {
		weight += (text.ptr[i] - '0') * digit;
		digit /= 10;
	}
	return weight;
}

const struct lg_language *
lg_language_choose(
	const struct lg_languages *languages, lg_str wish, lg_str cookie, lg_str accept)
{
	const struct lg_language *best = lg_language_find(languages, wish);
	int weight = 0;
	if (!best)
		best = lg_language_find(languages, cookie);
	if (best)
		return best;
	while (lg_str_present(accept)) {
		lg_str parameters = lg_str_cut(&accept, ',');
		const lg_str tag = lg_str_trim(lg_str_cut(&parameters, ';'));
		const struct lg_language *found = lg_language_find(languages, tag);
		const int this = weight_of(parameters);
		if (found && this > weight) {
			best = found;
			weight = this;
		}
	}
	return best ? best : lg_languages_at(languages, 0);
}

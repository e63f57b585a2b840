#include "domain/iam/iam_tags.h"

#include "codec/bytes.h"
#include "policy/context.h"

#define PAGE 100

size_t
lg_iam_tag_place(const struct lg_rec_iam_tag *tags, size_t count, lg_str key)
{
	size_t at = 0;
	while (at < count && !lg_policy_eq_nocase(tags[at].key, key))
		at++;
	return at;
}

static lg_status
check_given(struct lg_ctx *cx, const struct lg_iam_tag_list_type *given)
{
	for (size_t i = 0; i < given->count; i++) {
		lg_str rest = given->items[i].key;
		if (lg_policy_skip_nocase(&rest, LG_STR("aws:")))
			return lg_fail(
				cx, LG_E_INVALID_INPUT, "Tag keys that begin with aws: are reserved.");
		for (size_t k = 0; k < i; k++)
			if (lg_policy_eq_nocase(given->items[i].key, given->items[k].key))
				return lg_fail(cx, LG_E_INVALID_INPUT,
					"Duplicate tag keys found. Please note that Tag keys are case "
					"insensitive.");
	}
	return LG_OK;
}

lg_status
lg_iam_tags_put(
	struct lg_ctx *cx, const struct lg_iam_tag_list_type *given, struct lg_rec_iam_tag_list *tags)
{
	LG_TRY(check_given(cx, given));
	struct lg_rec_iam_tag *all = lg_new_array(cx, struct lg_rec_iam_tag, tags->count + given->count);
	if (!all)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = tags->count;
	for (size_t i = 0; i < count; i++)
		all[i] = tags->items[i];
	for (size_t i = 0; i < given->count; i++) {
		const size_t at = lg_iam_tag_place(all, count, given->items[i].key);
		all[at].key = given->items[i].key;
		all[at].value = given->items[i].value;
		count += at == count;
	}
	if (count > LG_IAM_TAGS_MAX)
		return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED,
			"The number of tags has reached the maximum limit of %d.", LG_IAM_TAGS_MAX);
	*tags = (struct lg_rec_iam_tag_list){ .items = all, .count = count, .has = count > 0 };
	return LG_OK;
}

void
lg_iam_tags_remove(const struct lg_str_list *keys, struct lg_rec_iam_tag_list *tags)
{
	for (size_t i = 0; i < keys->count; i++) {
		const size_t at = lg_iam_tag_place(tags->items, tags->count, keys->items[i]);
		if (at == tags->count)
			continue;
		for (size_t k = at + 1; k < tags->count; k++)
			tags->items[k - 1] = tags->items[k];
		tags->count--;
	}
}

lg_status
lg_iam_tags_show(struct lg_ctx *cx, const struct lg_rec_iam_tag_list *tags, struct lg_iam_tag_list_type *ret)
{
	struct lg_iam_tag *shown = lg_new_array(cx, struct lg_iam_tag, tags->count);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < tags->count; i++)
		shown[i] = (struct lg_iam_tag){ .key = tags->items[i].key, .value = tags->items[i].value };
	*ret = (struct lg_iam_tag_list_type){ .items = shown, .count = tags->count, .has = tags->count > 0 };
	return LG_OK;
}

lg_status
lg_iam_page(struct lg_ctx *cx, const lg_str *names, size_t count, struct lg_iam_page *page)
{
	const size_t most = page->max_items.has ? (size_t)page->max_items.v : PAGE;
	size_t from = 0;
	if (lg_str_present(page->marker)) {
		lg_str after;
		const lg_status s = lg_base64url_decode(cx, page->marker, &after);
		if (s.code == LG_E_MALFORMED)
			return lg_fail(cx, LG_E_VALIDATION, "Invalid Marker.");
		LG_TRY(s);
		while (from < count && lg_str_cmp(names[from], after) <= 0)
			from++;
	}
	const bool more = count - from > most;
	page->from = from;
	page->count = more ? most : count - from;
	page->is_truncated = (struct lg_opt_bool){ true, more };
	return more ? lg_base64url_encode(cx, names[from + most - 1], &page->next) : LG_OK;
}

lg_status
lg_iam_tags_page(struct lg_ctx *cx, const struct lg_rec_iam_tag_list *tags, struct lg_iam_page *page,
	struct lg_iam_tag_list_type *ret)
{
	lg_str *places = lg_new_array(cx, lg_str, tags->count);
	if (!places)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* Tags stay in the order in which they came, which their places tell. */
	for (size_t i = 0; i < tags->count; i++)
		LG_TRY(lg_str_fmt(cx, &places[i], "%03zu", i));
	LG_TRY(lg_iam_page(cx, places, tags->count, page));
	const struct lg_rec_iam_tag_list part = { .items = tags->items + page->from, .count = page->count };
	LG_TRY(lg_iam_tags_show(cx, &part, ret));
	ret->has = true;
	return LG_OK;
}

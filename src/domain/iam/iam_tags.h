/*
 * iam_tags.h - tags of what the account owns. Keys are one whatever their case.
 */
#ifndef LG_DOMAIN_IAM_TAGS_H
#define LG_DOMAIN_IAM_TAGS_H

#include "gen/iam_types.h"
#include "gen/rec_types.h"

#define LG_IAM_TAGS_MAX 50

/*
 * Add tags, or replace those of the same key. LG_E_INVALID_INPUT: a key twice or reserved;
 * LG_E_ENTITY_LIMIT_EXCEEDED.
 */
LG_MUST lg_status lg_iam_tags_put(
	struct lg_ctx *cx, const struct lg_iam_tag_list_type *given, struct lg_rec_iam_tag_list *tags);
/* The place of a key among the first `count` tags; `count` when it is not there. */
size_t lg_iam_tag_place(const struct lg_rec_iam_tag *tags, size_t count, lg_str key);
void lg_iam_tags_remove(const struct lg_str_list *keys, struct lg_rec_iam_tag_list *tags);

/* As the API shows them; absent when there are none. */
LG_MUST lg_status lg_iam_tags_show(
	struct lg_ctx *cx, const struct lg_rec_iam_tag_list *tags, struct lg_iam_tag_list_type *ret);

/* What a page of a list is asked with, and what it says beside its items. */
struct lg_iam_page {
	lg_str marker;
	struct lg_opt_int max_items;
	size_t from, count; /* of the names that were given: what is on this page */
	struct lg_opt_bool is_truncated;
	lg_str next;
};
/*
 * Fill the page that follows its marker, of items with these names, which are sorted. LG_E_VALIDATION: the
 * marker is none of ours.
 */
LG_MUST lg_status lg_iam_page(
	struct lg_ctx *cx, const lg_str *names, size_t count, struct lg_iam_page *page);

/* A page of tags. */
LG_MUST lg_status lg_iam_tags_page(struct lg_ctx *cx, const struct lg_rec_iam_tag_list *tags,
	struct lg_iam_page *page, struct lg_iam_tag_list_type *ret);

#endif

/*
 * iam_item.h - what the account owns, as rows: roles, users, managed policies, access keys, providers
 * (docs/decisions/0025).
 *
 * They are items of pool 0, the server itself. Their names are kept in lower case, so that no two differ in
 * case alone; the record has the name as it was given. A write drops what is cached of pool 0.
 */
#ifndef LG_DOMAIN_IAM_ITEM_H
#define LG_DOMAIN_IAM_ITEM_H

#include "domain/env.h"
#include "store/config.h"

#define LG_IAM_ROLE LG_STR("iam-role") /* struct lg_rec_iam_entity */
#define LG_IAM_USER LG_STR("iam-user") /* struct lg_rec_iam_entity */
#define LG_IAM_POLICY LG_STR("iam-policy") /* struct lg_rec_iam_policy */
#define LG_IAM_KEY LG_STR("iam-key") /* struct lg_rec_iam_key, by access key id */
#define LG_IAM_OIDC LG_STR("iam-oidc") /* struct lg_rec_iam_oidc, by URL without scheme */
#define LG_IAM_SAML LG_STR("iam-saml") /* struct lg_rec_iam_saml */

#define LG_IAM_POOL 0

/* The record's shape. */
const struct lg_shape *lg_iam_shape(lg_str kind);

/* LG_E_NOT_FOUND. */
LG_MUST lg_status lg_iam_read(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str name, struct lg_item_row *ret);

/* All of a kind whose path begins with `prefix` (absent = all), sorted by name whatever its case. */
LG_MUST lg_status lg_iam_read_all(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str prefix,
	struct lg_item_row **ret, size_t *ret_count);
/* Of these, in this order, what is on a page (domain/iam/iam_tags.h): page->count of them. */
struct lg_iam_page;
LG_MUST lg_status lg_iam_read_page(struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str prefix,
	struct lg_iam_page *page, struct lg_item_row **ret);
LG_MUST lg_status lg_iam_count(struct lg_ctx *cx, struct lg_env *env, lg_str kind, int64_t *ret);

/* A row to be inserted: pool, kind, the name in lower case, times. `record` is kept by reference. */
LG_MUST lg_status lg_iam_new_row(
	struct lg_ctx *cx, lg_str kind, lg_str name, void *record, struct lg_item_row *ret);

/* Write one row: insert it when its version is 0. LG_E_CONFLICT: call again. */
LG_MUST lg_status lg_iam_write(struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *row);

/* A batch of several, all or none. */
void lg_iam_put(struct lg_ctx *cx, struct lg_batch *batch, struct lg_item_row *row);
LG_MUST lg_status lg_iam_commit(struct lg_env *env, struct lg_batch *batch);

/* "AROA" and the like with 17 more characters of A-Z and 2-7. */
LG_MUST lg_status lg_iam_draw_id(struct lg_ctx *cx, lg_str prefix, lg_str *ret);

/* "arn:aws:iam::<account>:<type><path><name>"; type is "role", path begins and ends with a slash. */
LG_MUST lg_status lg_iam_arn(struct lg_ctx *cx, const struct lg_settings *settings, const char *type,
	lg_str path, lg_str name, lg_str *ret);

/*
 * Path and name of an ARN of this type in this account; false when it is none.
 */
bool lg_iam_arn_read(
	const struct lg_settings *settings, lg_str type, lg_str arn, lg_str *ret_path, lg_str *ret_name);

#endif

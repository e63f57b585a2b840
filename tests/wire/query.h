/*
 * query.h - AWS Query for cases that are written as JSON: input as a form, answers back as JSON.
 */
#ifndef LG_TESTS_QUERY_H
#define LG_TESTS_QUERY_H

#include "codec/json.h"
#include "gen/ops.h"

/* Does this API speak AWS Query? */
bool query_api(enum lg_api api);

/* "Action=...&Version=...&Tags.member.1.Key=..." of a JSON object, whatever its members are. */
lg_str query_form(struct lg_ctx *cx, const struct lg_operation *operation, const json_t *in);

/*
 * The members of an answer's Result as its shape names them, {} when there are none; an error as
 * {"__type", "message"}. NULL, with what is wrong in `ret`, unless the document is exactly of the form of
 * spec/sts-iam.md A1.
 */
const json_t *query_answer(
	struct lg_ctx *cx, const struct lg_operation *operation, lg_str body, const char **ret);

#endif

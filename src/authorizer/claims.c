#include "authorizer/claims.h"

#include "base/buf.h"
#include "domain/grant/token_claims.h"

#define CONTEXT_MAX_BYTES ((size_t)64 << 10)

/* ---- scopes ---- */

static void
add_words(struct lg_str_list *list, lg_str words)
{
	while (lg_str_present(words)) {
		const lg_str word = lg_str_cut(&words, ' ');
		if (word.len)
			list->items[list->count++] = word;
	}
}

static size_t
most_words(const json_t *value)
{
	const lg_str text = lg_json_text(value);
	size_t count = 1 + json_array_size(value);
	for (size_t i = 0; i < text.len; i++)
		count += text.ptr[i] == ' ';
	return count;
}

lg_status
lg_claims_scopes(struct lg_ctx *cx, const json_t *claims, struct lg_str_list *ret)
{
	const json_t *scope = lg_json_member(claims, LG_STR("scope"));
	const json_t *scp = lg_json_member(claims, LG_STR("scp"));
	struct lg_str_list list = { .items = lg_new_array(cx, lg_str, most_words(scope) + most_words(scp)),
		.has = true };
	if (!list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	add_words(&list, lg_json_text(scope));
	add_words(&list, lg_json_text(scp));
	for (size_t i = 0; i < json_array_size(scp); i++) {
		const lg_str one = lg_json_text(json_array_get(scp, i));
		if (one.len)
			list.items[list.count++] = one;
	}
	*ret = list;
	return LG_OK;
}

static lg_status
join(struct lg_ctx *cx, const struct lg_str_list *list, lg_str *ret)
{
	struct lg_buf b = lg_buf_start(cx, CONTEXT_MAX_BYTES);
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			lg_buf_byte(&b, ' ');
		lg_buf_put(&b, list->items[i]);
	}
	return lg_buf_finish(cx, &b, ret);
}

/* ---- claims as text ---- */

/* A whole number is written without a fraction or an exponent. */
static lg_status
number_text(struct lg_ctx *cx, const json_t *value, lg_str *ret)
{
	const double number = json_number_value(value);
	const bool small = number > -1e15 && number < 1e15;
	if (json_is_real(value) && small && (double)(int64_t)number == number)
		return lg_str_fmt(cx, ret, "%.0f", number);
	return lg_claim_text(cx, value, ret);
}

static lg_status
scalar_text(struct lg_ctx *cx, const json_t *value, lg_str *ret)
{
	if (json_is_number(value))
		return number_text(cx, value, ret);
	if (!json_is_object(value) && !json_is_array(value) && !json_is_null(value))
		return lg_claim_text(cx, value, ret);
	struct lg_json *j = lg_json_new(cx, CONTEXT_MAX_BYTES);
	lg_json_tree(j, value);
	return lg_json_finish(cx, j, ret);
}

/* HTTP APIs write [a b], REST APIs a,b. */
static lg_status
claim_text(struct lg_ctx *cx, const json_t *value, bool rest, lg_str *ret)
{
	if (!json_is_array(value))
		return scalar_text(cx, value, ret);
	struct lg_buf b = lg_buf_start(cx, CONTEXT_MAX_BYTES);
	if (!rest)
		lg_buf_byte(&b, '[');
	for (size_t i = 0; i < json_array_size(value); i++) {
		lg_str one;
		LG_TRY(scalar_text(cx, json_array_get(value, i), &one));
		if (i)
			lg_buf_byte(&b, rest ? ',' : ' ');
		lg_buf_put(&b, one);
	}
	if (!rest)
		lg_buf_byte(&b, ']');
	return lg_buf_finish(cx, &b, ret);
}

static lg_status
put_claims(struct lg_ctx *cx, struct lg_json *j, const json_t *claims, bool rest)
{
	const char *key;
	json_t *value;
	lg_json_key(j, LG_STR("claims"));
	lg_json_open(j, '{');
	/* jansson's own loop casts const away. */
	for (void *at = json_object_iter((json_t *)(uintptr_t)claims); at;
		at = json_object_iter_next((json_t *)(uintptr_t)claims, at)) {
		key = json_object_iter_key(at);
		value = json_object_iter_value(at);
		lg_str text;
		if (json_is_null(value))
			continue;
		LG_TRY(claim_text(cx, value, rest, &text));
		lg_json_pair_str(j, lg_str_from_bytes(key, json_object_iter_key_len(at)), text);
	}
	lg_json_close(j, '}');
	return LG_OK;
}

static lg_status
write_context(struct lg_ctx *cx, const struct lg_route *route, const json_t *claims,
	const struct lg_str_list *scopes, lg_str *ret)
{
	const bool rest = route->authorizer->kind == LG_AUTHORIZER_COGNITO;
	struct lg_json *j = lg_json_new(cx, CONTEXT_MAX_BYTES);
	lg_json_open(j, '{');
	if (!rest) {
		lg_json_key(j, LG_STR("jwt"));
		lg_json_open(j, '{');
	}
	LG_TRY(put_claims(cx, j, claims, rest));
	if (!rest) {
		/* All that the token has, but only where the route asked for some. */
		lg_json_key(j, LG_STR("scopes"));
		if (route->scopes.count) {
			lg_json_open(j, '[');
			for (size_t i = 0; i < scopes->count; i++)
				lg_json_str(j, scopes->items[i]);
			lg_json_close(j, ']');
		} else {
			lg_json_null(j);
		}
		lg_json_close(j, '}');
	}
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

/* ---- who ---- */

static lg_str
first_text(const json_t *claims, const char *a, const char *b)
{
	const lg_str text = lg_json_member_text(claims, lg_str_from_c(a));
	return lg_str_present(text) ? text : lg_json_member_text(claims, lg_str_from_c(b));
}

static lg_status
groups_of(struct lg_ctx *cx, const json_t *claims, const struct lg_str_list **ret)
{
	const json_t *groups = lg_json_member(claims, LG_STR("cognito:groups"));
	const size_t count = json_array_size(groups);
	struct lg_str_list *list = lg_new(cx, struct lg_str_list);
	if (!list || !(list->items = lg_new_array(cx, lg_str, count)))
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		const lg_str group = lg_json_text(json_array_get(groups, i));
		if (group.len)
			list->items[list->count++] = group;
	}
	*ret = list;
	return LG_OK;
}

lg_status
lg_claims_who(struct lg_ctx *cx, const struct lg_route *route, const json_t *claims,
	const struct lg_str_list *scopes, struct lg_authz_who *ret)
{
	const bool cognito = route->authorizer->kind == LG_AUTHORIZER_COGNITO;
	struct lg_authz_who who = { 0 };
	who.texts[LG_AUTHZ_TYPE] = cognito ? LG_STR("cognito") : LG_STR("jwt");
	LG_TRY(lg_claim_text(cx, lg_json_member(claims, LG_STR("sub")), &who.texts[LG_AUTHZ_SUB]));
	who.texts[LG_AUTHZ_PRINCIPAL] = who.texts[LG_AUTHZ_SUB];
	who.texts[LG_AUTHZ_USERNAME] = first_text(claims, "cognito:username", "username");
	who.texts[LG_AUTHZ_CLIENT_ID] = first_text(claims, "client_id", "azp");
	if (!lg_str_present(who.texts[LG_AUTHZ_CLIENT_ID]))
		who.texts[LG_AUTHZ_CLIENT_ID] = lg_json_member_text(claims, LG_STR("aud"));
	lg_status s = join(cx, scopes, &who.texts[LG_AUTHZ_SCOPES]);
	if (!lg_failed(s))
		s = groups_of(cx, claims, &who.groups);
	LG_TRY(s);
	s = write_context(cx, route, claims, scopes, &who.context);
	/* More than any header holds: it will be named among those left out. */
	if (s.code == LG_E_TOO_LARGE)
		LG_TRY(lg_str_dup(cx, LG_STR_NONE, &who.context));
	else
		LG_TRY(s);
	*ret = who;
	return LG_OK;
}

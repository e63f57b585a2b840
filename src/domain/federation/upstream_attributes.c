#include "domain/federation/upstream_impl.h"

#include "base/buf.h"
#include "codec/uri.h"
#include "domain/grant/token_claims.h"
#include "domain/pool/schema.h"

#define SUBJECT_MAX 255
#define VALUE_MAX ((size_t)16 << 10)
#define URL_MAX ((size_t)4 << 10)

/* ---- asking ---- */

/* "id" and what the mapping wants, each once. */
static lg_status
with_fields(struct lg_ctx *cx, const struct lg_upstream *up, lg_str url, lg_str *ret)
{
	const struct lg_str_map *mapping = &up->type->attribute_mapping;
	struct lg_buf b = lg_buf_start(cx, URL_MAX);
	lg_buf_put(&b, url);
	lg_buf_put(&b, up->subject);
	for (size_t i = 0; i < mapping->count; i++) {
		const lg_str source = mapping->items[i].value;
		bool seen = lg_str_eq(source, up->subject);
		for (size_t k = 0; k < i; k++)
			seen = seen || lg_str_eq(mapping->items[k].value, source);
		lg_str encoded;
		LG_TRY(lg_uri_encode(cx, source, false, &encoded));
		if (!seen) {
			lg_buf_byte(&b, ',');
			lg_buf_put(&b, encoded);
		}
	}
	return lg_buf_finish(cx, &b, ret);
}

static lg_status
ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up, lg_str access_token, json_t **ret)
{
	lg_str url = up->places.user_info, bearer;
	int status;
	if (up->kind->names_fields)
		LG_TRY(with_fields(cx, up, url, &url));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("Bearer "), access_token }, 2, &bearer));
	const struct lg_fetch_header headers[] = { { LG_STR("Authorization"), bearer },
		{ LG_STR("Accept"), LG_STR("application/json") } };
	struct lg_fetch request = { .url = url, .headers = headers, .header_count = LG_LEN(headers) };
	if (lg_str_eq(lg_upstream_detail(up, "attributes_request_method"), LG_STR("POST"))) {
		request.method = LG_STR("POST");
		request.body = LG_STR("");
	}
	const lg_status s = lg_upstream_ask(cx, env, up, &request, &status, ret);
	if (s.code == LG_E_UNAVAILABLE)
		return lg_upstream_error(cx, up, "its attributes could not be had");
	LG_TRY(s);
	if (status != 200)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%.*s Error - %d error getting attributes",
			LG_FMT(up->name), status);
	return LG_OK;
}

/* UserInfo is about whom the ID token is about (OpenID Connect Core, 5.3.2). */
static lg_status
check_same(struct lg_ctx *cx, const struct lg_upstream *up, const struct lg_upstream_person *person)
{
	if (lg_str_eq(lg_json_member_text(person->user_info, LG_STR("sub")), person->subject))
		return LG_OK;
	return lg_upstream_error(cx, up, "its attributes are about somebody else");
}

static lg_status
read_subject(struct lg_ctx *cx, const struct lg_upstream *up, struct lg_upstream_person *person)
{
	person->subject = lg_json_member_text(person->user_info, up->subject);
	if (lg_str_empty(person->subject) || person->subject.len > SUBJECT_MAX)
		return lg_upstream_error(cx, up, "it does not say who this is");
	return LG_OK;
}

lg_status
lg_upstream_attributes(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	struct lg_upstream_person *person)
{
	if (!lg_str_present(up->places.user_info))
		return LG_OK;
	/* An issuer need not give an access token that is good for anything. */
	if (!lg_upstream_is_token(person->access_token))
		return LG_OK;
	LG_TRY(ask(cx, env, up, person->access_token, &person->user_info));
	return up->kind->openid ? check_same(cx, up, person) : read_subject(cx, up, person);
}

/* ---- values ---- */

/* application/x-www-form-urlencoded leaves these as they are. */
static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
		|| lg_str_has_byte(LG_STR(".-*_"), c);
}

static void
put_encoded(struct lg_buf *b, lg_str value)
{
	for (size_t i = 0; i < value.len; i++) {
		const char c = value.ptr[i];
		if (is_plain(c))
			lg_buf_byte(b, (unsigned char)c);
		else if (c == ' ')
			lg_buf_byte(b, '+');
		else
			lg_buf_fmt(b, "%%%02X", (unsigned)(unsigned char)c);
	}
}

static lg_status
list_text(struct lg_ctx *cx, const json_t *list, lg_str *ret)
{
	struct lg_buf b = lg_buf_start(cx, VALUE_MAX);
	lg_buf_byte(&b, '[');
	for (size_t i = 0; i < json_array_size(list); i++) {
		lg_str value;
		LG_TRY(lg_claim_text(cx, json_array_get(list, i), &value));
		if (i)
			lg_buf_put(&b, LG_STR(", "));
		put_encoded(&b, value);
	}
	lg_buf_byte(&b, ']');
	return lg_buf_finish(cx, &b, ret);
}

/* Of the objects that there are, an address has one text that says all. */
static lg_status
value_text(struct lg_ctx *cx, const json_t *value, lg_str *ret)
{
	if (json_is_array(value))
		return list_text(cx, value, ret);
	if (json_is_object(value))
		value = lg_json_member(value, LG_STR("formatted"));
	*ret = LG_STR_NONE;
	return value ? lg_claim_text(cx, value, ret) : LG_OK;
}

/* Apple: names alone, which nobody has signed. */
static const json_t *
of_form(const struct lg_upstream_person *person, lg_str name)
{
	if (!lg_str_eq(name, LG_STR("firstName")) && !lg_str_eq(name, LG_STR("lastName")))
		return NULL;
	return lg_json_member(lg_json_member(person->form, LG_STR("name")), name);
}

static lg_str
of_tokens(const struct lg_upstream_person *person, lg_str name)
{
	const struct {
		lg_str name, value;
	} tokens[] = {
		{ LG_STR("id_token"), person->id_token },
		{ LG_STR("access_token"), person->access_token },
		{ LG_STR("refresh_token"), person->refresh_token },
	};
	for (size_t i = 0; i < LG_LEN(tokens); i++)
		if (lg_str_eq(tokens[i].name, name))
			return tokens[i].value;
	return LG_STR_NONE;
}

/* UserInfo comes first. A flag counts where its value is: another document may mean another address. */
static const json_t *
of_documents(const struct lg_upstream_person *person, lg_str name)
{
	const lg_str base = lg_attribute_flagged(name);
	const json_t *first = person->user_info, *second = person->claims;
	const json_t *value = lg_json_member(first, name);
	if (value || !lg_json_member(first, base))
		return value ? value : lg_json_member(second, name);
	const bool same = lg_str_eq(lg_json_member_text(first, base), lg_json_member_text(second, base));
	return same ? lg_json_member(second, name) : NULL;
}

lg_status
lg_upstream_claim(struct lg_ctx *cx, const struct lg_upstream_person *person, lg_str name, lg_str *ret)
{
	const json_t *value = of_documents(person, name);
	if (!value)
		value = of_form(person, name);
	if (value)
		return value_text(cx, value, ret);
	*ret = of_tokens(person, name);
	return LG_OK;
}

#include "authorizer/answer.h"

#include "base/buf.h"
#include "codec/bytes.h"
#include "codec/json.h"

#define S LG_STR_INIT
/* Status line, Date, ids, Content-Length, and what a proxy adds. */
#define FRAME_BYTES 320
#define VALUE_MAX_BYTES ((size_t)64 << 10)
#define BODY_MAX_BYTES ((size_t)16 << 10)

static const lg_str names[LG_AUTHZ_HEADERS] = {
	[LG_AUTHZ_TYPE] = S("X-Authz-Type"),
	[LG_AUTHZ_PRINCIPAL] = S("X-Authz-Principal"),
	[LG_AUTHZ_SUB] = S("X-Authz-Sub"),
	[LG_AUTHZ_USERNAME] = S("X-Authz-Username"),
	[LG_AUTHZ_CLIENT_ID] = S("X-Authz-Client-Id"),
	[LG_AUTHZ_ACCOUNT] = S("X-Authz-Account"),
	[LG_AUTHZ_ARN] = S("X-Authz-Arn"),
	[LG_AUTHZ_IDENTITY_ID] = S("X-Authz-Identity-Id"),
	[LG_AUTHZ_IDENTITY_POOL_ID] = S("X-Authz-Identity-Pool-Id"),
	[LG_AUTHZ_CONTENT_SHA256] = S("X-Authz-Content-Sha256"),
	[LG_AUTHZ_SCOPES] = S("X-Authz-Scopes"),
	[LG_AUTHZ_GROUPS] = S("X-Authz-Groups"),
	[LG_AUTHZ_CONTEXT] = S("X-Amzn-Request-Context"),
	[LG_AUTHZ_OMITTED] = S("X-Authz-Omitted"),
};

lg_str
lg_authz_header_name(enum lg_authz_header header)
{
	return names[header];
}

/* Printable ASCII but '%'; a blank only inside. */
static bool
stays(lg_str text, size_t at, bool in_list)
{
	const char c = text.ptr[at];
	if (c == ' ')
		return !in_list && at > 0 && at + 1 < text.len;
	return c > ' ' && c < 0x7f && c != '%' && !(in_list && c == ',');
}

static void
put(struct lg_buf *b, lg_str text, bool in_list)
{
	for (size_t i = 0; i < text.len; i++) {
		if (stays(text, i, in_list))
			lg_buf_byte(b, (unsigned char)text.ptr[i]);
		else
			lg_buf_fmt(b, "%%%02X", (unsigned char)text.ptr[i]);
	}
}

static lg_status
encode(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	size_t at = 0;
	while (at < text.len && stays(text, at, false))
		at++;
	if (at == text.len) {
		*ret = lg_str_present(text) ? text : LG_STR("");
		return LG_OK;
	}
	struct lg_buf b = lg_buf_start(cx, VALUE_MAX_BYTES * 3);
	put(&b, text, false);
	return lg_buf_finish(cx, &b, ret);
}

static lg_status
encode_list(struct lg_ctx *cx, const struct lg_str_list *list, lg_str *ret)
{
	struct lg_buf b = lg_buf_start(cx, VALUE_MAX_BYTES * 3);
	for (size_t i = 0; list && i < list->count; i++) {
		if (i)
			lg_buf_byte(&b, ',');
		put(&b, list->items[i], true);
	}
	return lg_buf_finish(cx, &b, ret);
}

static lg_status
value_of(struct lg_ctx *cx, const struct lg_authz_who *who, size_t header, lg_str *ret)
{
	*ret = LG_STR("");
	if (header == LG_AUTHZ_GROUPS)
		return encode_list(cx, who->groups, ret);
	if (header == LG_AUTHZ_CONTEXT)
		return lg_str_present(who->context) ? lg_base64url_encode(cx, who->context, ret) : LG_OK;
	return encode(cx, who->texts[header], ret);
}

lg_status
lg_authz_allow(struct lg_ctx *cx, const struct lg_route *route, const struct lg_authz_who *who,
	struct lg_authz_answer *ret)
{
	*ret = (struct lg_authz_answer){ .status = 200, .route = route };
	size_t used = FRAME_BYTES, omitted_room = 0;
	for (size_t i = 0; i < LG_AUTHZ_HEADERS; i++)
		used += names[i].len + 4;
	struct lg_buf omitted = lg_buf_start(cx, VALUE_MAX_BYTES);
	for (size_t i = 0; i < LG_AUTHZ_OMITTED; i++)
		omitted_room += names[i].len + 1;
	used += omitted_room;
	for (size_t i = 0; i < LG_AUTHZ_OMITTED; i++) {
		lg_str value;
		const lg_status s = value_of(cx, who, i, &value);
		const bool fits = !lg_failed(s) && used + value.len <= route->header_bytes;
		if (lg_failed(s) && s.code != LG_E_TOO_LARGE)
			return s;
		if (fits) {
			ret->values[i] = value;
			used += value.len;
			continue;
		}
		ret->values[i] = LG_STR("");
		if (omitted.len)
			lg_buf_byte(&omitted, ',');
		lg_buf_put(&omitted, names[i]);
	}
	return lg_buf_finish(cx, &omitted, &ret->values[LG_AUTHZ_OMITTED]);
}

lg_status
lg_authz_refuse(struct lg_ctx *cx, int status, const char *error_type, bool capital, lg_str message,
	lg_str reason, struct lg_authz_answer *ret)
{
	const struct lg_route *route = ret->route;
	*ret = (struct lg_authz_answer){ .status = status, .reason = reason, .route = route };
	if (error_type)
		ret->error_type = lg_str_from_c(error_type);
	struct lg_json *j = lg_json_new(cx, BODY_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_pair_str(j, capital ? LG_STR("Message") : LG_STR("message"), message);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, &ret->body);
}

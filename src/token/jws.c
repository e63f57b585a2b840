#include "token/jws.h"

#include "codec/bytes.h"

lg_status
lg_jws_input_typed(struct lg_ctx *cx, lg_str kid, lg_str typ, enum lg_alg alg, lg_str claims_json,
	lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, 512);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("kid"), kid);
	if (lg_str_present(typ))
		lg_json_pair_str(j, LG_STR("typ"), typ);
	lg_json_pair_str(j, LG_STR("alg"), lg_alg_name(alg));
	lg_json_close(j, '}');
	lg_str header, claims;
	LG_TRY(lg_json_finish(cx, j, &header));
	LG_TRY(lg_base64url_encode(cx, header, &header));
	LG_TRY(lg_base64url_encode(cx, claims_json, &claims));
	lg_str parts[] = { header, LG_STR("."), claims };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_jws_input(struct lg_ctx *cx, lg_str kid, enum lg_alg alg, lg_str claims_json, lg_str *ret)
{
	return lg_jws_input_typed(cx, kid, LG_STR_NONE, alg, claims_json, ret);
}

lg_status
lg_jws_join(struct lg_ctx *cx, lg_str input, lg_str signature, lg_str *ret)
{
	lg_str text;
	LG_TRY(lg_base64url_encode(cx, signature, &text));
	lg_str parts[] = { input, LG_STR("."), text };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

static lg_status
no_token(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MALFORMED, "not a signed token");
}

/* An object, from base64url. */
static lg_status
read_object(struct lg_ctx *cx, lg_str part, json_t **ret)
{
	lg_str text;
	json_t *object;
	LG_TRY(lg_base64url_decode(cx, part, &text));
	LG_TRY(lg_json_parse(cx, text, &object));
	if (!json_is_object(object))
		return no_token(cx);
	*ret = object;
	return LG_OK;
}

/* Header members that change how the rest is to be read. We make no such tokens, so we take none. */
static const lg_str refused[] = { LG_STR_INIT("crit"), LG_STR_INIT("b64"), LG_STR_INIT("enc"),
	LG_STR_INIT("zip"), LG_STR_INIT("cty") };

lg_status
lg_jws_parse_client(struct lg_ctx *cx, lg_str token, struct lg_jws *ret)
{
	if (token.len > LG_JWS_MAX_BYTES)
		return no_token(cx);
	lg_str rest = token;
	lg_str header_text = lg_str_cut(&rest, '.');
	lg_str claims_text = lg_str_cut(&rest, '.');
	if (!lg_str_present(rest) || lg_str_has_byte(rest, '.') || !header_text.len || !claims_text.len ||
		!rest.len)
		return no_token(cx);

	struct lg_jws jws = { .input = lg_str_slice(token, 0, header_text.len + 1 + claims_text.len) };
	LG_TRY(read_object(cx, header_text, &jws.header));
	for (size_t i = 0; i < LG_LEN(refused); i++)
		if (lg_json_member(jws.header, refused[i]))
			return no_token(cx);
	jws.kid = lg_json_member_text(jws.header, LG_STR("kid"));
	jws.alg = lg_json_member_text(jws.header, LG_STR("alg"));
	jws.typ = lg_json_member_text(jws.header, LG_STR("typ"));
	if (!lg_str_present(jws.alg))
		return no_token(cx);
	LG_TRY(lg_base64url_decode(cx, rest, &jws.signature));
	LG_TRY(read_object(cx, claims_text, &jws.claims));
	*ret = jws;
	return LG_OK;
}

lg_status
lg_jws_parse(struct lg_ctx *cx, lg_str token, struct lg_jws *ret)
{
	struct lg_jws jws;
	LG_TRY(lg_jws_parse_client(cx, token, &jws));
	if (!lg_str_present(jws.kid))
		return no_token(cx);
	*ret = jws;
	return LG_OK;
}

bool
lg_jws_may_be_id_token(const struct lg_jws *jws)
{
	const lg_str suffix = LG_STR("+jwt");
	const lg_str end = lg_str_slice(
		jws->typ, jws->typ.len < suffix.len ? 0 : jws->typ.len - suffix.len, jws->typ.len);
	if (lg_str_eq_nocase(end, suffix) && !lg_str_eq_nocase(jws->typ, LG_STR("id+jwt")))
		return false;
	return !lg_json_member(jws->claims, LG_STR("events"));
}

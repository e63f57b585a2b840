#include "domain/user/filter.h"

/* What can be searched; custom attributes cannot. */
static const lg_str attributes[] = {
	LG_STR_INIT("username"), LG_STR_INIT("email"), LG_STR_INIT("phone_number"), LG_STR_INIT("name"),
	LG_STR_INIT("given_name"), LG_STR_INIT("family_name"), LG_STR_INIT("preferred_username"),
	LG_STR_INIT("cognito:user_status"), LG_STR_INIT("status"), LG_STR_INIT("sub"),
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_blanks(lg_str *rest)
{
	while (rest->len && is_blank(rest->ptr[0]))
		*rest = lg_str_slice(*rest, 1, rest->len);
}

static bool
take(lg_str *rest, lg_str token)
{
	if (!lg_str_starts(*rest, token))
		return false;
	*rest = lg_str_slice(*rest, token.len, rest->len);
	return true;
}

/* Everything up to a blank or the operator. */
static lg_str
take_name(lg_str *rest)
{
	size_t len = 0;
	while (len < rest->len && !is_blank(rest->ptr[len]) && rest->ptr[len] != '=' && rest->ptr[len] != '^'
	       && rest->ptr[len] != '"')
		len++;
	lg_str name = lg_str_slice(*rest, 0, len);
	*rest = lg_str_slice(*rest, len, rest->len);
	return name;
}

/* A quoted text; \" and \\ stand for the second character, any other backslash for itself. */
static bool
take_value(lg_str *rest, char *unescaped, lg_str *ret)
{
	if (!take(rest, LG_STR("\"")))
		return false;
	size_t len = 0;
	for (size_t i = 0; i < rest->len; i++) {
		char c = rest->ptr[i];
		if (c == '"') {
			*rest = lg_str_slice(*rest, i + 1, rest->len);
			*ret = (lg_str){ unescaped, len };
			return true;
		}
		bool escape = c == '\\' && i + 1 < rest->len
			      && (rest->ptr[i + 1] == '"' || rest->ptr[i + 1] == '\\');
		unescaped[len++] = escape ? rest->ptr[++i] : c;
	}
	return false;
}

static bool
parse(lg_str rest, char *unescaped, struct lg_filter *ret)
{
	skip_blanks(&rest);
	ret->attribute = take_name(&rest);
	skip_blanks(&rest);
	ret->prefix = take(&rest, LG_STR("^"));
	if (lg_str_empty(ret->attribute) || !take(&rest, LG_STR("=")))
		return false;
	skip_blanks(&rest);
	if (!take_value(&rest, unescaped, &ret->value))
		return false;
	skip_blanks(&rest);
	return lg_str_empty(rest);
}

lg_status
lg_filter_parse(struct lg_ctx *cx, lg_str text, struct lg_filter *ret)
{
	if (lg_str_empty(text)) {
		*ret = (struct lg_filter){ 0 };
		return LG_OK;
	}
	if (text.len > LG_FILTER_MAX_BYTES)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Error while parsing filter");
	char *unescaped = lg_new_array(cx, char, text.len);
	if (!unescaped)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_filter filter = { 0 };
	if (!parse(text, unescaped, &filter))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Error while parsing filter");
	for (size_t i = 0; i < LG_LEN(attributes); i++) {
		if (lg_str_eq(attributes[i], filter.attribute)) {
			*ret = filter;
			return LG_OK;
		}
	}
	return lg_fail(
		cx, LG_E_INVALID_PARAMETER, "Invalid search attribute: %.*s", LG_FMT(filter.attribute));
}

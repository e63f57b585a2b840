#include "domain/caller.h"

#include <string.h>

#define S LG_STR_INIT
#define IP_MAX 45 /* "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" */
#define APP_MAX 64

static const struct mark {
	lg_str text, name;
} browsers[] = {
	/* Each of these also names those below it. */
	{ S("Edg/"), S("Edge") }, { S("EdgA/"), S("Edge") }, { S("EdgiOS/"), S("Edge") },
	{ S("OPR/"), S("Opera") }, { S("SamsungBrowser/"), S("Samsung Internet") },
	{ S("FxiOS/"), S("Firefox") }, { S("Firefox/"), S("Firefox") },
	{ S("CriOS/"), S("Chrome") }, { S("Chrome/"), S("Chrome") }, { S("Safari/"), S("Safari") },
}, systems[] = {
	{ S("iPhone"), S("iOS") }, { S("iPad"), S("iPadOS") }, { S("os/ios"), S("iOS") },
	{ S("Android"), S("Android") }, { S("os/android"), S("Android") }, { S("CrOS"), S("ChromeOS") },
	{ S("Windows"), S("Windows") }, { S("os/windows"), S("Windows") },
	{ S("Macintosh"), S("macOS") }, { S("Darwin"), S("macOS") }, { S("os/macos"), S("macOS") },
	{ S("Linux"), S("Linux") }, { S("os/linux"), S("Linux") },
};

static bool
contains(lg_str text, lg_str part)
{
	for (size_t i = 0; i + part.len <= text.len; i++)
		if (lg_bytes_eq(text.ptr + i, part.ptr, part.len))
			return true;
	return false;
}

static lg_str
find_mark(const struct mark *marks, size_t count, lg_str text)
{
	for (size_t i = 0; i < count; i++)
		if (contains(text, marks[i].text))
			return marks[i].name;
	return LG_STR_NONE;
}

static bool
is_one_of(lg_str text, const char *extra)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];
		const char lower = (char)(c | 0x20);
		const bool plain = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
		if (!plain && !(c && strchr(extra, c)))
			return false;
	}
	return true;
}

/* The first product that the header names (RFC 9110, 10.1.5); every browser says "Mozilla". */
static lg_str
product(lg_str user_agent)
{
	lg_str rest = user_agent;
	const lg_str name = lg_str_cut(&rest, '/');
	if (!lg_str_present(rest) || name.len == 0 || name.len > APP_MAX || !is_one_of(name, "._-")
		|| lg_str_eq(name, LG_STR("Mozilla")))
		return LG_STR_NONE;
	return name;
}

lg_status
lg_caller_device_type(struct lg_ctx *cx, const struct lg_caller *caller, lg_str *ret)
{
	lg_str app = find_mark(browsers, LG_LEN(browsers), caller->user_agent);
	if (!lg_str_present(app))
		app = product(caller->user_agent);
	const lg_str system = find_mark(systems, LG_LEN(systems), caller->user_agent);
	if (lg_str_present(app) && lg_str_present(system))
		return lg_str_fmt(cx, ret, "%.*s, %.*s", LG_FMT(app), LG_FMT(system));
	*ret = lg_str_present(app) ? app : lg_str_present(system) ? system : LG_STR("unknown");
	return LG_OK;
}

bool
lg_caller_is_ip(lg_str text)
{
	return text.len >= 2 && text.len <= IP_MAX && is_one_of(text, ".:")
		&& (lg_str_has_byte(text, '.') || lg_str_has_byte(text, ':'));
}

#include "authorizer/path.h"

#include "base/buf.h"
#include "codec/bytes.h"

#define PATH_MAX_BYTES ((size_t)16 << 10)
#define PARTS_MAX 1024

static bool
is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

/* The byte that stands at `at`, escaped or not, and how many characters it takes. */
static unsigned char
byte_at(lg_str s, size_t at, size_t *ret_len)
{
	const int high = at + 2 < s.len && s.ptr[at] == '%' ? lg_hex_value(s.ptr[at + 1]) : -1;
	const int low = high >= 0 ? lg_hex_value(s.ptr[at + 2]) : -1;
	*ret_len = low >= 0 ? 3 : 1;
	return low >= 0 ? (unsigned char)(high * 16 + low) : (unsigned char)s.ptr[at];
}

static lg_status
check_bytes(struct lg_ctx *cx, lg_str raw)
{
	if (!lg_str_starts(raw, LG_STR("/")))
		return lg_fail(cx, LG_E_REFUSED, "the path does not begin with a slash");
	if (raw.len > PATH_MAX_BYTES)
		return lg_fail(cx, LG_E_REFUSED, "the path is too long");
	size_t len;
	for (size_t i = 0; i < raw.len; i += len) {
		const unsigned char c = byte_at(raw, i, &len);
		if (is_control(c) || (len == 1 && (c == ' ' || c == '#')))
			return lg_fail(cx, LG_E_REFUSED, "the path has controls, blanks or a fragment");
	}
	return LG_OK;
}

/* Nothing that could be read in two ways: most paths. */
static bool
is_plain(lg_str raw)
{
	for (size_t i = 0; i < raw.len; i++) {
		const char c = raw.ptr[i];
		if (c == '%' || c == '\\' || c == ';')
			return false;
		if (c == '/' && i + 1 < raw.len && (raw.ptr[i + 1] == '/' || raw.ptr[i + 1] == '.'))
			return false;
	}
	return true;
}

/* Some take a backslash for a slash. `parts`: escaped ones stay as they are. */
static lg_status
decode(struct lg_ctx *cx, lg_str raw, bool parts, lg_str *ret)
{
	struct lg_buf b = lg_buf_start(cx, PATH_MAX_BYTES);
	size_t len;
	for (size_t i = 0; i < raw.len; i += len) {
		const unsigned char c = byte_at(raw, i, &len);
		const bool slash = c == '/' || c == '\\';
		if (parts && len == 3 && slash)
			lg_buf_put(&b, c == '/' ? LG_STR("%2F") : LG_STR("%5C"));
		else
			lg_buf_byte(&b, slash && !parts ? '/' : c);
	}
	return lg_buf_finish(cx, &b, ret);
}

/* "..", and "..;x", which some servers take for it. */
static bool
is_dots(lg_str part, lg_str dots)
{
	return lg_str_eq(lg_str_slice(part, 0, lg_str_find_byte(part, ';')), dots);
}

/* RFC 3986, 5.2.4. `merge`: empty parts do not count. */
static lg_status
resolve(struct lg_ctx *cx, lg_str path, bool merge, lg_str *ret)
{
	size_t kept = 0, max = 1;
	for (size_t i = 0; i < path.len; i++)
		max += path.ptr[i] == '/';
	if (max > PARTS_MAX)
		return lg_fail(cx, LG_E_REFUSED, "the path has too many parts");
	lg_str *parts = lg_new_array(cx, lg_str, max);
	if (!parts)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	bool open = false; /* a slash at the end */
	lg_str rest = lg_str_slice(path, 1, path.len);
	while (lg_str_present(rest)) {
		const lg_str part = lg_str_cut(&rest, '/');
		const bool last = !lg_str_present(rest);
		const bool up = is_dots(part, LG_STR("..")), here = is_dots(part, LG_STR("."));
		open = up || here || (last && !part.len);
		if (up)
			kept -= kept > 0;
		else if (!here && (part.len || (!merge && !last)))
			parts[kept++] = part;
	}
	struct lg_buf b = lg_buf_start(cx, PATH_MAX_BYTES);
	for (size_t i = 0; i < kept; i++) {
		lg_buf_byte(&b, '/');
		lg_buf_put(&b, parts[i]);
	}
	if (!kept || open)
		lg_buf_byte(&b, '/');
	return lg_buf_finish(cx, &b, ret);
}

static void
add(struct lg_path *path, lg_str reading)
{
	for (size_t i = 0; i < path->count; i++)
		if (lg_str_eq(path->readings[i], reading))
			return;
	path->readings[path->count++] = reading;
}

lg_status
lg_path_read(struct lg_ctx *cx, lg_str raw, struct lg_path *ret)
{
	LG_TRY(check_bytes(cx, raw));
	*ret = (struct lg_path){ .raw = raw };
	if (is_plain(raw)) {
		add(ret, raw);
		return LG_OK;
	}
	lg_str parts, decoded, resolved;
	LG_TRY(decode(cx, raw, true, &parts));
	add(ret, parts);
	LG_TRY(decode(cx, raw, false, &decoded));
	LG_TRY(resolve(cx, decoded, false, &resolved));
	add(ret, resolved);
	LG_TRY(resolve(cx, decoded, true, &resolved));
	add(ret, resolved);
	return LG_OK;
}

/* ---- patterns ---- */

/* "{id}", "{rest+}" */
static bool
is_name(lg_str part)
{
	return part.len > 2 && lg_str_starts(part, LG_STR("{")) && lg_str_ends(part, LG_STR("}"));
}

static bool
is_greedy(lg_str part)
{
	return is_name(part) && lg_str_ends(part, LG_STR("+}"));
}

lg_status
lg_path_pattern_read(struct lg_ctx *cx, lg_str text, struct lg_path_pattern *ret)
{
	*ret = (struct lg_path_pattern){ .text = text, .any = lg_str_eq(text, LG_STR("*")) };
	if (ret->any)
		return LG_OK;
	if (!lg_str_starts(text, LG_STR("/")))
		return lg_fail(
			cx, LG_E_REFUSED, "\"%.*s\" is neither * nor begins with a slash", LG_FMT(text));
	for (lg_str rest = lg_str_slice(text, 1, text.len); lg_str_present(rest);) {
		const lg_str part = lg_str_cut(&rest, '/');
		const bool braces = lg_str_has_byte(part, '{') || lg_str_has_byte(part, '}');
		if (braces && !is_name(part))
			return lg_fail(cx, LG_E_REFUSED, "\"%.*s\": {name} takes a whole part of the path",
				LG_FMT(text));
		if (is_greedy(part) && lg_str_present(rest))
			return lg_fail(
				cx, LG_E_REFUSED, "\"%.*s\": nothing stands behind {name+}", LG_FMT(text));
		if (!braces && lg_str_has_byte(part, '*'))
			return lg_fail(cx, LG_E_REFUSED,
				"\"%.*s\": * stands alone; {name+} is the rest of a path", LG_FMT(text));
	}
	return LG_OK;
}

bool
lg_path_matches(const struct lg_path_pattern *pattern, lg_str reading)
{
	if (pattern->any)
		return true;
	lg_str wanted = lg_str_slice(pattern->text, 1, pattern->text.len);
	lg_str there = lg_str_slice(reading, 1, reading.len);
	while (lg_str_present(wanted)) {
		if (!lg_str_present(there))
			return false;
		const lg_str part = lg_str_cut(&wanted, '/');
		if (is_greedy(part))
			return there.len > 0;
		const lg_str found = lg_str_cut(&there, '/');
		if (is_name(part) ? found.len == 0 : !lg_str_eq(part, found))
			return false;
	}
	return !lg_str_present(there);
}

lg_status
lg_path_parameters(
	struct lg_ctx *cx, const struct lg_path_pattern *pattern, lg_str reading, struct lg_str_map *ret)
{
	size_t room = 0;
	for (size_t i = 0; i < pattern->text.len; i++)
		room += pattern->text.ptr[i] == '{';
	struct lg_str_map map = { .items = lg_new_array(cx, struct lg_str_pair, room), .has = true };
	if (!map.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_str wanted = lg_str_slice(pattern->text, 1, pattern->text.len);
	lg_str there = lg_str_slice(reading, 1, reading.len);
	while (!pattern->any && lg_str_present(wanted)) {
		const lg_str part = lg_str_cut(&wanted, '/');
		const bool greedy = is_greedy(part);
		const lg_str found = greedy ? there : lg_str_cut(&there, '/');
		if (is_name(part))
			map.items[map.count++] =
				(struct lg_str_pair){ lg_str_slice(part, 1, part.len - 1 - greedy), found };
	}
	*ret = map;
	return LG_OK;
}

#include "codec/text.h"

#include <pthread.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#define MATCH_LIMIT 100000
#define PATTERNS_MAX 256

bool
lg_text_is_utf8(lg_str s)
{
	/* Most of what we see is ASCII: eight bytes at a glance. */
	size_t ascii = 0;
	for (uint64_t eight; s.len - ascii >= sizeof(eight); ascii += sizeof(eight)) {
		memcpy(&eight, s.ptr + ascii, sizeof(eight));
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	const lg_str rest = lg_str_slice(s, ascii, s.len);
	return rest.len == 0 || u8_check((const uint8_t *)rest.ptr, rest.len) == NULL;
}

size_t
lg_text_utf16_len(lg_str s)
{
	size_t units = 0;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if ((c & 0xc0) != 0x80) /* Each character has one byte that is no continuation. */
			units += c >= 0xf0 ? 2 : 1;
	}
	return units;
}

lg_str
lg_text_cut(lg_str s, size_t max_bytes)
{
	if (s.len <= max_bytes)
		return s;
	while (max_bytes && ((unsigned char)s.ptr[max_bytes] & 0xc0) == 0x80)
		max_bytes--;
	return lg_str_slice(s, 0, max_bytes);
}

uint32_t
lg_text_next(lg_str *s)
{
	unsigned char first = (unsigned char)s->ptr[0];
	ucs4_t c = first;
	int len = 1;
	if (first >= 0x80) {
		len = u8_mbtoucr(&c, (const uint8_t *)s->ptr, s->len);
		if (len < 1) {
			c = LG_TEXT_BROKEN + first;
			len = 1;
		}
	}
	*s = lg_str_slice(*s, (size_t)len, s->len);
	return c;
}

uint32_t
lg_text_fold_char(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
	return c < LG_TEXT_BROKEN ? uc_tolower(uc_toupper(c)) : c;
}

static bool
is_ascii(lg_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

lg_status
lg_text_fold(struct lg_ctx *cx, lg_str s, lg_str *ret)
{
	if (is_ascii(s))
		return lg_str_lower(cx, s, ret);
	if (!lg_text_is_utf8(s))
		return lg_fail(cx, LG_E_MALFORMED, "text is not UTF-8");

	/* Folding can lengthen: 3 times at most by the fold, 18 times in one extreme case of NFKC. */
	size_t len = s.len * 18 + 64;
	uint8_t *room = lg_new_array(cx, uint8_t, len);
	if (!room)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t got = len;
	uint8_t *folded = u8_casefold((const uint8_t *)s.ptr, s.len, NULL, UNINORM_NFKC, room, &got);
	if (!folded)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (folded != room) { /* The library allocates when the room does not do; it always does. */
		return lg_fail(cx, LG_E_INTERNAL, "case folding outgrew its room");
	}
	*ret = lg_str_from_bytes(folded, got);
	return LG_OK;
}

/* Patterns are the API's: a few dozen, compiled on first use and kept. The table only grows. */
struct compiled {
	const char *pattern;
	pcre2_code *code;
};

static struct compiled patterns[PATTERNS_MAX];
static _Atomic size_t pattern_count;
static pthread_mutex_t pattern_lock = PTHREAD_MUTEX_INITIALIZER;

static pcre2_code *
find_pattern(const char *pattern)
{
	size_t count = pattern_count;
	for (size_t i = 0; i < count; i++)
		if (patterns[i].pattern == pattern)
			return patterns[i].code;
	return NULL;
}

static pcre2_code *
compile(const char *pattern)
{
	int error;
	PCRE2_SIZE where;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	if (!context)
		return NULL;
	/* As in Java: \uHHHH is a character (PCRE2_ALT_BSUX), and a dot stops at CR and LF. */
	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX,
		&error, &where, context);
	pcre2_compile_context_free(context);
	if (code)
		(void)pcre2_jit_compile(
			code, PCRE2_JIT_COMPLETE); /* Without it matching is slower, not wrong. */
	return code;
}

static pcre2_code *
get_pattern(const char *pattern)
{
	pcre2_code *code = find_pattern(pattern);
	if (code)
		return code;
	pthread_mutex_lock(&pattern_lock);
	code = find_pattern(pattern);
	if (!code && pattern_count < PATTERNS_MAX) {
		code = compile(pattern);
		if (code) {
			patterns[pattern_count] = (struct compiled){ pattern, code };
			pattern_count++;
		}
	}
	pthread_mutex_unlock(&pattern_lock);
	return code;
}

lg_status
lg_text_matches(struct lg_ctx *cx, lg_str s, const char *pattern, bool *ret)
{
	pcre2_code *code = get_pattern(pattern);
	if (!code)
		return lg_fail(cx, LG_E_INTERNAL, "pattern does not compile: %s", pattern);
	if (!lg_text_is_utf8(s)) {
		*ret = false;
		return LG_OK;
	}
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int found = PCRE2_ERROR_NOMEMORY;
	if (context && data) {
		pcre2_set_match_limit(context, MATCH_LIMIT);
		PCRE2_SPTR text = (PCRE2_SPTR)(s.ptr ? s.ptr : "");
		found = pcre2_match(code, text, s.len, 0, PCRE2_NO_UTF_CHECK, data, context);
		if (found == PCRE2_ERROR_JIT_STACKLIMIT) /* The interpreter has the heap. */
			found = pcre2_match(
				code, text, s.len, 0, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, context);
	}
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	if (found == PCRE2_ERROR_NOMEMORY)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret = found >= 0;
	return LG_OK;
}

/*
 * text.h - Unicode: validity, length as the API counts it, case folding.
 */
#ifndef LG_CODEC_TEXT_H
#define LG_CODEC_TEXT_H

#include "base/ctx.h"

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). NUL is a character like others. */
bool lg_text_is_utf8(lg_str s);

/* Length in UTF-16 code units, as AWS counts; `s` is UTF-8. */
size_t lg_text_utf16_len(lg_str s);

/* The beginning of `s`, at most `max_bytes` of it, in whole characters. */
lg_str lg_text_cut(lg_str s, size_t max_bytes);

/*
 * Take the first character off `*s`, which is not empty. A byte that begins no well-formed character is
 * taken alone, as LG_TEXT_BROKEN plus its value: it equals itself and no character.
 */
#define LG_TEXT_BROKEN UINT32_C(0x110000)
uint32_t lg_text_next(lg_str *s);

/*
 * One character without its case (Unicode's simple mappings): what two of equal ones differ in is case
 * alone.
 */
uint32_t lg_text_fold_char(uint32_t c);

/* NFKC case fold (DATA 7), the canonical form of user names and e-mails in case-insensitive pools. */
LG_MUST lg_status lg_text_fold(struct lg_ctx *cx, lg_str s, lg_str *ret);

/*
 * Does all of `s` match `pattern` (the API's Java syntax: \p{L}, \S, \w ASCII only, \u00A0, look-behind)?
 * A pattern is compiled once and kept under its address, so it must be a constant of the program.
 * LG_E_INTERNAL when it does not compile. Text that is not UTF-8 matches nothing; exceeding the match limit
 * counts as no match.
 */
LG_MUST lg_status lg_text_matches(struct lg_ctx *cx, lg_str s, const char *pattern, bool *ret);

#endif

/*
 * webauthn.h - a ceremony that is right, of which a test spoils one thing. Of the tests of token/webauthn.h.
 */
#ifndef LG_TESTS_UNIT_WEBAUTHN_H
#define LG_TESTS_UNIT_WEBAUTHN_H

#include "tests/lib/test.h"

#include "codec/bytes.h"
#include "codec/json.h"
#include "tests/lib/authenticator.h"
#include "token/webauthn_impl.h"

#define CHALLENGE LG_STR("Y2hhbGxlbmdlIG9mIHRoZSB0ZXN0cw")
#define ORIGIN LG_STR("https://app.example.com")
#define RP_ID LG_STR("example.com")
#define HANDLE LG_STR("handle of the user")

static struct lg_test_ctx t;
static struct lg_ctx *cx;
static struct authenticator_how how;
static struct lg_webauthn_expect expect;
static const enum lg_cose_alg all[] = { LG_COSE_ES256, LG_COSE_RS256, LG_COSE_EDDSA };

static inline void
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	cx = &t.cx;
	how = authenticator_right(CHALLENGE, ORIGIN, RP_ID);
	expect = (struct lg_webauthn_expect){ .challenge = CHALLENGE, .rp_id = RP_ID };
}

static inline void
end(void)
{
	lg_test_ctx_done(&t);
}

static inline lg_status
registered(struct lg_webauthn_credential *ret)
{
	const struct lg_webauthn_registration sent = authenticator_create(cx, &how);
	return lg_webauthn_register(cx, &expect, all, LG_LEN(all), &sent, ret);
}

static inline int
register_code(void)
{
	struct lg_webauthn_credential credential;
	return registered(&credential).code;
}

static inline struct lg_webauthn_credential
credential(void)
{
	struct lg_webauthn_credential made;
	CHECK_OK(registered(&made));
	how.count = made.count ? made.count + 1 : 0;
	return made;
}

static inline int
assert_code(const struct lg_webauthn_credential *registered_one)
{
	struct lg_webauthn_credential copy = *registered_one;
	const struct lg_webauthn_assertion sent = authenticator_get(cx, &how);
	return lg_webauthn_assert(cx, &expect, HANDLE, &sent, &copy).code;
}

static inline lg_str
concat(lg_str a, lg_str b)
{
	lg_str joined;
	CHECK_OK(lg_str_concat(cx, (const lg_str[]){ a, b }, 2, &joined));
	return joined;
}

static inline lg_str
hex(const char *digits)
{
	lg_str bytes;
	CHECK_OK(lg_hex_decode(cx, lg_str_from_c(digits), &bytes));
	return bytes;
}

static inline lg_str
with_byte(lg_str bytes, size_t at, char byte)
{
	lg_str copy;
	CHECK_OK(lg_str_dup(cx, bytes, &copy));
	((char *)copy.ptr)[at] = byte;
	return copy;
}

#endif

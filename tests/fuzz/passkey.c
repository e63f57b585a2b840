/* Credentials as browsers send them: what is taken has an id that is written back as it stood there. */
#include "domain/auth/passkey_json.h"

#include "codec/bytes.h"
#include "codec/json.h"
#include "tests/fuzz/fuzz.h"

/* Is this the text of the member "id"? */
static void
check_id(struct lg_ctx *cx, lg_str in, lg_str raw_id)
{
	json_t *tree;
	lg_str text;
	MUST_OK(lg_json_parse(cx, in, &tree));
	MUST_OK(lg_base64url_encode(cx, raw_id, &text));
	MUST(text.len && lg_str_eq(text, lg_json_member_text(tree, LG_STR("id"))));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	lg_json_global_init();
	FUZZ_CONTEXT(cx);
	const lg_str in = lg_str_from_bytes(bytes, size);
	struct lg_webauthn_registration made;
	struct lg_passkey_hints hints;
	lg_status s = lg_passkey_json_registration(cx, in, &made, &hints);
	MUST(!lg_failed(s) || s.code == LG_E_INVALID_PARAMETER);
	if (!lg_failed(s)) {
		check_id(cx, in, made.raw_id);
		MUST(hints.transports.count <= LG_PASSKEY_TRANSPORTS_MAX);
	}
	struct lg_webauthn_assertion got;
	s = lg_passkey_json_assertion(cx, in, &got);
	MUST(!lg_failed(s) || s.code == LG_E_INVALID_PARAMETER);
	if (!lg_failed(s))
		check_id(cx, in, got.raw_id);
	return 0;
}

/* Tokens taken apart: what is taken is three parts, in the form that would be made of it again. */
#include "token/jws.h"

#include "codec/bytes.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lg_json_global_init();
	FUZZ_CONTEXT(cx);
	const lg_str in = lg_str_from_bytes(data, size);
	struct lg_jws jws;
	const lg_status s = lg_jws_parse(cx, in, &jws);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_MALFORMED);
		return 0;
	}
	MUST(size <= LG_JWS_MAX_BYTES && json_is_object(jws.claims));
	MUST(lg_str_present(jws.kid) && lg_str_present(jws.alg));
	lg_str signature, again;
	MUST_OK(lg_base64url_encode(cx, jws.signature, &signature));
	MUST_OK(lg_jws_join(cx, jws.input, jws.signature, &again));
	MUST(lg_str_eq(again, in) && lg_str_ends(in, signature));
	return 0;
}

/*
 * clientDataJSON and its origin: what is taken has three texts, and an origin that is allowed is below
 * its id.
 */
#include "codec/json.h"
#include "tests/fuzz/fuzz.h"
#include "token/webauthn.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	lg_json_global_init();
	FUZZ_CONTEXT(cx);
	const lg_str in = lg_str_from_bytes(bytes, size), id = LG_STR("example.com");
	const struct lg_str_list none = { 0 };
	struct lg_webauthn_client client = { .origin = in };
	const lg_status s = lg_webauthn_client_read(cx, in, &client);
	MUST(!lg_failed(s) || s.code == LG_E_INVALID_PARAMETER);
	if (!lg_failed(s))
		MUST(lg_str_present(client.type) && lg_str_present(client.challenge) &&
			lg_str_present(client.origin) && size <= LG_WEBAUTHN_CLIENT_DATA_MAX);
	if (lg_webauthn_origin_allowed(client.origin, id, &none)) {
		MUST(lg_str_starts(client.origin, LG_STR("https://")) && lg_str_ends(client.origin, id));
		const lg_str before = lg_str_slice(client.origin, 8, client.origin.len - id.len);
		MUST(!before.len || lg_str_ends(before, LG_STR(".")));
		for (size_t i = 0; i < before.len; i++)
			MUST(before.ptr[i] > ' ' && !lg_str_has_byte(LG_STR("/\\@#?:%[]"), before.ptr[i]));
	}
	return 0;
}

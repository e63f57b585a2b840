/* Numbers that clients send: A, and B as it comes back from us, on a line each; and all of it a verifier. */
#include "crypto/srp.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	lg_str B = lg_str_from_bytes(data, size);
	const lg_str A = lg_str_cut(&B, '\n');
	unsigned char verifier[LG_SRP_N_SIZE], b[LG_SRP_SECRET_SIZE], key[16];
	memset(verifier, 3, sizeof(verifier));
	memset(b, 5, sizeof(b));

	const lg_status checked = lg_srp_check_A(cx, A);
	MUST(!lg_failed(checked) || checked.code == LG_E_MALFORMED);
	const lg_status s = lg_srp_key(cx, lg_str_from_bytes(verifier, sizeof(verifier)),
		lg_str_from_bytes(b, sizeof(b)), A, B, key);
	MUST(!lg_failed(s) || s.code == LG_E_MALFORMED);
	MUST(lg_failed(s) || !lg_failed(checked)); /* whoever has a key was let in */
	MUST(cx->work.modexps == (lg_failed(s) ? 0 : 2));

	lg_str read;
	const lg_status taken = lg_srp_read_verifier(cx, lg_str_from_bytes(data, size), &read);
	MUST(!lg_failed(taken) || taken.code == LG_E_MALFORMED);
	MUST(lg_failed(taken) || read.len == LG_SRP_N_SIZE);
	return 0;
}

/*
 * Signed requests. The input is a request as text: method, path, query, one header "Name:value" a line, an
 * empty line, the body. No signature over it can be right, because nobody knows the key.
 */
#include "token/sigv4.h"

#include "tests/fuzz/fuzz.h"

#define HEADERS_MAX 32

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	lg_str rest = lg_str_from_bytes(data, size);
	struct lg_str_pair headers[HEADERS_MAX];
	struct lg_sigv4_request request = { .headers = { .items = headers, .has = true } };
	request.method = lg_str_cut(&rest, '\n');
	request.path = lg_str_cut(&rest, '\n');
	request.query = lg_str_cut(&rest, '\n');
	if (lg_str_empty(request.path) || request.path.ptr[0] != '/')
		return 0;
	while (request.headers.count < HEADERS_MAX) {
		lg_str value = lg_str_cut(&rest, '\n');
		if (lg_str_empty(value))
			break;
		const lg_str name = lg_str_cut(&value, ':');
		headers[request.headers.count++] = (struct lg_str_pair){ name, lg_str_trim(value) };
	}
	request.body = lg_str_present(rest) ? rest : LG_STR("");

	struct lg_sigv4_claim claim;
	lg_status s = lg_sigv4_parse(cx, &request, &claim);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_MISSING_AUTHENTICATION_TOKEN || s.code == LG_E_INCOMPLETE_SIGNATURE ||
			s.code == LG_E_INVALID_SIGNATURE);
		return 0;
	}
	lg_str canonical = LG_STR_NONE, to_sign = LG_STR_NONE;
	s = lg_sigv4_verify(cx, &request, &claim, LG_STR("nobody knows"), claim.service, claim.time,
		&canonical, &to_sign);
	MUST(s.code == LG_E_INVALID_SIGNATURE);
	return 0;
}

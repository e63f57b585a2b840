/*
 * Signed requests. The input is text: method, path, query, headers "Name:value" a line each, an empty
 * line, body. A request whose signature can be computed verifies with that signature and with no other;
 * its canonical form has a line for each part and none besides.
 */
#include "token/sigv4.h"

#include <string.h>

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "tests/fuzz/fuzz.h"

#define SECRET LG_STR("secret")
#define MAX_HEADERS 64

static bool
read_request(struct lg_ctx *cx, lg_str text, struct lg_sigv4_request *ret)
{
	struct lg_sigv4_request request = { .headers = { .items = lg_new_array(
								 cx, struct lg_str_pair, MAX_HEADERS) } };
	MUST(request.headers.items);
	request.method = lg_str_cut(&text, '\n');
	request.path = lg_str_cut(&text, '\n');
	request.query = lg_str_cut(&text, '\n');
	while (lg_str_present(text)) {
		lg_str value = lg_str_cut(&text, '\n');
		if (!value.len)
			break;
		if (request.headers.count == MAX_HEADERS)
			return false;
		lg_str name = lg_str_cut(&value, ':');
		request.headers.items[request.headers.count++] = (struct lg_str_pair){ name, value };
	}
	request.body = text;
	*ret = request;
	return true;
}

static size_t
count_byte(lg_str s, char byte)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; i++)
		count += s.ptr[i] == byte;
	return count;
}

static lg_str
signature_of(struct lg_ctx *cx, const struct lg_sigv4_claim *claim, lg_str string_to_sign)
{
	unsigned char key[LG_SHA256_SIZE];
	lg_hmac_sha256(LG_STR("AWS4secret"), &claim->date, 1, key);
	const lg_str rest[] = { claim->region, claim->service, LG_STR("aws4_request"), string_to_sign };
	for (size_t i = 0; i < LG_LEN(rest); i++)
		lg_hmac_sha256(lg_str_from_bytes(key, sizeof(key)), &rest[i], 1, key);
	lg_str hex;
	MUST_OK(lg_hex_encode(cx, lg_str_from_bytes(key, sizeof(key)), &hex));
	return hex;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	struct lg_sigv4_request request;
	struct lg_sigv4_claim claim;
	if (!read_request(cx, lg_str_from_bytes(data, size), &request))
		return 0;
	lg_status s = lg_sigv4_parse(cx, &request, &claim);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_MISSING_AUTHENTICATION_TOKEN || s.code == LG_E_INCOMPLETE_SIGNATURE ||
			s.code == LG_E_INVALID_SIGNATURE);
		return 0;
	}
	lg_str canonical, string_to_sign;
	const lg_str service = claim.service;
	claim.signature = LG_STR("0000000000000000000000000000000000000000000000000000000000000000");
	s = lg_sigv4_verify(cx, &request, &claim, SECRET, service, claim.time, &canonical, &string_to_sign);
	MUST(s.code == LG_E_INVALID_SIGNATURE || (s.code == LG_E_TOO_LARGE && size > 4096));
	if (!lg_str_present(string_to_sign))
		return 0;

	MUST(count_byte(canonical, '\n') == count_byte(claim.signed_headers, ';') + 6);
	claim.signature = signature_of(cx, &claim, string_to_sign);
	s = lg_sigv4_verify(cx, &request, &claim, SECRET, service, claim.time, &canonical, &string_to_sign);
	MUST(s.code == (lg_str_starts(claim.amz_date, claim.date) ? LG_E_OK : LG_E_INVALID_SIGNATURE));
	return 0;
}

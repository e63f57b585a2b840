#include "token/sigv4.h"

#include "codec/uri.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define EXPIRES_MAX_S 604800

/* The only value of a header; LG_E_INCOMPLETE_SIGNATURE when it stands twice. Absent when it does not stand. */
static lg_status
one_header(struct lg_ctx *cx, const struct lg_str_map *headers, lg_str name, lg_str *ret)
{
	lg_str found = LG_STR_NONE;
	for (size_t i = 0; i < headers->count; i++) {
		if (!lg_str_eq_nocase(headers->items[i].key, name))
			continue;
		if (lg_str_present(found))
			return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Header '%.*s' stands twice.", LG_FMT(name));
		found = headers->items[i].value;
	}
	*ret = found;
	return LG_OK;
}

static lg_status
one_param(struct lg_ctx *cx, const struct lg_str_map *params, lg_str name, lg_str *ret)
{
	lg_str found = LG_STR_NONE;
	for (size_t i = 0; i < params->count; i++) {
		if (!lg_str_eq(params->items[i].key, name))
			continue;
		if (lg_str_present(found))
			return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Parameter '%.*s' stands twice.", LG_FMT(name));
		found = params->items[i].value;
	}
	*ret = found;
	return LG_OK;
}

/* "AKIA.../20300115/us-east-1/sts/aws4_request" */
static lg_status
read_credential(struct lg_ctx *cx, lg_str credential, struct lg_sigv4_claim *claim)
{
	lg_str rest = credential;
	claim->access_key_id = lg_str_cut(&rest, '/');
	claim->date = lg_str_cut(&rest, '/');
	claim->region = lg_str_cut(&rest, '/');
	claim->service = lg_str_cut(&rest, '/');
	if (!lg_str_eq(rest, LG_STR("aws4_request")) || !claim->access_key_id.len || claim->date.len != 8 || !claim->region.len
	    || !claim->service.len)
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%.*s'",
			LG_FMT(credential));
	return LG_OK;
}

static lg_status
required(struct lg_ctx *cx, lg_str value, const char *name, lg_str authorization)
{
	if (value.len)
		return LG_OK;
	return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Authorization header requires '%s' parameter. Authorization=%.*s", name,
		LG_FMT(lg_str_slice(authorization, 0, lg_str_find_byte(authorization, ' '))));
}

/* AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=... */
static lg_status
parse_authorization(struct lg_ctx *cx, const struct lg_sigv4_request *request, lg_str authorization,
	struct lg_sigv4_claim *claim)
{
	lg_str rest = authorization, credential = LG_STR_NONE;
	if (!lg_str_eq(lg_str_cut(&rest, ' '), LG_STR(ALGORITHM)))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Unsupported AWS 'algorithm' in the Authorization header.");
	while (rest.len) {
		lg_str value = lg_str_trim(lg_str_cut(&rest, ','));
		lg_str name = lg_str_cut(&value, '=');
		lg_str *place = lg_str_eq(name, LG_STR("Credential"))      ? &credential
				: lg_str_eq(name, LG_STR("SignedHeaders")) ? &claim->signed_headers
				: lg_str_eq(name, LG_STR("Signature"))     ? &claim->signature
									   : NULL;
		if (!place || lg_str_present(*place))
			return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Authorization header holds '%.*s' twice or unexpectedly.",
				LG_FMT(name));
		*place = value;
	}
	LG_TRY(required(cx, credential, "Credential", authorization));
	LG_TRY(required(cx, claim->signature, "Signature", authorization));
	LG_TRY(required(cx, claim->signed_headers, "SignedHeaders", authorization));
	LG_TRY(read_credential(cx, credential, claim));
	LG_TRY(one_header(cx, &request->headers, LG_STR("x-amz-date"), &claim->amz_date));
	if (!claim->amz_date.len)
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
	LG_TRY(one_header(cx, &request->headers, LG_STR("x-amz-security-token"), &claim->security_token));
	return one_header(cx, &request->headers, LG_STR("x-amz-content-sha256"), &claim->payload_hash);
}

static lg_status
parse_presigned(struct lg_ctx *cx, const struct lg_str_map *params, struct lg_sigv4_claim *claim)
{
	lg_str algorithm, credential, expires;
	uint64_t seconds;
	claim->presigned = true;
	LG_TRY(one_param(cx, params, LG_STR("X-Amz-Algorithm"), &algorithm));
	LG_TRY(one_param(cx, params, LG_STR("X-Amz-Credential"), &credential));
	LG_TRY(one_param(cx, params, LG_STR("X-Amz-Date"), &claim->amz_date));
	LG_TRY(one_param(cx, params, LG_STR("X-Amz-Expires"), &expires));
	LG_TRY(one_param(cx, params, LG_STR("X-Amz-SignedHeaders"), &claim->signed_headers));
	LG_TRY(one_param(cx, params, LG_STR("X-Amz-Signature"), &claim->signature));
	LG_TRY(one_param(cx, params, LG_STR("X-Amz-Security-Token"), &claim->security_token));
	if (!lg_str_eq(algorithm, LG_STR(ALGORITHM)))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Unsupported 'X-Amz-Algorithm'.");
	if (!credential.len || !claim->amz_date.len || !claim->signed_headers.len || !claim->signature.len)
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
			"AWS query-string parameters must include 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', "
			"'X-Amz-SignedHeaders' and 'X-Amz-Date'.");
	if (!lg_str_to_uint(expires, EXPIRES_MAX_S, &seconds) || !seconds)
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "X-Amz-Expires must be between 1 and %d seconds.", EXPIRES_MAX_S);
	claim->expires_s = (int64_t)seconds;
	return read_credential(cx, credential, claim);
}

static bool
is_signature(lg_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
			return false;
	return s.len == 64;
}

lg_status
lg_sigv4_parse(struct lg_ctx *cx, const struct lg_sigv4_request *request, struct lg_sigv4_claim *ret)
{
	struct lg_sigv4_claim claim = { .presigned = false };
	struct lg_str_map params = { .count = 0 };
	lg_str authorization, algorithm;
	LG_TRY(one_header(cx, &request->headers, LG_STR("authorization"), &authorization));
	if (request->query.len && lg_failed(lg_form_parse(cx, request->query, &params)))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "The query string cannot be read.");
	LG_TRY(one_param(cx, &params, LG_STR("X-Amz-Algorithm"), &algorithm));
	if (!lg_str_present(authorization) && !lg_str_present(algorithm))
		return lg_fail_default(cx, LG_E_MISSING_AUTHENTICATION_TOKEN);
	if (lg_str_present(authorization) && lg_str_present(algorithm))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Only one authentication mechanism is allowed.");

	if (lg_str_present(authorization))
		LG_TRY(parse_authorization(cx, request, authorization, &claim));
	else
		LG_TRY(parse_presigned(cx, &params, &claim));
	if (!lg_time_parse_sigv4(claim.amz_date, &claim.time))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Date must be in ISO-8601 'basic format'. Got '%.*s'.",
			LG_FMT(claim.amz_date));
	if (!is_signature(claim.signature))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "The signature is not 64 hexadecimal digits.");
	*ret = claim;
	return LG_OK;
}

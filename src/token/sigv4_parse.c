#include "token/sigv4.h"

#include "base/buf.h"
#include "codec/bytes.h"
#include "crypto/hash.h"
#include "token/sigv4_impl.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define TERMINATOR "aws4_request"
#define EXPIRES_MAX_S 604800
#define TEXT_MAX_BYTES 4096

/* The only value of a name, absent when there is none; LG_E_INCOMPLETE_SIGNATURE when it stands twice. */
static lg_status
only_one(struct lg_ctx *cx, const struct lg_str_map *map, lg_str name, bool any_case, lg_str *ret)
{
	lg_str found = LG_STR_NONE;
	for (size_t i = 0; i < map->count; i++) {
		const struct lg_str_pair *item = &map->items[i];
		if (any_case ? !lg_str_eq_nocase(item->key, name) : !lg_str_eq(item->key, name))
			continue;
		if (lg_str_present(found))
			return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "'%.*s' stands twice.", LG_FMT(name));
		found = item->value;
	}
	*ret = found;
	return LG_OK;
}

static lg_status
one_header(struct lg_ctx *cx, const struct lg_sigv4_request *request, lg_str name, lg_str *ret)
{
	return only_one(cx, &request->headers, name, true, ret);
}

/* What stands behind the last slash, cut off. */
static lg_str
cut_last(lg_str *s)
{
	size_t at = s->len;
	while (at > 0 && s->ptr[at - 1] != '/')
		at--;
	lg_str last = lg_str_slice(*s, at, s->len);
	*s = lg_str_slice(*s, 0, at > 0 ? at - 1 : 0);
	return last;
}

/* "AKIA.../20300115/us-east-1/sts/aws4_request", taken apart from its end. */
static lg_status
read_credential(struct lg_ctx *cx, lg_str credential, struct lg_sigv4_claim *claim)
{
	lg_str rest = credential;
	lg_str terminator = cut_last(&rest);
	claim->service = cut_last(&rest);
	claim->region = cut_last(&rest);
	claim->date = cut_last(&rest);
	claim->access_key_id = rest;
	if (!claim->access_key_id.len || claim->date.len != 8 || !claim->region.len || !claim->service.len)
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
			"Credential must have exactly 5 slash-delimited elements, e.g. "
			"keyid/date/region/service/term, "
			"got '%.*s'",
			LG_FMT(credential));
	if (!lg_str_eq(terminator, LG_STR(TERMINATOR)))
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"Credential should be scoped with a valid terminator: '" TERMINATOR "', not '%.*s'.",
			LG_FMT(terminator));
	return LG_OK;
}

/* The header may be a bearer token of somebody who came to the wrong door: only its digest is repeated. */
static lg_status
digest_of(struct lg_ctx *cx, lg_str authorization, lg_str *ret)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&authorization, 1, digest);
	return lg_base64_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), ret);
}

static lg_status
not_a_pair(struct lg_ctx *cx, lg_str authorization)
{
	lg_str digest;
	LG_TRY(digest_of(cx, authorization, &digest));
	return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
		"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 "
		"and encoded with "
		"Base64): '%.*s'.",
		LG_FMT(digest));
}

/* The pieces of an Authorization header, absent when they do not stand. */
struct pieces {
	lg_str credential;
	lg_str signed_headers;
	lg_str signature;
};

/* AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=... */
static lg_status
take_apart(struct lg_ctx *cx, lg_str authorization, struct pieces *ret)
{
	lg_str rest = authorization;
	lg_str algorithm = lg_str_cut(&rest, ' ');
	if (!lg_str_eq(algorithm, LG_STR(ALGORITHM)) && lg_str_starts(algorithm, LG_STR("AWS4-")))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Unsupported AWS 'algorithm': '%.*s'.",
			LG_FMT(algorithm));
	if (!lg_str_eq(algorithm, LG_STR(ALGORITHM)))
		return not_a_pair(cx, authorization);
	struct pieces pieces = { .credential = LG_STR_NONE };
	while (rest.len) {
		lg_str value = lg_str_trim(lg_str_cut(&rest, ','));
		if (!lg_str_has_byte(value, '='))
			return not_a_pair(cx, authorization);
		lg_str name = lg_str_cut(&value, '=');
		lg_str *place = lg_str_eq(name, LG_STR("Credential"))      ? &pieces.credential
				: lg_str_eq(name, LG_STR("SignedHeaders")) ? &pieces.signed_headers
				: lg_str_eq(name, LG_STR("Signature"))     ? &pieces.signature
									   : NULL;
		if (!place || lg_str_present(*place))
			return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
				"Authorization header holds '%.*s' twice, or should not hold it.",
				LG_FMT(name));
		*place = value;
	}
	*ret = pieces;
	return LG_OK;
}

/* All that is missing, in one text. */
static lg_status
check_pieces(struct lg_ctx *cx, lg_str authorization, const struct pieces *pieces, lg_str date)
{
	const struct lg_str_pair required[] = {
		{ LG_STR("Credential"), pieces->credential },
		{ LG_STR("Signature"), pieces->signature },
		{ LG_STR("SignedHeaders"), pieces->signed_headers },
	};
	struct lg_buf text = lg_buf_start(cx, TEXT_MAX_BYTES);
	for (size_t i = 0; i < LG_LEN(required); i++)
		if (!required[i].value.len)
			lg_buf_fmt(&text, "Authorization header requires '%.*s' parameter. ",
				LG_FMT(required[i].key));
	if (!date.len)
		lg_buf_put(&text, LG_STR("Authorization header requires existence of either a 'X-Amz-Date' "
					 "or a 'Date' header. "));
	if (!text.len)
		return LG_OK;
	lg_str missing;
	lg_str digest;
	LG_TRY(lg_buf_finish(cx, &text, &missing));
	LG_TRY(digest_of(cx, authorization, &digest));
	return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
		"%.*s(Hashed with SHA-256 and encoded with Base64) Authorization=%.*s", LG_FMT(missing),
		LG_FMT(digest));
}

/* "Tue, 15 Jan 2030 10:20:30 GMT" (RFC 9110, 5.6.7) as "20300115T102030Z"; anything else stays as it is. */
static lg_status
basic_date(struct lg_ctx *cx, lg_str date, lg_str *ret)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	*ret = date;
	if (date.len != 29)
		return LG_OK;
	unsigned month = 0;
	while (month < 12 &&
		!lg_str_eq(lg_str_from_bytes(months + (size_t)3 * month, 3), lg_str_slice(date, 8, 11)))
		month++;
	lg_str basic;
	LG_TRY(lg_str_fmt(cx, &basic, "%.4s%02u%.2sT%.2s%.2s%.2sZ", date.ptr + 12, month + 1, date.ptr + 5,
		date.ptr + 17, date.ptr + 20, date.ptr + 23));
	/* Right only if it is written back the same. */
	lg_time time;
	char again[LG_TIME_HTTP_SIZE];
	if (!lg_time_parse_sigv4(basic, &time))
		return LG_OK;
	lg_time_http(time, again);
	if (lg_str_eq(lg_str_from_c(again), date))
		*ret = basic;
	return LG_OK;
}

static lg_status
parse_authorization(struct lg_ctx *cx, const struct lg_sigv4_request *request, lg_str authorization,
	struct lg_sigv4_claim *claim)
{
	struct pieces pieces;
	LG_TRY(take_apart(cx, authorization, &pieces));
	LG_TRY(one_header(cx, request, LG_STR("x-amz-date"), &claim->amz_date));
	if (!lg_str_present(claim->amz_date)) {
		LG_TRY(one_header(cx, request, LG_STR("date"), &claim->amz_date));
		LG_TRY(basic_date(cx, claim->amz_date, &claim->amz_date));
	}
	LG_TRY(check_pieces(cx, authorization, &pieces, claim->amz_date));
	claim->signed_headers = pieces.signed_headers;
	claim->signature = pieces.signature;
	LG_TRY(one_header(cx, request, LG_STR("x-amz-security-token"), &claim->security_token));
	return read_credential(cx, pieces.credential, claim);
}

static lg_status
parse_presigned(struct lg_ctx *cx, const struct lg_str_map *params, struct lg_sigv4_claim *claim)
{
	lg_str algorithm;
	lg_str credential;
	lg_str expires;
	const struct {
		lg_str name;
		bool required;
		lg_str *place;
	} wanted[] = {
		{ LG_STR("X-Amz-Algorithm"), true, &algorithm },
		{ LG_STR("X-Amz-Credential"), true, &credential },
		{ LG_STR("X-Amz-Signature"), true, &claim->signature },
		{ LG_STR("X-Amz-SignedHeaders"), true, &claim->signed_headers },
		{ LG_STR("X-Amz-Date"), true, &claim->amz_date },
		{ LG_STR("X-Amz-Expires"), false, &expires },
		{ LG_STR("X-Amz-Security-Token"), false, &claim->security_token },
	};
	claim->presigned = true;
	struct lg_buf text = lg_buf_start(cx, TEXT_MAX_BYTES);
	for (size_t i = 0; i < LG_LEN(wanted); i++) {
		LG_TRY(only_one(cx, params, wanted[i].name, false, wanted[i].place));
		if (wanted[i].required && !wanted[i].place->len)
			lg_buf_fmt(&text, "AWS query-string parameters must include '%.*s'. ",
				LG_FMT(wanted[i].name));
	}
	if (text.len) {
		lg_str missing;
		LG_TRY(lg_buf_finish(cx, &text, &missing));
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "%.*sRe-examine the query-string parameters.",
			LG_FMT(missing));
	}
	if (!lg_str_eq(algorithm, LG_STR(ALGORITHM)))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "Unsupported AWS 'algorithm': '%.*s'.",
			LG_FMT(algorithm));
	/* Without a limit of its own, it lives as long as a signed header (spec/sts-iam.md B5). */
	uint64_t seconds = LG_SIGV4_SKEW_S;
	if (lg_str_present(expires) && (!lg_str_to_uint(expires, EXPIRES_MAX_S, &seconds) || !seconds))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
			"X-Amz-Expires must be between 1 and %d seconds.", EXPIRES_MAX_S);
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
	struct lg_str_map params;
	lg_str authorization;
	lg_str algorithm;
	LG_TRY(one_header(cx, request, LG_STR("authorization"), &authorization));
	lg_status s = lg_sigv4_params(cx, request->query, &params);
	if (s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "The query string has too many parameters.");
	LG_TRY(s);
	LG_TRY(only_one(cx, &params, LG_STR("X-Amz-Algorithm"), false, &algorithm));
	if (!lg_str_present(authorization) && !lg_str_present(algorithm))
		return lg_fail_default(cx, LG_E_MISSING_AUTHENTICATION_TOKEN);
	if (lg_str_present(authorization) && lg_str_present(algorithm))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP "
			"header.");

	if (lg_str_present(authorization))
		LG_TRY(parse_authorization(cx, request, authorization, &claim));
	else
		LG_TRY(parse_presigned(cx, &params, &claim));
	LG_TRY(one_header(cx, request, LG_STR("x-amz-content-sha256"), &claim.payload_hash));
	if (!lg_time_parse_sigv4(claim.amz_date, &claim.time))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE,
			"Date must be in ISO-8601 'basic format'. Got '%.*s'. See "
			"http://en.wikipedia.org/wiki/ISO_8601",
			LG_FMT(claim.amz_date));
	if (!is_signature(claim.signature))
		return lg_fail(cx, LG_E_INCOMPLETE_SIGNATURE, "The signature is not 64 hexadecimal digits.");
	*ret = claim;
	return LG_OK;
}

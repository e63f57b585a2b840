#include "token/sigv4.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/secret.h"
#include "codec/bytes.h"
#include "codec/uri.h"
#include "crypto/hash.h"
#include "token/sigv4_impl.h"

#define CANONICAL_MAX_BYTES ((size_t)256 << 10)
#define MISMATCH                                                                                            \
	"The request signature we calculated does not match the signature you provided. Check your AWS "    \
	"Secret Access Key and signing method. Consult the service documentation for details."

static lg_status
hex_digest(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&text, 1, digest);
	return lg_hex_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), ret);
}

static int
by_pair(const void *a, const void *b)
{
	const struct lg_str_pair *x = a, *y = b;
	int order = lg_str_cmp(x->key, y->key);
	return order ? order : lg_str_cmp(x->value, y->value);
}

/* Every parameter but the signature, encoded anew and sorted. `bare`: without the session token, too. */
static lg_status
put_query(struct lg_ctx *cx, struct lg_buf *b, const struct lg_sigv4_request *request, bool bare)
{
	struct lg_str_map params;
	LG_TRY(lg_sigv4_params(cx, request->query, &params));
	size_t count = 0;
	for (size_t i = 0; i < params.count; i++) {
		const struct lg_str_pair pair = params.items[i];
		if (lg_str_eq(pair.key, LG_STR("X-Amz-Signature")) ||
			(bare && lg_str_eq(pair.key, LG_STR("X-Amz-Security-Token"))))
			continue;
		LG_TRY(lg_uri_encode(cx, pair.key, false, &params.items[count].key));
		LG_TRY(lg_uri_encode(cx, pair.value, false, &params.items[count].value));
		count++;
	}
	params.count = count;
	qsort(params.items, params.count, sizeof(*params.items), by_pair);
	for (size_t i = 0; i < params.count; i++) {
		if (i)
			lg_buf_byte(b, '&');
		lg_buf_put(b, params.items[i].key);
		lg_buf_byte(b, '=');
		lg_buf_put(b, params.items[i].value);
	}
	return LG_OK;
}

/* Blanks at the ends go, runs of them become one. */
static void
put_header_value(struct lg_buf *b, lg_str value)
{
	value = lg_str_trim(value);
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] != ' ' || value.ptr[i - 1] != ' ')
			lg_buf_byte(b, (unsigned char)value.ptr[i]);
}

static bool
is_signed(lg_str signed_headers, lg_str name)
{
	while (signed_headers.len)
		if (lg_str_eq_nocase(lg_str_cut(&signed_headers, ';'), name))
			return true;
	return false;
}

/* Names in order, each once, each there; Host and every x-amz-* header among them. */
static lg_status
check_signed_headers(
	struct lg_ctx *cx, const struct lg_sigv4_request *request, const struct lg_sigv4_claim *claim)
{
	lg_str rest = claim->signed_headers, previous = LG_STR_NONE;
	while (lg_str_present(rest)) {
		lg_str name = lg_str_cut(&rest, ';'), lower;
		LG_TRY(lg_str_lower(cx, name, &lower));
		if (!name.len || !lg_str_eq(name, lower) ||
			(lg_str_present(previous) && lg_str_cmp(previous, name) >= 0))
			return lg_fail(cx, LG_E_INVALID_SIGNATURE, MISMATCH);
		previous = name;
	}
	if (!is_signed(claim->signed_headers, LG_STR("host")))
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
	for (size_t i = 0; i < request->headers.count; i++) {
		lg_str name = request->headers.items[i].key;
		/*
		 * What a service acts on must not be added on the way (docs/DIFFERENCES.md). A session
		 * token is sealed and belongs to its key.
		 */
		if (lg_str_eq_nocase(lg_str_slice(name, 0, 6), LG_STR("x-amz-")) &&
			!lg_str_eq_nocase(name, LG_STR("x-amz-security-token")) &&
			!is_signed(claim->signed_headers, name))
			return lg_fail(cx, LG_E_INVALID_SIGNATURE, MISMATCH);
	}
	return LG_OK;
}

static lg_status
put_headers(struct lg_ctx *cx, struct lg_buf *b, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim)
{
	lg_str rest = claim->signed_headers;
	while (rest.len) {
		lg_str name = lg_str_cut(&rest, ';');
		size_t count = 0;
		lg_buf_put(b, name);
		lg_buf_byte(b, ':');
		for (size_t i = 0; i < request->headers.count; i++) {
			if (!lg_str_eq_nocase(request->headers.items[i].key, name))
				continue;
			if (count++)
				lg_buf_byte(b, ',');
			put_header_value(b, request->headers.items[i].value);
		}
		if (!count || (count > 1 && lg_str_eq(name, LG_STR("host"))))
			return lg_fail(cx, LG_E_INVALID_SIGNATURE, MISMATCH);
		lg_buf_byte(b, '\n');
	}
	return LG_OK;
}

/* What the last line of the canonical request says about the body. */
static lg_status
payload_hash(struct lg_ctx *cx, const struct lg_sigv4_request *request, const struct lg_sigv4_claim *claim,
	lg_str *ret)
{
	bool s3 = lg_str_eq(claim->service, LG_STR("s3"));
	if (lg_str_present(request->payload)) {
		*ret = request->payload;
		return LG_OK;
	}
	if (s3 && (claim->presigned || lg_str_eq(claim->payload_hash, LG_STR("UNSIGNED-PAYLOAD")))) {
		*ret = LG_STR("UNSIGNED-PAYLOAD");
		return LG_OK;
	}
	LG_TRY(hex_digest(cx, request->body, ret));
	if (lg_str_present(claim->payload_hash) && !lg_str_eq(claim->payload_hash, *ret))
		return lg_fail(cx, LG_E_INVALID_SIGNATURE, MISMATCH);
	return LG_OK;
}

/*
 * Literal dots are resolved and runs of slashes become one: what every service but S3 signs. Only a path
 * that ends with a slash as it was sent keeps one, so this is not RFC 3986, 5.2.4.
 */
static lg_status
normalize_path(struct lg_ctx *cx, lg_str path, lg_str *ret)
{
	size_t kept = 0, max = 1;
	for (size_t i = 0; i < path.len; i++)
		max += path.ptr[i] == '/';
	lg_str *segments = lg_new_array(cx, lg_str, max);
	if (!segments)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (lg_str rest = path; lg_str_present(rest);) {
		lg_str segment = lg_str_cut(&rest, '/');
		if (lg_str_eq(segment, LG_STR("..")))
			kept -= kept > 0;
		else if (segment.len && !lg_str_eq(segment, LG_STR(".")))
			segments[kept++] = segment;
	}
	struct lg_buf b = lg_buf_start(cx, CANONICAL_MAX_BYTES);
	for (size_t i = 0; i < kept; i++) {
		lg_buf_byte(&b, '/');
		lg_buf_put(&b, segments[i]);
	}
	if (!kept || lg_str_ends(path, LG_STR("/")))
		lg_buf_byte(&b, '/');
	return lg_buf_finish(cx, &b, ret);
}

static lg_status
canonical_request(struct lg_ctx *cx, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim, bool bare, lg_str *ret)
{
	struct lg_buf b = lg_buf_start(cx, CANONICAL_MAX_BYTES);
	lg_str path = request->path.len ? request->path : LG_STR("/"), hash;
	/* S3 encodes once; every other service normalizes what was sent and encodes it once more. */
	if (lg_str_eq(claim->service, LG_STR("s3")))
		LG_TRY(lg_sigv4_decode(cx, path, &path));
	else
		LG_TRY(normalize_path(cx, path, &path));
	LG_TRY(lg_uri_encode(cx, path, true, &path));
	lg_buf_put(&b, request->method);
	lg_buf_byte(&b, '\n');
	lg_buf_put(&b, path);
	lg_buf_byte(&b, '\n');
	LG_TRY(put_query(cx, &b, request, bare));
	lg_buf_byte(&b, '\n');
	LG_TRY(put_headers(cx, &b, request, claim));
	lg_buf_byte(&b, '\n');
	lg_buf_put(&b, claim->signed_headers);
	lg_buf_byte(&b, '\n');
	LG_TRY(payload_hash(cx, request, claim, &hash));
	lg_buf_put(&b, hash);
	return lg_buf_finish(cx, &b, ret);
}

static lg_status
sign(struct lg_ctx *cx, lg_str secret_key, const struct lg_sigv4_claim *claim, lg_str string_to_sign,
	lg_str *ret)
{
	unsigned char key[LG_SHA256_SIZE];
	lg_str parts[] = { LG_STR("AWS4"), secret_key }, first;
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &first));
	lg_hmac_sha256(first, &claim->date, 1, key);
	const lg_str rest[] = { claim->region, claim->service, LG_STR("aws4_request"), string_to_sign };
	for (size_t i = 0; i < LG_LEN(rest); i++)
		lg_hmac_sha256(lg_str_from_bytes(key, sizeof(key)), &rest[i], 1, key);
	lg_status s = lg_hex_encode(cx, lg_str_from_bytes(key, sizeof(key)), ret);
	lg_wipe(key, sizeof(key));
	return s;
}

/* "20300115T102030Z" */
static void
put_time(lg_time t, char ret[LG_TIME_RFC3339_SIZE])
{
	char *to = ret;
	lg_time_rfc3339(t, ret);
	for (const char *from = ret; *from; from++)
		if (*from != '-' && *from != ':')
			*to++ = *from;
	*to = '\0';
}

static lg_status
check_freshness(struct lg_ctx *cx, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim, lg_time now)
{
	const int64_t skew_s = request->skew_s ? request->skew_s : LG_SIGV4_SKEW_S;
	const int64_t skew = skew_s * LG_SECOND_MS;
	char now_text[LG_TIME_RFC3339_SIZE], limit[LG_TIME_RFC3339_SIZE];
	put_time(now, now_text);
	if (!lg_str_eq(lg_str_slice(claim->amz_date, 0, 8), claim->date))
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
			"from HTTP: '%.*s' != '%.*s', "
			"from '%.*s'.",
			LG_FMT(claim->date), LG_FMT(lg_str_slice(claim->amz_date, 0, 8)),
			LG_FMT(claim->amz_date));
	if (claim->time.ms > now.ms + skew) {
		put_time((lg_time){ now.ms + skew }, limit);
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"Signature not yet current: %.*s is still later than %s (%s + %lld min.)",
			LG_FMT(claim->amz_date), limit, now_text, (long long)(skew_s / 60));
	}
	int64_t life = claim->presigned ? claim->expires_s * LG_SECOND_MS : skew;
	if (claim->time.ms + life < now.ms) {
		put_time((lg_time){ now.ms - life }, limit);
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"Signature expired: %.*s is now earlier than %s (%s - %lld %s.)",
			LG_FMT(claim->amz_date), limit, now_text,
			(long long)(claim->presigned ? claim->expires_s : skew_s / 60),
			claim->presigned ? "s" : "min");
	}
	return LG_OK;
}

static lg_status
make_texts(struct lg_ctx *cx, const struct lg_sigv4_request *request, const struct lg_sigv4_claim *claim,
	bool bare, struct lg_sigv4_texts *ret)
{
	lg_str canonical, digest;
	const lg_status s = canonical_request(cx, request, claim, bare, &canonical);
	if (s.code == LG_E_MALFORMED)
		return lg_fail(cx, LG_E_INVALID_SIGNATURE, MISMATCH);
	LG_TRY(s);
	ret->canonical[bare] = canonical;
	LG_TRY(hex_digest(cx, canonical, &digest));
	return lg_str_fmt(cx, &ret->to_sign[bare],
		"AWS4-HMAC-SHA256\n%.*s\n%.*s/%.*s/%.*s/aws4_request\n%.*s", LG_FMT(claim->amz_date),
		LG_FMT(claim->date), LG_FMT(claim->region), LG_FMT(claim->service), LG_FMT(digest));
}

lg_status
lg_sigv4_prepare(struct lg_ctx *cx, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim, lg_str service, lg_time real_now, struct lg_sigv4_texts *ret)
{
	*ret = (struct lg_sigv4_texts){ 0 };
	if (!lg_str_eq(claim->service, service))
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"Credential should be scoped to correct service: '%.*s'.", LG_FMT(service));
	LG_TRY(check_signed_headers(cx, request, claim));
	LG_TRY(make_texts(cx, request, claim, false, ret));
	if (claim->presigned && lg_str_present(claim->security_token))
		LG_TRY(make_texts(cx, request, claim, true, ret));
	return check_freshness(cx, request, claim, real_now);
}

lg_status
lg_sigv4_compare(
	struct lg_ctx *cx, const struct lg_sigv4_claim *claim, lg_str secret_key, lg_str string_to_sign)
{
	lg_str signature;
	LG_TRY(sign(cx, secret_key, claim, string_to_sign, &signature));
	return lg_ct_eq(signature, claim->signature) ? LG_OK : lg_fail(cx, LG_E_INVALID_SIGNATURE, MISMATCH);
}

lg_status
lg_sigv4_verify(struct lg_ctx *cx, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim, lg_str secret_key, lg_str service, lg_time real_now,
	lg_str *ret_canonical, lg_str *ret_string_to_sign)
{
	struct lg_sigv4_texts texts;
	lg_status s = lg_sigv4_prepare(cx, request, claim, service, real_now, &texts);
	*ret_canonical = texts.canonical[0];
	*ret_string_to_sign = texts.to_sign[0];
	LG_TRY(s);
	s = lg_sigv4_compare(cx, claim, secret_key, texts.to_sign[0]);
	if (s.code != LG_E_INVALID_SIGNATURE || !lg_str_present(texts.to_sign[1]))
		return s;
	*ret_canonical = texts.canonical[1];
	*ret_string_to_sign = texts.to_sign[1];
	return lg_sigv4_compare(cx, claim, secret_key, texts.to_sign[1]);
}

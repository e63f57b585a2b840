/*
 * sigv4.h - AWS Signature Version 4: header and presigned form.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
#ifndef LG_TOKEN_SIGV4_H
#define LG_TOKEN_SIGV4_H

#include "base/ctx.h"

struct lg_sigv4_request {
	lg_str method;
	lg_str path;               /* raw, as on the request line, without query; "/" at least */
	lg_str query;              /* raw, without '?'; absent when none */
	struct lg_str_map headers; /* names in any case, duplicates kept, in order */
	lg_str body;
	/* What stands for the hash of a body that is not here; absent = made of `body`. */
	lg_str payload;
	int64_t skew_s; /* 0 = LG_SIGV4_SKEW_S */
};

/* What the caller says about itself, read before any key is looked up. */
struct lg_sigv4_claim {
	bool presigned;
	lg_str access_key_id;
	lg_str date; /* of the scope: "20300115" */
	lg_str region;
	lg_str service;
	lg_str signed_headers; /* "host;x-amz-date" */
	lg_str signature;      /* 64 hex digits */
	lg_str amz_date;       /* "20300115T102030Z"; made from Date when there is no X-Amz-Date */
	lg_time time;
	int64_t expires_s;     /* presigned only: 1 to 604,800; LG_SIGV4_SKEW_S when not said */
	lg_str security_token; /* absent for long-term keys */
	lg_str payload_hash;   /* x-amz-content-sha256 as sent; absent when none */
};

/*
 * LG_E_MISSING_AUTHENTICATION_TOKEN: neither Authorization nor X-Amz-Algorithm.
 * LG_E_INCOMPLETE_SIGNATURE: malformed, a part missing, twice, or contradictory. LG_E_INVALID_SIGNATURE: the
 * scope does not end in aws4_request.
 */
LG_MUST lg_status lg_sigv4_parse(struct lg_ctx *cx, const struct lg_sigv4_request *request,
	struct lg_sigv4_claim *ret);

/*
 * Check freshness (header form: 300 s either way, LG_SIGV4_SKEW_S; presigned: not before its date less the
 * skew, not after date + expires), the scope's date and service, that Host is signed and every x-amz-*
 * header of the request too (but X-Amz-Security-Token, which proves itself: spec/sts-iam.md B6), and the
 * signature. `real_now` is the machine's time.
 *
 * LG_E_INVALID_SIGNATURE with AWS's text on any mismatch. The canonical request and string to sign are
 * returned in either case (absent when they could not be built).
 */
#define LG_SIGV4_SKEW_S 300
LG_MUST lg_status lg_sigv4_verify(struct lg_ctx *cx, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim, lg_str secret_key, lg_str service, lg_time real_now,
	lg_str *ret_canonical, lg_str *ret_string_to_sign);

/*
 * The two halves of it, for whoever does not hold the secret: all checks but the last, with the texts that
 * may have been signed, and the last. A presigned request with a session token has two such texts, as some
 * add the token after they have signed; any other has one, and the second is absent.
 */
struct lg_sigv4_texts {
	lg_str canonical[2];
	lg_str to_sign[2];
};
LG_MUST lg_status lg_sigv4_prepare(struct lg_ctx *cx, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim, lg_str service, lg_time real_now, struct lg_sigv4_texts *ret);
LG_MUST lg_status lg_sigv4_compare(
	struct lg_ctx *cx, const struct lg_sigv4_claim *claim, lg_str secret_key, lg_str string_to_sign);

#endif

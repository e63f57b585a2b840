/*
 * sigv4_case.h - a signed request as one JSON object, with the key it was signed with: what `lifeguard sigv4
 * verify` reads (DESIGN 2), and the test vectors.
 *
 * Members: name, kind, service, region, method, url, headers (object), body, access_key_id,
 * secret_access_key, session_token, timestamp ("20300115T102030Z", taken as now). The Host header comes from
 * url.
 */
#ifndef LG_TOKEN_SIGV4_CASE_H
#define LG_TOKEN_SIGV4_CASE_H

#include "codec/json.h"
#include "token/sigv4.h"

struct lg_sigv4_case {
	lg_str name;
	lg_str service;
	lg_str region; /* absent: any */
	lg_str access_key_id;
	lg_str secret_key;
	lg_str session_token;
	lg_time now;
	struct lg_sigv4_request request;
};

/* LG_E_MALFORMED when a member is missing or of a wrong form. */
LG_MUST lg_status lg_sigv4_case_read(struct lg_ctx *cx, const json_t *object, struct lg_sigv4_case *ret);

/*
 * Parse and verify: LG_OK, or a failure whose AWS code is the reason. The two texts are absent when they
 * were not reached.
 */
LG_MUST lg_status lg_sigv4_case_verify(struct lg_ctx *cx, const struct lg_sigv4_case *c,
	lg_str *ret_canonical, lg_str *ret_string_to_sign);

#endif

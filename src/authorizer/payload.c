#include "authorizer/payload.h"

#define EMPTY_HASH LG_STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
#define UNSIGNED LG_STR("UNSIGNED-PAYLOAD")

static lg_status
refuse(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_INVALID_SIGNATURE, "%s", why);
}

/* Is it known that the application gets no body? What is seen counts more than what the route says. */
static bool
has_no_body(const struct lg_authz_call *call)
{
	return call->ask->body_known == LG_BODY_NONE ||
	       (call->ask->body_known == LG_BODY_UNKNOWN && call->route->body_ignored);
}

static bool
is_hash(lg_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
			    (text.ptr[i] >= 'a' && text.ptr[i] <= 'f')))
			return false;
	return text.len == 64;
}

/* The proxy sends bodies along. */
static lg_status
of_body(struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_payload *ret)
{
	const struct lg_ask *ask = call->ask;
	if (!ask->body_whole)
		return refuse(
			cx, "The body of the request did not arrive as a whole, so its hash is not known.");
	ret->body = lg_str_present(ask->body) ? ask->body : LG_STR("");
	return LG_OK;
}

/* A presigned request to an object store says nothing about a body, and has none in most cases. */
static lg_status
of_unsigned(struct lg_ctx *cx, const struct lg_authz_call *call, bool may_be_empty, lg_str text,
	struct lg_payload *ret)
{
	if (!call->route->unsigned_payload && !(may_be_empty && has_no_body(call)))
		return refuse(cx, "The signature does not cover the body of the request, which this route "
				  "does not accept.");
	ret->hash = text;
	return LG_OK;
}

static lg_status
of_header(struct lg_ctx *cx, const struct lg_authz_call *call, lg_str hash, struct lg_payload *ret)
{
	if (lg_str_eq(hash, UNSIGNED) || lg_str_starts(hash, LG_STR("STREAMING-")))
		return of_unsigned(cx, call, false, hash, ret);
	if (!is_hash(hash))
		return refuse(cx,
			"x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-..., or the SHA-256 of "
			"the body in lower-case hexadecimal digits.");
	if (lg_str_eq(hash, EMPTY_HASH) && call->ask->body_known == LG_BODY_SOME)
		return refuse(cx, "The request has a body, and its signature is that of one without.");
	ret->hash = hash;
	ret->to_check = hash;
	return LG_OK;
}

/* No header says what was signed: then only no body can have been. */
static lg_status
of_nothing(struct lg_ctx *cx, const struct lg_authz_call *call, struct lg_payload *ret)
{
	const struct lg_ask *ask = call->ask;
	if (lg_str_present(ask->body))
		return of_body(cx, call, ret);
	if (ask->body_known == LG_BODY_SOME)
		return refuse(cx, "The request has a body whose hash is not signed: the header "
				  "x-amz-content-sha256 is "
				  "needed.");
	if (!has_no_body(call))
		return refuse(cx, "Whether the request has a body cannot be told, and its hash is not "
				  "signed: the header "
				  "x-amz-content-sha256 is needed.");
	ret->hash = EMPTY_HASH;
	return LG_OK;
}

lg_status
lg_payload_of(struct lg_ctx *cx, const struct lg_authz_call *call, const struct lg_sigv4_claim *claim,
	struct lg_payload *ret)
{
	*ret = (struct lg_payload){ 0 };
	const bool s3 = call->route->authorizer->s3;
	if (s3 && claim->presigned)
		return of_unsigned(cx, call, true, UNSIGNED, ret);
	if (call->route->payload_body)
		return of_body(cx, call, ret);
	if (lg_str_present(claim->payload_hash))
		return of_header(cx, call, claim->payload_hash, ret);
	if (s3)
		return refuse(cx, "The header x-amz-content-sha256 is needed.");
	return of_nothing(cx, call, ret);
}

/*
 * self_cert.h - a self-signed X.509 certificate (RFC 5280) for an RSA key, made without seeing its private
 * half.
 *
 *   LG_TRY(lg_self_cert_begin(cx, &about, &to_sign));    what is signed ...
 *   ... by whoever holds the key, RS256 ...
 *   LG_TRY(lg_self_cert_finish(cx, to_sign, signature, &der));
 */
#ifndef LG_CRYPTO_SELF_CERT_H
#define LG_CRYPTO_SELF_CERT_H

#include "base/ctx.h"

struct lg_self_cert_about {
	lg_str public_der; /* SubjectPublicKeyInfo of an RSA key */
	lg_str common_name; /* of subject and issuer; at most 64 characters, no NUL */
	lg_time from, until;
};

/* The part that is signed. The serial number is random. LG_E_MALFORMED: no such key, or name. */
LG_MUST lg_status lg_self_cert_begin(struct lg_ctx *cx, const struct lg_self_cert_about *about,
	lg_str *ret_to_sign);

/* The certificate as DER. */
LG_MUST lg_status lg_self_cert_finish(struct lg_ctx *cx, lg_str to_sign, lg_str signature, lg_str *ret_der);

#endif

/*
 * saml_key.h - the key that signs a pool's SAML requests, and its certificate, which owners give to their
 * identity providers: made on first need, then the same for ten years.
 */
#ifndef LG_DOMAIN_SAML_KEY_H
#define LG_DOMAIN_SAML_KEY_H

#include "domain/pool/pool.h"

/* The record holds the key sealed for the key holder, and the certificate as DER. */
LG_MUST lg_status lg_saml_key(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_rec_saml_key **ret);

#endif

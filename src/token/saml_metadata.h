/*
 * saml_metadata.h - what an identity provider says about itself (SAML 2.0 Metadata; spec/federation.md 4).
 */
#ifndef LG_TOKEN_SAML_METADATA_H
#define LG_TOKEN_SAML_METADATA_H

#include "base/ctx.h"

/* Further ones are not looked at. */
#define LG_SAML_CERTIFICATES_MAX 8

struct lg_saml_metadata {
	lg_str entity_id;
	/* for signatures, as DER; those that are none with a sound and strong key are left out */
	lg_str certificates[LG_SAML_CERTIFICATES_MAX];
	size_t certificate_count;
	/* HTTP-Redirect; absent when only HTTP-POST is offered, or nothing */
	lg_str sso_redirect;
	lg_str slo_redirect;
};

/*
 * The first entity in the document that is an identity provider with SAML 2.0, a certificate for signatures
 * and a place to sign in by HTTP-Redirect or HTTP-POST. Places are http or https URLs. LG_E_MALFORMED, with
 * a text that says what is wrong; it quotes no more than the entity id.
 */
LG_MUST lg_status lg_saml_metadata_read(struct lg_ctx *cx, lg_str text, struct lg_saml_metadata *ret);

#endif

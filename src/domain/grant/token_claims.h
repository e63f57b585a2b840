/*
 * token_claims.h - claims of tokens as values.
 */
#ifndef LG_DOMAIN_TOKEN_CLAIMS_H
#define LG_DOMAIN_TOKEN_CLAIMS_H

#include "codec/json.h"

/*
 * Whole seconds as JSON has them; false for anything but an integer. What is beyond our times ends there,
 * what is negative is 0.
 */
bool lg_claim_time(const json_t *claims, lg_str name, lg_time *ret);

/*
 * A claim as one text: a string as it is, a number or boolean as JSON writes it (42, true). Absent when
 * there is none, or it is a list or an object.
 */
LG_MUST lg_status lg_claim_text(struct lg_ctx *cx, const json_t *value, lg_str *ret);

/*
 * An attribute as a claim of OpenID Connect's types (Core, 5.1): *_verified is a boolean, updated_at
 * a number, address an object, everything else a text.
 */
void lg_claim_put_attribute(struct lg_json *j, lg_str name, lg_str value);

#endif

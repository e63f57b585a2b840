/*
 * sealed.h - tokens that carry their own state: Session strings, SRP secret blocks, page tokens, refresh
 * tokens.
 *
 * The state is a record (codec/shape_io.h), sealed under a key of its own that the pool's credential key and
 * the purpose make, so that a token of one purpose or pool opens as nothing else. The newest four versions
 * of the pool's key open. Single use is the store's business (`spent`).
 */
#ifndef LG_TOKEN_SEALED_H
#define LG_TOKEN_SEALED_H

#include "codec/shape.h"
#include "crypto/keyring.h"

/* base64url of the sealed record. `pool` is bound in, `purpose` too ("session", "srp", "page"). */
LG_MUST lg_status lg_sealed_make(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose,
	const struct lg_shape *shape, const void *state, lg_str *ret);

/* LG_E_MALFORMED when it is not ours, of another pool, or of another purpose. */
LG_MUST lg_status lg_sealed_open(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool, lg_str purpose,
	lg_str token, const struct lg_shape *shape, void *ret_state);

/*
 * The same in the form of a compact JWE (RFC 7516) with header {"cty":"JWT","enc":"A256GCM","alg":"dir"}:
 * five parts, the second empty, the header authenticated. Cognito's refresh tokens look like it
 * (spec/tokens.md 4).
 */
LG_MUST lg_status lg_sealed_jwe_make(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool,
	lg_str purpose, const struct lg_shape *shape, const void *state, lg_str *ret);
LG_MUST lg_status lg_sealed_jwe_open(struct lg_ctx *cx, struct lg_keyring *ring, int64_t pool,
	lg_str purpose, lg_str token, const struct lg_shape *shape, void *ret_state);

#endif

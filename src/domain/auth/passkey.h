/*
 * passkey.h - passkeys of a user: WebAuthn credentials that he registers while he is signed in, and signs
 * in with later (spec/sign-in.md 8; how they are checked: token/webauthn.h, docs/decisions/0012).
 *
 * A registration's challenge is a sealed record that names user, client and time: nothing is stored until
 * it is answered, once, within five minutes. A passkey is a user_item; its key and counter are sealed for
 * the key holder alone. It belongs to the relying party id that it was made for: with another id in the
 * pool it is listed, but opens nothing.
 */
#ifndef LG_DOMAIN_PASSKEY_H
#define LG_DOMAIN_PASSKEY_H

#include "domain/grant/grant.h"
#include "store/user_item.h"

#define LG_PASSKEYS_MAX 20 /* of a user */

/*
 * The relying party of a pool: the id in its settings, else its custom domain, else its prefix below the
 * server's name, else, with --dev, that name. Absent when there is none of them.
 */
LG_MUST lg_status lg_passkey_rp_id(
	struct lg_ctx *cx, const struct lg_env *env, const struct lg_pool *pool, lg_str *ret);

/* Has the user one that he could sign in with now? One read, of a decoy too, who has none. */
LG_MUST lg_status lg_passkey_any(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, bool *ret);

/* ---- operations, for the user of an access token ---- */

/*
 * CredentialCreationOptions. LG_E_WEBAUTHN_NOT_ENABLED: no first factor of the pool.
 * LG_E_WEBAUTHN_CONFIGURATION_MISSING: no relying party. LG_E_LIMIT_EXCEEDED.
 */
LG_MUST lg_status lg_passkey_start(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str *ret_options);

/*
 * `credential` is the RegistrationResponseJSON. The same, and: LG_E_WEBAUTHN_CHALLENGE_NOT_FOUND when it
 * was not made for a challenge of ours to this user, or too late, or twice;
 * LG_E_WEBAUTHN_CLIENT_MISMATCH; what lg_webauthn_register says; LG_E_CONFLICT: call again.
 */
LG_MUST lg_status lg_passkey_complete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str credential);

LG_MUST lg_status lg_passkey_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access,
	const struct lg_idp_list_web_authn_credentials_request *in,
	struct lg_idp_list_web_authn_credentials_response *ret);

/*
 * The user is read with his credential. LG_E_RESOURCE_NOT_FOUND. LG_E_INVALID_PARAMETER for the last
 * thing that somebody could sign in with. LG_E_CONFLICT: call again.
 */
LG_MUST lg_status lg_passkey_delete(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str id);

/* What its owner calls it. LG_E_RESOURCE_NOT_FOUND; LG_E_INVALID_PARAMETER: no name, or too long. */
#define LG_PASSKEY_NAME_MAX 60 /* characters */
LG_MUST lg_status lg_passkey_rename(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access, lg_str id, lg_str name);

/* ---- sign-in ---- */

/*
 * CREDENTIAL_REQUEST_OPTIONS for this challenge. A decoy seems to have up to three passkeys, the same for
 * its name.
 */
LG_MUST lg_status lg_passkey_request(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str challenge, lg_str *ret_options);

/* The same, for whoever has one for this pool. */
LG_MUST lg_status lg_passkey_request_any(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str challenge, lg_str *ret_options);
/* Whose it says it is; nothing is verified. LG_E_MISMATCH: it does not say, LG_E_INVALID_PARAMETER. */
LG_MUST lg_status lg_passkey_owner(
	struct lg_ctx *cx, lg_str credential, unsigned char ret_uid[LG_UID_SIZE]);

/* A passkey that was used, with its new counter. */
struct lg_passkey_used {
	struct lg_user_item *item;
	bool user_verified;
};
/*
 * Is `credential`, an AuthenticationResponseJSON, the user's answer to this challenge? LG_E_MISMATCH
 * whatever is wrong with it, or LG_E_INVALID_PARAMETER when it cannot be read.
 */
LG_MUST lg_status lg_passkey_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str challenge, lg_str credential, struct lg_passkey_used *ret);
/* Store the counter: a conflict when the passkey was used or deleted meanwhile. */
void lg_passkey_use_in(
	struct lg_batch *batch, const struct lg_user *user, const struct lg_passkey_used *used);

#endif

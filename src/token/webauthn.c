#include "token/webauthn.h"

#include "base/secret.h"
#include "token/webauthn_impl.h"

/* 7.1 and 7.2 in what they share: was this made by a page of ours, for this challenge, now? */
static lg_status
check_client(struct lg_ctx *cx, const struct lg_webauthn_expect *expect,
	const struct lg_webauthn_client *client, lg_str type)
{
	if (!lg_str_eq(client->type, type))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "clientDataJSON is of another type.");
	if (lg_str_empty(expect->challenge) || !lg_ct_eq(client->challenge, expect->challenge))
		return lg_fail(cx, LG_E_WEBAUTHN_CHALLENGE_NOT_FOUND, "The challenge is another.");
	if (client->cross_origin ||
		!lg_webauthn_origin_allowed(client->origin, expect->rp_id, &expect->origins))
		return lg_fail(cx, LG_E_WEBAUTHN_ORIGIN_NOT_ALLOWED, "The origin is not allowed.");
	return LG_OK;
}

static lg_status
check_data(struct lg_ctx *cx, const struct lg_webauthn_expect *expect, const struct lg_webauthn_data *data)
{
	unsigned char hash[LG_SHA256_SIZE];
	lg_sha256(&expect->rp_id, 1, hash);
	if (!lg_str_eq(data->rp_id_hash, lg_str_from_bytes(hash, sizeof(hash))))
		return lg_fail(cx, LG_E_WEBAUTHN_RELYING_PARTY_MISMATCH, "The relying party is another.");
	if (!data->user_present || (expect->user_verification && !data->user_verified))
		return lg_fail(cx, LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED, "The user was not %s.",
			data->user_present ? "verified" : "present");
	return LG_OK;
}

static bool
offered(int64_t alg, const enum lg_cose_alg *algs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (alg == algs[i])
			return true;
	return false;
}

lg_status
lg_webauthn_register(struct lg_ctx *cx, const struct lg_webauthn_expect *expect,
	const enum lg_cose_alg *algs, size_t alg_count, const struct lg_webauthn_registration *sent,
	struct lg_webauthn_credential *ret)
{
	struct lg_webauthn_client client;
	struct lg_webauthn_object object;
	LG_TRY(lg_webauthn_client_read(cx, sent->client_data, &client));
	LG_TRY(check_client(cx, expect, &client, LG_STR("webauthn.create")));
	LG_TRY(lg_webauthn_object_read(cx, sent->attestation, &object));
	LG_TRY(check_data(cx, expect, &object.data));

	const struct lg_webauthn_data *data = &object.data;
	if (!lg_str_eq(sent->raw_id, data->id))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "rawId is not the credential's.");
	if (!offered(data->alg, algs, alg_count) ||
		!lg_webauthn_key_sound((enum lg_cose_alg)data->alg, data->key))
		return lg_fail(cx, LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED,
			"The credential's key is not supported.");
	LG_TRY(lg_webauthn_statement_check(cx, &object, expect->rp_id, client.hash));

	*ret = (struct lg_webauthn_credential){
		.id = data->id,
		.alg = (enum lg_cose_alg)data->alg,
		.key = data->key,
		.count = data->count,
		.aaguid = data->aaguid,
		.backup_eligible = data->backup_eligible,
		.backed_up = data->backed_up,
		.user_verified = data->user_verified,
		.format = object.format_name,
	};
	return LG_OK;
}

static lg_status
mismatch(struct lg_ctx *cx, const char *what)
{
	return lg_fail(cx, LG_E_MISMATCH, "%s", what);
}

static lg_status
verify(struct lg_ctx *cx, const struct lg_webauthn_expect *expect, lg_str user_handle,
	const struct lg_webauthn_assertion *sent, struct lg_webauthn_credential *credential)
{
	struct lg_webauthn_client client;
	struct lg_webauthn_data data;
	if (!lg_str_eq(sent->raw_id, credential->id))
		return mismatch(cx, "the credential is another");
	if (lg_str_present(sent->user_handle) && !lg_str_eq(sent->user_handle, user_handle))
		return mismatch(cx, "the user handle is another's");
	LG_TRY(lg_webauthn_client_read(cx, sent->client_data, &client));
	LG_TRY(check_client(cx, expect, &client, LG_STR("webauthn.get")));
	LG_TRY(lg_webauthn_data_read(cx, sent->data, false, &data));
	LG_TRY(check_data(cx, expect, &data));
	LG_TRY(lg_webauthn_fido_assertion(
		cx, &data, credential->alg, credential->key, sent->signature, expect->rp_id, client.hash));
	/* Behind the signature, so that nobody measures what is stored. */
	if (data.backup_eligible != credential->backup_eligible)
		return mismatch(cx, "backup eligibility has changed");
	/* 7.2, step 22: a counter that stands still or goes back may be that of a copy. */
	if ((data.count || credential->count) && data.count <= credential->count)
		return mismatch(cx, "the signature counter did not rise");
	credential->count = data.count;
	credential->backed_up = data.backed_up;
	credential->user_verified = data.user_verified;
	return LG_OK;
}

lg_status
lg_webauthn_assert(struct lg_ctx *cx, const struct lg_webauthn_expect *expect, lg_str user_handle,
	const struct lg_webauthn_assertion *sent, struct lg_webauthn_credential *credential)
{
	const lg_status s = verify(cx, expect, user_handle, sent, credential);
	switch (s.code) {
	case LG_E_INVALID_PARAMETER:
	case LG_E_WEBAUTHN_CHALLENGE_NOT_FOUND:
	case LG_E_WEBAUTHN_ORIGIN_NOT_ALLOWED:
	case LG_E_WEBAUTHN_RELYING_PARTY_MISMATCH:
	case LG_E_WEBAUTHN_CREDENTIAL_NOT_SUPPORTED:
		cx->failure.code = LG_E_MISMATCH; /* the text says which */
		return LG_STATUS(LG_E_MISMATCH);
	default:
		return s;
	}
}

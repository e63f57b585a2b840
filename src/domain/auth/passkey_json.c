#include "domain/auth/passkey_json.h"

#include "codec/bytes.h"
#include "codec/json.h"

#define OPTIONS_MAX ((size_t)64 * 1024)
#define CREATE_TIMEOUT_MS 60000
#define GET_TIMEOUT_MS 180000

/* ---- options ---- */

static void
put_credentials(struct lg_json *j, lg_str key, const struct lg_passkey_options *options)
{
	lg_json_key(j, key);
	lg_json_open(j, '[');
	for (size_t i = 0; i < options->count; i++) {
		const struct lg_passkey_ref *credential = &options->credentials[i];
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("type"), LG_STR("public-key"));
		lg_json_pair_str(j, LG_STR("id"), credential->id);
		if (credential->transports.count) {
			lg_json_key(j, LG_STR("transports"));
			lg_json_open(j, '[');
			for (size_t k = 0; k < credential->transports.count; k++)
				lg_json_str(j, credential->transports.items[k]);
			lg_json_close(j, ']');
		}
		lg_json_close(j, '}');
	}
	lg_json_close(j, ']');
}

/* A passkey is to be found without being named, so that a sign-in page can offer it. */
static void
put_selection(struct lg_json *j, lg_str verification)
{
	lg_json_key(j, LG_STR("authenticatorSelection"));
	lg_json_open(j, '{');
	lg_json_pair_bool(j, LG_STR("requireResidentKey"), true);
	lg_json_pair_str(j, LG_STR("residentKey"), LG_STR("required"));
	lg_json_pair_str(j, LG_STR("userVerification"), verification);
	lg_json_close(j, '}');
}

static lg_status
put_entities(struct lg_ctx *cx, struct lg_json *j, const struct lg_passkey_options *options)
{
	lg_str handle;
	LG_TRY(lg_base64url_encode(cx, options->user_handle, &handle));
	lg_json_key(j, LG_STR("rp"));
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("id"), options->rp_id);
	lg_json_pair_str(j, LG_STR("name"), options->rp_id);
	lg_json_close(j, '}');
	lg_json_key(j, LG_STR("user"));
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("id"), handle);
	lg_json_pair_str(j, LG_STR("name"), options->user_name);
	lg_json_pair_str(j, LG_STR("displayName"), options->display_name);
	lg_json_close(j, '}');
	return LG_OK;
}

lg_status
lg_passkey_json_create(struct lg_ctx *cx, const struct lg_passkey_options *options, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, OPTIONS_MAX);
	lg_json_open(j, '{');
	LG_TRY(put_entities(cx, j, options));
	lg_json_pair_str(j, LG_STR("challenge"), options->challenge);
	lg_json_key(j, LG_STR("pubKeyCredParams"));
	lg_json_open(j, '[');
	for (size_t i = 0; i < options->alg_count; i++) {
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("type"), LG_STR("public-key"));
		lg_json_pair_int(j, LG_STR("alg"), options->algs[i]);
		lg_json_close(j, '}');
	}
	lg_json_close(j, ']');
	lg_json_pair_int(j, LG_STR("timeout"), CREATE_TIMEOUT_MS);
	put_credentials(j, LG_STR("excludeCredentials"), options);
	put_selection(j, options->verification);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

lg_status
lg_passkey_json_get(struct lg_ctx *cx, const struct lg_passkey_options *options, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, OPTIONS_MAX);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("challenge"), options->challenge);
	lg_json_pair_int(j, LG_STR("timeout"), GET_TIMEOUT_MS);
	lg_json_pair_str(j, LG_STR("rpId"), options->rp_id);
	put_credentials(j, LG_STR("allowCredentials"), options);
	lg_json_pair_str(j, LG_STR("userVerification"), options->verification);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

/* ---- credentials ---- */

static lg_status
unreadable(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "Credential is not a valid public key credential.");
}

/* The credential's own members, and its response. */
static lg_status
read_credential(
	struct lg_ctx *cx, lg_str json, const json_t **ret, const json_t **ret_response, lg_str *ret_id)
{
	json_t *tree;
	const lg_status s = lg_json_parse(cx, json, &tree);
	if (s.code == LG_E_MALFORMED)
		return unreadable(cx);
	LG_TRY(s);
	const json_t *response = lg_json_member(tree, LG_STR("response"));
	const lg_str id = lg_json_member_text(tree, LG_STR("id"));
	if (!json_is_object(response) || lg_str_empty(id) ||
		!lg_str_eq(id, lg_json_member_text(tree, LG_STR("rawId"))) ||
		!lg_str_eq(lg_json_member_text(tree, LG_STR("type")), LG_STR("public-key")))
		return unreadable(cx);
	*ret = tree;
	*ret_response = response;
	*ret_id = id;
	return LG_OK;
}

static lg_status
decode(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	if (!lg_str_present(text))
		return unreadable(cx);
	const lg_status s = lg_base64url_decode(cx, text, ret);
	return s.code == LG_E_MALFORMED ? unreadable(cx) : s;
}

static bool
is_transport(lg_str text)
{
	static const lg_str known[] = { LG_STR_INIT("usb"), LG_STR_INIT("nfc"), LG_STR_INIT("ble"),
		LG_STR_INIT("smart-card"), LG_STR_INIT("hybrid"), LG_STR_INIT("internal") };
	for (size_t i = 0; i < LG_LEN(known); i++)
		if (lg_str_eq(known[i], text))
			return true;
	return false;
}

/* How to reach the authenticator again; what we do not know, a browser would not either. */
static lg_status
read_transports(struct lg_ctx *cx, const json_t *list, struct lg_str_list *ret)
{
	lg_str *items = lg_new_array(cx, lg_str, LG_PASSKEY_TRANSPORTS_MAX);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_str_list transports = { .items = items, .has = true };
	for (size_t i = 0; i < json_array_size(list) && transports.count < LG_PASSKEY_TRANSPORTS_MAX; i++) {
		const lg_str text = lg_json_text(json_array_get(list, i));
		if (is_transport(text) && !lg_str_list_has(&transports, text))
			items[transports.count++] = text;
	}
	*ret = transports;
	return LG_OK;
}

lg_status
lg_passkey_json_registration(struct lg_ctx *cx, lg_str json, struct lg_webauthn_registration *ret,
	struct lg_passkey_hints *ret_hints)
{
	const json_t *tree, *response;
	lg_str id;
	struct lg_webauthn_registration sent;
	struct lg_passkey_hints hints = { 0 };
	LG_TRY(read_credential(cx, json, &tree, &response, &id));
	LG_TRY(decode(cx, id, &sent.raw_id));
	LG_TRY(decode(cx, lg_json_member_text(response, LG_STR("clientDataJSON")), &sent.client_data));
	LG_TRY(decode(cx, lg_json_member_text(response, LG_STR("attestationObject")), &sent.attestation));

	const lg_str attachment = lg_json_member_text(tree, LG_STR("authenticatorAttachment"));
	if (lg_str_eq(attachment, LG_STR("platform")) || lg_str_eq(attachment, LG_STR("cross-platform")))
		hints.attachment = attachment;
	LG_TRY(read_transports(cx, lg_json_member(response, LG_STR("transports")), &hints.transports));
	*ret = sent;
	*ret_hints = hints;
	return LG_OK;
}

lg_status
lg_passkey_json_assertion(struct lg_ctx *cx, lg_str json, struct lg_webauthn_assertion *ret)
{
	const json_t *tree, *response;
	lg_str id;
	struct lg_webauthn_assertion sent = { 0 };
	LG_TRY(read_credential(cx, json, &tree, &response, &id));
	LG_TRY(decode(cx, id, &sent.raw_id));
	LG_TRY(decode(cx, lg_json_member_text(response, LG_STR("clientDataJSON")), &sent.client_data));
	LG_TRY(decode(cx, lg_json_member_text(response, LG_STR("authenticatorData")), &sent.data));
	LG_TRY(decode(cx, lg_json_member_text(response, LG_STR("signature")), &sent.signature));
	if (lg_json_member(response, LG_STR("userHandle")))
		LG_TRY(decode(cx, lg_json_member_text(response, LG_STR("userHandle")), &sent.user_handle));
	*ret = sent;
	return LG_OK;
}

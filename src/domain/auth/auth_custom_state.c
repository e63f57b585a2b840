#include "domain/auth/auth_steps.h"

#include <stdio.h>

#include "base/secret.h"
#include "codec/shape_io.h"
#include "crypto/hash.h"

/* A Session has 2,048 characters, 1,536 bytes; a user name may take 512 of them. */
#define MAX_INLINE 480
#define MAX_STORED ((size_t)64 * 1024)
#define PLACES 16
#define ID_SIZE 16
#define PURPOSE_SIZE 16

/* A reference: which place, and what has to be there. */
#define REFERENCE_SIZE (1 + ID_SIZE)

static lg_str
purpose_of(unsigned place, char text[PURPOSE_SIZE])
{
	snprintf(text, PURPOSE_SIZE, "custom:%u", place);
	return lg_str_from_c(text);
}

static void
mac_of(lg_str reference, unsigned char ret[LG_SHA256_SIZE])
{
	const lg_str id = lg_str_slice(reference, 1, reference.len);
	lg_sha256(&id, 1, ret);
}

static lg_status
read_stored(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str *ret)
{
	const lg_str reference = auth->session.stored;
	if (reference.len != REFERENCE_SIZE)
		return lg_auth_session_invalid(cx);
	char text[PURPOSE_SIZE];
	struct lg_code_row row;
	lg_status s = lg_store_code_read(env->store, cx, &auth->user->row,
		purpose_of((unsigned char)reference.ptr[0], text), &row);
	if (s.code == LG_E_NOT_FOUND)
		return lg_auth_session_invalid(cx);
	LG_TRY(s);
	unsigned char mac[LG_SHA256_SIZE];
	mac_of(reference, mac);
	if (!lg_ct_eq(lg_str_from_bytes(mac, sizeof(mac)), lg_str_from_bytes(row.mac, sizeof(row.mac))))
		return lg_auth_session_invalid(cx);
	*ret = row.detail.state;
	return LG_OK;
}

lg_status
lg_auth_custom_load(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth)
{
	lg_str bytes = auth->session.custom;
	if (!lg_str_present(bytes))
		LG_TRY(read_stored(cx, env, auth, &bytes));
	struct lg_rec_custom_state *state = lg_new(cx, struct lg_rec_custom_state);
	if (!state)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_status s = lg_shape_from_cbor(cx, &lg_shape_rec_custom_state, bytes, state);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_session_invalid(cx);
	LG_TRY(s);
	auth->custom = state;
	return LG_OK;
}

static lg_status
write_stored(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str bytes)
{
	unsigned char *reference = lg_new_array(cx, unsigned char, REFERENCE_SIZE);
	if (!reference)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* A sign-in stays in its place. */
	lg_rand_bytes(cx, reference, REFERENCE_SIZE);
	const lg_str former = auth->session.stored;
	reference[0] = former.len == REFERENCE_SIZE ? (unsigned char)former.ptr[0]
						   : (unsigned char)(reference[0] % PLACES);
	auth->session.stored = lg_str_from_bytes(reference, REFERENCE_SIZE);
	auth->session.custom = LG_STR_NONE;

	char text[PURPOSE_SIZE];
	const int64_t ttl_ms = auth->call->client->session_ttl_s * LG_SECOND_MS;
	struct lg_code_row row = { .expires = lg_time_add_ms(cx->now, ttl_ms + LG_SPENT_MARGIN_MS),
		.detail = { .state = bytes } };
	mac_of(auth->session.stored, row.mac);
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_code_put(batch, &auth->user->row, purpose_of(reference[0], text), &row);
	return lg_store_commit(batch);
}

lg_status
lg_auth_custom_save(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth)
{
	lg_str bytes;
	LG_TRY(lg_shape_to_cbor(cx, &lg_shape_rec_custom_state, auth->custom, &bytes));
	if (bytes.len > MAX_STORED)
		return lg_trigger_unrecognizable(cx);
	if (bytes.len > MAX_INLINE)
		return write_stored(cx, env, auth, bytes);
	auth->session.custom = bytes;
	auth->session.stored = LG_STR_NONE;
	return LG_OK;
}

/*
 * Tokens that carry their state: nothing opens but what was made. The first byte chooses the form; its top
 * bit, whether the rest is a token, or pairs of place and difference that spoil a real one.
 */
#include "token/sealed.h"

#include "codec/json.h"
#include "gen/rec_types.h"
#include "tests/fuzz/fuzz.h"

#define PURPOSE LG_STR("fuzz")

static void
count_up(struct lg_random *self, void *ret, size_t len)
{
	(void)self;
	for (size_t i = 0; i < len; i++)
		((unsigned char *)ret)[i] = (unsigned char)(i * 7 + len);
}

/* Keys outlive inputs. */
static struct lg_keyring *
ring_of(struct lg_ctx *cx)
{
	static struct lg_keyring *ring;
	if (ring)
		return ring;
	LG_CLEANUP(lg_secret_done) struct lg_secret root = { 0 };
	lg_str wrapped;
	MUST_OK(lg_secret_new(32, &root));
	MUST_OK(lg_keyring_new(&root, &ring));
	for (int64_t version = 1; version <= 3; version++)
		MUST_OK(lg_keyring_make(ring, cx, 1, LG_KEY_CREDENTIAL, version, &wrapped));
	return ring;
}

static lg_status
open_one(struct lg_ctx *cx, struct lg_keyring *ring, bool jwe, lg_str token)
{
	struct lg_rec_session state = { 0 };
	return jwe ? lg_sealed_jwe_open(cx, ring, 1, PURPOSE, token, &lg_shape_rec_session, &state)
		   : lg_sealed_open(cx, ring, 1, PURPOSE, token, &lg_shape_rec_session, &state);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	FUZZ_CONTEXT(cx);
	struct lg_random random = { .fill = count_up };
	cx->random = &random;
	struct lg_keyring *ring = ring_of(cx);
	const bool jwe = data[0] & 1;
	const struct lg_rec_session state = { .username = LG_STR("ada"), .client_id = LG_STR("c") };
	lg_str real;
	MUST_OK(jwe ? lg_sealed_jwe_make(cx, ring, 1, PURPOSE, &lg_shape_rec_session, &state, &real)
		    : lg_sealed_make(cx, ring, 1, PURPOSE, &lg_shape_rec_session, &state, &real));
	lg_str token = lg_str_from_bytes(data + 1, size - 1);
	if (!(data[0] & 0x80)) {
		MUST_OK(lg_str_dup(cx, real, &token));
		for (size_t i = 1; i + 1 < size; i += 2)
			((char *)(uintptr_t)token.ptr)[data[i] % token.len] ^= (char)data[i + 1];
	}
	/* A fuzzer that watches comparisons may well come upon the real one. */
	const lg_status s = open_one(cx, ring, jwe, token);
	MUST(s.code == (lg_str_eq(token, real) ? LG_E_OK : LG_E_MALFORMED));
	return 0;
}

#include "crypto/srp.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "codec/bytes.h"
#include "crypto/hash.h"
#include "crypto/srp_group.h"

#define NUMBER_MAX (LG_SRP_N_SIZE + 1) /* with the leading zero of PAD */

/* One operation's scratch numbers, wiped and freed together. */
struct scratch {
	BN_CTX *bn;
};

static void
scratch_done(struct scratch *s)
{
	if (s->bn)
		BN_CTX_end(s->bn);
	BN_CTX_free(s->bn);
}

static lg_status
scratch_start(struct lg_ctx *cx, struct scratch *ret)
{
	ret->bn = BN_CTX_secure_new();
	if (!ret->bn)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	BN_CTX_start(ret->bn);
	return LG_OK;
}

/* Java's BigInteger.toByteArray: minimal, with a zero byte in front when the top bit is set. */
static lg_str
pad(const BIGNUM *n, unsigned char room[NUMBER_MAX])
{
	int len = BN_num_bytes(n);
	if (len == 0) {
		room[0] = 0;
		return lg_str_from_bytes(room, 1);
	}
	room[0] = 0;
	BN_bn2bin(n, room + 1);
	return room[1] & 0x80 ? lg_str_from_bytes(room, (size_t)len + 1)
			      : lg_str_from_bytes(room + 1, (size_t)len);
}

static void
hash_pair(const BIGNUM *a, const BIGNUM *b, unsigned char ret[LG_SHA256_SIZE])
{
	unsigned char room_a[NUMBER_MAX], room_b[NUMBER_MAX];
	lg_str parts[] = { pad(a, room_a), pad(b, room_b) };
	lg_sha256(parts, LG_LEN(parts), ret);
}

/* k = H(PAD(N) | PAD(g)): made once, never changed. */
static BIGNUM *k;
static pthread_once_t k_once = PTHREAD_ONCE_INIT;

static void
make_k(void)
{
	unsigned char digest[LG_SHA256_SIZE];
	hash_pair(lg_srp_group()->N, lg_srp_group()->g, digest);
	k = BN_bin2bn(digest, sizeof(digest), NULL);
	if (!k)
		abort(); /* Nobody was answered yet. */
}

static bool
power(struct lg_ctx *cx, struct scratch *s, BIGNUM *ret, const BIGNUM *base, BIGNUM *exponent)
{
	cx->work.modexps++;
	return lg_srp_power(ret, base, exponent, s->bn);
}

static bool
power_of_g(struct lg_ctx *cx, struct scratch *s, BIGNUM *ret, lg_str exponent)
{
	cx->work.modexps++;
	return lg_srp_power_of_g(ret, exponent, s->bn);
}

static lg_status
out_of_memory(struct lg_ctx *cx)
{
	return lg_fail_default(cx, LG_E_NO_MEMORY);
}

lg_status
lg_srp_verifier(struct lg_ctx *cx, lg_str name, lg_str identity, lg_str password, lg_str salt, lg_str *ret)
{
	LG_CLEANUP(scratch_done) struct scratch s = { 0 };
	LG_TRY(scratch_start(cx, &s));
	BIGNUM *v = BN_CTX_get(s.bn), *salt_n = BN_CTX_get(s.bn);
	unsigned char *out = lg_new_array(cx, unsigned char, LG_SRP_N_SIZE);
	if (!salt_n || !out || !BN_bin2bn((const unsigned char *)salt.ptr, (int)salt.len, salt_n))
		return out_of_memory(cx);

	/* x = H(PAD(salt) | H(group | identity | ":" | password)) */
	unsigned char inner[LG_SHA256_SIZE], digest[LG_SHA256_SIZE], room[NUMBER_MAX];
	lg_str who[] = { name, identity, LG_STR(":"), password };
	lg_sha256(who, LG_LEN(who), inner);
	lg_str salted[] = { pad(salt_n, room), lg_str_from_bytes(inner, sizeof(inner)) };
	lg_sha256(salted, LG_LEN(salted), digest);
	bool ok = power_of_g(cx, &s, v, lg_str_from_bytes(digest, sizeof(digest))) &&
		  BN_bn2binpad(v, out, LG_SRP_N_SIZE) == LG_SRP_N_SIZE;
	lg_wipe(inner, sizeof(inner));
	lg_wipe(digest, sizeof(digest));
	if (!ok)
		return out_of_memory(cx);
	*ret = lg_str_from_bytes(out, LG_SRP_N_SIZE);
	return LG_OK;
}

lg_status
lg_srp_read_verifier(struct lg_ctx *cx, lg_str bytes, lg_str *ret)
{
	LG_CLEANUP(scratch_done) struct scratch s = { 0 };
	LG_TRY(scratch_start(cx, &s));
	BIGNUM *v = BN_CTX_get(s.bn), *most = BN_CTX_get(s.bn);
	unsigned char *out = lg_new_array(cx, unsigned char, LG_SRP_N_SIZE);
	if (!most || !out || !BN_copy(most, lg_srp_group()->N) || !BN_sub_word(most, 1))
		return out_of_memory(cx);
	while (bytes.len && bytes.ptr[0] == '\0')
		bytes = lg_str_slice(bytes, 1, bytes.len);
	if (bytes.len > LG_SRP_N_SIZE)
		return lg_fail(cx, LG_E_MALFORMED, "verifier beyond 3072 bits");
	if (!BN_bin2bn((const unsigned char *)bytes.ptr, (int)bytes.len, v))
		return out_of_memory(cx);
	if (BN_is_zero(v) || BN_is_one(v) || BN_cmp(v, most) >= 0)
		return lg_fail(cx, LG_E_MALFORMED, "verifier out of range");
	if (BN_bn2binpad(v, out, LG_SRP_N_SIZE) != LG_SRP_N_SIZE)
		return out_of_memory(cx);
	*ret = lg_str_from_bytes(out, LG_SRP_N_SIZE);
	return LG_OK;
}

/* The number without leading zeros; "0" for zero. */
static lg_status
to_hex(struct lg_ctx *cx, const BIGNUM *n, lg_str *ret)
{
	unsigned char bytes[LG_SRP_N_SIZE];
	int len = BN_bn2bin(n, bytes);
	LG_TRY(lg_hex_encode(cx, lg_str_from_bytes(bytes, (size_t)len), ret));
	if (ret->len && ret->ptr[0] == '0')
		*ret = lg_str_slice(*ret, 1, ret->len);
	if (!ret->len)
		*ret = LG_STR("0");
	return LG_OK;
}

/* LG_E_MALFORMED unless `hex` is a number of at most 3072 bits; leading zeros are fine up to that length. */
static lg_status
from_hex(struct lg_ctx *cx, lg_str hex, BIGNUM *ret)
{
	if (hex.len == 0 || hex.len > LG_SRP_N_SIZE * 2 + 2)
		return lg_fail(cx, LG_E_MALFORMED, "number of a wrong length");
	lg_str parts[] = { hex.len % 2 ? LG_STR("0") : LG_STR(""), hex }, even, bytes;
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &even));
	LG_TRY(lg_hex_decode(cx, even, &bytes));
	if (!BN_bin2bn((const unsigned char *)bytes.ptr, (int)bytes.len, ret))
		return out_of_memory(cx);
	if (BN_num_bytes(ret) > LG_SRP_N_SIZE)
		return lg_fail(cx, LG_E_MALFORMED, "number beyond 3072 bits");
	return LG_OK;
}

lg_status
lg_srp_begin(struct lg_ctx *cx, lg_str verifier, lg_str b, lg_str *ret_B_hex)
{
	LG_CLEANUP(scratch_done) struct scratch s = { 0 };
	LG_TRY(scratch_start(cx, &s));
	pthread_once(&k_once, make_k);
	BIGNUM *v = BN_CTX_get(s.bn), *B = BN_CTX_get(s.bn), *kv = BN_CTX_get(s.bn);
	if (!kv || !BN_bin2bn((const unsigned char *)verifier.ptr, (int)verifier.len, v) ||
		!power_of_g(cx, &s, B, b) || !lg_srp_multiply(kv, k, v, s.bn) ||
		!BN_mod_add_quick(B, B, kv, lg_srp_group()->N))
		return out_of_memory(cx);
	return to_hex(cx, B, ret_B_hex);
}

/* A as a number; LG_E_MALFORMED when it is 0 mod N (RFC 5054, 2.5.4). */
static lg_status
read_A(struct lg_ctx *cx, struct scratch *s, lg_str A_hex, BIGNUM *ret)
{
	BIGNUM *rest = BN_CTX_get(s->bn);
	LG_TRY(from_hex(cx, A_hex, ret));
	if (!rest || !BN_nnmod(rest, ret, lg_srp_group()->N, s->bn))
		return out_of_memory(cx);
	return BN_is_zero(rest) ? lg_fail(cx, LG_E_MALFORMED, "A is zero") : LG_OK;
}

lg_status
lg_srp_check_A(struct lg_ctx *cx, lg_str A_hex)
{
	LG_CLEANUP(scratch_done) struct scratch s = { 0 };
	LG_TRY(scratch_start(cx, &s));
	BIGNUM *A = BN_CTX_get(s.bn);
	return A ? read_A(cx, &s, A_hex, A) : out_of_memory(cx);
}

/* K = HKDF-like of S with salt u, 16 bytes (spec/sign-in.md 5). */
static void
session_key(const BIGNUM *u, const BIGNUM *S, unsigned char ret[16])
{
	unsigned char room_u[NUMBER_MAX], room_S[NUMBER_MAX], prk[LG_SHA256_SIZE], key[LG_SHA256_SIZE];
	lg_str secret = pad(S, room_S), info = LG_STR("Caldera Derived Key\x01");
	lg_hmac_sha256(pad(u, room_u), &secret, 1, prk);
	lg_hmac_sha256(lg_str_from_bytes(prk, sizeof(prk)), &info, 1, key);
	memcpy(ret, key, 16);
	lg_wipe(room_S, sizeof(room_S));
	lg_wipe(prk, sizeof(prk));
	lg_wipe(key, sizeof(key));
}

lg_status
lg_srp_key(struct lg_ctx *cx, lg_str verifier, lg_str b, lg_str A_hex, lg_str B_hex, unsigned char ret[16])
{
	LG_CLEANUP(scratch_done) struct scratch s = { 0 };
	LG_TRY(scratch_start(cx, &s));
	BIGNUM *A = BN_CTX_get(s.bn), *B = BN_CTX_get(s.bn), *u = BN_CTX_get(s.bn), *v = BN_CTX_get(s.bn);
	BIGNUM *secret = BN_CTX_get(s.bn), *S = BN_CTX_get(s.bn);
	if (!S)
		return out_of_memory(cx);
	LG_TRY(read_A(cx, &s, A_hex, A));
	LG_TRY(from_hex(cx, B_hex, B));
	unsigned char digest[LG_SHA256_SIZE];
	hash_pair(A, B, digest);
	if (!BN_bin2bn(digest, sizeof(digest), u))
		return out_of_memory(cx);
	if (BN_is_zero(u))
		return lg_fail(cx, LG_E_MALFORMED, "u is zero");

	/* S = (A * v^u)^b */
	if (!BN_bin2bn((const unsigned char *)verifier.ptr, (int)verifier.len, v) ||
		!BN_bin2bn((const unsigned char *)b.ptr, (int)b.len, secret) || !power(cx, &s, S, v, u) ||
		!lg_srp_multiply(S, S, A, s.bn) || !power(cx, &s, S, S, secret))
		return out_of_memory(cx);
	session_key(u, S, ret);
	return LG_OK;
}

void
lg_srp_claim(const unsigned char key[16], lg_str name, lg_str identity, lg_str secret_block,
	lg_str timestamp, unsigned char ret[32])
{
	lg_str parts[] = { name, identity, secret_block, timestamp };
	lg_hmac_sha256(lg_str_from_bytes(key, 16), parts, LG_LEN(parts), ret);
}

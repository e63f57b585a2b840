#include "tests/lib/srp_client.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static const char N_HEX[] =
	"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

struct srp_client {
	BN_CTX *bn;
	BN_MONT_CTX *mont;
	BIGNUM *N, *g, *k, *a, *A;
	char *A_hex;
	/* of the newest challenge */
	char known[512];
	BIGNUM *x, *g_x;
};


static void
hash_number(EVP_MD_CTX *md, const BIGNUM *n)
{
	unsigned char bytes[513] = { 0 };
	int len = BN_num_bytes(n);
	assert(len <= 512);
	BN_bn2bin(n, bytes + 1);
	int pad = len && bytes[1] & 0x80 ? 1 : 0;
	if (len == 0) /* Java writes zero as one zero byte. */
		EVP_DigestUpdate(md, bytes, 1);
	else
		EVP_DigestUpdate(md, bytes + 1 - pad, (size_t)(len + pad));
}

static BIGNUM *
hash_numbers(const BIGNUM *first, const BIGNUM *second)
{
	unsigned char digest[32];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	hash_number(md, first);
	hash_number(md, second);
	EVP_DigestFinal_ex(md, digest, NULL);
	EVP_MD_CTX_free(md);
	return BN_bin2bn(digest, 32, NULL);
}

struct srp_client *
srp_client_new(const char *a_hex)
{
	struct srp_client *c = calloc(1, sizeof(*c));
	assert(c);
	c->bn = BN_CTX_new();
	c->mont = BN_MONT_CTX_new();
	BN_hex2bn(&c->N, N_HEX);
	BN_dec2bn(&c->g, "2");
	BN_hex2bn(&c->a, a_hex ? a_hex : "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
	BN_MONT_CTX_set(c->mont, c->N, c->bn);
	c->k = hash_numbers(c->N, c->g);
	c->A = BN_new();
	c->x = BN_new();
	c->g_x = BN_new();
	BN_mod_exp_mont(c->A, c->g, c->a, c->N, c->bn, c->mont);
	c->A_hex = BN_bn2hex(c->A);
	for (char *at = c->A_hex; *at; at++)
		if (*at >= 'A' && *at <= 'F')
			*at = (char)(*at - 'A' + 'a');
	return c;
}

void
srp_client_free(struct srp_client *c)
{
	if (!c)
		return;
	BIGNUM *numbers[] = { c->N, c->g, c->k, c->a, c->A, c->x, c->g_x };
	for (size_t i = 0; i < LG_LEN(numbers); i++)
		BN_free(numbers[i]);
	OPENSSL_free(c->A_hex);
	BN_MONT_CTX_free(c->mont);
	BN_CTX_free(c->bn);
	free(c);
}

const char *
srp_client_A(const struct srp_client *c)
{
	return c->A_hex;
}

static BIGNUM *
from_hex(lg_str hex)
{
	char text[1025];
	if (hex.len == 0 || hex.len >= sizeof(text))
		return NULL;
	memcpy(text, hex.ptr, hex.len);
	text[hex.len] = '\0';
	BIGNUM *n = NULL;
	if (BN_hex2bn(&n, text) != (int)hex.len) {
		BN_free(n);
		return NULL;
	}
	return n;
}

/* x = H(PAD(salt) | H(pool | user | ":" | password)), and g^x */
static bool
know_user(struct srp_client *c, const struct srp_client_challenge *ch)
{
	char known[sizeof(c->known)];
	snprintf(known, sizeof(known), "%.*s/%.*s/%.*s/%.*s", LG_FMT(ch->pool_name), LG_FMT(ch->user_id),
		LG_FMT(ch->salt_hex), LG_FMT(ch->password));
	if (strcmp(known, c->known) == 0)
		return true;
	BIGNUM *salt = from_hex(ch->salt_hex);
	if (!salt)
		return false;

	unsigned char digest[32];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	EVP_DigestUpdate(md, ch->pool_name.ptr, ch->pool_name.len);
	EVP_DigestUpdate(md, ch->user_id.ptr, ch->user_id.len);
	EVP_DigestUpdate(md, ":", 1);
	EVP_DigestUpdate(md, ch->password.ptr, ch->password.len);
	EVP_DigestFinal_ex(md, digest, NULL);
	EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	hash_number(md, salt);
	EVP_DigestUpdate(md, digest, 32);
	EVP_DigestFinal_ex(md, digest, NULL);
	EVP_MD_CTX_free(md);
	BN_free(salt);

	BN_bin2bn(digest, 32, c->x);
	BN_mod_exp_mont(c->g_x, c->g, c->x, c->N, c->bn, c->mont);
	memcpy(c->known, known, sizeof(known));
	return true;
}

/* S = (B - k*g^x)^(a + u*x) */
static BIGNUM *
shared_secret(struct srp_client *c, const BIGNUM *B, const BIGNUM *u)
{
	BIGNUM *base = BN_new(), *exponent = BN_new(), *S = BN_new();
	BN_mod_mul(base, c->k, c->g_x, c->N, c->bn);
	BN_mod_sub(base, B, base, c->N, c->bn);
	BN_mul(exponent, u, c->x, c->bn);
	BN_add(exponent, exponent, c->a);
	BN_mod_exp_mont(S, base, exponent, c->N, c->bn, c->mont);
	BN_free(base);
	BN_free(exponent);
	return S;
}

static size_t
padded(const BIGNUM *n, unsigned char ret[513])
{
	int len = BN_num_bytes(n);
	ret[0] = 0;
	BN_bn2bin(n, ret + 1);
	if (len && ret[1] & 0x80)
		return (size_t)len + 1;
	memmove(ret, ret + 1, (size_t)len);
	return (size_t)len;
}

bool
srp_client_sign(struct srp_client *c, const struct srp_client_challenge *ch, char ret[45])
{
	unsigned char block[4096];
	if (ch->secret_block.len > sizeof(block) / 3 * 4 || !know_user(c, ch))
		return false;
	int block_len = EVP_DecodeBlock(
		block, (const unsigned char *)ch->secret_block.ptr, (int)ch->secret_block.len);
	BIGNUM *B = from_hex(ch->B_hex);
	if (!B || block_len < 0) {
		BN_free(B);
		return false;
	}
	for (size_t i = ch->secret_block.len; i && ch->secret_block.ptr[i - 1] == '='; i--)
		block_len--;

	BIGNUM *u = hash_numbers(c->A, B);
	BIGNUM *S = shared_secret(c, B, u);
	unsigned char u_bytes[513], S_bytes[513], prk[32], key[32], claim[32];
	size_t u_len = padded(u, u_bytes), S_len = padded(S, S_bytes);
	HMAC(EVP_sha256(), u_bytes, (int)u_len, S_bytes, S_len, prk, NULL);
	static const unsigned char info[] = "Caldera Derived Key\x01";
	HMAC(EVP_sha256(), prk, 32, info, sizeof(info) - 1, key, NULL);

	unsigned char message[8192];
	size_t len = 0;
	const lg_str parts[] = { ch->pool_name, ch->user_id, lg_str_from_bytes(block, (size_t)block_len),
		ch->timestamp };
	for (size_t i = 0; i < LG_LEN(parts); i++) {
		assert(len + parts[i].len <= sizeof(message));
		memcpy(message + len, parts[i].ptr, parts[i].len);
		len += parts[i].len;
	}
	HMAC(EVP_sha256(), key, 16, message, len, claim, NULL);
	EVP_EncodeBlock((unsigned char *)ret, claim, 32);
	BN_free(B);
	BN_free(u);
	BN_free(S);
	return true;
}

bool
srp_client_verifier(struct srp_client *c, lg_str group_key, lg_str device_key, lg_str password,
	lg_str salt_hex, char ret[SRP_VERIFIER_SIZE])
{
	const struct srp_client_challenge who = {
		.pool_name = group_key, .user_id = device_key, .password = password, .salt_hex = salt_hex
	};
	unsigned char bytes[513];
	if (!know_user(c, &who))
		return false;
	const size_t len = padded(c->g_x, bytes);
	EVP_EncodeBlock((unsigned char *)ret, bytes, (int)len);
	return true;
}

void
srp_client_timestamp(lg_time now, char ret[SRP_TIMESTAMP_SIZE])
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
		"Oct", "Nov", "Dec" };
	time_t s = (time_t)lg_time_s(now);
	struct tm tm;
	gmtime_r(&s, &tm);
	snprintf(ret, SRP_TIMESTAMP_SIZE, "%s %s %d %02d:%02d:%02d UTC %d", days[tm.tm_wday],
		months[tm.tm_mon], tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_year + 1900);
}

#include "crypto/foreign_hash.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#include "base/secret.h"
#include "codec/bytes.h"

#define BCRYPT_LEN 60
#define BCRYPT_COST_MIN 4
#define BCRYPT_COST_MAX 12
#define SCRYPT_N_MAX 65536
#define SCRYPT_R_MAX 8
#define SCRYPT_MEMORY_MAX ((uint64_t)96 << 20)
#define ARGON2_KIB_MAX 19456
#define ARGON2_PASSES_MAX 2
#define ARGON2_LEN_MAX 127 /* libsodium's strings end at 128 bytes */
#define PBKDF2_ROUNDS_MAX 600000
#define SALT_MAX_BYTES 64
#define HASH_MIN_BYTES 16
#define HASH_MAX_BYTES 128

/* A hash taken apart. */
struct parts {
	uint64_t n, r, p;
	lg_str salt;
	lg_str hash;
};

static lg_status
malformed(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MALFORMED, "The password hash is not of its form, or over its limits.");
}

lg_status
lg_foreign_hash_from_name(lg_str name, enum lg_foreign_hash *ret)
{
	static const lg_str names[] = {
		[LG_FOREIGN_BCRYPT] = LG_STR_INIT("BCRYPT"),
		[LG_FOREIGN_SCRYPT] = LG_STR_INIT("SCRYPT"),
		[LG_FOREIGN_ARGON2ID] = LG_STR_INIT("ARGON2ID"),
		[LG_FOREIGN_PBKDF2_SHA256] = LG_STR_INIT("PBKDF2_SHA256"),
	};
	for (size_t i = LG_FOREIGN_BCRYPT; i < LG_LEN(names); i++) {
		if (lg_str_eq(names[i], name)) {
			*ret = (enum lg_foreign_hash)i;
			return LG_OK;
		}
	}
	return LG_STATUS(LG_E_NOT_FOUND);
}

static bool
has_sizes(const struct parts *parts)
{
	return parts->salt.len > 0 && parts->salt.len <= SALT_MAX_BYTES &&
	       parts->hash.len >= HASH_MIN_BYTES && parts->hash.len <= HASH_MAX_BYTES;
}

/* ---- bcrypt: crypt(3) ---- */

static bool
is_bcrypt(lg_str text)
{
	if (text.len != BCRYPT_LEN || text.ptr[0] != '$' || text.ptr[1] != '2' ||
		!memchr("abxy", text.ptr[2], 4) || text.ptr[3] != '$' || text.ptr[6] != '$')
		return false;
	uint64_t cost;
	const bool zero = text.ptr[4] == '0';
	if (!lg_str_to_uint(lg_str_slice(text, zero ? 5 : 4, 6), BCRYPT_COST_MAX, &cost) ||
		cost < BCRYPT_COST_MIN)
		return false;
	for (size_t i = 7; i < text.len; i++) {
		const char c = text.ptr[i];
		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			    c == '.' || c == '/'))
			return false;
	}
	return true;
}

static lg_status
verify_bcrypt(struct lg_ctx *cx, lg_str text, lg_str password)
{
	const char *phrase, *setting;
	LG_TRY(lg_str_to_c(cx, text, &setting));
	if (lg_failed(lg_str_to_c(cx, password, &phrase)))
		return lg_fail(cx, LG_E_MISMATCH, "wrong password");
	struct crypt_data *data = lg_new(cx, struct crypt_data);
	if (!data)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	/* Not crypt_r, which the address sanitizer breaks. */
	const char *made = crypt_rn(phrase, setting, data, sizeof(*data));
	const bool same = made && lg_ct_eq(lg_str_from_c(made), text);
	lg_wipe(data, sizeof(*data));
	return same ? LG_OK : lg_fail(cx, LG_E_MISMATCH, "wrong password");
}

/* ---- scrypt (RFC 7914) ---- */

static lg_status
parse_scrypt(struct lg_ctx *cx, lg_str text, struct parts *ret)
{
	lg_str rest = text;
	if (!lg_str_to_uint(lg_str_cut(&rest, '$'), SCRYPT_N_MAX, &ret->n) ||
		!lg_str_to_uint(lg_str_cut(&rest, '$'), SCRYPT_R_MAX, &ret->r) ||
		!lg_str_to_uint(lg_str_cut(&rest, '$'), 1, &ret->p) || !lg_str_present(rest))
		return malformed(cx);
	const lg_str salt = lg_str_cut(&rest, '$');
	if (!lg_str_present(rest) || lg_failed(lg_hex_decode(cx, salt, &ret->salt)) ||
		lg_failed(lg_hex_decode(cx, rest, &ret->hash)) || !has_sizes(ret))
		return malformed(cx);
	const bool power = ret->n > 1 && (ret->n & (ret->n - 1)) == 0;
	return power && ret->r > 0 && ret->p == 1 ? LG_OK : malformed(cx);
}

/* ---- PBKDF2 (RFC 8018) ---- */

/* Base64 without padding, in which "." may stand for "+". */
static lg_status
decode(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	char *plain = lg_new_array(cx, char, text.len + 1);
	if (!plain)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < text.len; i++)
		plain[i] = text.ptr[i] == '.' ? '+' : text.ptr[i];
	return lg_base64_decode_lenient(cx, lg_str_from_bytes(plain, text.len), ret);
}

static lg_status
parse_pbkdf2(struct lg_ctx *cx, lg_str text, struct parts *ret)
{
	const lg_str prefix = LG_STR("$pbkdf2-sha256$");
	if (!lg_str_starts(text, prefix))
		return malformed(cx);
	lg_str rest = lg_str_slice(text, prefix.len, text.len);
	if (!lg_str_to_uint(lg_str_cut(&rest, '$'), PBKDF2_ROUNDS_MAX, &ret->n) || ret->n == 0 ||
		!lg_str_present(rest))
		return malformed(cx);
	const lg_str salt = lg_str_cut(&rest, '$');
	if (!lg_str_present(rest) || lg_failed(decode(cx, salt, &ret->salt)) ||
		lg_failed(decode(cx, rest, &ret->hash)) || !has_sizes(ret))
		return malformed(cx);
	return LG_OK;
}

/* ---- Argon2id (RFC 9106): libsodium takes the text whole ---- */

static bool
is_argon2id(lg_str text)
{
	const lg_str prefix = LG_STR("$argon2id$v=19$m=");
	if (!lg_str_starts(text, prefix) || text.len > ARGON2_LEN_MAX || lg_str_has_byte(text, '\0'))
		return false;
	lg_str rest = lg_str_slice(text, prefix.len, text.len);
	uint64_t memory, passes, lanes;
	lg_str parameters = lg_str_cut(&rest, '$');
	const lg_str m = lg_str_cut(&parameters, ',');
	const lg_str t = lg_str_cut(&parameters, ',');
	return lg_str_present(rest) && lg_str_to_uint(m, ARGON2_KIB_MAX, &memory) &&
	       lg_str_starts(t, LG_STR("t=")) &&
	       lg_str_to_uint(lg_str_slice(t, 2, t.len), ARGON2_PASSES_MAX, &passes) && passes > 0 &&
	       lg_str_present(parameters) && lg_str_starts(parameters, LG_STR("p=")) &&
	       lg_str_to_uint(lg_str_slice(parameters, 2, parameters.len), 1, &lanes) && lanes == 1;
}

static lg_status
verify_argon2id(struct lg_ctx *cx, lg_str text, lg_str password)
{
	const char *setting;
	LG_TRY(lg_str_to_c(cx, text, &setting));
	if (crypto_pwhash_argon2id_str_verify(setting, password.ptr ? password.ptr : "", password.len))
		return lg_fail(cx, LG_E_MISMATCH, "wrong password");
	return LG_OK;
}

/* ---- all ---- */

lg_status
lg_foreign_hash_check_form(struct lg_ctx *cx, enum lg_foreign_hash form, lg_str text)
{
	struct parts parts;
	switch (form) {
	case LG_FOREIGN_BCRYPT:
		return is_bcrypt(text) ? LG_OK : malformed(cx);
	case LG_FOREIGN_SCRYPT:
		return parse_scrypt(cx, text, &parts);
	case LG_FOREIGN_ARGON2ID:
		return is_argon2id(text) ? LG_OK : malformed(cx);
	case LG_FOREIGN_PBKDF2_SHA256:
		return parse_pbkdf2(cx, text, &parts);
	}
	return malformed(cx);
}

/* The two whose hash is derived and compared. */
static lg_status
verify_derived(struct lg_ctx *cx, enum lg_foreign_hash form, lg_str text, lg_str password)
{
	struct parts parts = { 0 };
	const char *phrase = password.ptr ? password.ptr : "";
	unsigned char made[HASH_MAX_BYTES];
	int ok;
	if (form == LG_FOREIGN_SCRYPT) {
		LG_TRY(parse_scrypt(cx, text, &parts));
		ok = EVP_PBE_scrypt(phrase, password.len, (const unsigned char *)parts.salt.ptr,
			parts.salt.len, parts.n, parts.r, parts.p, SCRYPT_MEMORY_MAX, made, parts.hash.len);
	} else {
		LG_TRY(parse_pbkdf2(cx, text, &parts));
		ok = PKCS5_PBKDF2_HMAC(phrase, (int)password.len, (const unsigned char *)parts.salt.ptr,
			(int)parts.salt.len, (int)parts.n, EVP_sha256(), (int)parts.hash.len, made);
	}
	const bool same = ok == 1 && lg_ct_eq(lg_str_from_bytes(made, parts.hash.len), parts.hash);
	lg_wipe(made, sizeof(made));
	if (ok != 1)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	return same ? LG_OK : lg_fail(cx, LG_E_MISMATCH, "wrong password");
}

lg_status
lg_foreign_hash_verify(struct lg_ctx *cx, enum lg_foreign_hash form, lg_str text, lg_str password)
{
	LG_TRY(lg_foreign_hash_check_form(cx, form, text));
	cx->work.hashes++;
	switch (form) {
	case LG_FOREIGN_BCRYPT:
		return verify_bcrypt(cx, text, password);
	case LG_FOREIGN_ARGON2ID:
		return verify_argon2id(cx, text, password);
	case LG_FOREIGN_SCRYPT:
	case LG_FOREIGN_PBKDF2_SHA256:
		break;
	}
	return verify_derived(cx, form, text, password);
}

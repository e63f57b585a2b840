#include "crypto/point.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <sodium.h>

#define RSA_BITS 2048
#define RSA_N_SIZE (RSA_BITS / 8)
#define UNCOMPRESSED 0x04 /* SEC 1, 2.3.3 */

/* Is `params` a public key of its algorithm? */
static bool
checks(const char *algorithm, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *from = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	EVP_PKEY *key = NULL;
	bool ok = from && EVP_PKEY_fromdata_init(from) == 1 &&
		  EVP_PKEY_fromdata(from, &key, EVP_PKEY_PUBLIC_KEY, params) == 1;
	EVP_PKEY_CTX *check = ok ? EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL) : NULL;
	ok = check && EVP_PKEY_public_check(check) == 1;
	EVP_PKEY_CTX_free(check);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(from);
	return ok;
}

bool
lg_p256_is_point(lg_str x_y)
{
	if (x_y.len != LG_P256_POINT_SIZE)
		return false;
	unsigned char point[1 + LG_P256_POINT_SIZE] = { UNCOMPRESSED };
	for (size_t i = 0; i < x_y.len; i++)
		point[1 + i] = (unsigned char)x_y.ptr[i];
	char curve[] = "prime256v1";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	return checks("EC", params);
}

bool
lg_ed25519_is_point(lg_str point)
{
	return point.len == LG_ED25519_POINT_SIZE &&
	       crypto_core_ed25519_is_valid_point((const unsigned char *)point.ptr) == 1;
}

bool
lg_rsa2048_is_key(lg_str n_e)
{
	if (n_e.len != LG_RSA2048_SIZE)
		return false;
	const unsigned char *at = (const unsigned char *)n_e.ptr;
	BIGNUM *n = BN_bin2bn(at, RSA_N_SIZE, NULL);
	BIGNUM *e = BN_bin2bn(at + RSA_N_SIZE, LG_RSA2048_SIZE - RSA_N_SIZE, NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	if (n && e && build && BN_num_bits(n) == RSA_BITS && BN_is_word(e, RSA_F4) &&
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		params = OSSL_PARAM_BLD_to_param(build);
	const bool ok = params && checks("RSA", params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(e);
	BN_free(n);
	return ok;
}

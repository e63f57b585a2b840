#include "tests/lib/totp.h"

#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#define SECRET_MAX 64

static size_t
decode(lg_str base32, unsigned char ret[SECRET_MAX])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, value = 0;
	size_t len = 0;
	for (size_t i = 0; i < base32.len && len < SECRET_MAX; i++) {
		const char *digit = memchr(digits, base32.ptr[i], 32);
		value = value << 5 | (digit ? (unsigned)(digit - digits) : 0);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			ret[len++] = (unsigned char)(value >> bits);
		}
	}
	return len;
}

void
totp_app_code(lg_str base32, lg_time now, int64_t steps, char ret[7])
{
	unsigned char secret[SECRET_MAX], counter[8], mac[20];
	const size_t len = decode(base32, secret);
	uint64_t step = (uint64_t)(now.ms / 30000 + steps);
	for (size_t i = sizeof(counter); i > 0; i--, step >>= 8)
		counter[i - 1] = (unsigned char)step;
	unsigned mac_len = sizeof(mac);
	HMAC(EVP_sha1(), secret, (int)len, counter, sizeof(counter), mac, &mac_len);
	const unsigned char *at = mac + (mac[19] & 15);
	const uint32_t number = (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16
				| (uint32_t)at[2] << 8 | at[3];
	snprintf(ret, 7, "%06u", number % 1000000);
}

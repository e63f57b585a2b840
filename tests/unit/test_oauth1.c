/* OAuth 1.0a headers, against signatures that another implementation made. */
#include "domain/identity/oauth1.h"

#include "crypto/hash.h"
#include "tests/lib/test.h"

#define URL LG_STR("https://api.twitter.com/1.1/account/verify_credentials.json")
#define NONCE LG_STR("kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg")
#define AT ((lg_time){ INT64_C(1318622958000) })

TEST(hmac_sha1_is_that_of_rfc_2202)
{
	static const unsigned char expected[LG_SHA1_SIZE] = { 0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2,
		0xd2, 0x74, 0x16, 0xd5, 0xf1, 0x84, 0xdf, 0x9c, 0x25, 0x9a, 0x7c, 0x79 };
	struct lg_test_ctx t;
	unsigned char mac[LG_SHA1_SIZE];
	lg_test_ctx_init(&t);
	CHECK_OK(lg_hmac_sha1(&t.cx, LG_STR("Jefe"), LG_STR("what do ya want for nothing?"), mac));
	CHECK(lg_bytes_eq(mac, expected, sizeof(mac)));
	lg_test_ctx_done(&t);
}

TEST(header_is_signed_over_method_address_and_parameters)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	const struct lg_oauth1 keys = {
		.consumer_key = LG_STR("xvz1evFS4wEEPTGEFPHBog"),
		.consumer_secret = LG_STR("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"),
		.token = LG_STR("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"),
		.token_secret = LG_STR("LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"),
	};
	lg_str header;
	CHECK_OK(lg_oauth1_sign(&t.cx, AT, NONCE, LG_STR("GET"), URL, &keys, &header));
	CHECK_STR(header,
		LG_STR("OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", "
		       "oauth_nonce=\"kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg\", "
		       "oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1318622958\", "
		       "oauth_token=\"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb\", "
		       "oauth_version=\"1.0\", oauth_signature=\"Wl%2BfwPzf6UXKwhAtPH%2BBFle7RHM%3D\""));
	lg_test_ctx_done(&t);
}

TEST(keys_and_tokens_are_encoded_before_they_are_signed)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	const struct lg_oauth1 keys = { .consumer_key = LG_STR("key/\xc3\xa4"),
		.consumer_secret = LG_STR("se&cret"),
		.token = LG_STR("t~o"),
		.token_secret = LG_STR("s cr") };
	lg_str header;
	CHECK_OK(lg_oauth1_sign(&t.cx, AT, NONCE, LG_STR("GET"), URL, &keys, &header));
	CHECK(lg_str_ends(header, LG_STR("oauth_signature=\"HnhXqRocKuuQkN0jlaGgnpv2PJ8%3D\"")));
	CHECK(lg_str_starts(header, LG_STR("OAuth oauth_consumer_key=\"key%2F%C3%A4\", ")));
	lg_test_ctx_done(&t);
}

#include "tests/lib/providers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/bytes.h"
#include "crypto/hash.h"

#define DISCOVERY LG_STR("/.well-known/openid-configuration")
#define JWKS LG_STR("/jwks")

static const struct {
	lg_str name;
	enum lg_alg alg;
} keys[] = {
	{ LG_STR_INIT("k1"), LG_ALG_RS256 },
	{ LG_STR_INIT("other"), LG_ALG_RS256 },
	{ LG_STR_INIT("e1"), LG_ALG_ES256 },
};

static void
copy(char *to, size_t size, lg_str from)
{
	if (from.len >= size)
		abort();
	memcpy(to, from.ptr ? from.ptr : "", from.len);
	to[from.len] = '\0';
}

/* The key is made when it is first wanted; the lock is held. */
static lg_status
key_of(struct providers *p, struct lg_ctx *cx, size_t index, struct lg_pkey **ret)
{
	if (!p->keys[index])
		LG_TRY(lg_pkey_generate(cx, keys[index].alg, &p->keys[index]));
	*ret = p->keys[index];
	return LG_OK;
}

static lg_status
write_jwks(struct providers *p, struct lg_ctx *cx, lg_str *ret)
{
	struct lg_pkey *rsa, *ec;
	struct lg_jwk_public r, e;
	LG_TRY(key_of(p, cx, 0, &rsa));
	LG_TRY(key_of(p, cx, 2, &ec));
	LG_TRY(lg_pkey_jwk(cx, rsa, &r));
	LG_TRY(lg_pkey_jwk(cx, ec, &e));
	return lg_str_fmt(cx, ret,
		"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k1\",\"n\":\"%.*s\",\"e\":\"%.*s\"},"
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e1\",\"x\":\"%.*s\",\"y\":\"%.*s\"}]}",
		LG_FMT(r.n), LG_FMT(r.e), LG_FMT(e.x), LG_FMT(e.y));
}

/* What an issuer publishes at this URL; LG_E_UNAVAILABLE when it is none of its. */
static lg_status
publish(struct providers *p, struct lg_ctx *cx, const struct providers_told *told, lg_str url, lg_str *ret)
{
	const lg_str issuer = lg_str_from_c(told->url);
	const lg_str rest = lg_str_slice(url, issuer.len, url.len);
	if (!lg_str_starts(url, issuer))
		return lg_fail(cx, LG_E_UNAVAILABLE, "nobody there");
	if (lg_str_eq(rest, JWKS))
		return write_jwks(p, cx, ret);
	if (!lg_str_eq(rest, DISCOVERY))
		return lg_fail(cx, LG_E_UNAVAILABLE, "nobody there");
	return lg_str_fmt(cx, ret, "{\"issuer\":\"%.*s\",\"jwks_uri\":\"%.*s/jwks\"}", LG_FMT(issuer),
		LG_FMT(issuer));
}

static lg_status
answer(struct providers *p, struct lg_ctx *cx, const struct lg_fetch *request, struct lg_fetched *ret)
{
	*ret = (struct lg_fetched){ .status = 200, .max_age_s = -1 };
	for (size_t i = p->told_count; i-- > 0;) {
		const struct providers_told *told = &p->told[i];
		if (told->issuer && !lg_failed(publish(p, cx, told, request->url, &ret->body)))
			return LG_OK;
		if (told->issuer || !lg_str_eq(lg_str_from_c(told->url), request->url))
			continue;
		if (!told->status)
			break;
		ret->status = told->status;
		return lg_str_dup(cx, lg_str_from_c(told->body), &ret->body);
	}
	return lg_fail(cx, LG_E_UNAVAILABLE, "nobody there");
}

static lg_status
fetch(struct lg_fetcher *self, struct lg_ctx *cx, const struct lg_fetch *request, struct lg_fetched *ret)
{
	struct providers *p = (struct providers *)self;
	pthread_mutex_lock(&p->lock);
	p->asked++;
	copy(p->url, sizeof(p->url), request->url);
	p->authorization[0] = '\0';
	for (size_t i = 0; i < request->header_count; i++)
		if (lg_str_eq(request->headers[i].name, LG_STR("Authorization")))
			copy(p->authorization, sizeof(p->authorization), request->headers[i].value);
	const lg_status s = answer(p, cx, request, ret);
	pthread_mutex_unlock(&p->lock);
	return s;
}

void
providers_init(struct providers *p)
{
	memset(p, 0, sizeof(*p));
	p->port.fetch = fetch;
	pthread_mutex_init(&p->lock, NULL);
}

void
providers_done(struct providers *p)
{
	for (size_t i = 0; i < LG_LEN(p->keys); i++)
		lg_pkey_free(p->keys[i]);
	pthread_mutex_destroy(&p->lock);
}

void
providers_reset(struct providers *p)
{
	pthread_mutex_lock(&p->lock);
	p->told_count = 0;
	p->asked = 0;
	pthread_mutex_unlock(&p->lock);
}

static struct providers_told *
place(struct providers *p, lg_str url)
{
	if (p->told_count == PROVIDERS_MAX)
		abort();
	struct providers_told *told = &p->told[p->told_count++];
	*told = (struct providers_told){ 0 };
	copy(told->url, sizeof(told->url), url);
	return told;
}

void
providers_tell(struct providers *p, lg_str url, int status, lg_str body)
{
	pthread_mutex_lock(&p->lock);
	struct providers_told *told = place(p, url);
	told->status = status;
	copy(told->body, sizeof(told->body), body);
	pthread_mutex_unlock(&p->lock);
}

void
providers_issue(struct providers *p, lg_str issuer)
{
	pthread_mutex_lock(&p->lock);
	place(p, issuer)->issuer = true;
	pthread_mutex_unlock(&p->lock);
}

/* The published key again, which signs with this algorithm. */
static lg_status
sign_with(struct providers *p, struct lg_ctx *cx, size_t index, enum lg_alg alg, lg_str input, lg_str *ret)
{
	struct lg_pkey *key;
	lg_str der;
	LG_TRY(key_of(p, cx, index, &key));
	LG_TRY(lg_pkey_private_der(cx, key, &der));
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *again = NULL;
	LG_TRY(lg_pkey_from_private_der(cx, der, alg, &again));
	return lg_pkey_sign(cx, again, input, ret);
}

static lg_status
sign(struct providers *p, struct lg_ctx *cx, lg_str name, enum lg_alg alg, lg_str input, lg_str *ret)
{
	if (lg_str_eq(name, LG_STR("none"))) {
		*ret = LG_STR("");
		return LG_OK;
	}
	if (lg_str_eq(name, LG_STR("hmac"))) {
		struct lg_pkey *key;
		lg_str der;
		unsigned char mac[LG_SHA256_SIZE];
		LG_TRY(key_of(p, cx, 0, &key));
		LG_TRY(lg_pkey_public_der(cx, key, &der));
		lg_hmac_sha256(der, &input, 1, mac);
		return lg_str_dup(cx, lg_str_from_bytes(mac, sizeof(mac)), ret);
	}
	for (size_t i = 0; i < LG_LEN(keys); i++)
		if (lg_str_eq(keys[i].name, name))
			return sign_with(p, cx, i, alg, input, ret);
	return lg_fail(cx, LG_E_NOT_FOUND, "no such key");
}

lg_status
providers_sign(struct providers *p, struct lg_ctx *cx, lg_str key, enum lg_alg alg, lg_str header_json,
	lg_str claims_json, lg_str *ret)
{
	lg_str header, claims, input, signature;
	LG_TRY(lg_base64url_encode(cx, header_json, &header));
	LG_TRY(lg_base64url_encode(cx, claims_json, &claims));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ header, LG_STR("."), claims }, 3, &input));
	pthread_mutex_lock(&p->lock);
	const lg_status s = sign(p, cx, key, alg, input, &signature);
	pthread_mutex_unlock(&p->lock);
	LG_TRY(s);
	LG_TRY(lg_base64url_encode(cx, signature, &signature));
	return lg_str_concat(cx, (const lg_str[]){ input, LG_STR("."), signature }, 3, ret);
}

#include "oauth/proof.h"

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "domain/grant/token_claims.h"
#include "oauth/host.h"
#include "oauth/once.h"
#include "token/jws.h"

#define TYPE LG_STR("dpop+jwt")
#define JTI_MAX 512
#define TEXT_MAX 2048

static lg_status
refuse(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_DPOP, "%s", why);
}

static lg_status
digest_of(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&text, 1, digest);
	return lg_base64url_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), ret);
}

/* ---- the key ---- */

/* Of its public members in one form, whatever zeros the client put in front (RFC 7638, 3). */
static lg_status
thumbprint(struct lg_ctx *cx, const struct lg_pkey *key, enum lg_alg alg, lg_str *ret)
{
	struct lg_jwk_public jwk;
	lg_str text;
	LG_TRY(lg_pkey_jwk(cx, key, &jwk));
	struct lg_json *j = lg_json_new(cx, TEXT_MAX);
	lg_json_open(j, '{');
	if (lg_alg_is_rsa(alg)) {
		lg_json_pair_str(j, LG_STR("e"), jwk.e);
		lg_json_pair_str(j, LG_STR("kty"), LG_STR("RSA"));
		lg_json_pair_str(j, LG_STR("n"), jwk.n);
	} else {
		lg_json_pair_str(j, LG_STR("crv"), lg_alg_curve(alg));
		lg_json_pair_str(j, LG_STR("kty"), LG_STR("EC"));
		lg_json_pair_str(j, LG_STR("x"), jwk.x);
		lg_json_pair_str(j, LG_STR("y"), jwk.y);
	}
	lg_json_close(j, '}');
	LG_TRY(lg_json_finish(cx, j, &text));
	return digest_of(cx, text, ret);
}

/* The key of the header, which is why it proves nothing but that its owner made this. */
static lg_status
read_key(struct lg_ctx *cx, const struct lg_jws *jws, struct lg_pkey **ret, enum lg_alg *ret_alg)
{
	const json_t *jwk = lg_json_member(jws->header, LG_STR("jwk"));
	if (!lg_str_eq(jws->typ, TYPE))
		return refuse(cx, "The proof is none by its type.");
	if (lg_failed(lg_alg_from_name(jws->alg, ret_alg)))
		return refuse(cx, "The algorithm of the proof is not supported.");
	if (!json_is_object(jwk) || lg_json_member(jwk, LG_STR("d")))
		return refuse(cx, "The proof has no public key.");
	const bool rsa = lg_alg_is_rsa(*ret_alg);
	if (!lg_str_eq(lg_json_member_text(jwk, LG_STR("kty")), rsa ? LG_STR("RSA") : LG_STR("EC")) ||
		(!rsa && !lg_str_eq(lg_json_member_text(jwk, LG_STR("crv")), lg_alg_curve(*ret_alg))))
		return refuse(cx, "The key of the proof is not of its algorithm.");
	const struct lg_jwk_public numbers = {
		.alg = *ret_alg,
		.n = lg_json_member_text(jwk, LG_STR("n")),
		.e = lg_json_member_text(jwk, LG_STR("e")),
		.x = lg_json_member_text(jwk, LG_STR("x")),
		.y = lg_json_member_text(jwk, LG_STR("y")),
	};
	const lg_status s = lg_pkey_from_jwk(cx, &numbers, ret);
	return s.code == LG_E_MALFORMED ? refuse(cx, "The key of the proof is none.") : s;
}

/* ---- what it says ---- */

static lg_status
check_claims(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_oauth_proof *proof, const json_t *claims)
{
	lg_time issued;
	bool ours;
	if (!lg_str_eq(lg_json_member_text(claims, LG_STR("htm")), proof->method))
		return refuse(cx, "The proof is for another method.");
	LG_TRY(lg_oauth_host_owns(
		cx, env, pool, lg_json_member_text(claims, LG_STR("htu")), proof->path, &ours));
	if (!ours)
		return refuse(cx, "The proof is for another address.");
	if (!lg_claim_time(claims, LG_STR("iat"), &issued) ||
		issued.ms - cx->now.ms > LG_OAUTH_PROOF_S * LG_SECOND_MS ||
		cx->now.ms - issued.ms > LG_OAUTH_PROOF_S * LG_SECOND_MS)
		return refuse(cx, "The time of the proof is not now.");
	if (!lg_str_present(proof->token))
		return LG_OK;
	lg_str hash;
	LG_TRY(digest_of(cx, proof->token, &hash));
	if (!lg_str_eq(lg_json_member_text(claims, LG_STR("ath")), hash))
		return refuse(cx, "The proof goes with another token.");
	return LG_OK;
}

static lg_status
check_once(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str jkt,
	const json_t *claims)
{
	const lg_str jti = lg_json_member_text(claims, LG_STR("jti"));
	if (lg_str_empty(jti) || jti.len > JTI_MAX)
		return refuse(cx, "The proof has no jti.");
	const lg_status s = lg_oauth_once(cx, env, pool, LG_STR("dpop"), jkt, jti,
		lg_time_add_ms(cx->now, 3 * LG_OAUTH_PROOF_S * LG_SECOND_MS));
	return s.code == LG_E_SPENT ? refuse(cx, "The proof was used before.") : s;
}

lg_status
lg_oauth_proof_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_oauth_proof *proof, lg_str *ret_jkt)
{
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *key = NULL;
	enum lg_alg alg;
	struct lg_jws jws;
	lg_str jkt;
	*ret_jkt = LG_STR_NONE;
	if (!lg_str_present(proof->jwt))
		return LG_OK;
	if (proof->repeated)
		return refuse(cx, "There are two proofs.");
	lg_status s = lg_jws_parse_client(cx, proof->jwt, &jws);
	if (s.code == LG_E_MALFORMED)
		return refuse(cx, "The proof is no signed token.");
	LG_TRY(s);
	LG_TRY(read_key(cx, &jws, &key, &alg));
	s = lg_pkey_verify(cx, key, jws.input, jws.signature);
	if (s.code == LG_E_MISMATCH)
		return refuse(cx, "The signature of the proof is wrong.");
	LG_TRY(s);
	LG_TRY(check_claims(cx, env, pool, proof, jws.claims));
	LG_TRY(thumbprint(cx, key, alg, &jkt));
	LG_TRY(check_once(cx, env, pool, jkt, jws.claims));
	*ret_jkt = jkt;
	return LG_OK;
}

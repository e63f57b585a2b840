#include "domain/identity/saml_key.h"

#include "crypto/self_cert.h"
#include "domain/pool_item.h"

#define KIND LG_STR("saml_key")
#define NAME LG_STR("saml_key")
#define SHAPE (&lg_shape_rec_saml_key)
#define LIFE_MS (10 * 365 * LG_DAY_MS)

static lg_status
make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_rec_saml_key *key)
{
	struct lg_self_cert_about about = {
		.common_name = pool->id,
		.from = cx->now,
		.until = lg_time_add_ms(cx->now, LIFE_MS),
	};
	LG_TRY(lg_rand_uuid(cx, &key->kid));
	key->alg = lg_alg_name(LG_ALG_RS256);
	key->until = (struct lg_opt_time){ true, about.until };
	LG_TRY(lg_keyholder_make_key(
		env->keys, cx, pool->pool, LG_ALG_RS256, &key->sealed, &about.public_der));
	struct lg_sign_job job = {
		.pool = pool->pool, .kid = key->kid, .alg = LG_ALG_RS256, .sealed = key->sealed
	};
	LG_TRY(lg_self_cert_begin(cx, &about, &job.input));
	LG_TRY(lg_keyholder_sign(env->keys, cx, &job, 1));
	return lg_self_cert_finish(cx, job.input, job.signature, &key->certificate);
}

lg_status
lg_saml_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_rec_saml_key **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, NAME, SHAPE, &row));
	struct lg_rec_saml_key *key = row.record;
	if (row.version == 0 || !lg_time_before(cx->now, key->until.v)) {
		/* Of two who make one at once, the second starts again and finds the first one's. */
		LG_TRY(make(cx, env, pool, key));
		LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	}
	*ret = key;
	return LG_OK;
}

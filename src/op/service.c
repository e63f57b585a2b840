/* What surrounds a pool: log delivery, replicas, provisioned limits, the certificate of SAML requests. */
#include "gen/ops.h"

#include "codec/bytes.h"
#include "domain/identity/saml_key.h"
#include "domain/limit.h"
#include "domain/pool/log_delivery.h"
#include "domain/pool/replica.h"
#include "op/req.h"

lg_status
lg_op_set_log_delivery_configuration(struct lg_req *rq,
	const struct lg_idp_set_log_delivery_configuration_request *in,
	struct lg_idp_set_log_delivery_configuration_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_log_delivery_set(
		rq->cx, rq->env, pool, &in->log_configurations, &out->log_delivery_configuration);
}

lg_status
lg_op_get_log_delivery_configuration(struct lg_req *rq,
	const struct lg_idp_get_log_delivery_configuration_request *in,
	struct lg_idp_get_log_delivery_configuration_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_log_delivery_get(rq->cx, rq->env, pool, &out->log_delivery_configuration);
}

lg_status
lg_op_create_user_pool_replica(struct lg_req *rq, const struct lg_idp_create_user_pool_replica_request *in,
	struct lg_idp_create_user_pool_replica_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_replica_create(rq->cx, rq->env, pool, in, &out->user_pool_replica);
}

lg_status
lg_op_list_user_pool_replicas(struct lg_req *rq, const struct lg_idp_list_user_pool_replicas_request *in,
	struct lg_idp_list_user_pool_replicas_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_replica_list(rq->cx, rq->env, pool, in, out);
}

lg_status
lg_op_update_user_pool_replica(struct lg_req *rq, const struct lg_idp_update_user_pool_replica_request *in,
	struct lg_idp_update_user_pool_replica_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_replica_update(rq->cx, rq->env, pool, in, &out->user_pool_replica);
}

lg_status
lg_op_delete_user_pool_replica(struct lg_req *rq, const struct lg_idp_delete_user_pool_replica_request *in,
	struct lg_idp_delete_user_pool_replica_response *out)
{
	const struct lg_pool *pool;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	return lg_replica_delete(rq->cx, rq->env, pool, in->region_name, &out->user_pool_replica);
}

lg_status
lg_op_get_provisioned_limit(struct lg_req *rq, const struct lg_idp_get_provisioned_limit_request *in,
	struct lg_idp_get_provisioned_limit_response *out)
{
	return lg_limit_get(rq->cx, rq->env, rq->region, in->limit_definition, &out->limit);
}

lg_status
lg_op_update_provisioned_limit(struct lg_req *rq, const struct lg_idp_update_provisioned_limit_request *in,
	struct lg_idp_update_provisioned_limit_response *out)
{
	return lg_limit_set(
		rq->cx, rq->env, rq->region, in->limit_definition, in->requested_limit_value.v, &out->limit);
}

lg_status
lg_op_get_signing_certificate(struct lg_req *rq, const struct lg_idp_get_signing_certificate_request *in,
	struct lg_idp_get_signing_certificate_response *out)
{
	const struct lg_pool *pool;
	struct lg_rec_saml_key *key;
	LG_TRY(lg_pool_find(rq->cx, rq->env, in->user_pool_id, &pool));
	LG_TRY(lg_saml_key(rq->cx, rq->env, pool, &key));
	return lg_base64_encode(rq->cx, key->certificate, &out->certificate);
}

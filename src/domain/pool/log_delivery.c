#include "domain/pool/log_delivery.h"

#include "domain/pool/pool_check.h"
#include "domain/pool_item.h"

#define KIND LG_STR("log_delivery")
#define NAME LG_STR("log_delivery")
#define SHAPE (&lg_shape_rec_log_delivery)

typedef struct lg_idp_log_delivery_configuration_type delivery_type;
typedef struct lg_idp_log_configuration_type log_type;

/* Of each source only one level, and only where the service can carry it. */
static const struct source {
	lg_str name;
	lg_str level;
	bool cloud_watch_only;
	enum lg_tier least;
} sources[] = {
	{ LG_STR_INIT("userNotification"), LG_STR_INIT("ERROR"), true, LG_TIER_LITE },
	{ LG_STR_INIT("userAuthEvents"), LG_STR_INIT("INFO"), false, LG_TIER_PLUS },
};

static const struct source *
find_source(lg_str name)
{
	size_t i = 0;
	while (i + 1 < LG_LEN(sources) && !lg_str_eq(sources[i].name, name))
		i++;
	return &sources[i];
}

/* "arn:<partition>:<service>:..." */
static bool
is_arn_of(lg_str arn, lg_str service)
{
	lg_str rest = arn;
	lg_str_cut(&rest, ':');
	lg_str_cut(&rest, ':');
	return lg_str_eq(lg_str_cut(&rest, ':'), service);
}

static lg_status
check_destination(struct lg_ctx *cx, const log_type *log, const struct source *source)
{
	const struct {
		bool given;
		lg_str arn;
		lg_str service;
	} places[] = {
		{ log->cloud_watch_logs_configuration != NULL,
			log->cloud_watch_logs_configuration
				? log->cloud_watch_logs_configuration->log_group_arn
				: LG_STR_NONE,
			LG_STR("logs") },
		{ log->s3_configuration != NULL,
			log->s3_configuration ? log->s3_configuration->bucket_arn : LG_STR_NONE,
			LG_STR("s3") },
		{ log->firehose_configuration != NULL,
			log->firehose_configuration ? log->firehose_configuration->stream_arn : LG_STR_NONE,
			LG_STR("firehose") },
	};
	size_t count = 0;
	for (size_t i = 0; i < LG_LEN(places); i++) {
		if (!places[i].given)
			continue;
		count++;
		if (!is_arn_of(places[i].arn, places[i].service))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"The destination of %.*s needs an ARN of the service %.*s.",
				LG_FMT(log->event_source), LG_FMT(places[i].service));
	}
	if (count != 1)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s needs one destination.",
			LG_FMT(log->event_source));
	if (source->cloud_watch_only && !places[0].given)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s can only go to CloudWatch Logs.",
			LG_FMT(log->event_source));
	return LG_OK;
}

static lg_status
check(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_idp_log_configuration_list_type *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const log_type *log = &list->items[i];
		const struct source *source = find_source(log->event_source);
		if (!lg_str_eq(log->log_level, source->level))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "The level of %.*s is %.*s.",
				LG_FMT(log->event_source), LG_FMT(source->level));
		LG_TRY(check_destination(cx, log, source));
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(list->items[k].event_source, log->event_source))
				return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is configured twice.",
					LG_FMT(log->event_source));
		LG_TRY(lg_tier_require(
			cx, pool->type->user_pool_tier, source->least, "export of user activity"));
	}
	return LG_OK;
}

static lg_status
show(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_item_row *row, delivery_type **ret)
{
	delivery_type *delivery = lg_new(cx, delivery_type);
	if (!delivery)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const delivery_type *stored = ((const struct lg_rec_log_delivery *)row->record)->type;
	if (stored)
		*delivery = *stored;
	delivery->user_pool_id = pool->id;
	delivery->log_configurations.has = true;
	*ret = delivery;
	return LG_OK;
}

lg_status
lg_log_delivery_set(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_log_configuration_list_type *list, delivery_type **ret)
{
	LG_TRY(check(cx, pool, list));
	struct lg_item_row row = { 0 };
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, NAME, SHAPE, &row));
	delivery_type type = { .log_configurations = *list };
	((struct lg_rec_log_delivery *)row.record)->type = &type;
	LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	return show(cx, pool, &row, ret);
}

lg_status
lg_log_delivery_get(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, delivery_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, NAME, SHAPE, &row));
	return show(cx, pool, &row, ret);
}

lg_status
lg_log_delivery_exports_users(struct lg_ctx *cx, struct lg_env *env, int64_t pool, bool *ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(lg_pool_item_open(cx, env, pool, KIND, NAME, SHAPE, &row));
	const delivery_type *stored = ((const struct lg_rec_log_delivery *)row.record)->type;
	*ret = false;
	for (size_t i = 0; stored && i < stored->log_configurations.count; i++)
		if (find_source(stored->log_configurations.items[i].event_source)->least == LG_TIER_PLUS)
			*ret = true;
	return LG_OK;
}

#include "domain/pool/risk.h"

#include <arpa/inet.h>
#include <string.h>

#include "domain/members.h"
#include "domain/pool/schema.h"
#include "domain/pool_item.h"

#define KIND LG_STR("risk")
#define SHAPE (&lg_shape_rec_risk)
#define POOL_NAME LG_STR("ALL") /* no client has this id */

typedef struct lg_idp_risk_configuration_type risk_type;
typedef struct lg_idp_account_takeover_action_type action_type;

bool
lg_protection_is_on(const struct lg_pool *pool)
{
	const struct lg_idp_user_pool_add_ons_type *add_ons = pool->type->user_pool_add_ons;
	return add_ons &&
	       !lg_str_eq(add_ons->advanced_security_mode, LG_IDP_ADVANCED_SECURITY_MODE_TYPE_OFF);
}

lg_status
lg_protection_require(struct lg_ctx *cx, const struct lg_pool *pool)
{
	if (lg_protection_is_on(pool))
		return LG_OK;
	return lg_fail(cx, LG_E_USER_POOL_ADD_ON_NOT_ENABLED,
		"Threat protection is not enabled for user pool %.*s.", LG_FMT(pool->id));
}

/* Actions, the weakest first. */
static size_t
strength(const action_type *action)
{
	static const lg_str order[] = { LG_STR_INIT("NO_ACTION"), LG_STR_INIT("MFA_IF_CONFIGURED"),
		LG_STR_INIT("MFA_REQUIRED"), LG_STR_INIT("BLOCK") };
	size_t i = 0;
	while (i + 1 < LG_LEN(order) && !lg_str_eq(order[i], action->event_action))
		i++;
	return i;
}

static lg_status
check_takeover(struct lg_ctx *cx, const struct lg_idp_account_takeover_risk_configuration_type *takeover)
{
	if (!takeover)
		return LG_OK;
	const action_type *const levels[] = { takeover->actions->low_action,
		takeover->actions->medium_action, takeover->actions->high_action };
	size_t least = 0;
	for (size_t i = 0; i < LG_LEN(levels); i++) {
		if (!levels[i])
			continue;
		if (strength(levels[i]) < least)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"The action for a higher risk can't be weaker than that for a lower one.");
		least = strength(levels[i]);
		if (levels[i]->notify.v && !takeover->notify_configuration)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"NotifyConfiguration is required when an action notifies.");
	}
	const struct lg_idp_notify_configuration_type *notify = takeover->notify_configuration;
	if (notify && !lg_str_empty(notify->reply_to) && !lg_is_email(notify->reply_to))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "ReplyTo is no e-mail address.");
	return LG_OK;
}

/* "192.0.2.0/24", "2001:db8::/32" (RFC 4632, RFC 4291 2.3). */
static bool
is_cidr(lg_str range)
{
	char address[INET6_ADDRSTRLEN];
	unsigned char bytes[sizeof(struct in6_addr)];
	lg_str prefix = range;
	const lg_str text = lg_str_cut(&prefix, '/');
	uint64_t bits;
	if (text.len == 0 || text.len >= sizeof(address) || lg_str_has_byte(text, '\0'))
		return false;
	memcpy(address, text.ptr, text.len);
	address[text.len] = '\0';
	const bool six = lg_str_has_byte(text, ':');
	return inet_pton(six ? AF_INET6 : AF_INET, address, bytes) == 1 &&
	       lg_str_to_uint(prefix, six ? 128 : 32, &bits);
}

static lg_status
check_ranges(struct lg_ctx *cx, const char *name, const struct lg_str_list *ranges)
{
	for (size_t i = 0; i < ranges->count; i++)
		if (!is_cidr(ranges->items[i]))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"%s: %.*s is no address range in CIDR "
				"notation.",
				name, LG_FMT(ranges->items[i]));
	return LG_OK;
}

static lg_status
open_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id,
	struct lg_item_row *ret)
{
	LG_TRY(lg_protection_require(cx, pool));
	lg_str name = POOL_NAME;
	if (lg_str_present(client_id)) {
		const struct lg_client *client;
		LG_TRY(lg_client_find_in(cx, env, pool, client_id, &client));
		name = client->id;
	}
	return lg_pool_item_open(cx, env, pool->pool, KIND, name, SHAPE, ret);
}

static lg_status
show(struct lg_ctx *cx, const struct lg_pool *pool, lg_str client_id, const struct lg_item_row *row,
	risk_type **ret)
{
	risk_type *risk = lg_new(cx, risk_type);
	if (!risk)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (row->version || row->modified.ms) {
		*risk = *((const struct lg_rec_risk *)row->record)->type;
		risk->last_modified_date = (struct lg_opt_time){ true, row->modified };
	}
	risk->user_pool_id = pool->id;
	risk->client_id = client_id;
	*ret = risk;
	return LG_OK;
}

lg_status
lg_risk_set(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_set_risk_configuration_request *in, risk_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(open_row(cx, env, pool, in->client_id, &row));
	LG_TRY(check_takeover(cx, in->account_takeover_risk_configuration));
	const struct lg_idp_risk_exception_configuration_type *exceptions = in->risk_exception_configuration;
	if (exceptions) {
		LG_TRY(check_ranges(cx, "BlockedIPRangeList", &exceptions->blocked_ip_range_list));
		LG_TRY(check_ranges(cx, "SkippedIPRangeList", &exceptions->skipped_ip_range_list));
	}

	risk_type type = { 0 };
	lg_members_copy(&lg_shape_idp_set_risk_configuration_request, in,
		&lg_shape_idp_risk_configuration_type, &type);
	((struct lg_rec_risk *)row.record)->type = &type;
	LG_TRY(lg_pool_item_write(cx, env, &row, SHAPE));
	return show(cx, pool, in->client_id, &row, ret);
}

lg_status
lg_risk_describe(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id, risk_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(open_row(cx, env, pool, client_id, &row));
	return show(cx, pool, client_id, &row, ret);
}

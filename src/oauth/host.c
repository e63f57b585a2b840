#include "domain/url.h"
#include "oauth/request.h"

/* "auth.example.com" of "auth.example.com:8443". */
static lg_str
without_port(lg_str host)
{
	return host.len && host.ptr[0] == '[' ? lg_str_slice(host, 0, lg_str_find_byte(host, ']') + 1)
					      : lg_str_slice(host, 0, lg_str_find_byte(host, ':'));
}

/* The label in front of our own host; absent when there is none, or more. */
static lg_str
prefix_of(lg_str host, lg_str own)
{
	if (host.len < own.len + 2)
		return LG_STR_NONE;
	const lg_str label = lg_str_slice(host, 0, host.len - own.len - 1);
	const bool below = host.ptr[label.len] == '.' &&
			   lg_str_eq(lg_str_slice(host, label.len + 1, host.len), own);
	return below && !lg_str_has_byte(label, '.') ? label : LG_STR_NONE;
}

lg_status
lg_oauth_pool_of_host(struct lg_ctx *cx, struct lg_env *env, lg_str host, const struct lg_pool **ret)
{
	lg_str name, own;
	*ret = NULL;
	if (!lg_str_present(host))
		return LG_OK;
	LG_TRY(lg_str_lower(cx, without_port(host), &name));
	LG_TRY(lg_str_lower(cx, lg_url_host(env->settings->public_url), &own));
	if (lg_str_eq(name, own) || lg_url_host_is_loopback(name))
		return LG_OK;
	const lg_str prefix = prefix_of(name, own);
	struct lg_domain_row row;
	lg_str pool_id;
	lg_status s = lg_store_domain_read(
		env->store, cx, lg_str_present(prefix) ? prefix : name, &row, &pool_id);
	if (!lg_failed(s))
		s = lg_pool_find(cx, env, pool_id, ret);
	if (s.code != LG_E_NOT_FOUND && s.code != LG_E_RESOURCE_NOT_FOUND)
		return s;
	cx->failure = (struct lg_failure){ 0 };
	*ret = NULL;
	return LG_OK;
}

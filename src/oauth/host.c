#include "oauth/host.h"

#include "domain/url.h"

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

/* A Host as it is compared: the name of a domain, and whether it is a prefix of ours. */
struct name {
	lg_str full; /* absent: our own, or none at all */
	lg_str prefix;
};

static lg_status
read_host(struct lg_ctx *cx, const struct lg_env *env, lg_str host, struct name *ret)
{
	lg_str full, own;
	*ret = (struct name){ 0 };
	if (!lg_str_present(host))
		return LG_OK;
	LG_TRY(lg_str_lower(cx, lg_url_without_port(host), &full));
	LG_TRY(lg_str_lower(cx, lg_url_host(env->settings->public_url), &own));
	if (lg_str_eq(full, own) || lg_url_host_is_loopback(full))
		return LG_OK;
	*ret = (struct name){ .full = full, .prefix = prefix_of(full, own) };
	return LG_OK;
}

static lg_status
find_pool(struct lg_ctx *cx, struct lg_env *env, const struct name *name, const struct lg_pool **ret)
{
	struct lg_domain_row row;
	lg_str pool_id;
	lg_status s = lg_store_domain_read(env->store, cx,
		lg_str_present(name->prefix) ? name->prefix : name->full, &row, &pool_id);
	if (!lg_failed(s))
		s = lg_pool_find(cx, env, pool_id, ret);
	if (s.code != LG_E_NOT_FOUND && s.code != LG_E_RESOURCE_NOT_FOUND)
		return s;
	cx->failure = (struct lg_failure){ 0 };
	*ret = NULL;
	return LG_OK;
}

lg_status
lg_oauth_pool_of_host(struct lg_ctx *cx, struct lg_env *env, lg_str host, const struct lg_pool **ret)
{
	struct name name;
	*ret = NULL;
	LG_TRY(read_host(cx, env, host, &name));
	return lg_str_present(name.full) ? find_pool(cx, env, &name, ret) : LG_OK;
}

lg_status
lg_oauth_host_serves(
	struct lg_ctx *cx, struct lg_env *env, lg_str host, const struct lg_pool *pool, bool *ret)
{
	struct name name;
	const struct lg_pool *owner;
	LG_TRY(read_host(cx, env, host, &name));
	*ret = !lg_str_present(name.full) ||
	       (lg_str_present(name.prefix) ? lg_str_eq(name.prefix, pool->type->domain)
					    : lg_str_eq(name.full, pool->type->custom_domain));
	if (*ret)
		return LG_OK;
	LG_TRY(find_pool(cx, env, &name, &owner));
	*ret = !owner || owner->pool == pool->pool;
	return LG_OK;
}

/* ---- addresses ---- */

/* "https://" and what stands before the path, without a port that goes without saying. */
static lg_status
origin_of(struct lg_ctx *cx, lg_str url, lg_str *ret)
{
	const lg_str scheme = lg_url_scheme(url);
	const size_t start = scheme.len + 3;
	if (lg_str_empty(lg_url_host(url)) || url.len < start)
		return lg_str_dup(cx, LG_STR(""), ret);
	const lg_str rest = lg_str_slice(url, start, url.len);
	lg_str origin = lg_str_slice(url, 0, start + lg_str_find_byte(rest, '/'));
	const bool tls = lg_str_eq_nocase(scheme, LG_STR("https"));
	const lg_str usual = tls ? LG_STR(":443") : LG_STR(":80");
	if (lg_str_ends(origin, usual))
		origin = lg_str_slice(origin, 0, origin.len - usual.len);
	return lg_str_lower(cx, origin, ret);
}

/* "https://example.com:8443" and "shop" make "https://shop.example.com:8443". */
static lg_status
prefixed(struct lg_ctx *cx, lg_str base, lg_str prefix, lg_str *ret)
{
	const size_t start = lg_url_scheme(base).len + 3;
	const lg_str parts[] = { lg_str_slice(base, 0, start), prefix, LG_STR("."),
		lg_str_slice(base, start, base.len) };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_oauth_host_owns(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str url,
	lg_str path, bool *ret)
{
	const lg_str bases[] = { env->settings->public_url, pool->type->domain, pool->type->custom_domain };
	lg_str wanted, origin;
	*ret = false;
	if (!lg_str_present(url))
		return LG_OK;
	url = lg_str_slice(url, 0, lg_str_find_byte(url, '#'));
	url = lg_str_slice(url, 0, lg_str_find_byte(url, '?'));
	if (!lg_str_ends(url, path))
		return LG_OK;
	url = lg_str_slice(url, 0, url.len - path.len);
	LG_TRY(origin_of(cx, url, &origin));
	if (origin.len == 0 || lg_str_has_byte(lg_str_slice(url, lg_url_scheme(url).len + 3, url.len), '/'))
		return LG_OK;
	for (size_t i = 0; i < LG_LEN(bases) && !*ret; i++) {
		if (!lg_str_present(bases[i]))
			continue;
		lg_str base = bases[i];
		if (i == 1)
			LG_TRY(prefixed(cx, bases[0], bases[1], &base));
		else if (i == 2)
			LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("https://"), bases[2] }, 2, &base));
		LG_TRY(origin_of(cx, base, &wanted));
		*ret = lg_str_eq(origin, wanted);
	}
	return LG_OK;
}

/*
 * provider_details.h - ProviderDetails of each type of identity provider: what must be given, and what is
 * shown beside it (spec/federation.md 1.1).
 *
 * What the owner gives stays as he gave it. Endpoints that every provider of a type has are added where he
 * gave none; what a SAML metadata file says is read from it each time. Nothing is fetched.
 */
#ifndef LG_DOMAIN_PROVIDER_DETAILS_H
#define LG_DOMAIN_PROVIDER_DETAILS_H

#include "domain/env.h"

struct lg_provider_type {
	lg_str name;    /* "Google" */
	lg_str subject; /* the claim that says who somebody is; absent for SAML, where NameID does */
	bool social;    /* one of a pool, named like its type */
	const lg_str *needs;
	size_t need_count;
	const struct lg_str_pair *derived;
	size_t derived_count;
};

/* By its name, which is one of the published ones. */
const struct lg_provider_type *lg_provider_type_of(lg_str name);
/* Is it the name of a social provider, or of the pool itself, in any case? Others can't be named so. */
bool lg_provider_name_is_reserved(lg_str name);

/*
 * `sent` as it is to be stored; `former` (NULL for a new provider) gives secrets that nobody is shown and
 * so nobody could send again. `*ret_entity_id` is absent unless a metadata file names it.
 * LG_E_INVALID_PARAMETER, with a text that quotes no value.
 */
LG_MUST lg_status lg_provider_details_make(struct lg_ctx *cx, const struct lg_env *env,
	const struct lg_provider_type *type, const struct lg_str_map *sent, const struct lg_str_map *former,
	struct lg_str_map *ret, lg_str *ret_entity_id);

/* May a provider be at this URL? https; in development http, too, as it may run beside the server. */
bool lg_provider_url_is_web(const struct lg_env *env, lg_str url);

/* What Describe shows of stored details. */
LG_MUST lg_status lg_provider_details_show(struct lg_ctx *cx, const struct lg_str_map *details,
	struct lg_str_map *ret);

#endif

/*
 * federated.h - people who come from an identity provider: found by who they are there, or made
 * (spec/federation.md 2, 3, 7).
 *
 * Who somebody is there is a look-up key (domain/user/provider_link.h), exact to the byte: the user name
 * "<Provider>_<subject>", which may be folded, is a name and decides nothing. Nobody is found by an address
 * that a provider claims for him, unless an administrator linked it.
 */
#ifndef LG_DOMAIN_FEDERATED_H
#define LG_DOMAIN_FEDERATED_H

#include "domain/federation/upstream.h"
#include "domain/user/user.h"

/*
 * The user, with profile, credential and MFA: the one who is linked, or a new one; his mapped attributes are
 * written, and the triggers have had their say. Reads and writes only after everything was checked, in one
 * batch. LG_E_OAUTH_INVALID_REQUEST with a text for the application: not enabled, attributes missing, a name
 * that is taken, a trigger's no. LG_E_CONFLICT: somebody else was faster; call again.
 */
LG_MUST lg_status lg_federated_sign_in(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	const struct lg_upstream_person *person, const struct lg_client *client, struct lg_user **ret);

#endif

/*
 * federated_attributes.h - what a provider says about somebody becomes his attributes, at every sign-in
 * (spec/federation.md 3.1).
 */
#ifndef LG_DOMAIN_FEDERATED_ATTRIBUTES_H
#define LG_DOMAIN_FEDERATED_ATTRIBUTES_H

#include "domain/federation/upstream.h"
#include "domain/user/user.h"

/*
 * Write what the provider maps into `user`, in memory; `is_new` lets immutable attributes be set. What was
 * not sent stays as it is, and what has its value already is left alone, its *_verified included; a contact
 * that changes is not verified, unless the provider maps that, too. LG_E_INVALID_PARAMETER,
 * LG_E_NOT_AUTHORIZED: a value that may not be written; LG_E_OAUTH_INVALID_REQUEST
 * "attributes required: [email]".
 */
LG_MUST lg_status lg_federated_attributes_set(struct lg_ctx *cx, const struct lg_upstream *up,
	const struct lg_upstream_person *person, const struct lg_client *client, bool is_new,
	struct lg_user *user);

#endif

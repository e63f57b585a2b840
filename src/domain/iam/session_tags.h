/*
 * session_tags.h - what a session is tagged with: claims of the logins, as the pool's maps say, or what the
 * developer's backend sends (spec/identity-pools.md 9).
 */
#ifndef LG_DOMAIN_SESSION_TAGS_H
#define LG_DOMAIN_SESSION_TAGS_H

#include "domain/identity/login.h"

/*
 * Of two logins that give the same tag the first counts; a claim that is not there gives none.
 * LG_E_NOT_AUTHORIZED: a value that no tag can have, so that nobody is rid of a tag by what he calls
 * himself.
 */
LG_MUST lg_status lg_session_tags(struct lg_ctx *cx, const struct lg_identity_pool *pool,
	const struct lg_logins *logins, struct lg_str_map *ret);

/* Can this be a tag of a session? Names that begin with aws: are not (spec/sts-iam.md A2). */
LG_MUST lg_status lg_session_tag_fits(struct lg_ctx *cx, lg_str key, lg_str value, bool *ret);

/* LG_E_INVALID_PARAMETER unless they can all be tags of one session. */
LG_MUST lg_status lg_session_tags_check(struct lg_ctx *cx, const struct lg_str_map *tags);

#endif

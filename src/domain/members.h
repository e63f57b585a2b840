/*
 * members.h - what two structures of the API have in common, copied by name.
 *
 * A request and the type that is stored share most members; the shape tables know which.
 */
#ifndef LG_DOMAIN_MEMBERS_H
#define LG_DOMAIN_MEMBERS_H

#include "codec/shape.h"

/*
 * Copy every member of `in` (a struct of shape `from`) that `out` (of shape `to`) has under the same name
 * and with the same C type. Nested structures and lists are shared, not copied.
 */
void lg_members_copy(const struct lg_shape *from, const void *in, const struct lg_shape *to, void *out);

#endif

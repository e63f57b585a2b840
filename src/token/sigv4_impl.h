/*
 * sigv4_impl.h - what reading a signature and checking it share. Of src/token only.
 */
#ifndef LG_TOKEN_SIGV4_IMPL_H
#define LG_TOKEN_SIGV4_IMPL_H

#include "token/sigv4.h"

/*
 * The parameters of a query, decoded, in order: one reading for both, so that what is signed is what is
 * read.
 * '+' is a plus sign; a '%' without two digits stands for itself; empty pieces do not count.
 * LG_E_TOO_LARGE beyond LG_FORM_MAX_PAIRS.
 */
LG_MUST lg_status lg_sigv4_params(struct lg_ctx *cx, lg_str query, struct lg_str_map *ret);

/* %XX to bytes, as above. */
LG_MUST lg_status lg_sigv4_decode(struct lg_ctx *cx, lg_str s, lg_str *ret);

#endif

/*
 * terms.h - links to what people agree to by making an account: the client's terms of use and privacy policy
 * (domain/pool/terms.h).
 */
#ifndef LG_PAGE_TERMS_H
#define LG_PAGE_TERMS_H

#include "page/page.h"

/* Those that the client has, each in the language of the page or by default. */
LG_MUST lg_status lg_terms_links(struct lg_page *pg, struct lg_view *view);

#endif

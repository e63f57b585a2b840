/*
 * post.h - the page that carries the answer of a form_post on to the application (OAuth 2.0 Form Post
 * Response Mode): our script sends its form at once, a person without scripts presses the button.
 */
#ifndef LG_PAGE_POST_H
#define LG_PAGE_POST_H

#include "proto/oauth.h"

extern const struct lg_post_page lg_page_post;

#endif

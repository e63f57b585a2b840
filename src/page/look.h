/*
 * look.h - how the pages of a client look: name, style sheet, pictures. Settings of branding and the classic
 * customization become values of our own style sheet's tokens, and nothing else.
 */
#ifndef LG_PAGE_LOOK_H
#define LG_PAGE_LOOK_H

#include "domain/pool.h"

struct lg_look {
	lg_str name;   /* of the app, above the card unless there is a logo */
	lg_str style;  /* address of the style sheet; absent = our own */
	lg_str icon;   /* address; absent = our own */
	lg_str logo;   /* address; absent = none */
	lg_str logo_width, logo_height; /* absent = unknown */
	lg_str scheme; /* "light" or "dark"; absent = as the browser says */
	bool preview;  /* not what people see yet */
};

#endif

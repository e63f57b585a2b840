/*
 * device.h - where the code that a device shows is typed, and its user lets it in or not (RFC 8628, 3.3).
 *
 * /device belongs to nobody yet: the code tells the client. /device/confirm asks who is signed in there.
 */
#ifndef LG_PAGE_DEVICE_H
#define LG_PAGE_DEVICE_H

#include "page/page.h"

lg_page_fn lg_page_device; /* also /device/denied, which says so */
lg_page_fn lg_page_device_confirm, lg_page_device_done;

#endif

/*
 * master.h - the master key: found where keys.master says, or beside the data in development.
 */
#ifndef LG_APP_MASTER_H
#define LG_APP_MASTER_H

#include "app/folder.h"
#include "base/secret.h"

#define LG_MASTER_SIZE 32

/*
 * `place` is file:PATH, credential:NAME or command:CMD; absent = the file master.key in the folder. A file
 * that is not there is made only when `fresh`, that is, when there is no database yet that another key
 * might belong to.
 *
 * LG_E_REFUSED with a text: not there, not 32 bytes, readable by others, or the command failed.
 */
LG_MUST lg_status lg_master_load(struct lg_ctx *cx, lg_str place, const struct lg_folder *folder, bool fresh,
	struct lg_secret *ret);

#endif

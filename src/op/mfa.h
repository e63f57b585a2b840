/*
 * mfa.h - the second factors of a user, as GetUser and AdminGetUser tell them.
 */
#ifndef LG_OP_MFA_H
#define LG_OP_MFA_H

#include "domain/user/user.h"

/* MFAOptions, the legacy form of SMS as second factor; absent without it. */
LG_MUST lg_status lg_op_mfa_options(struct lg_ctx *cx, const struct lg_rec_mfa *mfa,
	struct lg_idp_mfa_option_list_type *ret);

#endif

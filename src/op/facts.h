/*
 * facts.h - what a call says beside who makes it, for policies.
 */
#ifndef LG_OP_FACTS_H
#define LG_OP_FACTS_H

#include "domain/iam/authorize.h"
#include "op/req.h"

struct lg_call_facts lg_op_facts(const struct lg_req *rq);

#endif

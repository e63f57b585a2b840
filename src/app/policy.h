/*
 * policy.h - `lifeguard policy eval`: what do these policies decide, and why (DESIGN 2)?
 */
#ifndef LG_APP_POLICY_H
#define LG_APP_POLICY_H

#include <stdio.h>

#include "app/command.h"

/*
 * One JSON object a line from `in` (policy/case.h), one decision a line to `out`: {"name", "decision",
 * "reasons": [{"policy", "statement", "effect", "condition"}]}. "statement" is the Sid, or the number of one
 * that has none. "condition", {"operator", "key", "value"}, is there when an Allow failed by it: "value" is
 * the request's, null when it has none. Where no Allow came near, there is one reason without statement and
 * effect: it names what lacks one. Lines that are no such object are named on `problems` and have no
 * decision. True when every line was one.
 */
bool lg_policy_eval_lines(FILE *in, FILE *out, FILE *problems);

#endif

/*
 * gate.h - so many threads at once may do what costs much memory; some more wait for their turn, and the
 * rest are sent away.
 */
#ifndef LG_BASE_GATE_H
#define LG_BASE_GATE_H

#include <stddef.h>

#include "base/status.h"

struct lg_gate;

LG_MUST lg_status lg_gate_new(size_t max_inside, size_t max_waiting, struct lg_gate **ret);
void lg_gate_free(struct lg_gate *gate);

/* Wait for a place, to be given back by lg_gate_leave. LG_E_BUDGET when enough threads wait already. */
LG_MUST lg_status lg_gate_enter(struct lg_gate *gate);
void lg_gate_leave(struct lg_gate *gate);

#endif

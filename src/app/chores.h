/*
 * chores.h - what a server does beside answering: it notices other machines' changes, sweeps out what has
 * expired, imports users, and makes signing keys ahead when nothing else is to be done.
 */
#ifndef LG_APP_CHORES_H
#define LG_APP_CHORES_H

#include "base/thread.h"
#include "domain/env.h"

struct lg_chores {
	struct lg_env *env;
	struct lg_random *random;
	size_t stock; /* signing keys to have ready */
	char name[33]; /* of this node, where work is shared */
	struct lg_queue *bell; /* closed to end the threads */
	_Atomic bool stopping;
	size_t thread_count;
	pthread_t threads[3];
};

LG_MUST lg_status lg_chores_start(struct lg_chores *chores, struct lg_env *env, struct lg_random *random,
	size_t stock);
void lg_chores_stop(struct lg_chores *chores); /* half-started is fine */

#endif

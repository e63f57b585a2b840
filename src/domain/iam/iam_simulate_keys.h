/*
 * iam_simulate_keys.h - condition keys of a simulation: those that are given, and those that policies ask
 * for. Inside of domain/iam/iam_simulate only.
 */
#ifndef LG_DOMAIN_IAM_SIMULATE_KEYS_H
#define LG_DOMAIN_IAM_SIMULATE_KEYS_H

#include "gen/iam_types.h"
#include "policy/context.h"

/* LG_E_INVALID_INPUT: no values, several of a type that has one, a key twice. */
LG_MUST lg_status lg_iam_simulated_context(struct lg_ctx *cx,
	const struct lg_iam_context_entry_list_type *entries, struct lg_policy_context *ret);

/* Add the keys of a document's conditions that the context lacks, each once. The document compiles. */
LG_MUST lg_status lg_iam_missing_keys(struct lg_ctx *cx, lg_str document,
	const struct lg_policy_context *context, struct lg_str_list *ret);

#endif

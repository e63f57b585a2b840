/*
 * providers.h - other people's identity providers, without a network: issuers of ID tokens with one key of
 * each kind, and addresses that answer what a test tells them. Everybody else cannot be reached.
 */
#ifndef LG_TESTS_PROVIDERS_H
#define LG_TESTS_PROVIDERS_H

#include <pthread.h>

#include "base/fetch.h"
#include "crypto/pkey.h"

#define PROVIDERS_MAX 64
#define PROVIDERS_MAX_URL 512
#define PROVIDERS_MAX_BODY 8192

struct providers {
	struct lg_fetcher port;
	pthread_mutex_t lock;
	struct providers_told {
		char url[PROVIDERS_MAX_URL];
		bool issuer; /* the URL is an issuer's: discovery and keys are made */
		int status;  /* 0 = cannot be reached */
		char body[PROVIDERS_MAX_BODY];
	} told[PROVIDERS_MAX];
	size_t told_count;
	size_t asked; /* how often */
	char url[PROVIDERS_MAX_URL];           /* of the newest request */
	char authorization[PROVIDERS_MAX_URL]; /* its header */
	struct lg_pkey *keys[3]; /* "k1" RSA, "other" RSA that is published nowhere, "e1" P-256 */
};

void providers_init(struct providers *p);
void providers_done(struct providers *p);
/* Forget what was told. */
void providers_reset(struct providers *p);

/* From now on this URL answers so; query and all. */
void providers_tell(struct providers *p, lg_str url, int status, lg_str body);
/* From now on this is an issuer with keys. */
void providers_issue(struct providers *p, lg_str issuer);

/*
 * A token with this header and these claims, signed by the key of this name, or by "hmac" (HS256 with the
 * public key as a secret), or by nobody ("none").
 */
LG_MUST lg_status providers_sign(struct providers *p, struct lg_ctx *cx, lg_str key, enum lg_alg alg,
	lg_str header_json, lg_str claims_json, lg_str *ret);

#endif

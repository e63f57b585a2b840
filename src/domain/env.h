/*
 * env.h - the world as the domain sees it: ports and settings. There are no globals.
 */
#ifndef LG_DOMAIN_ENV_H
#define LG_DOMAIN_ENV_H

#include "base/fetch.h"
#include "domain/quota.h"
#include "store/store.h"
#include "token/keyholder.h"

struct lg_policy_cache; /* policy/cache.h: compiled policies of IAM */
struct lg_pools; /* domain/pool/pool.h: snapshots of pools and clients */
struct lg_issuers; /* domain/grant/issuer.h: keys of foreign issuers */
struct lg_languages; /* page/language.h: texts of the pages */
struct lg_memo;
struct lg_looks; /* page/look_cache.h: how pages look */
struct lg_post_page; /* proto/oauth.h: what carries the answer of a form_post on */

/* A message to a person, ready to be sent. Absent members are absent in the inbox, too. */
struct lg_message {
	lg_str medium;   /* "EMAIL" or "SMS" */
	lg_str pool_id;
	lg_str username;
	lg_str sub;
	lg_str to;       /* address or phone number */
	lg_str purpose;  /* signup, resend, forgot, attribute, mfa, otp, invite, notice (DESIGN 2) */
	lg_str subject;  /* e-mail only */
	lg_str body;
	lg_str code;
	lg_str link;
	bool nobody;     /* goes to a decoy: do, and fail, as with any other, but neither send nor show it */
};

/* Sends messages. LG_E_CODE_DELIVERY_FAILURE when it cannot. */
struct lg_messenger {
	lg_status (*send)(struct lg_messenger *self, struct lg_ctx *cx, const struct lg_message *message);
};

/* What became of calling a function. */
enum lg_function_outcome {
	LG_FUNCTION_ANSWERED,  /* `text` is what it returned: JSON, or so it should be */
	LG_FUNCTION_THREW,     /* `text` is its errorMessage */
	LG_FUNCTION_FAILED,    /* it could not be called; `text` is the code: "AccessDeniedException" */
	LG_FUNCTION_TIMED_OUT, /* in every try (spec/triggers.md 1) */
	LG_FUNCTION_GONE,      /* there is no such function */
};

struct lg_function_call {
	lg_str arn;
	lg_str payload; /* JSON */
	bool event;     /* nobody waits for the answer: `text` stays absent */
};

struct lg_function_result {
	enum lg_function_outcome outcome;
	lg_str text; /* UTF-8, unless it is an answer; lives until the request ends */
};

/*
 * Calls the functions of a pool's owner, which triggers name: over the network, or a program here. Limits of
 * time and number of tries are its own. Fails only by its own fault; what a function does is an outcome.
 */
struct lg_functions {
	lg_status (*invoke)(struct lg_functions *self, struct lg_ctx *cx,
		const struct lg_function_call *call, struct lg_function_result *ret);
};

/*
 * The account's long-term key (DESIGN 2: made at the first start in production). Absent members = no such
 * key.
 */
struct lg_root_key {
	lg_str access_key_id;
	lg_str secret; /* in locked memory */
};

/*
 * Settings that the domain reads; filled from the settings file (api/settings.txt), constant while running.
 */
struct lg_settings {
	bool dev;
	lg_str public_url;  /* without trailing slash */
	lg_str region;      /* server.region */
	struct lg_str_list regions; /* server.regions; "*" = any */
	lg_str account;     /* 12 digits */
	bool issuer_aws;    /* tokens.issuer = aws */
	lg_str fixed_code;  /* dev.fixed_code; absent = random codes */
	bool demo_pool;
	bool identity_issuer_own;  /* identity.issuer = public_url: tokens of identity pools name us */
	bool identity_classic_off; /* identity.classic_flow = deny: for pools that do not say */
	lg_str guest_policy; /* absent = the usual one (domain/identity/guest_policy.h) */
	lg_str google_issuer, apple_issuer; /* absent = theirs, here and below */
	lg_str facebook_api, amazon_api, twitter_api;
	int64_t browser_session_s; /* pages.session_minutes; 0 = the usual hour */
	int64_t quotas[LG_QUOTA_COUNT]; /* 0 = the usual number */
	struct lg_root_key root_key;
	struct lg_str_list saml_recipients, saml_audiences; /* of assertions for STS */
};

struct lg_env {
	struct lg_store *store;
	struct lg_keyholder *keys;
	struct lg_clock *clock;
	struct lg_pools *pools;
	struct lg_memo *access_cache; /* domain/grant/access_cache.h: tokens that were verified */
	struct lg_policy_cache *policies;
	struct lg_messenger *messenger;
	struct lg_fetcher *fetcher; /* NULL: nothing is fetched */
	struct lg_issuers *issuers;
	struct lg_functions *functions; /* NULL: no trigger can be called */
	struct lg_languages *languages; /* NULL: English */
	struct lg_looks *looks; /* NULL: each is made anew */
	const struct lg_str_list *locales; /* their tags; NULL: English */
	const struct lg_post_page *post_page; /* NULL: nothing is sent by a form_post */
	const struct lg_settings *settings;
};

#endif

/*
 * device.h - devices of a fixture's users, as clients make and use them (spec/sign-in.md 7).
 */
#ifndef LG_TESTS_DEVICE_H
#define LG_TESTS_DEVICE_H

#include "domain/auth/device.h"
#include "tests/lib/sign_in.h"

/* A pool of ES256 keys that tracks devices, with an optional second factor by SMS, and alice. */
struct device_pool {
	bool for_mfa; /* ChallengeRequiredOnNewDevice */
	bool prompt;  /* DeviceOnlyRememberedOnUserPrompt */
};
struct fixture *device_fixture(struct device_pool how);

/* Texts are kept. */
struct test_device {
	lg_str key, group, password;
	lg_str access, refresh; /* tokens of the sign-in that brought the key */
};

/* alice signs in without a device: what NewDeviceMetadata said. */
struct test_device device_offered(struct fixture *f);
/* ConfirmDevice with a verifier of its password. */
lg_status device_confirm(struct fixture *f, const struct test_device *device, bool *ret_prompt);
/* Both, which must succeed. */
struct test_device device_confirmed(struct fixture *f);

/* alice with her password and this device. */
lg_status device_password(struct fixture *f, const struct test_device *device, struct lg_auth_step *ret);
/* DEVICE_SRP_AUTH with the Session that asked for it; the answer to what comes back. */
lg_status device_begin(struct fixture *f, const struct test_device *device, lg_str session,
	struct srp_answer *ret);
lg_status device_prove(struct fixture *f, const struct test_device *device, const struct srp_answer *answer,
	struct lg_auth_step *ret);
/* Password and device. */
lg_status device_sign_in(struct fixture *f, const struct test_device *device, struct lg_auth_step *ret);

/* The access token's owner, in the request that is on. */
struct lg_access device_access(struct fixture *f, lg_str token);

#endif

#include "tests/wire/coverage.h"

#include <stdio.h>

void
coverage_init(struct coverage *coverage)
{
	*coverage = (struct coverage){ 0 };
	pthread_mutex_init(&coverage->lock, NULL);
}

/* Errors of the frame may come from every operation without being declared. */
static bool
is_implied(lg_str error)
{
	static const lg_str implied[] = {
		LG_STR_INIT("SerializationException"),
		LG_STR_INIT("ValidationException"),
		LG_STR_INIT("MissingAuthenticationTokenException"),
		LG_STR_INIT("IncompleteSignatureException"),
		LG_STR_INIT("UnrecognizedClientException"),
		LG_STR_INIT("InvalidSignatureException"),
		LG_STR_INIT("AccessDeniedException"),
		LG_STR_INIT("NotImplementedException"),
		LG_STR_INIT("InternalErrorException"),
		LG_STR_INIT("ServiceUnavailableException"),
		LG_STR_INIT("InvalidParameterException"),
		LG_STR_INIT("ForbiddenException"),
		/* the same in AWS Query */
		LG_STR_INIT("AccessDenied"),
		LG_STR_INIT("ExpiredToken"),
		LG_STR_INIT("IncompleteSignature"),
		LG_STR_INIT("InvalidAction"),
		LG_STR_INIT("InvalidClientTokenId"),
		LG_STR_INIT("MalformedInput"),
		LG_STR_INIT("MissingAuthenticationToken"),
		LG_STR_INIT("SignatureDoesNotMatch"),
		LG_STR_INIT("ValidationError"),
	};
	for (size_t i = 0; i < LG_LEN(implied); i++)
		if (lg_str_eq(error, implied[i]))
			return true;
	return false;
}

static lg_str
aws_name(int error)
{
	return lg_str_from_c(lg_error_info(error)->aws);
}

bool
coverage_note(struct coverage *coverage, const struct lg_operation *operation, lg_str error)
{
	const size_t index = (size_t)(operation - lg_operations);
	bool known = !lg_str_present(error) || is_implied(error);
	pthread_mutex_lock(&coverage->lock);
	if (!lg_str_present(error))
		coverage->succeeded[index] = true;
	for (size_t i = 0; i < operation->error_count; i++) {
		if (lg_str_present(error) && lg_str_eq(error, aws_name(operation->errors[i]))) {
			coverage->errors[index] |= UINT64_C(1) << i;
			known = true;
		}
	}
	pthread_mutex_unlock(&coverage->lock);
	return known;
}

/* The reason that the list gives; absent when it does not name the pair. */
static lg_str
reason_of(lg_str unreachable, lg_str operation, lg_str error)
{
	while (lg_str_present(unreachable)) {
		lg_str line = lg_str_trim(lg_str_cut(&unreachable, '\n'));
		const lg_str name = lg_str_cut(&line, ' ');
		const bool here = lg_str_eq(name, operation) || lg_str_eq(name, LG_STR("*"));
		if (here && lg_str_eq(lg_str_cut(&line, ' '), error) && lg_str_present(line))
			return line;
	}
	return LG_STR_NONE;
}

static bool
is_exact(lg_str unreachable, lg_str operation, lg_str error)
{
	while (lg_str_present(unreachable)) {
		lg_str line = lg_str_trim(lg_str_cut(&unreachable, '\n'));
		if (lg_str_eq(lg_str_cut(&line, ' '), operation) && lg_str_eq(lg_str_cut(&line, ' '), error))
			return true;
	}
	return false;
}

struct totals {
	size_t handlers, succeeded, declared, met, listed, wrong;
};

static void
count_operation(const struct coverage *coverage, size_t index, lg_str unreachable, struct totals *t)
{
	const struct lg_operation *operation = &lg_operations[index];
	t->handlers++;
	t->succeeded += coverage->succeeded[index];
	if (!coverage->succeeded[index]) {
		printf("  %.*s: no case succeeds\n", LG_FMT(operation->name));
		t->wrong++;
	}
	for (size_t i = 0; i < operation->error_count; i++) {
		const lg_str error = aws_name(operation->errors[i]);
		const bool met = coverage->errors[index] >> i & 1;
		t->declared++;
		t->met += met;
		if (!met && lg_str_present(reason_of(unreachable, operation->name, error))) {
			t->listed++;
		} else if (!met) {
			printf("  %.*s: no case gives %.*s\n", LG_FMT(operation->name), LG_FMT(error));
			t->wrong++;
		} else if (is_exact(unreachable, operation->name, error)) {
			printf("  %.*s: %.*s is listed as unreachable, and was met\n",
				LG_FMT(operation->name), LG_FMT(error));
			t->wrong++;
		}
	}
}

size_t
coverage_print(const struct coverage *coverage, lg_str unreachable)
{
	struct totals t = { 0 };
	for (size_t i = 0; i < lg_operation_count; i++)
		if (lg_operations[i].run)
			count_operation(coverage, i, unreachable, &t);
	printf("coverage: %zu operations with a handler, %zu succeed in a case; of %zu declared errors %zu "
	       "met, "
	       "%zu listed in unreachable.txt, %zu open\n",
		t.handlers, t.succeeded, t.declared, t.met, t.listed, t.declared - t.met - t.listed);
	return t.wrong;
}

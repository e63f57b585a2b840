#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUESTS_MAX 65536

static const char *requests[REQUESTS_MAX];
static size_t lengths[REQUESTS_MAX];
static size_t count;

static char *
read_file(const char *path, size_t *ret_len)
{
	FILE *file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END)) {
		perror(path);
		exit(1);
	}
	const size_t len = (size_t)ftell(file);
	char *text = calloc(1, len + 1);
	rewind(file);
	*ret_len = fread(text, 1, len, file);
	fclose(file);
	return text;
}

void
load_fixed_file(const char *path)
{
	size_t left;
	const char *at = read_file(path, &left);
	while (left && count < REQUESTS_MAX) {
		const char *end = memchr(at, '\0', left);
		const size_t len = end ? (size_t)(end - at) : left;
		if (len > sizeof(((struct conn *)0)->out)) {
			fprintf(stderr, "%s: a request of %zu bytes\n", path, len);
			exit(1);
		}
		requests[count] = at;
		lengths[count++] = len;
		left -= len + (end != NULL);
		at += len + 1;
	}
}

void
load_fixed_request(struct conn *c)
{
	static size_t turn;
	const size_t at = turn++ % count;
	memcpy(c->out, requests[at], lengths[at]);
	c->out_len = lengths[at];
	c->out_done = 0;
}

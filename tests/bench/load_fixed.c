#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char request[16384];
static size_t request_len;

void
load_fixed_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	request_len = fread(request, 1, sizeof(request), file);
	fclose(file);
}

void
load_fixed_request(struct conn *c)
{
	memcpy(c->out, request, request_len);
	c->out_len = request_len;
	c->out_done = 0;
}

#include "tests/lib/lines.h"

#include <stdlib.h>

lg_str
lg_test_lines(
	struct lg_ctx *cx, bool (*run)(FILE *in, FILE *out, FILE *problems), lg_str input, bool expected)
{
	char *out_text = NULL, *problems_text = NULL;
	size_t out_len, problems_len;
	FILE *in = fmemopen((void *)(uintptr_t)input.ptr, input.len, "r");
	FILE *out = open_memstream(&out_text, &out_len),
	     *problems = open_memstream(&problems_text, &problems_len);
	CHECK(in && out && problems);
	bool all = run(in, out, problems);
	fclose(in);
	fclose(out);
	fclose(problems);
	if (all != expected || all != (problems_len == 0))
		print_error("%s", problems_text);
	CHECK(all == expected && all == (problems_len == 0));
	lg_str copy;
	CHECK_OK(lg_str_dup(cx, lg_str_from_bytes(out_text, out_len), &copy));
	free(out_text);
	free(problems_text);
	return copy;
}

/*
 * replay.c - run every file of a folder through a fuzz target, without a fuzzer. A target that finds a
 * broken promise ends the program; the last name printed is the input's.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>

static unsigned char bytes[1 << 20];

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	struct dirent **names;
	const int count = scandir(argv[1], &names, NULL, alphasort);
	if (count < 0) {
		perror(argv[1]);
		return 1;
	}
	int passed = 0;
	for (int i = 0; i < count; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", argv[1], names[i]->d_name);
		FILE *file = names[i]->d_name[0] == '.' ? NULL : fopen(path, "rb");
		if (file) {
			const size_t size = fread(bytes, 1, sizeof(bytes), file);
			fclose(file);
			printf("%s\n", names[i]->d_name);
			fflush(stdout);
			LLVMFuzzerTestOneInput(bytes, size);
			passed++;
		}
		free(names[i]);
	}
	free(names);
	printf("%d passed, %d failed\n", passed, passed ? 0 : 1);
	return passed ? 0 : 1;
}

/*
 * Archives: nothing opens but what was made. The first byte chooses: pairs of place and difference that
 * spoil a real archive, any bytes instead of one, or any bytes as the stream of a sound one.
 */
#include "token/archive.h"

#include <string.h>

#include "crypto/pwhash.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/archive.h"
#include "token/archive_impl.h"

enum { SPOILED, RAW, STREAM, FORMS };

static void
count_up(struct lg_random *self, void *ret, size_t len)
{
	(void)self;
	for (size_t i = 0; i < len; i++)
		((unsigned char *)ret)[i] = (unsigned char)(i * 7 + len);
}

/* A small one, the same for all inputs. */
static lg_str
real_archive(struct lg_ctx *cx)
{
	static struct archive_sink sink;
	if (sink.len)
		return archive_sink_text(&sink);
	MUST_OK(lg_crypto_global_init());
	archive_sink_init(&sink);
	struct lg_archive_out *out;
	MUST_OK(lg_archive_begin(cx, ARCHIVE_COST, ARCHIVE_PASSPHRASE, &sink.sink, &out));
	struct lg_rec_archive_item item = { .kind = LG_STR("group"), .name = LG_STR("g") };
	const struct lg_rec_archive_record record = { .item = &item };
	for (int i = 0; i < 3; i++)
		MUST_OK(lg_archive_put(cx, out, &record));
	MUST_OK(lg_archive_end(cx, out));
	lg_archive_out_free(out);
	return archive_sink_text(&sink);
}

/* Read to the end; how many records there are. */
static lg_status
read_all(struct lg_ctx *cx, lg_str bytes, size_t *ret_count)
{
	LG_CLEANUP(lg_archive_in_freep) struct lg_archive_in *in = NULL;
	struct archive_source source = archive_source_of(bytes);
	source.step = 1 + bytes.len / 3;
	LG_TRY(lg_archive_open(cx, ARCHIVE_PASSPHRASE, &source.source, &in));
	for (*ret_count = 0;; ++*ret_count) {
		struct lg_rec_archive_record record = { 0 };
		bool there;
		LG_TRY(lg_archive_next(cx, in, &record, &there));
		if (!there)
			return LG_OK;
	}
}

static void
spoil(struct lg_ctx *cx, lg_str real, const uint8_t *data, size_t size)
{
	unsigned char *copy = lg_new_array(cx, unsigned char, real.len);
	MUST(copy);
	memcpy(copy, real.ptr, real.len);
	for (size_t i = 0; i + 2 < size; i += 3) {
		const size_t at = ((size_t)data[i] << 8 | data[i + 1]) % real.len;
		/* A key that costs more may take long to make, and is another key. */
		if (at < LG_ARCHIVE_AT_PASSES || at >= LG_ARCHIVE_AT_SALT)
			copy[at] ^= data[i + 2];
	}
	size_t count = 0;
	const bool same = memcmp(copy, real.ptr, real.len) == 0;
	const lg_status s = read_all(cx, lg_str_from_bytes(copy, real.len), &count);
	MUST(same ? !lg_failed(s) && count == 3 : lg_failed(s));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lg_random random = { count_up };
	if (size == 0)
		return 0;
	FUZZ_CONTEXT(cx);
	cx->random = &random;
	const lg_str real = real_archive(cx);
	const lg_str rest = lg_str_from_bytes(data + 1, size - 1);
	size_t count;
	switch (data[0] % FORMS) {
	case SPOILED:
		spoil(cx, real, data + 1, size - 1);
		break;
	case RAW:
		MUST(lg_failed(read_all(cx, rest, &count)));
		break;
	default: {
		struct archive_sink sink;
		archive_sink_init(&sink);
		archive_of_bytes(cx, rest, &sink);
		const lg_status s = read_all(cx, archive_sink_text(&sink), &count);
		MUST(!lg_failed(s) || s.code == LG_E_MALFORMED || s.code == LG_E_NO_MEMORY);
		archive_sink_done(&sink);
		break;
	}
	}
	return 0;
}

/*
 * cbor.h - the part of CBOR (RFC 8949) that sealed records use: definite lengths, shortest heads, doubles
 * only.
 */
#ifndef LG_CODEC_CBOR_H
#define LG_CODEC_CBOR_H

#include "base/buf.h"

enum lg_cbor_type {
	LG_CBOR_UINT,
	LG_CBOR_NEGATIVE, /* -1 - number */
	LG_CBOR_BYTES,
	LG_CBOR_TEXT,
	LG_CBOR_ARRAY, /* number = elements, which follow */
	LG_CBOR_MAP,   /* number = pairs, which follow */
	LG_CBOR_BOOL,  /* number = 0, 1 */
	LG_CBOR_DOUBLE,
};

struct lg_cbor_item {
	enum lg_cbor_type type;
	uint64_t number;
	lg_str bytes; /* view into the input */
	double real;
};

void lg_cbor_put_head(struct lg_buf *b, enum lg_cbor_type type, uint64_t number); /* not BOOL, DOUBLE */
void lg_cbor_put_int(struct lg_buf *b, int64_t value);
void lg_cbor_put_bytes(struct lg_buf *b, lg_str bytes);
void lg_cbor_put_text(struct lg_buf *b, lg_str text);
void lg_cbor_put_bool(struct lg_buf *b, bool value);
void lg_cbor_put_double(struct lg_buf *b, double value);

/* The next head (with the bytes of a string), taken off `rest`. LG_E_MALFORMED on any other form. */
LG_MUST lg_status lg_cbor_next(struct lg_ctx *cx, lg_str *rest, struct lg_cbor_item *ret);

/* One whole item, with all that is in it, taken off `rest`, at most `depth` levels deep. */
LG_MUST lg_status lg_cbor_skip(struct lg_ctx *cx, lg_str *rest, unsigned depth);

/*
 * The same in the canonical form of CTAP2 (8, "Message Encoding"): the keys of every map rise, by type,
 * then by length, then by their bytes, so that none is there twice.
 */
LG_MUST lg_status lg_cbor_skip_canonical(struct lg_ctx *cx, lg_str *rest, unsigned depth);

#endif

#include <qrencode.h>

#include "page/view_impl.h"

#define QUIET 4 /* modules around a code (ISO/IEC 18004, 5.3.8) */
#define GROUP 4

static void
free_code(QRcode **code)
{
	if (*code)
		QRcode_free(*code);
}

/* Runs of dark modules, row by row: "M4 4h7v1h-7z" */
static lg_status
path_of(struct lg_ctx *cx, const QRcode *code, lg_str *ret)
{
	struct lg_buf path = lg_buf_start(cx, LG_VIEW_PART_BYTES);
	for (int y = 0; y < code->width; y++) {
		const unsigned char *row = code->data + (ptrdiff_t)y * code->width;
		for (int x = 0; x < code->width; x++) {
			const int from = x;
			while (x < code->width && (row[x] & 1))
				x++;
			if (x > from)
				lg_buf_fmt(&path, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from,
					x - from);
		}
	}
	return lg_buf_finish(cx, &path, ret);
}

static lg_status
render_code(const struct lg_render *r, lg_html *ret)
{
	LG_CLEANUP(free_code) QRcode *code = NULL;
	const char *text;
	lg_str path, size, label;
	lg_html open;
	LG_TRY(lg_str_to_c(r->cx, r->view->qr, &text));
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (!code)
		return lg_fail(r->cx, LG_E_TOO_LARGE, "no QR code can hold the text");
	LG_TRY(path_of(r->cx, code, &path));
	LG_TRY(lg_str_fmt(r->cx, &size, "%d", code->width + 2 * QUIET));
	LG_TRY(lg_render_plain(r, LG_STR("totp.qr"), &label));
	LG_TRY(lg_render_key(r, LG_STR("totp.open"), &open));
	return LG_RENDER(r->cx, view_qr, ret, .size = size, .label = label, .path = path,
		.address = r->view->qr, .open = open);
}

/* "ABCD EFGH IJ": easier to type without losing one's place. */
static lg_status
in_groups(struct lg_ctx *cx, lg_str secret, lg_str *ret)
{
	struct lg_buf text = lg_buf_start(cx, LG_VIEW_PART_BYTES);
	for (size_t i = 0; i < secret.len; i += GROUP) {
		if (i)
			lg_buf_byte(&text, ' ');
		lg_buf_put(&text, lg_str_slice(secret, i, i + GROUP));
	}
	return lg_buf_finish(cx, &text, ret);
}

lg_status
lg_render_qr(const struct lg_render *r, lg_html *ret)
{
	struct lg_parts parts = lg_parts_start(r->cx);
	lg_html part, label;
	lg_str secret;
	if (lg_str_present(r->view->qr))
		LG_TRY(lg_parts_add(&parts, render_code(r, &part), &part));
	if (lg_str_present(r->view->secret)) {
		LG_TRY(in_groups(r->cx, r->view->secret, &secret));
		LG_TRY(lg_render_key(r, LG_STR("totp.secret"), &label));
		LG_TRY(lg_parts_add(&parts,
			LG_RENDER(r->cx, view_secret, &part, .label = label, .secret = secret), &part));
	}
	return lg_parts_finish(&parts, ret);
}

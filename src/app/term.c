#include "app/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST 60
#define WIDEST 100

static const char *const begins[] = {
	[LG_TERM_PLAIN] = "",
	[LG_TERM_BOLD] = "\033[1m",
	[LG_TERM_DIM] = "\033[2m",
	[LG_TERM_ACCENT] = "\033[36m",
	[LG_TERM_WARN] = "\033[33m",
};

struct lg_term
lg_term_on(FILE *out)
{
	struct lg_term term = { .out = out, .width = 80 };
	int fd = fileno(out);
	if (!isatty(fd))
		return term;
	const char *kind = getenv("TERM");
	const char *plain = getenv("NO_COLOR");
	term.colours = (!plain || !*plain) && kind && strcmp(kind, "dumb") != 0;
	struct winsize size;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		term.width = size.ws_col;
	term.width = term.width < NARROWEST ? NARROWEST : term.width > WIDEST ? WIDEST : term.width;
	return term;
}

void
lg_term_put(const struct lg_term *term, enum lg_term_style style, lg_str text)
{
	bool coloured = term->colours && style != LG_TERM_PLAIN;
	if (coloured)
		fputs(begins[style], term->out);
	fwrite(text.ptr, 1, text.len, term->out);
	if (coloured)
		fputs("\033[0m", term->out);
}

void
lg_term_column(const struct lg_term *term, enum lg_term_style style, lg_str text, int columns)
{
	lg_term_put(term, style, text);
	for (int at = (int)text.len; at < columns; at++)
		fputc(' ', term->out);
}

void
lg_term_wrap(const struct lg_term *term, enum lg_term_style style, lg_str text, int indent, bool hanging)
{
	if (!hanging)
		fprintf(term->out, "%*s", indent, "");
	int at = indent;
	while (lg_str_present(text)) {
		lg_str word = lg_str_cut(&text, ' ');
		if (at > indent && at + 1 + (int)word.len > term->width) {
			fprintf(term->out, "\n%*s", indent, "");
			at = indent;
		}
		if (at > indent) {
			fputc(' ', term->out);
			at++;
		}
		lg_term_put(term, style, word);
		at += (int)word.len;
	}
	fputc('\n', term->out);
}

void
lg_term_line(const struct lg_term *term)
{
	fputc('\n', term->out);
}

/*
 * cmd_sigv4.h - `lifeguard sigv4 verify`: check signed requests, one JSON object a line.
 */
#ifndef LG_APP_CMD_SIGV4_H
#define LG_APP_CMD_SIGV4_H

/* Reads standard input, writes standard output (DESIGN 2). Returns the exit code: 0 when every line could be read, else 2. */
int lg_cmd_sigv4(int argc, char **argv);

#endif

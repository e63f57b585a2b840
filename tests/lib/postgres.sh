#!/bin/bash
# A PostgreSQL server of our own: made in a temporary folder, on loopback, stopped and removed at the end.
#
#   postgres.sh with COMMAND...   runs the command with LIFEGUARD_TEST_STORE=postgres:<conninfo>
#   postgres.sh hold [FOLDER]     prints the conninfo and waits until standard input ends; what is in FOLDER is kept
#
# Durability is left on, as in production. Root may not run PostgreSQL, so root runs it as user postgres.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed" >&2; exit 1; }
kept=
[ "${1:-}" = hold ] && kept=${2:-}
folder=${kept:-$(mktemp -d "${TMPDIR:-/tmp}/lifeguard-postgres.XXXXXX")}
mkdir -p "$folder"
run=()
if [ "$(id -u)" = 0 ]; then
	run=(runuser -u postgres --)
	chown postgres "$folder"
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

stop() {
	if [ -e "$folder/data/postmaster.pid" ]; then
		"${run[@]}" "$bin/pg_ctl" -D "$folder/data" -m fast -w stop >/dev/null 2>&1 || true
	fi
	[ -n "$kept" ] || rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$folder"
[ -e "$folder/data/PG_VERSION" ] || "${run[@]}" "$bin/initdb" -D "$folder/data" -U lifeguard -A trust -E UTF8 --locale=C.UTF-8 >"$folder/log" 2>&1 ||
	{ cat "$folder/log" >&2; exit 1; }
"${run[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/data/log" -w \
	-o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=200" start >/dev/null ||
	{ cat "$folder/data/log" >&2; exit 1; }
conninfo="host=127.0.0.1 port=$port user=lifeguard dbname=postgres"
cd - >/dev/null

case "${1:-}" in
with)
	shift
	LIFEGUARD_TEST_STORE="postgres:$conninfo" "$@"
	;;
hold)
	echo "$conninfo"
	cat >/dev/null
	;;
*)
	echo "usage: postgres.sh with COMMAND... | hold" >&2
	exit 2
	;;
esac

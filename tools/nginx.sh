#!/bin/sh
# Makes sure that the test of two nodes has an nginx, or says plainly what is missing.
set -eu

there() { command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ]; }

if there; then exit 0; fi

echo "The test of two nodes needs nginx; installing nginx-light ..." >&2
sh "$(dirname "$0")/install.sh" nginx-light
if there; then exit 0; fi

echo "Not there, and not installed from here. Please run, as root:" >&2
echo "    apt-get install nginx-light" >&2
echo "(if it starts a server of its own: systemctl disable --now nginx)" >&2
exit 1

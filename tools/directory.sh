#!/bin/sh
# Makes sure that the tests have an LDAP server (slapd), or says plainly what is missing.
set -eu

there() { command -v slapd >/dev/null 2>&1 || [ -x /usr/sbin/slapd ]; }

if there; then exit 0; fi

echo "The tests of the directory need slapd; installing it ..." >&2
# RUNLEVEL=1: the package must not start a directory of its own
install="apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slapd"
if [ "$(id -u)" = 0 ]; then
    sh -c "$install" >&2 || true
elif sudo -n true 2>/dev/null; then
    sudo -n sh -c "$install" >&2 || true
fi
if there; then exit 0; fi

echo "Not there, and not installed from here. Please run, as root:" >&2
echo "    RUNLEVEL=1 apt-get install slapd" >&2
exit 1

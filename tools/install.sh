#!/bin/sh
# Installs Debian packages if whoever runs this may; whether they are there then is for the caller to see.
set -eu
install="apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $*"
if [ "$(id -u)" = 0 ]; then
    sh -c "$install" >&2 || true
elif sudo -n true 2>/dev/null; then
    sudo -n sh -c "$install" >&2 || true
fi

#!/bin/sh
# Prepares .venv from a lock file: finds Python, makes the environment, installs by hash, installs this project.
# Uses pip alone, so the machine's own pip configuration (mirror, proxy, certificates) counts and nothing else is needed.
set -eu
cd "$(dirname "$0")/.."
lock=$1

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "Python 3.11 or newer is needed and was not found."
    say "  Debian 12, Ubuntu 24.04:  apt-get install python3 python3-venv"
    say "  elsewhere:                make PYTHON=/path/to/python3.11 ..."
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

# Debian keeps the module that puts pip into an environment in a package of its own
make_environment() {
    python=$1
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 && return
    rm -rf .venv
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --without-pip .venv
        "$python" -m pip --python .venv/bin/python install --quiet pip && return
        rm -rf .venv
    fi
    version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    say "This Python cannot make environments; installing $version-venv"
    if as_root sh -c "apt-get update -qq && apt-get install -y -qq $version-venv" >&2; then
        "$python" -m venv .venv && return
    fi
    say "Please install it and try again:  sudo apt-get install $version-venv"
    exit 1
}

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    make_environment "$(find_python)"
fi
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null

say "Installing $lock ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
if [ "$lock" = requirements.lock ]; then
    say "Installing sanban and building its front end ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi

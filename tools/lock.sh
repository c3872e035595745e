#!/bin/sh
# Writes requirements.lock and requirements-dev.lock from pyproject.toml, for every Python and platform we support.
# The files hold versions and hashes and no address: each machine takes them from its own index.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-package pip \
        --custom-compile-command "make lock" "$@"
}
# documents and sso are in both: an office without red-header documents, or with passwords of its own, is none
compile pyproject.toml --extra documents --extra sso --group build --output-file requirements.lock
compile pyproject.toml --extra documents --extra sso --group dev --constraint requirements.lock --output-file requirements-dev.lock

#!/bin/sh
# `make audit`: asks the advisory service about every locked Python package. Exit code 0: nothing known; 1: something is;
# 3: nobody could be asked, which is no good news.
set -eu
cd "$(dirname "$0")/.."
place=.venv-audit

unreachable() {
    echo "NOT CHECKED: $1" >&2
    echo "Try again where the network reaches a package index and https://osv.dev; until then nothing is known." >&2
    exit 3
}

if [ ! -x "$place/bin/pip-audit" ]; then
    .venv/bin/python -m venv "$place"
    "$place/bin/pip" install --quiet --disable-pip-version-check "pip-audit>=2.9,<3" || unreachable "pip-audit cannot be installed"
fi
answer=$(mktemp)
told=$(mktemp)
trap 'rm -f "$answer" "$told"' EXIT
code=0
"$place/bin/pip-audit" --vulnerability-service osv --disable-pip --require-hashes --requirement requirements.lock \
    --progress-spinner off --timeout 20 --format json --output "$answer" 2>"$told" || code=$?
if [ ! -s "$answer" ]; then
    tail -n 3 "$told" >&2
    unreachable "the advisory service did not answer"
fi
cat "$told"
"$place/bin/python" - "$answer" <<'PYTHON'
import json
import sys

found = json.load(open(sys.argv[1], encoding="utf-8"))["dependencies"]
for each in found:
    for known in each.get("vulns", ()):
        print(f"{each['name']} {each['version']}: {known['id']}, fixed in {', '.join(known['fix_versions']) or 'no version'}")
print(f"{len(found)} packages, {sum(bool(d.get('vulns')) for d in found)} with known weaknesses")
PYTHON
exit "$code"

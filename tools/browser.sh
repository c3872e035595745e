#!/bin/sh
# Makes sure that the tests have a Chromium and Chinese fonts, or says plainly what is missing.
set -eu

browser() {
    for candidate in "${SANBAN_CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

fonts() { fc-list :lang=zh-cn 2>/dev/null | grep -q .; }

if browser && fonts; then exit 0; fi

echo "The browser tests need Chromium and a Chinese font; installing chromium and fonts-noto-cjk ..." >&2
sh "$(dirname "$0")/install.sh" chromium fonts-noto-cjk fontconfig
if browser && fonts; then exit 0; fi

echo "Not there, and not installed from here. Please run, as root:" >&2
echo "    apt-get install chromium fonts-noto-cjk fontconfig" >&2
echo "or name another Chromium:  SANBAN_CHROMIUM=/path/to/chrome make test" >&2
exit 1

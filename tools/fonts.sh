#!/bin/sh
# Makes sure that documents can be made as PDF, which needs a Chinese font; says plainly what is missing and goes on.
set -eu

there() {
    .venv/bin/python -c '
import os, sys, typst
from engine.documents.renderer import has_chinese
own = os.environ.get("SANBAN_FONTS")
sys.exit(not has_chinese(typst.Fonts(include_system_fonts=True, font_paths=[own] if own else []).families()))'
}

if there; then exit 0; fi

echo "Documents as PDF need a Chinese font; installing fonts-noto-cjk ..." >&2
sh "$(dirname "$0")/install.sh" fonts-noto-cjk
if there; then exit 0; fi

echo "Not there, and not installed from here: documents cannot be made as PDF, everything else works. Please run, as root:" >&2
echo "    apt-get install fonts-noto-cjk" >&2
echo "or name a folder with Chinese fonts:  SANBAN_FONTS=/path/to/fonts make run" >&2

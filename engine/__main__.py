"""``python -m engine`` is the `sanban` command."""

from engine.cli import main

main()

"""Runs one hook in a process of its own: JSON in, JSON out. Started as a script, it knows nothing of ours."""

import importlib.util
import json
import sys


def main(path: str, name: str) -> None:
    """Call the function ``name`` of the file with what standard input holds, and print what it returns."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a hook prints is no answer
    spec = importlib.util.spec_from_file_location("hooks", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    json.dump(getattr(module, name)(json.load(sys.stdin)), answers, ensure_ascii=False, allow_nan=False)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Runs first in every process of the office under attack: gives it the harness's clock, disk and planted fault."""

import os

if os.environ.get("SANBAN_CHAOS"):
    from tests.chaos import steering

    steering.obey(os.environ["SANBAN_CHAOS"], os.environ.get("SANBAN_CHAOS_BREAK", ""))

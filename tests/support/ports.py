"""Ports for servers that must be told theirs before they start."""

import os
import socket
from itertools import count

FIRST, MANY = 20_000, 12_000  # below those that the system hands out, or any outgoing connection could take one first
STEP = 61  # workers that were started one after the other begin far from each other

_tried = count(os.getpid() * STEP)


def free_port() -> int:
    """A port that nobody listens on and this process has not given away before."""
    for number in _tried:
        port = FIRST + number % MANY
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("the numbers never end")

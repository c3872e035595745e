"""`python -m tests.chaos.rush`: requests at a rate that nobody slows down, in a process of its own.

Clients that wait for their answer ask less when the office is slow, which is kinder than a flood is. Here a request
goes out when its time has come, however many are without an answer; without a rate, a few clients ask one by one.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Any

MOST_OPEN = 900  # connections without an answer; whoever would be one more is counted as held back
TICK = 0.005
PATIENCE = 30.0
SAMPLES = 20


@dataclass(frozen=True)
class Request:
    """One thing to ask for, with what lets whoever asks in."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> bytes:
        lines = {"Host": "127.0.0.1", "Connection": "close"} | self.headers
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"GET {self.path} HTTP/1.1\r\n{head}\r\n".encode()


@dataclass
class Told:
    """What was answered: seconds of the accepted and the refused, and some refusals as they were."""

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)  # "0" for a connection that was cut
    samples: list[str] = field(default_factory=list)
    held_back: int = 0

    @property
    def rate(self) -> float:
        """Answers of any kind in a second."""
        return (len(self.taken) + len(self.refused)) / self.seconds if self.seconds else 0.0

    @property
    def cut(self) -> int:
        """Connections that ended without an answer."""
        return self.statuses.get("0", 0)

    @property
    def asked(self) -> int:
        return sum(self.statuses.values())

    def note(self, seconds: float, answer: str) -> None:
        status = answer[9:12] if answer.startswith("HTTP/1.") else "0"
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == "200":
            self.taken.append(seconds)
        elif status != "0":
            self.refused.append(seconds)
            if len(self.samples) < SAMPLES:
                self.samples.append(answer)


def rush(port: int, requests: list[Request], seconds: float, *, rate: float = 0, clients: int = 0) -> Told:
    """So many requests a second, or as many as so many clients can ask who wait for each answer."""
    told = {"port": port, "requests": [asdict(r) for r in requests], "seconds": seconds}
    command = [sys.executable, "-m", "tests.chaos.rush"]
    wanted = json.dumps(told | {"rate": rate, "clients": clients})
    done = subprocess.run(
        command, input=wanted, capture_output=True, text=True, check=True, timeout=seconds + 2 * PATIENCE
    )
    return Told(**json.loads(done.stdout))


async def _ask(port: int, sent: bytes, told: Told) -> None:
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(sent)
                answer = await reader.read(-1)
            finally:
                writer.close()
    except (OSError, TimeoutError):
        answer = b""
    told.note(time.monotonic() - began, answer.decode("utf-8", "replace"))


async def _at_a_rate(port: int, sent: list[bytes], told: Told, seconds: float, rate: float) -> None:
    began, asked, texts = time.monotonic(), 0, cycle(sent)
    going: set[asyncio.Task[None]] = set()
    while (passed := time.monotonic() - began) < seconds:
        for _ in range(int(passed * rate) - asked):
            asked += 1
            if len(going) >= MOST_OPEN:
                told.held_back += 1
                continue
            task = asyncio.create_task(_ask(port, next(texts), told))
            going.add(task)
            task.add_done_callback(going.discard)
        await asyncio.sleep(TICK)
    told.seconds = time.monotonic() - began
    await asyncio.gather(*going)


async def _one_by_one(port: int, sent: list[bytes], told: Told, seconds: float, clients: int) -> None:
    began, texts = time.monotonic(), cycle(sent)

    async def client() -> None:
        while time.monotonic() - began < seconds:
            await _ask(port, next(texts), told)

    await asyncio.gather(*(client() for _ in range(clients)))
    told.seconds = time.monotonic() - began


def main(wanted: dict[str, Any]) -> Told:
    """What the parent asked for on standard input."""
    sent, told = [Request(**r).sent for r in wanted["requests"]], Told()
    if wanted["rate"]:
        asyncio.run(_at_a_rate(wanted["port"], sent, told, wanted["seconds"], wanted["rate"]))
    else:
        asyncio.run(_one_by_one(wanted["port"], sent, told, wanted["seconds"], wanted["clients"]))
    return told


if __name__ == "__main__":
    json.dump(asdict(main(json.load(sys.stdin))), sys.stdout)

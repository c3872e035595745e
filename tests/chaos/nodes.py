"""Two nodes on one machine, each `sanban serve --work`, one PostgreSQL, and nginx before them with the shipped file."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.office import Office, answering, children
from tests.support.ports import free_port

SHIPPED = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "nginx" / "sanban.conf"
MAIN = """
pid {home}/nginx.pid;
error_log {home}/nginx-error.log;
{user}
events {{ worker_connections 512; }}
http {{
    log_format nodes '$status $upstream_addr';
    access_log {home}/nodes.log nodes;
    client_body_temp_path {home}/nginx-body;
    proxy_temp_path {home}/nginx-proxy;
    fastcgi_temp_path {home}/nginx-fastcgi;
    uwsgi_temp_path {home}/nginx-uwsgi;
    scgi_temp_path {home}/nginx-scgi;
    {sites}
}}
"""


def binary() -> str:
    """nginx; says what to do if there is none."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError("this test needs nginx: sh tools/nginx.sh, or apt-get install nginx-light")
    return found


@dataclass
class TwoNodes(Office):
    """An office whose ``port`` is that of nginx."""

    ports: tuple[int, int] = field(default_factory=lambda: (free_port(), free_port()))
    nodes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    down: set[int] = field(default_factory=set)  # ports whose node stays dead
    other: Path | None = None  # checkout of another version, which the second node runs

    def keep(self) -> None:
        """Start the nodes that are dead and should not be, again and again."""
        with self._proxy():
            while not self.closed.is_set():
                for port in self.ports:
                    node = self.nodes.get(port)
                    if port not in self.down and (node is None or node.poll() is not None):
                        self.nodes[port] = self._run("serve", "--work", home=self._home(port), SANBAN_PORT=str(port))
                self.closed.wait(0.2)

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        return list(self.nodes.values())

    def answers(self) -> bool:
        """Whether nginx and every node that should live answer."""
        return all(answering(port) for port in (self.port, *self.ports) if port not in self.down)

    def web_processes(self) -> list[int]:
        mothers = [pid for node in self.nodes.values() for pid in children(node.pid)]
        return [pid for mother in mothers for pid in children(mother)]

    def _home(self, port: int) -> Path | None:
        return self.other if port == self.ports[1] else None

    def kill(self, port: int) -> None:
        """The whole node at once: web, worker and whoever started them; it stays dead."""
        self.down.add(port)
        with suppress(ProcessLookupError):
            os.killpg(self.nodes[port].pid, signal.SIGKILL)
        self.nodes[port].wait()

    def raise_again(self, port: int, patience: float) -> None:
        self.down.discard(port)
        until = time.monotonic() + patience
        while not self.answers():
            if time.monotonic() > until:
                raise RuntimeError(f"the node on {port} does not come back")
            time.sleep(0.1)

    def served(self) -> set[int]:
        """Ports of the nodes that nginx got answers from."""
        text = (self.engine.settings.home / "nodes.log").read_text(encoding="utf-8")
        return {int(port) for port in re.findall(r"^200 127\.0\.0\.1:(\d+)$", text, re.MULTILINE)}

    @contextmanager
    def _proxy(self) -> Iterator[None]:
        home = self.engine.settings.home
        site = SHIPPED.read_text(encoding="utf-8")
        for shipped, ours in (("127.0.0.1:8001", self.ports[0]), ("127.0.0.1:8002", self.ports[1])):
            site = site.replace(shipped, f"127.0.0.1:{ours}")
        site = site.replace("listen 8080;", f"listen 127.0.0.1:{self.port};")
        user = "user root;" if os.geteuid() == 0 else ""
        (home / "nginx.conf").write_text(MAIN.format(home=home, user=user, sites=site), encoding="utf-8")
        arguments = [binary(), "-c", str(home / "nginx.conf"), "-p", str(home), "-g", "daemon off;"]
        with (home / "nginx.log").open("wb") as log:
            nginx = subprocess.Popen(arguments, stdout=log, stderr=log)
            try:
                yield
            finally:
                nginx.terminate()
                nginx.wait()

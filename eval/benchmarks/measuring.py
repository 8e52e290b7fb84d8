"""What every benchmark here shares: servers as processes of their own, and what those cost."""

from __future__ import annotations

import math
import os
import platform
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil

PATIENCE_S = 180
"""Time a server has until it is ready, in seconds."""
_PACKAGES = ("faqbot", "fastapi", "uvicorn", "onnxruntime", "faiss-cpu", "numpy", "torch")


class NotServing(Exception):
    """A server ended or was not ready in time; the message ends with what it wrote last."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready."""

    port: int
    ready_s: float
    """From the start of its process until it said that it is ready."""
    process: psutil.Process

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_s(self) -> float:
        """Add up the processor seconds of its process tree, ended children included."""
        return sum(sum(it.cpu_times()[:4]) for it in self._tree())

    def resident_mb(self) -> float:
        """Add up the resident memory of its process tree, in units of 10⁶ bytes."""
        return sum(it.memory_info().rss for it in self._tree()) / 1e6

    def own_mb(self) -> float:
        """Leave out of that the pages of files, which the system takes back when it needs them."""
        return sum(it.memory_info().rss - it.memory_info().shared for it in self._tree()) / 1e6

    def descriptors(self) -> int:
        """Count the open files and sockets of its process tree."""
        return sum(it.num_fds() for it in self._tree())

    def _tree(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Server]:
    """Start a server, wait until ``/readyz`` says so and stop it in the end.

    Args:
        command: Gets ``--port`` and a free port added.
        environment: Variables to set besides those that are set.

    Raises:
        NotServing: It ended, or was not ready in `PATIENCE_S`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {**os.environ, **environment}  # noqa: TID251 - for a child process
    with tempfile.TemporaryFile("w+") as log:
        started = time.perf_counter()
        child = subprocess.Popen(
            [*command, "--port", str(port)], stdout=log, stderr=log, env=variables
        )
        try:
            while not _is_ready(port):
                late = time.perf_counter() - started > PATIENCE_S
                if late or child.poll() is not None:
                    log.seek(0)
                    why = "was not ready in time" if late else "did not start"
                    msg = f"{' '.join(command)} {why}: {log.read().strip()[-2000:]}"
                    raise NotServing(msg)
                time.sleep(0.01)
            yield Server(port, time.perf_counter() - started, psutil.Process(child.pid))
        finally:
            child.terminate()
            child.wait()


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except OSError:  # refused, slow, or answered with an error
        return False


def percentile(values: Sequence[float], share: float) -> float:
    """Take the smallest value that at least this share of the values do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def spread(values: Sequence[float], name: str = "{}_ms") -> dict[str, float]:
    """Name the percentiles that every table here shows; at least one value is needed."""
    return {name.format(f"p{part}"): percentile(values, part / 100) for part in (50, 95, 99)}


def machine() -> dict[str, Any]:
    """Describe what was measured on, and how busy it was before."""
    described = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(described, capture_output=True, text=True, check=False).stdout.strip()
    processors = [
        line.partition(": ")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": next(iter(processors), platform.machine()),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
        "commit": commit,
        "versions": {name: version(name) for name in _PACKAGES},
    }

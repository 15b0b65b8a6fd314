"""A gateway with keval-mini for the tests: the one that KEVAL_URL names, or one of this repository."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

root = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Gateway:
    url: str
    key: str


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    if os.environ.get("KEVAL_URL") and os.environ.get("KEVAL_API_KEY"):
        yield Gateway(os.environ["KEVAL_URL"], os.environ["KEVAL_API_KEY"])
        return
    node = root / "node_modules/.bin/node"
    if not node.exists():
        pytest.skip("set KEVAL_URL and KEVAL_API_KEY to a running gateway, or run npm ci in the repository")
    port, node_port = free_port(), free_port()
    settings = {"PORT": str(port), "NODE_PORT": str(node_port), "KEVAL_STATE": str(tmp_path_factory.mktemp("state"))}
    process = subprocess.Popen(
        [node, "scripts/start.ts"],
        cwd=root,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        shown = ""
        assert process.stdout is not None
        for line in process.stdout:
            shown += line
            if "Ctrl-C stops everything" in line:
                break
        else:
            pytest.fail(f"the gateway did not start:\n{shown}")
        # a full pipe would stop the gateway
        threading.Thread(target=process.stdout.read, daemon=True).start()
        match = re.search(r"test API key\s+(\S+)", shown)
        assert match is not None, shown
        yield Gateway(f"http://127.0.0.1:{port}", match[1])
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port

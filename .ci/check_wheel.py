"""Checks that an installed faqbot works outside its repository: it answers, and serves every file.

Run it with the interpreter of the environment that is to be checked, in an empty folder.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

FAQBOT = str(Path(sys.executable).with_name("faqbot"))


def check_answer() -> None:
    """Ask a question on the command line."""
    command = [FAQBOT, "ask", "--json", "Le Proxy e-Santé est-il obligatoire ?"]
    reply = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert reply["status"] == "answered", reply["status"]
    assert reply["answers"][0]["entry_id"] == "S05", reply["answers"][0]["entry_id"]
    print("the installed wheel answers")


def check_service() -> None:
    """Start the service and fetch what it serves."""
    command = [FAQBOT, "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            for line in server.stderr:
                print(line, end="", file=sys.stderr)
                if found := re.search(r"faqbot listens at (http://\S+)", line):
                    check_files(found[1])
                    return
            sys.exit("faqbot serve ended before it listened")
        finally:
            server.kill()


def check_files(address: str) -> None:
    """Fetch the page and the widget with all their files: they must come out of the wheel."""
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', fetched(address)))
    assert len(files) >= 3, files
    for file in files:
        fetched(address + file)
    print("the installed wheel serves the chat page and", len(files), "static files")
    entry = fetched(f"{address}/widget/v1/define.js")
    modules = re.findall(r'^import "\./([^"]+)";$', entry, re.MULTILINE)
    assert any(module.endswith("/faq-chat.js") for module in modules), entry
    for module in modules:
        fetched(f"{address}/widget/v1/{module}")
    print("and the widget:", len(modules), "modules")


def fetched(address: str) -> str:
    """Return what stands at an address."""
    with urlopen(address, timeout=60) as reply:
        return str(reply.read().decode())


if __name__ == "__main__":
    check_answer()
    check_service()

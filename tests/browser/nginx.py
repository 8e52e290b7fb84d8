"""A real nginx with TLS, run without rights, on the configuration that ``deploy/`` ships."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.browser.conftest import PATIENCE_MS

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx" / "faqbot.conf.template"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_AROUND = """\
daemon off;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off;
    {paths}
    include {folder}/faqbot.conf;
}}
"""


@contextmanager
def proxied(folder: Path, port: int, name: str, path: str, replicas: list[str]) -> Iterator[None]:
    """Serve replicas below a path of a host name, by https on a port of this machine.

    Args:
        folder: For all of its files.
        port: Where it listens.
        name: The host name.
        path: Such as ``/faq``; empty for the root.
        replicas: Their hosts and ports.
    """
    certificate, key = _certify(folder, name)
    values = {
        "UPSTREAMS": "\n".join(f"server {it} max_fails=1 fail_timeout=2s;" for it in replicas),
        "SERVER_NAME": name,
        "BASE_PATH": path,
        "HTTP_PORT": f"127.0.0.1:{free_port()}",
        "HTTPS_PORT": f"127.0.0.1:{port}",
        "TLS_CERTIFICATE": str(certificate),
        "TLS_KEY": str(key),
    }
    # Like envsubst, this leaves nginx's own $variables alone.
    written = Template(TEMPLATE.read_text("utf-8")).safe_substitute(values)
    (folder / "faqbot.conf").write_text(written, "utf-8")
    paths = " ".join(f"{it}_temp_path {folder}/{it};" for it in _TEMPORARY)
    around = folder / "nginx.conf"
    around.write_text(_AROUND.format(folder=folder, paths=paths), "utf-8")
    # Debian keeps it where only root looks.
    places = f"{os.environ['PATH']}:/usr/sbin"  # noqa: TID251 - to find a program
    program = shutil.which("nginx", path=places)
    assert program, "nginx is missing: .ci/install-for-tests installs it"
    log = folder / "error.log"
    command = [program, "-p", folder, "-e", log, "-c", around]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                pytest.fail(f"nginx did not start:\n{log.read_text('utf-8')}")
            time.sleep(0.05)
        yield
        process.terminate()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _certify(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths

"""What ``deploy/`` ships agrees with the code; tests/browser runs its nginx and its command."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from faqbot.api import probes
from faqbot.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
PROBES = {route.path for route in probes.router.routes}  # type: ignore[attr-defined]


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


COMPOSE: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
MANIFESTS: dict[str, dict[str, Any]] = {
    it["kind"]: it for it in yaml.safe_load_all(text_of("kubernetes/faqbot.yaml"))
}
CONTAINER = MANIFESTS["Deployment"]["spec"]["template"]["spec"]["containers"][0]
VARIABLE = re.compile(r"\$\{(\w+)")


def test_the_requirements_are_those_of_the_constraints_without_torch() -> None:
    made: list[str] = runpy.run_path(str(DEPLOY / "requirements.py"))["serving"]()
    pattern = r"^(\S+==\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$"
    found = re.findall(pattern, text_of("requirements-serve.txt"), re.MULTILINE)
    listed = [pin for pin, _digests in found]
    assert listed == made, "run: python deploy/requirements.py"
    assert set(listed) <= set((ROOT / "constraints.txt").read_text("utf-8").splitlines())
    assert len(listed) > 50
    assert not [line for line in listed if re.match("torch|.*transformers", line)]
    # What installs them has pip compare the digests.
    for shipped in ("deploy/Containerfile", "deploy/README.md", "Makefile"):
        lines = re.findall(".* install .*requirements-serve.*", (ROOT / shipped).read_text("utf-8"))
        assert lines
        assert all("--no-deps --require-hashes" in line for line in lines)


def test_every_setting_that_is_named_exists() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", path.read_text("utf-8")))
            assert named <= SETTINGS, path.name


def test_the_settings_that_are_shipped_can_be_read() -> None:
    lines = re.findall(r"^(\w+)=(.*)$", text_of("systemd/faqbot.env"), re.MULTILINE)
    assert Settings.from_env(dict(lines)).trusted_proxies
    assert Settings.from_env(MANIFESTS["ConfigMap"]["data"]).public_path == "/faq"
    known = {"SERVER_NAME": "faq.example.org", "BASE_PATH": "/faq", "RATE_LIMIT": "30/minute"}
    written = COMPOSE["x-faqbot"]["environment"]
    filled = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: known.get(found[1], ""), value)
        for name, value in written.items()
    }
    assert Settings.from_env(filled).public_url == "https://faq.example.org/faq"


def test_compose_asks_for_what_the_example_holds_and_gives_nginx_what_it_takes() -> None:
    example = set(re.findall(r"^(\w+)=", text_of("example.env"), re.MULTILINE))
    assert set(VARIABLE.findall(text_of("compose.yaml"))) == example
    nginx = COMPOSE["services"]["nginx"]
    taken = set(VARIABLE.findall(text_of("nginx/faqbot.conf.template")))
    assert set(nginx["environment"]) == taken
    for volume in (it for it in nginx["volumes"] if "template" in it):
        assert (DEPLOY / volume.partition(":")[0]).is_file()
    subnet = COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert COMPOSE["x-faqbot"]["environment"]["FAQBOT_TRUSTED_PROXIES"] == subnet


def test_everybody_means_the_same_port_and_the_same_replicas() -> None:
    container = text_of("Containerfile")
    port = int(re.findall(r"^EXPOSE (\d+)$", container, re.MULTILINE)[0])
    assert f'"--port", "{port}"]' in container
    upstreams = re.findall(
        r"server ([\w-]+):(\d+)", COMPOSE["services"]["nginx"]["environment"]["UPSTREAMS"]
    )
    assert [(name, int(it)) for name, it in upstreams] == [("faqbot-1", port), ("faqbot-2", port)]
    assert {"faqbot-1", "faqbot-2"} <= set(COMPOSE["services"])
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": port}]
    assert MANIFESTS["Deployment"]["spec"]["replicas"] == 2
    assert MANIFESTS["Service"]["spec"]["ports"][0]["targetPort"] == "http"
    rule = MANIFESTS["Ingress"]["spec"]["rules"][0]
    public = f"https://{rule['host']}{rule['http']['paths'][0]['path']}"
    assert public == MANIFESTS["ConfigMap"]["data"]["FAQBOT_PUBLIC_URL"]


def test_what_the_image_leaves_out_is_named_to_who_needs_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.browser.lean"]
    environment = {**os.environ, "FAQBOT_EMBEDDING_MODEL": str(tmp_path)}  # noqa: TID251 - a child's
    (tmp_path / "modules.json").write_text("[]")
    for words, module in (
        (["eval", "calibrate"], "ir_measures"),
        (["ask", "?"], "sentence_transform"),
    ):
        done = subprocess.run(
            [*command, *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert f"error: this takes {module}" in done.stderr
        assert "Traceback" not in done.stderr


def test_what_a_draft_changes_is_found_out_in_the_image_too() -> None:
    program = (
        "import sys; from tests.browser.lean import Listed; sys.meta_path.insert(0, Listed());"
        "from faqbot.editing import impact"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_probes_ask_for_what_there_is(probe: str) -> None:
    asked = CONTAINER[probe]["httpGet"]
    assert asked["path"] in PROBES
    assert asked["port"] == "http"


def test_figures_are_not_for_the_public() -> None:
    assert re.search(r"/metrics \{\s+return 404;", text_of("nginx/faqbot.conf.template"))
    assert "FAQBOT_METRICS_TOKEN" in {it["name"] for it in CONTAINER["env"]}


def test_the_image_copies_what_there_is() -> None:
    ignored = text_of("Containerfile.dockerignore").splitlines()
    for kept in (line.removeprefix("!") for line in ignored if line.startswith("!")):
        assert (ROOT / kept).exists(), kept
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    needed = set(re.findall(r'^"(corpus|web)/?\w*" = "faqbot/_data', project, re.MULTILINE))
    assert {f"!{it}" for it in needed} <= set(ignored)
    assert "deploy/requirements-serve.txt" in text_of("Containerfile")

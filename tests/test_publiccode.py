"""`publiccode.yml` says what its standard asks for, and nothing that is not true."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """What stands in the file."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    return found


def test_all_that_is_mandatory_is_said(described: dict[str, Any]) -> None:
    """The keys of the standard, version 0.7, but for the address of the repository."""
    assert described["publiccodeYmlVersion"] == "0.7"
    assert {"name", "platforms", "categories"} <= described.keys()
    assert described["developmentStatus"] in {"concept", "development", "beta", "stable"}
    assert described["softwareType"] == "standalone/web"
    for texts in described["description"].values():
        assert len(texts["shortDescription"]) <= 150
        assert "\n" not in texts["shortDescription"]
        assert 150 <= len(texts["longDescription"]) <= 10_000
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith(described["legal"]["license"])
    assert described["maintenance"]["type"] == "community"
    assert all(contact["name"] for contact in described["maintenance"]["contacts"])
    assert {*described["localisation"]} == {"localisationReady", "availableLanguages"}


def test_the_address_is_a_real_one_or_none(described: dict[str, Any]) -> None:
    address = urlsplit(described.get("url", "https://none.invalid"))
    assert address.scheme == "https"
    assert not (address.hostname or "").startswith("example.")

"""Whatever stands in an address or a form, the service answers, and knows what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.api.service import Service
from faqbot.application import CONSOLE, PUBLIC, create_app
from faqbot.settings import Settings
from tests.api.small import small_assistant
from tests.console.conftest import KEY, PASSWORD, log_in
from tests.hostile.damage import CASES
from tests.samples_of_use import NOON

ROUTES = [
    route
    for router in (*PUBLIC, *CONSOLE)
    for route in router.routes
    if isinstance(route, APIRoute) and not route.path.startswith(("/admin/log", "/metrics"))
]
EXTREMES = (
    *("0001-01-01", "9999-12-31", "2000-01-01", "2200-12-31", "2026-02-30", "2026-03-29"),
    *("20260101", "2026-W53-7", "-1", "0", "1", "2147483648", "9223372036854775808", "1e9", "nan"),
    *("9" * 5000, "٣", "²", "00000000-0000-0000-0000-000000000000", "{F11}", "F11", "glossary:PSC"),
    *(
        "\0",
        "\ud800",
        "\ufeff",
        "../..",
        "%00",
        "'; DROP TABLE verdicts; --",
        "<script>",
        "a" * 9000,
    ),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A reviewer's browser, at a service that has been used."""
    folder = tmp_path_factory.mktemp("hostile")
    choices = {"database_url": f"sqlite:///{folder / 'faqbot.db'}", "secret_key": KEY}
    service = Service.open(Settings(**choices), small_assistant(folder))
    hashed = Passwords().hash(PASSWORD)
    AccountStore(service.database).create(
        StoredAccount(name="alice", role="reviewer", password_hash=hashed, created_at=NOON)
    )
    with TestClient(create_app(service), follow_redirects=False) as client:
        assert log_in(client, "alice").status_code == 303
        yield client


@pytest.fixture(scope="module")
def known(client: TestClient) -> list[str]:
    """Ids that mean something, and the token that forms must send back."""
    chat = {"question": "Combien vaut un pont ?"}
    turn = client.post("/api/v1/chat", json=chat).json()
    ids = {"interaction_id": turn["interaction_id"], "entry_id": "F11"}
    given = client.post("/api/v1/feedback", json=ids | {"useful": False, "comment": "Faux."})
    assert given.status_code == 201
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/admin").text)
    assert token
    return [turn["interaction_id"], turn["session_id"], token[1]]


def fields_of(route: APIRoute) -> list[str]:
    """Name what the form of a route holds."""
    kinds = [field.field_info.annotation for field in route.dependant.body_params]
    return [name for kind in kinds for name in getattr(kind, "model_fields", {})] + [
        field.alias for field in route.dependant.body_params
    ]


@settings(max_examples=10 * CASES, deadline=None, derandomize=True, database=None)
@given(route=st.sampled_from(ROUTES), data=st.data())
def test_whatever_is_asked_there_is_an_answer(
    client: TestClient, known: list[str], route: APIRoute, data: st.DataObject
) -> None:
    value = st.one_of(
        st.sampled_from((*EXTREMES, *known[:2])),
        st.dates().map(str),
        st.integers().map(str),
        st.text(max_size=30),
    )
    path = route.path
    for name in re.findall(r"{(\w+)}", path):
        drawn = data.draw(value)
        path = path.replace(f"{{{name}}}", quote(drawn, safe="", errors="replace") or "-")
    names = [field.alias for field in get_flat_params(route.dependant)]
    query: dict[str, Any] = {
        name: data.draw(value).encode(errors="replace").decode()
        for name in names
        if f"{{{name}}}" not in route.path and data.draw(st.booleans())
    }
    form = {name: data.draw(value).encode(errors="replace") for name in fields_of(route)}
    (method,) = route.methods - {"HEAD"}
    body = {"data": form | {"csrf_token": known[2]}} if method == "POST" else {}
    reply = client.request(method, path, params=query, **body)
    assert reply.status_code < 500
    assert reply.status_code != 422 or "detail" in reply.text or "<h1" in reply.text

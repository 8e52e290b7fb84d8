from __future__ import annotations

from fastapi.testclient import TestClient

from tests.console.conftest import form_token


def test_a_reviewer_comes_in_and_leaves(reviewer: TestClient) -> None:
    page = reviewer.get("/admin")
    assert page.status_code == 200
    assert "alice" in page.text
    assert reviewer.post("/admin/logout", data={"csrf_token": form_token(page)}).status_code == 303
    assert reviewer.get("/admin").status_code == 303

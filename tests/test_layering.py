"""The architecture, held by tests: imports point one way, and each library has one owner."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "faqbot"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
# A module may import what stands to its left. Adding a module means deciding where it stands.
DOWNSTREAM = (
    *(
        "errors",
        "progress",
        "vocabulary",
        "wording",
        "corpus",
        "database",
        "privacy",
    ),
    *("embedding", "index", "retrieval", "answering", "feedback", "settings", "assistant"),
    *("adaptation", "accounts", "analytics", "evaluation", "review", "api", "console"),
    *("application", "cli", "__main__"),
)
OWNERS = {
    "Stemmer": {"retrieval"},
    "alembic": {"database"},
    "argon2": {"accounts"},
    "authlib": {"accounts"},
    "bm25s": {"retrieval"},
    "datasets": {"embedding"},
    "bs4": {"corpus"},
    "faiss": {"index"},
    "fastapi": {"api", "application", "console"},
    "httpx2": {"accounts"},
    "ir_measures": {"evaluation"},
    "itsdangerous": {"accounts"},
    "joserfc": {"accounts"},
    "jinja2": {"api", "evaluation"},
    "markdown_it": {"corpus"},
    "markdownify": {"corpus"},
    "matplotlib": {"evaluation"},
    "nh3": {"corpus"},
    "peft": {"embedding"},
    "prometheus_client": {"api"},
    "psycopg": {"database"},
    "rapidfuzz": {"retrieval"},
    "rich": {"cli"},
    "ruamel": {"corpus"},
    "scipy": {"analytics", "evaluation"},
    "sentence_transformers": {"embedding"},
    "sklearn": {"analytics", "evaluation"},
    # Feedback, accounts and reviews each write their own statements over their own tables.
    "sqlalchemy": {"database", "feedback", "accounts", "review"},
    "starlette": {"accounts", "api", "console"},
    "tokenizers": {"embedding"},
    "torch": {"embedding"},
    "transformers": {"embedding"},
    "typer": {"cli"},
    "uvicorn": {"cli"},
    "yaml": {"corpus"},
}


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Return the dotted names that a module imports, `from faqbot import x` as faqbot.x."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: relative import"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_upstream_only(path: Path) -> None:
    here = DOWNSTREAM.index(place(path))
    own = {name.split(".")[1] for name in imports(path) if name.startswith("faqbot.")}
    assert {DOWNSTREAM.index(other) for other in own} <= set(range(here + 1))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_foreign_library_is_imported_by_its_owner_only(path: Path) -> None:
    foreign = {name.split(".")[0] for name in imports(path)} & OWNERS.keys()
    assert all(place(path) in OWNERS[library] for library in foreign)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_outgrows_a_reader(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_server_has_nothing_that_writes_the_corpus() -> None:
    """Decisions are applied in a working tree by a person, never by what serves."""
    writers = {
        f"faqbot.{name}"
        for name in (
            "corpus.writing",
            "corpus.exchange.importing",
            "review.applying",
            "review.worktree",
        )
    }
    for path in MODULES:
        if place(path) in {"api", "console", "application"}:
            names = imports(path)
            assert not {w for w in writers if any(name.startswith(w) for name in names)}, path.name

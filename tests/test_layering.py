"""The architecture, held by tests: imports point one way, and each library has one owner."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "faqbot"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
README = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
# A module may import what stands to its left. Adding a package means deciding where it stands.
DOWNSTREAM = (*re.findall(r"\w+", README.split("reads this list:")[1].split("```")[1]), "__main__")
OWNERS = {
    "Stemmer": {"retrieval"},
    "alembic": {"database"},
    "argon2": {"accounts"},
    "authlib": {"accounts"},
    "bs4": {"corpus", "evaluation"},
    "dotenv": {"settings"},
    "faiss": {"index"},
    "fastapi": {"api", "application", "console"},
    "httpx2": {"accounts"},
    "ir_measures": {"evaluation"},
    "itsdangerous": {"accounts"},
    "joserfc": {"accounts"},
    "jinja2": {"api", "evaluation"},
    "langchain": {"drafting"},
    "langchain_core": {"drafting", "langchain"},
    "markdown_it": {"corpus"},
    "markdownify": {"corpus", "evaluation"},
    "mcp": {"cli"},
    "mcp_types": {"cli"},
    "nh3": {"corpus"},
    "prometheus_client": {"api"},
    "psycopg": {"database"},
    "onnx": {"embedding"},
    "onnxruntime": {"embedding"},
    "rapidfuzz": {"retrieval"},
    "rich": {"cli"},
    "ruamel": {"corpus"},
    "scipy": {"analytics", "answering", "evaluation"},
    "sentence_transformers": {"embedding"},
    "sentencepiece": {"embedding"},
    "sklearn": {"analytics", "evaluation"},
    # Feedback, accounts and reviews each write their own statements over their own tables;
    # invented records go past the store, which would take them for questions of today.
    "sqlalchemy": {
        *("database", "feedback", "accounts", "review", "editing", "demonstration", "releases")
    },
    "stdnum": {"privacy"},
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


class RunTime(ast.NodeTransformer):
    """Leaves out what is imported for type checkers alone."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        typing_only = "TYPE_CHECKING" in ast.unparse(node.test)
        return node.orelse if typing_only else self.generic_visit(node)


def imports(path: Path, *, at_run_time: bool = False) -> set[str]:
    """Return the dotted names that a module imports, `from faqbot import x` as faqbot.x."""
    names: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(RunTime().visit(tree) if at_run_time else tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: relative import"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_the_readme_places_every_package_once() -> None:
    assert sorted(DOWNSTREAM) == sorted({place(path) for path in MODULES})


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_upstream_only(path: Path) -> None:
    here = DOWNSTREAM.index(place(path))
    own = {name.split(".")[1] for name in imports(path) if name.startswith("faqbot.")}
    assert {DOWNSTREAM.index(other) for other in own} <= set(range(here + 1))


def test_no_imports_go_round_in_a_circle() -> None:
    """Not even inside functions, where Python would let them."""
    dotted = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in MODULES
    }
    graph = {
        module: {
            other
            for name in imports(path, at_run_time=True)
            for other in (name, name.rpartition(".")[0])
            if other in dotted
        }
        for module, path in dotted.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("imports go round: " + " → ".join(reversed(error.args[1])))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_foreign_library_is_imported_by_its_owner_only(path: Path) -> None:
    foreign = {name.split(".")[0] for name in imports(path)} & OWNERS.keys()
    assert all(place(path) in OWNERS[library] for library in foreign)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_outgrows_a_reader(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_server_has_nothing_that_writes_the_corpus() -> None:
    """Decisions are applied in a working tree by a person, never by what serves.

    Drafts are put into copies of releases, which `faqbot.editing` makes.
    """
    writers = {
        f"faqbot.{name}"
        for name in (
            "corpus.writing",
            "corpus.exchange.import_planning",
            "review.applying",
            "review.worktree",
        )
    }
    for path in MODULES:
        if place(path) in {"api", "console", "application"}:
            names = imports(path)
            assert not {w for w in writers if any(name.startswith(w) for name in names)}, path.name

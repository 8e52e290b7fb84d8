"""French typography of everything that is read on a page: templates and wording modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from faqbot.corpus.typography import typography_defects

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
MODULES = sorted(
    path for kind in ("*wording.py", "french.py") for path in (ROOT / "faqbot").rglob(kind)
)
WRONG_WIDTH = re.compile(r".{0,20}(?:\u00a0[;?!]|\u202f[:%»]|«\u202f)")
FILLED = "x"
"""Stands in a text for what is filled in: a word."""
WITHIN_A_LINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "q", "small", "span", "strong", "time"}
NO_PROSE = {"code", "pre", "script", "style"}
READ = re.compile(r"title|alt|aria-label|aria-description|placeholder|label|data-.+")
"""Attributes whose value is read out or shown."""


class _Visible(HTMLParser):
    """Collects the texts of a page; what stands in one line is one text."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: list[str] = []
        self.text = ""
        self._no_prose = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [value for name, value in attrs if value and READ.fullmatch(name)]
        self.text += FILLED if tag == "code" else "" if tag in WITHIN_A_LINE else "\n"
        self._no_prose += tag in NO_PROSE

    def handle_endtag(self, tag: str) -> None:
        self.text += "" if tag in WITHIN_A_LINE else "\n"
        self._no_prose -= tag in NO_PROSE

    def handle_data(self, data: str) -> None:
        if not self._no_prose:
            self.text += re.sub(r"[ \t\n]+", " ", data)


def template_texts(source: str) -> list[str]:
    """Return what a template shows: its own texts, and those in its expressions."""
    page, strings = "", []
    for _, token, value in Environment(autoescape=True).lex(source):
        if token == "data":  # noqa: S105 - of a template
            page += value
        elif token == "variable_begin":  # noqa: S105
            page += FILLED
        elif token == "string":  # noqa: S105
            strings.append(ast.literal_eval(value))
    visible = _Visible()
    visible.feed(page)
    visible.close()
    return [*visible.text.split("\n"), *visible.attributes, *strings]


def module_texts(node: ast.AST) -> Iterator[str]:
    """Return the texts of a module, but for what documents it; an f-string is one text."""
    match node:
        case ast.Expr():
            return
        case ast.JoinedStr(values=parts):
            filled = (str(it.value) if isinstance(it, ast.Constant) else FILLED for it in parts)
            yield "".join(filled)
        case ast.Constant(value=str(text)):
            yield re.sub(r"\{\w*\}", FILLED, text)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from module_texts(child)


def defects(texts: Iterator[str] | list[str]) -> list[str]:
    """Say what French typography would write otherwise.

    A corpus may have no-break spaces of either width, our own texts the right one only.
    """
    found = []
    for text in texts:
        # The space of a list's « - » is quoted with it.
        quoted = text.replace("- \u00a0»", "-\u00a0»")
        found += [f"{it.message}: {it.excerpt}" for it in typography_defects(quoted)]
        found += [f"no-break space of the wrong width: {it}" for it in WRONG_WIDTH.findall(text)]
    return found


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_are_typeset_in_french(path: Path) -> None:
    assert defects(template_texts(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_wording_is_typeset_in_french(path: Path) -> None:
    assert defects(module_texts(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("path", [*TEMPLATES, *MODULES], ids=name)
def test_no_break_spaces_can_be_seen(path: Path) -> None:
    """They are written as entities or escapes: nobody sees the difference in an editor."""
    assert re.findall(".*[\u00a0\u202f].*", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>L'avis</p>",
        "<p>Du texte : la suite</p>",
        "<p>{{ label }} : {{ value }}</p>",
        "<p><strong>Motif</strong> : autre</p>",
        "<p>Motif{% if reason %} : {{ reason }}{% endif %}</p>",
        "<p>Qui&nbsp;?</p><p>Quoi\n  ?</p>",
        "<p>Quoi! Vraiment</p>",
        "<p>Un&#8239;; deux ; trois</p>",
        "<p>Un&nbsp;; deux</p>",
        "<p>Qui&nbsp;?</p>",
        "<p>Motif&#8239;: autre</p>",
        "<p>95&#8239;%</p>",
        "<p>« Relecture&nbsp;»</p>",
        "<p>«&nbsp;{{ text }} »</p>",
        '<p title="Qui ?">x</p>',
        '<img alt="L\'avis" src="?">',
        '<button aria-label="Exporter « {{ caption }} »">x</button>',
        '<input placeholder="Quoi ?">',
        '<p data-text-none="Rien : essayez"></p>',
        '<p>{{ nothing("Rien : essayez") }}</p>',
        '{% set labels = {"note": "Quoi ?"} %}',
    ],
)
def test_a_fault_in_a_template_is_found(source: str) -> None:
    assert defects(template_texts(source))


@pytest.mark.parametrize(
    "source",
    [
        "{# Who's there? « x » #}<p>Qui&#8239;? «&nbsp;{{ text }}&nbsp;»&nbsp;: l’avis</p>",
        "<a href='/admin?a=1;b' class='x{% if a is none %}--b{% endif %}'>{{ f(a)['b'] }}</a>",
        "<script>const a = b ? 'c' : 'd';</script><style>a { b : c }</style><code>a : b</code>",
        '{% if a != "b?c=d" %}<time datetime="10:30">à 10:30</time>{% endif %}',
    ],
)
def test_what_is_no_text_is_left_alone(source: str) -> None:
    assert defects(template_texts(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        'A = "Qui ?"',
        'A = {"a": f"{a} : {b}"}',
        'A = "«\\u00a0{a} »"',
        'A = "Un\\u00a0; deux"',
        'A = f"{a}\\u202f%"',
    ],
)
def test_a_fault_in_a_module_is_found(source: str) -> None:
    assert defects(module_texts(ast.parse(source)))


def test_what_documents_a_module_is_left_alone() -> None:
    source = '"""What\'s « this »?"""\nA = f"{a}\\u00a0: l’avis"\n"""Who\'s there ?"""'
    assert defects(module_texts(ast.parse(source))) == []

"""What a well-formed corpus is made of: the rules for fields and answers, wherever they stand.

Reading and importing share these rules, so whatever is imported can be read back.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    NamedTuple,
    TypeAlias,
    TypeVar,
    get_args,
    get_type_hints,
)

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from faqbot.corpus.markdown import contains_html, to_text
from faqbot.corpus.typography import typographic

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ENTRY_ID = r"[A-Z][0-9]{2,4}"
THEME_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
_LANGUAGE = r"[a-z]{2}"
_EMAIL = r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
_URL = r"https?://[^\s/?#]+\.[A-Za-z]{2,}(:[0-9]+)?([/?#]\S*)?"
_EXPECTED = {
    ENTRY_ID: "one capital letter and 2 to 4 digits, as S05",
    THEME_ID: "lower-case letters, digits and hyphens",
    f"({_URL})?": "an http(s) address",
    _EMAIL: "an e-mail address",
    _LANGUAGE: "two lower-case letters, as fr",
}
_FORMS = {"tuple_type": "a list", "dataclass_type": "keys and values"}
_ADDRESS_LIKE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>)\]]*|[^\s()<>\[\]«»]+@[^\s()<>\[\]«»]*"
)
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Control characters and line breaks, by Unicode's classes Cc, Zl and Zp."""
_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|>{7})(?: |$)", re.MULTILINE)
"""What Git leaves in a file; not the line between two sides, which may underline a heading."""
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def _one_line(value: str) -> str:
    if _BREAKS.search(value):
        kind = "several_lines"
        raise PydanticCustomError(kind, "a line break or a control character, write one line")
    return value


def _calendar_day(value: object) -> object:
    # Without this, pydantic would read a number as seconds since 1970 and accept it as a date.
    day = isinstance(value, date) and not isinstance(value, datetime)
    if day or (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return value
    kind = "date_type"
    raise PydanticCustomError(kind, "not a date")


def _in_its_typography(value: str, info: ValidationInfo) -> str:
    return typographic(value, info.data.get("language", "fr"))  # the record's, given before


Line: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_one_line)
]
Shown: TypeAlias = Annotated[Line, AfterValidator(_in_its_typography)]
EntryId: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{ENTRY_ID}$")]
ThemeId: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{THEME_ID}$")]
Language: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{_LANGUAGE}$")]
Email: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{_EMAIL}$")]
Day: TypeAlias = Annotated[date, BeforeValidator(_calendar_day)]
Address: TypeAlias = Annotated[str, StringConstraints(pattern=f"^({_URL})?$")]
"""Empty until somebody has written it."""
RecordT = TypeVar("RecordT", bound="DataclassInstance")


STRICT = ConfigDict(extra="forbid")
"""Of records that refuse unknown keys: their ``__pydantic_config__``."""


class Defect(NamedTuple):
    """What is wrong with a record, and under which key."""

    place: tuple[str | int, ...]
    message: str


def check_fields(
    record: type[RecordT], data: Mapping[str, Any]
) -> tuple[RecordT | None, list[Defect]]:
    """Check the keys and values of a file against a dataclass whose fields are annotated.

    Returns:
        The record and no defect, or ``None`` and all its defects.
    """
    try:
        adapter: TypeAdapter[RecordT] = _adapter(record)
        return adapter.validate_python(data), []
    except ValidationError as error:
        return None, [Defect(it["loc"], _explain(it, record)) for it in error.errors()]


@cache
def _adapter(record: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(record)


def conflicts(text: str) -> list[tuple[int, str]]:
    """Return the 1-based lines of a text on which Git has marked a conflict, and a message."""
    message = "a merge conflict is not resolved: keep what is right and delete the marks"
    found = _CONFLICT.finditer(text)
    return [(text.count("\n", 0, match.start()) + 1, message) for match in found]


def answer_defects(answer: str) -> Iterator[tuple[int, str]]:
    """Find what is wrong with an answer.

    Yields:
        The 1-based line within the answer, and a message.
    """
    if not to_text(answer).strip():
        yield 1, "the answer is empty: write one"
        return
    yield from conflicts(answer)
    for line, text in enumerate(answer.split("\n"), start=1):
        if any(char != "\t" and unicodedata.category(char) in {"Cc", "Cs"} for char in text):
            yield line, "control character in the answer: delete it"
    for line in contains_html(answer):
        yield line, "HTML in the answer: use Markdown only (lists, **bold**, bare addresses)"
    # Code is not prose: `user@host` is no e-mail address. Blanking it keeps the positions.
    prose = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), answer)
    for match in _ADDRESS_LIKE.finditer(prose):
        address = match.group().strip("()<>[]«».,;:!?…*_“”\"'’")
        if not re.fullmatch(_URL if "://" in address else _EMAIL, address):
            yield answer.count("\n", 0, match.start()) + 1, f"bad address {address!r}"


def suggest(word: str, known: Sequence[str]) -> str:
    """Word the remedy for an unknown name, to append to a message: the nearest one, or else all."""
    close = difflib.get_close_matches(word, known, n=1)
    return f", did you mean {close[0]!r}?" if close else f" (known: {', '.join(known)})"


def _explain(defect: Mapping[str, Any], record: type[Any]) -> str:
    place = ".".join(str(part) for part in defect["loc"])
    kind = defect["type"]
    if kind == "missing":
        return f"key {place!r} is missing"
    if kind == "unexpected_keyword_argument":
        *outer, name = defect["loc"]
        return f"unknown key {place!r}{suggest(str(name), _known(record, outer))}"
    if kind == "string_too_short":
        return f"{place} is empty"
    if kind in {"date_type", "date_parsing", "date_from_datetime_parsing"}:
        return f"{place} is not a date: {defect['input']!r}, expected YYYY-MM-DD"
    if kind == "string_pattern_mismatch":
        pattern = defect["ctx"]["pattern"]
        wanted = _EXPECTED.get(pattern.strip("^$"), f"the form {pattern}")
        return f"{place} is {defect['input']!r}, expected {wanted}"
    if kind in _FORMS:
        return f"{place} is {defect['input']!r}, expected {_FORMS[kind]}"
    return f"{place}: {defect['msg']}, found {defect['input']!r}"


def _known(record: Any, place: Sequence[str | int]) -> list[str]:  # noqa: ANN401 - a class
    """Return the keys that are known at a place."""
    for part in place:
        if isinstance(part, str):
            kind = get_type_hints(record)[part]
            record = next(it for it in (kind, *get_args(kind)) if dataclasses.is_dataclass(it))
    return [field.name for field in dataclasses.fields(record)]

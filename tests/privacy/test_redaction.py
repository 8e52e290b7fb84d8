"""What redaction takes out and what it leaves; `redaction_examples.tsv` is the table to read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.corpus.entry import Corpus
from faqbot.corpus.reading import read_corpus
from faqbot.privacy.redaction import Redactor, email_addresses, public_words, redact
from tests.privacy.measuring import measure

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("redaction_examples.tsv")
ROWS = [
    line.split("\t")
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]
    if not line.startswith("#")
]
QUERIES = ROOT / "eval" / "datasets" / "edc-psc" / "queries.jsonl"
NAMING_SOMEBODY = {"colloquial-366", "scenario-173", "unanswerable-far-040"}
"""Questions of the evaluation that hold somebody's given name, and rightly lose it."""


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(ROOT / "corpus")


@pytest.fixture(scope="module")
def public(corpus: Corpus) -> frozenset[str]:
    return public_words(corpus)


@pytest.mark.parametrize(("written", "kept"), ROWS, ids=[row[0] for row in ROWS])
def test_an_example_is_kept_as_the_table_says(
    written: str, kept: str, public: frozenset[str]
) -> None:
    assert redact(written, public).text == (written if kept == "=" else kept)


def test_every_question_and_answer_of_the_corpus_stays(
    corpus: Corpus, public: frozenset[str]
) -> None:
    texts = [
        text for entry in corpus.entries for text in (entry.question, entry.answer, *entry.variants)
    ]
    assert [text for text in texts if redact(text, public).text != text] == []


def test_every_question_of_the_evaluation_that_names_nobody_stays(public: frozenset[str]) -> None:
    rows = [json.loads(line) for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 5000
    changed = {row["_id"] for row in rows if redact(row["text"], public).text != row["text"]}
    assert changed == NAMING_SOMEBODY


@pytest.mark.parametrize(
    ("writer", "spans", "recall", "precision"),
    [
        ("first", 250, 0.99, 0.99),
        ("second", 170, 0.98, 0.97),
        ("third", 240, 0.98, 0.98),
        ("fourth", 300, 0.98, 0.97),
        ("fifth", 250, 0.99, 0.99),
        ("sixth", 280, 0.99, 0.99),
        ("seventh", 270, 0.99, 0.99),
        ("eighth", 260, 0.99, 0.98),
        ("ninth", 270, 0.99, 0.99),
        ("tenth", 260, 0.98, 0.98),
    ],
)
def test_nearly_all_of_what_has_to_go_goes_and_little_else(
    public: frozenset[str], writer: str, spans: int, recall: float, precision: float
) -> None:
    """Each writer's were first measured unseen: `eval/reports/reliability.md` tells how well."""
    measured = measure(Path(__file__).with_name(f"texts_{writer}.jsonl"), public)
    assert measured.spans.total() > spans
    assert measured.recall >= recall, measured.missed
    assert measured.precision >= precision, measured.wrong


def test_what_was_found_is_counted() -> None:
    counted: list[tuple[str, int]] = []
    redactor = Redactor(count=lambda kind, number: counted.append((kind, number)))
    assert redactor("0612345678, 0712345678, a@b.fr") == "[téléphone], [téléphone], [e-mail]"
    assert sorted(counted) == [("email", 1), ("phone", 2)]
    redactor.preview("0612345678")
    assert len(counted) == 2


# --- Properties: whatever the number, its spelling and the sentence, it goes ---

digits = st.characters(min_codepoint=48, max_codepoint=57)
capitals = st.characters(min_codepoint=65, max_codepoint=90)


def number(size: int) -> st.SearchStrategy[str]:
    return st.text(digits, min_size=size, max_size=size)


def with_luhn_key(body: str) -> str:
    """Complete a number by trying each last digit: no need to trust our own formula."""
    for key in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(body + key)):
            total += int(digit) if place % 2 == 0 else sum(map(int, str(2 * int(digit))))
        if total % 10 == 0:
            return body + key
    raise AssertionError


def spelled(text: str, sizes: tuple[int, ...], gap: str) -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(text[start : start + size])
        start += size
    assert start == len(text)
    return gap.join(parts)


@st.composite
def nirs(draw: st.DrawFn) -> str:
    sex = draw(st.sampled_from("123478"))
    place = draw(st.sampled_from(["2A", "2B"]) | number(2))
    body = f"{sex}{draw(number(4))}{place}{draw(number(6))}"
    counted = int(body.replace("2A", "19").replace("2B", "18"))
    key = f"{97 - counted % 97:02}"
    gap = draw(st.sampled_from(["", " ", "\u00a0", "\u202f", ".", "-"]))
    sizes = (1, 2, 2, 2, 3, 3, 2)
    if draw(st.booleans()):
        return body + draw(st.sampled_from(["", " "])) + key
    return spelled(body + key, sizes, gap)


@st.composite
def phones(draw: st.DrawFn) -> str:
    first, rest = draw(st.sampled_from("123456789")), draw(number(8))
    gap = draw(st.sampled_from(["", " ", "\u00a0", "\u202f", ".", "-", " - "]))
    pairs = gap.join([first, *(rest[at : at + 2] for at in range(0, 8, 2))])
    code = draw(st.sampled_from(["33", "262", "590", "594", "596"]))
    return draw(
        st.sampled_from(
            [
                f"0{pairs}",
                f"+{code}{gap}{pairs}",
                f"+{code} (0){pairs}",
                f"+{code}(0) {pairs}",
                f"(+{code}) {pairs}",
                f"00{code}{gap}{pairs}",
            ]
        )
    )


@st.composite
def registered(draw: st.DrawFn) -> str:
    """An RPPS number, a national id, a SIREN, a SIRET or a FINESS."""
    gap = draw(st.sampled_from([" ", "\u00a0", "\u202f"]))
    length, sizes = draw(
        st.sampled_from([(11, (2, 3, 3, 3)), (9, (3, 3, 3)), (14, (3, 3, 3, 5)), (9, (2, 7))])
    )
    body = draw(st.sampled_from("123456789")) + draw(number(length - 2))
    if length == 14:
        body = with_luhn_key(body[:8]) + body[8:-1]
    whole = with_luhn_key(body)
    choices = [whole, spelled(whole, sizes, gap)]
    return draw(st.sampled_from([*choices, f"8{whole}"] if length == 11 else choices))


# A country and what follows its key: digits, and letters where there have to be.
IBANS = [
    *("FRn23", "BEn12", "CHn17", "DEn18", "ESn20", "GBa4n14", "IEa4n14", "ITa1n22", "LUn16"),
    *("MAn24", "MCn23", "MTa4n23", "NLa4n10", "NOn11", "PLn24", "PTn21", "ROa4n16", "TNn20"),
]


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country, structure = re.split(r"(?<=^..)", draw(st.sampled_from(IBANS)))
    account = "".join(
        draw(st.text(digits if kind == "n" else capitals, min_size=int(size), max_size=int(size)))
        for kind, size in re.findall(r"([an])(\d+)", structure)
    )
    moved = f"{account}{country}00"
    key = 98 - int("".join(str(int(character, 36)) for character in moved)) % 97
    whole = f"{country}{key:02}{account}"
    gap = draw(st.sampled_from(["", " ", "\u00a0", "-"]))
    grouped = gap.join(whole[at : at + 4] for at in range(0, len(whole), 4))
    return draw(st.sampled_from([grouped, grouped.lower()]))


names = st.from_regex(r"[A-Z][a-z]{2,9}(-[A-Z][a-z]{2,9})?", fullmatch=True)
people = st.builds(
    "{0} {1}".format,
    st.sampled_from(["M.", "Mme", "Mlle", "Monsieur", "Madame", "Dr", "Docteur", "Professeur"]),
    names.map("Q{}".format) | names.map("de La Q{}".format) | names.map("Q{} QUERTIN".format),
)
addresses = st.from_regex(
    r"[a-z]{1,9}([._+-][a-z0-9]{1,9})?@[a-z]{2,9}\.[a-z]{2,5}", fullmatch=True
)
words = st.sampled_from(
    [
        # Numbers right before or behind one in groups could make one number of both.
        *(
            "Bonjour,",
            "la date 2,",
            "vague 2,",
            "EDC-SC-12.01",
            "v1.2.0",
            "le",
            "12/03/2026",
            "PSC",
        ),
        *("(", ")", ":", "–", "«", "»", "(12 000 postes)", "merci", "?", "c’est"),
    ]
)
sentences = st.lists(words, max_size=5).map(" ".join)


@settings(deadline=None)
@given(secret=nirs() | phones() | registered() | ibans() | addresses, sentence=sentences, end=words)
def test_a_number_or_address_goes_wherever_it_stands(
    secret: str, sentence: str, end: str, public: frozenset[str]
) -> None:
    redacted = redact(f"{sentence} {secret} {end}", public)
    assert secret not in redacted.text
    assert sum(redacted.kinds.values()) == 1
    assert redacted.text.startswith(sentence)
    assert redacted.text.endswith(end)


@settings(deadline=None)
@given(person=people, sentence=sentences)
def test_a_name_goes_and_its_civility_stays(
    person: str, sentence: str, public: frozenset[str]
) -> None:
    civility, name = person.split(" ", 1)
    redacted = redact(f"{sentence} {person}, merci", public)
    assert redacted.text == f"{sentence} {civility} [nom], merci"
    assert name not in redacted.text


@settings(deadline=None)
@given(
    st.lists(
        st.text(max_size=20)
        | nirs()
        | phones()
        | registered()
        | ibans()
        | people
        | addresses
        | words
        | number(9)
        | st.sampled_from(
            [
                *("RPPS", "FINESS", "(SIRET)", "tél", " (at) ", " point ", "[", "]", "+33"),
                *("mot de passe", "token=", '"', '" "', "Bearer ", "né le ", "12/03/1985", " rue "),
                *("75012 Paris", "AB-123-CD", "10.1.2.200", "passeport 19AB12345", "Jean", "::1"),
            ]
        ),
        max_size=6,
    ),
    st.sampled_from(["", " ", ", "]),
)
def test_redacting_twice_changes_nothing(pieces: list[str], joint: str) -> None:
    once = redact(joint.join(pieces)).text
    assert redact(once).text == once


@settings(deadline=None)
@given(
    # Without capitals, and without the letters that « mme », « dr » and « arobase » begin with.
    st.text(
        st.characters(
            exclude_categories=["Lu", "Lt", "Nd", "No", "Nl"], exclude_characters="@＠mda"
        )
    )
)
def test_a_text_without_digits_at_signs_and_civilities_stays(text: str) -> None:
    assert redact(text).text == text


def test_addresses_of_a_text_are_listed() -> None:
    assert list(email_addresses("De A@b.fr, à c.d@e.org.")) == ["a@b.fr", "c.d@e.org"]

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from faqbot.corpus.checks import (
    near_duplicates,
    provisional_texts,
    reviews_due,
    text_warnings,
    unknown_acronyms,
    unshown_markdown,
    wrong_typography,
)
from faqbot.corpus.entry import Entry, GlossaryTerm
from faqbot.corpus.placeholders import (
    PROVISIONAL_CONTACT,
    provisional_question,
)
from faqbot.corpus.typography import prose, typographic, typography_defects
from faqbot.errors import Problem
from tests.samples import SOURCE, corpus, entry


def glossary(*acronyms: str) -> list[GlossaryTerm]:
    return [GlossaryTerm(acronym=word, expansions=("x",), source="y") for word in acronyms]


def missing(text: str, *known: str) -> list[str]:
    """Return the acronyms that are reported as missing, in order."""
    warnings = unknown_acronyms([entry("S01", "Quoi ?", text)], glossary(*known))
    return [warning.message.split("'")[1] for warning in warnings]


# Markdown


@pytest.mark.parametrize(
    ("answer", "what", "remedy"),
    [
        ("| a | b |\n| - | - |\n| 1 | 2 |", "a table", "write a list"),
        ("Voir ![le plan](https://x.fr/plan.png).", "an image", "write a link to it"),
        ("- ## Titre", "a heading", "write a paragraph in **bold**"),
        ("[ici](/page)", "a link to /page", "write an address in full (https://…)"),
    ],
)
def test_markdown_that_no_screen_shows_is_told_once(answer: str, what: str, remedy: str) -> None:
    warnings = unshown_markdown([entry("S01", "Quoi ?", f"{answer}\n\n{answer}")])
    assert warnings == [Problem("S01", 0, f"answer: {what} is not shown as such: {remedy}")]


def test_other_markdown_is_shown() -> None:
    answer = "**a** | b\n\n1. `![x](y)`\n2. a@b.fr, <https://x.fr>, [c](HTTPS://x.fr)\n\n> d"
    assert unshown_markdown([entry("S01", "Quoi ?", answer)]) == []


# Acronyms


@pytest.mark.parametrize(
    ("text", "acronyms"),
    [
        ("Le DMP et l’INSi", ["DMP", "INSi"]),
        ("mTLS, iSC, IGC-Santé, e-CPS", ["IGC-Santé", "e-CPS", "iSC", "mTLS"]),
        ("OpenID, OAuth2, HL7", ["HL7", "OAuth2", "OpenID"]),
        ("l'API ; «\u00a0ANS\u00a0».", ["ANS", "API"]),
        ("SaaS et PGSSI\u2011S", ["PGSSI\u2011S", "SaaS"]),
    ],
)
def test_acronyms_are_recognised_in_all_their_forms(text: str, acronyms: list[str]) -> None:
    assert missing(text) == acronyms


@pytest.mark.parametrize(
    "text",
    [
        "Vague 1, Saint-Denis, Proxy e-Santé, Pro Santé Connect",
        "Article XIV, tome II",
        "Il ne faut PAS, et surtout JAMAIS, oublier. ATTENTION",
        "GitHub et LinkedIn",
        "`CODE`, https://www.example.org/ABC?DEF=GHI, ABC@DEF.FR",
        "```\nGET HTTP\n```",
    ],
)
def test_other_words_are_no_acronyms(text: str) -> None:
    assert missing(text) == []


def test_known_acronyms_are_accepted_in_plural_version_and_compound() -> None:
    assert missing("APIs, OAuth2, e-CPS, LPS-DMP", "API", "OAuth", "CPS", "LPS", "DMP") == []


def test_a_compound_that_is_known_as_a_whole_is_accepted() -> None:
    assert missing("L’IGC-Santé et la PGSSI-S", "IGC-Santé", "PGSSI-S") == []


def test_of_a_compound_the_unknown_part_is_reported() -> None:
    assert missing("LPS-DMP", "LPS") == ["DMP"]


def test_a_term_of_two_words_does_not_explain_its_parts() -> None:
    assert missing("L’EDC PSC et l’EDC.", "EDC PSC") == ["EDC"]


def test_each_acronym_is_reported_once_with_the_entries_that_use_it() -> None:
    entries = [entry("S01", "Le DMP ?", "DMP, DMP."), entry("F11", "Le PSC ?", "Le DMP.")]
    assert unknown_acronyms(entries, glossary("PSC")) == [
        Problem("glossary.yaml", 0, "acronym 'DMP' is missing (used by S01, F11): explain it")
    ]


def test_variants_may_use_any_acronym() -> None:
    assert unknown_acronyms([entry("S01", "Quoi ?", "Oui.", "DMP")], []) == []


# Typography


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("l'API d'un", "l’API d’un"),
        ("l'`API` et l'« API »", "l’`API` et l’«\u00a0API\u00a0»"),
        ("etc...", "etc…"),
        ("Oui ? Non! Et;", "Oui\u202f? Non\u202f! Et\u202f;"),
        ("Oui\u00a0?", "Oui\u202f?"),
        ("Quoi ?! (ou pas ?)", "Quoi\u202f?! (ou pas\u202f?)"),
        ("Deux cas :\n\n- a ;\n- b.", "Deux cas\u00a0:\n\n- a\u202f;\n- b."),
        ("**Attention:** x", "**Attention\u00a0:** x"),
        ("«oui»", "«\u00a0oui\u00a0»"),
        ("(v. 2) : x, p. ex. : y", "(v. 2)\u00a0: x, p. ex.\u00a0: y"),
        ("[quoi ?](https://x.fr) ?", "[quoi\u202f?](https://x.fr)\u202f?"),
        (
            "Voir https://x.fr/a ; puis a@b.fr : ok",
            "Voir https://x.fr/a\u202f; puis a@b.fr\u00a0: ok",
        ),
    ],
)
def test_french_typography_is_reported_and_applied(text: str, mended: str) -> None:
    assert typography_defects(text) or "\u00a0?" in text
    assert typographic(text) == mended
    assert typography_defects(mended) == []


@pytest.mark.parametrize(
    "text",
    [
        '`a : b ? "c" l\'x ...`',
        '```\na: b;\n"c"\n```',
        "https://x.fr/a?b=c;d:e!f et aide@example.org",
        "à 10:30, scope:openid, x?y, a;b",
        "R&amp;D &nbsp;",
        "- ? quoi\n* : x\n1. ; y",
        "![image](a.png)",
        "[a](/page?x=1;y)",
    ],
)
def test_what_is_no_prose_is_left_alone(text: str) -> None:
    assert typographic(text) == text
    assert typography_defects(text) == []


def test_straight_quotes_are_reported_but_left_to_a_person() -> None:
    text = 'l’étape "Dépôt de preuves"'
    (defect,) = typography_defects(text)
    assert (defect.message, defect.occurrences) == ("straight quotation mark, write « »", 2)
    assert "Dépôt" in defect.excerpt
    assert typographic(text) == text


PIECES = st.sampled_from(
    [
        *(
            "l'",
            "a",
            " ",
            "\u00a0",
            "\u202f",
            "\n",
            "?",
            "!",
            ";",
            ":",
            "«",
            "»",
            '"',
            "...",
            ".",
            "…",
        ),
        *(
            "`x : y`",
            "https://x.fr/?a",
            "a@b.fr",
            "10:30",
            "&amp;",
            "- ",
            "**",
            "_",
            "(",
            ")",
            "](",
        ),
        *("\ue000", "```", "`", "'", "’", "1", "*", "![", ",", "é", "e\u0301"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text())
def test_applying_typography_twice_changes_nothing(text: str) -> None:
    once = typographic(text)
    assert typographic(once) == once


@given(st.lists(PIECES, max_size=12).map("".join))
def test_applied_typography_leaves_only_straight_quotes_to_report(text: str) -> None:
    left = {defect.message for defect in typography_defects(typographic(text))}
    assert left <= {"straight quotation mark, write « »"}


@given(st.text())
def test_typography_changes_only_spaces_apostrophes_and_dots(text: str) -> None:
    def skeleton(value: str) -> str:
        return "".join(value.split()).replace("’", "'").replace("…", "...").replace("....", "...")

    dots = ".." in text or "…" in text
    assert dots or skeleton(typographic(text)) == skeleton(text)


def test_prose_is_what_remains_without_code_and_addresses() -> None:
    assert prose("Lire `x` sur https://x.fr à 10:30.").split() == ["Lire", "sur", "à", "."]


def test_verbatim_answers_keep_their_typography_but_questions_are_ours() -> None:
    reworded = entry("S01", "Quoi\u202f?", "l'eau : oui")
    verbatim = replace(
        entry("S02", "C'est quoi ?", "l'eau : oui"), provenance=replace(SOURCE, kind="verbatim")
    )
    assert [str(warning) for warning in wrong_typography([reworded, verbatim])] == [
        "S01 S02: spaces or apostrophes are not French: faqbot corpus typography mends them",
    ]


def test_occurrences_are_counted() -> None:
    (warning,) = wrong_typography([entry("S01", "Quoi\u202f?", 'il est "là" ou "ici"')])
    assert warning.message.startswith("answer: straight quotation mark, write « », 4 times: il")


# Placeholders


def test_placeholders_of_an_import_are_reported() -> None:
    one = replace(
        entry("S01", provisional_question("S01")),
        provenance=replace(SOURCE, source_url=""),
    )
    filled = corpus(one, entry("S02", "Vraie question\u202f?"))
    warnings = provisional_texts(replace(filled, contact=PROVISIONAL_CONTACT))
    assert [(warning.file, warning.message.split(" is ")[0]) for warning in warnings] == [
        ("corpus.yaml", "contact"),
        ("S01", "the question"),
        ("S01", "source_url"),
    ]
    assert provisional_texts(corpus(entry("S02", "Vraie question\u202f?"))) == []


def test_all_kinds_of_warnings_come_together() -> None:
    warnings = text_warnings(corpus(entry("S01", provisional_question("S01"), "l'API")))
    assert [warning.file for warning in warnings] == ["S01", "glossary.yaml", "S01"]


def test_french_typography_is_not_asked_of_another_language() -> None:
    english = replace(corpus(entry("S01", "What is it?", "It's a bridge: look!")), language="en")
    assert text_warnings(english) == []


# Near duplicates


def rows(*angles: float) -> NDArray[np.float32]:
    radians = np.radians(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def three() -> list[Entry]:
    return [entry("S03", "A"), entry("S01", "B"), entry("S02", "C")]


def test_pairs_above_the_threshold_come_most_similar_first() -> None:
    """Directions 0°, 60° and 20°: cos 20° = 0.9397, cos 40° = 0.7660, cos 60° = 0.5."""
    pairs = near_duplicates(three(), rows(0, 60, 20), 0.4)
    assert [(pair.first.id, pair.second.id) for pair in pairs] == [
        ("S03", "S02"),
        ("S01", "S02"),
        ("S03", "S01"),
    ]
    assert [pair.similarity for pair in pairs] == pytest.approx([0.9397, 0.7660, 0.5], abs=1e-4)


def test_pairs_at_or_below_the_threshold_are_left_out() -> None:
    assert near_duplicates(three(), rows(0, 90, 180), 0.0001) == []
    assert len(near_duplicates(three(), rows(0, 60, 20), 0.8)) == 1


def test_equally_similar_pairs_come_by_id() -> None:
    pairs = near_duplicates(three(), rows(0, 0, 0), 0.9)
    assert [(pair.first.id, pair.second.id) for pair in pairs] == [
        ("S01", "S02"),
        ("S03", "S01"),
        ("S03", "S02"),
    ]


@given(st.lists(st.floats(0, 360), max_size=8), st.floats(-0.99, 0.99))
def test_near_duplicates_are_those_of_the_full_matrix(
    angles: list[float], threshold: float
) -> None:
    vectors = rows(*angles) if angles else np.zeros((0, 2), np.float32)
    entries = [entry(f"S{number:02d}", "Q") for number in range(len(angles))]
    matrix = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    found = {
        (pair.first.id, pair.second.id) for pair in near_duplicates(entries, vectors, threshold)
    }
    for row in range(len(angles)):
        for column in range(row + 1, len(angles)):
            pair = (f"S{row:02d}", f"S{column:02d}")
            if abs(matrix[row, column] - threshold) > 1e-5:
                assert (pair in found) == (matrix[row, column] > threshold)


def test_vectors_that_do_not_belong_to_the_entries_are_refused() -> None:
    with pytest.raises(ValueError, match="3 entries, but 2 vectors"):
        near_duplicates(three(), rows(0, 1), 0.5)


def test_entries_to_be_read_again_are_found_a_month_ahead_and_change_no_digest() -> None:
    today = date(2026, 11, 27)
    days = (None, date(2026, 12, 28), date(2026, 12, 27), date(2026, 11, 1))
    entries = [
        replace(entry(f"S0{n}", f"Q{n} ?"), review_by=day) for n, day in enumerate(days, start=1)
    ]
    assert [it.entry.id for it in reviews_due(corpus(*entries), today)] == ["S04", "S03"]
    undated = [replace(it, review_by=None) for it in entries]
    assert corpus(*entries).digest == corpus(*undated).digest

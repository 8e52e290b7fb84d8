from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from faqbot.assistant import Assistant
from faqbot.corpus.reading import LABELLED_FILE, read_corpus
from faqbot.errors import CorpusError
from faqbot.evaluation.dataset import About, labelled_lines, read_about, read_dataset
from faqbot.evaluation.near_copies import CorpusTexts
from tests.corpus_folder import CorpusFolder
from tests.samples import entry

ROOT = Path(__file__).parents[2]
OURS = ROOT / "eval" / "datasets" / "edc-psc"
SUPPORT = OURS.parent / "edc-psc-support"
ENTRIES = {"F11", "F12"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    queries = [
        {"_id": "q1", "text": "un ?", "metadata": {"slice": "natural"}},
        {"_id": "q2", "text": "deux ?", "metadata": {"answerable": False}},
        {"_id": "q3", "text": "et lui ?", "metadata": {"history": ["un ?"]}},
    ]
    lines = "".join(json.dumps(query) + "\n" for query in queries)
    (tmp_path / "queries.jsonl").write_text(lines, encoding="utf-8")
    write_qrels(tmp_path, "q1\tF11\t1\nq1\tF12\t1\nq2\t-\t0\n")
    return tmp_path


def write_qrels(folder: Path, rows: str) -> None:
    header = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "dev.tsv").write_text(header + rows, encoding="utf-8")


def test_a_split_holds_the_queries_that_its_qrels_name(folder: Path) -> None:
    dataset = read_dataset(folder, "dev", ENTRIES)
    assert [query.id for query in dataset.queries] == ["q1", "q2"]
    assert dataset.qrels == {"q1": {"F11": 1, "F12": 1}, "q2": {}}
    assert not dataset.queries[1].answerable


@pytest.mark.parametrize("row", ["q2\t-\t0\n", "q2\tF12\t0\n", ""])
def test_an_unanswerable_query_is_never_dropped(folder: Path, row: str) -> None:
    """BEIR's own files name answerable queries only; there is one qrels file here."""
    write_qrels(folder, f"q1\tF11\t1\n{row}")
    dataset = read_dataset(folder, "dev", ENTRIES)
    assert [query.id for query in dataset.queries] == ["q1", "q2"]
    assert dataset.qrels == {"q1": {"F11": 1}, "q2": {}}


@pytest.mark.parametrize("splits", [1, 2])
def test_a_question_that_nobody_judged_is_told(folder: Path, splits: int) -> None:
    if splits > 1:
        rows = "query-id\tcorpus-id\tscore\nq3\tF11\t1\n"
        (folder / "qrels" / "test.tsv").write_text(rows, "utf-8")
    dataset = read_dataset(folder, "dev", ENTRIES)
    assert dataset.unjudged == (("q3",) if splits == 1 else ())
    assert [query.id for query in dataset.queries] == ["q1", "q2"]


def test_with_two_splits_an_unanswerable_query_must_be_named(folder: Path) -> None:
    write_qrels(folder, "q1\tF11\t1\n")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n", "utf-8")
    with pytest.raises(CorpusError, match="no qrels file names q2: add it with entry - grade 0"):
        read_dataset(folder, "dev", ENTRIES)


def test_the_digest_is_that_of_the_split(folder: Path) -> None:
    before = read_dataset(folder, "dev", ENTRIES).digest
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"text": "ailleurs ?",  "_id": "q9"}\n')
    assert read_dataset(folder, "dev", ENTRIES).digest == before
    write_qrels(folder, "q1\tF11\t1\nq2\t-\t0\n")
    assert read_dataset(folder, "dev", ENTRIES).digest != before


def test_line_separators_within_a_text_do_not_end_it(folder: Path) -> None:
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"_id": "q4", "text": "un\u2028deux ?"}\n')
    assert len(read_dataset(folder, "dev", ENTRIES).queries) == 2


def test_a_corpus_takes_whatever_question_a_data_set_holds(folder: Path, tmp_path: Path) -> None:
    corpus = CorpusFolder(tmp_path / "corpus", entry("F11", "Qui ?"), entry("F12", "Quoi ?"))
    line = {"_id": "q4", "text": "Bonjour,\n\tun\u2028deux\u0007\x85trois ?\r\n"}
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    write_qrels(folder, "q1\tF11\t1\nq4\tF12\t1\n")
    lines = labelled_lines(read_dataset(folder, "dev", ENTRIES))
    (corpus.path / LABELLED_FILE).write_text(lines, encoding="utf-8")
    found = {it.text: it.entries for it in read_corpus(corpus.path).labelled}
    assert found == {"un ?": ("F11",), "deux ?": (), "Bonjour, un deuxtrois ?": ("F12",)}


@pytest.mark.parametrize(
    ("about", "queries", "found"),
    [
        ({"language": "en", "questions": "real"}, {}, About(language="en", questions="real")),
        ({"questions": "invented"}, {"language": "en"}, About(language="en", questions="invented")),
        ({"language": "de"}, {"language": "en"}, About(language="de")),
        (None, {"language": "en"}, About(language="en")),
        (None, {}, About()),
    ],
)
def test_a_data_set_says_its_language_and_who_asked(
    folder: Path, about: dict[str, str] | None, queries: dict[str, str], found: About
) -> None:
    if about is not None:
        (folder / "dataset.json").write_text(json.dumps(about), "utf-8")
    lines = [{"_id": f"q{it}", "text": "?", "metadata": queries} for it in (1, 2)]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    # What stands in the file or not makes no difference here.
    assert read_about(folder).model_dump() == found.model_dump()


def test_languages_that_differ_say_nothing(folder: Path) -> None:
    lines = [{"_id": it, "text": "?", "metadata": {"language": it}} for it in ("en", "de")]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert read_about(folder).language == "fr"


@pytest.mark.parametrize("text", ["{", '{"language": "english"}', '{"questions": "some"}', "[1]"])
def test_what_does_not_describe_a_data_set_is_refused(folder: Path, text: str) -> None:
    (folder / "dataset.json").write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=r"dataset\.json.*does not describe a data set"):
        read_about(folder)


def test_questions_are_of_the_kind_that_the_data_set_says(folder: Path) -> None:
    assert {it.kind for it in read_dataset(folder, "dev", ENTRIES).queries} == {"unsaid"}
    digest = read_dataset(folder, "dev", ENTRIES).digest
    (folder / "dataset.json").write_text('{"questions": "invented"}', "utf-8")
    found = read_dataset(folder, "dev", ENTRIES)
    assert {it.kind for it in found.queries} == {"invented"}
    assert found.digest == digest
    said = read_dataset(folder, "dev", ENTRIES, "real")
    assert {it.kind for it in said.queries} == {"real"}


def test_a_question_with_an_origin_is_real_and_has_a_slice_of_its_own(folder: Path) -> None:
    def add(name: str, slice_name: str) -> None:
        metadata = {"slice": slice_name, "origin": {"asked_on": "2026-11-01"}}
        with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"_id": name, "text": "?", "metadata": metadata}) + "\n")
        with (folder / "qrels" / "dev.tsv").open("a", encoding="utf-8") as file:
            file.write(f"{name}\tF11\t1\n")

    (folder / "dataset.json").write_text('{"questions": "invented"}', "utf-8")
    add("u1", "feedback")
    kinds = {it.id: it.kind for it in read_dataset(folder, "dev", ENTRIES).queries}
    assert kinds == {"q1": "invented", "q2": "invented", "u1": "real"}
    add("u2", "natural")
    with pytest.raises(CorpusError, match="slice natural mixes users' questions with others"):
        read_dataset(folder, "dev", ENTRIES)


@pytest.mark.parametrize(
    ("identifier", "written"),
    [
        ('"a" b', '"a" b'),
        ('a"b', '"a""b"'),
        ("a\tb", '"a\tb"'),
        ("-", "-"),
        ("é/\u2028 ’", "é/\u2028 ’"),
        ("query-id", "query-id"),
    ],
)
def test_ids_may_hold_any_characters(folder: Path, identifier: str, written: str) -> None:
    line = json.dumps({"_id": identifier, "text": "half \ud83d of a character"})
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    write_qrels(folder, f"q2\t-\t0\r\n{written}\t{written}\t1\r\n")
    dataset = read_dataset(folder, "dev", {*ENTRIES, identifier})
    assert dataset.qrels == {"q2": {}, identifier: {identifier: 1}}
    assert dataset.queries[-1].text == "half ? of a character"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("q9\tF11\t1\n", "qrels/dev.tsv:2: unknown query q9"),
        ("q1\tF99\t1\n", "qrels/dev.tsv:2: unknown entry F99"),
        ("q1\tF11\n", "qrels/dev.tsv:2: expected three columns"),
        ("q1\tF11\t1\n\n", "qrels/dev.tsv:3: expected three columns"),
        ("q1\tF11\t²\n", "qrels/dev.tsv:2: expected three columns"),
        ("q1\tF11\t1\nq1\tF11\t3\n", "qrels/dev.tsv:3: q1 and F11 have grade 1 on line 2"),
        ('q1\tF11\t1\nq1\t"F11"\t0\n', "qrels/dev.tsv:3: q1 and F11 have grade 1 on line 2"),
        ("q1\t-\t0\n", "q1 is answerable"),
        ("q2\tF11\t1\n", "q2 is not answerable"),
    ],
)
def test_judgements_that_make_no_sense_are_refused(folder: Path, rows: str, message: str) -> None:
    write_qrels(folder, rows)
    with pytest.raises(CorpusError) as caught:
        read_dataset(folder, "dev", ENTRIES)
    assert message in str(caught.value)


def test_what_is_judged_twice_alike_and_what_is_judged_wrong_is_accepted(folder: Path) -> None:
    write_qrels(folder, "q1\tF11\t2\nq1\tF12\t0\nq1\tF11\t2\nq2\t-\t0\nq2\t-\t0\n")
    assert read_dataset(folder, "dev", ENTRIES).qrels == {"q1": {"F11": 2}, "q2": {}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "queries.jsonl:4: not a query"),
        ('{"_id": "q4"}', "queries.jsonl:4: not a query"),
        ('{"_id": "q4", "text": "x", "metadata": {"slise": "a"}}', "not a query"),
        ('{"_id": "q4", "text": " \\n\\u200b"}', "queries.jsonl:4: not a query: text: it is blank"),
        ('{"_id": "q1", "text": "x"}', "queries.jsonl:4: query id q1 is used twice"),
    ],
)
def test_queries_that_cannot_be_read_are_refused(folder: Path, line: str, message: str) -> None:
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(CorpusError) as caught:
        read_dataset(folder, "dev", ENTRIES)
    assert message in str(caught.value)


def test_a_missing_split_is_named(folder: Path) -> None:
    missing = r"^qrels/test\.tsv: the file is missing: .*test\.tsv \(there is: dev\)"
    with pytest.raises(CorpusError, match=f"(?m){missing}") as caught:
        read_dataset(folder, "test", ENTRIES)
    assert len(caught.value.problems) == 1


def test_our_splits_are_disjoint_and_follow_the_hash(assistant: Assistant) -> None:
    ids = assistant.corpus.answers.keys()
    dev, test = read_dataset(OURS, "dev", ids), read_dataset(OURS, "test", ids)
    assert not {query.id for query in dev.queries} & {query.id for query in test.queries}
    for dataset, parity in ((dev, 0), (test, 1)):
        for query in dataset.queries:
            digest = hashlib.sha256("\n".join([*query.history, query.text]).encode()).digest()
            assert digest[0] % 2 == parity
    assert sum(query.answerable for query in dev.queries) >= 116


def test_each_entry_is_asked_for_in_our_set(assistant: Assistant) -> None:
    entries, ids = assistant.corpus.by_id.keys(), assistant.corpus.answers.keys()
    asked: Counter[str] = Counter()
    for folder, split in ((OURS, "dev"), (OURS, "test"), (SUPPORT, "test")):
        dataset = read_dataset(folder, split, ids)  # type: ignore[arg-type]
        asked.update(entry for grades in dataset.qrels.values() for entry in grades)
    assert set(entries) <= set(asked) <= set(ids)
    assert min(asked[entry] for entry in entries) >= 6


@pytest.mark.parametrize("folder", [OURS, SUPPORT])
def test_no_query_is_a_near_copy_of_the_corpus(assistant: Assistant, folder: Path) -> None:
    """A query whose 12-character runs mostly stand in one text of the corpus tests copying."""
    texts = CorpusTexts.of(assistant.corpus)
    copies = []
    for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        query = json.loads(line)
        if found := texts.place_of(query["text"]) or texts.near_copy(query["text"]):
            copies.append((query["_id"], found, query["text"]))
    assert copies == []

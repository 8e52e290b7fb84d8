"""``faqbot ask`` where nothing is asserted; the rule is set, whatever a calibration would say."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from faqbot import wording
from faqbot.answering.decision import Judgement
from faqbot.assistant import Assistant
from faqbot.cli import main
from faqbot.retrieval.ranking import Ranking
from tests.api.small import small_assistant

Captured = pytest.CaptureFixture[str]
QUESTION = "Combien vaut un pont de porte ?"


@dataclasses.dataclass(frozen=True)
class Unsure:
    """Asks back, whatever is asked."""

    tentative: bool

    def judge(self, ranking: Ranking, depth: int) -> Judgement:
        return Judgement("clarify", (0.7, 0.1, 0.05, 0.01)[:depth], self.tentative)


def ask(monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str, tentative: bool) -> None:
    unsure = dataclasses.replace(small_assistant(folder), rule=Unsure(tentative))
    monkeypatch.setattr(Assistant, "open", lambda *_, **__: unsure)
    assert main(["ask", QUESTION, *options]) == 0


def test_a_likely_answer_is_printed_whole_and_said_to_be_likely(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    ask(monkeypatch, tmp_path, tentative=True)
    likely, others = capsys.readouterr().out.split(f"{wording.NOT_THIS}\n")
    assert likely.startswith(f"{wording.TENTATIVE}\n{wording.TENTATIVE_LEAD}\n\n")
    assert "F11 · Un\n\nUn pont vaut cher. Il dure longtemps.\n" in likely
    assert "https://www.example.org/faq" in likely
    assert "F11" not in others
    assert others.count("?\n       ") == 2


def test_a_choice_is_printed_with_a_line_of_each_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    ask(monkeypatch, tmp_path, tentative=False)
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading == wording.DID_YOU_MEAN
    assert lines[:2] == [
        "  F11  Combien vaut un pont ?",
        "       Un pont vaut cher. Il dure longtemps.",
    ]
    assert len(lines) == 6


def test_machines_are_told_which_answer_is_likely(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    ask(monkeypatch, tmp_path, "--json", tentative=True)
    body = json.loads(capsys.readouterr().out)
    assert body["status"] == "clarify"
    assert [answer["tentative"] for answer in body["answers"]] == [True, False, False]

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest

from faqbot.errors import EvaluationError
from faqbot.evaluation import run_files
from faqbot.evaluation.comparison import compare_runs
from faqbot.evaluation.estimates import estimate_slices
from faqbot.evaluation.run_files import (
    find_run,
    read_folder,
    read_run,
    write_baseline,
    write_run,
)
from tests.evaluation.builders import SIX, outcomes, query, response, run


def test_a_run_that_is_read_is_the_run_that_was_written(tmp_path: Path) -> None:
    made = run(SIX, calibration={"n": 300, "target risk": 0.05})
    write_run(tmp_path / "runs", made)
    assert read_run(tmp_path / "runs" / "default.json") == made


def test_what_was_likely_is_kept_and_runs_of_before_still_load(tmp_path: Path) -> None:
    likely = outcomes((query("q"), response("A B", "clarify", tentative=True)))
    write_run(tmp_path, run(likely))
    path = tmp_path / "default.json"
    assert read_run(path).outcomes == likely
    path.write_text(path.read_text("utf-8").replace(',"tentative":true', ""), "utf-8")
    assert not read_run(path).outcomes[0].response.tentative


def test_another_tool_can_score_the_run_file(tmp_path: Path) -> None:
    write_run(tmp_path, run(SIX))
    lines = (tmp_path / "default.trec").read_text("utf-8").splitlines()
    assert lines[0] == "first Q0 A 1 1 default"
    assert all(len(line.split()) == 6 for line in lines)
    qrels = [ir_measures.Qrel(it, "A", 1) for it in ("first", "second", "fourth", "absent")]
    scored = ir_measures.read_trec_run(str(tmp_path / "default.trec"))
    measure = ir_measures.RR @ 10
    assert ir_measures.calc_aggregate([measure], qrels, scored)[measure] == pytest.approx(0.4375)


def test_white_space_in_ids_does_not_break_the_columns(tmp_path: Path) -> None:
    write_run(tmp_path, run(outcomes((query("my query"), response("A")))))
    assert (tmp_path / "default.trec").read_text("utf-8") == "my%20query Q0 A 1 1 default\n"


def test_the_sidecar_holds_the_measures_and_is_strict_json(tmp_path: Path) -> None:
    write_run(tmp_path, run(SIX))
    text = (tmp_path / "default.json").read_text("utf-8")
    content = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert content["measures"]["all"]["Success@1"]["value"] == 0.25
    assert "Success@1" not in content["measures"]["far"]
    assert len(content["outcomes"]) == 6


def test_a_baseline_is_compact_and_compares_like_the_run(tmp_path: Path) -> None:
    made = run(SIX)
    path = tmp_path / "eval" / "baseline.json"
    write_baseline(path, made)
    baseline = read_run(path)
    assert all(len(it.response.ranking) <= 3 for it in baseline.outcomes)
    assert all(it.response.duration_ms is None for it in baseline.outcomes)
    rows = {row.measure: row for row in compare_runs(baseline, made).differences}
    assert {row.difference for name, row in rows.items() if not name.startswith("ms")} == {0.0}
    assert estimate_slices(baseline)["all"]["RR@10"] == estimate_slices(made)["all"]["RR@10"]


def test_only_the_served_system_makes_a_baseline(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="a baseline is a run of default, not of bm25"):
        write_baseline(tmp_path / "b.json", run(SIX, "bm25"))


def test_a_run_is_found_by_each_of_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_files, "BASELINE", tmp_path / "baseline.json")
    write_run(tmp_path, run(SIX))
    write_baseline(tmp_path / "baseline.json", run(SIX))
    for spec in ("default", f"{tmp_path}/default", f"{tmp_path}/default.json", "baseline"):
        assert find_run(spec, tmp_path).system == "default"
    with pytest.raises(EvaluationError, match=r"no run 'bm25'.*\(default\)"):
        find_run("bm25", tmp_path)


def test_a_folder_is_read_with_the_served_system_first(tmp_path: Path) -> None:
    for name in ("zeta", "dense", "default", "bm25"):
        write_run(tmp_path, run(SIX, name))
    (tmp_path / "notes.json").write_text("{}", "utf-8")
    assert [it.system for it in read_folder(tmp_path)] == ["default", "bm25", "dense", "zeta"]


def test_a_folder_of_different_data_is_refused(tmp_path: Path) -> None:
    write_run(tmp_path, run(SIX))
    write_run(tmp_path, run(SIX, "bm25", dataset_digest="f" * 64))
    with pytest.raises(EvaluationError, match="of different data"):
        read_folder(tmp_path)


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="Run: faqbot eval run"):
        read_folder(tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not a run"),
        ("[]", "is not a run of format 1"),
        ('{"format": 0}', "is not a run of format 1"),
        ('{"format": 1, "system": "x"}', "is not a run: dataset: "),
    ],
)
def test_files_that_are_no_runs_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.json").write_text(text, "utf-8")
    with pytest.raises(EvaluationError, match=message) as caught:
        read_run(tmp_path / "x.json")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_run(tmp_path / "x.json")


def test_an_unknown_status_is_refused(tmp_path: Path) -> None:
    write_run(tmp_path, run(SIX))
    path = tmp_path / "default.json"
    path.write_text(path.read_text("utf-8").replace('"clarify"', '"perhaps"'), "utf-8")
    with pytest.raises(EvaluationError, match=r"outcomes\.2\.response\.status: Input should be"):
        read_run(path)

from __future__ import annotations

import errno
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import IndexMismatch
from faqbot.index import vectors as module
from faqbot.index.vectors import Neighbour, VectorIndex


def unit(*rows: tuple[float, ...]) -> np.ndarray:
    matrix = np.array(rows, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@pytest.fixture
def compass() -> VectorIndex:
    return VectorIndex(["east", "north", "west"], unit((1, 0), (0, 1), (-1, 0)))


def test_scores_are_cosines_best_first(compass: VectorIndex) -> None:
    (found,) = compass.search(unit((1, 0)), 3)
    assert found == [Neighbour("east", 1.0), Neighbour("north", 0.0), Neighbour("west", -1.0)]


def test_asking_for_more_than_there_is_returns_what_there_is(compass: VectorIndex) -> None:
    (found,) = compass.search(unit((1, 0)), 100)
    assert len(found) == 3
    assert all(-1 <= neighbour.score <= 1 for neighbour in found)


def test_an_empty_index_finds_nothing() -> None:
    empty = VectorIndex([], np.zeros((0, 2), np.float32))
    assert empty.search(unit((1, 0), (0, 1)), 5) == [[], []]
    assert empty.matrix().shape == (0, 2)


def test_ties_are_broken_by_id_even_at_the_cut() -> None:
    index = VectorIndex(["c", "a", "b"], unit((1, 0), (1, 0), (1, 0)))
    (found,) = index.search(unit((1, 0)), 2)
    assert [neighbour.id for neighbour in found] == ["a", "b"]


def test_a_part_keeps_ids_and_rows_together(compass: VectorIndex) -> None:
    part = compass.only(["west", "north"])
    assert part.ids == ("west", "north")
    (found,) = part.search(unit((-1, 0)), 1)
    assert found == [Neighbour("west", 1.0)]
    assert compass.only([]).matrix().shape == (0, 2)


def test_vectors_that_are_not_of_norm_one_are_refused() -> None:
    with pytest.raises(ValueError, match="norm 1"):
        VectorIndex(["a"], np.array([[3, 4]], dtype=np.float32))


@pytest.mark.parametrize(("ids", "rows"), [(["a"], 2), (["a", "a"], 2)])
def test_ids_that_do_not_match_rows_are_refused(ids: list[str], rows: int) -> None:
    with pytest.raises(ValueError, match="distinct ids"):
        VectorIndex(ids, unit(*[(1.0, 0.0)] * rows))


def test_a_file_gives_back_what_was_saved(compass: VectorIndex, tmp_path: Path) -> None:
    compass.save(tmp_path / "v.faiss")
    loaded = VectorIndex.load(tmp_path / "v.faiss", compass.ids)
    assert loaded.matrix().tolist() == compass.matrix().tolist()
    assert loaded.ids == compass.ids


def test_a_file_with_another_number_of_rows_is_refused(
    compass: VectorIndex, tmp_path: Path
) -> None:
    compass.save(tmp_path / "v.faiss")
    with pytest.raises(IndexMismatch, match="faqbot index build"):
        VectorIndex.load(tmp_path / "v.faiss", ["east"])


def test_a_file_of_distances_is_refused(tmp_path: Path) -> None:
    other = faiss.IndexFlatL2(2)
    other.add(unit((1, 0)))
    faiss.write_index(other, str(tmp_path / "v.faiss"))
    with pytest.raises(IndexMismatch):
        VectorIndex.load(tmp_path / "v.faiss", ["a"])


def test_a_full_disk_is_told_as_the_system_tells_it(compass: VectorIndex) -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        compass.save(Path("/dev/full"))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "/dev/full")


def test_a_file_that_ends_too_soon_is_refused(compass: VectorIndex, tmp_path: Path) -> None:
    path = tmp_path / "v.faiss"
    compass.save(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexMismatch, match="not a readable FAISS file"):
        VectorIndex.load(path, compass.ids)


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v.faiss").write_bytes(b"not an index")
    with pytest.raises(IndexMismatch, match="not a readable FAISS file"):
        VectorIndex.load(tmp_path / "v.faiss", ["a"])


@given(
    st.lists(
        st.tuples(st.floats(-1, 1, width=16), st.floats(-1, 1, width=16)).filter(
            lambda row: abs(row[0]) + abs(row[1]) > 0.1
        ),
        min_size=1,
        max_size=20,
    ),
    st.integers(1, 25),
)
def test_search_equals_a_sort_by_cosine(rows: list[tuple[float, float]], k: int) -> None:
    matrix = unit(*rows)
    index = VectorIndex([f"{number:02d}" for number in range(len(rows))], matrix)
    query = unit((0.6, 0.8))
    (found,) = index.search(query, k)
    cosines = (matrix @ query[0]).tolist()
    assert len(found) == min(k, len(rows))
    assert [neighbour.score for neighbour in found] == pytest.approx(
        sorted(cosines, reverse=True)[:k], abs=1e-6
    )


def test_of_many_vectors_the_nearest_are_found_among_those_that_few_bits_choose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.random.default_rng(0).standard_normal((2000, 32)).astype(np.float32)
    matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [str(number) for number in range(len(matrix))]
    exact = VectorIndex(ids, matrix).search(matrix[:50], 5)
    monkeypatch.setattr(module, "EXACT", 1000)
    VectorIndex(ids, matrix).save(tmp_path / "v.faiss")
    loaded = VectorIndex.load(tmp_path / "v.faiss", ids)
    found = loaded.search(matrix[:50], 5)
    assert loaded.matrix() == pytest.approx(matrix)
    assert [near[0].id for near in found] == ids[:50]
    same = [{*one} & {*other} for one, other in zip(found, exact, strict=True)]
    assert np.mean([len(it) for it in same]) > 4.9

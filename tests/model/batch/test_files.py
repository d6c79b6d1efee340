"""Files and folders are whole or not there, and only what the dead have left is swept."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model.batch.files import host_name, is_disk_full, new_folder, sweep, write_bytes, write_text


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_text(tmp_path / "a.json", "one")
    write_text(tmp_path / "a.json", "two")
    assert names(tmp_path) == ["a.json"]
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "two"


def test_a_write_that_fails_leaves_the_former_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes(tmp_path / "a", b"one")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space") as caught:
        write_bytes(tmp_path / "a", b"two")
    assert is_disk_full(caught.value)
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"one"


def test_a_folder_comes_whole_or_not_at_all(tmp_path: Path) -> None:
    def fill(text: str, fails: bool = False) -> None:
        with new_folder(tmp_path / "run") as folder:
            (folder / "tables").mkdir()
            (folder / "tables" / "x").write_text(text, encoding="utf-8")
            if fails:
                raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fill("broken", fails=True)
    assert names(tmp_path) == []
    fill("first")
    fill("second")  # another worker that did the same run: the first one stays
    assert names(tmp_path) == ["run"]
    assert (tmp_path / "run" / "tables" / "x").read_text(encoding="utf-8") == "first"


def test_a_folder_is_in_its_place_only_when_all_its_files_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    bad: set[int] = set()

    def noted(handle: int) -> None:
        file = os.fstat(handle).st_ino
        if file in bad:
            raise OSError(errno.ENOSPC, "No space left on device")
        synced.add(file)

    monkeypatch.setattr(os, "fsync", noted)

    def fill(name: str, fails: bool) -> set[int]:
        with new_folder(tmp_path / name) as folder:
            (folder / "tables").mkdir()
            for number in range(20):
                (folder / "tables" / f"{number}").write_text("x", encoding="utf-8")
            files = {path.stat().st_ino for path in [folder, *folder.rglob("*")]}
            bad.update({(folder / "tables" / "13").stat().st_ino} if fails else ())
        return files

    assert fill("run", fails=False) <= synced
    with pytest.raises(OSError, match="No space"):
        fill("other", fails=True)
    assert names(tmp_path) == ["run"]


def test_what_the_dead_left_is_swept_and_what_the_living_write_is_not(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    of_the_dead = tmp_path / f".run@{host_name()}@{dead.pid}@0.part"
    of_the_living = tmp_path / f".run@{host_name()}@{os.getpid()}@1.part"
    elsewhere, long_ago = tmp_path / ".a@other.host@12@0.part", tmp_path / ".b@other.host@12@0.part"
    for folder in (of_the_dead, of_the_living, elsewhere, long_ago):
        folder.mkdir()
        (folder / "half").touch()
    other = tmp_path / "notes@home@1@1.part"  # not one of ours: it does not start with a dot
    other.touch()
    two_days_ago = time.time() - 2 * 86400
    os.utime(long_ago, (two_days_ago, two_days_ago))
    assert sweep(tmp_path) == 2
    assert names(tmp_path) == sorted(path.name for path in (of_the_living, elsewhere, other))


def test_a_full_disk_is_found_behind_other_errors() -> None:
    def fail(number: int) -> Exception:
        try:
            try:
                raise OSError(number, "text")
            except OSError as error:
                raise RuntimeError("writing failed") from error
        except RuntimeError as error:
            return error

    assert is_disk_full(fail(errno.ENOSPC))
    assert is_disk_full(fail(errno.EDQUOT))
    assert not is_disk_full(fail(errno.EACCES))

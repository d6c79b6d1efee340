"""A run folder is whole or not there, and nothing but an earlier run is ever replaced."""

from pathlib import Path

import pytest

from model.errors import InputError
from model.run_folder import check_run_folder, new_run_folder


def write_run(folder: Path, text: str) -> None:
    with new_run_folder(folder) as new:
        (new / "tables").mkdir()
        (new / "run.json").write_text(text, encoding="utf-8")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_run_is_put_in_its_place_with_its_parents(tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "one", "1")
    assert names(tmp_path / "runs") == ["one"]
    assert names(tmp_path / "runs" / "one") == ["run.json", "tables"]


def test_an_earlier_run_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_run(tmp_path / "one", "1")
    (tmp_path / "one" / "left_over.txt").touch()
    write_run(tmp_path / "one", "2")
    assert names(tmp_path) == ["one"]
    assert names(tmp_path / "one") == ["run.json", "tables"]
    assert (tmp_path / "one" / "run.json").read_text(encoding="utf-8") == "2"


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    write_run(tmp_path / "one", "1")
    assert names(tmp_path / "one") == ["run.json", "tables"]


def test_the_earlier_run_stays_when_writing_fails(tmp_path: Path) -> None:
    write_run(tmp_path / "one", "1")

    def fail_half_way() -> None:
        with new_run_folder(tmp_path / "one") as new:
            (new / "run.json").write_text("2", encoding="utf-8")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    assert names(tmp_path) == ["one"]
    assert (tmp_path / "one" / "run.json").read_text(encoding="utf-8") == "1"


def test_the_earlier_run_comes_back_when_the_new_one_cannot_be_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path / "one", "1")
    rename = Path.rename

    def refuse_new(path: Path, target: Path) -> Path:
        if path.name.startswith(".one.writing-") and not path.name.endswith(".former"):
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(PermissionError):
        write_run(tmp_path / "one", "2")
    assert names(tmp_path) == ["one"]
    assert (tmp_path / "one" / "run.json").read_text(encoding="utf-8") == "1"


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(InputError, match=r"photos is not empty and holds no run \(run.json\), so it is left alone"):
        check_run_folder(tmp_path / "photos")
    assert names(tmp_path / "photos") == ["a.jpg"]


def test_a_file_is_no_run_folder(tmp_path: Path) -> None:
    (tmp_path / "one").touch()
    with pytest.raises(InputError, match="one is a file; name a folder"):
        check_run_folder(tmp_path / "one")
    with pytest.raises(InputError, match="two cannot be written: not a directory"):
        check_run_folder(tmp_path / "one" / "two")


def test_an_unwritable_place_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(InputError, match="one cannot be written: permission denied; name another folder"):
        check_run_folder(tmp_path / "one")


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    check_run_folder(tmp_path / "a" / "b" / "c")
    assert names(tmp_path) == []

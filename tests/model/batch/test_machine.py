"""How many workers are taken: as many as processors and memory allow, with the figures said."""

import json
from pathlib import Path

import pytest

from model.batch import machine
from model.batch.machine import free_memory_mb, processors, suggested_workers
from model.batch.store import BatchFolder


@pytest.mark.parametrize(
    ("cores", "free_mb", "number"),
    [(8, 100_000.0, 8), (8, 3 * machine.PEAK_MB["fast"] + 1, 3), (8, 10.0, 1), (1, 100_000.0, 1)],
)
def test_processors_or_memory_decide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, free_mb: float, number: int
) -> None:
    monkeypatch.setattr(machine, "processors", lambda: cores)
    found = suggested_workers("fast", BatchFolder(tmp_path), free_mb)
    assert found.number == number
    assert f"{cores} processors" in found.reason
    assert "2.6 GB a run (measured for the shipped world, fast)" in found.reason


def test_what_the_batch_itself_has_measured_counts_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "processors", lambda: 8)
    for number, peak in enumerate((300.0, 500.0)):
        folder = tmp_path / "runs" / f"{number:020x}"
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps({"peak_memory_mb": peak}), encoding="utf-8")
    found = suggested_workers("full", BatchFolder(tmp_path), 2_100.0)
    assert found.number == 4
    assert "0.5 GB a run (measured in this batch)" in found.reason


def test_unknown_memory_leaves_the_processors(tmp_path: Path) -> None:
    found = suggested_workers("fast", BatchFolder(tmp_path), float("inf"))
    assert found.number == processors()
    assert "how much memory is free is not known" in found.reason


def test_the_limit_of_a_group_of_processes_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 99 kB\nMemAvailable:   8000000 kB\n", encoding="ascii")
    monkeypatch.setattr(machine, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    assert free_memory_mb() == 8000.0
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("1000000000\n", encoding="ascii")
    assert free_memory_mb() == 8000.0
    (tmp_path / "memory.max").write_text("3000000000\n", encoding="ascii")
    assert free_memory_mb() == 2000.0

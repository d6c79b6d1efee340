"""A disk that fills up during a batch: it stops with a sentence, nothing is half written, and it goes on when there is
room. The disk is a real one of a few hundred kilobytes, in memory, mounted in a namespace of its own.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from model.batch.start import Asked, held, start
from model.progress import Silent
from tests.model.batch.processes import ROOT, Command, assert_same_answers, assert_whole, do, finished

ALONE = ["unshare", "--user", "--map-root-user", "--mount"]
FILL = """
set -u
disk=$1 aside=$2; shift 2
mount -t tmpfs -o size=900k tmpfs "$disk" || exit 77
"$@" > "$aside/first.txt" 2>&1; echo $? > "$aside/first.code"
cp -a "$disk/out" "$aside/full"
mount -o remount,size=64m "$disk" || exit 78
"$@" > "$aside/second.txt" 2>&1; echo $? > "$aside/second.code"
cp -a "$disk/out" "$aside/end"
"""


def may_mount(folder: Path) -> bool:
    """Whether this user may mount a disk of its own."""
    if shutil.which("unshare") is None:
        return False
    folder.mkdir(exist_ok=True)
    words = [*ALONE, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0  # noqa: S603


@pytest.mark.slow
def test_a_full_disk_stops_the_batch_and_with_room_it_goes_on(
    command: Command, ask: Callable[..., Asked], tmp_path: Path
) -> None:
    disk, aside = tmp_path / "disk", tmp_path / "aside"
    if not may_mount(disk):
        pytest.skip("a disk that is full cannot be made: mounting one in a namespace is not permitted here")
    aside.mkdir()
    words = command.words(disk / "out", "--workers", "1")
    done = subprocess.run(  # noqa: S603
        [*ALONE, "bash", "-c", FILL, "fill", str(disk), str(aside), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = (aside / "first.txt").read_text(encoding="utf-8")
    assert (aside / "first.code").read_text(encoding="utf-8").strip() == "4", said
    assert f"there is no room left to write to {disk / 'out'}" in said
    assert "are finished and kept in" in said
    assert "the same command goes on" in said
    assert "Traceback" not in said
    full = aside / "full"
    assert_whole(full)
    assert 1 <= len(finished(full)) < 4
    assert not list(full.rglob("*.part"))
    assert (aside / "second.code").read_text(encoding="utf-8").strip() == "0"
    assert "4 of 4 runs are finished" in (aside / "second.txt").read_text(encoding="utf-8")
    do(ask((0.2, 0.4, 0.6, 0.8), axis="rail.factor"), tmp_path / "whole")
    assert_same_answers(aside / "end", tmp_path / "whole")


LIMITED = """
import resource, sys
from pathlib import Path
from model.batch.record import read_record
from model.batch.worker import work
out = Path(sys.argv[1])
batch = read_record(out)
(key,) = batch.runs
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
outcome = work(batch.how, batch.runs[key], key, out)
print(outcome.state, outcome.kind, sep="; ")
"""


def test_a_worker_that_may_not_write_says_so_and_leaves_nothing(ask: Callable[..., Asked], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with held(out):
        start(ask((0.5,)), out, Silent())
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", LIMITED, str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "open; disk full", done.stderr
    assert not finished(out)
    assert not list(out.rglob("*.part"))

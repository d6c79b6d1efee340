"""Two coordinators never work on one folder; a killed one does not hold it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model.batch.lock import LOCK_FILE, STALE_S, FolderLock
from model.errors import InputError

HOLD = """
import sys, time
from pathlib import Path
from model.batch.lock import FolderLock
with FolderLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_folder_is_held_until_its_holder_is_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)  # noqa: S603
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match=f"process {holder.pid} of"), FolderLock(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with FolderLock(tmp_path):
        assert json.loads((tmp_path / LOCK_FILE).read_text(encoding="utf-8"))["pid"] == os.getpid()


def test_a_holder_on_another_machine_counts_while_it_says_that_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.batch.lock.BEAT_S", 0.05)
    lock = tmp_path / LOCK_FILE
    lock.write_text(json.dumps({"host": "elsewhere", "pid": 7, "since": "2026-01-01"}), encoding="utf-8")
    with pytest.raises(InputError, match="process 7 of elsewhere since 2026-01-01"), FolderLock(tmp_path):
        pass
    long_ago = time.time() - STALE_S - 1
    os.utime(lock, (long_ago, long_ago))
    with FolderLock(tmp_path):
        os.utime(lock, (long_ago, long_ago))
        limit = time.monotonic() + 10
        while time.time() - lock.stat().st_mtime > STALE_S:
            assert time.monotonic() < limit
            time.sleep(0.02)


def test_a_folder_that_was_let_go_is_free(tmp_path: Path) -> None:
    for _ in range(2):
        with FolderLock(tmp_path), pytest.raises(InputError), FolderLock(tmp_path):
            pass

"""One coordinator for a folder of a batch: two at once would solve the same runs.

The lock is the system's lock on a file, so that it ends with its holder, however that ends. The file says who holds it
and when it was last alive: this decides between machines whose shared file system does not lock for both.
"""

import errno
import fcntl
import json
import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from model.batch.files import host_name
from model.errors import InputError

LOCK_FILE = "batch.lock"
STALE_S = 600.0
BEAT_S = 30.0
_HELD = {errno.EACCES, errno.EAGAIN}


class FolderLock:
    """Holds a folder while in a ``with`` block, and says every half minute that its holder lives.

    Raises:
        InputError: on entering, who holds the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_FILE
        self._end = threading.Event()

    def __enter__(self) -> Self:
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                holder = self._holder()
                os.close(self._handle)
                raise self._held(holder) from error
            # a file system that does not lock: what the file says decides
        holder = self._holder()
        is_fresh = time.time() - self._path.stat().st_mtime < STALE_S
        if holder and holder.get("host") != host_name() and is_fresh:
            os.close(self._handle)
            raise self._held(holder)
        self._write({"host": host_name(), "pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")})
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._write({})
        os.close(self._handle)

    @staticmethod
    def is_held(folder: Path) -> bool:
        """Whether a coordinator is at work in a folder."""
        try:
            with FolderLock(folder):
                return False
        except InputError:
            return True
        except OSError:  # one may not write there
            return False

    def _beat(self) -> None:
        while not self._end.wait(BEAT_S):
            with suppress(OSError):
                os.utime(self._handle)

    def _write(self, record: dict[str, Any]) -> None:
        """Say who holds the folder; a full disk is found by what is written next."""
        try:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, json.dumps(record).encode(), 0)
        except OSError:
            return

    def _holder(self) -> dict[str, Any]:
        try:
            record: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8") or "{}")
        except (OSError, ValueError):
            return {}
        return record

    def _held(self, holder: dict[str, Any]) -> InputError:
        who = f"process {holder['pid']} of {holder['host']} since {holder['since']}" if holder else "another process"
        return InputError(
            f"{self._path.parent} is at work: {who}; wait for it, stop it, or name another folder (--out)"
        )

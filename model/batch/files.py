"""Files and folders that are there whole or not at all, whatever kills their writer.

Each is written aside in the folder where it is to stand, brought to the disk, and put in place by one rename. What a
killed writer leaves is told by its name (host and process) and removed by :func:`sweep`.
"""

import errno
import itertools
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

_ASIDE = re.compile(r"^\..*@(?P<host>[^@]+)@(?P<pid>\d+)@\d+\.part$")
_AT_ONCE = 8  # files brought to the disk
_DAY_S = 86400.0
_NUMBER = itertools.count()
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_THERE = {errno.EEXIST, errno.ENOTEMPTY}


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, or replace one; an OSError leaves what was there."""
    aside = _aside(path)
    try:
        with aside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    _to_disk(path.parent)


def write_text(path: Path, text: str) -> None:
    """Write a file of text (UTF-8), or replace one."""
    write_bytes(path, text.encode())


@contextmanager
def to_disk_as(path: Path) -> Iterator[Path]:
    """Give a path to write a file to, and put it at its place when the block ends without an exception.

    Yields:
        The path, with the same ending.
    """
    with new_folder(path.with_name(f"{path.name}.folder"), keeps=False) as folder:
        aside = folder / path.name
        yield aside
        _to_disk(aside)
        aside.replace(path)
    _to_disk(path.parent)


@contextmanager
def new_folder(path: Path, keeps: bool = True) -> Iterator[Path]:
    """Give a new folder to fill, and put it at a place when the block ends; what stands there already is left.

    Args:
        keeps: False = the folder is for the block only.

    Yields:
        The folder to write to. It is removed if the block raises.
    """
    aside = _aside(path)
    aside.mkdir()
    try:
        yield aside
        if not keeps:
            return
        inside = list(os.walk(aside))
        with ThreadPoolExecutor(_AT_ONCE) as pool:  # a disk takes many in the time of one
            list(pool.map(_to_disk, [Path(folder, name) for folder, _, names in inside for name in names]))
        for folder, _, _ in inside:
            _to_disk(Path(folder))
        try:
            aside.rename(path)
        except OSError as error:
            if error.errno not in _THERE:  # another worker has put the same run there
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _to_disk(path.parent)


def sweep(folder: Path) -> int:
    """Remove what killed writers left in a folder; returns how much.

    A writer of this host is dead if its process is; one of another host if it left its work a day ago.
    """
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        found = _ASIDE.match(path.name)
        if found and _is_left(path, found["host"], int(found["pid"])):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
            removed += 1
    return removed


def host_name() -> str:
    """Name of this machine, fit for a file's name."""
    return re.sub(r"[^\w.-]", "_", socket.gethostname()) or "host"


def is_running(pid: int) -> bool:
    """Whether a process of this machine lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_disk_full(error: BaseException) -> bool:
    """Whether an error, or one that led to it, is that a disk, a quota or a limit on files is full."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        if isinstance(at, OSError) and at.errno in _NO_SPACE:
            return True
        seen.add(id(at))
        at = at.__cause__ or at.__context__
    return False


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}@{host_name()}@{os.getpid()}@{next(_NUMBER)}.part")


def _is_left(path: Path, host: str, pid: int) -> bool:
    if host == host_name() and not is_running(pid):
        return True
    try:
        return time.time() - path.stat().st_mtime > _DAY_S
    except OSError:  # its writer has just put it in place
        return False


def _to_disk(path: Path) -> None:
    """Bring a file or the entries of a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some shared file systems do this of their own and know no such call
            raise
    finally:
        os.close(handle)

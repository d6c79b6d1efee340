"""The folder of a run, never half written: a run is written beside its place and put there when it is whole.

A folder may be replaced only if it is a run (it holds ``run.json``) or empty: nothing else is ever overwritten.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import InputError
from model.solution import RUN_FILE


def check_run_folder(folder: Path) -> None:
    """Make sure that a run can be written, before anything is solved. Leaves nothing behind.

    Args:
        folder: where the run is to stand; it need not exist, nor its parents.

    Raises:
        InputError: the place is a file, holds something other than a run, or cannot be written.
    """
    folder = _resolved(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder for the run (--out)")
    try:
        if folder.is_dir() and not (folder / RUN_FILE).is_file() and any(folder.iterdir()):
            raise InputError(
                f"{folder} is not empty and holds no run ({RUN_FILE}), so it is left alone; name another folder (--out)"
            )
        standing = next(parent for parent in folder.parents if parent.exists())
        with tempfile.TemporaryDirectory(prefix=".kervan-", dir=standing):
            pass
    except OSError as error:
        raise InputError(_unwritable(folder, error)) from error


@contextmanager
def new_run_folder(folder: Path) -> Iterator[Path]:
    """Give a new, empty folder beside a run's place, and put it there when the block ends without an exception.

    Args:
        folder: where the run is to stand; an earlier run there is replaced at the end, in one step.

    Yields:
        The folder to write to. It is removed if the block raises.

    Raises:
        InputError: as :func:`check_run_folder`.
    """
    check_run_folder(folder)
    folder = _resolved(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.writing-", dir=folder.parent))
    except OSError as error:
        raise InputError(_unwritable(folder, error)) from error
    try:
        yield beside
        beside.chmod(0o777 & ~_umask())  # mkdtemp makes folders that only their owner may read
        _swap(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    """Put a folder in the place of another; the other comes back if that fails."""
    if not folder.exists():
        new.rename(folder)
        return
    former = new.with_name(new.name + ".former")
    folder.rename(former)
    try:
        new.rename(folder)
    except OSError:
        former.rename(folder)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _resolved(folder: Path) -> Path:
    try:
        return folder.expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise InputError(f"{folder} is no place for a run: {error}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(folder: Path, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"{folder} cannot be written: {reason}; name another folder (--out)"

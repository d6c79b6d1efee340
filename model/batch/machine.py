"""How many workers this machine has processors and memory for."""

import math
import os
from dataclasses import dataclass
from pathlib import Path

from model.batch.store import BatchFolder

_CGROUP = Path("/sys/fs/cgroup")
_MEMINFO = Path("/proc/meminfo")
_NONE = 2**60  # what a group without a limit says, or more
PEAK_MB = {"fast": 2600.0, "full": 9600.0}
"""Peak memory of a run of the shipped world by resolution, MB: the most of 14 measured runs (fast) and of 3 (full)."""


@dataclass(frozen=True)
class Workers:
    """A number of workers and why it is that, in words."""

    number: int
    reason: str


def suggested_workers(resolution: str, folder: BatchFolder, free_mb: float | None = None) -> Workers:
    """As many workers as there are processors, or fewer where memory would not do.

    Args:
        folder: whose finished runs say what a run needs; before there is one, what the shipped world needs.
        free_mb: memory that is free, MB; None = as the system says.
    """
    cores = processors()
    free = free_memory_mb() if free_mb is None else free_mb
    own = _peak_mb(folder)
    peak = own or PEAK_MB[resolution]
    source = "measured in this batch" if own else f"measured for the shipped world, {resolution}"
    if not math.isfinite(free):
        return Workers(cores, f"{cores} processors; how much memory is free is not known")
    number = max(1, min(cores, int(free / peak)))
    return Workers(
        number, f"{cores} processors, {free / 1000:.1f} GB of memory free, {peak / 1000:.1f} GB a run ({source})"
    )


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory_mb() -> float:
    """Memory that is free, of the machine or of the group of processes that this one is in, MB; infinite = unknown."""
    free = float("inf")
    if _MEMINFO.is_file():
        for line in _MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) / 1000
    elif "SC_PHYS_PAGES" in os.sysconf_names:
        free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6
    limit, used = _number(_CGROUP / "memory.max"), _number(_CGROUP / "memory.current")
    if limit is not None and used is not None and limit < _NONE:
        free = min(free, (limit - used) / 1e6)
    return max(free, 0.0)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # there is no such file, or it says "max"
        return None


def _peak_mb(folder: BatchFolder) -> float | None:
    """The most memory that a finished run needed, MB; None before there is one."""
    peaks = [folder.facts(key).get("peak_memory_mb") for key in sorted(folder.finished())[:200]]
    return max((float(peak) for peak in peaks if peak), default=None)

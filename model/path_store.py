"""Paths kept between runs, offered to the next problem on the same network by lane.

A file is named by the arcs and by the classes of the problem that left it. A problem with the same arcs but other
classes (a scenario in which other cargo refuses a country, another resolution) takes the newest file of its network:
each of its classes gets the paths of the class that is the same in lane, segment and refusals, or, where there is none,
those of all classes of its lane. A file that is damaged or does not fit counts as none.
"""

import os
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.paths import PathPool
from model.pricing import Pricer
from model.problem import Problem

Ints = NDArray[np.int64]
_NUMBERS = ("cls", "column", "pair", "arc", "used", "pair_cls", "pair_origin", "pair_destination")
_NAMES = ("lane", "kind")  # of each class: what it moves, and its segment and refusals
_PATHS = "paths"


class PathStore:
    """A folder of kept paths, seen from one problem."""

    def __init__(self, folder: Path, problem: Problem, pricer: Pricer) -> None:
        self._folder, self._pricer = folder, pricer
        classes = problem.classes.classes
        self._pairs = problem.classes.pairs[["cls", "origin", "destination"]].reset_index(drop=True)
        lanes = problem.network.lanes["lane_id"].astype(str).to_numpy()
        kind = classes["segment"].astype(str) + ":" + classes["refused"].map("+".join)
        self._classes = pd.DataFrame({"lane": lanes[classes["lane"].to_numpy()], "kind": kind.to_numpy()})
        self._group = classes["group"].to_numpy(np.int64)
        costs = {id(block.cost): block.cost for block in problem.blocks}.values()
        self._open = np.any([np.isfinite(cost) for cost in costs], axis=0)  # groups x arcs, in any period
        self._network_key = _digest(problem.supernetwork.arcs[["tail", "head", "kind", "link"]])
        self._class_key = _digest(self._classes, self._pairs)

    @property
    def file(self) -> Path:
        """Where the paths of this problem are kept."""
        return self._folder / f"{_PATHS}-{self._network_key}-{self._class_key}.npz"

    def save(self, pool: PathPool) -> None:
        """Keep a pool; written aside and moved into place, so that it is never half there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self.file.with_name(f"part-{os.getpid()}-{self.file.name}")
        steps, pairs = pool.steps, self._pairs
        numbers = {
            "cls": pool.columns.cls, "used": pool.used, "column": steps.column, "pair": steps.pair, "arc": steps.arc,
            "pair_cls": pairs["cls"], "pair_origin": pairs["origin"], "pair_destination": pairs["destination"],
        }  # fmt: skip
        arrays: dict[str, Any] = {name: np.asarray(values).astype(np.int32) for name, values in numbers.items()}
        arrays |= {name: self._classes[name].to_numpy(dtype=str) for name in _NAMES}
        np.savez(aside, **arrays)
        aside.replace(self.file)

    def load(self, pool: PathPool) -> int:
        """Add kept columns to a pool; returns how many."""
        files = [self.file] if self.file.exists() else self._others()
        for file in files:
            kept = _read(file)
            if kept is None or (kept["arc"] >= self._pricer.arc_count).any():
                continue
            if added := self._take(pool, kept):
                return added
        return 0

    def _others(self) -> list[Path]:
        """Files that other problems on the same network have left, newest first."""
        found = [(file.stat().st_mtime, file) for file in self._folder.glob(f"{_PATHS}-{self._network_key}-*.npz")]
        return [file for _, file in sorted(found, reverse=True)]

    def _take(self, pool: PathPool, kept: dict[str, Any]) -> int:
        """Add the columns of a file, each for all classes of this problem that it suits."""
        columns = pd.DataFrame({"source": kept["cls"], "kept": np.arange(len(kept["cls"]))})
        columns["is_used"] = np.isin(columns["kept"], kept["used"])
        wanted = self._sources(kept).merge(columns, on="source").sort_values(["kept", "cls"], ignore_index=True)
        wanted["column"] = np.arange(len(wanted))
        pairs = pd.DataFrame({"origin": kept["pair_origin"], "destination": kept["pair_destination"]})
        steps = pd.DataFrame({"kept": kept["column"], "arc": kept["arc"]})
        steps[["origin", "destination"]] = pairs.to_numpy()[kept["pair"]]
        steps["order"] = np.arange(len(steps))
        steps = wanted[["kept", "column", "cls"]].merge(steps, on="kept")
        steps = steps.merge(self._pairs.reset_index(names="pair"), on=["cls", "origin", "destination"], how="left")
        is_open = self._open[self._group[steps["cls"]], steps["arc"]] & steps["pair"].notna()
        fits = is_open.groupby(steps["column"]).all().reindex(wanted["column"], fill_value=False).to_numpy()
        fits = fits & self._serves_all(wanted, steps)
        position = np.cumsum(fits) - 1
        steps = steps[fits[steps["column"]]].sort_values(["column", "order"])
        wanted = wanted[fits]
        cls = wanted["cls"].to_numpy(np.int64)
        owner = position[steps["column"]]
        pair, arc = steps["pair"].to_numpy(np.int64), steps["arc"].to_numpy(np.int64)
        if not self._pricer.fits(cls, owner, pair, arc):
            return 0
        before = len(pool)
        added = pool.add(self._pricer.bundled(cls, np.zeros(len(cls)), owner, pair, arc))
        if not before:
            pool.mark_used(np.flatnonzero(wanted["is_used"].to_numpy()[added]))
        return len(added)

    def _sources(self, kept: dict[str, Any]) -> pd.DataFrame:
        """Which classes of a file (source) have paths for which of this problem (cls)."""
        theirs = pd.DataFrame({name: kept[name] for name in _NAMES}).reset_index(names="source")
        mine = self._classes.reset_index(names="cls")
        same = mine.merge(theirs, on=["lane", "kind"])
        rest = mine[~mine["cls"].isin(same["cls"])].merge(theirs, on="lane")
        return pd.concat([same, rest], ignore_index=True)[["cls", "source"]]

    def _serves_all(self, wanted: pd.DataFrame, steps: pd.DataFrame) -> NDArray[np.bool_]:
        """Whether a column has a path for every place pair of its class: a class moves in fixed proportions."""
        needed = np.bincount(self._pairs["cls"], minlength=len(self._classes))[wanted["cls"]]
        has = steps.groupby("column")["pair"].nunique().reindex(wanted["column"], fill_value=0).to_numpy()
        serves: NDArray[np.bool_] = has == needed
        return serves


def _read(file: Path) -> dict[str, Any] | None:
    """Arrays of a file of kept columns; None where it is missing, damaged or not what it should be."""
    try:
        with file.open("rb") as opened, np.load(opened) as arrays:
            kept: dict[str, Any] = {name: arrays[name].astype(np.int64, casting="same_kind") for name in _NUMBERS}
            kept |= {name: arrays[name].astype(str, casting="same_kind") for name in _NAMES}
    except Exception:  # what a damaged archive raises depends on which of its bytes is wrong
        return None
    return kept if _is_sound(kept) else None


def _is_sound(kept: dict[str, Any]) -> bool:
    """Whether all arrays are lists whose positions lie within what they point to."""
    if any(array.ndim != 1 for array in kept.values()):
        return False
    groups = (("column", "pair", "arc"), ("pair_cls", "pair_origin", "pair_destination"), _NAMES)
    if any(len({len(kept[name]) for name in group}) > 1 for group in groups):
        return False
    limits = {"cls": len(kept["lane"]), "column": len(kept["cls"]), "used": len(kept["cls"]), "arc": None}
    limits |= {"pair": len(kept["pair_cls"]), "pair_cls": len(kept["lane"])}
    return all(
        bool(((kept[name] >= 0) & (kept[name] < (np.inf if limit is None else limit))).all())
        for name, limit in limits.items()
    )


def _digest(*frames: pd.DataFrame) -> str:
    digest = blake2b(digest_size=8)
    for frame in frames:
        digest.update(pd.util.hash_pandas_object(frame.astype(str), index=False).to_numpy().tobytes())
    return digest.hexdigest()

"""Work in a process of its own, so that peak memory and seconds are its own; and the power law through figures.

A child is ``python -m MODULE --child ...`` and prints one line of JSON last; the parent stays small, because a child's
peak begins with its parent's.
"""

import json
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
Figures = dict[str, Any]


def in_child(module: str, *arguments: str) -> Figures:
    """Figures that a child printed.

    Raises:
        RuntimeError: the child failed; its last words are in the message.
    """
    command = [sys.executable, "-m", module, "--child", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def repeated(times: int, module: str, *arguments: str) -> list[Figures]:
    """Figures of some children, one after another."""
    return [in_child(module, *arguments) for _ in range(times)]


def quiet() -> None:
    """Keep warnings of peers off the screen."""
    warnings.simplefilter("ignore")


def has_peer(name: str) -> bool:
    """Whether a peer is installed; says so where it is not."""
    if find_spec(name) is not None:
        return True
    print(f"{name} is not installed, so it is left out of the comparison; to add it: pip install -e '.[bench]'")
    return False


def exponent(size: list[float], measured: list[float]) -> float:
    """Slope of log(measured) over log(size): 1 where work grows as the size does."""
    return float(np.polyfit(np.log(size), np.log(measured), 1)[0])

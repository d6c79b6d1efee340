"""What a batch says on the terminal."""

from io import StringIO
from pathlib import Path

import pandas as pd
from rich.console import Console

from model.batch.execute import Tally
from model.batch.record import Batch
from model.batch.runs import How, Run
from model.options import Options
from report.batch_progress import BatchProgress, duration, progress_text, time_left
from report.batch_text import status_text

BATCH = Batch(
    "Overview", "", {key: Run(name) for key, name in (("a", "one"), ("b", "two"), ("c", "three"), ("d", "four"))}, {},
    How(Path("data"), Options()), {}, "hash", created="2026-11-29",
)  # fmt: skip


def catalogue(*states: str) -> pd.DataFrame:
    failed = [state == "failed" for state in states]
    return pd.DataFrame(
        {
            "key": list("abcd"),
            "state": states,
            "kind": ["limit" if one else "" for one in failed],
            "reason": ["stopped before a plan" if one else "" for one in failed],
            "seconds": 90.0,
        }
    )


def test_status_says_counts_reasons_and_what_to_do() -> None:
    text = status_text(BATCH, catalogue("finished", "failed", "failed", "open"), "runs/x", is_held=False)
    assert text.splitlines() == [
        "Overview, started 2026-11-29: 4 runs, 1 finished, 2 failed, 1 open",
        "A run took 90 s on average.",
        "Failed (limit): two; three",
        "  stopped before a plan",
        "It is not at work. The command that started it goes on with what is open, and so does:",
        "  batch.py retry runs/x --open-only",
        "What failed is run again by: batch.py retry runs/x",
        "A report on what is finished is written by: batch.py report runs/x",
    ]


def test_a_batch_at_work_is_left_alone() -> None:
    text = status_text(BATCH, catalogue("finished", "open", "open", "open"), "runs/x", is_held=True)
    assert "It is at work now." in text
    assert "retry" not in text


def test_progress_comes_in_lines_where_there_is_no_terminal() -> None:
    now, out = [0.0], StringIO()
    progress = BatchProgress(Console(file=out, width=200), clock=lambda: now[0])
    tally = Tally(4, running=2, workers=2)
    with progress:
        progress.update(tally)
        now[0], tally.finished, tally.seconds = 5.0, 1, [60.0]
        progress.update(tally)  # too early for another line
        now[0] = 12.0
        progress.update(tally)
        progress.note("one [bracket]")
    assert out.getvalue().splitlines() == [
        "   0.0 s  0 of 4 finished, 2 running",
        "  12.0 s  1 of 4 finished, 2 running, about 90 s left",
        "one [bracket]",
    ]
    assert not progress.should_stop()
    progress.stop()
    assert progress.should_stop()


def test_times_are_said_in_fitting_units() -> None:
    assert (duration(95), duration(700), duration(9000)) == ("95 s", "12 min", "2.5 h")
    assert (
        progress_text(Tally(2500, finished=1200, failed=1, running=2)) == "1,200 of 2,500 finished, 2 running, 1 failed"
    )
    assert time_left(Tally(25, finished=5, workers=2, seconds=[60.0, 80.0])) == "about 12 min left"
    assert time_left(Tally(25)) == ""


def test_a_terminal_shows_a_bar() -> None:
    out = StringIO()
    progress = BatchProgress(Console(file=out, width=120, force_terminal=True))
    with progress:
        progress.update(Tally(4, finished=1, running=2, workers=2, seconds=[60.0]))
        progress.note("a note")
    assert "1 of 4 finished, 2 running" in out.getvalue()
    assert "about 90 s left" in out.getvalue()
    assert "a note" in out.getvalue()

"""Progress in plain lines and on a terminal, with a clock under control."""

from io import StringIO

import pytest
from rich.console import Console

from report.progress import TerminalProgress, estimate_seconds_left


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def plain(clock: Clock) -> tuple[TerminalProgress, StringIO]:
    text = StringIO()
    return TerminalProgress(Console(file=text, width=200), 0.05, clock), text


def test_time_left_follows_the_trend_of_the_gap() -> None:
    assert estimate_seconds_left([(0, 0.8), (10, 0.4), (20, 0.2)], 0.1) == pytest.approx(10)
    assert estimate_seconds_left([(0, 0.8), (10, 0.4), (20, 0.2)], 0.05) == pytest.approx(20)


@pytest.mark.parametrize(
    "history", [[], [(0, 0.8), (10, 0.4)], [(0, 0.4), (10, 0.4), (20, 0.4)], [(0, 0.3), (10, 0.4), (20, 0.5)]]
)
def test_without_a_trend_there_is_no_estimate(history: list[tuple[float, float]]) -> None:
    assert estimate_seconds_left(history, 0.05) is None


def test_nothing_is_left_once_the_gap_is_reached() -> None:
    assert estimate_seconds_left([(0, 0.04)], 0.05) == 0
    assert estimate_seconds_left([(0, 0.8), (10, 0.4), (20, 0.2)], 0) is None


def test_without_a_terminal_phases_are_lines_and_figures_come_every_ten_seconds() -> None:
    clock = Clock()
    progress, text = plain(clock)
    with progress:
        progress.phase("Searching")
        for _ in range(4):
            clock.now += 4
            progress.update(1234.4, 1300.2, 0.2, 90)
    lines = text.getvalue().splitlines()
    assert lines == [
        "   0.0 s  Searching",
        "   4.0 s  Searching: best plan 1,234 million USD, bound 1,300, gap of the gain 20.0%, at most 90 s left",
        "  16.0 s  Searching: best plan 1,234 million USD, bound 1,300, gap of the gain 20.0%, at most 90 s left",
    ]
    assert "\x1b" not in text.getvalue()


def test_the_trend_takes_over_when_it_is_shorter_than_the_limit() -> None:
    clock = Clock()
    progress, text = plain(clock)
    for gap in (0.8, 0.4, 0.2):
        progress.update(None, None, gap, 300)
        clock.now += 10
    assert text.getvalue().splitlines()[-1].endswith("no plan yet, gap of the gain 20.0%, about 20 s left")


def test_on_a_terminal_one_line_is_kept() -> None:
    text = StringIO()
    progress = TerminalProgress(Console(file=text, force_terminal=True, width=200), 0.05, Clock())
    with progress:
        progress.phase("Searching")
        progress.update(1.0, 2.0, None, 600)
    assert "best plan 1 million USD, bound 2, at most 10 min left" in text.getvalue() or "\x1b" in text.getvalue()


def test_a_wish_to_stop_is_passed_on() -> None:
    progress, _ = plain(Clock())
    assert not progress.should_stop()
    progress.stop()
    assert progress.should_stop()

"""What every command does alike: run an action, say in a sentence what stopped it, stop on Ctrl-C."""

import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol

from rich.console import Console

from model.errors import InfeasibleError, InputError, LimitError
from model.solution import SolutionError
from network.tables import DataError

BAD_INPUT, INFEASIBLE, LIMIT, INTERNAL = 2, 3, 4, 5


def guarded(action: Callable[[], None], out: Path) -> int:
    """Run an action; return the exit code, and say in a sentence what stopped it.

    Args:
        out: folder of the run, beside which the log of a crash is written.
    """
    try:
        action()
    except (InputError, DataError, SolutionError) as error:
        return fail(str(error), BAD_INPUT)
    except InfeasibleError as error:
        return fail(str(error), INFEASIBLE)
    except LimitError as error:
        return fail(str(error), LIMIT)
    except KeyboardInterrupt:
        return fail("Stopped before there was a plan; nothing was written.", LIMIT)
    except Exception as error:  # the last line of defence: a sentence for the user, the rest for the log
        return fail(f"Internal error: {type(error).__name__}. {log_crash(out)}", INTERNAL)
    return 0


def fail(sentence: str, code: int) -> int:
    """Print why there is no result, and return the exit code."""
    console(stderr=True).print(sentence)
    return code


def console(stderr: bool = False) -> Console:
    """Return a console for plain text: paths and brackets are printed as they are."""
    return Console(stderr=stderr, soft_wrap=True, highlight=False, markup=False)


def log_crash(out: Path) -> str:
    """Write the traceback beside the run folder and say where."""
    log = crash_log(out)
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return "The log could not be written either."
    return f"Details are in {log}; no run was written."


def crash_log(out: Path) -> Path:
    """Return the place of the log of a crash: beside the run folder, which a crash leaves as it was."""
    return out.parent / f"{out.name}.error.log"


class Stoppable(Protocol):
    """What may be asked to stop."""

    def stop(self) -> None:
        """Ask it to stop."""

    def should_stop(self) -> bool:
        """Whether it was asked."""


@contextmanager
def stop_on_interrupt(progress: Stoppable, how: str = "with the best plan found") -> Iterator[None]:
    """Let the first Ctrl-C end the work in good order, and the second end the program.

    Args:
        how: what the first one leads to, in words.
    """

    def ask_to_stop(signal_number: int, frame: FrameType | None) -> None:
        del signal_number, frame
        if progress.should_stop():
            raise KeyboardInterrupt
        progress.stop()
        console(stderr=True).print(f"Stopping {how}; press Ctrl-C again to give up.")

    former = signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)

"""Workers of this machine: one process a lane, each a pool of its own, so that a lost one is known with its run.

Processes are spawned, not forked: the solver keeps threads that a fork would lose. Each uses one thread.
"""

import os
import queue
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import connection, get_context, parent_process

from model.batch.crew import Ended, Task
from model.batch.worker import Outcome, work

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
              "NUMEXPR_NUM_THREADS")  # fmt: skip
_STARTED_S = 5.0  # for a process to say its number, when it is to be ended


class PoolCrew:
    """Processes of this machine."""

    def __init__(self, workers: int) -> None:
        self._ended: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self._lanes: dict[str, _Lane] = {str(number): _Lane() for number in range(1, workers + 1)}

    def lanes(self) -> Sequence[str]:
        """Numbers of the processes."""
        return list(self._lanes)

    def submit(self, lane: str, task: Task) -> None:
        """Hand a task to a process; one that was lost is replaced by a new one."""

        def tell(future: "Future[Outcome]") -> None:
            try:
                self._ended.put(Ended(lane, task.key, future.result()))
            except BrokenProcessPool:
                self._ended.put(Ended(lane, task.key, None, "its process was ended from outside, or by the system"))
            except BaseException as error:  # what work() cannot catch: its arguments or its outcome do not travel
                self._ended.put(Ended(lane, task.key, None, f"{type(error).__name__}: {error}"))

        try:
            future = self._lanes[lane].submit(task)
        except BrokenProcessPool:  # it was lost while it had nothing to do
            self._lanes[lane] = _Lane()
            future = self._lanes[lane].submit(task)
        future.add_done_callback(tell)

    def ended(self, timeout_s: float) -> list[Ended]:
        """What has ended since the last call."""
        found: list[Ended] = []
        with suppress(queue.Empty):
            found.append(self._ended.get(timeout=timeout_s))
            while True:
                found.append(self._ended.get_nowait())
        for one in found:
            if one.outcome is None:
                self._lanes[one.lane].leave()
                self._lanes[one.lane] = _Lane()
        return found

    def close(self, give_up: bool) -> None:
        """End the processes."""
        for lane in self._lanes.values():
            lane.end(give_up)


class _Lane:
    """A process that starts with its first task."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_at_start)
        self._pid: Future[int] | None = None

    def submit(self, task: Task) -> "Future[Outcome]":
        if self._pid is not None:
            return self._pool.submit(work, task.how, task.run, task.key, task.out)
        former = {name: os.environ.get(name) for name in ONE_THREAD}
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
        # Ctrl-C reaches every process of the terminal; the workers leave it to the coordinator from their first moment
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._pid = self._pool.submit(os.getpid)
            return self._pool.submit(work, task.how, task.run, task.key, task.out)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            for name, value in former.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})

    def leave(self) -> None:
        """Wait for nothing: the process is lost, or ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def end(self, give_up: bool) -> None:
        if give_up and self._pid is not None:
            with suppress(Exception):  # it ended before it said its number
                os.kill(self._pid.result(_STARTED_S), signal.SIGKILL)
        self._pool.shutdown(wait=not give_up, cancel_futures=True)


def _at_start() -> None:
    """In a new process: end with the coordinator, however that ends, so that no orphan works on."""
    parent = parent_process()
    if parent is None:
        return

    def end_with_it() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=end_with_it, daemon=True).start()

"""Workers of a Dask cluster that is already there, by the address of its scheduler.

A task is tied to one worker and the coordinator watches which workers live: so a lost worker is treated as one of this
machine is, whatever the scheduler is set to do about it.
"""

import itertools
import logging
import queue
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from model.batch.crew import Ended, Task
from model.batch.worker import work
from model.errors import InputError, LimitError

TIMEOUT_S = 15.0
_LOOK_S = 1.0  # between two looks at which workers live
_NUMBER = itertools.count()
_LOGGERS = ("distributed", "distributed.client", "distributed.core", "distributed.comm", "distributed.batched",
            "tornado.application", "asyncio")  # fmt: skip


class DaskCrew:
    """Workers of a Dask cluster.

    Raises:
        InputError: the package is missing, or no scheduler answers at the address.
    """

    def __init__(self, address: str, timeout_s: float | None = None) -> None:
        timeout_s = TIMEOUT_S if timeout_s is None else timeout_s
        try:
            from distributed import Client
        except ImportError as error:
            raise InputError(
                "--dask needs the package distributed, which is not installed: pip install 'kervan[cluster]'"
            ) from error
        for (
            name
        ) in _LOGGERS:  # what they report of a lost worker or scheduler is said by the coordinator, in a sentence
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        try:
            self._client = Client(address, timeout=timeout_s, set_as_default=False, name="kervan-batch")
        except Exception as error:  # a timeout, a refusal or an address that is none, each of several types
            raise InputError(
                f"no Dask scheduler answers at {address} within {timeout_s:g} s; start one with 'dask scheduler', "
                "which prints its address, such as tcp://10.0.0.5:8786"
            ) from error
        self._address = address
        self._ended: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        self._tasks: dict[int, tuple[str, str, Any]] = {}  # lane, key and future by number
        self._alive: tuple[str, ...] = ()
        self._looked = float("-inf")

    def lanes(self) -> Sequence[str]:
        """Addresses of the workers.

        Raises:
            LimitError: the scheduler is gone.
        """
        if time.monotonic() - self._looked >= _LOOK_S:
            try:
                if self._client.status != "running":
                    raise ConnectionError
                self._alive = tuple(self._client.nthreads())
            except Exception as error:
                raise LimitError(f"the Dask scheduler at {self._address} is gone") from error
            self._looked = time.monotonic()
        return self._alive

    def submit(self, lane: str, task: Task) -> None:
        """Hand a task to a worker."""
        number = next(_NUMBER)
        future = self._client.submit(
            work, task.how, task.run, task.key, task.out, key=f"kervan-{task.key}-{number}", workers=[lane], pure=False,
            retries=0,
        )  # fmt: skip
        self._tasks[number] = (lane, task.key, future)
        future.add_done_callback(lambda _: self._ended.put((lane, number)))

    def ended(self, timeout_s: float) -> list[Ended]:
        """What has ended since the last call, and what was lost with its worker."""
        numbers: list[int] = []
        with suppress(queue.Empty):
            numbers.append(self._ended.get(timeout=min(timeout_s, _LOOK_S))[1])
            while True:
                numbers.append(self._ended.get_nowait()[1])
        found = [self._end(number) for number in numbers if number in self._tasks]
        alive = self.lanes()
        for number, (lane, key, future) in list(self._tasks.items()):
            if lane not in alive and not future.done():
                del self._tasks[number]
                future.cancel()
                found.append(Ended(lane, key, None, f"the Dask worker {lane} is gone"))
        return found

    def close(self, give_up: bool) -> None:
        """Leave the cluster; the workers stay."""
        del give_up
        with suppress(Exception):
            for _, _, future in self._tasks.values():
                future.cancel()
            self._client.close(timeout=TIMEOUT_S)

    def _end(self, number: int) -> Ended:
        lane, key, future = self._tasks.pop(number)
        try:
            return Ended(lane, key, future.result(timeout=TIMEOUT_S))
        except BaseException as error:  # the worker's end, or what work() cannot catch: kervan is missing there
            if isinstance(error, KeyboardInterrupt):
                raise
            return Ended(lane, key, None, f"the Dask worker {lane}: {type(error).__name__}: {error}")

"""The same batch on a Dask cluster of real processes: its answers, a worker that is lost, a scheduler that is gone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from model.batch.result import read_batch
from model.batch.start import Asked
from tests.model.batch.processes import ROOT, Command, assert_same_answers, assert_whole, do, finished, wait_for

pytest.importorskip("distributed", reason="distributed is not installed: pip install 'kervan[cluster]'")
pytestmark = pytest.mark.slow
FACTORS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass
class Cluster:
    """A scheduler and two workers, each a process of its own, started as the manual says."""

    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: list["subprocess.Popen[bytes]"]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    file = tmp_path / "scheduler.json"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    processes: list[subprocess.Popen[bytes]] = []

    def begin(*words: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", *words], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        processes.append(process)
        return process

    scheduler = begin("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                      "--scheduler-file", str(file))  # fmt: skip
    wait_for(lambda: file.exists() and bool(file.read_text(encoding="utf-8")), "scheduler")
    address = json.loads(file.read_text(encoding="utf-8"))["address"]
    options = ("--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard")
    workers = [begin("distributed.cli.dask_worker", address, *options) for _ in range(2)]
    yield Cluster(address, scheduler, workers)
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def command_of(world: Path) -> Command:
    return Command(world, factors=",".join(map(str, FACTORS)))


def test_a_cluster_answers_as_one_machine_does_though_a_worker_is_lost(
    cluster: Cluster, small_world: Path, ask: Callable[..., Asked], tmp_path: Path
) -> None:
    out, command = tmp_path / "out", command_of(small_world)
    process = command.start(out, "--dask", cluster.address)
    wait_for(lambda: len(finished(out)) >= 3, "three finished runs")
    time.sleep(0.5)  # so that it is in the middle of a run rather than about to say that it has done one
    cluster.workers[0].send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert "8 of 8 runs are finished" in said
    assert "A worker was lost with" in said
    assert_whole(out)
    by_worker = read_batch(out).catalogue["worker"].value_counts()
    assert {int(name.split(":")[1]) for name in by_worker.index} == {one.pid for one in cluster.workers}
    do(ask(FACTORS, axis="rail.factor"), tmp_path / "here")
    assert_same_answers(out, tmp_path / "here")


def test_a_batch_without_workers_waits_and_takes_those_that_come(cluster: Cluster, small_world: Path, tmp_path: Path
                                                                 ) -> None:  # fmt: skip
    out, command = tmp_path / "out", Command(small_world)
    for worker in cluster.workers:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    process = command.start(out, "--dask", cluster.address)
    wait_for(lambda: (out / "batch.json").exists(), "batch")
    late = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "distributed.cli.dask_worker", cluster.address, "--nthreads", "4", "--no-nanny",
         "--no-dashboard"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    said, _ = process.communicate(timeout=240)
    late.kill()
    late.wait()
    assert process.returncode == 0, said
    assert "4 of 4 runs are finished" in said
    assert "No worker is there: waiting for one" in said


def test_a_scheduler_that_is_gone_ends_the_batch_with_a_sentence_and_it_goes_on_elsewhere(
    cluster: Cluster, small_world: Path, tmp_path: Path
) -> None:
    out, command = tmp_path / "out", command_of(small_world)
    process = command.start(out, "--dask", cluster.address)
    wait_for(lambda: len(finished(out)) >= 2, "two finished runs")
    cluster.scheduler.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 4, said
    assert f"the Dask scheduler at {cluster.address} is gone" in said
    assert "Traceback" not in said
    assert_whole(out)
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    assert "8 of 8 runs are finished" in command.run(out, "--workers", "2")

"""A batch as it is kept on the disk, read and reported: what is written is what was put in."""

from pathlib import Path

import openpyxl

from model.batch.indicators import indicators
from model.batch.record import Batch
from model.batch.result import read_batch
from model.batch.runs import How, Run
from model.batch.store import BatchFolder
from model.options import Options
from model.solution import Solution
from network.network import Network
from report.comparison_rows import series, values
from report.comparison_runs import run_names
from report.comparison_sentences import findings
from report.comparison_workbook import write_comparison_workbook

DATA = Path(__file__).parents[3] / "data"


def test_a_batch_on_the_disk_is_reported(
    network: Network, solution: Solution, other_solution: Solution, tmp_path: Path
) -> None:
    folder = tmp_path / "batch"
    runs = {
        "a" * 20: Run("baseline"),
        "b" * 20: Run("red_sea_closed"),
        "c" * 20: Run("baseline", values={"suez.factor": 0.5}),
    }
    titles = {"a" * 20: "Baseline", "b" * 20: "Red Sea closed", "c" * 20: "Baseline"}
    batch = Batch(
        name="Two and a grid",
        spec="scenarios: [baseline, red_sea_closed]",
        runs=runs,
        titles=titles,
        how=How(DATA, Options()),
        axes={"suez.factor": "number"},
        network_hash=network.content_hash(),
    )
    folder.mkdir()
    batch.write(folder)
    store = BatchFolder(folder)
    store.make()
    told = {"a" * 20: solution, "b" * 20: other_solution}
    for key, of_run in told.items():
        store.put(key, runs[key], of_run, indicators(of_run, network), dict(batch.axes), "tables")

    result = read_batch(folder)
    assert run_names(result) == {"a" * 20: "Baseline", "b" * 20: "Red Sea closed"}
    every = series(result, headline=False)
    wide = values(result, every)
    for key, of_run in told.items():
        known = indicators(of_run, network)
        assert wide.loc[key].notna().sum() == len(known)
        gain = known.loc[known["indicator"] == "gain", "value"].iloc[0]
        assert wide.loc[key, "gain::"] == gain == of_run.run["gain"]
    said = findings(result)
    assert said["overview"][0] == (
        "2 of 3 runs are finished (1 not solved yet): 2 scenarios; all are compared with “Baseline”."
    )
    built = solution["builds"]["decision"].eq("built").sum() - 1
    assert said["investments"][0].startswith(f"{built} of ")
    path = folder / "comparison.xlsx"
    write_comparison_workbook(result, path)
    assert openpyxl.load_workbook(path)["Matrix"]["A5"].value == "Baseline"

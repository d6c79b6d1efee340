"""The identity of a run: equal inputs give equal hashes, on every machine."""

import hashlib

from model.options import Options
from model.scenario import Scenario
from network.network import Network


def input_hash(network: Network, options: Options, scenario: Scenario) -> str:
    """Hash all that decides what a run answers.

    Args:
        network: the world after the scenario's levers. scenario: its branches count where they are solved as states.
        options: objective, relaxation and resolution count; gap, time limit, threads, formulation and store only decide
            how, and how exactly, the same question is answered.

    Returns:
        SHA-256, hexadecimal.
    """
    question = f"{options.objective} {options.relax} {options.resolution}"
    if options.states:
        question += "".join(
            f" {branch.kind} {branch.chance} {branch.first_year} "
            + " ".join(lever.model_dump_json() for lever in branch.levers)
            for branch in scenario.branches
        )
    return hashlib.sha256(f"{network.content_hash()} {question}".encode()).hexdigest()

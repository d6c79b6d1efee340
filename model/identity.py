"""The identity of a run: equal inputs give equal hashes, on every machine."""

import hashlib

from model.options import Options
from network.network import Network


def input_hash(network: Network, options: Options) -> str:
    """Hash all that decides what a run answers.

    Args:
        network: the world after the scenario's levers.
        options: objective, relaxation and resolution count; gap, time limit, threads, formulation and store only decide
            how, and how exactly, the same question is answered.

    Returns:
        SHA-256, hexadecimal.
    """
    question = f"{options.objective} {options.relax} {options.resolution}"
    return hashlib.sha256(f"{network.content_hash()} {question}".encode()).hexdigest()

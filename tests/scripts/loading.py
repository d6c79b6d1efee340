"""The commands as modules: they stand outside the packages."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def load_command(name: str) -> ModuleType:
    """A script, such as "solve", as a module of its own."""
    spec = importlib.util.spec_from_file_location(f"{name}_command", SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module

"""Write docs/formulation.md from the docstrings of the model."""

from pathlib import Path
from typing import Annotated

import typer

from model.description import formulation_page

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "formulation.md"


def main(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where the page is out of date.")] = False,
) -> None:
    """Collect the formulation page."""
    text = formulation_page()
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return
    if check:
        typer.echo(f"{PAGE.relative_to(ROOT)}: out of date\nRun: python scripts/describe_model.py")
        raise typer.Exit(1)
    PAGE.write_text(text, encoding="utf-8")
    typer.echo(f"{PAGE.relative_to(ROOT)}: written")


if __name__ == "__main__":
    typer.run(main)

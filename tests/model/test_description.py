"""The page of the formulation names every group and is up to date in the repository."""

from pathlib import Path
from types import ModuleType

import pytest

from model import description
from model.groups import BLOCK_GROUPS, ROUTING_GROUPS, STRATEGIC_GROUPS

ROOT = Path(__file__).resolve().parents[2]
GROUPS = (*BLOCK_GROUPS, *ROUTING_GROUPS.values(), *STRATEGIC_GROUPS)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_every_group_has_a_section(group: ModuleType) -> None:
    assert f"*{group.__name__.replace('.', '/')}.py*" in description.formulation_page()


def test_no_trace_of_the_docstring_markup_is_left() -> None:
    page = description.formulation_page()
    assert "``" not in page
    assert ":class:" not in page
    assert "Args:" not in page


def test_a_part_without_docstring_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = ModuleType("model.groups.silent")
    chapter = description.Chapter("Silent", "", (silent,))
    monkeypatch.setattr(description, "chapters", lambda: (chapter,))
    with pytest.raises(ValueError, match=r"model\.groups\.silent has no docstring"):
        description.formulation_page()


def test_the_page_in_the_repository_is_up_to_date() -> None:
    page = (ROOT / "docs" / "formulation.md").read_text(encoding="utf-8")
    assert page == description.formulation_page(), "run: python scripts/describe_model.py"

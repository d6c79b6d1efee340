"""Project effect: another figure for what a project adds or saves on some links or places."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from model.levers.base import Lever, listed, unknown_names
from network.network import Network

_COLUMN = {
    "t_per_year": "capacity_added_t_per_year",
    "teu_per_year": "capacity_added_teu_per_year",
    "time_saved_h": "time_saved_h",
    "cost_saving_share": "cost_saving_share",
}
_WORDS = {
    "t_per_year": "adds {:,.0f} t a year",
    "teu_per_year": "adds {:,.0f} TEU a year",
    "time_saved_h": "saves {:g} h a passage",
    "cost_saving_share": "saves {:.0%} of the freight",
}


class ProjectEffect(Lever):
    """Replace what the table of project effects says of one project, on links and places where it acts."""

    kind: ClassVar[str] = "project_effect"

    project: str = Field(description="id of the project")
    targets: tuple[str, ...] = Field(min_length=1, description="links and places on which the project acts")
    t_per_year: float | None = Field(default=None, ge=0, description="capacity that the project adds, t per year")
    teu_per_year: float | None = Field(default=None, ge=0, description="capacity that the project adds, TEU per year")
    time_saved_h: float | None = Field(default=None, ge=0, description="hours that a passage saves")
    cost_saving_share: float | None = Field(
        default=None, ge=0, le=1, description="share of the freight that a passage saves"
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self._figures():
            raise ValueError(f"changes nothing; give one of {', '.join(_COLUMN)}")
        return self

    def _figures(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in _COLUMN if getattr(self, name) is not None}

    def problems(self, network: Network) -> list[str]:
        """Unknown project, and links or places on which it does not act."""
        found = unknown_names("project", [self.project], network.projects["project_id"], "project")
        if found:
            return found
        effects = network.project_effects
        acted_on = effects.loc[effects["project_id"] == self.project, "target_id"]
        return unknown_names("targets", self.targets, acted_on, f"link or place on which {self.project} acts")

    def apply(self, network: Network) -> Network:
        """Replace the figures in the rows of the project and its targets."""
        effects = network.project_effects.copy()
        mask = (effects["project_id"] == self.project) & effects["target_id"].isin(self.targets)
        for name, value in self._figures().items():
            effects.loc[mask, _COLUMN[name]] = value
        for column, text in self.provenance().items():
            effects.loc[mask, column] = text
        return network.replace(project_effects=effects)

    def effect(self, network: Network) -> str:
        """Say what the project now does, and where."""
        name = dict(zip(network.projects["project_id"], network.projects["name"], strict=True))[self.project]
        what = " and ".join(_WORDS[figure].format(value) for figure, value in self._figures().items())
        return f"{self.project} {name} {what} on {listed(self.targets)}"

"""What a declaration of a table is made of: fields with type, unit, bounds and references."""

from dataclasses import dataclass
from typing import Literal

Dtype = Literal["str", "int", "float", "list", "year"]
Value = str | int | float

FIRST_YEAR, LAST_YEAR = 1900, 2150
LIST_SEPARATOR = "|"


@dataclass(frozen=True)
class Field:
    """One column of a table.

    Attributes:
        name: column name, with the unit in it where it has one.
        dtype: ``str`` (object column, '' where empty), ``float`` (float64, NaN where empty), ``int`` and ``year``
            (int64 where a value is certain, else float64 with NaN), ``list`` (tuples, cells separated by ``|``).
        description: one sentence for the data dictionary.
        unit: unit in the field's usual notation, '' where there is none.
        required: the cell may not be empty and the column may not be missing.
        minimum, maximum: inclusive bounds of a number, of a list's numbers too.
        choices: allowed values, of each item for a list.
        references: ``table.field`` whose values are allowed, alternatives separated by ``|``.
        default: value where an optional cell is empty or the column is missing; None means empty.
        items: type of a list's items.
    """

    name: str
    dtype: Dtype
    description: str
    unit: str = ""
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Value, ...] = ()
    references: str = ""
    default: Value | None = None
    items: Literal["str", "int"] = "str"

    def __post_init__(self) -> None:
        if self.required and self.default is not None:
            raise ValueError(f"field {self.name}: a required field takes no default")
        if self.dtype == "year" and self.minimum is None and self.maximum is None:
            object.__setattr__(self, "minimum", FIRST_YEAR)
            object.__setattr__(self, "maximum", LAST_YEAR)

    @property
    def is_number(self) -> bool:
        """Whether cells hold one number."""
        return self.dtype in ("int", "float", "year")

    @property
    def is_whole(self) -> bool:
        """Whether cells hold a whole number."""
        return self.dtype in ("int", "year")

    @property
    def targets(self) -> tuple[tuple[str, str], ...]:
        """Referenced (table, field) pairs; empty where the field refers to nothing."""
        return tuple(_split(target) for target in self.references.split("|")) if self.references else ()


@dataclass(frozen=True)
class Table:
    """One table of a data folder.

    Attributes:
        name: name of the frame in a Network.
        path: file below the data folder; '' for a table that levers make.
        key: fields whose values together identify a row; empty where rows need no key.
        fields: the columns, in file order.
        description: what a row is.
        required: whether a data folder must hold it.
    """

    name: str
    path: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    description: str
    required: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field of a name; KeyError where the table has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"table {self.name} has no field {name}")


def provenance(prefix: str = "", about: str = "the cost figures") -> tuple[Field, ...]:
    """Fields that say where a row's figures come from; ``prefix`` for a second set, ``about``, in the same row."""
    about = about if prefix else "the row's figures"
    source = Field(f"{prefix}source", "str", f"Where {about} were read, or the basis of an estimate.", required=False)
    confidence = Field(
        f"{prefix}confidence",
        "str",
        f"How {about} are known: sourced (read in the source named), estimate (basis stated), "
        "memory (general knowledge, not checked).",
        required=False,
        choices=("sourced", "estimate", "memory"),
        default="estimate",
    )
    if prefix:
        return (source, confidence)
    year = Field("year", "year", "Year the figures stand for; empty where they have none.", required=False)
    note = Field("note", "str", "Remark for a reader; never read by the engine.", required=False)
    return (year, source, confidence, note)


def _split(reference: str) -> tuple[str, str]:
    table, field = reference.split(".")
    return table, field

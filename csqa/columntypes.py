"""What a table and a column are; :mod:`csqa.schema` declares those that csqa knows."""

from dataclasses import dataclass, field

TEXT, TIME, NUMBER, INTEGER, FLAG, CHOICE, DATE = (
    "text",
    "time",
    "number",
    "integer",
    "flag",
    "choice",
    "date",
)
"""Kinds of column. A flag is true or false; a choice is one of a closed list."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    """Our name, with the unit in it."""
    kind: str
    """One of TEXT, TIME, NUMBER, INTEGER, FLAG, CHOICE, DATE."""
    zh: str
    """The Chinese header that csqa itself writes."""
    aliases: tuple[str, ...] = ()
    """Other headers met in exports; case, spaces, brackets and underscores don't matter."""
    required: bool = False
    """A table without this column, or a row without a value in it, cannot be used."""
    or_else: str = ""
    """Of a required column: another one that can stand in for it, in the table and in a row."""
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For a CHOICE: our value -> what exports call it."""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: what a row is, and its columns."""

    name: str
    zh: str
    row: str
    """What one row is."""
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """Columns that together name a row; a second row with the same key is a duplicate."""
    aliases: tuple[str, ...] = ()
    """Words in file or sheet names that point to this table."""

    def column(self, name: str) -> Column:
        """The column of that name (KeyError if there is none)."""
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        """Names of the required columns, in order."""
        return [column.name for column in self.columns if column.required]

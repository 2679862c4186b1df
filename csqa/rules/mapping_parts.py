"""What a mapping is made of: frozen values, as :mod:`csqa.rules.mapping` reads them from YAML."""

import datetime as dt
from dataclasses import dataclass, field, replace

UNITS = {
    "milliseconds": 0.001,
    "seconds": 1,
    "minutes": 60,
    "hours": 3_600,
    "days": 86_400,
}
"""Units that a duration may be written in → seconds."""

UNIT_WORDS = {
    "milliseconds": ("毫秒", "ms"),
    "seconds": ("秒", "s", "sec", "seconds"),
    "minutes": ("分", "分钟", "min", "mins", "minute", "minutes"),
    "hours": ("小时", "时", "h", "hour", "hours"),
    "days": ("天", "日", "d", "day", "days"),
}
"""How headers write a unit in brackets."""

TAKES = ("first", "last", "min", "max", "sum", "count", "any")
"""What can be taken of the rows that a lookup finds."""

DERIVED = "映射:"
"""Begins the headers of columns that a mapping derives, so that none is an export's own."""

STEP = "中间:"
"""Begins those of columns on the way, so that none is taken for one of ours by its name."""


@dataclass(frozen=True)
class Condition:
    """What a cell must be: one of some texts, or none of them."""

    header: str
    values: tuple[str | None, ...]
    """In lower case; None is an empty cell."""
    negated: bool = False


@dataclass(frozen=True)
class Order:
    """By which column rows are put in order."""

    header: str
    format: str | None = None
    """How its times are written if they are not unambiguous."""


@dataclass(frozen=True)
class Lookup:
    """A value from the rows of another source that belong to a row of ours."""

    table: str
    """Pattern of the name of the source, or sources, to look in."""
    header: str | None
    """Their header; None counts rows."""
    on: tuple[tuple[str, str], ...] = ()
    """Their header, our header: equal texts belong together."""
    where: tuple[Condition, ...] = ()
    after: tuple[tuple[str, str], ...] = ()
    """Their time must be later than our time."""
    before: tuple[tuple[str, str], ...] = ()
    take: str = "first"
    order: Order | None = None
    """None is the order of the rows."""

    @property
    def ours(self) -> tuple[str, ...]:
        """Headers of our source that it needs."""
        return tuple(mine for _, mine in (*self.on, *self.after, *self.before))

    @property
    def theirs(self) -> tuple[str, ...]:
        """Headers of the other source that it needs."""
        pairs = (*self.on, *self.after, *self.before)
        given = [their for their, _ in pairs] + [condition.header for condition in self.where]
        given += [self.header] if self.header else []
        return tuple(given + ([self.order.header] if self.order else []))


@dataclass(frozen=True)
class Derivation:
    """How a column is made that no source has as such; exactly one way is given."""

    parts: tuple[str, ...] = ()
    """Headers whose cells are joined."""
    join: str = " "
    first_of: tuple[str, ...] = ()
    """Headers of which the first that is not empty counts."""
    filled: str | None = None
    """Header whose cell says yes by holding anything."""
    row_number: bool = False
    lookup: Lookup | None = None
    optional: bool = False
    """Whether what it needs may be lacking; without any of it the column is not given."""

    @property
    def ours(self) -> tuple[str, ...]:
        """Headers of our source that it needs."""
        of_lookup = self.lookup.ours if self.lookup else ()
        of_filled = (self.filled,) if self.filled else ()
        return (*self.parts, *self.first_of, *of_filled, *of_lookup)


@dataclass(frozen=True)
class ColumnMapping:
    """Where one of our columns comes from."""

    source: str | None = None
    """Their header, or that of the derived column; None for a constant."""
    values: dict[str, str | None] = field(default_factory=dict)
    """Their value → ours; None means missing. Values not listed are read as usual."""
    format: str | None = None
    """How times are written, as in ``strptime``; None accepts the unambiguous ones."""
    constant: str | None = None
    """One value for all rows."""
    unit: str | None = None
    """Unit of a duration's plain numbers; None is seconds."""
    derivation: Derivation | None = None
    """How the source is made where no header holds it."""
    optional: bool = False
    """Whether its source may be lacking; the column is then not given."""


@dataclass(frozen=True)
class OneRowPer:
    """Which row of several is kept."""

    headers: tuple[str, ...]
    keep: str = "last"
    """``first`` or ``last``."""
    order: Order | None = None


@dataclass(frozen=True)
class SourceMapping:
    """What is made of a source before it is looked up in or serves a table."""

    derived: dict[str, Derivation] = field(default_factory=dict)
    """Name of the new column → how it is made."""


@dataclass(frozen=True)
class TableMapping:
    """Which files are a table, and where its columns come from."""

    files: tuple[str, ...] = ()
    """File name patterns; empty leaves it to names and headers."""
    columns: dict[str, ColumnMapping] = field(default_factory=dict)
    """Our column name → where it comes from."""
    only: bool = False
    """Whether columns not listed are left out even if a header fits."""
    derived: dict[str, Derivation] = field(default_factory=dict)
    """Columns on the way: their name, as others refer to it → how they are made."""
    where: tuple[Condition, ...] = ()
    """Rows that fail one of these are left out."""
    one_row_per: OneRowPer | None = None
    header: bool = True
    """Whether the first row is the header; if not, columns are named 1, 2, …"""
    source_time_zone: str | None = None
    """Zone of times without offset; None is the declared one."""

    @property
    def derivations(self) -> dict[str, Derivation]:
        """Header → how it is made, in the order in which each may refer to those before."""
        own = {
            rule.source: rule.derivation
            for rule in self.columns.values()
            if rule.derivation is not None and rule.source is not None
        }
        return {**self.derived, **own}

    @property
    def needs(self) -> list[str]:
        """Headers of the source that columns are made of, or rows left out by."""
        made = [header for one in self.derivations.values() for header in one.ours]
        single = self.one_row_per.headers if self.one_row_per else ()
        return [*made, *(condition.header for condition in self.where), *single]

    @property
    def reshapes(self) -> bool:
        """Whether rows or columns differ from those of the source."""
        return bool(self.derivations or self.where or self.one_row_per or not self.header)


@dataclass(frozen=True)
class TeamSpan:
    """Days on which an agent belonged to a team, the last one included."""

    agent: str
    team: str
    since: dt.date
    until: dt.date | None = None


@dataclass(frozen=True)
class Mapping:
    """A mapping file, checked."""

    time_zone: str | None = None
    """Zone of the months, and of times without offset; None is Asia/Shanghai."""
    missing: tuple[str, ...] = ()
    """Further texts that mean an empty cell, such as ``?``."""
    tables: dict[str, TableMapping] = field(default_factory=dict)
    """Our table name → its mapping."""
    source_time_zone: str | None = None
    """Zone of times without offset where it is not that of the months."""
    sources: dict[str, SourceMapping] = field(default_factory=dict)
    """Pattern of a source's name → what is made of it first."""
    agent_teams: tuple[TeamSpan, ...] = ()

    def table(self, name: str) -> TableMapping:
        """The mapping of a table, an empty one if none is given; with the zone of its times."""
        given = self.tables.get(name, TableMapping())
        if given.source_time_zone or not self.source_time_zone:
            return given
        return replace(given, source_time_zone=self.source_time_zone)

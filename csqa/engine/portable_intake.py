"""Typed rows in a user's engine → our tables there, faults and quarantine fetched.

The same rules in the same order as :mod:`csqa.engine.intake`, one statement per table. The rows
of the user's tables are read where they lie; ours are temporary tables of the session.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csqa.engine.columns import WHOLES, Input, text_of
from csqa.engine.dialect import Dialect
from csqa.engine.engines import value
from csqa.engine.intake import FAULT_COLUMNS, LONGEST_VALUE, name_columns
from csqa.engine.portable_cells import write_cells
from csqa.engine.portable_columns import DECIMAL, typed_rows
from csqa.engine.portable_queries import PREFIX, InPlaceEngine, TableQueries
from csqa.engine.portable_rows import Relation
from csqa.engine.reasons import explain
from csqa.errors import DataError
from csqa.schema import CONTACTS, FEEDBACK

SHORT = (
    *CONTACTS.key,
    *FEEDBACK.key,
    "customer_id",
    "agent_id",
    "first_agent_id",
    "last_agent_id",
    "team",
    "topic",
)
"""Texts that rows are joined and grouped by: ids and names."""

LAST_ORDER = 1_000
"""Place of faults between rows, after those within one."""


@dataclass
class PortableIntake:
    """What came of the tables, one after the other."""

    engine: InPlaceEngine
    zone: str
    missing: tuple[str, ...]
    relations: Mapping[str, Relation]
    """By the view of their source."""
    inputs: Mapping[str, list[Input]]
    """Table → its sources, contacts first."""
    rows: list[dict[str, object]] = field(default_factory=list)
    faults: list[pd.DataFrame] = field(default_factory=list)
    quarantine: dict[str, pd.DataFrame] = field(default_factory=dict)

    def take_in(self) -> None:
        """Make our tables; what is wrong goes to faults and quarantine.

        Raises
        ------
        DataError
            If the user's rows changed while they were read.
        """
        tables = [_TableIntake(self, entries[0].match.table) for entries in self.inputs.values()]
        for table in tables:
            table.declare()
        with self.engine.snapshot():
            for table in tables:
                table.take_in()
        for table in tables:
            self.engine.drop(table.staged)
            self.engine.drop(table.wrong)


@dataclass
class _TableIntake(TableQueries):
    """One of our tables, being taken in."""

    intake: "PortableIntake"

    def declare(self) -> None:
        """Make empty tables, before anything of the user's is read."""
        engine = self.intake.engine
        short = [name for name in self.table.names if name in SHORT]
        engine.declare(self.staged, self._staged_query(), short)
        engine.declare(self.wrong, self._wrong_query())
        engine.declare(f"{PREFIX}{self.table.name}", self._sound_query())

    def take_in(self) -> None:
        """Fill them, and fetch what is wrong."""
        engine = self.intake.engine
        engine.fill(self.staged, self._staged_query())
        engine.fill(self.wrong, self._wrong_query())
        engine.fill(f"{PREFIX}{self.table.name}", self._sound_query())
        across = self._faults_across()
        held = [self._report(n, entry, across) for n, entry in enumerate(self.entries)]
        kept = [rows for rows in held if rows is not None]
        if kept:
            self.intake.quarantine[self.table.name] = pd.concat(kept, ignore_index=True)

    def _faults_across(self) -> pd.DataFrame:
        """Duplicates and orphans: one line per row."""
        name = self.table.name
        rows = self.intake.engine.rows(
            f"SELECT input_, row_, why, shown FROM {self.wrong} WHERE why > 0"
            " ORDER BY why, input_, row_"
        )
        told = {1: ("duplicate_key", "error"), 2: ("no_contact", "error")}
        if self._orphans_stay:
            told[2] = ("no_contact", "warning")
        key = {1: self.table.key[0] if self.table.key else "", 2: "contact_id"}
        lines = [
            (number, row, key[why], shown, rule, explain(rule, name, key[why]), severity)
            for number, row, why, shown in rows
            for rule, severity in [told[int(why)]]
        ]
        columns = ["input", "row", "column", "value", "rule", "reason", "severity"]
        return pd.DataFrame(lines, columns=columns).assign(order=LAST_ORDER)

    def _report(self, number: int, entry: Input, across: pd.DataFrame) -> pd.DataFrame | None:
        """Count the rows of a source, and fetch its faults and the raw cells of wrong rows."""
        found = [across[across["input"] == number]]
        held = self._fetch_wrong(number, entry)
        raw = None
        if len(held):
            found += self._faults_within(held, entry)
            raw = self._raw_cells(held, entry)
        named = pd.concat(found).assign(table=self.table.name, file=entry.source.label)
        placed = named.sort_values(["row", "order"], kind="stable")[FAULT_COLUMNS]
        self.intake.faults.append(placed)
        self.intake.rows.append(self._count(number, entry, 0 if raw is None else len(raw)))
        return raw

    def _count(self, number: int, entry: Input, quarantined: int) -> dict[str, object]:
        engine = self.intake.engine
        came = value(engine, f"SELECT COUNT(*) FROM {self._relation(entry).numbered} AS source")
        used = value(
            engine,
            f"SELECT COUNT(*) FROM {PREFIX}{self.table.name} WHERE input_ = {number}",
        )
        if came != used + quarantined:
            msg = f"{entry.source.label} 在读取中途变了：{came} 行，读到 {used + quarantined} 行。"
            raise DataError(msg)
        return {
            "table": self.table.name,
            "file": entry.source.label,
            "rows_in": came,
            "rows_used": used,
            "rows_quarantined": quarantined,
        }

    def _fetch_wrong(self, number: int, entry: Input) -> pd.DataFrame:
        """Raw cells, texts and broken rules of the rows of a source that are set aside."""
        checks = self._checks(entry)
        flags = "".join(
            f", CASE WHEN {check.condition} THEN 1 ELSE 0 END AS f{i}"
            for i, check in enumerate(checks)
        )
        rows = typed_rows(self._cells(entry), self._relation(entry).numbered)
        stays = " AND why < 2" if self._orphans_stay else ""
        dialect = self.intake.engine.dialect
        types = entry.source.types
        listed = ", ".join(
            f"{_exact(f'c{i}', types[i], dialect)} AS c{i}" for i in range(len(types))
        )
        texts = "".join(
            f", {_exact(name, cell.type, dialect) if cell.direct else name} AS {name}"
            for cell in self._cells(entry)
            for name in [text_of(cell.column.name)]
        )
        query = (
            f"SELECT parsed.row_ AS row_, {listed}{texts}{flags} FROM {rows} AS parsed"
            f" JOIN {self.wrong} AS wrong ON wrong.row_ = parsed.row_ AND wrong.input_ = {number}"
            f"{stays} ORDER BY parsed.row_"
        )
        if not value(
            self.intake.engine,
            f"SELECT COUNT(*) FROM {self.wrong} WHERE input_ = {number}{stays}",
        ):
            return pd.DataFrame()
        return self.intake.engine.frame(query)

    def _faults_within(self, held: pd.DataFrame, entry: Input) -> Iterator[pd.DataFrame]:
        """One line per fault of a row by itself; under a repeated header nothing else counts."""
        types = {cell.column.name: cell for cell in self._cells(entry)}
        whole = pd.Series(True, index=held.index)
        for order, check in enumerate(self._checks(entry)):
            rows = held[(held[f"f{order}"] == 1) & whole]
            if check.rule == "repeated_header":
                whole &= held[f"f{order}"] != 1
                shown: Any = entry.source.headers[next(iter(entry.match.positions.values()))]
            elif check.rule == "missing_value":
                shown = None
            else:
                cell = types[check.column]
                kind = cell.type if cell.direct else "VARCHAR"
                shown = write_cells(rows[f"t_{check.column}"], kind).str.slice(0, LONGEST_VALUE)
            yield pd.DataFrame(
                {
                    "row": rows["row_"],
                    "column": check.column,
                    "value": shown,
                    "rule": check.rule,
                    "reason": explain(check.rule, self.table.name, check.column),
                    "severity": "error",
                    "order": order,
                }
            )

    def _raw_cells(self, held: pd.DataFrame, entry: Input) -> pd.DataFrame:
        source = entry.source
        made = {"file": source.label, "row": held["row_"].astype("int64")}
        names = name_columns(source.headers)
        for i, (name, kind) in enumerate(zip(names, source.types, strict=True)):
            made[name] = write_cells(held[f"c{i}"], kind)
        return pd.DataFrame(made)


def _exact(cell: str, kind: str, dialect: Dialect) -> str:
    """SQL of a cell that loses no digit on its way."""
    return dialect.cast_text.format(x=cell) if kind in (*WHOLES, DECIMAL) else cell

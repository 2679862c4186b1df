"""What is asked of a user's engine to make one of our tables: SQL, for any of them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from csqa.columntypes import Table
from csqa.engine.checks import Check, any_of, cell_checks, shape_checks
from csqa.engine.columns import Input, value_of
from csqa.engine.engines import Engine
from csqa.engine.portable_columns import TypedCell, nothing, typed_cells, typed_rows
from csqa.engine.portable_rows import Relation
from csqa.engine.staging import LOCAL_TIMES
from csqa.engine.zones import read_zone, wall_expression

PREFIX = "csqa_"
"""Before the names of our tables in the user's session."""


class InPlaceEngine(Engine, Protocol):
    """An engine that reads a user's tables where they lie."""

    def declare(self, name: str, query: str, short: Sequence[str] = ()) -> None:
        """Make room for the rows of a query, the columns in ``short`` being no long texts."""

    def fill(self, name: str, query: str) -> None:
        """Keep the rows of a query for which there is room."""

    def snapshot(self) -> AbstractContextManager[None]:
        """See one moment of the user's tables, as far as the engine can."""


class Taking(Protocol):
    """What is known of all tables."""

    engine: InPlaceEngine
    zone: str
    missing: tuple[str, ...]
    relations: Mapping[str, Relation]
    inputs: Mapping[str, list[Input]]


@dataclass
class TableQueries:
    """The statements for one of our tables."""

    intake: Taking
    table: Table

    @property
    def staged(self) -> str:
        """Name of all rows, typed and judged."""
        return f"{PREFIX}staged_{self.table.name}"

    @property
    def wrong(self) -> str:
        """Name of the rows that are set aside."""
        return f"{PREFIX}wrong_{self.table.name}"

    @property
    def entries(self) -> list[Input]:
        """Its sources."""
        return self.intake.inputs[self.table.name]

    def _staged_query(self) -> str:
        """SQL of all rows, typed and judged; ``nth_`` counts the good ones of one key."""
        parts = [self._input_query(n, entry) for n, entry in enumerate(self.entries)]
        union = " UNION ALL ".join(parts)
        if not self.table.key:
            return f"SELECT joined.*, 1 AS nth_ FROM ({union}) AS joined"
        keys = ", ".join(map(self._name, self.table.key))
        nth = f"ROW_NUMBER() OVER (PARTITION BY {keys}, faulty_ ORDER BY input_, row_)"
        return f"SELECT joined.*, {nth} AS nth_ FROM ({union}) AS joined"

    def _input_query(self, number: int, entry: Input) -> str:
        judged = f"CASE WHEN {any_of(self._checks(entry))} THEN 1 ELSE 0 END"
        rows = typed_rows(self._cells(entry), self._relation(entry).numbered)
        return (
            f"SELECT {self._columns(entry)}, {number} AS input_, row_, {judged} AS faulty_"
            f" FROM {rows} AS parsed"
        )

    def _columns(self, entry: Input) -> str:
        dialect = self.intake.engine.dialect
        given = {cell.column.name: cell for cell in self._cells(entry)}
        columns = [
            f"{value_of(c.name) if c.name in given else nothing(c, dialect)}"
            f" AS {self._name(c.name)}"
            for c in self.table.columns
        ]
        if self.table.name in LOCAL_TIMES:
            at = value_of(LOCAL_TIMES[self.table.name])
            local = wall_expression(at, read_zone(self.intake.zone), dialect.add_seconds)
            columns.append(f"{local} AS local_at")
        return ", ".join(columns)

    def _wrong_query(self) -> str:
        """SQL of the rows that are set aside, and why if not for themselves."""
        dialect = self.intake.engine.dialect
        key = ", ', ', ".join(self._key_text(k) for k in self.table.key)
        none = dialect.cast_text.format(x="NULL")
        shown = f"CONCAT({key})" if key else none
        why = "CASE WHEN faulty_ = 1 THEN 0 WHEN nth_ > 1 THEN 1 ELSE 2 END"
        value_ = f"CASE WHEN faulty_ = 0 AND nth_ > 1 THEN {shown} ELSE {none} END"
        bad = "faulty_ = 1 OR nth_ > 1"
        if self._needs_contact:
            value_ = (
                f"CASE WHEN faulty_ = 1 THEN {none} WHEN nth_ > 1 THEN {shown}"
                " ELSE staged.contact_id END"
            )
            bad += " OR (staged.contact_id IS NOT NULL AND known.contact_id IS NULL)"
        return (
            f"SELECT staged.input_, staged.row_, {why} AS why, {value_} AS shown"
            f" FROM {self._from_staged()}"
            f" WHERE {bad}"
        )

    def _sound_query(self) -> str:
        dialect, columns = self.intake.engine.dialect, [*self.table.names]
        if self.table.name in LOCAL_TIMES:
            columns.append("local_at")
        listed = ", ".join(f"staged.{dialect.identifier(name)}" for name in columns)
        sound = "faulty_ = 0 AND nth_ = 1"
        if self._needs_contact and not self._orphans_stay:
            sound += " AND (staged.contact_id IS NULL OR known.contact_id IS NOT NULL)"
        return (
            f"SELECT {listed}, staged.input_, staged.row_ FROM {self._from_staged()} WHERE {sound}"
        )

    def _key_text(self, column: str) -> str:
        cell = f"staged.{self._name(column)}"
        return self.intake.engine.dialect.cast_text.format(x=cell)

    def _from_staged(self) -> str:
        if not self._needs_contact:
            return f"{self.staged} AS staged"
        return (
            f"{self.staged} AS staged LEFT JOIN {PREFIX}contacts AS known"
            " ON known.contact_id = staged.contact_id"
        )

    @property
    def _needs_contact(self) -> bool:
        return self.table.name != "contacts" and "contact_id" in self.table.names

    @property
    def _orphans_stay(self) -> bool:
        return self.table.name == "feedback"

    def _name(self, column: str) -> str:
        return self.intake.engine.dialect.identifier(column)

    def _relation(self, entry: Input) -> Relation:
        return self.intake.relations[entry.source.view]

    def _cells(self, entry: Input) -> list[TypedCell]:
        intake = self.intake
        return typed_cells(
            entry.match, entry.source.types, intake.zone, intake.missing, intake.engine.dialect
        )

    def _checks(self, entry: Input) -> list[Check]:
        shape = shape_checks(entry.source, entry.match)
        shape = [check for check in shape if check.rule == "repeated_header"]
        return [*shape, *cell_checks(entry.source, entry.match)]

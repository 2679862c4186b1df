"""Small counts of one month, for what a report says of its own data."""

from typing import Any

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import DUCKDB
from csqa.rules.standard import Standard

MILLISECONDS_PER_DAY = 86_400_000


def count_contacts(data: Dataset, period: str) -> int:
    """Contacts created in a month, by the declared zone."""
    return _count(data, period)


def count_inspected(data: Dataset, period: str) -> int:
    """Contacts of a month that were inspected."""
    inspected = "contact_id IN (SELECT contact_id FROM inspections)"
    return _count(data, period, inspected)


def count_undecided(data: Dataset, standard: Standard, period: str) -> int:
    """Contacts of a month too recent for first-contact resolution to be known."""
    age = DUCKDB.milliseconds_between("(SELECT MAX(created_at) FROM contacts)", "created_at")
    window = standard.repeat_contact_days * MILLISECONDS_PER_DAY
    return _count(data, period, f"{age} < {window:.0f}")


def count_without_customer(data: Dataset, period: str) -> int:
    """Contacts of a month without a customer, where the table has customers."""
    if not data.has("contacts", "customer_id"):
        return 0
    return _count(data, period, "customer_id IS NULL")


def count_without(
    data: Dataset, period: str, column: str, where: tuple[tuple[str, Any], ...]
) -> int:
    """Contacts of a month that a metric looks at, but without the time it needs."""
    scope = [f"{name} = {literal(value)}" for name, value in where if name != "peak"]
    return _count(data, period, " AND ".join([f"{column} IS NULL", *scope]))


def _count(data: Dataset, period: str, condition: str = "TRUE") -> int:
    month = DUCKDB.periods["month"].format(t="local_at")
    counted = data.connection.execute(
        f"SELECT COUNT(*) FROM contacts WHERE {month} = {literal(period)} AND {condition}"
    ).fetchone()
    return int(counted[0]) if counted else 0

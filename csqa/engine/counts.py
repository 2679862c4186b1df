"""Small counts of one month, for what a report says of its own data."""

from typing import Any

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.engines import value
from csqa.engine.facts import MILLISECONDS_PER_DAY, age_of
from csqa.rules.standard import Standard


def count_contacts(data: Dataset, period: str) -> int:
    """Contacts created in a month, by the declared zone."""
    return _count(data, period)


def count_inspected(data: Dataset, period: str) -> int:
    """Contacts of a month that were inspected."""
    if "inspections" not in data.tables:
        return 0
    inspected = f"contact_id IN (SELECT contact_id FROM {data.relation('inspections')})"
    return _count(data, period, inspected)


def count_probabilities(data: Dataset, period: str) -> tuple[int, bool]:
    """Inspected contacts of a month with a known chance to be drawn, and whether chances differ.

    A contact without one stands for itself, as one that was drawn for certain.
    """
    month = data.engine.dialect.periods["month"].format(t="contacts.local_at")
    inspected, known, least, greatest = data.engine.rows(
        "SELECT COUNT(DISTINCT judged.contact_id), COUNT(DISTINCT CASE WHEN"
        " judged.inclusion_probability IS NOT NULL THEN judged.contact_id END),"
        " MIN(judged.inclusion_probability),"
        f" MAX(judged.inclusion_probability) FROM {data.relation('inspections')} judged"
        f" JOIN {data.relation('contacts')} contacts ON contacts.contact_id = judged.contact_id"
        f" WHERE {month} = {literal(period)}"
    )[0]
    if not known:
        return 0, False
    return int(known), least != greatest or (known < inspected and least < 1)


def count_undecided(data: Dataset, standard: Standard, period: str) -> int:
    """Contacts of a month too recent for first-contact resolution to be known."""
    window = standard.repeat_contact_days * MILLISECONDS_PER_DAY
    undecided = f"{age_of(data, data.engine.dialect)} < {window:.0f}"
    if data.has("contacts", "first_contact_resolved"):
        undecided += " AND first_contact_resolved IS NULL"
    return _count(data, period, undecided)


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


def _count(data: Dataset, period: str, condition: str = "1 = 1") -> int:
    month = data.engine.dialect.periods["month"].format(t="local_at")
    return int(
        value(
            data.engine,
            f"SELECT COUNT(*) FROM {data.relation('contacts')} contacts"
            f" WHERE {month} = {literal(period)} AND {condition}",
        )
    )

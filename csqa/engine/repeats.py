"""Contacts that another one follows, and complaints that follow another: windows over customers."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from csqa.engine.dataset import Dataset
from csqa.engine.engines import DuckDBEngine, keep
from csqa.engine.intake import NUMBER

REPEATS, CANDIDATES = "csqa_repeats", "csqa_candidates"
REPEAT_COMPLAINTS = "csqa_repeat_complaints"
RETURNS = "csqa_returns"

HASHED = "hash(customer_id, COALESCE(topic, ''))"


def key_of(data: Dataset) -> str:
    """Column that names a contact in the passes: on DuckDB a number, cheaper to join than an id."""
    return NUMBER if isinstance(data.engine, DuckDBEngine) else "contact_id"


def keep_repeats(data: Dataset, fragments: Mapping[str, Any]) -> None:
    """Keep the keys of contacts that another one of the customer follows on the same topic.

    On DuckDB a first window runs over hashes: numbers sort faster than names, and one long enough
    ago is no candidate. Whoever shares a hash can only bring two contacts nearer to each other,
    so no repeat is lost; the names then decide among the few candidates.

    Parameters
    ----------
    data : Dataset
        Its session gets the table.
    fragments : mapping of str to str
        Of :func:`csqa.engine.facts.make_facts`.
    """
    rows = _candidates(data, fragments)
    keep(data.engine, REPEATS, _read("repeats").format(**fragments, candidates=rows))


def keep_returns(data: Dataset, fragments: Mapping[str, Any]) -> None:
    """Keep the keys of contacts that come after one called resolved, and when that was created.

    Parameters
    ----------
    data : Dataset
        Its session gets the table :data:`RETURNS`: ``returned_at`` and, of the last earlier
        contact of the customer on the same topic that was called resolved, ``resolved_at_first``.
    fragments : mapping of str to str
        As for :func:`keep_repeats`, with ``resolved``.
    """
    rows = _candidates(data, fragments)
    keep(data.engine, RETURNS, _read("returns").format(**fragments, candidates=rows))


def _candidates(data: Dataset, fragments: Mapping[str, Any]) -> str:
    """SQL of the contacts among which repeats are looked for."""
    rows = str(fragments["contacts"])
    if not isinstance(data.engine, DuckDBEngine) or not data.has("contacts", "customer_id"):
        return rows
    keep(data.engine, CANDIDATES, _read("candidates").format(**fragments, hashed=HASHED))
    return f"(SELECT * FROM {rows} WHERE {HASHED} IN (SELECT customer_topic FROM {CANDIDATES}))"


def keep_repeat_complaints(data: Dataset, fragments: Mapping[str, Any]) -> str:
    """Keep the keys of complaints that follow another of the customer on the same topic.

    Parameters
    ----------
    data : Dataset
        Its session gets the table.
    fragments : mapping of str to str
        Of :func:`csqa.engine.facts.make_facts`; nothing is kept unless they ask for it.

    Returns
    -------
    str
        The join of contacts with them; empty where it is not asked for.
    """
    if "repeat_complaint" not in fragments["values"]:
        return ""
    keep(data.engine, REPEAT_COMPLAINTS, _read("repeat_complaints").format(**fragments))
    key = fragments["key"]
    return f"LEFT JOIN {REPEAT_COMPLAINTS} ON {REPEAT_COMPLAINTS}.{key} = contacts.{key}"


def _read(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")

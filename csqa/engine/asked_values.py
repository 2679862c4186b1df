"""SQL of the measures that are worked out only where a standard asks for them.

Each is a whole number per contact: milliseconds, or 1 and 0, NULL where the contact does not count.
"""

from collections.abc import Mapping
from typing import Any

from csqa.engine.repeats import REPEAT_COMPLAINTS
from csqa.rules.standard import Standard

MILLISECONDS_PER_SECOND = 1000

TEXTS: dict[str, str] = {
    "csat_responded": "CASE WHEN contacts.csat IS NOT NULL THEN 1 ELSE 0 END",
    "transferred": "CASE WHEN contacts.departments >= {transferred_from} THEN 1"
    " WHEN contacts.departments IS NOT NULL THEN 0 END",
    # The complement of within_limit, of which facts.sql says the same.
    "over_limit": "CASE WHEN contacts.resolved_at IS NOT NULL"
    " THEN CASE WHEN {until_resolution} <= {limit} THEN 0 WHEN {limit} IS NOT NULL THEN 1 END"
    " WHEN {resolved} THEN NULL WHEN {age} > {limit} THEN 1 END",
    # Without a response a contact is late only if it is known to be open.
    "within_response_limit": "CASE WHEN contacts.abandoned THEN NULL"
    " WHEN contacts.first_response_at IS NOT NULL"
    " THEN CASE WHEN {until_response} <= {response_limit} THEN 1 ELSE 0 END"
    " WHEN NOT {resolved} AND {age} > {response_limit} THEN 0 END",
    "abandonment": "CASE WHEN {at_once} THEN NULL"
    " WHEN contacts.abandoned THEN 1 WHEN NOT contacts.abandoned THEN 0 END",
    # Answered in time / (offered less those abandoned at once).
    "service_level": "CASE WHEN {at_once} THEN NULL WHEN contacts.abandoned THEN 0"
    " WHEN NOT contacts.abandoned AND {wait} <= {level} THEN 1"
    " WHEN NOT contacts.abandoned AND {wait} > {level} THEN 0 END",
    "answer_wait_seconds": "CASE WHEN NOT COALESCE(contacts.abandoned, FALSE) THEN {wait} END",
    # A complaint nearer to the data's beginning than the window may follow one before it.
    "repeat_complaint": "CASE WHEN NOT contacts.complaint OR contacts.customer_id IS NULL"
    " OR {since_start} < {complaint_window} THEN NULL"
    f" WHEN {REPEAT_COMPLAINTS}.{{key}} IS NOT NULL THEN 1 WHEN contacts.complaint THEN 0 END",
}
"""Measure → its value, over the fragments of the facts and the settings."""


def asked_values(standard: Standard, fragments: Mapping[str, Any], measures: set[str]) -> str:
    """SQL of the facts' columns for the measures asked for, each after a comma.

    Parameters
    ----------
    standard : Standard
        Its settings: limits, what is a transfer, which calls were abandoned at once.
    fragments : mapping of str to str
        Of :func:`csqa.engine.facts.make_facts`: ``resolved``, ``age``, ``limit`` …
    measures : set of str
        Measures of the standard.

    Returns
    -------
    str
        Empty where none of them is asked for.
    """
    wait = f"CAST(FLOOR(contacts.wait_seconds * 1000 + 0.5) AS {fragments['whole']})"
    short = _milliseconds(standard.short_abandon_seconds)
    settings = {
        "transferred_from": standard.transferred_from,
        "response_limit": _milliseconds(standard.response_limit_seconds),
        "level": _milliseconds(standard.service_level_seconds),
        "wait": wait,
        "at_once": f"contacts.abandoned AND {wait} < {short}",
    }
    asked = sorted(measures & TEXTS.keys())
    return "".join(f", {TEXTS[name].format(**fragments, **settings)} AS {name}" for name in asked)


def _milliseconds(seconds: float) -> int:
    return round(seconds * MILLISECONDS_PER_SECOND)

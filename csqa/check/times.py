"""Findings about times: only dates, only minutes, and contacts that end before they begin."""

from collections.abc import Iterator
from math import sqrt
from statistics import NormalDist

import pandas as pd

from csqa import words
from csqa.check.findings import SET_ASIDE, Finding, name_column, percent
from csqa.engine.checks import ORDERS
from csqa.engine.dataset import Dataset
from csqa.engine.quality import count_contradictions, count_precision
from csqa.engine.reasons import explain

MOSTLY = 0.5
"""“Mostly”: more than half of the values."""
MINUTES_PER_DAY = 1440
FALSE_ALARMS = 0.001
"""Chance of so many midnights in one column and channel, were times spread over the day."""
LEAST_VALUES = 30
"""Fewer values without seconds may be chance: 30 are none, at 60 to the power of 30."""
MIDNIGHT = r"^\D*\d{4}\D\d{1,2}\D\d{1,2}\D?(?:[ T]*0{1,2}[:：]00(?:[:：]00(?:\.0+)?)?\D*)?$"
"""A date without a time of day, or with 00:00."""


def find_in_times(data: Dataset, language: str) -> Iterator[Finding]:
    """Say which times are only dates or only minutes, and which contradict one another."""
    counted = count_precision(data)
    for column, rows in counted.groupby("column", sort=False):
        yield from _midnights(str(column), rows, language)
        n = int(rows["n"].sum())
        if n >= LEAST_VALUES and not rows["with_seconds"].sum() and not _all_dates(rows):
            facts = {"column": name_column("contacts", str(column), language), "n": f"{n:,}"}
            yield Finding("minute_only", facts, column=str(column), value=n, weight=n)
    yield from _date_only_orders(data, language)
    for kind, n in count_contradictions(data).items():
        if n:
            yield Finding(kind, {"n": f"{n:,}"}, value=n, weight=n)


def _all_dates(rows: pd.DataFrame) -> bool:
    return bool((rows["at_midnight"] > MOSTLY * rows["n"]).all())


def _midnights(column: str, rows: pd.DataFrame, language: str) -> Iterator[Finding]:
    """One finding for the whole column if all channels agree, else one per channel."""
    rows = rows[rows["n"] > 0]
    whole = rows[["n", "at_midnight"]].sum()
    alike = len(rows) > 1 and _kind(whole["n"], whole["at_midnight"])
    kinds = [_kind(row["n"], row["at_midnight"]) for _, row in rows.iterrows()]
    if alike and set(kinds) == {alike}:
        yield _midnight(alike, column, "", whole, language)
        return
    for kind, (_, row) in zip(kinds, rows.iterrows(), strict=True):
        if kind:
            unit = str(row["unit"]) if len(rows) > 1 else ""
            yield _midnight(kind, column, unit, row, language)


def _kind(n: float, midnight: float) -> str:
    if midnight > MOSTLY * n:
        return "date_only"
    # Even where times are exact to the minute only, one of 1,440 is at midnight. The limit is
    # that of a Poisson count on the square-root scale (Anscombe 1948).
    usual = sqrt(n / MINUTES_PER_DAY + 3 / 8)
    far = NormalDist().inv_cdf(1 - FALSE_ALARMS) / 2
    return "some_midnights" if sqrt(midnight + 3 / 8) > usual + far else ""


def _midnight(kind: str, column: str, unit: str, row: "pd.Series[float]", language: str) -> Finding:
    n, midnight = int(row["n"]), int(row["at_midnight"])
    label = words.label(unit, language)
    facts = {
        "column": name_column("contacts", column, language),
        "where": (f"（{label}）" if language == "zh" else f" ({label})") if unit else "",
        "n": f"{n:,}",
        "midnight": f"{midnight:,}",
        "expected": words.round_half_up(n / MINUTES_PER_DAY),
        "share": percent(midnight / n),
    }
    return Finding(kind, facts, "contacts", column, "", unit, midnight, weight=midnight)


def _date_only_orders(data: Dataset, language: str) -> Iterator[Finding]:
    """Times before the creation that only look so, for want of a time of day."""
    for column, rule in ORDERS.items():
        wrong = data.faults[(data.faults["rule"] == rule) & (data.faults["column"] == column)]
        dates = int(wrong["value"].astype("str").str.match(MIDNIGHT).sum()) if len(wrong) else 0
        if dates:
            facts = {
                "reason": explain(rule, "contacts", column, language),
                "column": name_column("contacts", column, language),
                "n": f"{len(wrong):,}",
                "midnight": f"{dates:,}",
            }
            kind, done = "date_only_order", SET_ASIDE
            yield Finding(kind, facts, "contacts", column, value=dates, done=done, weight=dates)

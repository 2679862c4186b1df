"""Faults of rows, grouped for readers: which rule, where, how often, and what was done."""

import pandas as pd

from csqa.check.findings import ERROR, KEPT, SET_ASIDE
from csqa.engine.reasons import explain

GROUP_COLUMNS = [
    "severity",
    "table",
    "file",
    "column",
    "rule",
    "reason",
    "count",
    "first_row",
    "values",
    "done",
]
MOST_VALUES, LONGEST_VALUE = 3, 24
"""Values told per group, and characters of each: enough to know them in the file."""


def group_faults(
    faults: pd.DataFrame, language: str = "zh", *, keep_personal: bool = False
) -> pd.DataFrame:
    """Group faults by file, column and rule.

    Parameters
    ----------
    faults : DataFrame
        Of a data set, one line per fault.
    language : {"zh", "en"}
        Of the reasons.
    keep_personal : bool
        Whether values are told as they were found; else personal data in them is masked, but for
        columns of ids.

    Returns
    -------
    DataFrame, one row per file, column and rule
        Errors first, then the most frequent. ``count`` [faults]; ``first_row``, as a spreadsheet
        counts; ``values``: the most frequent values found, with ``×`` how often. They may hold
        customers' words: for a terminal, not for a report. ``done``: ``set_aside`` (the row is in
        no figure) or ``kept``.

    Examples
    --------
    >>> line = ["contacts", "a.csv", 3, "channel", "传真", "unknown_value", "…", "error"]
    >>> names = ["table", "file", "row", "column", "value", "rule", "reason", "severity"]
    >>> group_faults(pd.DataFrame([line], columns=names))[
    ...     ["count", "values", "done"]
    ... ].values.tolist()
    [[1, '传真', 'set_aside']]
    """
    keys = ["severity", "table", "file", "column", "rule"]
    faults = faults if keep_personal else _mask(faults, language)
    rows = [
        {
            **dict(zip(keys, key, strict=True)),
            "reason": _reason(group, language),
            "count": len(group),
            "first_row": int(group["row"].min()),
            "values": _values(group["value"]),
            "done": SET_ASIDE if key[0] == ERROR else KEPT,
        }
        for key, group in faults.groupby(keys, sort=False, dropna=False)
    ]
    grouped = pd.DataFrame(rows, columns=GROUP_COLUMNS)
    order = grouped.assign(mild=grouped["severity"] != ERROR, few=-grouped["count"])
    order = order.sort_values(["mild", "few"], kind="stable")
    return grouped.loc[order.index].reset_index(drop=True)


def _reason(group: pd.DataFrame, language: str) -> str:
    first = group.iloc[0]
    if language == "zh":
        return str(first["reason"])
    return explain(first["rule"], first["table"], first["column"] or "", language)


def _mask(faults: pd.DataFrame, language: str) -> pd.DataFrame:
    """One numbering for all faults: the same number, the same token."""
    from csqa.engine.personal import mask_personal  # their patterns take long to compile
    from csqa.engine.personal_outputs import is_id_header

    own = ~faults["column"].map(is_id_header).astype(bool)
    values = faults["value"].astype(object)
    return faults.assign(
        value=values.mask(own, mask_personal(values.where(own), language=language))
    )


def _values(values: "pd.Series[str]") -> str:
    counted = values.dropna().astype("str").value_counts(sort=True).head(MOST_VALUES)
    told = [
        f"{_plain(value)}×{n}" if n > 1 else _plain(value) for value, n in sorted_counts(counted)
    ]
    return "、".join(told)


def sorted_counts(counted: "pd.Series[int]") -> list[tuple[str, int]]:
    """Values with their counts, the most frequent first, ties by value."""
    return sorted(((str(v), int(n)) for v, n in counted.items()), key=lambda one: (-one[1], one[0]))


def _plain(value: str) -> str:
    """On one line, without characters that steer a terminal."""
    kept = "".join(c if c.isprintable() else "·" for c in value)
    return kept if len(kept) <= LONGEST_VALUE else kept[: LONGEST_VALUE - 1] + "…"

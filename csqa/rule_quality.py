"""evaluate_rules: how often inspectors bear a phrase rule out, and which is to be retired."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.judgements import PROBABILITY, fetch_verdicts
from csqa.engine.reviewed import fetch_reviewed
from csqa.errors import DataError
from csqa.rules.inspection import Form, read_form
from csqa.rules.inspection_settings import RuleQualitySettings
from csqa.stats import wilson

NEEDED = ("contact_id", "rule", "version", "item", "hint")
"""Columns of findings that are looked at."""

RULE_COLUMNS = (
    "rule",
    "item",
    "versions",
    "hint",
    "n_inspected",
    "n_undecided",
    "n",
    "n_right",
    "precision",
    "precision_lower",
    "precision_upper",
    "n_failed",
    "n_found",
    "recall",
    "recall_lower",
    "recall_upper",
    "weighted",
    "verdict",
)
"""Of :func:`evaluate_rules`."""

KEEP, WATCH, PROPOSE_RETIREMENT, TOO_FEW, NO_ITEM = (
    "keep",
    "watch",
    "propose_retirement",
    "too_few",
    "no_item",
)
VERDICTS = (KEEP, WATCH, PROPOSE_RETIREMENT, TOO_FEW, NO_ITEM)


def evaluate_rules(
    findings: pd.DataFrame,
    data: Dataset | pd.DataFrame,
    form: Form | None = None,
    *,
    rules: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Compare each phrase rule with what inspectors found on the same contacts.

    Parameters
    ----------
    findings : DataFrame
        As :data:`csqa.results.FINDING_COLUMNS`: one row per hit of a rule.
    data : Dataset or DataFrame of inspections
        What inspectors judged. Where it has an ``inclusion_probability``, every contact counts by
        its inverse, one without by 1. Of a Dataset with messages, only the contacts that
        :func:`csqa.review` looked at count, in the period it was given.
    form : Form, optional
        From :func:`csqa.read_form`: what items are called, and the floor (``rule_quality``).
        Default: the shipped one.
    rules : mapping of str to str, optional
        Rule → item of the form, for rules that may have no hit: those are otherwise not known.

    Returns
    -------
    DataFrame, one row per rule, sorted
        ``rule``; ``item`` of the form that it speaks to; ``versions`` that hit; ``hint`` (bool):
        never counted anyway; ``n_inspected`` contacts on which inspectors decided on the item,
        ``n_undecided`` on which they tied, left out; ``n`` of the inspected with a hit,
        ``n_right`` of them failed; ``precision`` [0–1] with its interval; ``n_failed`` inspected
        contacts that failed, ``n_found`` of them with a hit; ``recall`` [0–1] with its interval;
        ``weighted`` (bool): by inclusion probability, so that the rates are not those of the
        counts; ``verdict``: ``keep``; ``watch``: precision is below the floor, but chance may be
        why; ``propose_retirement``: the whole interval is below; ``too_few`` hits; ``no_item``:
        the rule names none, or nobody judged it.

    Raises
    ------
    DataError
        If findings lack a column, or there are no inspections.

    Notes
    -----
    A contact failed the item if more inspectors failed it than not; a tie tells nothing of the
    rule. Intervals are Wilson's; with weights, at the effective size ``(Σ w)² / Σ w²`` of Kish
    (1965), Survey Sampling, section 11.7. To propose retirement takes the upper bound, not the
    value: a rule with 4 of 10 right may well be right in half of all cases.

    Recall is **not** a fault of the rule alone: an item fails for other reasons than one phrase.
    It says which share of the failures the rule would have led to. And where a hit was shown to
    the inspector first, precision flatters the rule: compare on what was judged blind.

    Examples
    --------
    >>> inspections = pd.DataFrame(
    ...     {
    ...         "contact_id": [str(n) for n in range(20)],
    ...         "item": "语气",
    ...         "result": ["fail"] * 9 + ["pass"] * 11,
    ...     }
    ... )
    >>> findings = pd.DataFrame({"contact_id": [str(n) for n in range(10)], "rule": "impatience"})
    >>> findings = findings.assign(version="1", item="语气", hint=False)
    >>> found = evaluate_rules(findings, inspections)
    >>> found[["rule", "n", "precision", "recall", "verdict"]].values.tolist()
    [['impatience', 10, 0.9, 1.0, 'keep']]
    """
    form = form or read_form()
    judged = _reviewed(_judged(data, form), data, findings)
    hits, listed = _hits(findings), _rules(findings, form, rules or {})
    by_item = dict(list(judged.groupby("item")))
    lines = [
        _evaluate(row, hits.get(row["rule"], set()), by_item.get(row["item"]), form)
        for row in listed
    ]
    found = pd.DataFrame(lines, columns=list(RULE_COLUMNS))
    return found.astype({name: "str" for name in ("rule", "item", "versions", "verdict")})


def _judged(data: Dataset | pd.DataFrame, form: Form) -> pd.DataFrame:
    """One row per contact and item: failed (NaN where inspectors tied) and its weight."""
    data = Dataset.from_frames({"inspections": data}) if isinstance(data, pd.DataFrame) else data
    if not isinstance(data, Dataset) or not data.has("inspections"):
        msg = "没有提供质检记录：无法评估自动规则。"
        raise DataError(msg)
    rows = fetch_verdicts(data, form)
    tied = rows["n_failed"] == rows["n_passed"]
    failed = (rows["n_failed"] > rows["n_passed"]).astype("float64").mask(tied)
    usable = rows[PROBABILITY].where(rows[PROBABILITY] > 0)
    # A contact without a probability stands for itself, as everywhere.
    weight = (1.0 / usable).fillna(1.0)
    return rows.assign(failed=failed, weight=weight, weighted=bool(usable.notna().any()))


def _reviewed(
    judged: pd.DataFrame, data: Dataset | pd.DataFrame, findings: pd.DataFrame
) -> pd.DataFrame:
    """What was judged on contacts that the rules looked at: of others they say nothing."""
    if not isinstance(data, Dataset) or not data.has("messages"):
        return judged
    span = {key: value for key, value in findings.attrs.get("review", {}).items() if value}
    return judged[judged["contact_id"].isin(fetch_reviewed(data, **span)["contact_id"])]


def _rules(findings: pd.DataFrame, form: Form, rules: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each rule with its item, the versions that hit, and whether it is a hint."""
    named: dict[str, dict[str, Any]] = {
        rule: {"rule": rule, "item": item, "versions": "", "hint": False}
        for rule, item in rules.items()
    }
    for rule, rows in findings.groupby("rule", sort=False):
        versions = "、".join(sorted({str(version) for version in rows["version"].dropna()}))
        told = rows["item"].dropna()
        item = str(told.iloc[-1]) if len(told) else named.get(str(rule), {}).get("item", "")
        hint = bool(rows["hint"].fillna(value=False).all())
        named[str(rule)] = {"rule": str(rule), "item": item, "versions": versions, "hint": hint}
    keys = _keys(form)
    return [
        named[rule] | {"item": keys.get(named[rule]["item"].lower(), named[rule]["item"])}
        for rule in sorted(named)
    ]


def _keys(form: Form) -> dict[str, str]:
    return {spelling: item.key for spelling, item in form.spelled.items()}


def _hits(findings: pd.DataFrame) -> dict[str, set[str]]:
    """Rule → the contacts that it hit."""
    lacking = [name for name in NEEDED if name not in findings]
    if lacking:
        msg = f"`findings` 缺少列 {'、'.join(lacking)}；它应来自 csqa.review。"
        raise DataError(msg)
    ids = findings["contact_id"].astype("str")
    return {str(rule): set(rows) for rule, rows in ids.groupby(findings["rule"], sort=False)}


def _evaluate(
    rule: dict[str, Any], hits: set[str], judged: pd.DataFrame | None, form: Form
) -> dict[str, Any]:
    settings = form.settings.rule_quality
    if judged is None:
        counts = dict.fromkeys(("n_inspected", "n_undecided", "n", "n_right", "n_failed"), 0)
        return rule | counts | {"n_found": 0, "weighted": False, "verdict": NO_ITEM}
    decided = judged.dropna(subset="failed")
    hit = decided["contact_id"].isin(hits).to_numpy()
    failed, weight = decided["failed"].to_numpy() == 1, decided["weight"].to_numpy()
    precision, recall = _rate(failed[hit], weight[hit]), _rate(hit[failed], weight[failed])
    return rule | {
        "n_inspected": len(decided),
        "n_undecided": len(judged) - len(decided),
        "n": int(hit.sum()),
        "n_right": int((hit & failed).sum()),
        **_named("precision", precision),
        "n_failed": int(failed.sum()),
        "n_found": int((hit & failed).sum()),
        **_named("recall", recall),
        "weighted": bool(judged["weighted"].iloc[0]),
        "verdict": _verdict(int(hit.sum()), precision, settings, hint=rule["hint"]),
    }


Rate = tuple[float, float, float]


def _rate(right: "np.ndarray[Any, Any]", weight: "np.ndarray[Any, Any]") -> Rate:
    """A weighted share with Wilson's interval at the effective size."""
    total = float(weight.sum())
    if not total:
        return float("nan"), float("nan"), float("nan")
    value = float(weight[right].sum() / total)
    size = total**2 / float((weight**2).sum())
    lower, upper = wilson(min(value * size, size), size)
    return value, min(float(lower), value), max(float(upper), value)


def _named(name: str, rate: Rate) -> dict[str, float]:
    return dict(zip((name, f"{name}_lower", f"{name}_upper"), rate, strict=True))


def _verdict(n: int, precision: Rate, settings: RuleQualitySettings, *, hint: bool) -> str:
    value, _, upper = precision
    if n < settings.fewest_hits:
        return TOO_FEW
    if upper < settings.precision_at_least and not hint:  # a hint counts nowhere
        return PROPOSE_RETIREMENT
    return KEEP if value >= settings.precision_at_least else WATCH

"""audit_sample: whether a sample covers all, looks selected, and how sure it makes us (G5)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import schema
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.sampling_frame import fetch_inspected, require_contacts
from csqa.engine.sampling_period import design_period
from csqa.errors import DataError
from csqa.rules.calendar import Calendar
from csqa.rules.sampling import Sampling, read_sampling
from csqa.rules.standard import Standard
from csqa.stats import adjust_p, margin_of_error, sample_size

DIMENSIONS = ("agent_id", "peak", "customer_type", "channel", "feedback", "stratum")
"""What a sample must cover (G5); of strata the empty ones are told."""
TESTED = ("agent_id", "peak", "customer_type", "channel", "day")
"""What a selection could go by."""
POSITIVE, NEUTRAL, NEGATIVE, SILENT = "positive", "neutral", "negative", "no_feedback"

COVERED, MISSING = "covered", "missing"
SELECTIVE, NO_SIGN, TOO_FEW = "selective", "no_sign", "too_few"
INSPECTED_NOT_PICKED, PICKED_NOT_INSPECTED = "inspected_not_picked", "picked_not_inspected"

LEAST_TESTED = 20  # ours: inspected records from which on a selection is tested
LEAST_EXPECTED = 1.0  # Cochran (1954), Biometrics 10:417-451: no expected count below
LEAST_MEAN_EXPECTED = 2.0  # Roscoe & Byars (1971), JASA 66:755-759: mean expected count
PLANNED_MARGIN = 0.05  # ± 5 points: what most teams plan for


@dataclass(frozen=True)
class SampleAudit:
    """What an audit found, one table per question."""

    coverage: pd.DataFrame
    """``dimension``, ``value``, ``contacts``, ``planned``, ``picked``, ``inspected`` counts,
    ``inspected_share``, ``verdict``: ``covered`` or ``missing``. Of strata only the missing ones
    that at least one record was planned for."""
    selection: pd.DataFrame
    """``dimension``, ``n`` inspected, ``categories``, ``statistic``, ``degrees_of_freedom``, ``p``,
    ``q`` (adjusted for the number of tests), ``most_over`` and ``most_under`` (values),
    ``verdict``: ``selective``, ``no_sign``, ``too_few``; ``method``."""
    precision: pd.DataFrame
    """``unit_kind`` (all, team, agent_id), ``unit``, ``contacts``, ``n`` and ``n_effective``
    inspected, ``margin``: the ± of a pass rate, ``n_needed`` for ± 5 points."""
    days: pd.DataFrame
    """``day``, ``contacts``, ``planned``, ``picked``, ``inspected``, ``picked_inspected``."""
    replacements: pd.DataFrame
    """``contact_id``, ``day``, ``agent_id``, ``stratum``, ``kind``: ``inspected_not_picked`` or
    ``picked_not_inspected``."""


def audit_sample(
    picked: pd.DataFrame | None,
    data: Dataset | pd.DataFrame,
    rules: Sampling | None = None,
    *,
    rate: float | None = None,
    period: str | None = None,
    calendar: Calendar | None = None,
    standard: Standard | None = None,
) -> SampleAudit:
    """Check what was inspected, or is to be, against all contacts.

    Parameters
    ----------
    picked : DataFrame, optional
        From :func:`csqa.draw_sample`. None: the inspections as they are, however they were chosen.
    data : Dataset or DataFrame
        With ``inspections``; without them it is the picked sample that is checked.
    rules, rate, period, calendar, standard
        As for the draw.

    Returns
    -------
    SampleAudit
        Tables of coverage, selection, precision, days and replacements.

    Raises
    ------
    DataError
        If there is neither a sample nor an inspection in the period, or ``picked`` is no sample.
    RuleError
        As :func:`csqa.draw_sample`.

    Notes
    -----
    Selection: ``Σ (O - E)² / V`` over the categories of a dimension, against χ² with one degree
    less than categories. ``E`` is what is expected of the records that were inspected of each kind
    (complaint, low, high, ordinary), by the chances of the design, or by equal ones without
    ``picked``; ``V = Σ E (1 - f)``, ``f`` the share of the kind that was inspected, as all of them
    can't be selected. So inspecting more complaints is no selection, picking easy agents is.
    Categories expected under 1 are put together. p adjusted by Benjamini & Hochberg (1995).

    Examples
    --------
    A reviewer who only listened to one of two agents:

    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": [f"C{n}" for n in range(200)],
    ...         "channel": "phone",
    ...         "agent_id": ["K1", "K2"] * 100,
    ...         "created_at": "2025-06-02 09:00:00",
    ...     }
    ... )
    >>> judged = pd.DataFrame(
    ...     {"contact_id": contacts["contact_id"][:60:2], "item": "开场白", "result": "合格"}
    ... )
    >>> data = Dataset.from_frames({"contacts": contacts, "inspections": judged})
    >>> audit = audit_sample(None, data)
    >>> audit.selection.set_index("dimension").loc["agent_id", ["most_over", "verdict"]].tolist()
    ['K1', 'selective']
    >>> audit.coverage.query("verdict == 'missing'")["value"].tolist()[:1]
    ['K2']
    """
    source, used = require_contacts(as_dataset(data)), rules or read_sampling()
    how = {"rate": rate, "period": period, "calendar": calendar, "standard": standard}
    rows = design_period(source, used, **how)  # type: ignore[arg-type]
    rows = _mark(rows, picked, fetch_inspected(source), used)
    if not rows["judged"].any():
        msg = f"{period or '数据里'}既没有抽样，也没有质检记录：没有可以检查的。"
        raise DataError(msg)
    return SampleAudit(
        _coverage(rows, picked is not None),
        _selection(rows, used, picked is not None),
        _precision(rows, used, picked is not None),
        _days(rows),
        _replacements(rows, picked is not None),
    )


def _mark(
    rows: pd.DataFrame, picked: pd.DataFrame | None, done: pd.DataFrame, rules: Sampling
) -> pd.DataFrame:
    """Mark what was picked and inspected; what is judged here is the one or, failing it, other."""
    if picked is not None and "contact_id" not in picked:
        msg = "`picked` 应为 csqa.draw_sample 给出的表（有 contact_id 一列）。"
        raise DataError(msg)
    ids = [] if picked is None else picked["contact_id"].astype("str").tolist()
    chosen = rows["contact_id"].isin(ids)
    inspected = rows["contact_id"].isin(done["contact_id"])
    csat = rows["csat"]
    good = rows["praise"] | (csat >= rules.high_csat_at_least)
    bad = rows["complaint"] | (csat <= rules.low_csat_at_most)
    feedback = np.select([bad, good, csat.notna()], [NEGATIVE, POSITIVE, NEUTRAL], SILENT)
    judged = inspected if inspected.any() else chosen
    stated = rows["contact_id"].map(done.set_index("contact_id")["inclusion_probability"])
    marked = rows.assign(picked=chosen, inspected=inspected, judged=judged)
    return marked.assign(feedback=feedback, stated=stated)


def _coverage(rows: pd.DataFrame, has_plan: bool) -> pd.DataFrame:
    parts = []
    for dimension in DIMENSIONS:
        counted = _count(rows, dimension).reset_index(names="value")
        counted.insert(0, "dimension", dimension)
        counted["verdict"] = np.where(counted["judged"] > 0, COVERED, MISSING)
        if dimension == "stratum":
            lacking = (counted["judged"] == 0) & (counted["planned"] >= 1)
            counted = counted[lacking]
        parts.append(counted)
    table = pd.concat(parts, ignore_index=True)
    if not has_plan:
        table["planned"] = np.nan
    return table.drop(columns=["judged", "picked_inspected"])


def _count(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    both = rows.assign(both=rows["picked"] & rows["inspected"])
    counted = both.groupby(by).agg(
        contacts=("contact_id", "size"),
        planned=("inclusion_probability", "sum"),
        picked=("picked", "sum"),
        inspected=("inspected", "sum"),
        picked_inspected=("both", "sum"),
        judged=("judged", "sum"),
    )
    return counted.assign(inspected_share=counted["inspected"] / counted["contacts"])


def _selection(rows: pd.DataFrame, rules: Sampling, has_plan: bool) -> pd.DataFrame:
    chance = rows["inclusion_probability"] if has_plan else pd.Series(1.0, index=rows.index)
    groups = rows.assign(chance=chance).groupby("group")
    of_group = groups["judged"].transform("sum") / groups["chance"].transform("sum")
    left = 1 - groups["judged"].transform("mean")
    expected = chance * of_group
    marked = rows.assign(expected=expected, variance=expected * left)
    lines = [_test(marked, dimension) for dimension in TESTED]
    table = pd.DataFrame(lines)
    known = table["p"].notna().to_numpy()
    q = np.full(len(table), np.nan)
    if known.any():
        q[known] = adjust_p(table["p"].to_numpy()[known])
    sure = np.where(q < rules.selective_below, SELECTIVE, NO_SIGN)
    verdict = np.where(known, sure, TOO_FEW)
    design = "入样概率" if has_plan else "等概率"
    return table.assign(
        q=q, verdict=verdict, method=f"χ²（{design}，分投诉与满意度各类，有限总体校正）"
    )


def _test(rows: pd.DataFrame, dimension: str) -> dict[str, object]:
    """Compare what was inspected with what was expected, category by category."""
    from scipy import special

    found = rows.groupby(dimension)[["judged", "expected", "variance"]].sum()
    n = int(found["judged"].sum())
    shown = found.assign(gap=(found["judged"] - found["expected"]) / found["expected"] ** 0.5)
    small = found["expected"] < LEAST_EXPECTED
    pooled = pd.concat([found[~small], found[small].sum().to_frame().T])
    pooled = pooled[pooled["variance"] > 0]
    line: dict[str, object] = {
        "dimension": dimension,
        "n": n,
        "categories": len(pooled),
        "statistic": np.nan,
        "degrees_of_freedom": max(len(pooled) - 1, 0),
        "p": np.nan,
        "most_over": shown["gap"].idxmax(),
        "most_under": shown["gap"].idxmin(),
    }
    enough = n >= LEAST_TESTED and pooled["expected"].mean() >= LEAST_MEAN_EXPECTED
    if len(pooled) > 1 and enough:
        gaps = (pooled["judged"] - pooled["expected"]).astype(float)
        statistic = float((gaps**2 / pooled["variance"]).sum())
        line["statistic"] = statistic
        line["p"] = float(special.chdtrc(len(pooled) - 1, statistic))
    return line


def _precision(rows: pd.DataFrame, rules: Sampling, has_plan: bool) -> pd.DataFrame:
    chance = rows["inclusion_probability"] if has_plan else rows["stated"].fillna(1.0)
    weight = 1 / chance
    whole = rows.assign(all=schema.OVERALL, w=weight)
    parts = []
    for kind in (schema.OVERALL, "team", "agent_id"):
        by_unit = whole.groupby(kind)
        contacts, n = by_unit.size(), by_unit["judged"].sum()
        effective = _effective(whole[whole["judged"]], kind).reindex(contacts.index).fillna(0.0)
        frame, drawn = contacts.to_numpy(dtype=float), effective.to_numpy(dtype=float)
        parts.append(
            pd.DataFrame(
                {
                    "unit_kind": kind,
                    "unit": contacts.index.astype("str"),
                    "contacts": frame.astype("int64"),
                    "n": n.to_numpy(dtype="int64"),
                    "n_effective": drawn,
                    "margin": margin_of_error(drawn, frame, rules.planning_share),
                    "n_needed": np.ceil(
                        sample_size(PLANNED_MARGIN, frame, rules.planning_share)
                    ).astype("int64"),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _effective(judged: pd.DataFrame, kind: str) -> "pd.Series[float]":
    """Kish's effective size by unit: what records of unequal weight are worth."""
    sums = judged.assign(ww=judged["w"] ** 2).groupby(kind)[["w", "ww"]].sum()
    return sums["w"] ** 2 / sums["ww"]


def _days(rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["contacts", "planned", "picked", "inspected", "picked_inspected"]
    return _count(rows, "day")[columns].reset_index()


def _replacements(rows: pd.DataFrame, has_plan: bool) -> pd.DataFrame:
    if not has_plan or not rows["inspected"].any():
        kinds: NDArray[np.bool_] = np.zeros(len(rows), dtype=bool)
    else:
        kinds = (rows["picked"] != rows["inspected"]).to_numpy()
    changed = rows[kinds]
    kind = np.where(changed["inspected"], INSPECTED_NOT_PICKED, PICKED_NOT_INSPECTED)
    table = changed[["contact_id", "day", "agent_id", "stratum"]].assign(kind=kind)
    return table.sort_values(["kind", "contact_id"], ignore_index=True)

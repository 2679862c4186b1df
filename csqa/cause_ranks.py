"""rank_causes: how much each cause weighs, how sure that is, what it costs, what changed (A1, A12).

Rules find too little: their shares are corrected by a random part that people judged, and say so
where nobody has.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import results
from csqa.cause_results import BONES, CAUSE_RANK_COLUMNS, NO_CAUSE
from csqa.engine.differences import difference_chances
from csqa.engine.pareto import run_up
from csqa.errors import check_option
from csqa.stats import adjust_p, byar, corrected_share, newcombe_difference, wilson

Floats = NDArray[np.float64]

CAUSE, BONE = "cause", "bone"
BY = (CAUSE, BONE)

LEAST_CASES = 10
"""Fewest cases on either side of a comparison of shares."""

FALSE_DISCOVERY_RATE = 0.05


def rank_causes(
    causes: pd.DataFrame,
    facts: pd.DataFrame | None = None,
    *,
    audited: pd.DataFrame | None = None,
    contacts: int | None = None,
    before: pd.DataFrame | None = None,
    by: str = CAUSE,
) -> pd.DataFrame:
    """Rank causes, or the bones they hang on, by how many cases have them.

    Parameters
    ----------
    causes : DataFrame
        From :func:`csqa.tag_causes`; every case of the period appears in it.
    facts : DataFrame, optional
        From :func:`csqa.gather_facts`: what the cases cost.
    audited : DataFrame, optional
        From :func:`csqa.read_audit`; cases that are not among ``causes`` (other months) and those
        that nobody judged are left out. Where some were judged by bones only, causes stay as
        counted (method ``bones_only``) and only bones are corrected.
    contacts : int, optional
        Contacts of the period, for rates per 1,000.
    before : DataFrame, optional
        Causes of the months before, tagged by the same rules.
    by : {"cause", "bone"}
        What is ranked.

    Returns
    -------
    DataFrame, the most frequent first, the unclassified last
        :data:`csqa.cause_results.CAUSE_RANK_COLUMNS`.

    Raises
    ------
    RuleError
        If ``by`` is unknown.

    Notes
    -----
    Shares as counted: Wilson; corrected: :func:`csqa.stats.corrected_share`. Rates: Byar. Change:
    Newcombe's interval, p as that interval turned round, adjusted by Benjamini & Hochberg over all
    rows. The unclassified are what rules left over, and are corrected like a cause.

    Examples
    --------
    >>> causes = pd.DataFrame(
    ...     {
    ...         "case_id": ["1", "1", "2", "3", "4"],
    ...         "bone": ["policy", "people", "policy", "unclassified", "policy"],
    ...         "cause": ["charges", "service_attitude", "charges", "unclassified", "charges"],
    ...     }
    ... )
    >>> rank_causes(causes)[["cause", "cases", "n", "share", "cumulative", "vital"]]
                  cause  cases  n  share  cumulative  vital
    0           charges      3  4   0.75         0.6   True
    1  service_attitude      1  4   0.25         0.8   True
    2      unclassified      1  4   0.25         1.0  False
    """
    check_option("by", by, BY)
    pairs = _pairs(causes, by)
    n = pairs["case_id"].nunique()
    audit = _read_judged(audited, causes, by)
    rows = _count(pairs, by, set().union(*audit.judged.values())).assign(n=n)
    rows = _order(_with_shares(rows, pairs, audit, by), by)
    rows = _with_rates(rows, contacts)
    rows = _with_costs(rows, pairs, facts, by)
    rows = _with_change(rows, None if before is None else _pairs(before, by), by)
    hung = causes.drop_duplicates("cause")
    bones = audit.bones | dict(zip(hung["cause"], hung["bone"], strict=True))
    rows["cause"] = rows[by].astype("str")
    rows["bone"] = rows["cause"] if by == BONE else rows["cause"].map(bones).astype("str")
    ordered: pd.DataFrame = rows[list(CAUSE_RANK_COLUMNS)]
    return ordered


@dataclass(frozen=True)
class _Audit:
    """What people said of the cases of a period."""

    judged: dict[str, set[str]] = field(default_factory=dict)
    """Case → causes, or bones; empty where nobody said so much."""
    drawn: int = 0
    bones: dict[str, str] = field(default_factory=dict)
    """Of each cause that was named."""
    bones_only: bool = False
    """Some named bones only: causes can't be corrected by them."""


def _pairs(causes: pd.DataFrame, by: str) -> pd.DataFrame:
    """Case and cause, once each; a case with a cause is not unclassified."""
    named = causes[["case_id", "bone", "cause"]].astype("str")
    return named[["case_id", by]].drop_duplicates().reset_index(drop=True)


def _count(pairs: pd.DataFrame, by: str, named: set[str]) -> pd.DataFrame:
    """Cases of each cause that rules found or people named."""
    sizes = pairs.groupby(by).size()
    everything = pd.Index(sorted({*sizes.index, *named}), name=by)
    return sizes.reindex(everything, fill_value=0).rename("cases").reset_index()


def _order(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """The greatest share first, the unclassified last, with the running share of mentions."""
    rows = rows.assign(last=rows[by] == NO_CAUSE, less=-rows["share"])
    rows = rows.sort_values(["last", "less", by], ignore_index=True)
    mentions = rows["share"] / (rows["share"].sum() or 1.0)
    cumulative, vital = run_up(mentions)
    vital &= (~rows["last"] & (mentions > 0)).to_numpy()
    return rows.drop(columns=["last", "less"]).assign(cumulative=cumulative, vital=vital)


def _with_shares(rows: pd.DataFrame, pairs: pd.DataFrame, audit: _Audit, by: str) -> pd.DataFrame:
    cases, n = rows["cases"].to_numpy(dtype=float), rows["n"].to_numpy(dtype=float)
    judged, told = audit.judged, {"audited": len(audit.judged), "drawn": audit.drawn}
    if not judged:
        lower, upper = wilson(cases, n)
        method = "bones_only" if audit.bones_only else "wilson"
        shares = {"share": cases / n, "lower": lower, "upper": upper}
        return rows.assign(**shares, **told, corrected=False, method=method)
    found = pairs[pairs["case_id"].isin(list(judged))].groupby(by)["case_id"].agg(set)
    missed, wrong = [], []
    for name in rows[by]:
        said = {case for case, labels in judged.items() if name in labels}
        hit = found.get(name, set())
        missed.append(len(said - hit))
        wrong.append(len(hit - said))
    share, lower, upper = corrected_share(cases, n, missed, wrong, len(judged))
    shares = {"share": share, "lower": lower, "upper": upper}
    return rows.assign(**shares, **told, corrected=True, method="audited")


def _read_judged(audited: pd.DataFrame | None, causes: pd.DataFrame, by: str) -> _Audit:
    """Causes or bones of the cases that somebody judged; those of other months are left out."""
    if audited is None:
        return _Audit()
    own = audited[audited["case_id"].astype("str").isin(set(causes["case_id"].astype("str")))]
    told = own[own["audited"].notna()]
    bones = dict(zip(causes["cause"].astype("str"), causes["bone"].astype("str"), strict=True))
    listed = told["bones"] if "bones" in told else told["audited"]
    for ids, hung in zip(told["audited"], listed, strict=True):
        for one, bone in zip(str(ids).split("+"), str(hung).split("+"), strict=True):
            bones.setdefault(one, bone if bone in BONES else one)
    bones |= {bone: bone for bone in BONES}
    judged, vague = {}, False
    for case, ids in zip(told["case_id"].astype("str"), told["audited"], strict=True):
        named = {one.strip() for one in str(ids).split("+")} - {"none", ""}
        vague = vague or bool(named & set(BONES))
        judged[case] = ({bones[one] for one in named} if by == BONE else named) or {NO_CAUSE}
    if vague and by == CAUSE:
        return _Audit(drawn=len(own), bones=bones, bones_only=True)
    return _Audit(judged, len(own), bones)


def _with_rates(rows: pd.DataFrame, contacts: int | None) -> pd.DataFrame:
    """Rate per 1,000 contacts: corrected where the share is, for it is the same count."""
    per = 1000.0 / contacts if contacts else np.nan
    lower, upper = byar(rows["cases"].to_numpy(dtype=float))
    if rows["corrected"].any():
        lower, upper = ((rows[end] * rows["n"]).to_numpy(dtype=float) for end in ("lower", "upper"))
    return rows.assign(
        per_thousand=rows["share"] * rows["n"] * per,
        per_thousand_lower=lower * per,
        per_thousand_upper=upper * per,
    )


def _with_costs(
    rows: pd.DataFrame, pairs: pd.DataFrame, facts: pd.DataFrame | None, by: str
) -> pd.DataFrame:
    """Hours spent on the cases of a cause, and how often their customers came again."""
    names = {"handle_seconds": "handle_hours", "repeat_contacts": "repeat_contacts"}
    known = pd.DataFrame({"case_id": pairs["case_id"]}) if facts is None else facts
    costs = known.reindex(columns=["case_id", *names]).astype({"case_id": "str"})
    joined = pairs.merge(costs, on="case_id", how="left")
    grouped = joined.groupby(by)[list(names)].sum(min_count=1).rename(columns=names)
    grouped["handle_hours"] = grouped["handle_hours"].astype("float64") / 3600
    grouped["repeat_contacts"] = (
        grouped["repeat_contacts"].astype("Float64").round().astype("Int64")
    )
    return rows.merge(grouped, left_on=by, right_index=True, how="left")


def _with_change(rows: pd.DataFrame, before: pd.DataFrame | None, by: str) -> pd.DataFrame:
    nothing = np.full(len(rows), np.nan)
    if before is None or before.empty:
        empty = dict.fromkeys(("before_share", "change", "change_lower", "change_upper"), nothing)
        return rows.assign(**empty, p=nothing, q=nothing, verdict="none")
    earlier = rows[by].map(before.groupby(by).size()).fillna(0).to_numpy(dtype=np.float64)
    whole = float(before["case_id"].nunique())
    cases, n = (rows[name].to_numpy(dtype=np.float64) for name in ("cases", "n"))
    change = np.asarray(cases / n - earlier / whole, dtype=np.float64)
    lower, upper = newcombe_difference(cases, n, earlier, whole)
    p = _chances(cases, n, np.asarray(earlier, dtype=np.float64), whole, change)
    few = min(n.min(initial=np.inf), whole) < LEAST_CASES
    q = adjust_p(p)
    sure = q < FALSE_DISCOVERY_RATE
    verdict = np.select(
        [np.full(len(rows), few), sure & (change > 0), sure & (change < 0)],
        [results.TOO_FEW, "rising", "falling"],
        results.NO_DIFFERENCE,
    )
    return rows.assign(
        before_share=earlier / whole,
        change=change,
        change_lower=lower,
        change_upper=upper,
        p=p,
        q=q,
        verdict=verdict,
    )


def _chances(cases: Floats, n: Floats, earlier: Floats, whole: float, change: Floats) -> Floats:
    """Newcombe's interval turned round: how wide it may grow until it holds 0."""
    sides: dict[str, Any] = {"kind": "share", "n": n, "total": cases, "total_squares": cases}
    sides |= {"n_before": whole, "total_before": earlier, "total_squares_before": earlier}
    return difference_chances(pd.DataFrame(sides), change)

"""rank_causes: how much each cause weighs, how sure that is, what it costs, what changed (A1, A12).

Rules find too little: their shares are corrected by a random part that people judged, and say so
where nobody has.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import results
from csqa.cause_results import BONES, CAUSE_RANK_COLUMNS, NO_CAUSE
from csqa.engine.differences import difference_chances
from csqa.errors import check_option
from csqa.stats import adjust_p, byar, corrected_share, newcombe_difference, wilson

Floats = NDArray[np.float64]

CAUSE, BONE = "cause", "bone"
BY = (CAUSE, BONE)

VITAL_SHARE = 0.8
"""Pareto: the causes that together make up this share of all mentions, the crossing one too."""

TOO_MUCH_UNCLASSIFIED = 0.2
"""Share of cases without a cause from which on the ranking should not be trusted."""

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
        From :func:`csqa.read_audit`: ``case_id`` and ``audited``; cases that are not among
        ``causes`` and those that nobody judged are left out.
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
    judged = _judged(audited, causes, by)
    rows = _count(pairs, by, set().union(*judged.values())).assign(n=n)
    rows = _with_shares(rows, pairs, judged, by)
    rows = _with_rates(rows, contacts)
    rows = _with_costs(rows, pairs, facts, by)
    rows = _with_change(rows, None if before is None else _pairs(before, by), by)
    bones = causes.drop_duplicates("cause").set_index("cause")["bone"]
    rows["cause"] = rows[by].astype("str")
    rows["bone"] = rows["cause"] if by == BONE else rows["cause"].map(bones).astype("str")
    ordered: pd.DataFrame = rows[list(CAUSE_RANK_COLUMNS)]
    return ordered


def _pairs(causes: pd.DataFrame, by: str) -> pd.DataFrame:
    """Case and cause, once each; a case with a cause is not unclassified."""
    named = causes[["case_id", "bone", "cause"]].astype("str")
    return named[["case_id", by]].drop_duplicates().reset_index(drop=True)


def _count(pairs: pd.DataFrame, by: str, named: set[str]) -> pd.DataFrame:
    """Cases of each cause that rules found or people named."""
    sizes = pairs.groupby(by).size()
    everything = pd.Index(sorted({*sizes.index, *named}), name=by)
    counted = sizes.reindex(everything, fill_value=0).rename("cases").reset_index()
    counted["last"] = counted[by] == NO_CAUSE
    counted["less"] = -counted["cases"]
    counted = counted.sort_values(["last", "less", by], ignore_index=True)
    running = counted["cases"].cumsum() / max(counted["cases"].sum(), 1)
    before = running - counted["cases"] / max(counted["cases"].sum(), 1)
    vital = (before < VITAL_SHARE - 1e-12) & ~counted["last"]
    return counted.drop(columns=["last", "less"]).assign(cumulative=running, vital=vital)


def _with_shares(
    rows: pd.DataFrame, pairs: pd.DataFrame, judged: dict[str, set[str]], by: str
) -> pd.DataFrame:
    cases, n = rows["cases"].to_numpy(dtype=float), rows["n"].to_numpy(dtype=float)
    lower, upper = wilson(cases, n)
    told = {"share": cases / n, "lower": lower, "upper": upper}
    if not judged:
        return rows.assign(**told, corrected=False, audited=0, method="wilson")
    found = pairs[pairs["case_id"].isin(list(judged))].groupby(by)["case_id"].agg(set)
    missed, wrong = [], []
    for name in rows[by]:
        said = {case for case, labels in judged.items() if name in labels}
        hit = found.get(name, set())
        missed.append(len(said - hit))
        wrong.append(len(hit - said))
    share, lower, upper = corrected_share(cases, n, missed, wrong, len(judged))
    told = {"share": share, "lower": lower, "upper": upper}
    return rows.assign(**told, corrected=True, audited=len(judged), method="audited")


def _judged(audited: pd.DataFrame | None, causes: pd.DataFrame, by: str) -> dict[str, set[str]]:
    """Case → its causes or bones, of the cases that somebody judged."""
    if audited is None:
        return {}
    known = set(causes["case_id"].astype("str"))
    hung = causes[["cause", "bone"]].astype("str").drop_duplicates()
    bones = dict(zip(hung["cause"], hung["bone"], strict=True))
    judged = {}
    told = audited[audited["audited"].notna()]
    for case, listed in zip(told["case_id"].astype("str"), told["audited"], strict=True):
        if case not in known:
            continue
        ids = {one.strip() for one in str(listed).split("+")} - {"none", ""}
        if by == BONE:
            ids = {one if one in BONES else bones.get(one, one) for one in ids}
        judged[case] = ids or {NO_CAUSE}
    return judged


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

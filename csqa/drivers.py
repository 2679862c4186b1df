"""find_drivers: what goes with low ratings or complaints, as differences within strata.

Association only. Whoever comes with a hard matter waits longer and is less satisfied: that both go
together does not say that the one makes the other. Strata (topic and channel) take away what they
explain, and nothing more.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csqa import results
from csqa.cause_results import ASSOCIATED_BETTER, ASSOCIATED_WORSE, DRIVER_COLUMNS
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.driver_cells import LOW_RATING, OUTCOMES, Question, count_cells, tellable
from csqa.engine.driver_contrasts import (
    FEWEST_OUTCOMES,
    Contrast,
    add_model,
    codes_of,
    contrasts_of,
    pool_names,
)
from csqa.errors import DataError, RuleError, check_option
from csqa.periods import check_month
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.case_settings import CaseSettings, read_case_settings
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import (
    StratifiedDifference,
    adjust_p,
    newcombe_difference,
    stratified_difference,
)

STRATA = ("topic", "channel")
ALLOWED_STRATA = ("topic", "channel", "peak", "new_customer")
FORBID = "forbid"
"""Kind of findings that are something said; what was not said is missing from nearly all."""

SIGNIFICANT = 0.05
"""Share of the differences named that may be chance (Benjamini & Hochberg 1995)."""

MOST_MONTHS = 36


def find_drivers(
    data: Dataset | pd.DataFrame,
    standard: Standard | None = None,
    *,
    period: str,
    months: int = 3,
    outcome: str = LOW_RATING,
    findings: pd.DataFrame | None = None,
    minimum_n: int = 30,
    strata: Sequence[str] = STRATA,
    new_agent_days: int = 90,
    settings: CaseSettings | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Find what goes with dissatisfaction; association, not cause.

    Parameters
    ----------
    data : Dataset or DataFrame of contacts
        From :func:`csqa.load`.
    standard : Standard, optional
        Targets of response and handling, what a transfer is, the window of repeats. Default: the
        shipped one.
    period : str
        The last month, YYYY-MM.
    months : int
        Months up to it that are pooled.
    outcome : {"low_rating", "complaint"}
        Low ratings among rated contacts, or complaints among contacts that say whether they are.
    findings : DataFrame, optional
        From :func:`csqa.review`: contacts with a forbidden wording are compared with others in
        which an agent spoke. Left out, wording is not looked at.
    minimum_n : int
        Fewest contacts with a known outcome on each side of a comparison.
    strata : sequence of str
        Within which contacts are compared: of topic, channel, peak, new_customer. A factor is not
        its own stratum.
    new_agent_days : int
        Up to how many days an agent is new.
    settings : CaseSettings, optional
        What a low rating is. Default: the shipped ones.
    calendar : Calendar, optional
        Peak hours. Default: the shipped one.

    Returns
    -------
    DataFrame, one row per level of a factor
        :data:`csqa.cause_results.DRIVER_COLUMNS`: first those that go with more bad outcomes, the
        largest excess first, then with fewer, then no difference, then too few.

    Raises
    ------
    DataError
        If there are no contacts.
    RuleError
        If an option is not allowed.

    Notes
    -----
    ``difference`` is Mantel and Haenszel's (:func:`csqa.stats.stratified_difference`), its interval
    widened by what agents differ; ``p`` Cochran, Mantel and Haenszel's; ``q`` over all judged
    rows. ``crude`` has Newcombe's interval. ``odds_ratio`` is from one logistic model of all
    factors with topics and channels (:func:`csqa.stats.logistic`, Firth's penalty, errors by
    agents from twenty agents on); topics and channels have none, as they only adjust the others.
    What is not known of a contact leaves it out of that comparison; in the model it is a level of
    its own. Low ratings tell of those who rate: ``response_share`` says how many did.

    Examples
    --------
    Late answers seem to go with complaints: within topics they do not.

    >>> rows = [("投诉处理", 60, 400, 0.5), ("投诉处理", 10, 100, 0.5)]
    >>> rows += [("查询", 60, 100, 0.05), ("查询", 10, 400, 0.05)]
    >>> made = [
    ...     (topic, seconds, n < share * count)
    ...     for topic, seconds, count, share in rows
    ...     for n in range(count)
    ... ]
    >>> contacts = pd.DataFrame(made, columns=["topic", "seconds", "complaint"])
    >>> at = pd.Timestamp("2025-06-02 14:00")
    >>> contacts["created_at"] = at
    >>> contacts["first_response_at"] = at + pd.to_timedelta(contacts["seconds"], unit="s")
    >>> contacts["contact_id"] = [f"C{n}" for n in range(len(contacts))]
    >>> contacts = contacts.assign(channel="online").drop(columns="seconds")
    >>> found = find_drivers(contacts, period="2025-06", months=1, outcome="complaint")
    >>> found = found.set_index("factor").loc[["first_response"]]
    >>> found[["crude", "difference", "verdict"]].round(2).values.tolist()
    [[0.27, 0.0, 'no_difference']]
    """
    question = _question(period, months, outcome, new_agent_days, settings)
    _check(minimum_n, strata)
    source = as_dataset(data)
    if not source.has("contacts"):
        msg = "没有提供服务记录：没有可以比较的。"
        raise DataError(msg)
    standard = standard or read_standard()
    hits = _hits(source, findings)
    cells = count_cells(source, standard, calendar or read_calendar(), question, hits)
    factors = [*tellable(source), *(["wording"] if hits is not None else [])]
    cells = pool_names(cells)
    known = cells[cells["n"] > 0].reset_index(drop=True)
    contrasts = list(contrasts_of(known, factors, standard))
    rows = [_compare(known, contrast, strata) for contrast in contrasts]
    found = pd.DataFrame(rows, columns=list(DRIVER_COLUMNS))
    found = found.assign(period=period, months=months, outcome=outcome)
    found = _count_contacts(found, cells, contrasts)
    found = add_model(found, known, contrasts)
    return _in_order(_judge(found, minimum_n))


def _question(
    period: str, months: int, outcome: str, new_agent_days: int, settings: CaseSettings | None
) -> Question:
    check_month(period)
    check_option("outcome", outcome, OUTCOMES)
    _check_whole("months", months, 1, MOST_MONTHS)
    _check_whole("new_agent_days", new_agent_days, 1, 3650)
    low = (settings or read_case_settings()).low_rating
    return Question(period, months, outcome, low, new_agent_days)


def _check(minimum_n: int, strata: Sequence[str]) -> None:
    _check_whole("minimum_n", minimum_n, 2, 1_000_000)
    for name in strata:
        check_option("strata", name, ALLOWED_STRATA)


def _check_whole(name: str, number: object, least: int, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        msg = f"`{name}` 应为 {least} 到 {most} 的整数，而不是 {number!r}。"
        raise RuleError(msg)


def _hits(data: Dataset, findings: pd.DataFrame | None) -> set[str] | None:
    """Contacts in which something was said that must not be; None where nobody looked."""
    if findings is None or not data.has("messages"):
        return None
    missing = [name for name in ("contact_id", "kind", "hint") if name not in findings]
    if missing:
        msg = f"`findings` 缺少列 {'、'.join(missing)}：应为 csqa.review(…) 的结果。"
        raise DataError(msg)
    said = (findings["kind"] == FORBID) & ~findings["hint"].astype(bool)
    return set(findings.loc[said, "contact_id"])


def _compare(cells: pd.DataFrame, contrast: Contrast, strata: Sequence[str]) -> dict[str, object]:
    """Compare a level with the others: as it stands, and within strata."""
    kept = contrast.exposed | contrast.others
    exposed = contrast.exposed[kept]
    x, n = (cells[name].to_numpy(dtype=float)[kept] for name in ("outcomes", "n"))
    x1, n1, x2, n2 = x[exposed].sum(), n[exposed].sum(), x[~exposed].sum(), n[~exposed].sum()
    lower, upper = newcombe_difference(x1, n1, x2, n2)
    by = [name for name in dict.fromkeys(strata) if name != contrast.factor]
    found = stratified_difference(
        exposed, x, n, codes_of(cells, by)[kept], codes_of(cells, ["agent_id"])[kept]
    )
    share, other = x1 / n1, x2 / n2 if n2 else np.nan
    return {
        "factor": contrast.factor,
        "level": contrast.level,
        "compared_with": contrast.compared_with,
        "n": int(n1),
        "outcomes": int(x1),
        "share": share,
        "n_reference": int(n2),
        "outcomes_reference": int(x2),
        "share_reference": other,
        "crude": share - other,
        "crude_lower": float(lower),
        "crude_upper": float(upper),
        **_stratified(found, n1),
    }


def _stratified(found: StratifiedDifference, n: float) -> dict[str, object]:
    """What the strata say, and how many outcomes that makes of all who have it."""
    return {
        "difference": found.value,
        "lower": found.lower,
        "upper": found.upper,
        "strata": found.strata,
        "compared_share": found.exposed / n,
        "p": found.p,
        "excess": found.value * n,
        "excess_lower": found.lower * n,
        "excess_upper": found.upper * n,
        "method": found.method,
    }


def _count_contacts(
    found: pd.DataFrame, cells: pd.DataFrame, contrasts: list[Contrast]
) -> pd.DataFrame:
    """How many contacts have it at all, whether or not their outcome is known."""
    counted = []
    for contrast in contrasts:
        if contrast.column:
            here = cells[contrast.factor] == contrast.column
        else:
            here = cells[f"{contrast.factor}_level"] == contrast.level
        counted.append(int(cells.loc[here, "contacts"].sum()))
    contacts = pd.Series(counted, index=found.index, dtype="int64")
    return found.assign(
        contacts=contacts,
        contact_share=contacts / max(int(cells["contacts"].sum()), 1),
        response_share=found["n"].astype("float64") / contacts.where(contacts > 0),
    )


def _judge(found: pd.DataFrame, minimum_n: int) -> pd.DataFrame:
    compared = found["n"] * found["compared_share"].fillna(0)
    sizes = pd.concat([compared, found["n_reference"]], axis=1).min(axis=1)
    events = found["outcomes"] + found["outcomes_reference"]
    known = (sizes >= minimum_n) & (events >= FEWEST_OUTCOMES) & found["p"].notna()
    p = found["p"].astype("float64").where(known)
    q = pd.Series(adjust_p(p.to_numpy(dtype=float)), index=found.index)
    sure = q < SIGNIFICANT
    verdict = np.select(
        [~known, sure & (found["difference"] > 0), sure],
        [results.TOO_FEW, ASSOCIATED_WORSE, ASSOCIATED_BETTER],
        results.NO_DIFFERENCE,
    )
    return found.assign(p=p, q=q, verdict=verdict)


def _in_order(found: pd.DataFrame) -> pd.DataFrame:
    order = (ASSOCIATED_WORSE, ASSOCIATED_BETTER, results.NO_DIFFERENCE, results.TOO_FEW)
    place = found["verdict"].map({verdict: number for number, verdict in enumerate(order)})
    size = -found["excess"].astype("float64").abs().fillna(0).round(9)
    sorted_ = found.assign(place=place, size=size).sort_values(
        ["place", "size", "factor", "level"], kind="stable", ignore_index=True
    )
    return sorted_[list(DRIVER_COLUMNS)]

"""What one finds on opening the incidents behind a verdict: one line of facts per unit."""

import pandas as pd

from csqa import words
from tests.case_study_log import MONTHS

HOUR = 3_600
COLUMN = {"team": "team", "agent_id": "agent"}
HOLDER = {"team": "holding_team", "agent_id": "holder"}


def tell(incidents: pd.DataFrame, level: str, unit: str, metric: str) -> str:
    """Facts in Chinese, of plain pandas only."""
    own = incidents[incidents[COLUMN[level]] == unit]
    if metric == "first_contact_resolution":
        return tell_callers(own.dropna(subset="solved"))
    if metric == "reopened":
        return tell_reopened(own, incidents, level, unit)
    return tell_times(own)


def tell_callers(own: pd.DataFrame) -> str:
    """How much of it is two callers, and what is left without them."""
    callers = own["caller"].value_counts()
    rest = own[~own["caller"].isin(callers.index[:2])]
    again = own[own["repeated"]]
    told = f"报得最多的两位来电人占 {_share(callers.iloc[:2].sum() / len(own))}"
    told += f"，去掉后一次解决率 {_share(rest['solved'].mean())}（n={len(rest):,}）"
    if again.empty:
        return told
    return f"{told}；“再报”里 {_share(again['overlapping'].mean())} 在上一件解决之前就已开单"


def tell_reopened(own: pd.DataFrame, incidents: pd.DataFrame, level: str, unit: str) -> str:
    """Who had them when they were reopened: not always who has them at the end."""
    reopened = own[own["reopened"] > 0]
    others = (reopened[HOLDER[level]] != unit) & reopened[HOLDER[level]].notna()
    charged = ((incidents["reopened"] > 0) & (incidents[HOLDER[level]] == unit)).sum()
    return (
        f"名下重开 {len(reopened)} 件，其中 {others.sum()} 件重开时在别人手里；"
        f"按“重开时在谁手里”算是 {charged} 件（{_share(charged / len(own), 2)}）"
    )


def tell_times(own: pd.DataFrame) -> str:
    """Half, how many at once, and what is striking: waiting, handed over, no time, one sweep."""
    timed = own.dropna(subset="seconds")
    quick = (timed["seconds"] < HOUR).mean()
    together = timed["resolved_at"].dt.date.value_counts().iloc[0]
    striking = [
        ("转派来的", own["moved"].mean(), 0.5),
        ("等过供应商", own["waited Vendor"].mean(), 0.1),
        ("等过用户", own["waited User Info"].mean(), 0.3),
        ("缺解决时间", own["seconds"].isna().mean(), 0.1),
        ("同一天关的", together / len(own), 0.1),
    ]
    told = [f"{what} {_share(share)}" for what, share, least in striking if share >= least]
    half = f"中位 {words.format_value(timed['seconds'].median(), 'seconds')}"
    return "；".join([half, f"一小时内 {_share(quick)}", *told])


def count_months(incidents: pd.DataFrame, level: str, unit: str) -> str:
    """Incidents of each of the three months."""
    own = incidents[incidents[COLUMN[level]] == unit]
    return "/".join(f"{(own['month'] == month).sum()}" for month in MONTHS)


def _share(value: float, digits: int = 0) -> str:
    return f"{100 * value:.{digits}f}%"

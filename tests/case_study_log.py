"""The incident log by plain pandas, without csqa: what its verdicts are checked against by hand.

One row per incident of the three months. ``holder`` and ``holding_team`` had it when it was first
reopened; ``agent`` and ``team`` have it at the end, and it is these whom the mapping charges.
"""

import zipfile
from collections.abc import Collection
from pathlib import Path

import pandas as pd

MONTHS = ("2016-03", "2016-04", "2016-05")
LOG_ENDS = pd.Timestamp("2016-06-01")
"""After May the log holds a handful of incidents a month, no sample of what came in."""
FOLLOW_UP = pd.Timedelta(days=7)
STRATA = {"team": ["priority", "topic"], "agent": ["team", "priority", "topic"]}
VALUES = {
    "first_contact_resolution": "solved",
    "reopened": "reopened",
    "resolution_time": "seconds",
}
NAMES = {"assignment_group": "team", "category": "topic", "caller_id": "caller"}
MINIMUM_MATCHED = 0.5
MINIMUM_PEERS = 10


def read_events(path: Path) -> pd.DataFrame:
    """Every event in the order in which it happened."""
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".csv"))
        rows = pd.read_csv(archive.open(name), dtype=str, na_values="?")
    for column in ("opened_at", "resolved_at"):
        rows[column] = pd.to_datetime(rows[column], format="%d/%m/%Y %H:%M")
    changes = rows["sys_mod_count"].astype(int)
    ordered = rows.assign(change=changes, reopenings=rows["reopen_count"].astype(int))
    return ordered.sort_values(["number", "change"], kind="stable", ignore_index=True)


def list_incidents(events: pd.DataFrame) -> pd.DataFrame:
    """One row per incident opened in the three months, with what became of it."""
    by_number = events.groupby("number")
    last = by_number.tail(1).set_index("number").rename(columns=NAMES)
    last["agent"] = by_number["assigned_to"].last()
    last["first_agent"] = by_number["assigned_to"].first()
    for state in ("Vendor", "User Info"):
        waiting = events["ident_state"] == f"Awaiting {state}"
        last[f"waited {state}"] = last.index.isin(events.loc[waiting, "number"])
    last = last.join(_at_reopening(events))
    last["moved"] = last["reassignment_count"].astype(int) > 0
    last["reopened"] = (last["reopenings"] > 0).astype(float)
    last["seconds"] = (last["resolved_at"] - last["opened_at"]).dt.total_seconds()
    last["month"] = last["opened_at"].dt.strftime("%Y-%m")
    known = _with_repeats(last[last["opened_at"] < LOG_ENDS].reset_index())
    return known[known["month"].isin(MONTHS)].reset_index(drop=True)


def _at_reopening(events: pd.DataFrame) -> pd.DataFrame:
    """Who had each reopened incident just before it was reopened for the first time."""
    held = events.assign(holder=events.groupby("number")["assigned_to"].ffill())
    names = {"holder": "holder", "assignment_group": "holding_team", "reopenings": "before"}
    previous = held.groupby("number")[list(names)].shift().rename(columns=names)
    first = (held["reopenings"] > 0) & (previous["before"] == 0)
    found = previous[first].assign(number=held.loc[first, "number"])
    return found.groupby("number")[["holder", "holding_team"]].first()


def _with_repeats(incidents: pd.DataFrame) -> pd.DataFrame:
    """``solved``: neither reopened nor followed within a week; NaN where nobody can know."""
    ordered = incidents.sort_values(["opened_at", "number"], ignore_index=True)
    key = [ordered["caller"], ordered["topic"].fillna("")]
    following = ordered.groupby(key)["opened_at"].shift(-1)
    repeated = following - ordered["opened_at"] <= FOLLOW_UP
    decided = ordered["opened_at"] <= ordered["opened_at"].max() - FOLLOW_UP
    solved = (~repeated & (ordered["reopened"] == 0)).astype(float)
    return ordered.assign(
        repeated=repeated,
        overlapping=repeated & (following < ordered["resolved_at"]),
        solved=solved.where(decided & ordered["caller"].notna()),
    )


def compare_by_hand(
    incidents: pd.DataFrame, unit: str, metric: str, aside: Collection[str] = ()
) -> pd.DataFrame:
    """``n``, ``value`` and what peers do with the same mix, of each unit: three group-bys.

    Those set ``aside`` stand out themselves: they are peers only where there are no others.
    """
    column = VALUES[metric]
    strata = STRATA[unit]
    rows = incidents.dropna(subset=column).fillna(dict.fromkeys([unit, *strata], "?"))
    own = rows.groupby([unit, *strata])[column].agg(["size", "sum"]).reset_index()
    chosen = _others(own[~own[unit].isin(aside)], own, strata)
    others = chosen.where(chosen["size"] > 0, _others(own, own, strata))
    theirs = others["sum"] / others["size"].where(others["size"] > 0)
    own["matched"] = own["size"].where(theirs.notna(), 0)
    own["noise"] = (own["size"] ** 2 / others["size"].where(others["size"] > 0)).fillna(0)
    own["expected"] = own["size"] * theirs.fillna(own["sum"] / own["size"])
    total = own.groupby(unit)[["size", "sum", "matched", "noise", "expected"]].sum()
    known = total["matched"] >= MINIMUM_MATCHED * total["size"]
    known &= total["noise"] * MINIMUM_PEERS <= total["size"] ** 2
    return pd.DataFrame(
        {
            "n": total["size"],
            "value": total["sum"] / total["size"],
            "expected": (total["expected"] / total["size"]).where(known),
        }
    )


def split_change(incidents: pd.DataFrame) -> pd.Series:
    """Mean time to resolution, first month to last, by team: how much is mix, how much is pace."""
    solved = incidents.dropna(subset="seconds").assign(days=lambda rows: rows["seconds"] / 86400)
    sums = solved.groupby(["month", "team"])["days"].agg(["size", "mean"])
    first, last = (sums.loc[month] for month in (MONTHS[0], MONTHS[-1]))
    both = first.join(last, how="outer", suffixes=("_first", "_last"))
    shares = [
        both[f"size_{end}"].fillna(0) / both[f"size_{end}"].sum() for end in ("first", "last")
    ]
    means = [
        both["mean_first"].fillna(both["mean_last"]),
        both["mean_last"].fillna(both["mean_first"]),
    ]
    return pd.Series(
        {
            "change": (shares[1] * means[1]).sum() - (shares[0] * means[0]).sum(),
            "mix": ((shares[1] - shares[0]) * (means[0] + means[1]) / 2).sum(),
            "pace": ((shares[1] + shares[0]) / 2 * (means[1] - means[0])).sum(),
            "desk_first": shares[0]["70"],
            "desk_last": shares[1]["70"],
        }
    )


def _others(pool: pd.DataFrame, own: pd.DataFrame, strata: list[str]) -> pd.DataFrame:
    """``size`` and ``sum`` of those of the pool with the same kind of work, without oneself."""
    unit = own.columns[0]
    summed = pool.groupby(strata)[["size", "sum"]].sum()
    theirs = own[strata].merge(summed, left_on=strata, right_index=True, how="left")
    mine = own[["size", "sum"]].where(own[unit].isin(pool[unit]), 0)
    return theirs[["size", "sum"]].fillna(0).set_axis(own.index) - mine

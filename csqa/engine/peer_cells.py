"""Units against their peers with the same mix of work: sums in, differences out."""

from collections.abc import Sequence

import pandas as pd

from csqa.engine.differences import SUMS, difference_chances, difference_intervals
from csqa.engine.estimates import value_of

OWN_FREEDOM = 9
"""Degrees of freedom from which on a unit's own variance serves, and not that of all."""

COUNTED = ("share", "nps", "per_hundred")
"""Kinds whose variance follows from their sums."""


def add_peers(fine: pd.DataFrame, strata: Sequence[str]) -> pd.DataFrame:
    """Put beside each unit's sums in a stratum those of all others in it.

    Parameters
    ----------
    fine : DataFrame
        Summed by unit, the strata and ``metric``; nobody is their own peer.
    strata : sequence of str
        Columns of the strata; may be empty.

    Returns
    -------
    DataFrame, the same rows
        ``peers_n``, ``peers_total``, ``peers_squares``; ``within``, ``freedom``: squared
        deviations from the cell's mean and their degrees of freedom; ``pooled_variance`` of one
        record within a cell, over all units.

    Examples
    --------
    >>> fine = pd.DataFrame({"agent_id": ["A", "B"], "metric": "csat", "n": [10, 30]})
    >>> fine = fine.assign(total=[6.0, 27.0], total_squares=[6.0, 27.0])
    >>> add_peers(fine, [])[["agent_id", "peers_n", "peers_total"]].values.tolist()
    [['A', 30, 27.0], ['B', 10, 6.0]]
    """
    spread = fine["total_squares"] - fine["total"] ** 2 / fine["n"]
    cells = fine.assign(within=spread.clip(lower=0), freedom=(fine["n"] - 1).clip(lower=0))
    grouped = cells.groupby([*strata, "metric"])
    whole = grouped[[*SUMS, "within", "freedom"]].transform("sum")
    freedom = whole["freedom"].where(whole["freedom"] > 0)
    return cells.assign(
        peers_n=whole["n"] - cells["n"],
        peers_total=whole["total"] - cells["total"],
        peers_squares=whole["total_squares"] - cells["total_squares"],
        pooled_variance=whole["within"] / freedom,
    )


def compare_with_peers(cells: pd.DataFrame, kind: str, keys: Sequence[str]) -> pd.DataFrame:
    """Compare each group of cells with what peers do in the same strata.

    Parameters
    ----------
    cells : DataFrame
        From :func:`add_peers`, of metrics of one kind.
    kind : str
        That kind.
    keys : sequence of str
        Columns that make the groups.

    Returns
    -------
    DataFrame, one row per group with records that peers have the like of
        The keys; ``n`` [records], ``n_peers`` [records of peers that the expected value is worth];
        ``value``, ``expected``; ``difference`` with ``lower``, ``upper`` and ``p``.

    Notes
    -----
    Direct standardisation of the peers to the group's mix; a stratum in which peers are few
    makes the expected value as uncertain as so many records would.

    Examples
    --------
    Peers hold 90 % on easy work and 60 % on hard work; A, with hard work only, holds 60 %:

    >>> fine = pd.DataFrame({"agent_id": ["A", "B", "B"], "topic": ["hard", "hard", "easy"]})
    >>> fine = fine.assign(metric="csat", n=100, total=[60.0, 60.0, 90.0])
    >>> cells = add_peers(fine.assign(total_squares=fine["total"]), ["topic"])
    >>> found = compare_with_peers(cells, "share", ["agent_id"])
    >>> found[["agent_id", "value", "expected", "difference"]].values.tolist()
    [['A', 0.6, 0.6, 0.0], ['B', 0.6, 0.6, 0.0]]
    """
    matched = cells[cells["peers_n"] > 0]
    weight = matched["n"] / matched["peers_n"]
    weighed = matched.assign(
        expected_total=weight * matched["peers_total"],
        expected_squares=weight * matched["peers_squares"],
        noise=weight * matched["n"],
        variance=(matched["pooled_variance"] * matched["n"]).fillna(0.0),
    )
    added = ["expected_total", "expected_squares", "noise", "variance", "within", "freedom"]
    groups = weighed.groupby(list(keys), as_index=False)[[*SUMS, *added]].sum()
    own, peers = _own_sums(groups, kind), _peers_sums(groups, kind)
    value, expected = (
        value_of(kind, sums["n"].to_numpy(dtype=float), sums["total"].to_numpy(dtype=float))
        for sums in (own, peers)
    )
    sides = own.assign(kind=kind).join(peers.add_suffix("_before"))
    lower, upper = difference_intervals(sides)
    return groups[[*keys, "n"]].assign(
        n_peers=peers["n"],
        value=value,
        expected=expected,
        difference=value - expected,
        lower=lower,
        upper=upper,
        p=difference_chances(sides, value - expected),
    )


def _own_sums(groups: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return sums whose variance is that within strata: the mix is what peers are given too."""
    own = groups[list(SUMS)].astype(float)
    if kind in COUNTED:
        return own
    n, freedom = own["n"], groups["freedom"]
    pooled = groups["variance"] / n
    variance = (groups["within"] / freedom.where(freedom > 0)).where(freedom >= OWN_FREEDOM, pooled)
    return own.assign(total_squares=variance * (n - 1).clip(lower=0) + own["total"] ** 2 / n)


def _peers_sums(groups: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the sums of as many records as the peers' standardised value is worth."""
    worth = groups["n"] ** 2 / groups["noise"]
    mean = groups["expected_total"] / groups["n"]
    total, squares = mean * worth, groups["expected_squares"] / groups["n"] * worth
    if kind == "share":  # weighing may leave a share of 1 a rounding error above it
        total = total.clip(0, worth)
    elif kind == "nps":
        squares = squares.clip(total.abs(), worth)
    elif kind not in COUNTED:
        variance = groups["variance"] / groups["n"]
        squares = variance * (worth - 1).clip(lower=0) + worth * mean**2
    return pd.DataFrame({"n": worth, "total": total, "total_squares": squares})

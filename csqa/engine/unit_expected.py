"""What is expected of a unit: what its peers do with the same mix of work."""

from collections.abc import Sequence

import pandas as pd

LEAST_MATCHED = 0.5
"""Share of a unit's records that peers must have had the like of, for it to be judged."""

LEAST_PEERS = 10
"""Records that the peers' must be worth for a unit to be judged."""


def expect_units(fine: pd.DataFrame, unit: str, strata: Sequence[str]) -> pd.DataFrame:
    """What peers would do with each unit's mix of strata, and how surely that is known.

    Peers are all others in the stratum: a unit is never its own yardstick, and one that was set
    aside is nobody's, for else who works beside a bad one would look good. Where a unit has no
    peers, its own value stands in, which says nothing of it; with too few matched records, or
    peers that are worth too few, nothing is expected.

    Parameters
    ----------
    fine : DataFrame, one row per unit, stratum and metric
        ``n``, ``total``, ``total_squares``; ``aside``: whether the unit is left out of what is
        expected of others.
    unit : str
        Column of the units.
    strata : sequence of str
        Columns of the strata.

    Returns
    -------
    DataFrame, one row per unit and metric
        ``expected`` [per record, NaN if unknown], ``variance`` of one record, ``effective_n``
        [records].
    """
    within = fine["total_squares"] - fine["total"] ** 2 / fine["n"]
    cells = fine.assign(within=within.clip(lower=0))  # cancellation can leave it just below
    by_stratum = cells.groupby([*strata, "metric"])
    inside = by_stratum["within"].transform("sum")
    freedom = by_stratum["n"].transform(lambda n: (n - 1).clip(lower=0).sum())
    others, peers = _peers(cells, [cells[name] for name in [*strata, "metric"]])
    cells["expected"] = others.fillna(cells["total"] / cells["n"]) * cells["n"]
    cells["variance"] = inside / freedom.where(freedom > 0) * cells["n"]
    cells["matched"] = cells["n"].where(peers.notna(), 0)
    cells["noise"] = (cells["n"] ** 2 / peers).fillna(0.0)
    columns = ["n", "expected", "variance", "matched", "noise"]
    summed = cells.groupby([unit, "metric"], as_index=False)[columns].sum(min_count=1)
    n = summed["n"]
    known = (summed["matched"] >= LEAST_MATCHED * n) & (summed["noise"] * LEAST_PEERS <= n**2)
    return summed.assign(
        expected=(summed["expected"] / n).where(known),
        variance=summed["variance"] / n,
        effective_n=1 / (1 / n + summed["noise"] / n**2),
    )[[unit, "metric", "expected", "variance", "effective_n"]]


def _peers(cells: pd.DataFrame, keys: "list[pd.Series]") -> "tuple[pd.Series, pd.Series]":
    """Mean of each cell's peers and their records; NaN where there are none."""
    sums = cells[["n", "total"]]
    everybody = sums.groupby(keys).transform("sum") - sums
    counted = sums.where(~cells["aside"], 0.0)
    chosen = counted.groupby(keys).transform("sum") - counted
    chosen = chosen.where(chosen["n"] > 0, everybody)
    peers = chosen["n"].where(chosen["n"] > 0)
    return chosen["total"] / peers, peers

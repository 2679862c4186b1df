"""Whether two competitors give the same figures: counts exactly, the rest to 1e-9."""

import numpy as np
import pandas as pd

from benchmarks.competitors.task import UNITS, figures

Tables = dict[str, pd.DataFrame]
TOLERANCE = 1e-9


def is_count(figure: str) -> bool:
    """Whether a figure is a whole number of contacts."""
    return figure.endswith("_n") or "_over_" in figure


def check_same(found: Tables, expected: Tables, name: str) -> None:
    """Stop at the first figure that is not the same.

    Raises
    ------
    AssertionError
        Names the competitor, the unit and the figure.
    """
    for unit in UNITS:
        ours, theirs = _in_order(found[unit], unit), _in_order(expected[unit], unit)
        pd.testing.assert_index_equal(ours.index, theirs.index, obj=f"{name}, {unit}: groups")
        for figure in figures():
            tolerance = 0.0 if is_count(figure) else TOLERANCE
            np.testing.assert_allclose(
                ours[figure],
                theirs[figure],
                rtol=tolerance,
                atol=0 if is_count(figure) else 1e-12,
                err_msg=f"{name}, {unit}: {figure}",
            )


def _in_order(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Sorted by period and unit; a count or sum of nothing is 0."""
    keyed = table.astype({"period": "str", unit: "str"}).set_index(["period", unit]).sort_index()
    nothing = {name: 0 for name in figures() if is_count(name) or name.endswith("_squares")}
    return keyed[figures()].astype("float64").fillna(nothing)

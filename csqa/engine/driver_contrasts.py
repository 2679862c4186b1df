"""Which cells of counts are compared, and the one model of all that might go with an outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import schema
from csqa.rules.standard import Standard
from csqa.stats import logistic
from csqa.stats.logistic import independent_columns

NAMED = ("channel", "topic")
"""Factors whose levels are names, each compared with the rest."""

REST = "rest"
FEWEST_OUTCOMES = 5
"""Below which a difference is not judged, and no model is fitted."""

MOST_NAMES = 20
"""Largest topics and channels that are compared and have a coefficient of their own."""

BANDS = {
    "first_response": ("within_target", "over_target", "over_twice_target"),
    "handling": ("within_target", "over_target", "over_twice_target"),
    "wording": ("no_hit", "hit"),
}
"""Factor -> what 0, 1 and 2 mean; else no and yes."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Contrast:
    """A level of a factor, and which cells are compared."""

    factor: str
    level: str
    compared_with: str
    exposed: Flags
    others: Flags
    column: int = 0
    """Which number of the factor it is; 0 for names."""


def pool_names(cells: pd.DataFrame) -> pd.DataFrame:
    """Give small topics and channels beyond the largest one name; strata keep their own."""
    pooled = {}
    for name in NAMED:
        sizes = cells.loc[cells[name] != schema.UNKNOWN].groupby(name)["n"].sum()
        ranked = sizes.sort_values(ascending=False, kind="stable")
        pooled[f"{name}_level"] = cells[name].where(cells[name].isin(ranked.index[:MOST_NAMES]), "")
    return cells.assign(**pooled)


def contrasts_of(
    cells: pd.DataFrame, factors: Sequence[str], standard: Standard
) -> Iterator[Contrast]:
    """List what is compared with what: named levels with the rest, the others with level 0.

    Parameters
    ----------
    cells : DataFrame
        From :func:`csqa.engine.driver_cells.count_cells`, after :func:`pool_names`.
    factors : sequence of str
        Columns to look at.
    standard : Standard
        From how many departments on a contact is transferred.
    """
    for factor in factors:
        if factor in NAMED:
            names = cells[f"{factor}_level"].to_numpy()
            known = cells[factor].to_numpy() != schema.UNKNOWN
            for level in sorted(set(names) - {""}):
                here = names == level
                if (known & ~here).any():
                    yield Contrast(factor, level, REST, here, known & ~here)
            continue
        numbers = cells[factor].to_numpy()
        words = _levels(factor, standard)
        for column in range(1, len(words)):
            exposed, others = numbers == column, numbers == 0
            if exposed.any():
                yield Contrast(factor, words[column], words[0], exposed, others, column)


def _levels(factor: str, standard: Standard) -> tuple[str, ...]:
    if factor == "transfers":
        first = standard.transferred_from
        return "fewer", f"{first:g}", f"{first + 1:g}+"
    return BANDS.get(factor, ("no", "yes"))


def codes_of(cells: pd.DataFrame, by: list[str]) -> NDArray[np.integer[Any]]:
    """Number the combinations of some columns from 0."""
    if not by:
        return np.zeros(len(cells), dtype=np.int64)
    return cells.groupby(by, sort=False, dropna=False).ngroup().to_numpy()


def add_model(found: pd.DataFrame, cells: pd.DataFrame, contrasts: list[Contrast]) -> pd.DataFrame:
    """Odds ratios of one model of all factors; none where outcomes are too few for it."""
    columns = ["odds_ratio", "odds_lower", "odds_upper"]
    found = found.assign(**dict.fromkeys(columns, np.nan), model="")
    numbered = [place for place, contrast in enumerate(contrasts) if contrast.column]
    events = cells["outcomes"].sum()
    if not numbered or min(events, cells["n"].sum() - events) < FEWEST_OUTCOMES:
        return found
    parts = [np.ones(len(cells)), *(contrasts[place].exposed for place in numbered)]
    parts += list(_adjusting(cells, contrasts))
    design = np.column_stack(parts).astype(np.float64)
    kept = independent_columns(design)
    agents = codes_of(cells, ["agent_id"])
    fit = logistic(design[:, kept], cells["outcomes"], cells["n"], agents)
    if not fit.converged:
        return found
    for place, column in enumerate(kept[1:], start=1):
        if column <= len(numbered):
            row = found.index[numbered[column - 1]]
            ends = fit.coefficients[place], fit.lower[place], fit.upper[place]
            found.loc[row, columns] = np.exp(np.clip(ends, -50, 50))
            found.loc[row, "model"] = fit.method
    return found


def _adjusting(cells: pd.DataFrame, contrasts: list[Contrast]) -> Iterator[NDArray[np.bool_]]:
    """Columns of the model that only adjust: topics and channels, and what is not known."""
    for name in NAMED:
        levels = cells[f"{name}_level"]
        sizes = cells["n"].groupby(levels).sum().sort_values(ascending=False, kind="stable")
        for level in sizes.index[1:]:
            yield (levels == level).to_numpy()
    for factor in dict.fromkeys(c.factor for c in contrasts if c.column):
        yield (cells[factor] < 0).to_numpy()

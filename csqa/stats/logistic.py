"""Logistic regression on grouped counts: small, and finite where outcomes separate.

Cells of counts in, odds ratios out. Firth's penalty keeps every coefficient finite where a level
has no outcome, or only outcomes; groups (agents, say) widen the errors by what they differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csqa.stats._arrays import finite, one_of, part_and_whole, tail

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from csqa.stats._arrays import BoolArray, FloatArray

FIRTH, NONE = "firth", "none"
PENALTIES: Final = (FIRTH, NONE)
WALD, PROFILE = "wald", "profile"
MOST_STEPS: Final = 100
MOST_HALVINGS: Final = 30
LONGEST_STEP: Final = 5.0
"""In one coefficient: farther, a first guess is no better than before."""
SMALL: Final = 1e-9
"""Change of every coefficient, and of the log-likelihood, at which it has converged."""
DEPENDENT: Final = 1e-8
"""Square of what is left of a column, beyond those before it, that is nothing but rounding."""
FEWEST_GROUPS: Final = 20
"""Below it errors by groups are too small to be believed (Cameron & Miller 2015)."""


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """Coefficients in the order of the columns: logarithms of odds ratios.

    Attributes
    ----------
    coefficients, standard_errors, lower, upper, p : ndarray
        With intervals; ``p`` of a coefficient being 0 (Wald).
    log_likelihood : float
        With Firth's penalty if that was asked for.
    dispersion : float
        Pearson's chi-squared over its degrees of freedom; NaN without any.
    converged : bool
        Where false, nothing else is to be believed.
    method : str
        ``firth_wald``, ``firth_profile``, ``firth_cluster`` …
    """

    coefficients: FloatArray
    standard_errors: FloatArray
    lower: FloatArray
    upper: FloatArray
    p: FloatArray
    log_likelihood: float
    dispersion: float
    converged: bool
    method: str


@dataclass(frozen=True, slots=True)
class _Cells:
    design: FloatArray
    hits: FloatArray
    size: FloatArray
    firth: bool


@dataclass(frozen=True, slots=True)
class _Point:
    """Where the climb stands: coefficients, what they give, and how the slope is there."""

    beta: FloatArray
    chance: FloatArray
    information: FloatArray
    curvature: FloatArray
    """By which steps are measured: with what Firth's penalty adds to the records."""
    score: FloatArray
    height: float


def logistic(
    design: ArrayLike,
    x: ArrayLike,
    n: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    penalty: str = FIRTH,
    intervals: str = WALD,
    confidence: float = 0.95,
) -> LogisticFit:
    """Fit a logistic regression to cells of counts.

    Parameters
    ----------
    design : array_like, shape (cells, columns)
        One column per coefficient; a column of ones is the intercept.
    x, n : array_like, shape (cells,)
        Outcomes and records of each cell.
    groups : array_like of int, optional
        From 0: errors are by the sums over groups, given at least twenty of them.
    penalty : {"firth", "none"}
        ``none`` is plain maximum likelihood, which has no solution where outcomes separate.
    intervals : {"wald", "profile"}
        Of the (penalised) likelihood; groups need ``wald``.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    LogisticFit

    Raises
    ------
    ValueError
        If shapes do not fit, ``x`` exceeds ``n``, columns depend on each other, or an option is
        unknown.

    Notes
    -----
    Firth (1993), Biometrika 80:27-38, for logistic regression as Heinze & Schemper (2002),
    Statistics in Medicine 21:2409-2419; standard errors from the information without the penalty,
    as theirs. Profile limits are where twice the log-likelihood has fallen by the quantile of
    chi-squared. By groups: the sandwich of Liang & Zeger (1986), Biometrika 73:13-22, times
    G/(G-1), with Student's t of G-1 degrees of freedom.

    Examples
    --------
    Snoring and heart disease, Agresti (2002), section 4.2.3:

    >>> score, cases, others = [0, 2, 4, 5], [24, 35, 21, 30], [1355, 603, 192, 224]
    >>> design = np.column_stack([np.ones(4), score])
    >>> fit = logistic(design, cases, np.add(cases, others), penalty="none")
    >>> fit.coefficients.round(3), fit.standard_errors.round(3)
    (array([-3.866,  0.397]), array([0.166, 0.05 ]))
    """
    one_of("penalty", penalty, PENALTIES)
    one_of("intervals", intervals, (WALD, PROFILE))
    cells = _check(design, x, n, penalty == FIRTH)
    free = np.ones(cells.design.shape[1], dtype=np.bool_)
    best, converged = _climb(cells, np.zeros(len(free)), free)
    covariance = np.asarray(np.linalg.inv(best.information), dtype=np.float64)
    freedom, method = np.inf, intervals
    if groups is not None and intervals == WALD:
        known = np.unique(np.asarray(groups), return_inverse=True)[1]
        if known.size and known.max() + 1 >= FEWEST_GROUPS:
            covariance, freedom = _sandwich(cells, best, covariance, known)
            method = "cluster"
    error = np.sqrt(np.diag(covariance))
    lower, upper, p = _wald(best.beta, error, freedom, confidence)
    if intervals == PROFILE:
        lower, upper = _profile(cells, best, error, confidence)
    return LogisticFit(
        best.beta, error, lower, upper, p, best.height, _dispersion(cells, best), converged,
        f"{penalty if penalty == FIRTH else 'maximum_likelihood'}_{method}",
    )  # fmt: skip


def _check(design: ArrayLike, x: ArrayLike, n: ArrayLike, firth: bool) -> _Cells:
    columns = finite("design", design)
    hits, size = part_and_whole(x, n)
    if columns.ndim != 2 or hits.shape != columns.shape[:1]:
        message = f"`design` must have a row per cell; not {columns.shape} for {hits.shape}."
        raise ValueError(message)
    known = size > 0
    cells = _Cells(columns[known], hits[known], size[known], firth)
    if np.isnan(columns).any() or len(independent_columns(cells.design)) < columns.shape[1]:
        message = "columns of `design` must be known, and none the sum of others."
        raise ValueError(message)
    return cells


def independent_columns(design: ArrayLike) -> list[int]:
    """Number the columns of a design that are no sums of those before them.

    Examples
    --------
    >>> independent_columns([[1, 1, 0], [1, 0, 1], [1, 1, 0]])
    [0, 1]
    """
    columns = finite("design", design)
    length = np.sqrt((columns**2).sum(axis=0))
    products = (columns.T @ columns) / np.outer(length, length).clip(min=SMALL)
    kept: list[int] = []
    for column in range(products.shape[0]):
        inner = products[np.ix_(kept, kept)]
        with_kept = products[kept, column]
        told = float(with_kept @ np.linalg.solve(inner, with_kept)) if kept else 0.0
        if length[column] > 0 and 1 - told > DEPENDENT:
            kept.append(column)
    return kept


def _stand(cells: _Cells, beta: FloatArray) -> _Point:
    eta = cells.design @ beta
    chance = 1 / (1 + np.exp(-np.clip(eta, -500, 500)))
    weight = cells.size * chance * (1 - chance)
    information = cells.design.T @ (cells.design * weight[:, None])
    residual = cells.hits - cells.size * chance
    curvature = information
    height = float((cells.hits * eta - cells.size * np.logaddexp(0, eta)).sum())
    if cells.firth:
        sign, volume = np.linalg.slogdet(information)
        height = height + 0.5 * float(volume) if sign > 0 else -np.inf
        if sign > 0:
            spread = np.linalg.solve(information, cells.design.T)
            leverage = weight * np.einsum("ij,ji->i", cells.design, spread)
            residual = residual + leverage * (0.5 - chance)
            more = leverage * chance * (1 - chance)
            curvature = information + cells.design.T @ (cells.design * more[:, None])
    return _Point(beta, chance, information, curvature, cells.design.T @ residual, height)


def _climb(cells: _Cells, start: FloatArray, free: BoolArray) -> tuple[_Point, bool]:
    """Newton's steps in the free coefficients, halved where they lead down."""
    point = _stand(cells, start)
    for _ in range(MOST_STEPS):
        inner = point.curvature[np.ix_(free, free)]
        step = np.zeros(len(free))
        step[free] = np.linalg.lstsq(inner, point.score[free], rcond=None)[0]
        step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), SMALL))
        after = _stand(cells, point.beta + step)
        for _ in range(MOST_HALVINGS):
            if after.height >= point.height - SMALL:
                break
            step = step / 2
            after = _stand(cells, point.beta + step)
        near = float(np.abs(step).max()) < SMALL * (1 + float(np.abs(point.beta).max()))
        point = after
        if near:
            return point, True
    return point, False


def _sandwich(
    cells: _Cells, best: _Point, bread: FloatArray, groups: NDArray[Any]
) -> tuple[FloatArray, float]:
    count = int(groups.max()) + 1
    residual = cells.hits - cells.size * best.chance
    scores = cells.design * residual[:, None]
    sums = np.stack([np.bincount(groups, column, count) for column in scores.T])
    return bread @ (sums @ sums.T) @ bread * (count / (count - 1)), count - 1


def _wald(
    beta: FloatArray, error: FloatArray, freedom: float, confidence: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    from scipy import special

    z = np.abs(beta) / error
    known = not np.isinf(freedom)
    alpha = tail(confidence)
    reach = special.stdtrit(freedom, 1 - alpha) if known else -special.ndtri(alpha)
    below = special.stdtr(freedom, -z) if known else special.ndtr(-z)
    half = float(reach) * error
    return beta - half, beta + half, np.asarray(2 * below, dtype=np.float64)


def _profile(
    cells: _Cells, best: _Point, error: FloatArray, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Where the profile of each coefficient has fallen by half the quantile of chi-squared."""
    from scipy import special

    floor = best.height - special.ndtri(tail(confidence)) ** 2 / 2
    ends = [
        [_edge(cells, best, column, side * error[column], floor) for column in range(len(error))]
        for side in (-1, 1)
    ]
    return np.array(ends[0]), np.array(ends[1])


def _edge(cells: _Cells, best: _Point, column: int, step: float, floor: float) -> float:
    from scipy.optimize import brentq

    free = np.arange(len(best.beta)) != column
    start = best.beta.copy()

    def above(value: float) -> float:
        start[column] = value
        point, _ = _climb(cells, start, free)
        start[:] = point.beta
        return point.height - floor

    near = float(best.beta[column])
    far = near + 2 * step
    for _ in range(MOST_HALVINGS):
        if above(far) < 0:
            return float(brentq(above, near, far, xtol=1e-7))
        near, far = far, far + 2 * (far - float(best.beta[column]))
    return float(np.copysign(np.inf, step))


def _dispersion(cells: _Cells, best: _Point) -> float:
    freedom = len(cells.size) - cells.design.shape[1]
    spread = cells.size * best.chance * (1 - best.chance)
    known = spread > 0
    squares = (cells.hits - cells.size * best.chance)[known] ** 2 / spread[known]
    return float(squares.sum() / freedom) if freedom > 0 else np.nan

"""From a machine's score to a probability, and how far such probabilities can be trusted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

BINS = 10
"""Of the expected calibration error, of equal width."""
SHARPNESS = (0.25, 4.0)
_ROUNDS = 100
_SETTLED = 1e-9
_LEAST_CURVE = 1e-12


def fit_sigmoid(scores: Floats, truths: Flags) -> tuple[float, float]:
    """Slope and offset of ``1 / (1 + exp(-(slope · score + offset)))``, by Platt's method.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        Of texts that the machine was not fitted on.
    truths : ndarray of bool, shape (n,)
        Whether each has the label.

    Returns
    -------
    tuple of float

    Notes
    -----
    Platt (1999), Probabilistic outputs for support vector machines: the targets are
    ``(n₊ + 1) / (n₊ + 2)`` and ``1 / (n₋ + 2)``, so that few labels give no certainty. Newton's
    method with halved steps, as Lin, Lin & Weng (2007), Machine Learning 68:267-276. The slope is
    kept above 0: a higher score never means a lower probability.

    Examples
    --------
    >>> scores = np.array([-2.0, -1, 1, 2])
    >>> slope, offset = fit_sigmoid(scores, scores > 0)
    >>> (1 / (1 + np.exp(-(slope * scores + offset)))).round(2)
    array([0.21, 0.34, 0.66, 0.79])
    """
    right, wrong = int(truths.sum()), int((~truths).sum())
    targets = np.where(truths, (right + 1) / (right + 2), 1 / (wrong + 2))
    basis = np.stack([scores, np.ones(len(scores))])
    now = np.array([0.0, np.log((right + 1) / (wrong + 1))])
    for _ in range(_ROUNDS):
        chance = _sigmoid(now @ basis)
        slope = basis @ (chance - targets)
        curve = (basis * (chance * (1 - chance))) @ basis.T + _LEAST_CURVE * np.eye(2)
        step = np.linalg.solve(curve, slope)
        if abs(slope @ step) < _SETTLED:
            break
        now = _halve(now, step, basis, targets)
    return max(float(now[0]), 0.0), float(now[1])


def _halve(now: Floats, step: Any, basis: Floats, targets: Floats) -> Floats:
    """The longest of the step's halves that makes things better."""
    before = _loss(now, basis, targets)
    for _ in range(30):
        if _loss(now - step, basis, targets) < before:
            return np.asarray(now - step)
        step = step / 2
    return now


def _loss(now: Floats, basis: Floats, targets: Floats) -> float:
    told = now @ basis
    return float((np.logaddexp(0, told) - targets * told).sum())


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0, -values)))


@dataclass(frozen=True)
class Calibration:
    """How scores become probabilities."""

    slopes: Floats
    offsets: Floats
    """Of each label's sigmoid."""
    sharpness: float
    """Where each text has exactly one label: the power that the sigmoids are raised to before they
    are made to add up to 1; each against the rest, they know less than all together."""
    single: bool

    def probabilities(self, scores: Floats) -> Floats:
        """Probabilities of scores, shape (texts, labels).

        Examples
        --------
        >>> two = Calibration(np.ones(2), np.zeros(2), 1.0, single=True)
        >>> two.probabilities(np.array([[1.0, -1.0]])).round(2)
        array([[0.73, 0.27]])
        """
        logs = -np.logaddexp(0, -(scores * self.slopes + self.offsets))
        return _share_out(logs * self.sharpness) if self.single else np.asarray(np.exp(logs))


def fit_calibration(scores: Floats, truths: Flags, *, single: bool) -> Calibration:
    """Fit it to scores of texts that the machines were not fitted on.

    Parameters
    ----------
    scores : ndarray, shape (texts, labels)
        Of the machines.
    truths : ndarray of bool, shape (texts, labels)
        The labels.
    single : bool
        Whether each text has exactly one.

    Notes
    -----
    The sharpness is the one that makes the labels likeliest (temperature scaling: Guo, Pleiss, Sun
    & Weinberger (2017), ICML, PMLR 70:1321-1330).
    """
    pairs = zip(scores.T, truths.T, strict=True)
    slopes, offsets = np.array([fit_sigmoid(*pair) for pair in pairs]).T
    if not single:
        return Calibration(slopes, offsets, 1.0, single)
    logs = -np.logaddexp(0, -(scores * slopes + offsets))

    def loss(sharpness: float) -> float:
        return -float(np.log(np.maximum(_share_out(logs * sharpness)[truths], 1e-12)).sum())

    best = minimize_scalar(loss, bounds=SHARPNESS, method="bounded")
    return Calibration(slopes, offsets, round(float(best.x), 4), single)


def _share_out(logs: Floats) -> Floats:
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def calibration_error(chances: Floats, right: Flags) -> float:
    """Expected calibration error: how far stated probabilities are from what came true.

    Parameters
    ----------
    chances : ndarray, shape (n,)
        Probabilities told, in [0, 1].
    right : ndarray of bool, shape (n,)
        Whether what was told was true.

    Returns
    -------
    float
        The mean, over ten bins of equal width and weighted by what is in them, of ``|mean
        probability - share true|``; NaN of nothing.

    Notes
    -----
    Naeini, Cooper & Hauskrecht (2015), AAAI 29:2901-2907.

    Examples
    --------
    >>> calibration_error(np.array([0.75, 0.75, 0.75, 0.75]), np.array([True, True, True, False]))
    0.0
    """
    if not len(chances):
        return float("nan")
    bins = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    told = np.bincount(bins, weights=chances, minlength=BINS)
    true = np.bincount(bins, weights=right.astype(np.float64), minlength=BINS)
    return float(np.abs(told - true).sum() / len(chances))

"""How good tags are, and whether a machine's are better than the rules'."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from csqa.learn.calibration import Flags, Floats

Numbers = npt.NDArray[np.int64]

RESAMPLES = 1_000
_AT_ONCE = 100
_TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Hits:
    """Right and wrong tags, one number per label (or, with a first axis, per resample)."""

    right: Floats
    wrong: Floats
    missed: Floats

    @property
    def precision(self) -> Floats:
        """Share of the tags that are right; NaN without tags."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Floats:
        """Share of the labels that were found; NaN without labels."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> Floats:
        """Harmonic mean of both; 0 where nothing is right, NaN where nothing is to be found."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


def _share(part: Floats, whole: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def count_hits(told: Flags, truths: Flags) -> Hits:
    """Count tags against labels; both of shape (texts, labels).

    Examples
    --------
    >>> told = np.array([[True], [True], [False], [False]])
    >>> hits = count_hits(told, np.array([[True], [False], [True], [False]]))
    >>> hits.precision.tolist(), hits.recall.tolist(), hits.f1.tolist()
    ([0.5], [0.5], [0.5])
    """
    kinds = (told & truths, told & ~truths, ~told & truths)
    return Hits(*(kind.sum(axis=0).astype(np.float64) for kind in kinds))


@dataclass(frozen=True)
class Comparison:
    """F1 of a machine less that of the rules, over resamples of the texts."""

    difference: Floats
    lower: Floats
    upper: Floats
    better: Floats
    """Share of the resamples in which the machine's F1 is the higher one; a draw is half."""


def compare(
    told: Flags, ruled: Flags, truths: Flags, groups: Numbers, seed: int, *, macro: bool = False
) -> Comparison:
    """Compare two ways to tag the same texts, by a paired bootstrap.

    Parameters
    ----------
    told, ruled, truths : ndarray of bool, shape (texts, labels)
        The machine's tags, the rules', and the labels.
    groups : ndarray of int, shape (texts,)
        Texts that are nearly the same; they are drawn together.
    seed : int
        Of the resamples.
    macro : bool
        Whether the mean over the labels is compared, as one.

    Returns
    -------
    Comparison
        One number per label; one in all with ``macro``.

    Notes
    -----
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, section 13.3 (percentile
    interval); both ways are counted on the same resample, so that hard texts count for both.
    """
    _, inverse = np.unique(groups, return_inverse=True)
    ways = [_by_group(way, truths, inverse) for way in (told, ruled)]
    draws = np.random.default_rng(seed)
    size = int(inverse.max()) + 1
    differences = []
    for _ in range(0, RESAMPLES, _AT_ONCE):
        taken = draws.multinomial(size, np.full(size, 1 / size), size=_AT_ONCE).astype(np.float64)
        one, other = (_f1(taken, way, macro=macro) for way in ways)
        differences.append(one - other)
    drawn = np.concatenate(differences)
    whole = np.ones((1, size))
    point = (_f1(whole, ways[0], macro=macro) - _f1(whole, ways[1], macro=macro))[0]
    lower, upper = np.quantile(drawn, _TAILS, axis=0)
    better = (drawn > 0).mean(axis=0) + (drawn == 0).mean(axis=0) / 2
    return Comparison(point, lower, upper, better)


def _by_group(told: Flags, truths: Flags, inverse: Numbers) -> tuple[Floats, ...]:
    counted = []
    for kind in (told & truths, told & ~truths, ~told & truths):
        sums = np.zeros((int(inverse.max()) + 1, truths.shape[1]))
        np.add.at(sums, inverse, kind)
        counted.append(sums)
    return tuple(counted)


def _f1(taken: Floats, way: tuple[Floats, ...], *, macro: bool) -> Floats:
    """F1 of each resample; of a label that was not drawn, 0 for both ways."""
    f1 = np.nan_to_num(Hits(*(taken @ kind for kind in way)).f1)
    return f1.mean(axis=1, keepdims=True) if macro else f1


THRESHOLDS = np.arange(2, 19) * 0.05
"""Tried for a label: from 0.10 to 0.90."""
TILTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Tried where each text has one label: powers of the labels' shares."""
DOUBT = 4.0
"""With few labels the best threshold is luck: F1 is counted as if two labels more had been missed
and two tags more been wrong."""


def choose_thresholds(chances: Floats, truths: Flags, *, single: bool) -> Floats:
    """Choose from which probability each label is told.

    Parameters
    ----------
    chances : ndarray, shape (texts, labels)
        Probabilities of texts unseen.
    truths : ndarray of bool, shape (texts, labels)
        The labels.
    single : bool
        Whether each text has exactly one: then the label is told whose probability is the greatest
        multiple of its threshold, and thresholds are a power of the labels' shares, so that rare
        ones are not drowned.

    Returns
    -------
    ndarray, shape (labels,)
        Those with the best F1; of several equally good ones the nearest to a half, or to none.

    Examples
    --------
    >>> chances = np.array([[0.9], [0.8], [0.4], [0.3], [0.2], [0.1]])
    >>> choose_thresholds(chances, chances > 0.35, single=False)
    array([0.4])
    """
    if not single:
        pairs = zip(chances.T, truths.T, strict=True)
        return np.array([_choose_one(*pair) for pair in pairs])
    shares = truths.mean(axis=0)
    scored = [
        (round(_doubting_f1(decide(chances, shares**tilt, single=True), truths), 9), -tilt)
        for tilt in TILTS
    ]
    return np.asarray(shares ** -max(scored)[1])


def _choose_one(chances: Floats, truths: Flags) -> float:
    scored: list[tuple[float, float, float]] = []
    for threshold in THRESHOLDS.tolist():
        f1 = _doubting_f1((chances >= threshold)[:, None], truths[:, None])
        scored.append((round(f1, 9), -abs(threshold - 0.5), threshold))
    return round(max(scored)[2], 2)


def _doubting_f1(told: Flags, truths: Flags) -> float:
    hits = count_hits(told, truths)
    return float((2 * hits.right / (2 * hits.right + hits.wrong + hits.missed + DOUBT)).mean())


def decide(chances: Floats, thresholds: Floats, *, single: bool, at_least: float = 0.0) -> Flags:
    """Which labels are told; shape (texts, labels).

    Examples
    --------
    >>> decide(np.array([[0.6, 0.4]]), np.array([0.5, 0.3]), single=False).tolist()
    [[True, True]]
    >>> decide(np.array([[0.6, 0.4]]), np.array([1.0, 1.0]), single=True).tolist()
    [[True, False]]
    """
    if not single:
        return np.asarray(chances >= np.maximum(thresholds, at_least))
    told = np.zeros(chances.shape, dtype=bool)
    told[np.arange(len(chances)), (chances / thresholds).argmax(axis=1)] = True
    return np.asarray(told & (chances >= at_least))

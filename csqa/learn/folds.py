"""Parts of the labelled texts that a machine is fitted without and judged on."""

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

FOLDS = 5


def assign_folds(truths: Flags, groups: Numbers, seed: int) -> Numbers:
    """Give each text a fold; texts of a group have the same, each label is spread evenly.

    Parameters
    ----------
    truths : ndarray of bool, shape (texts, labels)
        Which labels each text has.
    groups : ndarray of int, shape (texts,)
        From :func:`csqa.learn.duplicates.group_texts`.
    seed : int
        Of the order among equals.

    Returns
    -------
    ndarray of int, shape (texts,)
        0 to 4.

    Notes
    -----
    Iterative stratification: Sechidis, Tsoumakas & Vlahavas (2011), ECML PKDD, LNAI 6913:145-158:
    the rarest label first, each group to the fold that lacks it most. Texts without a label are
    spread as if that were one.

    Examples
    --------
    >>> truths = np.repeat([[True, False], [False, True]], 5, axis=0)
    >>> folds = assign_folds(truths, np.arange(10), seed=1)
    >>> sorted(folds[:5].tolist()), sorted(folds[5:].tolist())
    ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])
    """
    unique, inverse = np.unique(groups, return_inverse=True)
    spread = np.column_stack([truths, ~truths.any(axis=1)]).astype(np.float64)
    held = np.zeros((len(unique), spread.shape[1]))
    np.add.at(held, inverse, spread)
    rarity = np.where(held > 0, held.sum(axis=0), np.inf)
    rarest, order = rarity.argmin(axis=1), np.random.default_rng(seed).permutation(len(unique))
    order = order[np.lexsort([-held[order].sum(axis=1), rarity.min(axis=1)[order]])]
    lacking = np.tile(held.sum(axis=0) / FOLDS, (FOLDS, 1))
    chosen = np.zeros(len(unique), dtype=np.int64)
    for group in order:
        need = lacking[:, rarest[group]]
        best = np.flatnonzero(need >= need.max() - 1e-9)
        fold = best[lacking[best].sum(axis=1).argmax()]
        chosen[group] = fold
        lacking[fold] -= held[group]
    return chosen[inverse]

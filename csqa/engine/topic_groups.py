"""Groups of texts that share words: non-negative matrix factorisation of character n-grams."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from csqa.engine.phrase_miner import Mined

Floats = NDArray[np.float64]

MOST_STEPS, CLOSE = 300, 1e-4
TINY = 1e-12


def weigh_phrases(mined: Mined) -> tuple[Floats, list[str]]:
    """TF-IDF of phrases by text, each text of length 1.

    Examples
    --------
    >>> weights, phrases = weigh_phrases(Mined(2, {"甲": frozenset({0}), "乙": frozenset({0, 1})}))
    >>> phrases, weights.round(2).tolist()
    (['乙', '甲'], [[0.58, 0.81], [1.0, 0.0]])
    """
    phrases = sorted(mined.places)
    table = np.zeros((mined.texts, len(phrases)))
    for column, phrase in enumerate(phrases):
        found = mined.places[phrase]
        table[list(found), column] = np.log((1 + mined.texts) / (1 + len(found))) + 1
    size = np.linalg.norm(table, axis=1, keepdims=True)
    return np.divide(table, size, out=np.zeros_like(table), where=size > 0), phrases


def factorise(table: Floats, topics: int) -> tuple[Floats, Floats]:
    """Take a non-negative table apart: texts by topics, times topics by phrases.

    Parameters
    ----------
    table : ndarray, shape (texts, phrases)
        Not negative.
    topics : int
        At most the smaller side.

    Returns
    -------
    texts, phrases : ndarray
        Shapes (texts, topics) and (topics, phrases), not negative.

    Notes
    -----
    Multiplicative updates of Lee & Seung (2001), NIPS 13; begun from the singular vectors as in
    Boutsidis & Gallopoulos (2008), Pattern Recognition 41:1350-1362 (NNDSVDa: zeros are filled
    with the mean), so that the result is the same each time, without a draw.

    Examples
    --------
    >>> table = np.array([[2.0, 0, 0], [4, 0, 0], [0, 1, 1]])
    >>> texts, phrases = factorise(table, 2)
    >>> bool(np.allclose(texts @ phrases, table, atol=0.01))
    True
    """
    texts, phrases = _start(table, topics)
    last = np.inf
    for _ in range(MOST_STEPS):
        phrases *= (texts.T @ table) / (texts.T @ texts @ phrases + TINY)
        texts *= (table @ phrases.T) / (texts @ (phrases @ phrases.T) + TINY)
        error = float(np.linalg.norm(table - texts @ phrases))
        if last - error < CLOSE * max(last, TINY):
            break
        last = error
    return texts, phrases


def _start(table: Floats, topics: int) -> tuple[Floats, Floats]:
    left, values, right = np.linalg.svd(table, full_matrices=False)
    texts, phrases = np.zeros((table.shape[0], topics)), np.zeros((topics, table.shape[1]))
    for place in range(topics):
        u, v = left[:, place], right[place]
        sides = [(np.maximum(s * u, 0), np.maximum(s * v, 0)) for s in (1, -1)]
        sizes = [np.linalg.norm(a) * np.linalg.norm(b) for a, b in sides]
        best = int(np.argmax(sizes)) if place else 0
        a, b = (np.abs(u), np.abs(v)) if not place else sides[best]
        scale = np.sqrt(values[place] * (sizes[best] if place else 1.0))
        texts[:, place] = scale * a / max(np.linalg.norm(a), TINY)
        phrases[place] = scale * b / max(np.linalg.norm(b), TINY)
    mean = table.mean()
    return np.where(texts > 0, texts, mean), np.where(phrases > 0, phrases, mean)


def name_topics(phrases: Floats, names: Sequence[str], most: int) -> list[list[str]]:
    """The heaviest phrases of each topic, those inside another left out."""
    found = []
    for row in phrases:
        chosen: list[str] = []
        for place in np.argsort(-row, kind="stable"):
            name = names[int(place)]
            inside = any(name in other or other in name for other in chosen)
            if row[place] > row.max() / 4 and not inside:
                chosen.append(name)
            if len(chosen) == most:
                break
        found.append(chosen)
    return found

"""How much each run of characters says of a text: TF-IDF, as scikit-learn computes it.

Weight ``(1 + ln tf) · (ln((1 + n) / (1 + df)) + 1)``, then each text's weights are divided by the
root of the sum of their squares: Manning, Raghavan & Schütze (2008), Introduction to Information
Retrieval, section 6.4, with the smoothing of ``TfidfVectorizer(sublinear_tf=True)``.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from csqa.learn.ngrams import FEWEST_TEXTS

Floats = npt.NDArray[np.float64]


def measure_rarity(counts: sp.csr_array) -> Floats:
    """Inverse document frequency of each column; 0 where fewer than two texts have it.

    Parameters
    ----------
    counts : csr_array, shape (texts, columns)
        How often each run stands in each text.

    Examples
    --------
    >>> counts = sp.csr_array(np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]))
    >>> measure_rarity(counts).round(3)
    array([0., 1., 0.])
    """
    texts, columns = counts.shape
    having = np.bincount(counts.indices, minlength=columns)
    rarity = np.log((1 + texts) / (1 + having)) + 1
    return np.where(having >= FEWEST_TEXTS, rarity, 0.0)


def weigh(counts: sp.csr_array, rarity: Floats) -> sp.csr_array:
    """Weights of each text's runs, of length 1 together; a text without any stays empty.

    Parameters
    ----------
    counts : csr_array, shape (texts, columns)
        As of :meth:`csqa.learn.ngrams.Vocabulary.count`.
    rarity : ndarray, shape (columns,)
        From :func:`measure_rarity`.

    Returns
    -------
    csr_array
        A new one, in the same order.
    """
    values = (np.log(counts.data) + 1) * rarity[counts.indices]
    weighed = sp.csr_array((values, counts.indices, counts.indptr), shape=counts.shape)
    squares = sp.csr_array((values**2, counts.indices, counts.indptr), shape=counts.shape)
    lengths = np.sqrt(squares @ np.ones(counts.shape[1]))
    del squares  # as large as what is returned
    lengths[lengths == 0] = 1.0
    weighed.data /= np.repeat(lengths, np.diff(counts.indptr))
    return weighed

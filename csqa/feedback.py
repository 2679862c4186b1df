"""Feedback by source and topic: what is said, what is rated, and what changed."""

from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.clean_text import clean_texts
from csqa.engine.dataset import Dataset
from csqa.engine.sentiment_blocks import Rater, Tagger
from csqa.engine.sentiment_rows import fetch_feedback
from csqa.errors import DataError, RuleError
from csqa.periods import check_month, months_back
from csqa.results import NO_DIFFERENCE, TOO_FEW
from csqa.rules.sentiment import read_sentiment
from csqa.rules.sentiment_words import POLARITIES, Lexicon
from csqa.schema import UNKNOWN
from csqa.sentiment_results import FEEDBACK_COLUMNS
from csqa.stats import (
    adjust_p,
    cohen_kappa,
    newcombe_difference,
    t_interval,
    two_shares_p,
    wilson,
)

LEAST_FEEDBACK = 10
"""Texts on either side of a comparison, and pairs for a kappa: fewer are too few."""

DISCOVERY = 0.05
"""False-discovery rate up to which a change counts (Benjamini & Hochberg)."""

LOW, HIGH = 2, 4
"""Ratings [1-5] up to 2 are negative, from 4 on positive."""


def summarise_feedback(
    data: Dataset | pd.DataFrame,
    lexicon: Lexicon | None = None,
    *,
    period: str,
    months: int = 3,
    tagger: Tagger | None = None,
) -> pd.DataFrame:
    """Sum up feedback by source and topic: what is said, what is rated, and what changed.

    Parameters
    ----------
    data : Dataset or DataFrame
        With ``feedback``, or the feedback itself.
    lexicon, tagger
        As for :func:`csqa.rate_sentiment`.
    period : str
        Month.
    months : int
        Months before it to compare with.

    Returns
    -------
    DataFrame, one row per source, then per topic
        :data:`csqa.sentiment_results.FEEDBACK_COLUMNS`: ``by`` is ``source`` or ``topic``; ``n``
        texts by polarity with shares and Wilson intervals; ``rated`` answers and their mean with a
        t interval; of those that have ``both``, the share in which words and rating agree and
        Cohen's ``kappa`` (linear weights); the negative share of the months before, its change
        with Newcombe's interval, ``p``, ``q`` over all rows; ``verdict``: ``rising``,
        ``falling``, ``no_difference``, ``too_few``.

    Raises
    ------
    DataError
        If there is no feedback.
    RuleError
        If ``period`` is no month, or ``months`` not 1 to 24.

    Notes
    -----
    Wilson (1927); Newcombe (1998), method 10; Benjamini & Hochberg (1995).

    Examples
    --------
    >>> feedback = pd.DataFrame({"feedback_id": ["1", "2"], "source": "问卷"})
    >>> feedback["at"] = "2025-06-03 10:00"
    >>> feedback["rating"], feedback["text"] = [1, 5], ["态度太差", "很满意"]
    >>> told = summarise_feedback(feedback, period="2025-06")
    >>> told[["unit", "n", "negative", "mean_rating", "agreement", "verdict"]].values.tolist()
    [['问卷', 2, 1, 3.0, 1.0, 'too_few']]
    """
    check_month(period)
    if not isinstance(months, int) or not 1 <= months <= 24:
        msg = f"`months` 应为 1 到 24 的整数，而不是 {months!r}。"
        raise RuleError(msg)
    whole = _as_dataset(data)
    if not whole.has("feedback"):
        msg = "没有提供客户反馈（feedback）：不能按来源汇总。"
        raise DataError(msg)
    rows = fetch_feedback(whole, months_back(period, months), period)
    texts = clean_texts([text if isinstance(text, str) else "" for text in rows["said"].tolist()])
    polarity = Rater(lexicon or read_sentiment(), tagger).rate(texts).polarity.astype(float)
    said = [bool(text.strip()) for text in texts.looked_at]
    rows = rows.assign(polarity=np.where(said, polarity, np.nan))
    told = [
        _sum_unit(by, str(unit), own, period)
        for by in ("source", "topic")
        for unit, own in rows.assign(**{by: _named(rows[by], by)}).groupby(by)
        if (own["period"] == period).any()
    ]
    table = pd.DataFrame(told, columns=[name for name in FEEDBACK_COLUMNS if name != "q"])
    p = table["p"].to_numpy(dtype=float)
    table = table.assign(q=adjust_p(p) if len(table) else p, period=period)
    return table.assign(verdict=_directions(table))[list(FEEDBACK_COLUMNS)]


def _named(units: "pd.Series[Any]", by: str) -> "pd.Series[Any]":
    """Feedback without a source has an unknown one; without a topic it belongs to none."""
    return units.fillna(UNKNOWN) if by == "source" else units


def _sum_unit(by: str, unit: str, rows: pd.DataFrame, period: str) -> dict[str, Any]:
    own, before = (rows[rows["period"].eq(period) == now] for now in (True, False))
    said, earlier = own["polarity"].dropna(), before["polarity"].dropna()
    counts = {name: int((said == at).sum()) for name, at in POLARITIES.items()}
    row: dict[str, Any] = {"by": by, "unit": unit, "n": len(said), **counts}
    for name, count in counts.items():
        lower, upper = wilson(count, len(said))
        share = count / len(said) if len(said) else np.nan
        row |= {
            f"{name}_share": share,
            f"{name}_lower": float(lower),
            f"{name}_upper": float(upper),
        }
    bad, n, n_before = counts["negative"], len(said), len(earlier)
    bad_before = int((earlier == -1).sum())
    lower, upper = newcombe_difference(bad, n, bad_before, n_before)
    share_before = bad_before / n_before if n_before else np.nan
    few = min(n, n_before) < LEAST_FEEDBACK
    return (
        row
        | _sum_ratings(own)
        | {
            "n_before": n_before,
            "negative_share_before": share_before,
            "change": row["negative_share"] - share_before,
            "change_lower": float(lower),
            "change_upper": float(upper),
            "p": np.nan if few else float(two_shares_p(bad, n, bad_before, n_before)),
        }
    )


def _sum_ratings(own: pd.DataFrame) -> dict[str, Any]:
    ratings = own["rating"].dropna()
    squares = float((ratings**2).sum())
    lower, upper = t_interval(len(ratings), float(ratings.sum()), squares)
    both = own.dropna(subset=["rating", "polarity"])
    rated = np.select([both["rating"] <= LOW, both["rating"] >= HIGH], [-1, 1], 0)
    words = both["polarity"].to_numpy(dtype=int)
    enough = len(both) >= LEAST_FEEDBACK
    return {
        "rated": len(ratings),
        "mean_rating": float(ratings.mean()) if len(ratings) else np.nan,
        "rating_lower": float(lower),
        "rating_upper": float(upper),
        "both": len(both),
        "agreement": float((rated == words).mean()) if len(both) else np.nan,
        "kappa": cohen_kappa(rated, words, "linear").value if enough else np.nan,
    }


def _directions(rows: pd.DataFrame) -> Any:
    found = rows["q"] <= DISCOVERY
    choices = [rows["p"].isna(), found & (rows["change"] > 0), found & (rows["change"] < 0)]
    return np.select(choices, [TOO_FEW, "rising", "falling"], NO_DIFFERENCE)


def _as_dataset(data: Dataset | pd.DataFrame) -> Dataset:
    if isinstance(data, Dataset):
        return data
    if isinstance(data, pd.DataFrame):
        return Dataset.from_frames({"feedback": data})
    msg = f"`data` 应为 Dataset 或 feedback 的 DataFrame，而不是 {type(data).__name__}。"
    raise DataError(msg)

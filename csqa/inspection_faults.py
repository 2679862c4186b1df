"""list_inspection_faults: which judged items no score can be made of, and why."""

import numpy as np
import pandas as pd

from csqa import words
from csqa.engine.dataset import Dataset
from csqa.engine.record_scores import find_unusable, require_inspections
from csqa.errors import check_option
from csqa.frames import records
from csqa.rules.inspection import Form, read_form

REASONS = {
    "not_listed": (
        "质检表里没有“{item}”：{rows} 行不计分。写进 items，或写 other_items: count",
        '"{item}" is not in the form: {rows} rows not scored. List it, or set other_items: count',
    ),
    "no_scale": (
        "“{item}”有 {rows} 行只有得分、没有结果，质检表里没有它的 scale（分值范围）：不计分",
        '"{item}" has {rows} rows with a score only, and no scale in the form: not scored',
    ),
    "beyond_scale": (
        "“{item}”有 {rows} 行的得分（{least} 到 {greatest}）在分值范围 {low} 到 {high} 之外",
        '"{item}" has {rows} rows ({least} to {greatest}) beyond its scale, {low} to {high}',
    ),
}
"""Why judged items were set aside → sentence, Chinese and English."""


def list_inspection_faults(
    data: Dataset, form: Form | None = None, *, language: str = "zh"
) -> pd.DataFrame:
    """List the judged items that were set aside from scores, and why.

    Parameters
    ----------
    data : Dataset
        With ``inspections``.
    form : Form, optional
        Default: the shipped one.
    language : {"zh", "en"}
        Of ``reason``.

    Returns
    -------
    DataFrame, one row per item and rule
        ``item``; ``rule``: ``not_listed`` in the form, ``no_scale`` for a score without a result,
        ``beyond_scale``; ``rows``; ``least`` and ``greatest`` score of them; ``reason``, a
        sentence. Empty where everything could be used; the 1,000 with the most rows, if there are
        more.

    Raises
    ------
    DataError
        If there are no inspections.
    RuleError
        If the language is not one of those allowed.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {"contact_id": ["1"], "channel": "online", "created_at": "2025-06-02 09:00:00"}
    ... )
    >>> inspections = pd.DataFrame({"contact_id": ["1"], "item": ["语气"], "score": [4]})
    >>> data = Dataset.from_frames({"contacts": contacts, "inspections": inspections})
    >>> list_inspection_faults(data)["reason"][0]
    '“语气”有 1 行只有得分、没有结果，质检表里没有它的 scale（分值范围）：不计分'
    """
    check_option("language", language, words.LANGUAGES)
    require_inspections(data)
    form = form or read_form()
    found = find_unusable(data, form)
    scales = {item.key: item.scale for item in form.items if item.scale}
    reasons = []
    for row in records(found):
        low, high = scales.get(row["item"], (np.nan, np.nan))
        shown = {"least": row["least"], "greatest": row["greatest"], "low": low, "high": high}
        texts = {name: f"{number:g}" for name, number in shown.items()}
        sentence = REASONS[row["rule"]][words.LANGUAGES.index(language)]
        reasons.append(sentence.format(item=row["item"], rows=f"{row['rows']:,}", **texts))
    return found.assign(reason=pd.Series(reasons, index=found.index, dtype="str"))

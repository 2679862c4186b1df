"""Answers that a chart and its table share: asked twice in a click, worked out once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pandas as pd

from csqa.explore.choice import Choice

MOST_ANSWERS = 64
"""Kept at a time; the oldest go first."""

Answer = Callable[..., pd.DataFrame]
"""A method of a workbench: choice, and options by name."""


def remembered(answer: Answer) -> Answer:
    """Keep what a method answered to each choice, in the ``answers`` of its object.

    Examples
    --------
    >>> class Bench:
    ...     def __init__(self):
    ...         self.answers = {}
    ...
    ...     @remembered
    ...     def rows(self, choice):
    ...         print("worked out")
    ...         return pd.DataFrame({"metric": [choice.metric]})
    >>> bench, choice = Bench(), Choice("2025-06", "csat")
    >>> bench.rows(choice).equals(bench.rows(choice))
    worked out
    True
    """

    @wraps(answer)
    def recalled(bench: Any, choice: Choice, **options: int) -> pd.DataFrame:
        answers, asked = bench.answers, (answer.__name__, choice, *sorted(options.items()))
        if asked not in answers:
            if len(answers) >= MOST_ANSWERS:
                del answers[next(iter(answers))]
            answers[asked] = answer(bench, choice, **options)
        return pd.DataFrame(answers[asked].copy())

    return recalled

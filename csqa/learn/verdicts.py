"""The report of a training: what the machine and the rules each got right, and which is used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from csqa.cause_results import TRAINING_COLUMNS
from csqa.learn.calibration import Flags, Floats, calibration_error
from csqa.learn.figures import compare, count_hits
from csqa.learn.folds import Numbers
from csqa.learn.labelled import Labelled

CLEARLY = 0.8
"""Share of the resamples in which a machine must be better: in doubt the rules stay, which can be
read and edited."""
SURE = 0.7
"""The probability at which coverage and precision are told."""

WITH_RULES, WITH_ALWAYS = "rules", "always"
"""What a machine must beat: the word rules, or, where there are none, each label for every text."""

MODEL, RULES, TOO_FEW = "model", "rules", "too_few"
VERDICTS = (MODEL, RULES, TOO_FEW)


@dataclass(frozen=True)
class Judged:
    """What was told of texts by machines that had not seen them; shape (texts, labels)."""

    chances: Floats
    told: Flags
    ruled: Flags
    """What the rules say."""
    truths: Flags
    groups: Numbers


def report_labels(judged: Judged, kept: Labelled, seed: int, *, joint: bool) -> pd.DataFrame:
    """Compare machine and rules, label by label.

    Parameters
    ----------
    judged : Judged
        What was told.
    kept : Labelled
        The labels.
    seed : int
        Of the resamples.
    joint : bool
        Whether all labels have one verdict, by the mean of their F1: sentiment is told as a whole.

    Returns
    -------
    DataFrame, one row per label
        :data:`csqa.cause_results.TRAINING_COLUMNS` but ``threshold``. The machine is used if its
        F1 is higher, and higher in at least 80 % of the resamples.
    """
    model, rules = (count_hits(way, judged.truths) for way in (judged.told, judged.ruled))
    ways = judged.told, judged.ruled, judged.truths, judged.groups
    found = compare(*ways, seed)
    ground = compare(*ways, seed, macro=True) if joint else found
    won = (ground.difference > 0) & (ground.better >= CLEARLY)
    pairs = zip(judged.chances.T, judged.truths.T, strict=True)
    return pd.DataFrame(
        {
            "cause": list(kept.names),
            "n": len(kept.texts),
            "positives": judged.truths.sum(axis=0),
            "rules_precision": rules.precision,
            "rules_recall": rules.recall,
            "rules_f1": rules.f1,
            "precision": model.precision,
            "recall": model.recall,
            "f1": model.f1,
            "difference": found.difference,
            "difference_lower": found.lower,
            "difference_upper": found.upper,
            "better": found.better,
            "calibration_error": [calibration_error(*pair) for pair in pairs],
            "verdict": np.where(np.broadcast_to(won, len(kept.names)), MODEL, RULES),
        }
    )


def list_used(report: pd.DataFrame) -> tuple[str, ...]:
    """Labels that the machine is used for."""
    return tuple(report.loc[report["verdict"] == MODEL, "cause"].astype("str"))


def add_left(report: pd.DataFrame, labelled: Labelled, left: Sequence[str]) -> pd.DataFrame:
    """Add the labels that were left to the rules because too few texts have them."""
    counts = dict(zip(labelled.names, labelled.truths.sum(axis=0).tolist(), strict=True))
    listed = report.to_dict("records")
    listed += [
        {"cause": name, "n": len(labelled.texts), "positives": counts[name], "verdict": TOO_FEW}
        for name in left
    ]
    table = pd.DataFrame(listed, columns=list(TRAINING_COLUMNS))
    kinds = {"cause": "str", "verdict": "str", "n": "int64", "positives": "int64"}
    return table.astype({name: kinds.get(name, "float64") for name in TRAINING_COLUMNS})


def summarise(
    judged: Judged, kept: Labelled, report: pd.DataFrame, *, against: str
) -> dict[str, Any]:
    """Figures over all labels.

    Returns
    -------
    dict
        ``n`` texts, ``different`` of them; ``against``: what the machine had to beat; macro-F1 of
        the rules, of the machine, and of the two together as they are used; ``calibration_error``
        of the likeliest label where each text has one, else of all probabilities; share of texts
        whose likeliest label has a probability of at least ``sure``, and how many of those have
        it.
    """
    sure, flat = judged.chances.max(axis=1), judged.chances.argmax(axis=1)
    right = judged.truths[np.arange(len(flat)), flat]
    used = np.where((report["verdict"] == MODEL).to_numpy(), judged.told, judged.ruled)
    surely = sure >= SURE
    every = (sure, right) if kept.single else (judged.chances.ravel(), judged.truths.ravel())
    return {
        "n": len(kept.texts),
        "different": len(np.unique(judged.groups)),
        "single": kept.single,
        "against": against,
        "rules_macro_f1": _macro(judged.ruled, judged.truths),
        "macro_f1": _macro(judged.told, judged.truths),
        "used_macro_f1": _macro(used, judged.truths),
        "calibration_error": round(calibration_error(*every), 6),
        "sure": SURE,
        "sure_coverage": round(float(surely.mean()), 6),
        "sure_precision": round(float(right[surely].mean()), 6) if surely.any() else None,
    }


def _macro(told: Flags, truths: Flags) -> float:
    return round(float(np.nan_to_num(count_hits(told, truths).f1).mean()), 6)

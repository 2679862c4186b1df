"""How a tagger is trained, and judged on texts that it was not trained on."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from csqa.engine.personal import find_personal
from csqa.learn.calibration import Calibration, Flags, Floats, fit_calibration
from csqa.learn.duplicates import group_texts
from csqa.learn.figures import choose_thresholds, decide
from csqa.learn.folds import FOLDS, Numbers, assign_folds
from csqa.learn.labelled import Labelled, keep_learnable
from csqa.learn.machine import fit_machine, require_scikit_learn
from csqa.learn.ngrams import Vocabulary, build_vocabulary, count_texts
from csqa.learn.signs import read_signs
from csqa.learn.tagger import RULE_WEIGHT, RuleHits, Tagger, mark_hits
from csqa.learn.verdicts import (
    WITH_ALWAYS,
    WITH_RULES,
    Judged,
    add_left,
    list_used,
    report_labels,
    summarise,
)
from csqa.learn.weighing import measure_rarity, weigh

RULES_BELOW = 700
"""Labels below which the rules' hits help a machine; from there on it was better without, on
labelled complaints."""


@dataclass(frozen=True, eq=False)
class Training:
    """What a training gave."""

    tagger: Tagger
    report: pd.DataFrame
    """One row per label, columns :data:`csqa.cause_results.TRAINING_COLUMNS`."""
    summary: dict[str, Any]
    """Figures over all labels: see :func:`csqa.learn.verdicts.summarise`."""
    notes: tuple[str, ...]
    """What was left out, and why."""


@dataclass(frozen=True)
class _Material:
    """What the machines are fitted to."""

    kept: Labelled
    groups: Numbers
    folds: Numbers
    vocabulary: Vocabulary
    counts: sp.csr_array
    ruled: Floats
    """The rules' tags."""
    extra: Floats
    """Columns of the rules' hits, or none."""

    def score(self, rows: Flags, others: Flags, seed: int) -> Floats:
        """Scores of some texts by machines fitted to others."""
        rarity, weights, biases = self.fit(others, seed)
        features = self._features(self.counts[rows], rows, rarity)
        return np.asarray(features @ weights + biases)

    def fit(self, rows: Flags, seed: int) -> tuple[Floats, Floats, Floats]:
        """Rarity, weights and biases learned from some texts."""
        counts = self.counts[rows]
        rarity = measure_rarity(counts)
        features = self._features(counts, rows, rarity)
        del counts  # long letters have thousands of runs each
        return rarity, *fit_machine(features, self.kept.truths[rows], seed)

    def _features(self, counts: sp.csr_array, rows: Flags, rarity: Floats) -> sp.csr_array:
        weighed = weigh(counts, rarity)
        if not self.extra.shape[1]:
            return weighed
        return sp.csr_array(sp.hstack([weighed, sp.csr_array(self.extra[rows])]))


def train(
    labelled: Labelled,
    *,
    kind: str,
    rule_hits: RuleHits | None = None,
    seed: int = 0,
    trained_on: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Training:
    """Train a tagger and judge it by cross-validation.

    Parameters
    ----------
    labelled : Labelled
        Texts with their labels.
    kind : {"causes", "sentiment", "classes"}
        What the labels are.
    rule_hits : callable, optional
        What the rules find in each text; the machine must beat them. Left out, it must beat giving
        the label to every text.
    seed : int
        Of folds, resamples and liblinear.
    trained_on : str
        The day, as YYYY-MM-DD, for the file.
    facts : mapping, optional
        What else the tagger is to remember.

    Returns
    -------
    Training

    Raises
    ------
    DataError
        If there are fewer than 70 different texts or fewer than two labels with 10.
    RuleError
        If scikit-learn is not installed.

    Notes
    -----
    Each text's score is given by machines fitted without its fold; probabilities and thresholds
    for a fold are those of the other folds' scores. Near-duplicates are in one fold. See
    ``docs/learn.md``.
    """
    require_scikit_learn()
    groups = group_texts(read_signs(labelled.texts))
    kept, own, left = keep_learnable(labelled, groups)
    material = _prepare(kept, own, rule_hits, seed)
    scores = _score_unseen(material, seed)
    judged = _judge(scores, material)
    report = report_labels(judged, kept, seed, joint=kind == "sentiment")
    against = WITH_ALWAYS if rule_hits is None else WITH_RULES
    summary = summarise(judged, kept, report, against=against)
    rarity, weights, biases = material.fit(np.ones(len(kept.texts), dtype=bool), seed)
    calibration, thresholds = _settle(scores, kept)
    report["threshold"] = np.nan if kept.single else thresholds
    told = _facts(labelled, summary, seed, trained_on) | dict(facts or {})
    tagger = Tagger(
        kind=kind,
        names=kept.names,
        causes=list_used(report),
        vocabulary=material.vocabulary,
        rarity=rarity,
        weights=weights,
        biases=biases,
        calibration=calibration,
        thresholds=thresholds,
        rule_ids=kept.names if material.extra.shape[1] else (),
        facts=told,
        version=_version(told),
        rule_hits=rule_hits,
    )
    notes = (*kept.notes, *list_contradictions(labelled, groups))
    return Training(tagger, add_left(report, labelled, left), summary, notes)


def _prepare(kept: Labelled, groups: Numbers, rule_hits: RuleHits | None, seed: int) -> _Material:
    texts = hide_personal(kept.texts)
    vocabulary = build_vocabulary(read_signs(texts))
    helped = rule_hits is not None and len(kept.texts) < RULES_BELOW
    # Without rules a machine must beat the one who gives each label to every text.
    ruled = np.ones(kept.truths.shape)
    if rule_hits is not None:
        ruled = mark_hits(rule_hits(kept.texts), kept.names)
    return _Material(
        kept,
        groups,
        assign_folds(kept.truths, groups, seed),
        vocabulary,
        count_texts(vocabulary, texts),
        ruled,
        RULE_WEIGHT * ruled if helped else np.zeros((len(kept.texts), 0)),
    )


def hide_personal(texts: Sequence[str]) -> list[str]:
    """Put a space in the place of personal data: nothing of it is to be learned.

    Examples
    --------
    >>> hide_personal(["打13812345678找我", "好"])
    ['打 找我', '好']
    """
    hidden = list(texts)
    places = find_personal(pd.Series(hidden, dtype=object)).sort_values(["row", "start"])
    for row, start, end in places[["row", "start", "end"]].to_numpy()[::-1].tolist():
        hidden[row] = f"{hidden[row][:start]} {hidden[row][end:]}"
    return hidden


def list_contradictions(labelled: Labelled, groups: Numbers) -> tuple[str, ...]:
    """Say how many nearly equal texts have different labels."""
    rows = pd.DataFrame(labelled.truths).groupby(groups).nunique()
    count = int((rows > 1).any(axis=1).sum())
    return (f"文字几乎相同、标注却不同的有 {count} 组，请核对。",) if count else ()


def _score_unseen(material: _Material, seed: int) -> Floats:
    """Scores of each text by a machine that knows neither it nor its like."""
    scores = np.zeros(material.kept.truths.shape)
    for fold in range(FOLDS):
        own = material.folds == fold
        scores[own] = material.score(own, ~own, seed)
    return scores


def _judge(scores: Floats, material: _Material) -> Judged:
    """What is told of each fold by what the others settle."""
    kept, ruled = material.kept, material.ruled > 0
    chances, told = np.zeros(scores.shape), np.zeros(scores.shape, dtype=bool)
    for fold in range(FOLDS):
        own = material.folds == fold
        calibration, thresholds = _settle(scores[~own], kept, ~own)
        chances[own] = calibration.probabilities(scores[own])
        told[own] = decide(chances[own], thresholds, single=kept.single)
    return Judged(chances, told, ruled, kept.truths, material.groups)


def _settle(
    scores: Floats, kept: Labelled, rows: Flags | None = None
) -> tuple[Calibration, Floats]:
    """Probabilities and thresholds, by scores of texts unseen."""
    truths = kept.truths if rows is None else kept.truths[rows]
    calibration = fit_calibration(scores, truths, single=kept.single)
    chances = calibration.probabilities(scores)
    return calibration, choose_thresholds(chances, truths, single=kept.single)


def _facts(
    labelled: Labelled, summary: dict[str, Any], seed: int, trained_on: str
) -> dict[str, Any]:
    """What a tagger remembers of its training; nothing of the texts but one fingerprint of all."""
    digest = hashlib.sha256(json.dumps(labelled.names).encode())
    for text, truth in sorted(zip(labelled.texts, labelled.truths.tolist(), strict=True)):
        digest.update(json.dumps([text, truth]).encode())
    try:
        version = metadata.version("csqa")
    except metadata.PackageNotFoundError:
        version = ""
    return {
        "csqa": version,
        "labels": digest.hexdigest(),
        "seed": seed,
        "summary": summary,
        "trained_on": trained_on,
    }


def _version(facts: dict[str, Any]) -> str:
    """Day of the training and the beginning of a fingerprint of all that it depends on."""
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return f"{facts['trained_on'] or 'undated'}-{digest[:8]}"

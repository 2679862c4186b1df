"""The public names: train a tagger on labelled texts, read one back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from csqa.errors import RuleError
from csqa.learn.labels import (
    CAUSE_HEADERS,
    CLASS_HEADERS,
    SENTIMENT_HEADERS,
    Parse,
    has_column,
    list_cells,
    parse_causes,
    parse_class,
    parse_classes,
    parse_sentiment,
    read_labels,
    refuse_many,
    split_cell,
)
from csqa.learn.rule_sources import (
    ask_fishbone,
    ask_lexicon,
    list_ids,
    read_fishbone,
    read_lexicon,
)
from csqa.learn.store import load_tagger
from csqa.learn.tagger import RuleHits, Tagger
from csqa.learn.training import Training, train

Labels = str | Path | pd.DataFrame


def train_causes(
    labels: Labels,
    fishbone: Any = None,
    *,
    rule_hits: RuleHits | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    seed: int = 0,
    trained_on: str = "",
) -> Training:
    """Train a tagger of causes, or of classes of one's own, on labelled texts.

    Parameters
    ----------
    labels : str, Path or DataFrame
        One row per text: ``text`` and ``causes``, ids of causes or bones joined by ``+``, ``none``
        for none. Or ``text`` and ``label``: one class of one's own per text.
    fishbone : Fishbone, str or Path, optional
        From :func:`csqa.read_fishbone`, or its file: which ids there are, and the
        rules that the tagger must beat. Default: the shipped one. Not looked at for classes of
        one's own.
    rule_hits : callable, optional
        Texts → ids that the rules find in each, instead of the fishbone's.
    text_column, label_column : str, optional
        Headers, where they are others. A named label column without any id of the fishbone holds
        classes of one's own.
    seed : int
        Same labels and seed, same tagger.
    trained_on : str
        The day, as YYYY-MM-DD: it becomes a part of the version.

    Returns
    -------
    Training
        ``tagger``, ``report`` (:data:`csqa.cause_results.TRAINING_COLUMNS`), ``summary``,
        ``notes``. ``tagger.causes`` are those for which it beat the rules.

    Raises
    ------
    DataError
        If the labels can't be read, or there are too few: below 70 different texts, or fewer than
        two labels with 10.
    RuleError
        If scikit-learn is not installed (``pip install "csqa[learn]"``) or a column is unknown.

    Notes
    -----
    TF-IDF of runs of one to three characters, a linear support vector machine per label, sigmoids
    fitted to scores of texts unseen; the rules' hits are looked at too below 700 labels.
    """
    columns: dict[str, Any] = {"text_column": text_column, "label_column": label_column}
    when: dict[str, Any] = {"seed": seed, "trained_on": trained_on}
    if label_column is None and not has_column(labels, CAUSE_HEADERS):
        return _train_classes(labels, CLASS_HEADERS, parse_class, **when, **columns)
    fishbone = read_fishbone(fishbone)
    ids = list_ids(fishbone)
    if _holds_classes(labels, label_column, ids):
        parse = parse_classes if label_column is None else parse_class
        return _train_classes(labels, CAUSE_HEADERS, parse, **when, **columns)
    labelled = read_labels(labels, CAUSE_HEADERS, parse_causes(ids), **columns)
    return train(
        labelled,
        kind="causes",
        rule_hits=rule_hits or ask_fishbone(fishbone),
        facts={"rules": fishbone.fingerprint},
        **when,
    )


def train_sentiment(
    labels: Labels,
    lexicon: Any = None,
    *,
    rule_hits: RuleHits | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    seed: int = 0,
    trained_on: str = "",
) -> Training:
    """Train a tagger of sentiment on labelled texts.

    Parameters
    ----------
    labels : str, Path or DataFrame
        One row per text: ``text``, and ``sentiment`` -1, 0, 1 or negative, neutral, positive.
    lexicon : Lexicon, str or Path, optional
        From :func:`csqa.read_sentiment`, or its file: what the tagger must beat.
        Default: the shipped one.
    rule_hits, text_column, label_column, seed, trained_on
        As of :func:`train_causes`; ids are ``negative``, ``neutral``, ``positive``.

    Returns
    -------
    Training
        ``tagger.causes`` are all classes, or none: the mean of their F1 decides.

    Raises
    ------
    DataError, RuleError
        As :func:`train_causes`.
    """
    columns = {"text_column": text_column, "label_column": label_column}
    labelled = read_labels(labels, SENTIMENT_HEADERS, parse_sentiment, **columns)
    facts = {}
    if rule_hits is None:
        lexicon = read_lexicon(lexicon)
        rule_hits, facts = ask_lexicon(lexicon), {"rules": lexicon.fingerprint}
    return train(
        labelled,
        kind="sentiment",
        rule_hits=rule_hits,
        seed=seed,
        trained_on=trained_on,
        facts=facts,
    )


def read_tagger(
    path: str | Path,
    *,
    fishbone: Any = None,
    lexicon: Any = None,
    rule_hits: RuleHits | None = None,
    at_least: float = 0.0,
) -> Tagger:
    """Read a tagger from its file; scikit-learn is not needed.

    Parameters
    ----------
    path : str or Path
        As ``csqa train`` or :func:`csqa.learn.store.write_tagger` wrote it.
    fishbone, lexicon : optional
        The rules that it looks at besides, where it was trained on fewer than 700 labels.
        Default: the shipped ones.
    rule_hits : callable, optional
        Texts → ids that the rules find in each, instead.
    at_least : float
        Nothing is told below this probability [0–1].

    Returns
    -------
    Tagger
        ``causes``, ``version``, ``tag(texts)``, ``probabilities(texts)``. Where its rules are not
        those that it was trained with, ``rules_changed`` is true: train again.

    Raises
    ------
    RuleError
        If the file is missing, damaged, not a tagger's or of another format.
    """
    if not 0 <= at_least <= 1:
        msg = f"`at_least` 应为 0 到 1 的概率，而不是 {at_least!r}。"
        raise RuleError(msg)
    tagger = replace(load_tagger(path), at_least=at_least)
    if rule_hits is not None or not tagger.rule_ids:
        return replace(tagger, rule_hits=rule_hits)
    if tagger.kind == "sentiment":
        lexicon = read_lexicon(lexicon)
        return _with_rules(tagger, ask_lexicon(lexicon), lexicon.fingerprint)
    fishbone = read_fishbone(fishbone)
    return _with_rules(tagger, ask_fishbone(fishbone), fishbone.fingerprint)


def _with_rules(tagger: Tagger, rule_hits: RuleHits, fingerprint: str) -> Tagger:
    changed = tagger.facts.get("rules") not in (None, fingerprint)
    return replace(tagger, rule_hits=rule_hits, rules_changed=changed)


def _train_classes(
    labels: Labels, usual: tuple[str, ...], parse: Parse, seed: int, trained_on: str, **columns: Any
) -> Training:
    labelled = refuse_many(read_labels(labels, usual, parse, **columns))
    return train(labelled, kind="classes", seed=seed, trained_on=trained_on)


def _holds_classes(labels: Labels, label_column: str | None, ids: tuple[str, ...]) -> bool:
    """Whether the labels are somebody's own: not one of them is an id."""
    found = list_cells(labels, CAUSE_HEADERS, label_column)
    return not {name for cell in found for name in split_cell(cell)} & set(ids)

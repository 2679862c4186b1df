"""What the word rules find in texts, as a machine looks at it: ids of causes, bones, classes."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from csqa.engine.clean_text import clean_texts
from csqa.learn.tagger import RuleHits

SENTIMENT_OF = {-1: "negative", 0: "neutral", 1: "positive"}


def list_ids(fishbone: Any) -> tuple[str, ...]:
    """Ids that a label may be: the causes, and the bones."""
    bones = (bone for bone, _ in fishbone.bones)
    return tuple(dict.fromkeys((*fishbone.ids, *bones)))


def ask_fishbone(fishbone: Any) -> RuleHits:
    """Ask the fishbone's rules: each text's causes, and the bones that they belong to."""
    scan = import_module("csqa.engine.cause_scan").scan_texts

    def ask(texts: Sequence[str]) -> list[set[str]]:
        return [
            {one for hit in hits for one in (hit.cause, fishbone.bone_of(hit.cause))}
            for hits in scan(list(texts), fishbone)
        ]

    return ask


def ask_lexicon(lexicon: Any) -> RuleHits:
    """Ask the lexicon: each text's one class."""
    rater = import_module("csqa.engine.sentiment_blocks").Rater(lexicon)

    def ask(texts: Sequence[str]) -> list[set[str]]:
        told = rater.rate(clean_texts(list(texts))).polarity.tolist()
        return [{SENTIMENT_OF[polarity]} for polarity in told]

    return ask


def read_fishbone(source: Any) -> Any:
    """A fishbone as it is, of its file, or the shipped one."""
    if source is None or isinstance(source, str | Path):
        return import_module("csqa.rules.fishbone").read_fishbone(source)
    return source


def read_lexicon(source: Any) -> Any:
    """A lexicon as it is, of its file, or the shipped one."""
    if source is None or isinstance(source, str | Path):
        return import_module("csqa.rules.sentiment").read_sentiment(source)
    return source

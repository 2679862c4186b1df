"""What the word rules find in texts, as a machine looks at it: ids of causes, bones, classes."""

from collections.abc import Sequence
from pathlib import Path

from csqa.engine.cause_scan import scan_texts
from csqa.engine.clean_text import clean_texts
from csqa.engine.sentiment_blocks import Rater
from csqa.learn.tagger import RuleHits
from csqa.rules import fishbone as fishbones
from csqa.rules import sentiment as lexicons
from csqa.rules.fishbone import Fishbone
from csqa.rules.sentiment_words import Lexicon

SENTIMENT_OF = {-1: "negative", 0: "neutral", 1: "positive"}


def list_ids(fishbone: Fishbone) -> tuple[str, ...]:
    """Ids that a label may be: the causes, and the bones."""
    bones = (bone for bone, _ in fishbone.bones)
    return tuple(dict.fromkeys((*fishbone.ids, *bones)))


def ask_fishbone(fishbone: Fishbone) -> RuleHits:
    """Ask the fishbone's rules: each text's causes, and the bones that they belong to."""

    def ask(texts: Sequence[str]) -> list[set[str]]:
        return [
            {one for hit in hits for one in (hit.cause, fishbone.bone_of(hit.cause))}
            for hits in scan_texts(list(texts), fishbone)
        ]

    return ask


def ask_lexicon(lexicon: Lexicon) -> RuleHits:
    """Ask the lexicon: each text's one class."""
    rater = Rater(lexicon)

    def ask(texts: Sequence[str]) -> list[set[str]]:
        told = rater.rate(clean_texts(list(texts))).polarity.tolist()
        return [{SENTIMENT_OF[polarity]} for polarity in told]

    return ask


def read_fishbone(source: str | Path | Fishbone | None) -> Fishbone:
    """A fishbone as it is, of its file, or the shipped one."""
    if source is None or isinstance(source, str | Path):
        return fishbones.read_fishbone(source)
    return source


def read_lexicon(source: str | Path | Lexicon | None) -> Lexicon:
    """A lexicon as it is, of its file, or the shipped one."""
    if source is None or isinstance(source, str | Path):
        return lexicons.read_sentiment(source)
    return source

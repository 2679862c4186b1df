"""The sentiment lexicon: read from YAML, its examples tried, the entries in force on a day."""

from functools import lru_cache
from pathlib import Path
from time import thread_time
from typing import Any

from csqa.rules.dated_entries import (
    list_entries,
    merge_entries,
    read_extends,
    read_without,
    sort_versions,
)
from csqa.rules.faults import refuse_unknown
from csqa.rules.files import DEFAULTS, RuleFile, read_rules
from csqa.rules.kinds import refuse_other_kind
from csqa.rules.phrase_fields import read_patterns
from csqa.rules.sentiment_hits import Judge, add_up
from csqa.rules.sentiment_reader import (
    read_degrees,
    read_reading,
    read_texts,
    read_wording,
)
from csqa.rules.sentiment_words import CLASSES, POLARITIES, Examples, Lexicon, Wording

SENTIMENT_KEYS = (
    "extends",
    "without",
    "settings",
    "negations",
    "degrees",
    "words",
    "risk",
    "examples",
)
SHIPPED_FILE = "sentiment.yml"
MOST_ENTRIES = 300
SECONDS_IN_ALL = 20.0
"""Of processor time, for all examples. What patterns may cost is bounded before."""

Placed = list[tuple[str, Wording]]


def read_sentiment(path: str | Path | None = None) -> Lexicon:
    """Read a sentiment lexicon from YAML; without a path, the one that csqa ships.

    Parameters
    ----------
    path : str or Path, optional
        A file written like the shipped one. ``extends: shipped`` builds on it: an entry of the
        same id restates what changes, ``without`` lists ids that shall not hold.

    Returns
    -------
    Lexicon
        The wordings, each of whose examples has been tried.

    Raises
    ------
    RuleError
        With every fault of the file and its line in one message: fields, patterns that could
        backtrack without end, and examples that come out otherwise.

    Examples
    --------
    >>> lexicon = read_sentiment()
    >>> "praise" in lexicon.ids, lexicon.name("threat_media", "en")
    (True, 'Threatens publicity')
    """
    return _read_file(Path(path)) if path else _read_shipped()


@lru_cache(maxsize=1)
def _read_shipped() -> Lexicon:
    """Read and try them once: each call without a lexicon of its own asks for it."""
    return _read_file(DEFAULTS / SHIPPED_FILE)


def _read_file(path: Path) -> Lexicon:
    file = read_rules(path)
    refuse_other_kind(file, "sentiment")
    refuse_unknown("文件", file.content, SENTIMENT_KEYS, file.faults)
    shipped = read_extends(file, SHIPPED_FILE)
    words, risks = _read_entries(file, shipped)
    told = {key: file.content.get(key, shipped.get(key)) for key in ("negations", "degrees")}
    settings = {**_settings(shipped), **_settings(file.content)} or file.content.get("settings")
    examples = read_texts("examples", file.content.get("examples"), CLASSES, file.faults)
    lexicon = Lexicon(
        words=tuple(entry for _, entry in words),
        risks=tuple(entry for _, entry in risks),
        negations=read_patterns("negations", told["negations"], file.faults),
        degrees=read_degrees(told["degrees"], file.faults),
        reading=read_reading(settings, file.faults),
        fingerprint=file.fingerprint,
    )
    file.refuse_faults()
    _try_examples(lexicon, [*words, *risks], examples, file.faults)
    file.refuse_faults()
    return lexicon


def _settings(content: dict[str, Any]) -> dict[str, Any]:
    settings = content.get("settings")
    return settings if isinstance(settings, dict) else {}


def _read_entries(file: RuleFile, shipped: dict[str, Any]) -> tuple[Placed, Placed]:
    """Read both lists; an id stands in one of them only, and ``without`` names ids of either."""
    listed = {key: list_entries(file, shipped, key, MOST_ENTRIES) for key in ("words", "risk")}
    ids = {
        key: [entry.get("id") for _, entry in entries if isinstance(entry, dict)]
        for key, entries in listed.items()
    }
    without = read_without(file.content.get("without"), [*ids["words"], *ids["risk"]], file.faults)
    for both in sorted({str(one) for one in ids["words"]} & {str(one) for one in ids["risk"]}):
        file.faults.append(f"risk：id {both!r:.60} 在 words 里也有；请换一个。")
    if not ids["words"] and not file.faults:
        file.faults.append("words：没有词条。")
    words, risks = (
        _keep(entries, without, file.faults, risk=key == "risk") for key, entries in listed.items()
    )
    return words, risks


def _keep(
    entries: list[tuple[str, Any]], without: set[str], faults: list[str], *, risk: bool
) -> Placed:
    merged = merge_entries(entries, faults)
    read = [(place, read_wording(place, entry, faults, risk=risk)) for place, entry in merged]
    return sort_versions([pair for pair in read if pair[1].id not in without], faults)


def _try_examples(lexicon: Lexicon, placed: Placed, examples: Examples, faults: list[str]) -> None:
    """Try the examples of each entry alone, and those of the classes by the whole lexicon."""
    began = thread_time()
    for place, entry in placed:
        judge = Judge(lexicon, [entry])
        for expected, texts in entry.examples.items():
            for number, text in enumerate(texts):
                if thread_time() - began > SECONDS_IN_ALL:
                    faults.append(f"{place}：例子已用 {SECONDS_IN_ALL:g} 秒，其余没有试。")
                    return
                if bool(judge.find(text)) != (expected == "hit") and not entry.retired:
                    told = "应命中，却没有命中" if expected == "hit" else "不应命中，却命中了"
                    where = f"{place}.examples.{expected}[{number}]"
                    faults.append(f"{where}：词条 {entry.id} {told}：“{text:.80}”。")
    _try_classes(lexicon, examples, faults)


def _try_classes(lexicon: Lexicon, examples: Examples, faults: list[str]) -> None:
    judge = Judge(lexicon, lexicon.in_force())
    classes = {polarity: name for name, polarity in POLARITIES.items()}
    for expected, texts in examples.items():
        for number, text in enumerate(texts):
            hits = judge.find(text)
            found = classes[lexicon.polarity(add_up(hits))]
            if found != expected:
                words = "、".join(f"{text[hit.start : hit.end]} {hit.value:+.2g}" for hit in hits)
                told = f"应为 {expected}，却是 {found}（{words or '没有命中'}）"
                faults.append(f"examples.{expected}[{number}]：{told}：“{text:.80}”。")

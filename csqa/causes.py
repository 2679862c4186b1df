"""causes: what lies behind complaints, low ratings and failed inspections, case by case.

Words of the customer and facts of the case speak for causes of the fishbone (G7); each says by
what evidence. What nothing speaks for is shown as unclassified, never dropped.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Protocol

import numpy as np
import pandas as pd

from csqa.cause_results import BONES, CASE_TEXT_COLUMNS, CAUSE_COLUMNS, NO_CAUSE
from csqa.engine.cause_facts import find_facts
from csqa.engine.cause_scan import BLOCK, CauseHit, make_scanner
from csqa.errors import DataError
from csqa.rules.fishbone import Fishbone, read_fishbone

Row = tuple[Any, ...]

WORDS, FACTS, LEARNED, NONE = "words", "facts", "learned", "none"


class Tagger(Protocol):
    """A trained tagger: for the causes that it covers it stands for the words of the rules."""

    @property
    def causes(self) -> tuple[str, ...]:
        """Those it may be used for."""

    @property
    def version(self) -> str:
        """Stored with each of its rows."""

    def tag(self, texts: Sequence[str]) -> list[list[tuple[str, float, int, int]]]:
        """Of each text: cause, probability, and the span that weighed most."""


def tag_causes(
    texts: pd.DataFrame,
    fishbone: Fishbone | None = None,
    facts: pd.DataFrame | None = None,
    tagger: Tagger | None = None,
) -> pd.DataFrame:
    """Find the causes of each case, several where several speak, each with its evidence.

    Parameters
    ----------
    texts : DataFrame, one row per text
        ``case_id``, ``text`` and, if known, ``source`` and ``seq``, as :func:`csqa.gather_texts`
        returns them. A case may have several texts, or an empty one.
    fishbone : Fishbone, optional
        From :func:`csqa.read_fishbone`. Default: the shipped one.
    facts : DataFrame, one row per case, optional
        As :func:`csqa.gather_facts` returns them: rules on facts are tried, and a case is judged
        by the causes in force on the day of its ``local_at``. Without a day: by those in force
        last. Columns that are missing are not known.
    tagger : optional
        A trained one; for the causes that it covers it stands for the words of the rules.

    Returns
    -------
    DataFrame, one row per piece of evidence, cases by their ids, bones in the order of the fishbone
        :data:`csqa.cause_results.CAUSE_COLUMNS`. Every case of ``texts`` and ``facts`` appears;
        one without any cause has one row, with bone and cause ``unclassified``. At most three
        pieces of evidence for one cause from one text.

    Raises
    ------
    DataError
        If columns are missing, or a case has no id or twice its facts.

    Notes
    -----
    text.md, “Causes”: rules are precise and miss much, so shares of their hits are too low; correct
    them by an audited sample (:func:`csqa.audit_causes`). Of a text the first 5,000 characters are
    looked at, characters that show nothing are looked through. A case is judged by its own texts
    and facts only, whatever the order of the rows.

    Examples
    --------
    >>> texts = pd.DataFrame(
    ...     {
    ...         "case_id": ["A", "B", "C"],
    ...         "text": ["质量不错，就是安装费太贵", "没有噪音", "客服互相踢皮球"],
    ...     }
    ... )
    >>> tag_causes(texts)[["case_id", "bone", "cause", "evidence", "start", "end"]]
      case_id          bone         cause evidence  start   end
    0       A        policy       charges    安装费太贵      7    12
    1       B  unclassified  unclassified     <NA>   <NA>  <NA>
    2       C       process      handover      踢皮球      4     7
    """
    rules = fishbone or read_fishbone()
    own = _read_texts(texts)
    known = _read_facts(facts)
    days = _days_of(known)
    covered = _covered(rules, tagger)
    rows = [*_words(own, rules, days, covered), *_facts(known, rules, days)]
    if tagger is not None:
        rows += _learned(own, rules, tagger)
    cases = pd.Index(own["case_id"]).append(pd.Index([] if known is None else known["case_id"]))
    found = {row[0] for row in rows}
    rows += [_none(case) for case in cases.unique() if case not in found]
    return _make_causes(rows, rules)


def tag_plan(actions: pd.DataFrame, fishbone: Fishbone | None = None) -> pd.DataFrame:
    """Find the causes that the measures of a plan are meant for, in what it writes of them.

    Parameters
    ----------
    actions : DataFrame
        As :data:`csqa.schema.ACTIONS`: the root cause is read.
    fishbone : Fishbone, optional
        From :func:`csqa.read_fishbone`. Default: the shipped one.

    Returns
    -------
    DataFrame
        As :func:`tag_causes`, with the ids of measures as ``case_id``: what
        :func:`csqa.link_problems` calls ``stated``.

    Examples
    --------
    >>> plan = pd.DataFrame({"action_id": ["A1"], "root_cause": ["外包安装预约经常改期"]})
    >>> tag_plan(plan)["cause"].tolist()
    ['appointment']
    """
    texts = actions[["action_id", "root_cause"]].dropna().astype("str")
    return tag_causes(texts.set_axis(["case_id", "text"], axis=1), fishbone)


def _read_texts(texts: pd.DataFrame) -> pd.DataFrame:
    """The texts with all columns, in an order of their own; what is no text is empty."""
    _require(texts, "texts", ("case_id", "text"))
    own = texts.reindex(columns=list(CASE_TEXT_COLUMNS)).reset_index(drop=True)
    own["case_id"] = _ids(own["case_id"], "texts")
    own["text"] = [text if isinstance(text, str) else "" for text in own["text"]]
    own["source"] = [one if isinstance(one, str) else None for one in own["source"]]
    own["seq"] = pd.to_numeric(own["seq"]).astype("Int64")
    own = own.drop_duplicates(["case_id", "source", "seq", "text"])
    return own.sort_values(["case_id", "source", "seq", "text"], ignore_index=True)


def _read_facts(facts: pd.DataFrame | None) -> pd.DataFrame | None:
    if facts is None:
        return None
    _require(facts, "facts", ("case_id",))
    known = facts.assign(case_id=_ids(facts["case_id"], "facts")).reset_index(drop=True)
    twice = known["case_id"][known["case_id"].duplicated()]
    if len(twice):
        told = f"有 {twice.nunique()} 个重复，如 {twice.iloc[0]!r:.60}"
        msg = f"facts：每个 case_id 只能有一行；{told}。"
        raise DataError(msg)
    return known.sort_values("case_id", ignore_index=True)


def _require(table: Any, name: str, columns: Sequence[str]) -> None:
    if not isinstance(table, pd.DataFrame):
        msg = f"`{name}` 应为 DataFrame，而不是 {type(table).__name__}。"
        raise DataError(msg)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        msg = f"{name}：缺少列 {'、'.join(missing)}；有 {'、'.join(map(str, table.columns)):.200}。"
        raise DataError(msg)


def _ids(ids: pd.Series, name: str) -> list[str]:
    empty = ids.isna() | (ids.astype("str").str.strip() == "")
    if empty.any():
        msg = (
            f"{name}：{int(empty.sum())} 行没有 case_id，第一处在第 {int(empty.argmax()) + 1} 行。"
        )
        raise DataError(msg)
    return [str(one) for one in ids]


def _days_of(facts: pd.DataFrame | None) -> dict[str, date]:
    """Day of each case that has one."""
    if facts is None or "local_at" not in facts:
        return {}
    times = pd.to_datetime(facts["local_at"])
    pairs = zip(facts["case_id"], times, strict=True)
    return {case: at.date() for case, at in pairs if not pd.isna(at)}


def _covered(rules: Fishbone, tagger: Tagger | None) -> frozenset[str]:
    """Causes whose words are left to a tagger; one trained on a bone covers what hangs on it."""
    if tagger is None:
        return frozenset()
    own = frozenset(tagger.causes)
    unknown = own - {*BONES, *rules.ids}
    if unknown:
        msg = f"训练出的标注器里有鱼骨图没有的原因：{'、'.join(sorted(unknown))}。"
        raise DataError(msg)
    return own | {id_ for id_ in rules.ids if rules.bone_of(id_) in own}


def _words(
    texts: pd.DataFrame, rules: Fishbone, days: dict[str, date], covered: frozenset[str]
) -> Iterator[Row]:
    """Evidence of words: the texts of each edition of the rules, block by block."""
    for day, own in _by_edition(texts, rules, days):
        scanner = make_scanner(rules, day)
        for block in _blocks(own):
            hits_of = scanner.scan([text for _, _, _, text in block])
            for number, hits in hits_of.items():
                yield from (_word(block[number], hit) for hit in hits if hit.cause not in covered)


Text = tuple[str, str | None, int | None, str]
"""Case, source, number of the message, and what was written."""


def _blocks(texts: pd.DataFrame) -> Iterator[list[Text]]:
    """The texts, block by block."""
    for start in range(0, len(texts), BLOCK):
        block = texts.iloc[start : start + BLOCK]
        columns = (block[name].tolist() for name in ("case_id", "source", "seq", "text"))
        yield list(zip(*columns, strict=True))


def _by_edition(
    table: pd.DataFrame, rules: Fishbone, days: dict[str, date]
) -> Iterator[tuple[date | None, pd.DataFrame]]:
    """Rows by the day from which on the causes in force are the same; None is today's."""
    begun = sorted({rule.effective_from for rule in rules.causes if rule.effective_from})
    if not begun:
        yield None, table
        return
    last = begun[-1]
    known = [days.get(case, last) for case in table["case_id"]]
    editions = np.searchsorted(np.array(begun), np.array(known, dtype=object), side="right")
    for number in np.unique(editions):
        day = date.min if number == 0 else begun[number - 1]
        yield day, table[editions == number]


def _word(text: Text, hit: CauseHit) -> Row:
    (case, source, seq, written), rule = text, hit.rule
    evidence = written[hit.start : hit.end]
    told = (source, seq, evidence, hit.start, hit.end, rule.confidence)
    return _row(case, rule.bone, rule.id, WORDS, hit.place, rule, *told)


def _facts(facts: pd.DataFrame | None, rules: Fishbone, days: dict[str, date]) -> Iterator[Row]:
    if facts is None:
        return
    for day, own in _by_edition(facts, rules, days):
        for rule in rules.in_force(day):
            for number, case, evidence, confidence in find_facts(rule, own):
                told = (None, None, evidence, None, None, confidence)
                yield _row(case, rule.bone, rule.id, FACTS, f"facts[{number}]", rule, *told)


def _row(case: str, bone: str, cause: str, kind: str, place: str, rule: Any, *told: Any) -> Row:
    since = rule.effective_from.isoformat() if rule.effective_from else None
    return (case, bone, cause, kind, f"{cause}.{place}", rule.version, since, *told)


def _learned(texts: pd.DataFrame, rules: Fishbone, tagger: Tagger) -> Iterator[Row]:
    """Evidence of a trained tagger, in the texts as they were written."""
    for block in _blocks(texts):
        tagged = tagger.tag([text for _, _, _, text in block])
        for (case, source, seq, written), found in zip(block, tagged, strict=True):
            for cause, probability, start, end in found:
                yield (
                    *(case, rules.bone_of(cause), cause, LEARNED, f"{cause}.{LEARNED}"),
                    *(tagger.version, None, source, seq),
                    *(written[start:end], start, end, probability),
                )


def _none(case: str) -> Row:
    return (case, NO_CAUSE, NO_CAUSE, NONE, *[None] * (len(CAUSE_COLUMNS) - 4))


def _make_causes(rows: list[Row], rules: Fishbone) -> pd.DataFrame:
    """Evidence as a sorted table with types."""
    table = pd.DataFrame(rows, columns=list(CAUSE_COLUMNS))
    whole = dict.fromkeys(["seq", "start", "end"], "Int64")
    texts = [name for name in CAUSE_COLUMNS if name not in (*whole, "confidence")]
    table = table.astype({**whole, **dict.fromkeys(texts, "string"), "confidence": "float64"})
    order = {id_: place for place, id_ in enumerate([*BONES, *rules.ids, NO_CAUSE])}
    keys = table.assign(
        bone_=table["bone"].map(order).astype("int64"),
        cause_=table["cause"].map(order).astype("int64"),
    )
    by = ["case_id", "bone_", "cause_", "kind", "source", "seq", "start", "end", "rule", "evidence"]
    ordered = keys.sort_values(by, kind="stable", na_position="last")
    return table.loc[ordered.index].reset_index(drop=True)

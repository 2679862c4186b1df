"""What is new: phrases that rise, and what those cases speak of that no rule tagged (A12)."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.cause_results import NO_CAUSE, RISING_COLUMNS, SUGGESTION_COLUMNS
from csqa.engine.personal import mask_personal
from csqa.engine.phrase_miner import LONGEST_TEXT, Mined, mine_phrases
from csqa.engine.topic_groups import factorise, name_topics, weigh_phrases
from csqa.errors import RuleError
from csqa.stats import adjust_p, newcombe_difference

Floats = NDArray[np.float64]

LEAST_CASES = 5
"""Fewest cases with a phrase."""

MORE_THAN_USUAL = 2.0
"""Times as often as among tagged cases, below which a phrase says nothing of the untagged."""

MOST_TOPICS = 15
PHRASES_OF_TOPIC = 5
MOST_EXAMPLES = 3

_MASK = re.compile(r"\[[^\]]{1,12}\]")

SNIPPET = """\
- id: {id}            # 改成英文编号 an id of your own
  bone: {bone}        # 改成所属大骨 people process policy product system information environment
  name: {name}
  keywords: [{keywords}]
  examples: {{hit: [{hit}], miss: []}}    # 各写几句 add sentences
"""


def find_rising(
    texts: pd.DataFrame, before: pd.DataFrame, *, rate: float = 0.05, most: int = 15
) -> pd.DataFrame:
    """Find phrases that occur in surely more cases than before.

    Parameters
    ----------
    texts, before : DataFrame
        Texts of the cases of a period and of the months before: ``case_id``, ``text``.
    rate : float
        Share of the phrases named that may be named by chance.
    most : int
        Phrases returned at most, the greatest change first.

    Returns
    -------
    DataFrame
        :data:`csqa.cause_results.RISING_COLUMNS`.

    Raises
    ------
    RuleError
        If ``rate`` is not between 0 and 1.

    Notes
    -----
    Phrases are mined from the texts now. Cases are counted, not mentions. p: Fisher's exact test,
    one-sided, adjusted by Benjamini & Hochberg over all phrases mined; the interval is Newcombe's.

    Examples
    --------
    >>> told = ["改约三次", "又改约了", "师傅改约", "改约再改约", "被改约", "改约到下周"] * 2
    >>> texts = pd.DataFrame({"case_id": [f"N{i}" for i in range(12)], "text": told})
    >>> before = pd.DataFrame({"case_id": [f"B{i}" for i in range(30)], "text": "发票没开"})
    >>> find_rising(texts, before)[["phrase", "cases", "cases_before"]].values.tolist()
    [['改约', 12, 0]]
    """
    if not 0 < rate < 1:
        msg = f"`rate` 应在 0 与 1 之间，而不是 {rate!r}。"
        raise RuleError(msg)
    now, earlier = _one_per_case(texts), _one_per_case(before)
    mined = mine_phrases(now.tolist(), least=LEAST_CASES)
    if not mined.places or earlier.empty:
        return _empty(RISING_COLUMNS)
    phrases = sorted(mined.places)
    cases = np.array([len(mined.places[one]) for one in phrases], dtype=float)
    seen = _count(earlier, phrases)
    rows = _compare(cases, float(len(now)), seen, float(len(earlier)))
    rows["phrase"] = phrases
    ids = now.index.to_numpy()
    rows["examples"] = [_examples(ids, mined.places[one]) for one in phrases]
    found = rows[(rows["q"] < rate) & (rows["change"] > 0)]
    found = found.sort_values(["change", "phrase"], ascending=[False, True])
    ordered: pd.DataFrame = found.head(most).reset_index(drop=True)[list(RISING_COLUMNS)]
    return ordered


def _one_per_case(texts: pd.DataFrame) -> "pd.Series[str]":
    """All texts of a case as one, masked, by ``case_id`` in order."""
    plain = [str(one)[:LONGEST_TEXT] if isinstance(one, str) else "" for one in texts["text"]]
    masked = mask_personal(pd.Series(plain, dtype="str"))
    shown = masked.str.replace(_MASK, " ", regex=True)
    grouped = shown.groupby(texts["case_id"].astype("str").to_numpy(), sort=True)
    joined: pd.Series[str] = grouped.agg(lambda told: "\n".join(sorted(set(told))))
    return joined


def _count(texts: "pd.Series[str]", phrases: list[str]) -> Floats:
    lowered = [text.lower() for text in texts]
    return np.array([sum(one in text for text in lowered) for one in phrases], dtype=np.float64)


def _compare(
    cases: Floats,
    n: float,
    seen: Floats,
    whole: float,
) -> pd.DataFrame:
    from scipy import stats

    lower, upper = newcombe_difference(cases, n, seen, whole)
    p = stats.hypergeom.sf(cases - 1, n + whole, cases + seen, n)
    return pd.DataFrame(
        {
            "cases": cases.astype("int64"),
            "n": int(n),
            "share": cases / n,
            "cases_before": seen.astype("int64"),
            "n_before": int(whole),
            "before_share": seen / whole,
            "change": cases / n - seen / whole,
            "change_lower": lower,
            "change_upper": upper,
            "p": p,
            "q": adjust_p(p),
        }
    )


def _examples(ids: Iterable[str], places: frozenset[int]) -> str:
    named = list(ids)
    return " ".join(named[place] for place in sorted(places)[:MOST_EXAMPLES])


def suggest_causes(
    texts: pd.DataFrame, causes: pd.DataFrame, *, topics: int = 8, least: int = LEAST_CASES
) -> pd.DataFrame:
    """Suggest rules for what no rule tagged: groups of phrases that occur together.

    Parameters
    ----------
    texts : DataFrame
        The texts that were tagged: ``case_id``, ``text``.
    causes : DataFrame
        From :func:`csqa.tag_causes`.
    topics : int
        Groups looked for, at most 15.
    least : int
        Fewest cases of a phrase and of a suggestion.

    Returns
    -------
    DataFrame, the most frequent first
        :data:`csqa.cause_results.SUGGESTION_COLUMNS`. They are for people to look at: a group of
        words is no cause yet.

    Raises
    ------
    RuleError
        If ``topics`` is not between 1 and 15.

    Notes
    -----
    Phrases: :mod:`csqa.engine.phrase_miner`. Groups: non-negative matrix factorisation of their
    TF-IDF (:mod:`csqa.engine.topic_groups`), which needs no draw: the same texts give the same.

    Examples
    --------
    >>> told = [f"{who}外机嗡嗡响{end}" for who in "我你他家邻" for end in ("睡不着", "很烦", "")]
    >>> texts = pd.DataFrame({"case_id": [f"C{i:02d}" for i in range(15)], "text": told})
    >>> causes = texts[["case_id"]].assign(bone="unclassified", cause="unclassified")
    >>> found = suggest_causes(texts, causes)
    >>> found["phrases"].iloc[0], int(found["cases"].iloc[0])
    ('外机嗡嗡响', 15)
    """
    if isinstance(topics, bool) or not isinstance(topics, int) or not 1 <= topics <= MOST_TOPICS:
        msg = f"`topics` 应为 1 到 {MOST_TOPICS} 的整数，而不是 {topics!r}。"
        raise RuleError(msg)
    untagged = set(causes.loc[causes["cause"] == NO_CAUSE, "case_id"].astype("str"))
    own = texts[texts["case_id"].astype("str").isin(untagged)]
    told = _one_per_case(own) if len(own) else pd.Series(dtype="str")
    rest = texts[~texts["case_id"].astype("str").isin(untagged)]
    mined = _peculiar(mine_phrases(told.tolist(), least=least), rest)
    if not mined.places:
        return _empty(SUGGESTION_COLUMNS)
    table, phrases = weigh_phrases(mined)
    groups = factorise(table, min(topics, *table.shape))[1]
    rows = _describe(name_topics(groups, phrases, PHRASES_OF_TOPIC), mined, told)
    rows = rows[rows["cases"] >= least].drop_duplicates("phrases")
    rows = rows.sort_values(["cases", "phrases"], ascending=[False, True], ignore_index=True)
    return rows.assign(topic=range(1, len(rows) + 1))[list(SUGGESTION_COLUMNS)]


def _peculiar(mined: Mined, rest: pd.DataFrame) -> Mined:
    """Leave out phrases that tagged cases hold nearly as often: greetings, what all are about."""
    if rest.empty or not mined.places:
        return mined
    others, phrases = _one_per_case(rest), sorted(mined.places)
    usual = dict(zip(phrases, _count(others, phrases) / len(others), strict=True))
    kept = {
        phrase: places
        for phrase, places in mined.places.items()
        if len(places) / mined.texts >= MORE_THAN_USUAL * usual[phrase]
    }
    return Mined(mined.texts, kept)


def _describe(groups: list[list[str]], mined: Mined, told: "pd.Series[str]") -> pd.DataFrame:
    rows, ids = [], told.index.to_numpy()
    for number, phrases in enumerate(filter(None, groups), start=1):
        places = frozenset().union(*(mined.places[one] for one in phrases))
        first = told.iloc[min(places)] if places else ""
        rows.append(
            {
                "topic": number,
                "phrases": "、".join(phrases),
                "cases": len(places),
                "share": len(places) / mined.texts,
                "examples": _examples(ids, places),
                "snippet": _snippet(number, phrases, first),
            }
        )
    return pd.DataFrame(rows, columns=list(SUGGESTION_COLUMNS))


def _snippet(number: int, phrases: list[str], example: str) -> str:
    hit = next((line for line in re.split(r"[\n。！!？?；;]", example) if phrases[0] in line), "")
    quoted = [_quote(one) for one in phrases]
    return SNIPPET.format(
        id=f"new_cause_{number}",
        bone="product",
        name=_quote(phrases[0]),
        keywords=", ".join(quoted),
        hit=_quote(hit.strip()[:60] or phrases[0]),
    )


def _quote(text: str) -> str:
    """A YAML scalar in single quotes: nothing in it is read as anything but text."""
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", text)
    return "'" + plain.replace("'", "''") + "'"


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))

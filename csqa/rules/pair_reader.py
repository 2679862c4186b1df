"""From the YAML of metric pairs to their frozen values."""

from collections.abc import Iterable
from typing import Any

from csqa.rules.faults import Fault, add_unknown, as_mapping, as_names, refuse_unknown
from csqa.rules.measures import MEASURES
from csqa.rules.pairs import Pair

PAIR_KEYS = ("improves", "worsens", "note")


def read_pairs(content: Any, metrics: Iterable[str], faults: list[str]) -> tuple[Pair, ...] | None:
    """Read the pairs of a standard.

    Parameters
    ----------
    content : Any
        What stands under ``pairs``; None where nothing does: then the shipped ones hold.
    metrics : iterable of str
        Keys of the metrics of the standard.
    faults : list of str
        Gets a sentence for each fault.

    Examples
    --------
    >>> entry = {"improves": "handle_seconds", "worsens": ["csat"], "note": "快而不好"}
    >>> read_pairs([entry], ["csat"], [])[0].note()
    '快而不好'
    >>> faults = []
    >>> read_pairs([{"improves": "csat", "worsens": ["csta"]}], ["csat"], faults)
    (Pair(improves='csat', worsens=('csta',), notes=()),)
    >>> faults
    ["pairs[0].worsens：不认识 'csta'，是不是 'csat'？"]
    """
    if content is None:
        return None
    if not isinstance(content, list):
        told = "pairs：应为一个列表，每项写 improves、worsens、note；不看这些就写 []，而不是 "
        faults.append(f"{told}{content!r:.80}。")
        return ()
    known = (*metrics, *MEASURES)
    return tuple(
        _pair(f"pairs[{number}]", entry, known, faults) for number, entry in enumerate(content)
    )


def _pair(place: str, entry: Any, known: tuple[str, ...], faults: list[str]) -> Pair:
    entry = as_mapping(place, entry, faults)
    refuse_unknown(place, entry, PAIR_KEYS, faults)
    missing = [key for key in PAIR_KEYS[:2] if not entry.get(key)]
    faults += [f"{place}：缺少 {key}（一项指标或取数方式）。" for key in missing]
    improves, worsens = entry.get("improves"), entry.get("worsens")
    named = worsens if isinstance(worsens, list) else [worsens]
    for key, names in (("improves", [improves]), ("worsens", named)):
        for name in names if key not in missing else ():
            if name not in known:
                add_unknown(f"{place}.{key}", name, known, faults)
    if improves in named and not missing:
        faults.append(Fault(f"{place}：improves 与 worsens 不能是同一项 {improves!r}。", place))
    notes = as_names(f"{place}.note", entry.get("note", ""), faults)
    return Pair(str(improves), tuple(str(name) for name in named), notes)

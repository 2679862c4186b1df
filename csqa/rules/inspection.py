"""The inspection form: what each item weighs, on which scale, and what its failure means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import nan
from pathlib import Path
from typing import Any

from csqa.inspection_tables import MOST_WEIGHT
from csqa.rules.faults import as_mapping, as_names, is_number, refuse_unknown
from csqa.rules.files import DEFAULTS, RuleFile, read_rules
from csqa.rules.inspection_settings import (
    SETTINGS_KEYS,
    InspectionSettings,
    read_inspection_settings,
)

FAULT_KINDS = ("wording", "accuracy", "process")
"""What a failed item may count as: the guide's three metrics of quality (G1)."""

NOTHING = "none"
"""Written where an item with a known name shall count as none of them."""

COUNT, LEAVE_OUT = "count", "leave_out"
OTHER_ITEMS = (COUNT, LEAVE_OUT)
"""What becomes of items that the form does not list."""

FORM_KEYS = ("scale", "other_items", "items", *SETTINGS_KEYS)
ITEM_KEYS = ("name", "also", "weight", "scale", "critical", "counts_as")

MOST_ITEMS, MOST_SPELLINGS, LONGEST_SPELLING = 200, 20, 100
"""Of a form, of an item, in characters: real forms have 10 to 30 items."""

WIDEST = 1e9
"""No scale reaches further from 0."""

Scale = tuple[float, float]
"""Least and greatest score."""


@dataclass(frozen=True)
class FormItem:
    """One item of a form."""

    key: str
    """What results call it: the first way it is written in the data."""
    names: tuple[tuple[str, str], ...] = ()
    """Language and text."""
    spellings: tuple[str, ...] = ()
    """How the data may write it, the key first."""
    weight: float = 1.0
    scale: Scale | None = None
    """None: it is judged as passed or failed only."""
    critical: bool = False
    """Whether its failure makes the record 0."""
    counts_as: str | None = None
    """One of :data:`FAULT_KINDS`."""
    listed: bool = True
    """Whether the form itself lists it; the shipped items are known besides."""


@dataclass(frozen=True)
class Form:
    """The items of an inspection, as a supervisor wrote them down."""

    items: tuple[FormItem, ...]
    other_items: str = LEAVE_OUT
    """One of :data:`OTHER_ITEMS`."""
    scale: Scale | None = None
    """Of items that state none."""
    fingerprint: str = ""
    """SHA-256 of the file."""
    settings: InspectionSettings = field(default_factory=read_inspection_settings)
    """When inspectors disagree, how long a dispute may take, when a rule is to be retired."""

    @property
    def spelled(self) -> dict[str, FormItem]:
        """Each way in which the data may write an item, in small letters -> the item."""
        return {spelling.lower(): item for item in self.items for spelling in item.spellings}

    def name(self, key: str, language: str = "zh") -> str:
        """What readers call an item.

        Examples
        --------
        >>> read_form().name("wording"), read_form().name("开场白")
        ('用语规范', '开场白')
        """
        names = next((dict(item.names) for item in self.items if item.key == key), {})
        return names.get(language, key)


def read_form(path: str | Path | None = None) -> Form:
    """Read an inspection form from YAML; without a path, the one that csqa ships.

    Parameters
    ----------
    path : str or Path, optional
        A file written like the shipped one. The shipped items that it does not list still count
        as the faults that they are, but for scores they are items that the form does not list.

    Returns
    -------
    Form
        Its items, in the order of the file.

    Raises
    ------
    RuleError
        With every fault of the file and its line in one message.

    Examples
    --------
    >>> [(item.key, item.counts_as, item.weight) for item in read_form().items]
    [('wording', 'wording', 1.0), ('accuracy', 'accuracy', 1.0), ('process', 'process', 1.0)]
    """
    file = read_rules(Path(path) if path else DEFAULTS / "inspection.yml")
    form = _read(file)
    file.refuse_faults()
    if not path:
        return form
    return _with_shipped(form, read_form())


def _with_shipped(form: Form, shipped: Form) -> Form:
    """Let known names mean what they mean, whether the form lists them or not."""
    kinds = {s.lower(): item.counts_as for item in shipped.items for s in item.spellings}
    own = [
        item if item.counts_as else replace(item, counts_as=next(found, None))
        for item in form.items
        for found in [(kinds[s.lower()] for s in item.spellings if s.lower() in kinds)]
    ]
    taken = {spelling.lower() for item in form.items for spelling in item.spellings}
    known = [
        replace(item, spellings=free, listed=False)
        for item in shipped.items
        if (free := tuple(s for s in item.spellings if s.lower() not in taken))
    ]
    items = [replace(item, counts_as=_or_none(item.counts_as)) for item in own]
    return replace(form, items=(*items, *known))


def _or_none(kind: str | None) -> str | None:
    return None if kind == NOTHING else kind


def _read(file: RuleFile) -> Form:
    content, faults = file.content, file.faults
    refuse_unknown("文件", content, FORM_KEYS, faults)
    scale = _read_scale("scale", content.get("scale"), faults)
    others = content.get("other_items", LEAVE_OUT)
    if others not in OTHER_ITEMS:
        faults.append(f"other_items：应为 {' 或 '.join(OTHER_ITEMS)}，而不是 {others!r}。")
    listed = as_mapping("items", content.get("items"), faults)
    if len(listed) > MOST_ITEMS:
        faults.append(f"items：最多 {MOST_ITEMS} 项，这里有 {len(listed)} 项。")
    items = tuple(_read_item(key, entry, scale, faults) for key, entry in listed.items())
    faults += _shared_spellings(items)
    if items and not any(item.weight for item in items):
        faults.append("items：所有项的 weight 都是 0，算不出得分。")
    settings = read_inspection_settings(content, faults)
    return Form(items, others, scale, file.fingerprint, settings)


def _read_item(key: str, entry: Any, scale: Scale | None, faults: list[str]) -> FormItem:
    place = f"items.{key}"
    entry = {} if entry is None else as_mapping(place, entry, faults)
    refuse_unknown(place, entry, ITEM_KEYS, faults)
    return FormItem(
        key,
        as_names(f"{place}.name", entry.get("name", key), faults),
        _read_spellings(place, key, entry.get("also", []), faults),
        _read_weight(f"{place}.weight", entry.get("weight", 1), faults),
        _read_scale(f"{place}.scale", entry.get("scale"), faults) or scale,
        _read_flag(f"{place}.critical", entry.get("critical", False), faults),
        _read_kind(f"{place}.counts_as", entry.get("counts_as"), faults),
    )


def _read_spellings(place: str, key: str, also: Any, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(also, list) or not all(isinstance(text, str) for text in also):
        faults.append(f"{place}.also：应为文字的列表，如 [开场语, 问候]，而不是 {also!r}。")
        also = []
    spellings = tuple(dict.fromkeys(text.strip() for text in (key, *also)))
    if len(spellings) > MOST_SPELLINGS:
        faults.append(f"{place}.also：最多 {MOST_SPELLINGS - 1} 种写法。")
    if not all(0 < len(text) <= LONGEST_SPELLING for text in spellings):
        faults.append(f"{place}：写法应有 1 到 {LONGEST_SPELLING} 个字。")
    return spellings


def _read_weight(place: str, value: Any, faults: list[str]) -> float:
    if is_number(value) and 0 <= value <= MOST_WEIGHT:
        return float(value)
    faults.append(f"{place}：应为 0 到 {MOST_WEIGHT} 的数，而不是 {value!r}。")
    return 1.0


def _read_scale(place: str, value: Any, faults: list[str]) -> Scale | None:
    if value is None:
        return None
    ends = as_mapping(place, value, faults)
    refuse_unknown(place, ends, ("min", "max"), faults)
    low, high = _number(ends.get("min")), _number(ends.get("max"))
    if -WIDEST <= low < high <= WIDEST:
        return low, high
    if isinstance(value, dict):
        told = "应写 {min: 最低分, max: 最高分}，最低分小于最高分，都不超过 10 亿"
        faults.append(f"{place}：{told}，而不是 {value!r}。")
    return None


def _number(value: Any) -> float:
    return float(value) if is_number(value) else nan


def _read_flag(place: str, value: Any, faults: list[str]) -> bool:
    if not isinstance(value, bool):
        faults.append(f"{place}：应为 true 或 false，而不是 {value!r}。")
    return value is True


def _read_kind(place: str, value: Any, faults: list[str]) -> str | None:
    if value in (None, NOTHING, *FAULT_KINDS):
        return value  # type: ignore[no-any-return]
    told = "、".join([*FAULT_KINDS, NOTHING])
    faults.append(f"{place}：应为 {told} 之一，而不是 {value!r}。")
    return None


def _shared_spellings(items: tuple[FormItem, ...]) -> Iterator[str]:
    """Faults of texts that mean two items."""
    first: Mapping[str, str] = {}
    for item in items:
        for spelling in dict.fromkeys(text.lower() for text in item.spellings):
            if spelling in first:
                yield f"items.{item.key}：“{spelling}”已经是“{first[spelling]}”的写法。"
        first = {**{text.lower(): item.key for text in item.spellings}, **first}

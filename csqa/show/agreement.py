"""Inspectors for readers: where they disagree, and who judges strictly."""

from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.errors import check_option
from csqa.frames import records, unit_columns
from csqa.rules.inspection import Form, read_form
from csqa.show.html import Badge, Cell, Html, paragraph, table

MINUS = "−"

TEXTS = {
    "item": ("质检项", "Item"),
    "all_items": ("全部质检项", "All items"),
    "shared": ("共同判定", "Judged together"),
    "agreement": ("一致率（95% 区间）", "Same verdict (95 %)"),
    "spread": ("平均相差", "Mean difference"),
    "alpha": ("α（95% 区间）", "α (95 %)"),
    "ac1": ("AC1（95% 区间）", "AC1 (95 %)"),
    "kappa": ("κ（95% 区间）", "κ (95 %)"),
    "verdict": ("判断", "Verdict"),
    "all_agree": ("全部一致，α 无法计算", "all agree: α cannot be told"),
    "rare": ("不合格太少，α 不可靠", "too few failed for α"),
    "calibrate": ("需校准", "calibrate"),
    "fine": ("在限度内", "within the limit"),
    "no_pairs": (
        "没有两名质检员共同判定的记录：一致性无从得知。请安排一部分记录双人盲评。",
        "Nothing was judged by two inspectors, so agreement is unknown. Have some judged twice.",
    ),
    "reading": (
        "一致率是两人说法相同的比例；平均相差超过 {limit} 的要校准。α、AC1 扣除了碰巧一致的部分："
        "绝大多数都合格时 α、κ 会偏低，AC1 不会，所以并列。",
        "The same verdict: how often two say the same. A mean difference above {limit} calls for "
        "calibration. α and AC1 take chance away; where nearly everything passes, α and κ fall "
        "and AC1 does not, so both are shown.",
    ),
    "inspector": ("质检员", "Inspector"),
    "together": ("共同判定的记录", "Records in common"),
    "severity": (
        "比共同判定者（分，95% 区间）",
        "Against those who judged the same (points, 95 %)",
    ),
    "all": ("判过的记录", "Records judged"),
    "score_all": ("所给平均分", "Mean score given"),
    "difference_all": (
        "比其他人所给（分，95% 区间）：记录不同，仅供参考",
        "Against what others gave (points, 95 %): other records",
    ),
    "no_inspectors": ("质检记录里没有质检员姓名。", "The inspections name no inspector."),
    "severity_reading": (
        "负数是偏严。只有“比共同判定者”一栏是同一批记录上的比较；最后一栏各人判的记录不同，"
        "分到难案的人会显得偏严。按姓名排列，不是排名。",
        "Negative is stricter. Only the comparison with those who judged the same is of the same "
        "records; in the last column everyone judged others, and who got the hard cases looks "
        "strict. Sorted by name: this is no ranking.",
    ),
    "stricter": ("偏严", "stricter"),
    "more_lenient": ("偏松", "more lenient"),
    "no_difference": ("无差异", "no difference"),
    "too_few": ("样本不足", "too few"),
}
MARKS = {
    "stricter": ("▼ ", "watch"),
    "more_lenient": ("▲ ", "watch"),
    "no_difference": ("● ", "neutral"),
    "too_few": ("○ ", "few"),
}


def show_agreement(found: pd.DataFrame, form: Form | None = None, *, language: str = "zh") -> Html:
    """Show how far inspectors agree, item by item.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.measure_agreement`.
    form : Form, optional
        For the names of items, their order and the limit. Default: the shipped one.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        A table and how to read it; a sentence where nothing was judged twice. Where there are few
        only the counts are shown.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> row = {"item": "wording", "n": 40, "agreement": 1.0, "agreement_lower": 0.91}
    >>> row |= {"agreement_upper": 1.0, "spread": 0.0, "status": "all_agree", "flagged": False}
    >>> blank = ["alpha", "alpha_lower", "alpha_upper", "ac1", "ac1_lower", "ac1_upper"]
    >>> row |= dict.fromkeys([*blank, "kappa", "kappa_lower", "kappa_upper"], float("nan"))
    >>> print(show_agreement(pd.DataFrame([row])).text.splitlines()[1])
    用语规范  40  100.0%（91.0%–100.0%）  0.0%  全部一致，α 无法计算  –  –  ● 在限度内
    """
    check_option("language", language, words.LANGUAGES)
    if found.empty:
        return paragraph(_text("no_pairs", language), "verdict")
    form = form or read_form()
    units = unit_columns(found)
    place = {item.key: number for number, item in enumerate(form.items)}
    rows = found.assign(item=found.get("item", ""))
    order = rows["item"].map(place).fillna(len(place))
    rows = rows.assign(place=order).sort_values([*units, "place", "item"])
    named = [words.label(unit, language) for unit in units]
    keys = ("item", "shared", "agreement", "spread", "alpha", "ac1", "kappa", "verdict")
    headers = [*named, *(_text(key, language) for key in keys)]
    body = [_agreement_row(row, units, form, language) for row in records(rows)]
    numeric = (_text("shared", language), _text("spread", language))
    limit = words.format_value(form.settings.agreement.flag_above, "share", language, short=True)
    made = table(headers, body, numeric=numeric, short=headers[: len(named) + 1])
    return made + paragraph(_text("reading", language).format(limit=limit))


def _agreement_row(row: dict[str, Any], units: list[str], form: Form, language: str) -> list[Cell]:
    name = form.name(row["item"], language) if row["item"] else _text("all_items", language)
    first = [*(sentences.name_unit(unit, row[unit], language) for unit in units), name]
    counted = f"{row['n']:,}"
    if row["status"] == "too_few":
        return [*first, counted, *["–"] * 5, _badge("too_few", language)]
    alpha, kappa = (_coefficient(row, name, language) for name in ("alpha", "kappa"))
    if row["status"] == "all_agree":
        alpha = _text("all_agree", language)
    elif row["status"] == "rare":
        alpha, kappa = _text("rare", language), "–"
    return [
        *first,
        counted,
        _share(row, "agreement", language),
        words.format_value(row["spread"], "share", language),
        alpha,
        _coefficient(row, "ac1", language),
        kappa,
        Badge(f"▼ {_text('calibrate', language)}", "worse")
        if row["flagged"]
        else Badge(f"● {_text('fine', language)}", "neutral"),
    ]


def show_severity(found: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show who judges strictly on common records, and apart from it what each gave on his own.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.measure_severity`.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        By name: no ranking. A sentence where no inspector is named.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> row = {"inspector": "甲", "n": 8, "severity_points": -25.0, "lower": -47.3, "upper": -2.7}
    >>> row |= {"verdict": "stricter", "n_all": 9, "score_all": 55.6, "difference_all": -44.4}
    >>> row |= {"difference_lower": -84.9, "difference_upper": -4.0}
    >>> print(show_severity(pd.DataFrame([row])).text.splitlines()[1])
    甲  8  −25.0（−47.3 ~ −2.7）  ▼ 偏严  9  55.6  −44.4（−84.9 ~ −4.0）
    """
    check_option("language", language, words.LANGUAGES)
    if found.empty:
        return paragraph(_text("no_inspectors", language), "verdict")
    keys = ("inspector", "together", "severity", "verdict", "all", "score_all", "difference_all")
    headers = [_text(key, language) for key in keys]
    body = [_severity_row(row, language) for row in records(found)]
    made = table(headers, body, numeric=(headers[1], *headers[4:6]), short=headers[:1])
    return made + paragraph(_text("severity_reading", language))


def _severity_row(row: dict[str, Any], language: str) -> list[Cell]:
    few = row["verdict"] == "too_few"
    return [
        str(row["inspector"]),
        f"{row['n']:,}",
        "–" if few else _signed(row, "severity_points", ("lower", "upper"), language),
        _badge(row["verdict"], language),
        f"{row['n_all']:,}",
        words.format_points(row["score_all"]),
        _signed(row, "difference_all", ("difference_lower", "difference_upper"), language),
    ]


def _share(row: dict[str, Any], name: str, language: str) -> str:
    ends = row[f"{name}_lower"], row[f"{name}_upper"]
    value = words.format_value(row[name], "share", language)
    return _put(value, words.format_interval(*ends, "share", language), language)


def _coefficient(row: dict[str, Any], name: str, language: str) -> str:
    """A coefficient from -1 to 1 with two decimals."""
    value, lower, upper = (row[key] for key in (name, f"{name}_lower", f"{name}_upper"))
    if pd.isna(value):
        return "–"
    sure = "–" if pd.isna(lower) else f"{_decimals(lower)} ~ {_decimals(upper)}"
    return _put(_decimals(value), sure, language)


def _decimals(value: float) -> str:
    return words.round_half_up(value, 2).replace("-", MINUS)


def _signed(row: dict[str, Any], name: str, ends: tuple[str, str], language: str) -> str:
    if pd.isna(row[name]):
        return "–"
    low, high = (words.format_signed(row[end]) for end in ends)
    return _put(words.format_signed(row[name]), f"{low} ~ {high}", language)


def _put(value: str, sure: str, language: str) -> str:
    return f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})"


def _badge(verdict: str, language: str) -> Badge:
    sign, meaning = MARKS[verdict]
    return Badge(sign + _text(verdict, language), meaning)


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]

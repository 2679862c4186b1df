"""Tables of changes: month on month and year on year, and which units a change came from."""

from typing import Any

import pandas as pd

from csqa import results, sentences, words
from csqa.frames import records, unit_columns
from csqa.rules.standard import Standard
from csqa.show.contribution_lines import Explained, Line, explain_lines, headline, is_significant
from csqa.show.differences import change_text, reasons_text, sign_number
from csqa.show.html import Badge, Cell, Html, fold, paragraph, table

NOTHING = "–"

TEXTS = {
    "unit": ("对象", "Unit"),
    "metric": ("指标", "Metric"),
    "value": ("本期（n）", "This period (n)"),
    "previous": ("环比", "vs the period before"),
    "year": ("同比", "vs a year ago"),
    "verdict": ("{}判断", "Verdict, {}"),
    "before": ("此前 {}", "from {}"),
    "better": ("▲ 变好", "▲ better"),
    "worse": ("▼ 变差", "▼ worse"),
    "rising": ("↑ 上升", "↑ up"),
    "falling": ("↓ 下降", "↓ down"),
    "no_difference": ("● 不显著", "● not significant"),
    "adjusted": ("● 校正后不显著", "● not significant, adjusted"),
    "too_few": ("○ 样本不足", "○ too few"),
    "none": ("– 不比较", "– not compared"),
    "rest": (
        "其余 {} 行：没有显著变化，或不能比较",
        "{} more rows: no significant change, or not compared",
    ),
    "nothing": ("没有显著的变化。", "No significant change."),
    "rate": ("水平", "Rate"),
    "mix": ("结构", "Mix"),
    "contribution": ("贡献", "Contribution"),
    "share": ("占比（此前）", "Share (before)"),
    "own": ("本期值（此前）", "Value (before)"),
    "appeared": ("新出现", "new"),
    "vanished": ("不再有", "gone"),
}

MEANINGS = {
    results.BETTER: "better",
    results.WORSE: "worse",
    results.TOO_FEW: "few",
    "none": "few",
}
"""Colour of a verdict; grey otherwise."""

NAMED = (results.BETTER, results.WORSE, "rising", "falling")
"""Verdicts of a change that is more than chance."""

HOW_COMPARED = (
    "变化后的括号内是 95% 区间。比率与净推荐值的变化是两期之差（百分点、分），只有时长、次数和"
    "平均数另给相对变化（%）。判断已按全部 {count} 项比较校正（错误发现率 5%）。"
    "两期之差不说明原因，也没有扣除平时的月度波动：是否异常以控制图为准。",
    "In brackets 95 % intervals. Rates change by percentage points (pp), NPS by points; only "
    "times, counts and means are also given in %. Verdicts are adjusted for all {count} "
    "comparisons (false-discovery rate 5 %). Two periods tell no cause, nor how much periods "
    "differ anyway: what is unusual the control chart tells.",
)
HOW_EXPLAINED = (
    "水平：该对象自身数值变化带来的部分；结构：其占比变化带来的部分（高于整体的占比变大、低于整体的占比变小，"
    "都会拉高整体）。各行贡献相加等于整体变化。",
    "Rate: what a unit adds because its own value changed; mix: because its share did (more of "
    "what lies above the whole raises it). All contributions add up to the change.",
)
NOT_SURE = (
    "整体变化不显著：下表只说明差额落在哪里，不说明谁好谁差。",
    "The change as a whole is not significant: the table tells where it lies, not who did well.",
)


def show_changes(
    changes: pd.DataFrame, standard: Standard, *, period: str, language: str = "zh"
) -> Html:
    """Show each metric beside the period before (环比) and a year ago (同比).

    Parameters
    ----------
    changes : DataFrame
        From :func:`csqa.compare_periods`.
    standard : Standard
        For the names.
    period : str
        The period compared.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        One row per unit and metric. Split by units, rows without any significant change are
        behind one line.
    """
    rows = changes[changes["period"] == period]
    if rows.empty:
        return paragraph(words.label("no_data", language))
    units = unit_columns(rows)
    named = rows.groupby([*units, "metric"])["verdict"].transform(lambda v: v.isin(NAMED).any())
    first, rest = (rows[named], rows[~named]) if units else (rows, rows.iloc[:0])
    judged = int(rows["q"].notna().sum())
    note = paragraph(_text(HOW_COMPARED, language).format(count=judged))
    shown = _changes_table(first, standard, language) if len(first) else _nothing(language)
    if rest.empty:
        return shown + note
    count = len(rest.drop_duplicates([*units, "metric"]))
    title = _word("rest", language).format(count)
    return shown + fold(title, _changes_table(rest, standard, language)) + note


def _nothing(language: str) -> Html:
    return paragraph(_word("nothing", language), "verdict")


def _changes_table(rows: pd.DataFrame, standard: Standard, language: str) -> Html:
    units = unit_columns(rows)
    asked = [one for one in ("previous", "year") if one in set(rows["comparison"])]
    order = {key: place for place, key in enumerate(standard.metric_keys)}
    groups = {tuple(map(str, key)): part for key, part in rows.groupby([*units, "metric"])}
    keys = sorted(groups, key=lambda key: (order.get(key[-1], len(order)), key[:-1]))
    headers = [_word("unit", language)] if units else []
    headers += [_word("metric", language), _word("value", language)]
    short = headers[:-1]
    for one in asked:
        name = _word(one, language)
        since = rows.loc[rows["comparison"] == one, "since"].iloc[0]
        between = f"{name}（{since}）" if language == "zh" else f"{name} ({since})"
        headers += [between if since else name, _word("verdict", language).format(name)]
    body = [_change_row(groups[key], units, asked, standard, language) for key in keys]
    return table(headers, body, short=short)


def _change_row(
    rows: pd.DataFrame, units: list[str], asked: list[str], standard: Standard, language: str
) -> list[Cell]:
    told = {row["comparison"]: row for row in records(rows)}
    row = next(iter(told.values()))
    value = words.format_value(row["value"], row["kind"], language)
    size = words.format_count(row["n"])
    cells: list[Cell] = []
    if units:
        names = (sentences.name_unit(unit, str(row[unit]), language) for unit in units)
        cells.append(" / ".join(names))
    cells.append(standard.metric(row["metric"]).name(language))
    cells.append(f"{value}（{size}）" if language == "zh" else f"{value} ({size})")
    for one in asked:
        cells += _comparison(told[one], language) if one in told else [NOTHING, NOTHING]
    return cells


def _comparison(row: dict[str, Any], language: str) -> list[Cell]:
    before = words.format_value(row["before"], row["kind"], language)
    parts = []
    if row["change"] == row["change"]:
        ends = row["change"], row["change_lower"], row["change_upper"]
        parts.append(change_text(*ends, row["kind"], language))
    if row["relative"] == row["relative"] and row["verdict"] != results.TOO_FEW:
        parts.append(f"{sign_number(row['relative'] * 100)}%")
    if before != NOTHING:
        parts.append(_word("before", language).format(before))
    said = ("，" if language == "zh" else ", ").join(parts) or NOTHING
    return [said, _verdict(row, language)]


def _verdict(row: dict[str, Any], language: str) -> Badge:
    """The verdict with its sign, and what is to be known of the two periods."""
    beyond = row["change_lower"] > 0 or row["change_upper"] < 0
    adjusted = row["verdict"] == results.NO_DIFFERENCE and beyond
    text = _word("adjusted" if adjusted else row["verdict"], language)
    reason = " ".join(word for word in row["reason"].split() if word != results.TOO_FEW)
    if reason:
        why = reasons_text(reason, language)
        text += f"（{why}）" if language == "zh" else f" ({why})"
    return Badge(text, MEANINGS.get(row["verdict"], "neutral"))


def show_contributions(
    explained: pd.DataFrame, standard: Standard, *, metric: str, language: str = "zh"
) -> Html:
    """Show which units a metric's change came from, the largest contribution first.

    Parameters
    ----------
    explained : DataFrame
        From :func:`csqa.explain_change`.
    standard : Standard
        For the names.
    metric : str
        Which metric.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        What changed and how surely; a table of at most twelve units, the others together, and
        the sum. Figures add up as they stand, along rows and down the contributions.
    """
    rows = explained[explained["metric"] == metric]
    if rows.empty:
        return paragraph(words.label("no_data", language))
    row = records(rows.head(1))[0]
    title = " · ".join(part for part in headline(row, standard, language) if part)
    if rows["change"].isna().any():
        return paragraph(title, "verdict")
    said = paragraph(title, "verdict")
    if not is_significant(row):
        said += paragraph(_text(NOT_SURE, language))
    shown = _contributions_table(explain_lines(rows, language), row, language)
    return said + shown + paragraph(_text(HOW_EXPLAINED, language))


def _contributions_table(explained: Explained, row: dict[str, Any], language: str) -> Html:
    unit = explained.scale.axis_unit
    shown = f"（{unit}）" if language == "zh" else f" ({unit})"
    kind = words.label(row["unit_kind"], language)
    headers = [
        kind[:1].upper() + kind[1:],
        *(_word(name, language) for name in ("own", "share", "rate", "mix")),
    ]
    headers.append(_word("contribution", language) + (shown if unit else ""))
    total = _line_cells(explained.total, explained, row["kind"], language)
    total[1] = _beside(row, ("whole", "whole_before"), row["kind"], language)
    body = [_line_cells(line, explained, row["kind"], language) for line in explained.lines]
    return table(headers, [*body, total], numeric=headers[3:], short=headers[:1])


def _line_cells(line: Line, explained: Explained, kind: str, language: str) -> list[Cell]:
    row, digits = line.row, explained.scale.digits
    name = line.name
    presence = row.get("presence", "both")
    if presence != "both":
        told = _word(presence, language)
        name += f"（{told}）" if language == "zh" else f" ({told})"
    return [
        name,
        _beside(row, ("value", "before"), kind, language),
        _beside(row, ("share", "share_before"), "share", language),
        sign_number(line.shown_rate, digits),
        sign_number(line.shown_mix, digits),
        _contribution(line, explained),
    ]


def _contribution(line: Line, explained: Explained) -> Badge:
    number = sign_number(line.shown, explained.scale.digits)
    sign = explained.mark(line.shown).sign
    side = explained.better * line.shown
    meaning = "better" if side > 0 else "worse" if side < 0 else "neutral"
    return Badge(f"{sign} {number}" if side else number, meaning)


def _beside(row: dict[str, Any], names: tuple[str, str], kind: str, language: str) -> str:
    """A value, and in brackets the one before; nothing of several units together."""
    if not row:
        return NOTHING
    now, before = (words.format_value(row[name], kind, language) for name in names)
    return f"{now}（{before}）" if language == "zh" else f"{now} ({before})"


def _word(key: str, language: str) -> str:
    return _text(TEXTS[key], language)


def _text(pair: tuple[str, str], language: str) -> str:
    return pair[words.LANGUAGES.index(language)]

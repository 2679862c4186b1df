"""A training for readers: what the machine and the rules each get right, and which is used."""

from collections.abc import Iterator
from typing import Any, Protocol

import pandas as pd

from csqa.errors import check_option
from csqa.frames import records
from csqa.show.html import Badge, Cell, Html, paragraph, table

TEXTS = {
    "cause": ("标注", "Label"),
    "positives": ("条数", "Texts"),
    "rules_f1": ("规则 F1", "F1 of the rules"),
    "f1": ("标注器 F1", "F1 of the tagger"),
    "precision": ("准确率", "Precision"),
    "recall": ("召回率", "Recall"),
    "difference": ("差（95% 区间）", "Difference (95 %)"),
    "calibration_error": ("校准误差", "Calibration error"),
    "threshold": ("阈值", "Threshold"),
    "verdict": ("用哪个", "Used"),
    "reading": (
        "都在没有用来训练的文字上算（五折交叉验证，几乎相同的文字在同一折）。"
        "标注器的 F1 更高、且在至少 80% 的重抽样里更高，才用标注器；否则仍用规则。",
        "All on texts that were not trained on (five folds, near-duplicates in one fold). The "
        "tagger is used where its F1 is higher, and higher in at least 80 % of the resamples; "
        "else the rules stay.",
    ),
    "model": ("标注器", "tagger"),
    "rules": ("规则", "rules"),
    "too_few": ("样本不足，用规则", "too few, rules"),
}
MARKS = {"model": ("▲ ", "better"), "rules": ("○ ", "neutral"), "too_few": ("○ ", "few")}
LANGUAGES = ("zh", "en")


class Trained(Protocol):
    """What :func:`csqa.train_causes` gives."""

    @property
    def report(self) -> pd.DataFrame:
        """One row per label."""

    @property
    def summary(self) -> dict[str, Any]:
        """Figures over all labels."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out."""


def show_training(report: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show what a tagger gets right beside the rules, label by label.

    Parameters
    ----------
    report : DataFrame
        Of a training: :data:`csqa.cause_results.TRAINING_COLUMNS`.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        A table and how to read it.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> from csqa.cause_results import TRAINING_COLUMNS
    >>> row = dict.fromkeys(TRAINING_COLUMNS, 0.5) | {"cause": "slow", "verdict": "model"}
    >>> "标注器" in show_training(pd.DataFrame([row])).html
    True
    """
    check_option("language", language, LANGUAGES)
    texts = {key: pair[LANGUAGES.index(language)] for key, pair in TEXTS.items()}
    columns = [name for name in TEXTS if name in report and name != "verdict"]
    rows = [_row(row, columns, texts) for row in records(report)]
    heads = [texts[name] for name in (*columns, "verdict")]
    return table(heads, rows, numeric=heads[1:-1]) + paragraph(texts["reading"])


def _row(row: dict[str, Any], columns: list[str], texts: dict[str, str]) -> list[Cell]:
    mark, kind = MARKS[row["verdict"]]
    return [*(_cell(row, name) for name in columns), Badge(mark + texts[row["verdict"]], kind)]


def _cell(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if name == "cause" or pd.isna(value):
        return "–" if pd.isna(value) else str(value)
    if name == "positives":
        return f"{int(value):,}"
    if name == "difference":
        span = f"{row['difference_lower']:+.2f} – {row['difference_upper']:+.2f}"
        return f"{value:+.2f}（{span}）"
    return f"{value:.2f}"


def describe_training(training: Trained) -> Iterator[str]:
    """Say in Chinese, line by line, what came of a training.

    Parameters
    ----------
    training : Training
        From :func:`csqa.train_causes`.

    Yields
    ------
    str
        A line.
    """
    summary = training.summary
    counts = f"学了 {summary['n']:,} 条文字（不同的 {summary['different']:,} 条）"
    yield f"{counts}；以下都在没有用来训练的文字上算。"
    if summary["against"] == "always":
        yield "没有可比的规则：以下“规则”指不看文字、条条都标上。"
    yield from (f"  {_line(row)}" for row in records(training.report))
    yield (
        f"宏平均 F1：规则 {summary['rules_macro_f1']:.2f}，标注器 {summary['macro_f1']:.2f}，"
        f"按上面的取舍合用 {summary['used_macro_f1']:.2f}；"
        f"校准误差 {summary['calibration_error']:.3f}"
    )
    if summary["sure_precision"] is not None:
        yield (
            f"概率不低于 {summary['sure']:.1f} 的占 {100 * summary['sure_coverage']:.0f}%，"
            f"其中 {100 * summary['sure_precision']:.0f}% 是对的"
        )
    yield from (f"注意：{note}" for note in training.notes)


def _line(row: dict[str, Any]) -> str:
    if row["verdict"] == "too_few":
        return f"{row['cause']}：{row['positives']} 条，样本不足，仍由规则判断"
    used = TEXTS[row["verdict"]][0]
    threshold = "" if pd.isna(row["threshold"]) else f"，阈值 {row['threshold']:.2f}"
    return (
        f"{row['cause']}：{row['positives']} 条，F1 规则 {_cell(row, 'rules_f1')}，"
        f"标注器 {_cell(row, 'f1')}（准确率 {_cell(row, 'precision')}，"
        f"召回率 {_cell(row, 'recall')}），校准误差 {row['calibration_error']:.3f}{threshold}"
        f" → 用{used}"
    )

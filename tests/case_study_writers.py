"""What the computed parts of docs/case_study.md say, one function each."""

from collections.abc import Iterable

import pandas as pd

from csqa import words
from csqa.show.palette import VERDICTS
from tests.case_study_facts import count_months, tell
from tests.case_study_judgements import (
    FCR,
    JUDGED,
    LEARN,
    NOTHING,
    PROCESS,
    REOPENED,
    TIME,
    WATCHED,
)
from tests.case_study_log import MONTHS
from tests.case_study_verdicts import LAST_WEEK, NAMED, SILENT, VARIANTS, Study

LEVELS = {"team": "组", "agent_id": "人"}
METRICS = {FCR: "一次解决率", REOPENED: "重开率", TIME: "办结时长"}
NOT_LOOKED_AT = "还没有打开单子看过"
BRIEF = {
    "better": "优于同类",
    "watch_better": "略优",
    "no_difference": "无差异",
    "watch_worse": "略差",
    "worse": "差于同类",
    "too_few": "样本不足",
}
SIDE = {"better": 1, "watch_better": 1, "watch_worse": -1, "worse": -1}


def key_of(row: pd.Series) -> tuple[str, str, str]:
    """Level, unit and metric: what a judgement is about."""
    return row["level"], row["unit"], row["metric"]


def judgement(row: pd.Series) -> tuple[str, str]:
    """What we would do about a verdict, and why; who is only watched is left alone."""
    key = key_of(row)
    decision, reason = JUDGED.get(key) or (NOTHING, WATCHED.get(key, NOT_LOOKED_AT))
    kept, told = lasting(row)
    of_variants = {name: BRIEF.get(row[name], "不适用") for name in (*VARIANTS, "verdict")}
    return decision, reason.format(lasting=f"{told} 种改口径，{kept} 种同向", **of_variants)


def choose(study: Study) -> pd.DataFrame:
    """Units that csqa names or watches: teams first, by metric, then by number."""
    rows = study.across[~study.across["verdict"].isin(SILENT)]
    keys = rows.assign(agents=rows["level"] == "agent_id", number=rows["unit"].astype(int))
    return rows.loc[keys.sort_values(["agents", "metric", "number"], kind="stable").index]


def split(study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Those to be explained one by one, named or something to be done; those only watched."""
    rows = choose(study)
    to_do = [judgement(row)[0] == PROCESS for _, row in rows.iterrows()]
    told = rows["verdict"].isin(NAMED) | pd.Series(to_do, index=rows.index)
    return rows[told], rows[~told]


def short_reason(row: pd.Series) -> str:
    """The first sentence of it, for a table."""
    decision, reason = judgement(row)
    first = reason.split("。")[0]
    return f"{decision}：{first}" if decision == LEARN else first


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Lines of a Markdown table."""
    head = list(header)
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def sign(verdict: object) -> str:
    """Shape of a verdict; a dash where a variant does not apply."""
    return VERDICTS[str(verdict)].sign if isinstance(verdict, str) else "–"


def lasting(row: pd.Series) -> tuple[int, int]:
    """Of the variants that apply, how many point the same way."""
    told = [row[name] for name in VARIANTS if isinstance(row[name], str)]
    return sum(SIDE.get(v) == SIDE[row["verdict"]] for v in told), len(told)


def unit_text(row: pd.Series) -> str:
    return f"{LEVELS[row['level']]} {row['unit']}"


def value_text(row: pd.Series) -> tuple[str, str]:
    """Value and expected value, shares of reopened with two decimals."""
    if row["metric"] == REOPENED:
        return f"{100 * row['value']:.2f}%", f"{100 * row['expected']:.2f}%"
    kind = row["kind"]
    return words.format_value(row["value"], kind), words.format_value(row["expected"], kind)


def write_data(study: Study) -> str:
    found = study.incidents
    teams, agents = found["team"].nunique(), found["agent"].nunique()
    counts = "、".join(f"{m} {(found['month'] == m).sum():,}" for m in MONTHS)
    return (
        f"- {study.rows['events']:,} 条事件日志，{study.rows['loaded']:,} 张单子；"
        f"其中 {study.rows['incidents']:,} 张在 2016 年 6 月之前开单。\n"
        f"- 比较用三个完整的月：{len(found):,} 张（{counts}），{teams} 个组、{agents} 个处理人。\n"
        f"- {found['contact_type'].eq('Phone').mean():.2%} 是电话；"
        f"{found['seconds'].isna().sum():,} 张没有解决时间，其中 "
        f"{(found['seconds'].isna() & found['team'].eq('70')).sum():,} 张在一线台 70 组；"
        f"{found['agent'].isna().sum()} 张没有处理人。\n"
    )


def write_checks(study: Study) -> str:
    return "".join(f"- {line}\n" for line in study.warnings)


def write_counts(study: Study) -> str:
    lines = []
    for level, name in LEVELS.items():
        rows = study.across[study.across["level"] == level]
        judged = rows[rows["verdict"] != "too_few"]
        chosen = choose(study)
        chosen = chosen[chosen["level"] == level]
        mine = chosen[chosen["verdict"].isin(NAMED)]
        watched = len(chosen) - len(mine)
        held = sum(lasting(row)[0] == lasting(row)[1] for _, row in mine.iterrows())
        lines.append(
            [
                f"按{name}",
                f"{judged['unit'].nunique()}",
                f"{len(judged)}",
                f"{len(mine)}",
                f"{held}",
                f"{watched}",
            ]
        )
    header = ["", "够数的单元", "判断", "点名", "其中改口径全站得住", "只留意"]
    return table(header, lines)


def write_named(study: Study) -> str:
    lines = []
    for _, row in split(study)[0].iterrows():
        value, expected = value_text(row)
        decision, _ = judgement(row)
        lines.append(
            [
                f"{unit_text(row)} · {METRICS[row['metric']]}",
                f"{value}（{expected}）",
                f"{row['n']:,}",
                f"{row['q']:.2g}",
                f"{sign(row['verdict'])} {words.label(row['verdict'])}",
                *(sign(row[name]) for name in VARIANTS),
                decision,
            ]
        )
    header = ["单元 · 指标", "值（同类预期）", "n", "q", "csqa 的判断"]
    return table([*header, "不分层", "去大客户", "分转派", "按首接人", "我们的结论"], lines)


def write_reasons(study: Study) -> str:
    lines = []
    for _, row in split(study)[0].iterrows():
        level, unit, metric = key_of(row)
        decision, reason = judgement(row)
        facts = tell(study.incidents, level, unit, metric)
        per_month = count_months(study.incidents, level, unit)
        lines.append(
            f"- **{unit_text(row)} · {METRICS[metric]} {sign(row['verdict'])}** "
            f"{decision}。{reason}（每月 {per_month} 件；{facts}。）\n"
        )
    return "".join(lines)


def write_watched(study: Study) -> str:
    lines = []
    for _, row in split(study)[1].iterrows():
        value, expected = value_text(row)
        kept, told = lasting(row)
        lines.append(
            [
                f"{unit_text(row)} · {METRICS[row['metric']]} {sign(row['verdict'])}",
                f"{value}（{expected}）",
                count_months(study.incidents, row["level"], row["unit"]),
                f"{kept}/{told}",
                short_reason(row),
            ]
        )
    return table(["单元 · 指标", "值（同类预期）", "每月件数", "改口径仍同向", "打开看到"], lines)


def write_months(study: Study) -> str:
    lines = []
    for month in MONTHS:
        rows = study.months[study.months["period"] == month].set_index("metric")
        cells = [
            words.format_value(rows.loc[m, "value"], rows.loc[m, "kind"]) for m in (FCR, REOPENED)
        ]
        mean = words.format_value(rows.loc[TIME, "value"], "seconds")
        median = words.format_value(study.medians[month], "seconds")
        label = words.label(rows.loc[TIME, "persistence"])
        lines.append([month, f"{rows['n'].max():,}", *cells, mean, median, label])
    return table(
        ["月份", "n", "一次解决率", "重开率", "平均办结时长", "中位数", "办结时长：偶发还是持续"],
        lines,
    )


def write_weeks(study: Study) -> str:
    rows = study.weeks[study.weeks["metric"] == TIME]
    signals = [
        f"{words.label(kind)} {_weeks_of(rows, kind)}" for kind in ("concern", "improvement")
    ]
    quiet = "，".join(f"{METRICS[m]} {_quiet_weeks(study, m)}/{len(rows)}" for m in (FCR, REOPENED))
    change = study.change
    return (
        f"- 办结时长，{len(rows)} 周（{rows['period'].iloc[0]} 至 {LAST_WEEK}）："
        f"{'；'.join(signals)}。没有信号的周：{quiet}。\n"
        f"- 三月到五月平均办结时长变化 {change['change']:+.1f} 天：组的构成 {change['mix']:+.1f} 天"
        f"（一线台 70 组的份额 {change['desk_first']:.0%} → {change['desk_last']:.0%}），"
        f"各组自身 {change['pace']:+.1f} 天。\n"
    )


def _weeks_of(rows: pd.DataFrame, variation: str) -> str:
    found = rows.loc[rows["variation"] == variation, "period"].str.removeprefix("2016-")
    return "、".join(found) or "无"


def _quiet_weeks(study: Study, metric: str) -> int:
    rows = study.weeks[study.weeks["metric"] == metric]
    return int((rows["variation"] == "common").sum())

"""What docs/case_study.md says of verdicts not to be defended; and the list of its parts."""

from collections.abc import Callable

import pandas as pd

from csqa import words
from tests.case_study_facts import tell
from tests.case_study_judgements import FCR, REOPENED, TIME
from tests.case_study_log import MONTHS
from tests.case_study_verdicts import LAST_WEEK, Study
from tests.case_study_writers import (
    BRIEF,
    unit_text,
    value_text,
    write_checks,
    write_counts,
    write_data,
    write_months,
    write_named,
    write_reasons,
    write_watched,
    write_weeks,
)

YEAR = 365.25 * 86_400
NO_LIMIT = 10 * YEAR
"""A limit of a time to resolution beyond which it says nothing."""
MIRRORED = ("134", "84", "214")
"""Agents of one team of three: one low, and so the two others high."""
TAKEN_OVER = ("115", "13")
"""Agents who take over what others closed, and whose own is taken over."""


def write_uncut(study: Study) -> str:
    weeks = study.weeks_uncut[study.weeks_uncut["metric"] == FCR].set_index("period")
    cut = study.weeks[study.weeks["metric"] == FCR].set_index("period")
    last = weeks.iloc[-1]
    months = study.months_uncut
    late = months[(months["period"] > MONTHS[-1]) & months["complete"].astype(bool)]
    rates = late[late["metric"] == FCR]
    times = late[late["metric"] == TIME]
    return (
        f"- {weeks.index[-1]} 的一次解决率成了 {last['value']:.1%}（n={last['n']:,}），"
        f"csqa 判“{words.label(last['variation'])}”；截断后，最后能判的一周 {LAST_WEEK} 是 "
        f"{cut.loc[LAST_WEEK, 'value']:.1%}（n={cut.loc[LAST_WEEK, 'n']:,}）。\n"
        f"- 六月以后 {len(rates)} 个月算作“完整”，每月只有 {rates['n'].min()}–{rates['n'].max()} 张"
        f"：一次解决率 {(rates['variation'] == 'improvement').sum()} 个月判“特殊原因·改善”；"
        f"办结时长的控制限下限成了 {times['lower_limit'].iloc[0] / 86400:.1f} 天。\n"
    )


def _agent(study: Study, agent: str, metric: str) -> pd.Series:
    rows = study.across.set_index(["level", "metric", "unit"], drop=False)
    return rows.loc[("agent_id", metric, agent)]


def write_mirror(study: Study) -> str:
    told = []
    for agent in MIRRORED:
        row = _agent(study, agent, FCR)
        value, expected = value_text(row)
        now, then = BRIEF[row["verdict"]], BRIEF[row["light"]]
        told.append(f"人 {agent}：{value}，同类 {expected}，{now}；去大客户后{then}")
    return "".join(f"   - {line}。\n" for line in told)


def write_alone(study: Study) -> str:
    rows = study.across.query("metric == @TIME and verdict not in ['too_few']")
    wide = rows[rows["upper_limit"] > NO_LIMIT]
    told = [
        f"{unit_text(row)}（n={row['n']:,}）的上限约 {row['upper_limit'] / YEAR:,.0f} 年，"
        f"判“{words.label(row['verdict'])}”"
        for _, row in wide.iterrows()
    ]
    return "".join(f"   - {line}。\n" for line in told or ["这一版里没有这样的单元"])


def write_takers(study: Study) -> str:
    told = []
    for agent in TAKEN_OVER:
        row = _agent(study, agent, REOPENED)
        facts = tell(study.incidents, "agent_id", agent, REOPENED)
        told.append(f"人 {agent}（{BRIEF[row['verdict']]}）：{facts}")
    return "".join(f"   - {line}。\n" for line in told)


WRITERS: dict[str, Callable[[Study], str]] = {
    "数据": write_data,
    "检查": write_checks,
    "计数": write_counts,
    "点名": write_named,
    "理由": write_reasons,
    "留意": write_watched,
    "月": write_months,
    "周": write_weeks,
    "不截断": write_uncut,
    "镜像": write_mirror,
    "没有同类": write_alone,
    "归属": write_takers,
}

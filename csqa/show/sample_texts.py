"""What is said of a sample, its audit and its filled sheets, line by line."""

from collections.abc import Iterator
from math import isinf
from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.engine.assignment_sheets import SHEET
from csqa.frames import records
from csqa.stats import acceptance_probability

if TYPE_CHECKING:
    from csqa.assignments import FilledAssignments
    from csqa.rules.sampling import Sampling
    from csqa.sample_audit import SampleAudit

REASONS = {
    "proportional": "按比例",
    "complaint": "投诉",
    "low_csat": "满意度很低",
    "high_csat": "满意度很高",
    "at_least_one": "每个工号至少一条",
}
PROMISES = {"draw": "每次抽样至少一条", "day": "每天至少一条", "none": "不保证"}
DIMENSIONS = {
    "agent_id": "工号",
    "peak": "时段",
    "customer_type": "客户类型",
    "channel": "渠道",
    "feedback": "客户反馈",
    "stratum": "层",
    "day": "日期",
}
FEEDBACK = {"positive": "正面", "neutral": "中性", "negative": "负面", "no_feedback": "没有评价"}
VERDICTS = {"selective": "像是挑过的", "no_sign": "看不出挑选", "too_few": "样本不足，不判断"}
MOST_LISTED = 20
MOST_STRATA = 5
MOST_SHARE = 0.20  # G5: 10–20 % of records a day


def describe_rules(rules: "Sampling") -> Iterator[str]:
    """Say what the rules of a sample come to."""
    yield "抽样规则可用。"
    yield f"  一般记录：{_share(rules.rate)}"
    for group, factor in rules.factors:
        told = "全部" if isinf(factor) else f"{factor:g} 倍"
        yield f"  {REASONS[group]}：{told}，即 {_share(rules.probability(group))}"
    strata = [DIMENSIONS.get(name, words.label(name)) for name in ("agent_id", *rules.strata)]
    yield f"  分层：{' × '.join(strata)}"
    yield f"  有记录的工号：{PROMISES[rules.at_least_one]}"
    yield f"  双评：{_share(rules.double_coded)}"
    yield f"  质检员：{'、'.join(rules.inspectors) or '没有名单，分成 A、B 两份'}"


def describe_sample(picked: pd.DataFrame, contacts: int, period: str) -> Iterator[str]:
    """Say what was drawn."""
    share = _share(len(picked) / contacts)
    yield f"{period or '全部数据'}：{contacts:,} 条可抽，抽中待评 {len(picked):,} 条（{share}）。"
    counts = picked["reason"].value_counts()
    parts = [f"{told} {counts[name]:,}" for name, told in REASONS.items() if name in counts]
    yield f"原因：{'，'.join(parts) or '无'}。"
    agents, twice = picked["agent_id"].nunique(), int(picked["double_coded"].sum())
    yield f"覆盖 {agents} 个工号；其中 {twice} 条由两位质检员各自评。"
    if len(picked) > MOST_SHARE * contacts and counts.get("at_least_one", 0) > len(picked) / 4:
        yield (
            "超过 20%，多半因为“每个工号至少一条”：记录少时可按周或按月抽，"
            "或在规则里写 at_least_one: none。"
        )


def describe_audit(audit: "SampleAudit", *, limit: int = MOST_LISTED) -> Iterator[str]:
    """Say what an audit found."""
    whole = audit.precision.iloc[0]
    share = _share(whole["n"] / whole["contacts"])
    told = f"{whole['contacts']:,} 条记录中检查了 {whole['n']:,} 条（{share}）"
    yield f"{told}；合格率能精确到 ±{_points(whole['margin'])}。"
    yield from _describe_missing(audit.coverage, limit)
    for row in records(audit.selection):
        told = f"按{DIMENSIONS[row['dimension']]}：{VERDICTS[row['verdict']]}"
        if row["verdict"] == "too_few":
            yield f"{told}（{row['n']} 条）。"
            continue
        worst = f"；偏多 {row['most_over']}，偏少 {row['most_under']}"
        named = worst if row["verdict"] == "selective" else ""
        yield f"{told}（χ²={row['statistic']:.1f}，调整后 p={row['q']:.3f}{named}）。"
    for kind in ("team", "agent_id"):
        yield from _describe_precision(audit.precision, kind)
    kinds = audit.replacements["kind"].value_counts()
    if len(kinds):
        extra, lost = (
            kinds.get(f"{x}", 0) for x in ("inspected_not_picked", "picked_not_inspected")
        )
        yield f"与抽样名单相比：名单外质检 {extra:,} 条，名单内没有质检 {lost:,} 条。"
    passes = acceptance_probability(2, 100, [0.01, 0.02, 0.03, 0.05])
    odds = "、".join(
        f"{rate}% 时 {100 * p:.0f}%" for rate, p in zip((1, 2, 3, 5), passes, strict=True)
    )
    yield f"提醒：“每百条不超过 2 次”抽 100 条能通过的机会，真实差错率 {odds}。"


def _describe_missing(coverage: pd.DataFrame, limit: int) -> Iterator[str]:
    missing = coverage[coverage["verdict"] == "missing"]
    if missing.empty:
        yield "覆盖：每个工号、时段、客户类型、渠道、反馈类别和应抽到的层都有。"
        return
    for dimension, rows in missing.groupby("dimension", sort=False):
        values = [_name(value) for value in rows["value"]]
        most = min(limit, MOST_STRATA) if dimension == "stratum" else limit
        listed = "、".join(values[:most])
        more = f" 等 {len(values)} 个" if len(values) > most else ""
        yield f"没有检查到的{DIMENSIONS[str(dimension)]}：{listed}{more}。"


def _name(value: str) -> str:
    """Name a value of a dimension; of a stratum each of its parts."""
    return FEEDBACK.get(value) or "/".join(words.label(part) for part in value.split("/"))


def _describe_precision(precision: pd.DataFrame, kind: str) -> Iterator[str]:
    rows = precision[(precision["unit_kind"] == kind) & precision["margin"].notna()]
    if rows.empty:
        return
    low, middle, high = rows["margin"].min(), rows["margin"].median(), rows["margin"].max()
    spread = f"±{_points(low)} 到 ±{_points(high)}，中间的一个 ±{_points(middle)}"
    yield f"每个{words.label(kind)}的合格率：{spread}。"


def describe_filled(filled: "FilledAssignments") -> Iterator[str]:
    """Say what filled sheets held, and every fault."""
    for row in records(filled.sheets):
        who = row["inspector"] or "没有写名字"
        counts = f"发出 {row['rows']:,} 项，读入 {row['filled']:,}，没填 {row['unfilled']:,}"
        yield f"{row['file']}（{who}）：{counts}，有错 {row['faulty']:,}。"
    for fault in records(filled.faults):
        place = f"第 {fault['row']} 行" if fault["row"] else "整张表"
        sheet = f"工作表“{fault['sheet'] or SHEET}”"
        shown = f"“{fault['value']}”，" if fault["value"] else ""
        yield f"  - {fault['file']} {sheet}{place} {fault['column']}：{shown}{fault['reason']}。"


def _share(value: float) -> str:
    return f"{words.round_half_up(100 * value)}%"


def _points(value: float) -> str:
    return f"{words.round_half_up(100 * value)} 个百分点"

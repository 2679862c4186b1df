"""The measures that csqa knows, each by what its value is: the vocabulary of a standard.

How each is computed in SQL is the engine's business; what a reader must know of it is here.
"""

from dataclasses import dataclass

from csqa.rules.standard import AT_LEAST, Metric


@dataclass(frozen=True)
class Measure:
    """One measure: which table feeds it, and what kind of value it has."""

    kind: str
    """One of :data:`csqa.results.KINDS`."""
    table: str
    needs: tuple[str, ...]
    """Columns of the table without which it cannot be computed."""
    any_of: tuple[str, ...] = ()
    """Columns of which at least one must be given."""
    bad_when: str = "low"
    """For a share: whether a contact misses when its flag is ``low`` (0) or ``high`` (1)."""
    zh: str = ""
    """What one bad contact is, after “42% 的会话……”."""
    en: str = ""
    signed: bool = False
    """Whether its values may be below 0."""
    counts_filled: bool = True
    """Whether every contact with a value in the columns it needs counts, and no other."""


MEASURES: dict[str, Measure] = {
    "first_response_seconds": Measure(
        "seconds",
        "contacts",
        ("first_response_at",),
        bad_when="high",
        zh="的服务响应超过",
        en="took longer than",
    ),
    "handle_seconds": Measure(
        "seconds",
        "contacts",
        ("handle_seconds",),
        bad_when="high",
        zh="的服务处理超过",
        en="took longer than",
    ),
    "resolution_seconds": Measure(
        "seconds",
        "contacts",
        ("resolved_at",),
        bad_when="high",
        zh="的服务办结超过",
        en="took longer than",
    ),
    "business_first_response_seconds": Measure(
        "seconds",
        "contacts",
        ("first_response_at",),
        bad_when="high",
        zh="的服务响应（营业时间内）超过",
        en="took longer, in open hours, than",
    ),
    "business_resolution_seconds": Measure(
        "seconds",
        "contacts",
        ("resolved_at",),
        bad_when="high",
        zh="的服务办结（营业时间内）超过",
        en="took longer, in open hours, than",
    ),
    "first_contact_resolution": Measure(
        "share",
        "contacts",
        (),
        any_of=("first_contact_resolved", "resolved", "resolved_at"),
        bad_when="low",
        zh="未一次解决",
        en="were not resolved at first contact",
    ),
    "resolved": Measure(
        "share",
        "contacts",
        (),
        any_of=("resolved", "resolved_at"),
        bad_when="low",
        zh="未解决",
        en="were not resolved",
    ),
    "within_limit": Measure(
        "share",
        "contacts",
        ("resolved_at", "priority"),
        bad_when="low",
        zh="超过时限",
        en="were over the limit",
    ),
    "over_limit": Measure(
        "share",
        "contacts",
        ("resolved_at", "priority"),
        bad_when="high",
        zh="超过时限",
        en="were over the limit",
    ),
    "within_response_limit": Measure(
        "share",
        "contacts",
        ("first_response_at",),
        bad_when="low",
        zh="首次响应超过时限",
        en="were answered over the limit",
        counts_filled=False,
    ),
    "reopened": Measure(
        "share",
        "contacts",
        ("reopened",),
        bad_when="high",
        zh="被重开",
        en="were reopened",
    ),
    "departments": Measure(
        "number",
        "contacts",
        ("departments",),
        bad_when="high",
        zh="经过部门数超过",
        en="passed more than",
    ),
    "transferred": Measure(
        "share",
        "contacts",
        ("departments",),
        bad_when="high",
        zh="经过多个部门",
        en="were transferred",
    ),
    "csat_satisfied": Measure(
        "share",
        "contacts",
        ("csat",),
        bad_when="low",
        zh="的评价不满意",
        en="of ratings were not satisfied",
    ),
    "csat_responded": Measure(
        "share",
        "contacts",
        ("csat",),
        bad_when="low",
        zh="没有评价",
        en="were not rated",
        counts_filled=False,
    ),
    "nps": Measure(
        "nps",
        "contacts",
        ("nps",),
        bad_when="low",
        zh="为贬损者",
        en="were detractors",
    ),
    "complaint": Measure(
        "share",
        "contacts",
        ("complaint",),
        bad_when="high",
        zh="的服务被投诉",
        en="led to a complaint",
    ),
    "repeat_complaint": Measure(
        "share",
        "contacts",
        ("complaint", "customer_id"),
        bad_when="high",
        zh="的投诉是重复投诉",
        en="of complaints followed an earlier one",
        counts_filled=False,
    ),
    "praise": Measure(
        "share",
        "contacts",
        ("praise",),
        bad_when="high",
        zh="的服务受到表扬",
        en="were praised",
    ),
    "answer_wait_seconds": Measure(
        "seconds",
        "contacts",
        ("wait_seconds",),
        bad_when="high",
        zh="的来电排队超过",
        en="waited longer than",
        counts_filled=False,
    ),
    "abandonment": Measure(
        "share",
        "contacts",
        ("abandoned",),
        bad_when="high",
        zh="在排队中放弃",
        en="were abandoned",
        counts_filled=False,
    ),
    "service_level": Measure(
        "share",
        "contacts",
        ("abandoned", "wait_seconds"),
        bad_when="low",
        zh="没有及时接起",
        en="were not answered in time",
        counts_filled=False,
    ),
    "wording_faults": Measure(
        "per_hundred",
        "inspections",
        (),
        bad_when="high",
        zh="的抽检记录有用语问题",
        en="of records had a fault",
    ),
    "accuracy_faults": Measure(
        "per_hundred",
        "inspections",
        (),
        bad_when="high",
        zh="的抽检记录有错误答复",
        en="of records had a fault",
    ),
    "process_faults": Measure(
        "per_hundred",
        "inspections",
        (),
        bad_when="high",
        zh="的抽检记录不合流程",
        en="of records had a fault",
    ),
    "record_score": Measure(
        "number",
        "inspections",
        (),
        bad_when="low",
        zh="的抽检记录得分低于",
        en="of records scored below",
    ),
    "record_score_unkilled": Measure(
        "number",
        "inspections",
        (),
        bad_when="low",
        zh="的抽检记录得分（不计致命项）低于",
        en="of records scored, critical items aside, below",
    ),
    "critical_free": Measure(
        "share",
        "inspections",
        (),
        bad_when="low",
        zh="的抽检记录有致命差错",
        en="of records had a critical error",
    ),
}


def measure_of(metric: Metric) -> Measure:
    """What a metric measures: a measure csqa knows, or one that the standard defines itself.

    Examples
    --------
    >>> measure_of(Metric("csat", (), "experience", "csat_satisfied")).needs
    ('csat',)
    """
    own = metric.own
    if own is None:
        return MEASURES[metric.measure]
    chinese, english = (f"“{metric.name('zh')}”", f'"{metric.name("en")}"')
    if own.kind == "share" and own.bad_when == "high":
        zh, en = f"的服务符合{chinese}的条件", f"met the condition of {english}"
    elif own.kind == "share":
        zh, en = f"的服务不符合{chinese}的条件", f"did not meet the condition of {english}"
    elif metric.direction == AT_LEAST:
        zh, en = f"的服务{chinese}低于", f"had {english} below"
    else:
        zh, en = f"的服务{chinese}超过", f"had {english} above"
    needs = own.needs
    signed = own.kind == "number" and own.expression.signed
    return Measure(own.kind, "contacts", needs, (), own.bad_when, zh, en, signed)

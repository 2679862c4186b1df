"""The measures that csqa knows, each by what its value is: the vocabulary of a standard.

How each is computed in SQL is the engine's business; what a reader must know of it is here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One measure: which table feeds it, and what kind of value it has."""

    kind: str
    """One of :data:`csqa.results.KINDS`."""
    table: str
    needs: tuple[str, ...]
    """Columns of the table without which it cannot be computed."""
    bad_when: str = "low"
    """For a share: whether a contact misses when its flag is ``low`` (0) or ``high`` (1)."""
    zh: str = ""
    """What one bad contact is, after “42% 的会话……”."""
    en: str = ""


MEASURES: dict[str, Measure] = {
    "first_response_seconds": Measure(
        "seconds", "contacts", ("first_response_at",), "high", "的服务响应超过", "took longer than"
    ),
    "handle_seconds": Measure(
        "seconds", "contacts", ("handle_seconds",), "high", "的服务处理超过", "took longer than"
    ),
    "resolution_seconds": Measure(
        "seconds", "contacts", ("resolved_at",), "high", "的服务办结超过", "took longer than"
    ),
    "first_contact_resolution": Measure(
        "share", "contacts", (), "low", "未一次解决", "were not resolved at first contact"
    ),
    "resolved": Measure("share", "contacts", (), "low", "未解决", "were not resolved"),
    "reopened": Measure("share", "contacts", ("reopened",), "high", "被重开", "were reopened"),
    "departments": Measure(
        "number", "contacts", ("departments",), "high", "经过部门数超过", "passed more than"
    ),
    "csat_satisfied": Measure(
        "share", "contacts", ("csat",), "low", "的评价不满意", "of ratings were not satisfied"
    ),
    "nps": Measure("nps", "contacts", ("nps",), "low", "为贬损者", "were detractors"),
    "complaint": Measure(
        "share", "contacts", ("complaint",), "high", "的服务被投诉", "led to a complaint"
    ),
    "praise": Measure("share", "contacts", ("praise",), "high", "的服务受到表扬", "were praised"),
    "wording_faults": Measure(
        "per_hundred", "inspections", (), "high", "的抽检记录有用语问题", "of records had a fault"
    ),
    "accuracy_faults": Measure(
        "per_hundred", "inspections", (), "high", "的抽检记录有错误答复", "of records had a fault"
    ),
    "process_faults": Measure(
        "per_hundred", "inspections", (), "high", "的抽检记录不合流程", "of records had a fault"
    ),
}

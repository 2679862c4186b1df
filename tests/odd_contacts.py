"""Tables with everything that engines are known to see differently, each row by hand."""

import datetime as dt

import pandas as pd

ZONE = "Europe/Berlin"

STANDARD = """
settings: {resolution_limit_hours: {urgent: 2, high: 8, low: 20.5}, repeat_complaint_days: 14}
standards:
  - effective: 2024-01-01
    weights: {efficiency: 1}
    dimensions: {efficiency: {zh: 效率, en: Efficiency}}
    metrics:
      response:
        name: {zh: 响应, en: Response}
        dimension: efficiency
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
        except:
          - {scene: aftersale, target: {at_most: 45}, note: 较复杂}
          - {peak: true, target: {at_most: 45}, note: peak}
      handling:
        name: {zh: 处理, en: Handling}
        dimension: efficiency
        measure: handle_seconds
        target: {at_most: 300}
        deduct: {points: 10, per: 60}
      first_contact:
        name: {zh: 一次解决, en: First contact}
        dimension: efficiency
        measure: first_contact_resolution
        target: {at_least: 0.9}
        deduct: {points: 2, per: 0.01}
      in_time:
        name: {zh: 时限, en: In time}
        dimension: efficiency
        measure: within_limit
        target: {at_least: 0.9}
        deduct: {points: 2, per: 0.01}
      nps:
        name: {zh: 推荐, en: NPS}
        dimension: efficiency
        measure: nps
        target: {at_least: 0}
        deduct: {points: 2, per: 0.01}
      queue_level:
        name: {zh: 服务水平, en: Service level}
        dimension: efficiency
        measure: service_level
        target: {at_least: 0.8}
      left_queue: {name: {zh: 放弃, en: Abandoned}, dimension: efficiency, measure: abandonment}
      waited: {name: {zh: 排队, en: Waited}, dimension: efficiency, measure: answer_wait_seconds}
      moved: {name: {zh: 转派, en: Moved}, dimension: efficiency, measure: transferred}
      late: {name: {zh: 超时, en: Late}, dimension: efficiency, measure: over_limit}
      answered_in_time:
        name: {zh: 首响, en: Answered}
        dimension: efficiency
        measure: within_response_limit
      rated: {name: {zh: 评价, en: Rated}, dimension: efficiency, measure: csat_responded}
      complained_again:
        name: {zh: 重复投诉, en: Again}
        dimension: efficiency
        measure: repeat_complaint
      good_of_resolved:
        name: {zh: 好评, en: Good}
        dimension: efficiency
        measure: {numerator: csat >= 4, denominator: resolved}
      minutes_of_complaints:
        name: {zh: 分钟, en: Minutes}
        dimension: efficiency
        measure: {numerator: handle_seconds / 60, denominator: NOT reopened, kind: number}
      wording:
        name: {zh: 用语, en: Wording}
        dimension: efficiency
        measure: wording_faults
        target: {at_most: 5}
        deduct: {points: 2, per: 1}
  - effective: 2025-03-15
    metrics: {response: {target: {at_most: 20}}}
"""

TEAMS = ["A", "a", "a ", "甲组 'x\\", 'b"`;--', "😀", None]


def make_frames() -> dict[str, pd.DataFrame]:
    """Contacts with inspections, feedback and teams, in the order of their keys."""
    contacts = pd.DataFrame([*_many(), *_bad()], columns=_COLUMNS)
    contacts = contacts.astype(
        {
            "created_at": "datetime64[us]",
            "first_response_at": "datetime64[us]",
            "resolved_at": "datetime64[us]",
            "handle_seconds": "float64",
            "resolved": "boolean",
            "reopened": "boolean",
            "complaint": "boolean",
            "abandoned": "boolean",
            "wait_seconds": "float64",
            "departments": "Int64",
            "nps": "Int64",
            "csat": "float64",
        }
    )
    ordered = contacts.sort_values(
        ["contact_id", "customer_id"], kind="stable", na_position="last", ignore_index=True
    )
    return {"contacts": ordered, **_others()}


_COLUMNS = [
    "contact_id",
    "customer_id",
    "channel",
    "scene",
    "topic",
    "priority",
    "agent_id",
    "first_agent_id",
    "team",
    "created_at",
    "first_response_at",
    "resolved_at",
    "handle_seconds",
    "resolved",
    "reopened",
    "csat",
    "nps",
    "complaint",
    "abandoned",
    "wait_seconds",
    "departments",
]

MOMENTS = [
    "2024-12-29 23:59:59.999999",
    "2024-12-30 00:00:00",  # ISO week 2025-W01
    "2024-12-31 23:59:59.5",
    "2025-01-01 00:00:00",
    "2025-01-08 00:00:00",  # seven days later, to the microsecond
    "2025-01-15 00:00:00.001",  # a millisecond more
    "2025-03-14 23:59:59",
    "2025-03-15 00:00:00",  # the standard changes
    "2025-03-30 01:59:59",
    "2025-03-30 02:30:00",  # skipped by the clock
    "2025-03-30 03:00:00",
    "2025-06-30 23:59:59.999999",
    "2025-07-01 00:00:00",
    "2025-10-26 02:30:00",  # twice on the clock
    "2025-10-26 03:00:00",
    "2025-12-29 12:00:00",  # ISO week 2026-W01
    "2026-01-01 10:30:00",
    "2026-01-08 10:30:00",
]


def _many() -> list[list[object]]:
    rows: list[list[object]] = []
    for i in range(len(MOMENTS) * 6):
        at = pd.Timestamp(MOMENTS[i % len(MOMENTS)])
        waited = dt.timedelta(microseconds=(i * 7_919_123) % 90_000_000)
        resolved = None if i % 5 == 0 else at + waited + dt.timedelta(hours=i % 30)
        rows.append(
            [
                f"C{i:04d}",
                None if i % 11 == 0 else f"K{i // len(MOMENTS)}",
                ["phone", "在线", " Email ", "other"][i % 4],
                [None, "aftersale", "presale"][i % 3],
                ["退款", "N/A", "refund\t", "O'Brien\\"][i // len(MOMENTS) % 4],
                ["urgent", "high", None, "LOW"][i % 4],
                [None, "A1", "A2", "中文"][i % 4],
                [None, "A2"][i % 2],
                TEAMS[i % len(TEAMS)],
                at,
                None if i % 7 == 0 else at + waited,
                resolved,
                None if i % 9 == 0 else (i * 37.123) % 900,
                [True, False, None][i % 3],
                [None, False, True][i % 3],
                None if i % 2 else 1 + i % 5,
                None if i % 3 else i % 11,
                [True, True, False, None][i % 7 % 4],
                [False, False, None, True][i % 4],
                None if i % 13 == 0 else (i * 3.0005) % 40,
                None if i % 6 == 0 else i % 5,
            ]
        )
    return rows


def _bad() -> list[list[object]]:
    """Rows that are set aside, or whose twins are."""
    good = next(row for row in _many() if row[0] == "C0001")

    def changed(number: str, **cells: object) -> list[object]:
        row = [number, *good[1:]]
        for name, cell in cells.items():
            row[_COLUMNS.index(name)] = cell
        return row

    early = pd.Timestamp(str(good[9])) - pd.Timedelta("1us")
    return [
        changed("C0001", customer_id="twin"),
        changed("  C0002 ", customer_id="spaced twin"),
        changed("X01", channel="fax"),
        changed("X02", channel=None),
        changed("X03", csat=9.0, nps=11),
        changed("X04", handle_seconds=-0.5),
        changed("X05", created_at=pd.Timestamp("1969-12-31 23:59:59.999500")),
        changed("X06", first_response_at=early),
        changed("X07", resolved_at=early, first_response_at=early),
        changed("X08", created_at=pd.Timestamp("2099-01-01")),
        changed("X09", priority="¿qué?"),
        changed("Y\\'\"`--;", customer_id="甲 '\\"),
        changed("c0001", customer_id="k0"),
        [None, *good[1:]],
    ]


def _others() -> dict[str, pd.DataFrame]:
    inspections = pd.DataFrame(
        {
            "contact_id": ["C0003", "C0003", "C0004", "C0005", "X01", "nobody"],
            "item": ["accuracy", "wording", "wording", "process", "wording", "wording"],
            "result": ["pass", "fail", "N/A", "不合格", "fail", "fail"],
            "points": [None, 2.0, 0.0, 1.5, 1.0, 1.0],
        }
    )
    feedback = pd.DataFrame(
        {
            "feedback_id": ["F1", "F2", "F3"],
            "contact_id": ["C0003", "nobody", None],
            "at": pd.Series(
                pd.to_datetime(
                    ["2025-03-30 02:30:00.0", "2025-10-26 02:30:00.5", "2025-01-01 00:00:00.0"]
                ),
                dtype="datetime64[us]",
            ),
            "rating": [5.0, 1.0, 3.5],
        }
    )
    teams = pd.DataFrame(
        {
            "agent_id": ["A1", "A1", "A2"],
            "team": ["早班", "晚班", "a"],
            "since": pd.Series(
                pd.to_datetime(["2024-01-01", "2025-03-16", "2025-01-01"]), dtype="datetime64[s]"
            ),
            "until": pd.Series(pd.to_datetime(["2025-03-15", None, None]), dtype="datetime64[s]"),
        }
    )
    return {"inspections": inspections, "feedback": feedback, "agent_teams": teams}

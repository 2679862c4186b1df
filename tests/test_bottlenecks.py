"""Which node costs most: a planted one is found, and nothing is called one by chance."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.step_results import BOTTLENECK_COLUMNS
from tests.tables import write

LIMITS = """
processes:
  - effective: 2025-01-01
    nodes:
      in: {name: 接, limit_hours: 2}
      work: {name: 做, limit_hours: 2}
      wait: {name: 等, paused: true, limit_hours: 1}
      out: {name: 完, closes: true}
"""


def make(hours: dict[str, dict[str, float]], contacts: int = 60, seed: int = 1) -> csqa.Dataset:
    """Contacts of some months; each node takes so long on average, drawn from an exponential."""
    draw = np.random.default_rng(seed)
    made: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for month, means in hours.items():
        for number in range(contacts):
            name = f"{month}/{number}"
            at = pd.Timestamp(f"{month}-02") + pd.Timedelta(hours=float(draw.uniform(0, 240)))
            contact = {"contact_id": name, "channel": "online", "created_at": at}
            for step, mean in means.items():
                rows.append({"contact_id": name, "step": step, "entered_at": at})
                at += pd.Timedelta(hours=float(draw.exponential(mean)))
            rows.append({"contact_id": name, "step": "完", "entered_at": at})
            made.append(contact | {"resolved_at": at})
    return csqa.load({"contacts": pd.DataFrame(made), "steps": pd.DataFrame(rows)})


@pytest.fixture
def process(tmp_path: Any) -> csqa.rules.process.Process:
    return csqa.read_process(write(tmp_path, LIMITS, "process.yml"))


def test_a_planted_bottleneck_is_found_with_its_share(process: Any) -> None:
    data = make({"2025-06": {"接": 1, "做": 6, "等": 50}}, contacts=400)
    found = csqa.find_bottlenecks(data, process, period="2025-06").set_index("step")
    assert set(found.reset_index().columns) == set(BOTTLENECK_COLUMNS)
    assert found["verdict"].to_dict() == {
        "work": "bottleneck",
        "in": "no_bottleneck",
        "out": "no_bottleneck",
        "wait": "waits_for_others",
    }
    # Time beyond 2 h of an exponential of mean m is m·exp(-2/m).
    beyond = {"in": np.exp(-2), "work": 6 * np.exp(-1 / 3)}
    truth = beyond["work"] / sum(beyond.values())
    assert found.loc["work", "lower"] < truth < found.loc["work", "upper"]
    assert found.loc["work", "rank"] == 1
    assert np.isnan(found.loc["wait", "cost_share"])
    assert set(found["basis"]) == {"beyond_limit"}


def test_costs_are_those_worked_out_by_plain_pandas(process: Any) -> None:
    data = make({"2025-05": {"接": 3, "做": 3}, "2025-06": {"接": 3, "做": 9}})
    found = csqa.find_bottlenecks(data, process, period="2025-06", baseline_months=1)
    steps = data.table("steps").sort_values(["contact_id", "entered_at"])
    taken = steps.groupby("contact_id")["entered_at"].shift(-1) - steps["entered_at"]
    hours = taken.dt.total_seconds() / 3600
    month = steps["contact_id"].str[:7]
    beyond = (hours - 2).clip(lower=0)
    mean = beyond[steps["step"] == "做"].groupby(month).sum() / 60
    work = found.set_index("step").loc["work"]
    # Times are kept to the millisecond.
    assert work["per_contact_hours"] == pytest.approx(mean["2025-06"], abs=1e-5)
    assert work["before_hours"] == pytest.approx(mean["2025-05"], abs=1e-5)
    assert work["change"] == "rising"
    assert work["change_lower"] < work["change_hours"] < work["change_upper"]


def test_equal_nodes_are_only_perhaps_bottlenecks(process: Any) -> None:
    data = make({"2025-05": {"接": 4, "做": 4}, "2025-06": {"接": 4, "做": 4}}, contacts=300)
    found = csqa.find_bottlenecks(data, process, period="2025-06").set_index("step")
    assert set(found.loc[["in", "work"], "verdict"]) == {"maybe_bottleneck"}
    assert set(found["change"]) == {"no_difference"}
    again = csqa.find_bottlenecks(data, process, period="2025-06").set_index("step")
    pd.testing.assert_frame_equal(found, again)


def test_few_contacts_are_too_few(process: Any) -> None:
    found = csqa.find_bottlenecks(
        make({"2025-06": {"接": 1, "做": 9}}, contacts=20), process, period="2025-06"
    )
    assert set(found["verdict"]) == {"too_few"}
    assert set(found["change"]) == {"too_few"}


def test_without_limits_all_time_counts() -> None:
    data = make({"2025-06": {"甲": 1, "乙": 5}})
    found = csqa.find_bottlenecks(data, period="2025-06")
    assert set(found["basis"]) == {"total"}
    assert found.loc[0, ["step", "verdict"]].tolist() == ["乙", "bottleneck"]


def test_a_late_month_is_not_better_for_being_looked_at_shortly() -> None:
    """Each month alike: contacts that never end, created on the tenth; only the last is recent."""
    months = [f"2025-{month:02d}" for month in range(1, 7)]
    rows = [
        {"contact_id": f"{month}/{number}", "step": "甲", "entered_at": f"{month}-10 09:00"}
        for month in months
        for number in range(40)
    ]
    steps = pd.DataFrame(rows)
    contacts = steps.rename(columns={"entered_at": "created_at"}).drop(columns="step")
    last = pd.DataFrame({"contact_id": ["Z"], "created_at": ["2025-06-30 23:59"]})
    both = pd.concat([contacts, last]).assign(channel="phone")
    data = csqa.load({"contacts": both, "steps": steps})
    found = csqa.find_bottlenecks(data, period="2025-06", baseline_months=5)
    per_contact = found.loc[0, ["per_contact_hours", "before_hours"]].tolist()
    assert per_contact[0] == pytest.approx(20 * 24 + 15, abs=0.1)
    # Months of 28, 30 and 31 days.
    assert per_contact[1] == pytest.approx(per_contact[0], rel=0.05)

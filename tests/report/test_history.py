"""A standard whose past was changed after a report was made from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import csqa
from csqa.report.history import read_history
from csqa.report.parameters import read_request
from tests.tables import contacts, write


def keep(folder: Path, period: str, content: object) -> None:
    place = folder / f"monthly_diagnostic-{period}"
    place.mkdir(parents=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (place / "manifest.json").write_text(text, "utf-8")


def asked(period: str):
    return read_request("monthly_diagnostic", period, "zh", 30, {})


def test_the_newest_earlier_report_counts(tmp_path: Path) -> None:
    assert read_history(tmp_path, asked("2025-06")) == ""
    for period in ("2025-03", "2025-05", "2025-06", "2025-07"):
        history = [{"effective": period, "fingerprint": "x"}]
        keep(tmp_path, period, {"standard_history": history})
    found = json.loads(read_history(tmp_path, asked("2025-06")))
    assert found == [{"effective": "2025-05", "fingerprint": "x"}]


def test_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    keep(tmp_path, "2025-02", {"standard_history": [{"effective": "a", "fingerprint": "b"}]})
    keep(tmp_path, "2025-03", {"of": "an older csqa"})
    keep(tmp_path, "2025-04", "{half")
    keep(tmp_path, "2025-05", "[]")
    assert json.loads(read_history(tmp_path, asked("2025-06")))[0]["effective"] == "a"


OWN = """
standards:
  - effective: 2025-01-01
    dimensions: {{experience: 体验}}
    weights: {{experience: 1}}
    metrics:
      csat: {{name: 满意度, dimension: experience, measure: csat_satisfied,
             target: {{at_least: {target}}}, deduct: proportional}}
"""


@pytest.mark.slow
def test_a_changed_past_is_said_in_the_next_report(tmp_path: Path) -> None:
    rows = [
        {"created_at": f"2025-{month:02d}-{day:02d} 09:00:00", "csat": 5, "team": "甲组"}
        for month in (5, 6)
        for day in range(1, 31)
    ]
    contacts(*rows).to_csv(tmp_path / "contacts.csv", index=False)
    given = {"source": tmp_path / "contacts.csv", "out": tmp_path / "out", "progress": False}
    given["standard"] = write(tmp_path, OWN.format(target=0.8))

    def page(period: str) -> str:
        made = csqa.run_report("monthly_diagnostic", period=period, **given)
        return (made / "report.html").read_text("utf-8")

    (changed,) = csqa.compare_standards(
        csqa.list_fingerprints(csqa.read_standard(given["standard"])),
        csqa.read_standard(write(tmp_path, OWN.format(target=0.9), "changed.yml")),
    )
    page("2025-05")
    assert changed not in page("2025-06")
    given["standard"] = tmp_path / "changed.yml"
    assert changed in page("2025-06")

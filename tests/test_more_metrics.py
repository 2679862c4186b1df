"""The further metrics of the manual can be copied as they stand, and each is computed."""

import re

import pandas as pd
import pytest
import yaml

import csqa
from csqa.rules.measures import MEASURES
from tests.conftest import ROOT
from tests.tables import contacts, write

PART = (ROOT / "docs" / "standards.md").read_text("utf-8").split("\n## 更多可用的指标")[1]
TEXTS = re.findall(r"```yaml\n(.*?)```", PART.split("\n## ")[0], re.DOTALL)
BLOCKS = [yaml.safe_load(text) for text in TEXTS]
SETTINGS = next(block["settings"] for block in BLOCKS if "settings" in block)
METRICS = {key: body for block in BLOCKS if "settings" not in block for key, body in block.items()}

HEAD = {
    "effective": "@",
    "dimensions": {"efficiency": "效率", "quality": "质量", "experience": "体验"},
    "weights": {"efficiency": 0.3, "quality": 0.5, "experience": 0.2},
}
FULL = [
    {
        "channel": channel,
        "scene": scene,
        "priority": "urgent",
        "customer_id": f"U{number % 3}",
        "created_at": f"2025-06-{number % 28 + 1:02d} 10:00",
        "first_response_at": f"2025-06-{number % 28 + 1:02d} 10:00:{number % 60:02d}",
        "resolved_at": f"2025-06-{number % 28 + 1:02d} {10 + number % 4}:30",
        "resolved": number % 5 != 0,
        "reopened": number % 7 == 0,
        "departments": number % 4,
        "handle_seconds": 60 * number,
        "csat": number % 5 + 1,
        "complaint": number % 2 == 0,
        "abandoned": number % 6 == 0,
        "wait_seconds": number % 40,
    }
    for number, (channel, scene) in enumerate(
        [("phone", "complaint"), ("online", "aftersale")] * 40
    )
]  # fmt: skip


def standard_of(folder, metrics: dict) -> csqa.rules.standard.Standard:
    """A standard of the manual's metrics with the manual's settings."""
    content = {"settings": SETTINGS, "standards": [HEAD | {"metrics": metrics}]}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    return csqa.read_standard(write(folder, text.replace("'@'", "2020-01-01")))


@pytest.mark.parametrize("key", METRICS)
def test_each_metric_can_be_copied_and_is_computed(tmp_path, key):
    standard = standard_of(tmp_path, {key: METRICS[key]})
    first = {"created_at": "2025-01-01 10:00", "channel": "email", "customer_id": "Z"}
    measured = csqa.measure(contacts(first, *FULL), standard, every="year")
    assert measured["metric"].unique().tolist() == [key]
    assert 10 < measured["n"].sum() <= 81
    assert measured["total"].sum() > 0


def test_together_they_are_scored_and_defined(tmp_path):
    standard = standard_of(tmp_path, METRICS)
    data = csqa.load(contacts(*FULL))
    scores = csqa.score(csqa.measure(data, standard), standard)
    defined = csqa.define_metrics(data, scores, standard, period="2025-06")
    assert defined["metric"].tolist() == list(METRICS)
    assert defined["computed"].str.len().min() > 4
    english = csqa.define_metrics(data, scores, standard, period="2025-06", language="en")
    texts = english[["clock", "exclusions"]].to_numpy().ravel()
    assert not any("\u3000" <= sign <= "\u9fff" for text in texts for sign in text)


def test_the_shipped_standard_has_the_settings_of_the_manual():
    shipped = yaml.safe_load((ROOT / "csqa/rules/defaults/standard.yml").read_text("utf-8"))
    limits = SETTINGS.pop("resolution_limit_hours")
    assert limits.items() <= shipped["settings"]["resolution_limit_hours"].items()
    assert SETTINGS.items() <= shipped["settings"].items()
    SETTINGS["resolution_limit_hours"] = limits


def test_every_measure_is_in_the_manuals():
    for name in ("data.md", "methods.md"):
        text = (ROOT / "docs" / name).read_text("utf-8")
        told = set(re.findall(r"`(\w+)`", text))
        left = {one.removeprefix("business_") for one in MEASURES} - told
        assert left <= {"record_score", "record_score_unkilled", "critical_free"}, name


def test_metrics_without_their_columns_have_no_source(tmp_path):
    standard = standard_of(tmp_path, METRICS)
    table = contacts(*({"complaint": False, "csat": 5} for _ in range(3)))
    scores = csqa.score(csqa.measure(table, standard), standard).set_index("metric")
    assert scores.loc["service_level", "status"] == "no_source"
    assert pd.isna(scores.loc["service_level", "value"])

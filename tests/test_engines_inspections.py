"""Inspection scores are the same, to the last digit, wherever the rows lie."""

import random

import pandas as pd
import pytest

import csqa
from csqa.schema import EVERY
from tests.odd_contacts import ZONE, make_frames
from tests.tables import write
from tests.test_engines import Load, load, same  # noqa: F401  (fixture)

FORM = """
scale: {min: 0, max: 3}
items:
  Greeting: {weight: 10, also: [开场白], counts_as: wording}
  语气 's "\\: {weight: 33.3333333, scale: {min: -1, max: 6}}
  流程: {weight: 0.1, counts_as: process}
  保密: {weight: 0, critical: true}
"""
STANDARD = """
standards:
  - effective: 2024-01-01
    weights: {quality: 1}
    metrics:
      score: {name: 得分, dimension: quality, measure: record_score, target: {at_least: 90}}
      plain: {name: 不计致命, dimension: quality, measure: record_score_unkilled}
      free: {name: 无致命, dimension: quality, measure: critical_free, target: {at_least: 0.9}}
      wording: {name: 用语, dimension: quality, measure: wording_faults, target: {at_most: 2}}
      process: {name: 流程, dimension: quality, measure: process_faults, target: {at_most: 2}}
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]


def judged(frames: dict[str, pd.DataFrame], count: int = 2000) -> pd.DataFrame:
    """Judged items of every kind, drawn by a fixed seed: thirds, sevenths, beyond, by several."""
    draw = random.Random(4)
    ids = frames["contacts"]["contact_id"].dropna().unique().tolist()[:400]
    items = [
        "greeting",
        " GREETING",
        "开场白",
        "语气 's \"\\",
        "流程",
        "保密",
        "别的",
        "ÉCOLE",
        "用语规范",
    ]
    rows = [
        {
            "contact_id": draw.choice(ids),
            "inspector": draw.choice(["质检1", "Q2", None]),
            "item": draw.choice(items),
            "result": draw.choice(["pass", "fail", "N/A", None, None]),
            "score": draw.choice([None, 0.0, 1.0, 2.0, 1 / 3, 2.9999, 3.0, 5.0, -0.5]),
            "weight": draw.choice([None, None, 0.0, 1.0, 0.3, 12.345678]),
            "critical": draw.choice([None, None, False, True]),
        }
        for _ in range(count)
    ]
    table = pd.DataFrame(rows)
    chances = [0.1, 1 / 3, 1.0, None]  # of a contact, whoever judged it
    table["inclusion_probability"] = [chances[ids.index(c) % 4] for c in table["contact_id"]]
    return table.astype({"critical": "boolean", "score": "float64", "weight": "float64"})


@pytest.fixture(scope="module")
def both(load: Load) -> tuple[csqa.Dataset, csqa.Dataset]:  # noqa: F811
    """The same judged items in DuckDB and in the engine."""
    frames = make_frames()
    contacts = frames["contacts"].dropna(subset=["contact_id"])
    tables = {"contacts": contacts, "inspections": judged(frames)}
    mapping = {"time_zone": ZONE}
    return csqa.load(tables, mapping), load(tables, mapping)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> csqa.rules.inspection.Form:
    return csqa.read_form(write(tmp_path_factory.mktemp("form"), FORM, "inspection.yml"))


def test_rows_taken_in_are_equal(both: tuple[csqa.Dataset, csqa.Dataset]) -> None:
    here, there = both
    counts = ["table", "rows_in", "rows_used", "rows_quarantined"]
    same(here.rows[counts], there.rows[counts])
    assert 0 < here.rows.set_index("table").loc["inspections", "rows_quarantined"] < 1000
    # Rows have no key, so a database numbers them by their cells; how many fail is the same.
    shown = ["column", "rule", "reason"]
    told = [data.faults.query("table == 'inspections'")[shown].value_counts() for data in both]
    assert told[0].to_dict() == told[1].to_dict()


@pytest.mark.parametrize("every", EVERY)
def test_scores_are_equal_to_the_last_digit(
    both: tuple[csqa.Dataset, csqa.Dataset], form: csqa.rules.inspection.Form, every: str
) -> None:
    for by in ([], ["team"], ["agent_id", "channel"]):
        for rules in (form, None):
            for stage in (csqa.score_inspections, csqa.score_items):
                here, there = (stage(data, rules, by=by, every=every) for data in both)
                assert here["n"].sum() > 100
                same(here, there)


def test_every_case_is_met(
    both: tuple[csqa.Dataset, csqa.Dataset], form: csqa.rules.inspection.Form
) -> None:
    here = csqa.score_inspections(both[0], form, by="agent_id")
    assert {"hajek", "hajek_mixed"} <= set(here["method"])
    for column in ("n_critical_free", "set_aside", "n_unkilled"):
        assert here[column].sum() > 0
    assert here["n_rated"].sum() > here["n_critical_free"].sum()
    faults = [csqa.list_inspection_faults(data, form) for data in both]
    assert set(faults[0]["rule"]) == {"not_listed", "beyond_scale"}
    same(*faults)
    same(*(csqa.list_inspection_faults(data) for data in both))


def test_measures_are_equal_to_the_last_digit(
    both: tuple[csqa.Dataset, csqa.Dataset],
    form: csqa.rules.inspection.Form,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    standard = csqa.read_standard(write(tmp_path_factory.mktemp("standard"), STANDARD))
    for by in ([], ["team"]):
        here, there = (csqa.measure(data, standard, by=by, form=form) for data in both)
        assert set(here["metric"]) == {"score", "plain", "free", "wording", "process"}
        assert (here["n"] % 1).any()  # weighted back
        same(here, there)

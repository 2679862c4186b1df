"""Agreement, severity, disputes and corrected scores are the same wherever the rows lie."""

import random

import pandas as pd
import pytest

import csqa
from tests.odd_contacts import ZONE, make_frames
from tests.tables import write
from tests.test_engines import Load, load, same  # noqa: F401  (fixture)
from tests.test_engines_inspections import FORM, judged

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]

EXACT = {"rtol": 1e-12, "atol": 1e-12}
"""Sums of floats depend on their order."""


def disputed(inspections: pd.DataFrame, count: int = 300) -> pd.DataFrame:
    """Disputes of every kind, drawn by a fixed seed; some twice over the same item."""
    draw = random.Random(5)
    chosen = inspections.dropna(subset="contact_id").sample(count, replace=True, random_state=5)
    rows = [
        {
            "dispute_id": f"D{number}",
            "contact_id": contact,
            "item": item.strip() if draw.random() < 0.9 else "别的",
            "inspector": draw.choice(["质检1", "Q2", None]),
            "judged_at": draw.choice([None, pd.Timestamp("2025-06-02 09:00")]),
            "filed_at": pd.Timestamp("2025-06-03 10:00") + pd.Timedelta(days=draw.randrange(30)),
            "decided_at": pd.Timestamp("2025-07-01") + pd.Timedelta(hours=draw.randrange(200)),
            "outcome": draw.choice(["overturned", "overturned", "upheld", "withdrawn", None]),
            "corrected_result": draw.choice(["pass", "fail", "not_applicable", None]),
            "corrected_score": draw.choice([None, None, 2.0, 3.0]),
        }
        for number, (contact, item) in enumerate(
            chosen[["contact_id", "item"]].itertuples(index=False), 1
        )
    ]
    return pd.DataFrame(rows).astype({"corrected_score": "float64"})


@pytest.fixture(scope="module")
def both(load: Load) -> tuple[csqa.Dataset, csqa.Dataset]:  # noqa: F811
    """The same judged and disputed items in DuckDB and in the engine."""
    frames = make_frames()
    inspections = judged(frames, 4000)
    tables = {
        "contacts": frames["contacts"].dropna(subset=["contact_id"]),
        "inspections": inspections,
        "disputes": disputed(inspections),
    }
    mapping = {"time_zone": ZONE}
    return csqa.load(tables, mapping), load(tables, mapping)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> csqa.rules.inspection.Form:
    return csqa.read_form(write(tmp_path_factory.mktemp("form"), FORM, "inspection.yml"))


def test_agreement_and_severity_are_equal(
    both: tuple[csqa.Dataset, csqa.Dataset], form: csqa.rules.inspection.Form
) -> None:
    for rules in (form, None):
        for by in ("item", (), ["team", "item"]):
            here, there = (csqa.measure_agreement(data, rules, by=by) for data in both)
            assert here["n"].sum() > 20
            same(here, there, **EXACT)
        here, there = (csqa.measure_severity(data, rules) for data in both)
        assert (here["n"] > 20).sum() == 2
        same(here, there, **EXACT)


def test_disputes_are_equal(
    both: tuple[csqa.Dataset, csqa.Dataset], form: csqa.rules.inspection.Form
) -> None:
    for by in ((), ["item", "inspector"], "team", "agent_id"):
        here, there = (csqa.measure_disputes(data, form, by=by) for data in both)
        assert here["n_overturned"].sum() > 20
        same(here, there)
    same(*(csqa.list_open_disputes(data, form) for data in both))


def test_corrected_scores_are_equal_to_the_last_digit_and_differ_from_those_before(
    both: tuple[csqa.Dataset, csqa.Dataset], form: csqa.rules.inspection.Form
) -> None:
    for rules in (form, None):
        corrected = [csqa.apply_disputes(data) for data in both]
        here, there = (csqa.score_inspections(data, rules, by="agent_id") for data in corrected)
        same(here, there)
        before = csqa.score_inspections(both[0], rules, by="agent_id")
        assert (before["total"] != here["total"]).any()
        same(*(csqa.score_items(data, rules) for data in corrected))
        same(before, csqa.score_inspections(both[0], rules, by="agent_id"))


def test_rules_are_evaluated_alike(both: tuple[csqa.Dataset, csqa.Dataset]) -> None:
    contacts = both[0].inspections["contact_id"].drop_duplicates().head(80)
    findings = pd.DataFrame({"contact_id": contacts, "rule": "r", "version": "1", "hint": False})
    findings = findings.assign(item="用语规范")
    here, there = (csqa.evaluate_rules(findings, data) for data in both)
    assert here["n"].sum() > 10
    same(here, there)

"""Cases, their transcripts, and scores by two inspectors are the same wherever the rows lie."""

import random

import pandas as pd
import pytest

import csqa
from tests.odd_contacts import ZONE, make_frames
from tests.tables import write
from tests.test_engines import Load, load, same  # noqa: F401  (fixture)
from tests.test_engines_inspections import FORM, STANDARD
from tests.test_engines_review import said

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]

HAND = "手工"
"""Who served the contact that is judged by hand."""


def judge_by_hand(contact: str) -> pd.DataFrame:
    """Two inspectors who differ, and one who judges blind what they had judged."""
    rows = [
        ("质检1", "Greeting", "fail", False),
        ("质检1", "开场白", "fail", False),
        ("质检1", "流程", "pass", False),
        ("质检2", "Greeting", "fail", None),
        ("质检2", "开场白", "pass", None),
        ("质检2", "流程", "pass", None),
        ("质检3", "Greeting", "pass", True),
        ("质检3", "流程", "fail", True),
    ]
    table = pd.DataFrame(rows, columns=["inspector", "item", "result", "second_coding"])
    return table.assign(contact_id=contact, weight=1.0)


def judge(contacts: list[str]) -> pd.DataFrame:
    """Up to seven inspectors on each contact, drawn by a fixed seed; some judge blind."""
    draw = random.Random(8)
    rows = [
        {
            "contact_id": contact,
            "inspector": f"质检{inspector}",
            "item": item,
            "result": draw.choice(["pass", "pass", "fail", "N/A"]),
            "second_coding": draw.choice([None, False, False, True]),
            "sentence": draw.choice(["没有核实", None]),
            "note": draw.choice(["见 13912345678", None]),
        }
        for contact in contacts
        for inspector in range(draw.randrange(1, 8))
        for item in ("开场白", "流程", "用语规范", "保密")
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def both(load: Load) -> tuple[csqa.Dataset, csqa.Dataset]:  # noqa: F811
    """The same cases in DuckDB and in the engine."""
    people = make_frames()["contacts"].dropna(subset=["contact_id"])
    people = people.assign(contact_id=people["contact_id"].str.strip())
    people = people[~people["contact_id"].str.casefold().duplicated()].head(160)
    first = people.index[:1]
    people.loc[first, ["agent_id", "first_agent_id"]] = HAND
    ids = people["contact_id"].to_list()
    judged = pd.concat([judge_by_hand(ids[0]), judge(ids[1:60])], ignore_index=True)
    judged = judged.astype({"second_coding": "boolean"})
    disputes = pd.DataFrame({"dispute_id": ["D1"], "contact_id": ids[0], "item": "greeting"})
    disputes = disputes.assign(
        filed_at=pd.Timestamp("2025-06-30"), outcome="overturned", corrected_result="pass"
    )
    heard = pd.DataFrame({"feedback_id": [f"F{n}" for n in range(20)], "contact_id": ids[:20]})
    heard = heard.assign(at=pd.Timestamp("2025-06-30 12:00"), text="回我 139-1234-5678 <b>'\\")
    tables = {
        "contacts": people,
        "messages": said(ids),
        "inspections": judged,
        "disputes": disputes,
        "feedback": heard,
    }
    mapping = {"time_zone": ZONE}
    return csqa.load(tables, mapping), load(tables, mapping)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> csqa.rules.inspection.Form:
    return csqa.read_form(write(tmp_path_factory.mktemp("form"), FORM, "inspection.yml"))


@pytest.fixture(scope="module")
def month(both: tuple[csqa.Dataset, csqa.Dataset]) -> str:
    """The month with the most contacts."""
    return str(both[0].contacts["created_at"].dt.strftime("%Y-%m").mode().iloc[0])


def test_cases_and_transcripts_are_the_same(
    both: tuple[csqa.Dataset, csqa.Dataset], form: csqa.rules.inspection.Form, month: str
) -> None:
    findings = [csqa.review(data, until=month) for data in both]
    here, there = (
        csqa.rank_cases(data, found, period=month, form=form)
        for data, found in zip(both, findings, strict=True)
    )
    assert len(here) > 10
    assert here["points"].nunique() > 3
    assert here["failed_items"].ne("").any()
    same(here, there)
    here, there = (
        csqa.transcribe_cases(data, cases, found)
        for data, cases, found in zip(both, (here, there), findings, strict=True)
    )
    assert {"message", "feedback", "inspection"} <= set(here["source"])
    assert here["marks"].ne("").any()
    assert not here["text"].str.contains("1391|139-").any()
    same(here, there)


def test_two_inspectors_are_averaged_and_blind_judgements_left_out(
    both: tuple[csqa.Dataset, csqa.Dataset],
    form: csqa.rules.inspection.Form,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    standard = csqa.read_standard(write(tmp_path_factory.mktemp("standard"), STANDARD))
    for by in ([], ["agent_id"]):
        here, there = (csqa.measure(data, standard, by=by, form=form) for data in both)
        assert here.groupby("metric")["n"].sum().min() > 5
        same(here, there)
    by_hand = there[there["agent_id"] == HAND].set_index("metric")["total"]
    assert by_hand[["wording", "process"]].tolist() == [(2 + 1) / 2, 0]
    before, after = (
        [csqa.score_inspections(data, form, by="agent_id") for data in corrected]
        for corrected in (both, [csqa.apply_disputes(data) for data in both])
    )
    same(*before)
    same(*after)
    scores = [found[found["agent_id"] == HAND]["score"].item() for found in (before[1], after[1])]
    assert scores == [100 * (0.25 + 1) / 2, 100]
    same(*(csqa.score_items(data, form) for data in both))

"""What is gathered for diagnosis, and what goes with dissatisfaction, wherever the rows lie."""

import pandas as pd
import pytest

import csqa
from csqa.case_texts import gather_facts, gather_texts
from csqa.drivers import find_drivers
from csqa.engine.driver_cells import NUMBERS, Question, count_cells
from tests.odd_contacts import STANDARD, ZONE, make_frames
from tests.tables import write
from tests.test_engines import Load, load, same  # noqa: F401  (fixture)
from tests.test_engines_cases import judge
from tests.test_engines_review import said

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]


@pytest.fixture(scope="module")
def both(load: Load) -> tuple[csqa.Dataset, csqa.Dataset]:  # noqa: F811
    """The same contacts, with all that belongs to them, in DuckDB and in the engine."""
    frames = make_frames()
    people = frames["contacts"].dropna(subset=["contact_id"])
    people = people.assign(contact_id=people["contact_id"].str.strip())
    people = people[~people["contact_id"].str.casefold().duplicated()].head(108)
    people = people.assign(csat=[1.0 + n % 5 if n % 3 else None for n in range(len(people))])
    people["customer_type"] = [("new", "returning", None)[n % 3] for n in range(len(people))]
    ids = people["contact_id"].to_list()
    heard = pd.DataFrame({"feedback_id": [f"F{n}" for n in range(40)] + [ids[3]]})
    heard["contact_id"] = [ids[n] if n % 2 else None if n % 4 else "nobody" for n in range(41)]
    heard["source"] = [("短信", "12315 投诉 'x", None, "COMPLAINT box")[n % 4] for n in range(41)]
    heard["rating"] = [None if n % 5 == 0 else 1.0 + n % 5 for n in range(41)]
    heard["at"] = [people["created_at"].iloc[2 * n + 1] for n in range(41)]
    heard["text"] = ["回我 139-1234-5678 <b>'\\" if n % 3 else None for n in range(41)]
    tables = {
        "contacts": people,
        "messages": said(ids),
        "inspections": judge(ids[:60]).astype({"second_coding": "boolean"}),
        "feedback": heard,
        "agent_teams": frames["agent_teams"],
    }
    mapping = {"time_zone": ZONE}
    return csqa.load(tables, mapping), load(tables, mapping)


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> csqa.rules.standard.Standard:
    return csqa.read_standard(write(tmp_path_factory.mktemp("standard"), STANDARD))


def test_texts_and_facts_of_cases_are_the_same(
    both: tuple[csqa.Dataset, csqa.Dataset], standard: csqa.rules.standard.Standard
) -> None:
    for months in (1, 16):
        here, there = (gather_texts(data, period="2026-01", months=months) for data in both)
        same(here, there)
        assert not here["text"].isna().any()
    assert set(here["source"]) == {"message", "feedback", "inspection"}
    here, there = (gather_facts(data, standard, period="2026-01", months=16) for data in both)
    same(here, there)
    assert here["case_id"].is_unique
    assert here["case_id"].str.startswith("feedback:").sum() <= 1
    known = ["repeated", "agent_days", "longest_wait_seconds", "failed_items", "departments"]
    assert here[known].notna().any().all()
    assert here["repeated"].nunique() == 2
    assert here[["complaint", "low_rating", "failed_inspection", "feedback"]].any().all()


def test_drivers_are_the_same(
    both: tuple[csqa.Dataset, csqa.Dataset], standard: csqa.rules.standard.Standard
) -> None:
    calendar = csqa.read_calendar()
    question = Question("2026-01", 16, "complaint", 2, 200)
    here, there = (count_cells(data, standard, calendar, question) for data in both)
    same(here, there)
    assert here[list(NUMBERS)].nunique().min() > 1
    findings = [csqa.review(data) for data in both]
    for outcome in ("low_rating", "complaint"):
        here, there = (
            find_drivers(
                data,
                standard,
                period="2026-01",
                months=16,
                outcome=outcome,
                findings=found,
                minimum_n=5,
            )
            for data, found in zip(both, findings, strict=True)
        )
        same(here, there, rtol=1e-9)
        assert here["odds_ratio"].notna().any()

"""The same sample, audit and facts for inspectors wherever the rows lie."""

import pandas as pd
import pytest

import csqa
from csqa.assignments import make_assignments
from csqa.sample import draw_sample
from csqa.sample_audit import audit_sample
from tests.odd_contacts import ZONE, make_frames
from tests.test_engines import Load, load, same  # noqa: F401  (fixture)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]


@pytest.fixture(scope="module")
def both(load: Load) -> tuple[csqa.Dataset, csqa.Dataset]:  # noqa: F811
    frames = make_frames()
    contacts = frames["contacts"].dropna(subset=["contact_id"])
    ids = contacts["contact_id"].drop_duplicates().iloc[::9]
    judged = pd.DataFrame({"contact_id": ids, "item": "开场白", "result": "合格"})
    tables = {"contacts": contacts, "inspections": judged}
    mapping = {"time_zone": ZONE}
    return csqa.load(tables, mapping), load(tables, mapping)


def test_the_sample_is_the_same(both: tuple[csqa.Dataset, csqa.Dataset]) -> None:
    here, there = (draw_sample(data, rate=0.2, seed=11) for data in both)
    assert len(here) > 50
    same(here, there)
    piles = [make_assignments(p, data) for p, data in zip((here, there), both, strict=True)]
    same(*piles)


def test_the_audit_is_the_same(both: tuple[csqa.Dataset, csqa.Dataset]) -> None:
    found = [audit_sample(None, data) for data in both]
    for name in ("coverage", "selection", "precision", "days"):
        same(*(getattr(audit, name) for audit in found))


def test_the_limits_count_the_chances(both: tuple[csqa.Dataset, csqa.Dataset]) -> None:
    month = str(both[0].first_at)[:7]
    standard = csqa.read_standard()
    told = [csqa.list_limits(data, standard, period=month) for data in both]
    assert told[0][1:] == told[1][1:]

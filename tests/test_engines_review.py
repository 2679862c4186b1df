"""Phrase rules find the same, wherever the messages lie."""

import random

import pandas as pd
import pytest

import csqa
from tests.odd_contacts import ZONE, make_frames
from tests.test_engines import Load, load, same  # noqa: F401  (fixture)

TEXTS = (
    "您好",
    "这个不知道",
    "没办法",
    "可以退，建议您重拍",
    "能退货吗",
    "七天无理由",
    "I don't know 's \"\\",
    "不\u200b知道",
    "再见",
    "",
    None,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]


def said(ids: list[str]) -> pd.DataFrame:
    """Conversations drawn by a fixed seed; some messages without a time, rows in no order."""
    draw = random.Random(9)
    rows = [
        (who, seq, draw.choice(["agent", "customer", "bot"]), draw.choice(TEXTS))
        for who in [*ids, "no such contact"]
        for seq in range(draw.randrange(1, 9))
    ]
    draw.shuffle(rows)
    table = pd.DataFrame(rows, columns=["contact_id", "seq", "sender", "text"])
    times = pd.to_datetime("2025-06-30 15:00") + pd.to_timedelta(range(len(table)), unit="min")
    return table.assign(sent_at=times.where(table.index % 3 > 0))


@pytest.fixture(scope="module")
def both(load: Load) -> tuple[csqa.Dataset, csqa.Dataset]:  # noqa: F811
    """The same messages in DuckDB and in the engine."""
    people = make_frames()["contacts"].dropna(subset=["contact_id"])
    names = people["contact_id"].str.strip().to_list()
    ids = list({name.casefold(): name for name in names}.values())[:200]
    tables = {"contacts": people, "messages": said(ids)}
    mapping = {"time_zone": ZONE}
    return csqa.load(tables, mapping), load(tables, mapping)


@pytest.mark.parametrize("asked", [{}, {"period": "2025-06"}, {"until": "2025-Q1"}])
def test_findings_are_equal(both: tuple[csqa.Dataset, csqa.Dataset], asked: dict[str, str]) -> None:
    here, there = (csqa.review(data, **asked) for data in both)
    assert len(here) > 10
    same(here, there)


@pytest.mark.parametrize("by", [[], ["team"], ["agent_id", "channel"]])
def test_summaries_are_equal(both: tuple[csqa.Dataset, csqa.Dataset], by: list[str]) -> None:
    here, there = (csqa.summarise_findings(csqa.review(data), data, by=by) for data in both)
    assert here["n"].max() > 5
    same(here, there)

"""Customers' feelings are the same, wherever the messages and the feedback lie."""

import random

import pandas as pd
import pytest

import csqa
from tests.odd_contacts import ZONE, make_frames
from tests.test_engines import Load, load, same  # noqa: F401  (fixture)

TEXTS = (
    "好的，谢谢",
    "怎么还没到",
    "态度太差",
    "我要曝光's \"\\",
    "可以退吗",
    "还\u200b没发货",
    "",
    None,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]


def said(ids: list[str]) -> pd.DataFrame:
    """Conversations drawn by a fixed seed, rows in no order."""
    draw = random.Random(4)
    rows = [
        (who, seq, draw.choice(["agent", "customer"]), draw.choice(TEXTS))
        for who in [*ids, "no such contact"]
        for seq in range(draw.randrange(1, 12))
    ]
    draw.shuffle(rows)
    return pd.DataFrame(rows, columns=["contact_id", "seq", "sender", "text"])


def answered(ids: list[str]) -> pd.DataFrame:
    """Feedback of three months; some names no contact."""
    draw = random.Random(5)
    rows = [
        (f"F{at}", draw.choice([*ids, None]), draw.choice(["问卷", "电话回访", None]), text)
        for at, text in enumerate(TEXTS * 40)
    ]
    table = pd.DataFrame(rows, columns=["feedback_id", "contact_id", "source", "text"])
    times = pd.to_datetime("2025-04-02 15:00") + pd.to_timedelta(range(len(table)), unit="h") * 6
    return table.assign(at=times, rating=[draw.choice([1.0, 3.0, 5.0, None]) for _ in rows])


@pytest.fixture(scope="module")
def both(load: Load) -> tuple[csqa.Dataset, csqa.Dataset]:  # noqa: F811
    """The same tables in DuckDB and in the engine."""
    people = make_frames()["contacts"].dropna(subset=["contact_id"])
    names = people["contact_id"].str.strip().to_list()
    ids = list({name.casefold(): name for name in names}.values())[:200]
    tables = {"contacts": people, "messages": said(ids), "feedback": answered(ids)}
    mapping = {"time_zone": ZONE}
    return csqa.load(tables, mapping), load(tables, mapping)


@pytest.mark.parametrize("asked", [{}, {"period": "2025-06"}, {"every": "week"}])
def test_conversations_are_equal(both: tuple[csqa.Dataset, csqa.Dataset], asked: dict) -> None:
    here, there = (csqa.measure_sentiment(data, **asked) for data in both)
    assert len(here) > 2
    same(here, there)
    same(csqa.list_risks(here), csqa.list_risks(there))


def test_feedback_is_equal(both: tuple[csqa.Dataset, csqa.Dataset]) -> None:
    here, there = (csqa.summarise_feedback(data, period="2025-06", months=2) for data in both)
    assert {"source", "topic"} == set(here["by"])
    same(here, there)

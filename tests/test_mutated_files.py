"""Wrong files: one clear sentence, or every row is used or set aside with a reason."""

from __future__ import annotations

import csv
import datetime as dt
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import csqa
from csqa.engine.cells import MISSING
from csqa.errors import DataError, RuleError
from tests.mutations import HEADER, IDS, SECONDS, Case, list_cases, parquet

EARLIEST, LATEST = dt.datetime(1990, 1, 2), dt.datetime(2025, 12, 31)
CHINESE = re.compile(r"[\u4e00-\u9fff]{4,}")


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    return list(list_cases(str(tmp_path_factory.mktemp("parquet"))))


def check_accounts(data: csqa.Dataset) -> None:
    """Rows in are used or quarantined, each of these with an error that names it."""
    counts = data.rows[["rows_in", "rows_used", "rows_quarantined"]].sum()
    assert counts["rows_in"] == counts["rows_used"] + counts["rows_quarantined"]
    assert len(data.contacts) == counts["rows_used"]
    kept = data.quarantine.get("contacts")
    places = [] if kept is None else list(zip(kept["file"], kept["row"], strict=True))
    assert len(places) == counts["rows_quarantined"]
    assert max(Counter(places).values(), default=0) <= 1
    errors = data.faults[data.faults["severity"] == "error"]
    assert set(places) == set(zip(errors["file"], errors["row"], strict=True))


def check_case(case: Case, folder: Path) -> None:
    """Load the file and hold it against what is known."""
    path = folder / case.name
    path.write_bytes(case.content)
    data, told = None, ""
    try:
        data = csqa.load(path)
    except (DataError, RuleError) as error:
        told = str(error)
    assert case.refused in (None, data is None), f"{case.name}: {told}"
    if data is None:
        assert CHINESE.search(told), f"{case.name}: {told}"
    else:
        check_contents(case, data)


def check_contents(case: Case, data: csqa.Dataset) -> None:
    """Rows, contacts and total of a wrong file that was read."""
    check_accounts(data)
    if case.rows is not None:
        assert data.rows["rows_in"].sum() == case.rows, case.name
    used = data.contacts.set_index("contact_id")["handle_seconds"]
    for one in case.intact:
        assert used.get(one) == SECONDS[one], f"{case.name}: {one}"
    if case.exact:
        assert sorted(used.index) == sorted(case.intact), case.name
        assert used.sum() == sum(SECONDS[one] for one in case.intact)


GROUPS = 16
"""The corpus in parts, so that a failure names a smaller one."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(GROUPS))
def test_every_wrong_file_is_accounted_for(cases: list[Case], part: int, tmp_path: Path) -> None:
    failed = []
    for case in cases[part::GROUPS]:
        try:
            check_case(case, tmp_path)
        except AssertionError as error:
            failed.append(str(error).split("\n")[0])
    assert not failed


def test_the_corpus_is_large_and_its_names_differ(cases: list[Case]) -> None:
    assert len(cases) >= 300
    assert len({case.name for case in cases}) == len(cases)
    assert len(IDS) == len(set(IDS))


TEXTS = st.text(
    st.characters(
        codec="gb18030", exclude_categories=("C", "Z"), include_characters=' ,;|"\t\n“，é'
    ),
    max_size=8,
)
CONTACTS = st.lists(
    st.tuples(
        st.text(st.characters(codec="gb18030", categories=("L", "N", "So")), max_size=6),
        st.sampled_from(["phone", "online", "email"]),
        st.datetimes(min_value=EARLIEST, max_value=LATEST).map(
            lambda at: at.replace(microsecond=0)
        ),
        st.floats(0, 366 * 86_400).map(lambda value: round(value, 3)),
        TEXTS,
    ),
    min_size=1,
    max_size=30,
)
WAYS = st.tuples(
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"]),
    st.sampled_from(",;|\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
)


@example(rows=[("1", "phone", EARLIEST, 0.0, "\n")], way=("utf-8", ",", 0, "\n"))
@settings(max_examples=40, deadline=None)
@given(rows=CONTACTS, way=WAYS)
def test_what_is_written_in_any_usual_way_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, dt.datetime, float, str]],
    way: tuple[str, str, int, str],
) -> None:
    encoding, separator, quoting, end = way
    path = tmp_path_factory.mktemp("written") / "服务记录.csv"
    numbered = [(f"{i}{row[0]}", *row[1:]) for i, row in enumerate(rows)]
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=separator, quoting=quoting, lineterminator=end)
        writer.writerow(HEADER)
        writer.writerows(numbered)
    data = csqa.load(path)
    check_accounts(data)
    assert data.faults.empty
    columns = ["contact_id", "channel", "created_at", "handle_seconds", "team"]
    frame = data.contacts[columns].assign(team=data.contacts["team"].fillna(""))
    frame["created_at"] = frame["created_at"].dt.tz_localize(None)
    expected = [(*row[:4], "" if is_missing(row[4]) else row[4].strip()) for row in numbered]
    assert list(frame.itertuples(index=False, name=None)) == expected


def is_missing(text: str) -> bool:
    """Whether a text means that there is none."""
    return text.strip().lower() in MISSING


PARQUET_TURNS = 20


@pytest.mark.slow
def test_parquet_with_a_turned_bit_is_refused_or_accounted_for(tmp_path: Path) -> None:
    whole = parquet(str(tmp_path))
    rng = random.Random(6)
    for i in range(PARQUET_TURNS):
        damaged = bytearray(whole)
        damaged[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        # Its rows may hold other values: what they were is written nowhere else.
        check_case(Case(f"turned_{i}.parquet", bytes(damaged)), tmp_path)

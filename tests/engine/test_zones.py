"""Wall time and UTC as Python's zoneinfo has them, in arrays and in DuckDB's SQL."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.engine.connection import open_connection
from csqa.engine.zones import read_zone, utc_expression, wall_expression

ADD_SECONDS = "{t} + to_seconds({n})"
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC")
CONNECTION = open_connection()
SECOND = timedelta(seconds=1)

times = st.lists(
    st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)), min_size=1, max_size=50
)


def to_utc(wall: datetime, zone: str) -> datetime:
    """A cell does not say which of two hours it means: the first."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC).replace(tzinfo=None)


def to_wall(utc: datetime, zone: str) -> datetime:
    return utc.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def by_array(moments: list[datetime], zone: str, way: str) -> list[datetime]:
    units = np.array(moments, dtype="datetime64[us]").astype("int64")
    moved = getattr(read_zone(zone), way)(units, unit=1_000_000)
    return moved.astype("datetime64[us]").tolist()


def by_sql(moments: list[datetime], zone: str, way: str) -> list[datetime]:
    expression = {"to_utc": utc_expression, "to_wall": wall_expression}[way]
    text = expression("moment", read_zone(zone), ADD_SECONDS)
    listed = pd.DataFrame({"nth": range(len(moments)), "moment": moments})
    CONNECTION.register("listed", listed)
    rows = CONNECTION.execute(f"SELECT {text} FROM listed ORDER BY nth").fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=25, deadline=None)
@given(moments=times)
def test_as_zoneinfo(zone, moments):
    for way, expected in (("to_utc", to_utc), ("to_wall", to_wall)):
        right = [expected(moment, zone) for moment in moments]
        assert by_array(moments, zone, way) == right
        assert by_sql(moments, zone, way) == right


@pytest.mark.parametrize("zone", ZONES[:-1])
@pytest.mark.parametrize("way", ["to_utc", "to_wall"])
def test_every_change_to_the_second(zone, way):
    """Around each change, and each edge of the hour that it repeats or skips."""
    read = read_zone(zone)
    edges = np.concatenate(
        [read.changes, read.changes + read.offsets[1:], read.changes + read.offsets[:-1]]
    )
    moments = [
        datetime(1970, 1, 1) + int(edge) * SECOND + step
        for edge in edges
        for step in (-SECOND, 0 * SECOND, SECOND)
    ]
    expected = {"to_utc": to_utc, "to_wall": to_wall}[way]
    right = [expected(moment, zone) for moment in moments]
    assert by_array(moments, zone, way) == right
    assert by_sql(moments, zone, way) == right


def test_repeated_hour_is_the_first_and_skipped_hour_keeps_the_offset_before():
    wall = [datetime(2025, 11, 2, 1, 30), datetime(2025, 3, 9, 2, 30)]
    assert by_sql(wall, "America/New_York", "to_utc") == [
        datetime(2025, 11, 2, 5, 30),
        datetime(2025, 3, 9, 7, 30),
    ]


def test_recent_times_of_shanghai_are_tested_first():
    text = utc_expression("moment", read_zone("Asia/Shanghai"), ADD_SECONDS)
    assert text.startswith("CASE WHEN moment >= TIMESTAMP '1991-09-15 02:00:00' THEN")
    assert text.count("WHEN") == 4


def test_zone_without_changes_needs_no_case():
    assert utc_expression("moment", read_zone("UTC"), ADD_SECONDS) == "moment"


def test_missing_time_stays_missing():
    text = wall_expression("CAST(NULL AS TIMESTAMP)", read_zone("Europe/Berlin"), ADD_SECONDS)
    assert CONNECTION.execute(f"SELECT {text}").fetchall() == [(None,)]


def test_zone_that_does_not_exist():
    with pytest.raises(ZoneInfoNotFoundError, match="Asia/Shangri-La"):
        read_zone("Asia/Shangri-La")

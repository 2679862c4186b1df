"""When contacts come in and how values spread: sums that agree with `measure`."""

import pandas as pd
import pytest

import csqa
from csqa import results
from csqa.errors import RuleError
from csqa.hours import measure_hours, measure_values


def rows(*created: str) -> pd.DataFrame:
    ids = [f"C{number}" for number in range(len(created))]
    return pd.DataFrame({"contact_id": ids, "channel": "online", "created_at": list(created)})


def test_hours_and_weekdays_by_hand():
    contacts = rows(
        "2025-06-02 09:00", "2025-06-09 09:59:59", "2025-06-08 23:30", "2025-07-01 09:00"
    )
    found = measure_hours(contacts, "2025-06")
    assert list(found.columns) == list(results.HOUR_COLUMNS)
    assert found[["weekday", "hour", "contacts", "value"]].to_numpy().tolist() == [
        [0, 9, 2, 2.0],
        [6, 23, 1, 1.0],
    ]


def test_a_quarter_is_its_months():
    contacts = rows("2025-03-31 09:00", "2025-04-01 09:00", "2025-06-30 09:00", "2025-07-01 09:00")
    assert measure_hours(contacts, "2025-Q2")["contacts"].sum() == 2
    assert measure_hours(contacts, "2025")["contacts"].sum() == 4
    assert measure_hours(contacts, "2024").empty


@pytest.mark.parametrize("period", ["2025-06-01", "2025-W20"])
def test_days_and_weeks_are_refused(period):
    with pytest.raises(RuleError, match="`period` 应为月、季度或年"):
        measure_hours(rows("2025-06-02 09:00"), period)


def test_a_metric_that_the_data_cannot_feed_is_refused():
    with pytest.raises(RuleError, match=r"`metric`.*'csat'"):
        measure_values(rows("2025-06-02 09:00"), "2025-06", metric="csat")


def test_few_records_have_no_value():
    contacts = rows("2025-06-02 09:00").assign(first_response_at="2025-06-02 09:00:20")
    found = measure_hours(contacts, "2025-06", metric="first_response_online")
    assert (found["n"].tolist(), found["value"].isna().tolist()) == ([1], [True])


@pytest.mark.slow
def test_values_and_hours_agree_with_the_measures(sample):
    measures = csqa.measure(sample)
    june = measures[measures["period"] == "2025-06"]
    for metric in ("first_response_online", "handle_time", "csat", "nps"):
        one = june[june["metric"] == metric]
        values = measure_values(sample, "2025-06", metric=metric)
        assert values["n"].sum() == one["n"].sum()
        assert (values["n"] * values["value"]).sum() == pytest.approx(one["total"].sum())
        assert values.loc[values["missed"].eq(True), "n"].sum() == one["over"].sum()
        assert measure_hours(sample, "2025-06", metric=metric)["n"].sum() == one["n"].sum()
    contacts = measure_hours(sample, "2025-06")["contacts"].sum()
    assert contacts == june.loc[june["metric"] == "complaint_rate", "n"].sum()

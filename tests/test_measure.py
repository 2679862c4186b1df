"""All metrics of G1 from tables small enough to check by hand, then against plain pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.errors import RuleError
from tests.tables import contacts, inspections

CONTACTS = pd.DataFrame(
    {
        "contact_id": ["C1", "C2", "C3", "C4", "C5", "C6"],
        "team": ["甲", "甲", "甲", "乙", "乙", None],
        "agent_id": ["K1", "K1", "K2", "K3", "K3", None],
        "channel": ["online", "online", "online", "phone", "phone", "email"],
        "scene": ["presale", "aftersale", "presale", "aftersale", "presale", None],
        "customer_id": ["A", "B", "C", "D", "E", "F"],
        "created_at": [*["2025-06-02 09:00:00"] * 5, "2025-07-01 00:00:00"],
        "first_response_at": [*(f"2025-06-02 09:00:{s}" for s in (20, 50, 35, 10, 16)), None],
        "handle_seconds": [300, 700, 400, 900, None, None],
        "resolved": [True, True, False, True, True, None],
        "reopened": [None, None, None, True, None, None],
        "csat": [5, 4, 3, None, 1, None],
        "nps": [10, 7, 6, 0, 9, None],
        "complaint": [False, False, True, False, None, None],
        "praise": [True, False, False, False, None, None],
    }
)
INSPECTIONS = inspections(
    ("C1", "wording", "pass"),
    ("C1", "accuracy", "fail"),
    ("C1", "process", "not_applicable"),
    ("C2", "wording", "fail"),
    ("C2", "accuracy", "pass"),
    ("C2", "process", "fail"),
    ("C4", "wording", "pass"),
    ("C4", "process", "pass"),
)
DATA = csqa.load({"contacts": CONTACTS, "inspections": INSPECTIONS})
SHOWN = ["metric", "n", "total", "over"]


def june(**options) -> pd.DataFrame:
    measures = csqa.measure(DATA, **options)
    return measures[measures["period"] == "2025-06"]


def test_every_metric_of_the_guide():
    summed = june().groupby("metric")[["n", "total", "over"]].sum(min_count=1)
    assert summed.T.to_dict("list") == {
        "first_response_online": [3, 20 + 50 + 35, 2],  # 50 s is over its 45, 35 s over its 30
        "first_response_phone": [2, 26.0, 1],
        "handle_time": [4, 2300.0, 2],
        "first_contact_resolution": [5, 3.0, 2],  # C3 unresolved, C4 reopened
        "wording": [3, 1.0, 1],
        "accuracy": [2, 1.0, 1],  # C4 was not inspected for it
        "process": [2, 1.0, 1],  # not applicable to C1
        "csat": [4, 2.0, 2],
        "nps": [5, 2 - 2, 2],  # promoters 10 and 9, detractors 6 and 0
        "complaint_rate": [4, 1.0, 1],
        "praise_rate": [4, 1.0, pytest.approx(np.nan, nan_ok=True)],  # watched, not judged
    }


def test_squares_are_in_the_metrics_own_unit():
    squares = june().set_index("metric")["total_squares"]
    assert squares["handle_time"] == 300**2 + 700**2 + 400**2 + 900**2
    assert squares["nps"] == 4  # promoters and detractors


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("team", {"甲": (3, 1400.0), "乙": (1, 900.0)}),
        ("agent_id", {"K1": (2, 1000.0), "K2": (1, 400.0), "K3": (1, 900.0)}),
        ("channel", {"online": (3, 1400.0), "phone": (1, 900.0)}),
        ("scene", {"presale": (2, 700.0), "aftersale": (2, 1600.0)}),
        ("topic", {"unknown": (4, 2300.0)}),
    ],
)
def test_by_unit(unit, expected):
    rows = june(by=unit)
    rows = rows[rows["metric"] == "handle_time"]
    found = {row[unit]: (row["n"], row["total"]) for row in rows.to_dict("records")}
    assert found == expected


def test_metric_without_data_has_no_row():
    july = csqa.measure(DATA).query("period == '2025-07'")
    assert july.empty  # its one contact has no answer, no rating, no outcome
    metrics = set(csqa.measure(DATA.contacts)["metric"])
    assert not metrics & {"wording", "accuracy", "process"}


def test_until_leaves_later_periods_out():
    table = contacts(
        *({"created_at": f"2025-0{month}-03", "handle_seconds": 60} for month in (5, 6, 7))
    )
    assert csqa.measure(table, until="2025-06")["period"].tolist() == ["2025-05", "2025-06"]
    with pytest.raises(RuleError, match="`until` 应与 `every` 一样是 month，而不是 '2025'"):
        csqa.measure(table, until="2025")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"by": "agent"}, "`by` 应为 'team', 'agent_id'"),
        ({"every": "fortnight"}, "`every` 应为 'day'"),
    ],
)
def test_unknown_option_is_refused(options, told):
    with pytest.raises(RuleError, match=told):
        csqa.measure(CONTACTS, **options)


def test_partial_months_are_marked():
    table = contacts(
        *({"created_at": day, "handle_seconds": 1} for day in ("2025-05-02", "2025-06-20"))
    )
    assert csqa.measure(table)[["period", "complete"]].to_numpy().tolist() == [
        ["2025-05", True],
        ["2025-06", False],
    ]


def test_input_is_left_unchanged():
    before = CONTACTS.copy(deep=True)
    csqa.measure(CONTACTS, by=["team", "scene"])
    pd.testing.assert_frame_equal(CONTACTS, before)


NAMES = st.sampled_from(["甲", "乙", None])
ROWS = st.fixed_dictionaries(
    {
        "team": NAMES,
        "agent_id": st.sampled_from(["K1", "K2", "K3", None]),
        "channel": st.sampled_from(["online", "phone", "email"]),
        "scene": st.sampled_from(["presale", "aftersale", None]),
        "created_at": st.integers(0, 60 * 24 * 90).map(
            lambda minute: str(pd.Timestamp("2025-04-01") + pd.Timedelta(minute, "min"))
        ),
        "handle_seconds": st.none() | st.integers(0, 5000),
        "csat": st.none() | st.integers(1, 5),
        "nps": st.none() | st.integers(0, 10),
        "complaint": st.none() | st.booleans(),
        "wait": st.none() | st.integers(0, 300),
        "customer_id": st.sampled_from(["A", "B", "C", None]),
        "resolved": st.none() | st.booleans(),
    }
)
TABLES = st.lists(ROWS, min_size=1, max_size=25)


def as_contacts(rows) -> pd.DataFrame:
    table = contacts(*rows)
    waited = pd.to_timedelta(table["wait"].astype(float), unit="s")
    created = pd.to_datetime(table["created_at"])
    return table.drop(columns="wait").assign(first_response_at=created + waited)


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """The same sums for several metrics, contact by contact, in plain Python."""
    created = pd.to_datetime(table["created_at"])
    end = created.max()
    lines = []
    for place, row in enumerate(table.to_dict("records")):
        at = created[place]
        minutes = at.hour * 60 + at.minute
        peak = 600 <= minutes < 720 or 1140 <= minutes < 1320
        waited = (row["first_response_at"] - at).total_seconds()
        limits = {
            "online": 45 if peak or row["scene"] == "aftersale" else 30,
            "phone": 20 if peak else 15,
        }
        limit = limits.get(row["channel"])
        same = (table["customer_id"] == row["customer_id"]).to_numpy()
        gaps = [(created[other] - at, other) for other in np.flatnonzero(same) if other != place]
        again = any(
            pd.Timedelta(0) < gap <= pd.Timedelta(7, "D")
            or (gap == pd.Timedelta(0) and table["contact_id"][other] > row["contact_id"])
            for gap, other in gaps
        )
        known = (
            pd.notna(row["customer_id"])
            and pd.notna(row["resolved"])
            and end - at >= pd.Timedelta(7, "D")
        )
        found = [
            (
                f"first_response_{row['channel']}",
                waited,
                limit is not None and waited > limit,
                limit is not None,
            ),
            (
                "handle_time",
                row["handle_seconds"],
                row["handle_seconds"] is not None and row["handle_seconds"] > 600,
                True,
            ),
            (
                "csat",
                None if pd.isna(row["csat"]) else float(row["csat"] >= 4),
                pd.notna(row["csat"]) and row["csat"] < 4,
                True,
            ),
            (
                "nps",
                None if pd.isna(row["nps"]) else float((row["nps"] >= 9) - (row["nps"] <= 6)),
                pd.notna(row["nps"]) and row["nps"] <= 6,
                True,
            ),
            ("complaint_rate", row["complaint"], row["complaint"], True),
            (
                "first_contact_resolution",
                float(bool(row["resolved"]) and not again),
                not row["resolved"] or again,
                known,
            ),
        ]
        lines += [
            {
                "period": f"{at:%Y-%m}",
                "team": row["team"] if pd.notna(row["team"]) else "unknown",
                "metric": metric,
                "value": float(value),
                "over": float(over),
            }
            for metric, value, over, counts in found
            if counts and value is not None and not pd.isna(value)
        ]
    listed = pd.DataFrame(lines, columns=["period", "team", "metric", "value", "over"])
    listed["squares"] = listed["value"] ** 2
    grouped = listed.groupby(["period", "team", "metric"])
    return grouped.agg(
        n=("value", "size"),
        total=("value", "sum"),
        total_squares=("squares", "sum"),
        over=("over", "sum"),
    )


def compact(measures: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    columns = ["n", "total", "total_squares", "over"]
    return measures.groupby([*keys, "metric"])[columns].sum().astype(float)


@settings(max_examples=20, deadline=None)
@given(TABLES)
def test_sums_agree_with_plain_pandas(rows):
    table = as_contacts(rows)
    found = compact(csqa.measure(table, by="team"), ["period", "team"])
    pd.testing.assert_frame_equal(found, plain(table).astype(float), check_index_type=False)


@settings(max_examples=10, deadline=None)
@given(TABLES)
def test_units_add_up_to_the_whole_and_months_to_the_quarter(rows):
    data = csqa.load(as_contacts(rows))
    whole = compact(csqa.measure(data), ["period"])
    for by in ("team", ["agent_id", "scene"], "peak"):
        pd.testing.assert_frame_equal(compact(csqa.measure(data, by=by), ["period"]), whole)
    quarter = compact(csqa.measure(data, every="quarter"), [])
    pd.testing.assert_frame_equal(compact(csqa.measure(data), []), quarter)


@settings(max_examples=10, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(rows, random):
    table = as_contacts(rows)
    order = list(range(len(table)))
    random.shuffle(order)
    shuffled = csqa.measure(table.iloc[order].reset_index(drop=True), by="team")
    pd.testing.assert_frame_equal(shuffled, csqa.measure(table, by="team"))


@settings(max_examples=6, deadline=None)
@given(st.lists(ROWS, min_size=2, max_size=20), st.data())
def test_splitting_a_file_in_two_changes_nothing(tmp_path_factory, rows, data):
    table = as_contacts(rows)
    cut = data.draw(st.integers(1, len(table) - 1))
    folder = tmp_path_factory.mktemp("split")
    table[:cut].to_csv(folder / "contacts_1.csv", index=False)
    table[cut:].to_csv(folder / "contacts_2.csv", index=False)
    loaded = csqa.measure(csqa.load(folder), by="team")
    pd.testing.assert_frame_equal(loaded, csqa.measure(table, by="team"))

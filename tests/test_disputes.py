"""Disputes: counts and deadlines by hand, and scores as the decisions corrected them."""

from datetime import date

import pandas as pd
import pytest

import csqa
from csqa.disputes import DISPUTE_COLUMNS, OPEN_COLUMNS
from csqa.errors import DataError, RuleError
from csqa.stats import wilson
from tests.tables import contacts, write

COLUMNS = ["dispute_id", "contact_id", "item", "inspector", "judged_at", "filed_at", "decided_at",
           "outcome", "corrected_result"]  # fmt: skip


def june(day, time):
    return f"2025-06-{day:02d} {time}"


RECORDED = [
    # Mon 2 June; Fri 6 June; the working days after are 9, 10, 11, 12, 13 June.
    ("D1", "C1", "语气", "甲", june(2, "09:00"), june(3, "10:00"), june(5, "9:00"), "改判", "合格"),
    ("D2", "C2", "语气", "甲", june(2, "09:00"), june(6, "10:00"), june(13, "23:59"), "维持", None),
    ("D3", "C3", "语气", "乙", june(2, "09:00"), june(5, "23:59"), june(13, "00:01"), "改判", None),
    ("D4", "C4", "用语规范", "乙", None, june(6, "10:00"), None, "待定", None),
    ("D5", "C4", "服务用语", None, None, june(9, "10:00"), june(10, "09:00"), "撤回", None),
    ("D6", "C1", "语气", "甲", None, "2025-07-01 10:00", None, None, None),
]  # fmt: skip


JUDGED = [
    ("C1", "甲", "语气", "不合格"),
    ("C1", "乙", "语气", "不合格"),
    ("C1", "甲", "开场白", "合格"),
    ("C2", "甲", "语气", "不合格"),
    ("C3", "乙", "语气", "不合格"),
    ("C4", "乙", "用语规范", "不合格"),
]


def load(disputes, inspections=None):
    people = [{"agent_id": f"A{n}", "team": team} for n, team in enumerate("XXYY", 1)]
    tables = {"contacts": contacts(*people), "disputes": pd.DataFrame(disputes, columns=COLUMNS)}
    if inspections is not None:
        names = ["contact_id", "inspector", "item", "result"]
        tables["inspections"] = pd.DataFrame(inspections, columns=names)
    return csqa.load(tables)


@pytest.fixture(scope="module")
def data():
    return load(RECORDED)


class TestCounts:
    def test_of_june_by_hand(self, data):
        found = csqa.measure_disputes(data, as_of="2025-06")
        assert found.columns.tolist() == ["period", *DISPUTE_COLUMNS]
        assert len(found) == 1
        row = found.iloc[0]
        assert row[["n_filed", "n_upheld", "n_overturned"]].tolist() == [5, 1, 2]
        assert row[["n_withdrawn", "n_pending", "n"]].tolist() == [1, 1, 3]
        assert row["overturn_rate"] == pytest.approx(2 / 3)
        assert (row["lower"], row["upper"]) == wilson(2, 3)
        assert row["status"] == "too_few"
        # judged on the 2nd, until the 5th: D1 and D3 in time, D2 a day late, D4, D5 unknown
        assert (row["n_filing_known"], row["n_filed_in_time"]) == (3, 2)
        assert row["filed_in_time"] == pytest.approx(2 / 3)
        # D1 and D2 decided in time, D3 (until the 12th) a day late, D4 (until the 13th) never
        assert (row["n_decision_due"], row["n_decided_in_time"], row["n_overdue"]) == (4, 2, 1)
        assert row["decided_in_time"] == 0.5
        assert row["n_without_correction"] == 1  # D3

    def test_seen_from_an_earlier_day(self, data):
        row = csqa.measure_disputes(data, as_of=date(2025, 6, 9)).iloc[0]
        assert row[["n_filed", "n_overturned", "n_pending"]].tolist() == [5, 1, 4]
        assert row[["n_decision_due", "n_overdue"]].tolist() == [1, 0]

    def test_until_the_end_of_the_data(self, data):
        found = csqa.measure_disputes(data)
        assert found["period"].tolist() == ["2025-06", "2025-07"]
        assert found["n_pending"].tolist() == [1, 1]
        assert csqa.measure_disputes(data, until="2025-06")["period"].tolist() == ["2025-06"]
        assert csqa.measure_disputes(data, every="quarter", until="2025-Q2")["n_filed"].sum() == 5

    def test_by_item_inspector_agent_and_team(self, data):
        by_item = csqa.measure_disputes(data, by="item", as_of="2025-06").set_index("item")
        assert by_item["n_filed"].to_dict() == {"wording": 2, "语气": 3}
        by_inspector = csqa.measure_disputes(data, by="inspector", as_of="2025-06")
        assert by_inspector.set_index("inspector")["n"].to_dict() == {
            "unknown": 0,
            "乙": 1,
            "甲": 2,
        }
        unknown = by_inspector.set_index("inspector").loc["unknown"]
        assert unknown["status"] == "no_data"
        assert pd.isna(unknown["overturn_rate"])
        by_team = csqa.measure_disputes(data, by=["team", "agent_id"], as_of="2025-06")
        assert by_team[["team", "agent_id", "n_filed"]].to_numpy().tolist() == [
            ["X", "A1", 1], ["X", "A2", 1], ["Y", "A3", 1], ["Y", "A4", 2],
        ]  # fmt: skip

    def test_calendar_days_and_own_deadlines(self, data, tmp_path):
        text = "disputes: {file_within_days: 0, decide_within_days: 2, days: calendar}\nitems: {}\n"
        form = csqa.read_form(write(tmp_path, text, "form.yml"))
        row = csqa.measure_disputes(data, form, as_of="2025-06").iloc[0]
        assert row["n_filed_in_time"] == 0
        assert row["n_decided_in_time"] == 1  # D1, on the second day

    def test_a_year_without_holidays_is_not_guessed(self):
        late = [("D1", "C1", "语气", "甲", None, "2049-12-30 10:00", None, "待定", None)]
        found = csqa.measure_disputes(load(late), as_of="2050-06")
        assert found["n_decision_due"].tolist() == [0]
        assert csqa.list_open_disputes(load(late), as_of="2050-06")["due_on"].isna().all()

    def test_what_cannot_be_asked_is_refused(self, data):
        with pytest.raises(RuleError, match="`by` 应为 'item', 'inspector'"):
            csqa.measure_disputes(data, by="channel")
        with pytest.raises(RuleError, match="`until` 应与 `every` 一样是 month"):
            csqa.measure_disputes(data, until="2025")
        with pytest.raises(DataError, match="没有提供申诉记录"):
            csqa.measure_disputes(csqa.load({"contacts": contacts({})}))


class TestOpen:
    def test_overdue_first(self, data):
        found = csqa.list_open_disputes(data, as_of="2025-07-02")
        assert found.columns.tolist() == list(OPEN_COLUMNS)
        assert found["dispute_id"].tolist() == ["D4", "D6"]
        assert found["overdue"].tolist() == [True, False]
        assert found["days_open"].tolist() == [26, 1]
        assert found["due_on"].astype("str").tolist() == ["2025-06-13", "2025-07-08"]

    def test_a_deadline_holds_to_the_end_of_its_day(self, data):
        for day, overdue in (("2025-06-13", False), ("2025-06-14", True)):
            found = csqa.list_open_disputes(data, as_of=day).set_index("dispute_id")
            assert found.loc["D4", "overdue"] == overdue


class TestRestated:
    def test_overturned_items_count_as_corrected(self):
        data = load(RECORDED, JUDGED)
        before = csqa.score_inspections(data, by="agent_id").set_index("agent_id")["score"]
        after = csqa.score_inspections(csqa.apply_disputes(data), by="agent_id")
        after = after.set_index("agent_id")["score"]
        assert before.to_dict() == {"A1": 50, "A2": 0, "A3": 0, "A4": 0}
        # D1 for both inspectors; D2 was upheld; D3 names no correction; D4 is pending
        assert after.to_dict() == {"A1": 100, "A2": 0, "A3": 0, "A4": 0}
        items = csqa.score_items(csqa.apply_disputes(data)).set_index("item")
        assert items["n_failed"].to_dict() == {"wording": 1, "开场白": 0, "语气": 2}

    def test_metrics_of_faults_follow_and_the_first_figures_come_back(self):
        rows = [("D1", "C4", "服务用语", None, None, "2025-06-05", "2025-06-06", "改判", "合格")]
        data = load(rows, JUDGED)
        wording = []
        for each in (data, csqa.apply_disputes(data), data):
            sums = csqa.measure(each)
            wording.append(sums.loc[sums["metric"] == "wording", "total"].tolist())
        assert wording == [[1], [0], [1]]

    def test_the_last_decision_holds(self):
        late = ("D9", "C1", "语气", "甲", None, "2025-06-10", "2025-06-12", "改判", "不适用")
        data = csqa.apply_disputes(load([late, RECORDED[0]], JUDGED))
        items = csqa.score_items(data, by="agent_id").set_index(["agent_id", "item"])
        assert items.loc[("A1", "语气"), "n"] == 0

    def test_a_corrected_score_is_put_on_the_scale(self, tmp_path):
        form = csqa.read_form(
            write(tmp_path, "scale: {min: 0, max: 10}\nitems: {语气: {}}", "f.yml")
        )
        rows = pd.DataFrame([RECORDED[0]], columns=COLUMNS).assign(corrected_score=7)
        rows["corrected_result"] = None
        tables = {
            "contacts": contacts({}),
            "inspections": pd.DataFrame([{"contact_id": "C1", "item": "语气", "score": 2}]),
            "disputes": rows,
        }
        data = csqa.load(tables)
        assert csqa.score_inspections(data, form)["score"].tolist() == [20]
        assert csqa.score_inspections(csqa.apply_disputes(data), form)["score"].tolist() == [70]

    def test_a_critical_failure_that_was_none_no_longer_kills(self):
        judged = pd.DataFrame(JUDGED[:3], columns=["contact_id", "inspector", "item", "result"])
        tables = {
            "contacts": contacts({}),
            "inspections": judged.assign(critical=judged["item"] == "语气"),
            "disputes": pd.DataFrame([RECORDED[0]], columns=COLUMNS),
        }
        data = csqa.load(tables)
        scores = [csqa.score_inspections(d).iloc[0] for d in (data, csqa.apply_disputes(data))]
        assert [row["score"] for row in scores] == [0, 100]
        assert [row["n_critical_free"] for row in scores] == [0, 1]

    def test_a_correction_that_meets_no_judgement_is_counted(self):
        rows = [RECORDED[0], ("D9", "C2", "没评过的项", *RECORDED[0][3:])]
        row = csqa.measure_disputes(load(rows, JUDGED)).iloc[0]
        assert (row["n_filed"], row["n_without_judgement"]) == (2, 1)
        assert csqa.measure_disputes(load(rows)).iloc[0]["n_without_judgement"] == 0

    def test_without_disputes_nothing_changes(self):
        tables = {
            "contacts": contacts({}),
            "inspections": pd.DataFrame([{"contact_id": "C1", "item": "语气", "result": "fail"}]),
        }
        data = csqa.load(tables)
        assert csqa.apply_disputes(data) is data

    def test_agreement_is_of_the_judgements_as_made(self):
        data = load(RECORDED, JUDGED)
        assert (
            data.inspections["result"].tolist()
            == csqa.apply_disputes(data).inspections["result"].tolist()
        )
        corrected = csqa.apply_disputes(data)
        pd.testing.assert_frame_equal(
            csqa.measure_agreement(corrected), csqa.measure_agreement(data)
        )
        pd.testing.assert_frame_equal(csqa.measure_severity(corrected), csqa.measure_severity(data))

    def test_a_score_alone_corrects_nothing_where_the_form_has_no_scale(self):
        rows = pd.DataFrame([RECORDED[0]], columns=COLUMNS).assign(corrected_score=7)
        rows["corrected_result"] = None
        judged = pd.DataFrame(JUDGED[:3], columns=["contact_id", "inspector", "item", "result"])
        tables = {"contacts": contacts({}), "inspections": judged, "disputes": rows}
        data = csqa.load(tables)
        before, after = (csqa.score_inspections(d) for d in (data, csqa.apply_disputes(data)))
        pd.testing.assert_frame_equal(after, before)
        assert before["n"].tolist() == [1]


class TestIntake:
    def test_chinese_headers_are_known(self):
        rows = pd.DataFrame(
            {
                "申诉单号": ["S1"],
                "工单号": ["C1"],
                "质检项目": ["语气"],
                "原质检员": ["甲"],
                "申诉人": ["A1"],
                "质检时间": ["2025-06-02"],
                "提出时间": ["2025-06-03 09:00"],
                "复核时间": ["2025-06-04 09:00"],
                "复核结果": ["驳回"],
                "申诉原因": ["客户先挂断"],
            }
        )
        data = csqa.load({"contacts": contacts({}), "disputes": rows})
        assert data.faults.empty
        assert data.table("disputes")["outcome"].tolist() == ["upheld"]
        assert csqa.measure_disputes(data, by="agent_id")["agent_id"].tolist() == ["A1"]

    def test_a_file_is_known_by_its_name_or_its_headers(self, tmp_path):
        contacts({}).to_csv(tmp_path / "服务记录.csv", index=False)
        row = {"申诉编号": "S1", "服务单号": "C1", "质检项": "语气", "申诉时间": "2025-06-03"}
        for name in ("申诉记录.csv", "导出.csv"):
            path = tmp_path / name
            pd.DataFrame([row]).to_csv(path, index=False)
            assert csqa.load(tmp_path).has("disputes")
            path.unlink()

    def test_unknown_contacts_and_repeated_ids_are_set_aside_and_check_tells(self):
        rows = [RECORDED[0], ("D1", *RECORDED[1][1:]), ("D7", "C99", *RECORDED[1][2:])]
        data = load(rows)
        assert sorted(data.faults["rule"]) == ["duplicate_key", "no_contact"]
        found = csqa.check(data)
        told = found[(found["table"] == "disputes") & (found["kind"] == "rows_quarantined")]
        assert told["value"].tolist() == [2]
        filled = found[(found["table"] == "disputes") & (found["kind"] == "completeness_month")]
        assert set(filled["period"]) == {"2025-06"}

"""Causes by their weight: by hand, corrected by an audit, with what they cost and what changed."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csqa
from csqa.cause_audit import audit_causes, read_audit
from csqa.cause_ranks import rank_causes
from csqa.cause_results import AUDIT_COLUMNS, CAUSE_RANK_COLUMNS, NO_CAUSE
from csqa.show.audit_files import write_audit
from csqa.show.cause_ranks import cause_pareto, name_cause, show_causes

BONES = {"charges": "policy", "handover": "process", "logistics": "environment", NO_CAUSE: NO_CAUSE}


def tagged(cases: dict[str, str]) -> pd.DataFrame:
    """Causes of cases, several with + between."""
    rows = [(case, BONES[one], one) for case, told in cases.items() for one in told.split("+")]
    return pd.DataFrame(rows, columns=["case_id", "bone", "cause"])


def many(**counts: int) -> pd.DataFrame:
    """So many cases of each cause."""
    names = [cause for cause, count in counts.items() for _ in range(count)]
    return tagged({f"C{place:04d}": cause for place, cause in enumerate(names)})


class TestRanks:
    def test_by_hand(self):
        found = rank_causes(tagged({"1": "charges+handover", "2": "charges", "3": NO_CAUSE}))
        assert found.columns.tolist() == list(CAUSE_RANK_COLUMNS)
        assert found["cause"].tolist() == ["charges", "handover", NO_CAUSE]
        assert found["cases"].tolist() == [2, 1, 1]
        assert found["share"].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3])
        assert found["cumulative"].tolist() == pytest.approx([0.5, 0.75, 1.0])
        assert found["vital"].tolist() == [True, True, False]
        assert not found["corrected"].any()
        assert found["method"].eq("wilson").all()

    def test_evidence_twice_counts_once(self):
        twice = pd.concat([tagged({"1": "charges"})] * 2)
        assert rank_causes(twice)["cases"].tolist() == [1]

    def test_the_unclassified_come_last_however_many(self):
        found = rank_causes(many(charges=2, unclassified=8))
        assert found["cause"].tolist() == ["charges", NO_CAUSE]

    def test_bones(self):
        found = rank_causes(tagged({"1": "charges+handover", "2": "charges"}), by="bone")
        assert found["cause"].tolist() == ["policy", "process"]
        assert found["bone"].tolist() == ["policy", "process"]
        with pytest.raises(csqa.RuleError, match="`by`"):
            rank_causes(tagged({"1": "charges"}), by="moon")

    def test_rates_and_costs(self):
        facts = pd.DataFrame({"case_id": ["1", "2", "3"], "handle_seconds": [3600.0, 1800, None]})
        facts["repeat_contacts"] = [2, 0, None]
        causes = tagged({"1": "charges+handover", "2": "charges", "3": NO_CAUSE})
        found = rank_causes(causes, facts, contacts=500).set_index("cause")
        assert found.loc["charges", "per_thousand"] == pytest.approx(4)
        assert found.loc["charges", "handle_hours"] == pytest.approx(1.5)
        assert found.loc["charges", "repeat_contacts"] == 2
        assert pd.isna(found.loc[NO_CAUSE, "handle_hours"])

    def test_change_since_the_month_before(self):
        now, before = many(charges=60, handover=40), many(charges=20, handover=80)
        found = rank_causes(now, before=before).set_index("cause")
        assert found.loc["charges", "verdict"] == "rising"
        assert found.loc["handover", "verdict"] == "falling"
        assert found.loc["charges", "change"] == pytest.approx(0.4)
        assert rank_causes(now)["verdict"].eq("none").all()

    def test_few_cases_have_no_trend(self):
        found = rank_causes(many(charges=5), before=many(handover=50))
        assert found["verdict"].eq("too_few").all()

    def test_the_same_shares_seldom_look_changed(self):
        rng, named = np.random.default_rng(1), 0
        for _ in range(60):
            now, before = (rng.choice(list(BONES), 200) for _ in range(2))
            tables = [tagged({str(i): one for i, one in enumerate(side)}) for side in (now, before)]
            named += rank_causes(tables[0], before=tables[1])["verdict"].eq("rising").any()
        assert named <= 8

    def test_no_cases(self):
        assert len(rank_causes(tagged({}))) == 0

    @given(st.lists(st.sampled_from([*BONES, "charges+handover"]), min_size=1, max_size=40))
    def test_every_mention_is_counted_once(self, told: list[str]):
        causes = tagged({str(place): one for place, one in enumerate(told)})
        found = rank_causes(causes)
        assert found["cases"].sum() == sum(one.count("+") + 1 for one in told)
        assert found["cumulative"].iloc[-1] == pytest.approx(1)
        assert found["n"].eq(len(told)).all()
        shuffled = rank_causes(causes.sample(frac=1, random_state=0))
        pd.testing.assert_frame_equal(shuffled, found)


class TestAudited:
    def sheet(self, causes: pd.DataFrame, truth: dict[str, str], size: int) -> pd.DataFrame:
        texts = causes[["case_id"]].drop_duplicates().assign(text="")
        drawn = audit_causes(causes, texts, size=size)
        return drawn.assign(audited=drawn["case_id"].map(truth))

    def test_shares_are_corrected_towards_the_truth(self):
        truth = {f"C{place:04d}": "charges" if place % 3 == 0 else "none" for place in range(600)}
        # The rule finds every second of them and nothing else.
        found = {
            case: "charges" if told == "charges" and int(case[1:]) % 2 else NO_CAUSE
            for case, told in truth.items()
        }
        causes = tagged(found)
        raw = rank_causes(causes).set_index("cause").loc["charges"]
        audited = self.sheet(causes, truth, 150)
        row = rank_causes(causes, audited=audited).set_index("cause").loc["charges"]
        assert raw["share"] == pytest.approx(1 / 6)
        assert raw["upper"] < 1 / 3
        assert row["lower"] <= 1 / 3 <= row["upper"]
        assert abs(row["share"] - 1 / 3) < abs(raw["share"] - 1 / 3)
        assert (row["corrected"], row["audited"]) == (True, 150)

    def test_a_cause_that_no_rule_finds_appears(self):
        causes = many(charges=20, unclassified=80)
        truth = {case: "handover" for case in causes.loc[causes["cause"] == NO_CAUSE, "case_id"]}
        truth |= {case: "charges" for case in causes.loc[causes["cause"] != NO_CAUSE, "case_id"]}
        found = rank_causes(causes, audited=self.sheet(causes, truth, 50)).set_index("cause")
        assert found.loc["handover", "cases"] == 0
        assert found.loc["handover", "lower"] > 0.6

    def test_who_was_not_read_does_not_count(self):
        causes = many(charges=50)
        blank = self.sheet(causes, {}, 10)
        assert not rank_causes(causes, audited=blank)["corrected"].any()
        strangers = pd.DataFrame({"case_id": ["X1"], "audited": ["none"]})
        assert not rank_causes(causes, audited=strangers)["corrected"].any()

    def test_bones_may_be_named(self):
        causes = many(charges=50)
        audited = self.sheet(causes, dict.fromkeys(causes["case_id"], "policy"), 20)
        row = rank_causes(causes, audited=audited, by="bone").iloc[0]
        assert (row["cause"], row["corrected"]) == ("policy", True)

    def test_bones_named_alone_correct_no_causes(self):
        causes = many(charges=50)
        audited = self.sheet(causes, dict.fromkeys(causes["case_id"], "policy"), 20)
        row = rank_causes(causes, audited=read_audit(audited)).iloc[0]
        assert (row["corrected"], row["method"], row["drawn"]) == (False, "bones_only", 20)
        assert "只写到大骨" in show_causes(rank_causes(causes, audited=read_audit(audited))).text

    def test_a_cause_that_no_rule_finds_is_counted_on_its_bone(self):
        causes = tagged({f"C{place:03d}": NO_CAUSE for place in range(100)})
        causes.loc[:9, ["bone", "cause"]] = ["process", "slow_handling"]
        truth = {
            f"C{place:03d}": "handover" if place % 2 else "slow_handling" for place in range(100)
        }
        audited = read_audit(self.sheet(causes, truth, 40))
        bones = rank_causes(causes, audited=audited, by="bone").set_index("cause")
        assert set(bones.index) <= {"process", NO_CAUSE}
        assert bones.loc["process", "lower"] > 0.8
        named = rank_causes(causes, audited=audited).set_index("cause")
        assert named.loc["handover", "bone"] == "process"

    def test_what_was_left_blank_is_told(self):
        causes = many(charges=50, unclassified=50)
        truth = dict.fromkeys(list(causes["case_id"])[:60], "charges")
        ranks = rank_causes(causes, audited=self.sheet(causes, truth, 40))
        told = int(ranks["audited"].iloc[0])
        assert 0 < told < 40
        assert f"按 {told} 例人工复核校正（抽取 40 例）" in show_causes(ranks).text


class TestSheet:
    def test_rows_removed_and_ids_edited_are_noticed(self, tmp_path: Path):
        import openpyxl

        causes = many(charges=5)
        write_audit(audit_causes(causes, causes.assign(text="话")), tmp_path / "a.xlsx")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        book.worksheets[0].delete_rows(2)
        book.worksheets[0]["A2"] = "ZZZ"
        book.save(tmp_path / "a.xlsx")
        with pytest.raises(csqa.DataError, match="有 3 处不对") as error:
            read_audit(tmp_path / "a.xlsx")
        assert "不见了" in str(error.value)
        assert "'ZZZ' 不是发出的" in str(error.value)

    def test_the_same_seed_draws_the_same_whatever_the_order(self):
        causes = many(charges=60, unclassified=40)
        texts = causes[["case_id"]].assign(text="话")
        first = audit_causes(causes, texts, size=20, seed=3)
        again = audit_causes(causes.iloc[::-1], texts.iloc[::-1], size=20, seed=3)
        pd.testing.assert_frame_equal(first, again)
        assert first.columns.tolist() == list(AUDIT_COLUMNS)
        assert len(first) == 20
        assert first["case_id"].tolist() != sorted(first["case_id"])
        other = audit_causes(causes, texts, size=20, seed=4)
        assert set(other["case_id"]) != set(first["case_id"])

    def test_adding_cases_keeps_most_of_the_draw(self):
        few, more = many(charges=100), many(charges=110)
        texts = more[["case_id"]].assign(text="")
        drawn = [set(audit_causes(one, texts, size=30)["case_id"]) for one in (few, more)]
        assert len(drawn[0] & drawn[1]) >= 22

    def test_size_must_be_a_number_of_cases(self):
        with pytest.raises(csqa.RuleError, match="`size` 应为正整数"):
            audit_causes(many(charges=1), pd.DataFrame({"case_id": [], "text": []}), size=0)

    @pytest.mark.parametrize("name", ["sheet.xlsx", "sheet.csv"])
    def test_written_filled_and_read_back(self, tmp_path: Path, name: str):
        causes = tagged({"=1+1": "charges", "B": NO_CAUSE})
        texts = pd.DataFrame(
            {"case_id": ["=1+1", "B"], "text": ["=HYPERLINK(1)", "我的电话13812345678"]}
        )
        sheet = audit_causes(causes, texts, size=2).assign(audited=["推诿转手+收费争议", "无"])
        write_audit(sheet, tmp_path / name)
        raw = (tmp_path / name).read_bytes()
        assert b"13812345678" not in raw
        read = read_audit(tmp_path / name)
        assert read["case_id"].tolist() == sheet["case_id"].tolist()
        assert read["audited"].tolist() == ["charges+handover", "none"]

    def test_formulas_stay_text(self, tmp_path: Path):
        import openpyxl

        causes = tagged({"A": "charges"})
        texts = pd.DataFrame({"case_id": ["A"], "text": ["=HYPERLINK(1)"]})
        write_audit(audit_causes(causes, texts), tmp_path / "a.xlsx")
        page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        assert page["B2"].data_type == "s"
        write_audit(audit_causes(causes, texts), tmp_path / "a.csv")
        assert "'=HYPERLINK" in (tmp_path / "a.csv").read_text("utf-8-sig")

    def test_all_faults_at_once(self):
        told = pd.DataFrame(
            {"case_id": ["A", "A", ""], "audited": ["推诿转身", "无+charges", None]}
        )
        with pytest.raises(csqa.DataError, match="有 4 处不对") as error:
            read_audit(told)
        assert "第 2 行：不认识的原因 '推诿转身'；是否指 推诿转手？" in str(error.value)
        assert "第 3 行：案例 'A' 重复" in str(error.value)
        assert "第 4 行：没有案例编号" in str(error.value)

    def test_what_is_no_sheet(self, tmp_path: Path):
        (tmp_path / "a.xlsx").write_bytes(b"no")
        with pytest.raises(csqa.DataError, match="读不成归因复核表"):
            read_audit(tmp_path / "a.xlsx")
        with pytest.raises(csqa.DataError, match="没有这个文件"):
            read_audit(tmp_path / "b.xlsx")
        with pytest.raises(csqa.DataError, match="缺少列 复核归因"):
            read_audit(pd.DataFrame({"case_id": ["A"]}))


class TestShown:
    def test_the_chart(self):
        now, before = many(charges=60, handover=30, unclassified=10), many(charges=20, handover=80)
        ax = cause_pareto(rank_causes(now, before=before))
        try:
            assert [tick.get_text() for tick in ax.get_yticklabels()] == [
                "收费争议",
                "推诿转手",
                "未归类",
            ]
            assert "未校正" in ax.get_title(loc="left")
            assert "上升" in ax.texts[0].get_text()
            assert ax.get_xlabel() == "占案例（%）；一例可有多个原因"
        finally:
            plt.close(ax.figure)

    def test_the_unclassified_are_drawn_however_many_causes_there_are(self):
        ids = [*csqa.read_fishbone().ids[:20], NO_CAUSE]
        causes = pd.DataFrame({"case_id": ids, "bone": "product", "cause": ids})
        ax = cause_pareto(rank_causes(causes))
        try:
            shown = [tick.get_text() for tick in ax.get_yticklabels()]
            assert (len(shown), shown[-1]) == (16, "未归类")
        finally:
            plt.close(ax.figure)

    def test_no_cases_say_so(self):
        ax = cause_pareto(rank_causes(tagged({})))
        assert "无数据" in ax.texts[0].get_text()
        plt.close(ax.figure)
        assert "没有可归因的案例" in show_causes(rank_causes(tagged({}))).text

    def test_the_table(self):
        shown = show_causes(rank_causes(many(charges=6, unclassified=4), contacts=100))
        assert "收费争议" in shown.text
        assert "政策" in shown.text
        assert "未归类超过 20%" in shown.text
        assert "未校正" in shown.text
        english = show_causes(rank_causes(many(charges=6)), language="en").text
        assert "not corrected" in english

    def test_names_are_escaped(self):
        ranks = rank_causes(many(charges=6))
        assert "<b>" not in show_causes(ranks, names={"charges": "<b>"}).html
        assert name_cause("charges", {"charges": "费用"}) == "费用"

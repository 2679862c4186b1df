"""Lasting problems: their ids, their 5W1H, what is linked to them, who is quoted."""

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csqa
from csqa.cause_results import NO_CAUSE
from csqa.engine.problem_cases import choose_cases, count_causes
from csqa.engine.problem_ids import name_problem
from csqa.engine.problem_parts import contrast_parts
from csqa.errors import RuleError
from csqa.problem_results import FIVE_W_COLUMNS, LINK_COLUMNS, PROBLEM_COLUMNS, QUOTE_COLUMNS
from csqa.rules.standard_reader import read_standard
from csqa.show import tables
from csqa.show.record import Record
from csqa.show.workbook_problems import PROBLEM_SHEETS
from csqa.show.workbook_sheets import write_table
from tests.tables import months, sums

STANDARD = read_standard()
GOOD = [92, 93, 91, 92, 94, 92, 93, 91, 92, 93]


def csat(percents, *, team=None, n=1000, last="2025-06") -> pd.DataFrame:
    rows = [
        (label, n, round(n * percent / 100))
        for label, percent in zip(months(len(percents), last), percents, strict=True)
    ]
    table = sums("csat", rows)
    return table if team is None else table.assign(team=team)


def over_of(**teams) -> dict[str, pd.DataFrame]:
    """Vertical comparisons of teams, and of the whole that they make up."""
    parts = pd.concat([csat(percents, team=team) for team, percents in teams.items()])
    keys = ["period", "metric", "target_line"]
    whole = parts.groupby(keys, as_index=False)[["n", "total", "total_squares", "over"]].sum()
    whole = whole.assign(complete=True)
    return {"all": csqa.compare_vertical(whole), "team": csqa.compare_vertical(parts)}


def problem(**values) -> dict:
    row = {
        "problem_id": "Q-csat-team-A",
        "metric": "csat",
        "kind": "share",
        "unit_kind": "team",
        "unit": "A",
        "period": "2025-06",
        "value": 0.8,
        "lower": 0.77,
        "upper": 0.83,
        "n": 900,
        "target": 0.9,
        "target_upper": None,
        "direction": "at_least",
        "since": "2025-05",
        "from_start": False,
        "run_length": 2,
        "evidence": "strong",
    }
    return row | values


def answers(sheet: pd.DataFrame) -> dict[str, str]:
    return dict(zip(sheet["aspect"], sheet["answer"], strict=True))


# list_problems


def test_only_what_lasts_is_a_problem():
    over = {"all": csqa.compare_vertical(csat([*GOOD, 92, 80]))}
    listed = csqa.list_problems(over, period="2025-06")
    assert listed.empty
    assert tuple(listed.columns) == PROBLEM_COLUMNS
    assert csqa.list_problems({}).empty


def test_since_when_and_how_surely():
    over = {"all": csqa.compare_vertical(csat([*GOOD, 80, 79, 81]))}
    row = csqa.list_problems(over).iloc[0]
    assert row["problem_id"] == "Q-csat-all"
    assert (row["since"], row["run_length"], row["evidence"]) == ("2025-04", 3, "strong")
    assert not row["from_start"]


def test_a_run_from_the_first_month_on_began_nobody_knows_when():
    over = {"all": csqa.compare_vertical(csat([80] * 6))}
    row = csqa.list_problems(over).iloc[0]
    assert row["from_start"]
    said = answers(csqa.describe_problem(csqa.list_problems(over)))["since"]
    assert said == "数据之初（2025-01）就未达标，至今连续 6 个月，证据充分"


def test_the_id_is_the_same_next_month():
    earlier, later = [*GOOD, 80, 79], [*GOOD, 80, 79, 78]
    ids = [
        csqa.list_problems({"all": csqa.compare_vertical(csat(series, last=last))})["problem_id"]
        for series, last in ((earlier, "2025-05"), (later, "2025-06"))
    ]
    assert ids[0].tolist() == ids[1].tolist() == ["Q-csat-all"]


def test_a_team_that_explains_the_whole_comes_first():
    over = over_of(弱=[*GOOD, 70, 70], 强=[*GOOD, 95, 95], 好=[*GOOD, 95, 95])
    listed = csqa.list_problems(over)
    assert listed["problem_id"].tolist() == ["Q-csat-team-弱", "Q-csat-all"]
    weak = listed.iloc[0]
    assert weak["part_of"] == "Q-csat-all"
    assert weak["explains_whole"]
    assert not listed.iloc[1]["explains_whole"]


def test_a_part_that_does_not_explain_the_whole_comes_after_it():
    listed = csqa.list_problems(over_of(甲=[*GOOD, 80, 80], 乙=[*GOOD, 81, 81]))
    assert listed["problem_id"].tolist()[0] == "Q-csat-all"
    assert set(listed["part_of"][1:]) == {"Q-csat-all"}
    assert not listed["explains_whole"].any()


def test_one_table_will_do_as_well():
    over = over_of(甲=[*GOOD, 80, 80], 乙=[*GOOD, 81, 81])
    both = pd.concat(over, names=["unit_kind", "row"]).reset_index("unit_kind")
    both = both.reset_index(drop=True)
    pd.testing.assert_frame_equal(csqa.list_problems(both), csqa.list_problems(over))


def test_refused_tables():
    table = csqa.compare_vertical(csat([80] * 6))
    with pytest.raises(RuleError, match=r"`over`：.*unit_kind"):
        csqa.list_problems(table)
    with pytest.raises(RuleError, match="没有 2026-01，只到 2025-06"):
        csqa.list_problems({"all": table}, period="2026-01")
    with pytest.raises(RuleError, match="没有持续的问题"):
        csqa.describe_problem(csqa.list_problems({}))


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_ids_are_safe_and_differ(one, other):
    named = name_problem("csat", "team", one)
    assert all(character.isalnum() or character in "_-" for character in named)
    assert len(named) <= 60
    assert named == name_problem("csat", "team", one)
    assert (named == name_problem("csat", "team", other)) == (one == other)


# the cases of a problem


def facts(*rows, **same) -> pd.DataFrame:
    base = {"period": "2025-06", "team": "A"} | same
    return pd.DataFrame([{"case_id": f"C{n}"} | base | row for n, row in enumerate(rows, 1)])


@pytest.mark.parametrize(
    ("metric", "own", "other"),
    [
        ("complaint_rate", {"complaint": True}, {"complaint": False}),
        ("csat", {"low_rating": True}, {"low_rating": None}),
        ("first_contact_resolution", {"repeated": True}, {"repeated": False}),
        ("first_contact_resolution", {"reopened": True}, {"reopened": None}),
        ("accuracy", {"failed_inspection": True}, {"failed_inspection": False}),
        ("handle_time", {"handle_seconds": 700.0}, {"handle_seconds": 500.0}),
        ("first_response_phone", {"first_response_seconds": 700.0}, {}),
    ],
)
def test_cases_that_failed_in_the_metric_itself(metric, own, other):
    asked = problem(metric=metric, target=600.0, direction="at_most", value=650.0)
    chosen = choose_cases(asked, facts(own, other), STANDARD)
    assert (chosen.rows["case_id"].tolist(), chosen.basis) == (["C1"], "own")


def test_only_cases_of_the_unit_and_of_the_run():
    table = facts(
        {"low_rating": True},
        {"low_rating": True, "team": "B"},
        {"low_rating": True, "period": "2025-04"},
    )
    assert choose_cases(problem(), table, STANDARD).rows["case_id"].tolist() == ["C1"]


def test_without_own_cases_all_of_the_unit_count():
    chosen = choose_cases(problem(metric="nps"), facts({}, {}), STANDARD)
    assert (len(chosen.rows), chosen.basis) == (2, "unit")


def test_counts_are_of_cases_not_of_evidence():
    causes = pd.DataFrame(
        [
            ("1", "people", "a"),
            ("1", "people", "a"),
            ("1", "people", "b"),
            ("2", "people", "a"),
            ("3", NO_CAUSE, NO_CAUSE),
            ("4", NO_CAUSE, NO_CAUSE),
            ("5", NO_CAUSE, NO_CAUSE),
        ],
        columns=["case_id", "bone", "cause"],
    )
    counted = count_causes(causes)
    assert counted["cause"].tolist() == ["a", "b", NO_CAUSE], "the unclassified come last"
    assert counted["cases"].tolist() == [2, 1, 3]
    assert counted["share"].tolist() == [0.4, 0.2, 0.6]
    assert counted["bone_cases"].tolist() == [2, 2, 3]
    assert set(counted["n"]) == {5}


# describe_problem


def by_topic(bad: int, good: int = 90) -> pd.DataFrame:
    rows = [
        (month, topic, 100, percent)
        for month in ("2025-05", "2025-06")
        for topic, percent in (("安装", bad), ("发票", good), ("维修", good))
    ]
    return sums("csat", rows, unit="topic").assign(team="A")


def test_the_place_that_is_worse_is_named_with_its_gap():
    sheet = csqa.describe_problem(problem(), details=[by_topic(60)])
    said = answers(sheet)["places"]
    # 120 of 200 against 360 of 400
    assert said.startswith("“安装” 60.0%（n=200），其余 90.0%，差 30 个百分点（95% 区间")
    assert said.endswith("；多重比较校正后仍显著")
    row = sheet[sheet["aspect"] == "places"].iloc[0]
    assert row["evidence"] == "问题类型的分项指标，2025-05 至 2025-06 合并"
    assert row["n"] == 600


def test_where_nothing_stands_out_that_is_said():
    said = answers(csqa.describe_problem(problem(), details=[by_topic(88)]))["places"]
    assert said == "各处都一样：按问题类型看，校正后没有哪一处明显更差（共比较 3 处）"


def test_two_parts_are_one_comparison():
    rows = [("2025-06", "peak", 100, 70), ("2025-06", "off_peak", 100, 90)]
    table = sums("csat", rows, unit="peak").assign(team="A")
    parts = contrast_parts([table], problem(), ("peak",), ["2025-06"])
    assert parts["part"].tolist() == ["peak"]
    assert parts["q"].tolist() == parts["p"].tolist()
    sheet = csqa.describe_problem(problem(since="2025-06"), details=[table])
    assert (
        "高峰时段 70.0%（n=100），非高峰时段 90.0%（n=100）；差 20 个百分点"
        in (answers(sheet)["peak"])
    )


def test_what_the_data_cannot_tell_is_left_blank():
    sheet = csqa.describe_problem(problem())
    assert tuple(sheet.columns) == FIVE_W_COLUMNS
    blank = sheet[sheet["status"] == "open"]
    assert set(blank["answer"]) == {""}
    assert set(blank["aspect"]) == {
        "places", "peak", "hours", "agents", "tenure", "course", "sequence", "causes", "root_cause",
    }  # fmt: skip
    assert sheet["question"].drop_duplicates().tolist() == list(csqa.problem_results.QUESTIONS)


def agents(weak: int) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    rows = [("2025-06", f"K{n:02d}", 100, weak if n == 0 else 92) for n in range(20)]
    table = sums("csat", rows, unit="agent_id")
    across = csqa.compare_horizontal(table, unit="agent_id", period="2025-06")
    return {"agent_id": across}, table.assign(team="A")


def test_agents_are_named_only_outside_their_limits():
    across, table = agents(50)
    asked = {"details": [table], "across": across}
    said = answers(csqa.describe_problem(problem(since="2025-06"), **asked))["agents"]
    assert said.startswith("超出 99.8% 控制限的：工号 K00 50.0%（n=100），同类工作")
    assert "K01" not in said
    across, table = agents(91)
    asked = {"details": [table], "across": across}
    said = answers(csqa.describe_problem(problem(since="2025-06"), **asked))["agents"]
    assert said == "参与比较的 20 位客服都没有差到控制限之外，不点名"


def test_new_agents_against_experienced_ones():
    rows = [("2025-01", "K1", 50, 45), ("2025-06", "K1", 100, 92), ("2025-06", "K2", 100, 60)]
    table = sums("csat", rows, unit="agent_id").assign(team="A")
    said = answers(csqa.describe_problem(problem(), details=[table]))["tenure"]
    assert said.startswith("入职未满 3 个月的客服 60.0%（n=100），老客服 92.0%（n=100）")
    assert "差 32 个百分点" in said
    assert said.endswith("显著）")


def tagged(*rows) -> pd.DataFrame:
    columns = ["case_id", "bone", "cause", "kind", "evidence"]
    return pd.DataFrame(rows, columns=columns)


def test_how_and_why_are_of_the_problems_cases():
    known = facts(
        {"low_rating": True, "departments": 3, "repeated": True, "longest_wait_seconds": 600},
        {"low_rating": True, "departments": 1, "repeated": False, "longest_wait_seconds": 1200},
        {"low_rating": True, "departments": None, "repeated": False},
        {"low_rating": True, "team": "B", "departments": 5, "repeated": True},
    )
    causes = tagged(
        ("C1", "process", "handover", "facts", "departments=3"),
        ("C1", "people", "careless", "words", "打13812345678没人接"),
        ("C2", "people", "careless", "words", "打13812345678没人接"),
        ("C3", NO_CAUSE, NO_CAUSE, "none", ""),
        ("C4", "policy", "charges", "words", "乱收费"),
    )
    sheet = csqa.describe_problem(
        problem(), causes=causes, facts=known, names={"careless": "操作失误"}
    )
    said = answers(sheet)
    assert said["course"] == (
        "经过 2 个及以上部门 1 个（50%）；办结后同一问题又来 1 个（33.3%）；"
        "最久等待的中位数 15.0 分钟"
    )
    assert said["causes"].startswith(
        "操作失误 2 例（66.7%，95% 区间 20.8%–93.9%，如“打[手机1]没人接”）"
    )
    assert said["causes"].endswith("未归类 1 例（33.3%）")
    assert "charges" not in said["causes"]
    row = sheet[sheet["aspect"] == "causes"].iloc[0]
    assert row["n"] == 3
    assert "原话 2 条、事实 1 条" in row["evidence"]
    assert "未经人工抽查" in row["evidence"]
    assert "案例不到 30 个" in row["evidence"]
    assert "，2025-06；" in row["evidence"], "the months of the cases, not of the run"


def test_hours_come_from_the_data(sample):
    asked = problem(
        metric="first_response_online", kind="seconds", unit="在线二组", value=49.9,
        lower=44.4, upper=55.4, target=42.7, direction="at_most", since="2025-02",
    )  # fmt: skip
    sheet = csqa.describe_problem(asked, data=sample, details=[csqa.measure(sample, by="team")])
    row = sheet[sheet["aspect"] == "hours"].iloc[0]
    assert row["answer"].startswith("最差的时段：")
    assert "未作检验" in row["answer"]
    assert row["n"] > 500


def test_inputs_stay_as_they_are():
    details, causes = by_topic(60), tagged(("C1", "people", "careless", "words", "错"))
    known = facts({"low_rating": True})
    before = details.copy(), causes.copy(), known.copy()
    csqa.describe_problem(problem(), details=[details], causes=causes, facts=known)
    for table, was in zip((details, causes, known), before, strict=True):
        pd.testing.assert_frame_equal(table, was)


# link_problems


def plan(**row) -> dict:
    sound = {"action_id": "A1", "metric": "客户满意度", "unit": "A", "root_cause": "预约经常改期"}
    sound |= {"measure": "提前一天通知", "owner": "王芳", "due": pd.Timestamp("2025-07-01")}
    return sound | {"status": "in_progress", "verified": None} | row


CAUSES = tagged(
    ("C1", "process", "appointment", "words", "改期"),
    ("C2", "process", "appointment", "words", "改期"),
    ("C2", "policy", "charges", "words", "收费"),
)
NAMES = {"appointment": "预约改期", "charges": "收费争议"}


def links(*actions, causes=CAUSES, **options) -> pd.DataFrame:
    found = csqa.link_problems(
        pd.DataFrame([problem()]), causes, pd.DataFrame(list(actions)), names=NAMES, **options
    )
    assert tuple(found.columns) == LINK_COLUMNS
    return found


def test_the_four_stay_linked():
    found = links(plan(status="done", verified="升到 91%"))
    first = found.iloc[0]
    assert (first["problem_id"], first["cause"], first["action_id"]) == (
        "Q-csat-team-A", "appointment", "A1",
    )  # fmt: skip
    assert (first["cases"], first["verified"], first["gap"]) == (2, "升到 91%", "")
    assert found.iloc[1][["cause", "action_id", "gap"]].tolist() == ["charges", "", "no_measure"]


def test_every_gap_is_said():
    assert links(plan(status="done"))["gap"].tolist() == ["not_verified", "no_measure"]
    elsewhere = links(plan(root_cause="天气不好", measure="等"))
    assert elsewhere["gap"].tolist() == ["no_measure", "no_measure", "no_cause"]
    nothing = csqa.link_problems(pd.DataFrame([problem()]))
    assert nothing["gap"].tolist() == ["no_cause no_measure"]


@pytest.mark.parametrize(
    ("row", "fits"),
    [
        ({"unit": "全部"}, True),
        ({"unit": None}, True),
        ({"unit": "B"}, False),
        ({"metric": "投诉率"}, False),
    ],
)
def test_a_measure_is_for_its_metric_and_unit(row, fits):
    assert ("A1" in links(plan(**row))["action_id"].tolist()) is fits


def test_what_the_plan_means_may_be_tagged():
    stated = pd.DataFrame({"case_id": ["A1"], "cause": ["charges"]})
    found = links(plan(root_cause="乱要钱", measure="公示"), stated=stated)
    assert found.loc[found["action_id"] == "A1", "cause"].tolist() == ["charges"]


# pick_quotes


def evidence(case: str, cause: str, text: str, words: str, **row) -> tuple[dict, dict]:
    start = text.index(words)
    one = {"case_id": case, "bone": "process", "cause": cause, "kind": "words", "source": "message"}
    one |= {"seq": 1, "evidence": words, "start": start, "end": start + len(words)}
    return one | row, {
        "case_id": case,
        "source": one["source"],
        "seq": one["seq"],
        "text": text,
    } | {key: value for key, value in row.items() if key in ("source", "seq")}


def quotes(*pairs, **options) -> pd.DataFrame:
    causes, texts = (pd.DataFrame(list(rows)) for rows in zip(*pairs, strict=True))
    found = csqa.pick_quotes(causes, texts, **options)
    assert tuple(found.columns) == QUOTE_COLUMNS
    return found


MOVED = "师傅约好周三来又说要改期，改了三次了"


def test_quotes_are_of_different_causes_and_cases():
    found = quotes(
        evidence("1", "appointment", MOVED, "改期"),
        evidence("2", "appointment", MOVED + "真是", "改期"),
        evidence("3", "appointment", MOVED + "受够", "改期"),
        evidence("4", "charges", "上门还要另外收我五十块钱的费用", "收我"),
        most=2,
    )
    assert sorted(found["cause"]) == ["appointment", "charges"]
    assert found["case_id"].is_unique


def test_numbers_are_masked_before_anything_is_cut_and_marks_move_along():
    text = "我的电话是13812345678，师傅又改期了没人告诉我。"
    row = quotes(evidence("1", "appointment", text, "改期")).iloc[0]
    assert "138" not in row["text"]
    start, _, end = row["marks"].split(":")[0].partition("-")
    assert row["text"][int(start) : int(end)] == "改期"


def test_too_short_texts_and_inspectors_words_are_not_quoted():
    found = quotes(
        evidence("1", "appointment", "又改期了", "改期"),
        evidence("2", "appointment", MOVED, "改期", source="inspection"),
    )
    assert found.empty


def test_the_same_words_are_quoted_once():
    found = quotes(*[evidence(str(n), "appointment", MOVED, "改期") for n in range(5)])
    assert len(found) == 1


# for readers


def test_hostile_words_are_escaped_everywhere():
    bad = "<script>alert(1)</script>"
    text = f"{bad}师傅又改期了没人告诉我"
    found = quotes(evidence("1", "appointment", text, "改期"))
    shown = tables.show_quotes(found, names={"appointment": bad})
    assert "<script" not in shown.html
    assert "<mark>改期</mark>" in shown.html
    causes = tagged(("C1", "people", "careless", "words", bad))
    sheet = csqa.describe_problem(problem(unit=bad), causes=causes, names={"careless": bad})
    assert "<script" not in tables.show_problem(sheet).html
    linked = links(plan(measure=bad, owner=bad, verified=bad))
    assert "<script" not in tables.show_links(linked, names={"appointment": bad}).html


def test_the_sheet_leaves_lines_to_write_on():
    sheet = csqa.describe_problem(problem())
    shown = tables.show_problem(sheet)
    assert shown.html.count('<p class="open">') == 9
    assert "根本原因（会议确认）：________（待会议填写）" in shown.text
    assert "What" in tables.show_problem(sheet, language="en").text


def test_the_list_for_readers():
    listed = csqa.list_problems(over_of(弱=[*GOOD, 70, 70], 强=[*GOOD, 95, 95], 好=[*GOOD, 95, 95]))
    shown = tables.show_problems(listed).text
    assert "Q-csat-team-弱" in shown
    assert "是 Q-csat-all 的一部分；单独造成整体未达标" in shown
    assert "没有持续未达标的问题" in tables.show_problems(listed.head(0)).text


def test_sheets_of_a_workbook_hold_no_formula():
    bad = "=HYPERLINK(1)"
    linked = links(plan(measure=bad, owner=bad))
    found = quotes(evidence("1", "appointment", f"{bad}师傅又改期了没人告诉我", "改期"))
    kept = {
        "problems": pd.DataFrame([problem(rank=1, part_of="", explains_whole=False)]),
        "five_w": csqa.describe_problem(problem(unit=bad)),
        "links": tables.name_causes(linked, names=NAMES),
        "fishbone": tables.name_causes(count_causes(CAUSES), names=NAMES),
        "quotes": tables.name_causes(found, names=NAMES),
    }
    book = openpyxl.Workbook()
    record = Record(kept, {}, {})
    for sheet_plan in PROBLEM_SHEETS:
        sheet = book.create_sheet(sheet_plan.table)
        write_table(sheet, sheet_plan, record, "zh")
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        heads = [cell.value for cell in sheet[1]]
        assert not any(str(head).isascii() and "_" in str(head) for head in heads), heads
    told = [cell.value for row in book["links"].iter_rows() for cell in row]
    assert {"预约改期", "流程", "没有措施", bad} <= set(told)
    told = [cell.value for row in book["five_w"].iter_rows() for cell in row]
    assert {"为什么 Why", "待会议填写", "数据预填"} <= set(told)


def test_english():
    sheet = csqa.describe_problem(problem(), details=[by_topic(60)], language="en")
    said = answers(sheet)
    assert said["value"].startswith("A: CSAT 80.0% (95 % interval 77.0%–83.0%)")
    assert "still significant after correction" in said["places"]
    linked = tables.show_links(links(plan(status="done")), names=NAMES, language="en")
    assert "done, not verified" in linked.text

"""The sample data are what their generator makes, and hold what truth.yml says, by plain pandas."""

import csv
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
TRUTH = yaml.safe_load((SAMPLE / "truth.yml").read_text(encoding="utf-8"))
PLANTS = {plant["id"]: plant for plant in TRUTH["plants"]}
ENCODINGS = {
    "服务记录_2023.csv": "gb18030",
    "服务记录_2024.csv": "utf-8-sig",
    "服务记录_2025.csv": "gb18030",
}
WORKBOOKS = ["质检记录.xlsx", "质检复评.xlsx", "改进行动计划表.xlsx"]
MADE = [
    *ENCODINGS,
    *WORKBOOKS,
    "客户反馈.csv",
    "会话消息.csv",
    "申诉记录.csv",
    "流程节点.csv",
    "归因复核.csv",
    "truth.yml",
]
WEEK = pd.Timedelta(hours=168)
SHORT_SCENES = {"售前": "售前咨询", "售中": "售中服务", "售后": "售后服务", "投诉": "投诉处理"}


def rows_of(name: str) -> tuple[list[str], list[list[str]]]:
    with (SAMPLE / name).open(encoding=ENCODINGS[name], newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def is_time(text: str) -> bool:
    year, *_ = text.replace("/", "-").split("-")
    try:
        datetime.strptime(text.replace("/", "-"), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return False
    return year.isdigit()


def fault(row: list[str], header: list[str], seen: set[str]) -> str:
    """Which rule the row breaks, or nothing."""
    if row == header[: len(row)]:
        return "repeated_header"
    if len(row) > len(header):
        return "too_many_columns"
    cell = dict(zip(header, row, strict=True))
    created, answered = cell["创建时间"], cell["首次响应时间"]
    times = [created, *filter(None, (answered, cell["解决时间"]))]
    if not all(is_time(text) for text in times):
        return "unparseable_time"
    if cell["服务单号"] in seen:
        return "duplicate_id"
    if cell["渠道"] not in ("电话", "在线", "邮件"):
        return "unknown_channel"
    if cell["处理时长秒"].startswith("-"):
        return "negative_seconds"
    early = answered and pd.Timestamp(answered) < pd.Timestamp(created)
    return "response_before_creation" if early else ""


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    """Good rows of all files, and the bad ids by file and rule."""
    seen: set[str] = set()
    good, bad, counts = [], {}, {}
    for name in ENCODINGS:
        header, rows = rows_of(name)
        found: dict[str, list[str]] = {}
        for row in rows:
            if rule := fault(row, header, seen):
                found.setdefault(rule, []).append(row[0])
            else:
                seen.add(row[0])
                good.append(dict(zip(header, row, strict=True)))
        bad[name], counts[name] = found, len(rows)
    return {"good": pd.DataFrame(good), "bad": bad, "counts": counts}


@pytest.fixture(scope="module")
def contacts(read: dict[str, Any]) -> pd.DataFrame:
    table = read["good"].replace("", np.nan)
    for column in ("创建时间", "首次响应时间", "解决时间"):
        table[column] = pd.to_datetime(table[column], format="mixed")
    for column in ("处理时长秒", "满意度评分", "NPS评分"):
        table[column] = pd.to_numeric(table[column])
    table["业务场景"] = table["业务场景"].replace(SHORT_SCENES)
    table = table.sort_values("创建时间", ignore_index=True)
    table["month"] = table["创建时间"].dt.strftime("%Y-%m")
    table["peak"] = table["创建时间"].dt.hour.isin([10, 11, 19, 20, 21])
    table["response"] = (table["首次响应时间"] - table["创建时间"]).dt.total_seconds()
    table["minutes"] = table["处理时长秒"] / 60
    known = table[table["问题类型"].notna()]
    following = known.groupby(["客户编号", "问题类型"])["创建时间"].shift(-1)
    again = (following - table["创建时间"]) <= WEEK
    solved = (table["是否解决"] == "是") & (table["是否重开"] == "否") & ~again
    decided = table["创建时间"] <= table["创建时间"].max() - WEEK
    table["fcr"] = solved.astype(float).where(decided)
    table["satisfied"] = (table["满意度评分"] >= 4).astype(float).where(table["满意度评分"].notna())
    nps = (table["NPS评分"] >= 9).astype(float) - (table["NPS评分"] <= 6)
    table["nps"] = nps.where(table["NPS评分"].notna())
    table["complaint"] = table["是否投诉"] == "是"
    return table


@pytest.fixture(scope="module")
def months(contacts: pd.DataFrame) -> pd.DataFrame:
    return contacts[contacts["month"] <= "2025-06"]


@pytest.fixture(scope="module")
def inspections(contacts: pd.DataFrame) -> pd.DataFrame:
    table = pd.read_excel(SAMPLE / "质检记录.xlsx")
    return table.merge(contacts[["服务单号", "month", "班组", "工号"]], how="left", on="服务单号")


def between(table: pd.DataFrame, plant: dict[str, Any]) -> pd.DataFrame:
    return table[table["month"].between(plant["from"], plant["to"])]


def faults_per_hundred(inspections: pd.DataFrame, item: str) -> float:
    judged = inspections[(inspections["质检项"] == item) & (inspections["质检结果"] != "不适用")]
    return 100 * (judged["质检结果"] == "不合格").sum() / judged["服务单号"].nunique()


def run_generator(folder: Path) -> Path:
    subprocess.run([sys.executable, "-B", SAMPLE / "generate.py", folder], check=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def made_again(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [run_generator(tmp_path_factory.mktemp("sample")) for _ in range(2)]


def test_two_runs_give_the_same_bytes(made_again: list[Path]) -> None:
    first, second = made_again
    assert sorted(path.name for path in first.iterdir()) == sorted(MADE)
    assert all((first / n).read_bytes() == (second / n).read_bytes() for n in MADE)


def members(path: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    with zipfile.ZipFile(path) as book:
        return [(i.filename, i.date_time, book.read(i)) for i in book.infolist()]


@pytest.mark.parametrize("name", MADE)
def test_the_committed_files_are_the_generators(made_again: list[Path], name: str) -> None:
    ours, made = SAMPLE / name, made_again[0] / name
    if name.endswith(".xlsx"):  # how well zip members are compressed depends on the machine's zlib
        assert members(ours) == members(made)
    else:
        assert ours.read_bytes() == made.read_bytes()


def test_the_sample_stays_small() -> None:
    size = sum(path.stat().st_size for path in SAMPLE.iterdir() if path.is_file())
    assert 4_000_000 < size < 5_800_000


@pytest.mark.parametrize("name", ENCODINGS)
def test_bad_rows_are_those_of_the_truth(read: dict[str, Any], name: str) -> None:
    told = TRUTH["bad_rows"][name]
    assert {rule: sorted(ids) for rule, ids in read["bad"][name].items()} == {
        rule: sorted(ids) for rule, ids in told["rules"].items()
    }
    assert read["counts"][name] == told["rows"] == told["used"] + told["quarantined"]


def test_bad_rows_are_rare_and_of_every_kind(read: dict[str, Any]) -> None:
    kinds = [rule for bad in read["bad"].values() for rule, ids in bad.items() for _ in ids]
    assert len(kinds) == 45
    assert len(set(kinds)) == 7
    assert len(kinds) < 0.005 * sum(read["counts"].values())


def test_only_the_last_file_has_an_unused_column() -> None:
    headers = {name: rows_of(name)[0] for name in ENCODINGS}
    assert headers["服务记录_2023.csv"] == headers["服务记录_2024.csv"]
    assert headers["服务记录_2025.csv"] == [*headers["服务记录_2024.csv"], "备注"]
    assert TRUTH["unused_columns"] == {"服务记录_2025.csv": ["备注"]}


def test_times_are_written_in_two_ways() -> None:
    first = {name: rows_of(name)[1][100][9] for name in ENCODINGS}
    assert first["服务记录_2023.csv"].startswith("2023/7/")
    assert first["服务记录_2024.csv"].startswith("2024-01-")


def test_24_complete_months_and_the_follow_up_week(contacts: pd.DataFrame) -> None:
    days = contacts.groupby("month")["创建时间"].agg(lambda t: t.dt.date.nunique())
    expected = pd.period_range("2023-07", "2025-06", freq="M")
    assert days.to_dict() == {**{str(m): m.days_in_month for m in expected}, "2025-07": 7}
    assert contacts.loc[contacts["month"] <= "2025-06", "fcr"].notna().all()
    assert contacts["创建时间"].max() == pd.Timestamp("2025-07-07 22:58:30")
    assert contacts["工号"].nunique() == 40


def test_mix_of_channels_hours_and_answers(contacts: pd.DataFrame) -> None:
    shares = contacts["渠道"].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx({"电话": 0.45, "在线": 0.40, "邮件": 0.15}, abs=0.02)
    assert contacts["peak"].mean() == pytest.approx(0.45, abs=0.015)
    assert contacts["创建时间"].dt.hour.between(8, 22).all()
    assert contacts["满意度评分"].notna().mean() == pytest.approx(0.40, abs=0.02)
    assert contacts["NPS评分"].notna().mean() == pytest.approx(0.15, abs=0.02)
    busiest = contacts.groupby("month").size().drop("2025-07").groupby(lambda m: m[-2:]).mean()
    assert set(busiest.nlargest(3).index) >= {"06", "11"}


def test_weak_agent(months: pd.DataFrame) -> None:
    plant = PLANTS["weak_agent"]
    own = months[months["工号"] == plant["unit"]["agent_id"]]
    during = between(own, plant)
    assert during["fcr"].mean() == pytest.approx(plant["true_level"], abs=0.03)
    assert plant["exact_level"] == pytest.approx(plant["true_level"], abs=0.01)
    assert own.loc[own["month"] < plant["from"], "fcr"].mean() > 0.86
    thin = during["问题类型"].isin(plant["topics"])
    assert during.loc[thin, "fcr"].mean() < 0.5
    assert during.loc[~thin, "fcr"].mean() > 0.8
    assert during["satisfied"].mean() > 0.88
    assert during["minutes"].mean() < 8.5


def test_slow_team_at_peak(months: pd.DataFrame) -> None:
    plant = PLANTS["slow_team_at_peak"]
    online = months[months["渠道"] == "在线"]
    own = online[online["班组"] == plant["unit"]["team"]]
    during = between(own, plant).groupby("peak")["response"].mean()
    assert during[True] == pytest.approx(plant["peak_seconds"], abs=4)
    assert during[False] < 26
    assert (between(own, plant).groupby("month")["response"].mean() > 45).all()
    assert own.loc[own["month"] < plant["from"]].groupby("month")["response"].mean().max() < 30
    other = between(online[online["班组"] == "在线一组"], plant)
    assert other.groupby("month")["response"].mean().max() < 30


def test_one_month_of_csat_is_red_by_chance(months: pd.DataFrame) -> None:
    plant = PLANTS["occasional"]
    rates = months.groupby("month")["satisfied"].agg(["mean", "sum", "count"])
    assert rates.index[rates["mean"] < 0.90].to_list() == [plant["from"]]
    low, high = plant["observed_range"]
    value, passed, n = rates.loc[plant["from"]]
    assert low <= value <= high
    z = 1.959964
    middle, width = passed + z * z / 2, z * np.sqrt(passed * (n - passed) / n + z * z / 4)
    assert (middle - width) / (n + z * z) < 0.90 < (middle + width) / (n + z * z)


def test_measure_that_worked(inspections: pd.DataFrame) -> None:
    plant = PLANTS["measure_worked"]
    own = inspections[inspections["班组"] == plant["unit"]["team"]]
    before = own[own["month"] < "2025-02"]
    after = own[own["month"].between("2025-02", "2025-06")]
    levels = (faults_per_hundred(before, "用语规范"), faults_per_hundred(after, "用语规范"))
    assert levels == pytest.approx((plant["true_level"], plant["true_level_after"]), abs=0.6)
    others = inspections[inspections["班组"] != plant["unit"]["team"]]
    assert faults_per_hundred(others, "用语规范") < 2


def test_measure_that_failed(months: pd.DataFrame) -> None:
    plant = PLANTS["measure_failed"]
    own = months[months["班组"] == plant["unit"]["team"]]
    after = own["创建时间"] >= pd.Timestamp(plant["changed_on"])
    assert own.loc[~after, "minutes"].mean() == pytest.approx(plant["true_level"], abs=0.3)
    assert own.loc[after, "minutes"].mean() == pytest.approx(plant["true_level"], abs=0.3)
    assert own.groupby("month")["minutes"].mean().min() > 10
    others = months[months["班组"] != plant["unit"]["team"]]
    assert others.groupby(["班组", "month"])["minutes"].mean().max() < 10


def test_complaint_wave(months: pd.DataFrame) -> None:
    plant = PLANTS["complaint_wave"]
    complaints = months[months["complaint"]]
    install = complaints["问题类型"] == plant["unit"]["topic"]
    wave = complaints["month"] >= plant["from"]
    shares = plant["share_of_complaints"]
    assert install[wave].mean() == pytest.approx(shares["during"], abs=0.06)
    assert install[~wave].mean() == pytest.approx(shares["before"], abs=0.03)
    rates = months.groupby("month")["complaint"].mean()
    assert (rates < 0.05).all()
    assert rates["2025-05":].min() > 0.038
    assert rates[:"2025-04"].mean() == pytest.approx(0.028, abs=0.003)


@pytest.mark.parametrize("name", ["few_contacts_fcr", "few_contacts_handle"])
def test_new_hires_look_extreme_on_few_contacts(contacts: pd.DataFrame, name: str) -> None:
    plant = PLANTS[name]
    own = contacts[contacts["工号"] == plant["unit"]["agent_id"]]
    june = own[own["month"] == "2025-06"]
    assert own["创建时间"].min() >= pd.Timestamp(plant["first_day"])
    assert len(june) == plant["contacts"]
    value = june["fcr" if "fcr" in name else "minutes"].mean()
    assert plant["observed_range"][0] <= value <= plant["observed_range"][1]


def test_no_other_overall_metric_is_red_at_the_end(
    months: pd.DataFrame, inspections: pd.DataFrame
) -> None:
    recent = months[months["month"] >= "2025-04"].groupby("month")
    assert recent["fcr"].mean().min() >= 0.85
    assert recent["nps"].mean().min() >= 0.30
    assert recent["minutes"].mean().max() <= 10
    phone = months[months["渠道"] == "电话"].groupby("month")["response"].mean()
    assert phone.max() <= 15
    june = inspections[inspections["month"] == "2025-06"]
    limits = {"用语规范": 2, "答案准确": 1, "流程合规": 1}
    assert all(faults_per_hundred(june, item) <= limit for item, limit in limits.items())


@pytest.mark.parametrize("metric", ["fcr", "satisfied", "complaint"])
@pytest.mark.parametrize("start", ["2025-01", "2025-04", "2025-06"])
def test_no_innocent_agent_stands_out(months: pd.DataFrame, metric: str, start: str) -> None:
    recent = months[months["month"] >= start]
    innocent = recent[recent["工号"].isin(TRUTH["innocent"]["agents"])]
    level = innocent[metric].mean()
    rates = innocent.groupby("工号")[metric].agg(["mean", "count"])
    z = (rates["mean"] - level) / np.sqrt(level * (1 - level) / rates["count"])
    assert len(z) == 37
    assert (z if metric == "complaint" else -z).max() < 3.09  # 99.8 % limit


def test_true_levels_of_the_innocent_are_alike() -> None:
    levels = pd.DataFrame(TRUTH["true_levels"]).T
    innocent = levels.loc[TRUTH["innocent"]["agents"]]
    assert np.ptp(innocent["first_contact_resolution"].astype(float)) < 0.03
    assert np.ptp(innocent["satisfied"].astype(float)) < 0.02


def test_a_tenth_of_each_month_is_inspected_and_every_agent(
    contacts: pd.DataFrame, inspections: pd.DataFrame
) -> None:
    told = TRUTH["inspections"]
    unknown = inspections[inspections["month"].isna()]
    assert unknown["服务单号"].to_list() == told["unknown_contacts"]
    assert len(inspections) == told["rows"]
    assert inspections["服务单号"].nunique() == told["records"] + len(unknown)
    records = inspections.groupby("month")["服务单号"].nunique()
    shares = (records / contacts.groupby("month").size()).drop("2025-07")
    assert shares.between(0.085, 0.12).all()
    reached = inspections.groupby("month")["工号"].nunique()
    assert reached.to_dict() == contacts.groupby("month")["工号"].nunique().to_dict()


def test_messages_follow_their_contacts(contacts: pd.DataFrame, inspections: pd.DataFrame) -> None:
    messages = pd.read_csv(SAMPLE / "会话消息.csv", parse_dates=["发送时间"])
    told = TRUTH["messages"]
    assert len(messages) == told["rows"] == 6 * told["sessions"]
    own = contacts[(contacts["渠道"] == "在线") & contacts["month"].between("2025-04", "2025-06")]
    assert set(messages["服务单号"]) == set(own["服务单号"])
    assert (messages.groupby("服务单号")["发送时间"].diff().dropna() >= pd.Timedelta(0)).all()
    said = messages[messages["发送方"] == "客服"]
    forbidden = said.loc[said["消息内容"].str.contains("不知道|不清楚"), "服务单号"]
    assert sorted(set(forbidden)) == told["sessions_with_forbidden"]
    failed = inspections[inspections["质检结果"] == "不合格"]
    faulty = failed[failed["质检项"] == "用语规范"]
    assert set(faulty["服务单号"]) & set(own["服务单号"]) <= set(forbidden)


def test_feedback_counts_and_links(contacts: pd.DataFrame) -> None:
    feedback = pd.read_csv(SAMPLE / "客户反馈.csv", parse_dates=["反馈时间"])
    told = TRUTH["feedback"]
    assert len(feedback) == told["rows"]
    assert feedback["反馈来源"].value_counts().to_dict() == told["by_source"]
    named = feedback[feedback["服务单号"].notna()]
    linked = named.merge(contacts, on="服务单号", validate="one_to_one")
    assert len(linked) == len(named)
    survey = linked[linked["反馈来源"] == "满意度回访"]
    assert (survey["反馈评分"] == survey["满意度评分"]).all()
    assert linked.loc[linked["反馈来源"] == "投诉平台", "complaint"].all()
    assert (linked["反馈时间"] > linked["创建时间"]).all()


def test_hostile_texts_are_there() -> None:
    files = {"客户反馈.csv": ("反馈编号", "反馈内容"), "会话消息.csv": ("服务单号", "消息内容")}
    tables = {name: pd.read_csv(SAMPLE / name) for name in files}
    for entry in TRUTH["hostile"]:
        key, text = files[entry["file"]]
        table = tables[entry["file"]]
        assert (table[text][table[key] == entry["id"]] == entry["text"]).any()
    texts = "".join(entry["text"] for entry in TRUTH["hostile"])
    wanted = ("<script>", "=HYPERLINK", "@SUM", "+86", "13800138000", "喆镕堃", "👍")
    assert all(text in texts for text in wanted)


def test_action_plan() -> None:
    plan = pd.read_excel(SAMPLE / "改进行动计划表.xlsx")
    told = TRUTH["actions"]
    assert len(plan) == told["rows"]
    assert {"未开始", "进行中", "已完成", "延期"} == set(plan["完成状态"])
    assert plan["计划完成时间"].dtype.kind == plan["开始时间"].dtype.kind == "M"
    open_rows = plan["完成状态"] != "已完成"
    overdue = open_rows & (plan["计划完成时间"] <= pd.Timestamp("2025-06-30"))
    assert plan.loc[overdue, "措施编号"].to_list() == told["overdue"] == ["A06"]
    assert plan.loc[plan["责任人"].isna(), "措施编号"].to_list() == told["without_owner"]
    unverified = ~open_rows & plan["效果验证"].isna()
    assert plan.loc[unverified, "措施编号"].to_list() == told["done_unverified"] == ["A01", "A02"]


def test_second_judgements_are_by_somebody_else_and_the_strict_one_is_strict() -> None:
    keys = ["服务单号", "质检项"]
    first = pd.read_excel(SAMPLE / "质检记录.xlsx").drop_duplicates(keys)
    second = pd.read_excel(SAMPLE / "质检复评.xlsx")
    both = second.merge(first, on=keys, suffixes=("", "_first"))
    planted = TRUTH["second_codings"]
    assert (len(second), len(both)) == (planted["rows"], planted["rows"])
    assert (both["质检员"] != both["质检员_first"]).all()
    assert both["是否复评"].eq("是").all()
    stricter = both["质检结果"].eq("不合格") & both["质检结果_first"].eq("合格")
    strict = planted["strict"]
    planted_here = both["质检员"].eq(strict["inspector"]) & both["质检项"].eq(strict["item"])
    passed = both["质检结果_first"].eq("合格")
    assert stricter[planted_here & passed].mean() > 0.10
    assert stricter[~planted_here].mean() < 0.03


def test_disputes_are_over_failed_items_and_in_order_of_time() -> None:
    disputes = pd.read_csv(
        SAMPLE / "申诉记录.csv", parse_dates=["判定时间", "申诉时间", "裁定时间"]
    )
    inspections = pd.read_excel(SAMPLE / "质检记录.xlsx")
    failed = inspections[inspections["质检结果"] == "不合格"]
    known = set(zip(failed["服务单号"], failed["质检项"], failed["质检员"], strict=True))
    assert (
        set(zip(disputes["服务单号"], disputes["质检项"], disputes["质检员"], strict=True)) <= known
    )
    assert (disputes["判定时间"] < disputes["申诉时间"]).all()
    decided = disputes.dropna(subset="裁定时间")
    assert (decided["申诉时间"] < decided["裁定时间"]).all()
    assert disputes["申诉结果"].value_counts().to_dict() == TRUTH["disputes"]["outcomes"]
    often = disputes["质检员"].isin(TRUTH["disputes"]["often_overturned"])
    overturned = disputes["申诉结果"] == "改判"
    assert overturned[often].mean() > overturned[~often].mean()

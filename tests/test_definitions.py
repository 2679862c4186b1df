"""How each metric was counted, and what it left out: the counts are those of the scores."""

import pandas as pd
import pytest

import csqa
from csqa.definition_texts import CLOCKS, COMPUTED
from csqa.definitions import DEFINITION_COLUMNS
from csqa.rules.measures import MEASURES

STANDARD = csqa.read_standard()
PERIOD = "2025-06"


def contacts(**columns: object) -> pd.DataFrame:
    """Four phone contacts of June, a week and more apart from the end of the data."""
    days = ["2025-06-01", "2025-06-05", "2025-06-10", "2025-06-28"]
    made = {"contact_id": list("abcd"), "channel": "phone", "customer_id": list("wxyz")}
    return pd.DataFrame(made | {"created_at": [f"{day} 09:00:00" for day in days]}).assign(
        **columns
    )


def defined(table: pd.DataFrame, language: str = "zh", standard=STANDARD) -> pd.DataFrame:
    data = csqa.load(table)
    scores = csqa.score(csqa.measure(data, standard), standard)
    found = csqa.define_metrics(data, scores, standard, period=PERIOD, language=language)
    assert list(found.columns) == DEFINITION_COLUMNS
    return found.set_index("metric")


def test_what_is_empty_is_left_out_and_counted() -> None:
    row = defined(contacts(csat=[5, 4, 1, None])).loc["csat"]
    assert (row["n"], row["left_out"]) == (3, 1)
    assert row["exclusions"] == "1 条没有“满意度评分”"
    assert row["computed"] == "评分 ≥ 4 分的占比"


def test_only_the_metrics_scope_counts() -> None:
    table = contacts(channel=["phone", "phone", "online", "online"])
    table["first_response_at"] = [f"{at[:11]}09:00:10" for at in table["created_at"]]
    table.loc[3, "first_response_at"] = None
    found = defined(table)
    assert found.loc["first_response_phone", ["n", "left_out"]].tolist() == [2, 0]
    assert found.loc["first_response_online", ["n", "left_out"]].tolist() == [1, 1]
    assert found.loc["first_response_phone", "clock"] == "按自然时间"
    assert found.loc["first_response_phone", "exclusions"] == ""


def test_why_first_contact_resolution_is_not_known() -> None:
    table = contacts(resolved=[True, True, None, True], customer_id=["w", None, "y", "z"])
    row = defined(table).loc["first_contact_resolution"]
    assert (row["n"], row["left_out"]) == (1, 3)
    told = "1 条未满 7 天观察期、1 条没有客户编号、1 条没有是否解决的登记"
    assert row["exclusions"] == told
    assert "同一客户 7 天内没有就同一问题再来" in row["computed"]


def test_a_declared_resolution_wins_and_that_is_said() -> None:
    table = contacts(resolved=True, first_contact_resolved=[True, False, True, True])
    row = defined(table).loc["first_contact_resolution"]
    assert row["computed"].startswith("登记了“是否一次解决”的以登记为准；其余：")
    assert row["n"] == 4


def test_a_metric_without_data_leaves_nothing_out() -> None:
    row = defined(contacts(csat=5)).loc["nps"]
    assert row["n"] == 0
    assert pd.isna(row["left_out"])
    assert row["exclusions"] == ""


def test_counts_are_those_of_the_scores(sample: csqa.Dataset) -> None:
    scores = csqa.score(csqa.measure(sample, STANDARD), STANDARD)
    found = csqa.define_metrics(sample, scores, STANDARD, period=PERIOD).set_index("metric")
    month = csqa.require_period(sample, PERIOD)
    now = scores[scores["period"] == PERIOD].set_index("metric")["n"]
    for metric in ("csat", "nps", "handle_time", "wording", "complaint_rate"):
        assert found.loc[metric, "n"] == now[metric]
        assert found.loc[metric, "n"] + found.loc[metric, "left_out"] == month


def test_every_measure_can_be_told() -> None:
    unknown = {name.removeprefix("business_") for name in MEASURES} - COMPUTED.keys()
    assert {MEASURES[name].kind for name in unknown if name in MEASURES} <= {"per_hundred"}
    assert all(len(texts) == 2 for texts in [*COMPUTED.values(), *CLOCKS.values()])


def test_english_has_no_chinese_of_ours() -> None:
    table = contacts(csat=[5, 4, 1, None], resolved=[True, None, True, True])
    told = defined(table, "en")[["computed", "clock", "exclusions"]].to_numpy().ravel()
    assert not any("\u3000" <= sign <= "\u9fff" for text in told for sign in text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_conventions_name_month_agent_team_and_rows(language: str) -> None:
    told = csqa.list_conventions(csqa.load(contacts()), STANDARD, language=language)
    assert len(told) == 4
    assert "Asia/Shanghai" in told[0]
    assert ("“工号”" if language == "zh" else "agent_id") in told[1]

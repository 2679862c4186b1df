"""Stable names in place of people's ids: the same with the same key, and no way back without it."""

import hashlib
import hmac

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa import pseudonyms
from csqa.errors import DataError, RuleError
from csqa.pseudonyms import KEY_VARIABLE, pseudonymise

KEY = "our own long secret"


def measures(agents, period="2025-06") -> pd.DataFrame:
    return pd.DataFrame({"period": period, "agent_id": agents, "metric": "csat", "n": 10})


def code(one: str) -> str:
    return hmac.new(KEY.encode(), one.encode(), hashlib.sha256).hexdigest()[:6].upper()


def test_the_name_is_the_keyed_hash_and_the_input_stays_as_it_is():
    table = measures(["K1001", "K1002"])
    named = pseudonymise(table, KEY)
    assert set(named["agent_id"]) == {f"客服-{code('K1001')}", f"客服-{code('K1002')}"}
    assert table["agent_id"].tolist() == ["K1001", "K1002"]
    assert set(pseudonymise(table, KEY, language="en")["agent_id"]) == {
        f"Agent-{code('K1001')}",
        f"Agent-{code('K1002')}",
    }


def test_months_with_other_colleagues_give_the_same_name():
    may = pseudonymise(measures(["K1001"], "2025-05"), KEY)
    june = pseudonymise(measures(["K1000", "K1001", "K1002"]), KEY)
    assert set(may["agent_id"]) <= set(june["agent_id"])


def test_another_key_gives_other_names():
    one, other = (set(pseudonymise(measures(["K1001"]), key)["agent_id"]) for key in (KEY, KEY * 2))
    assert one.isdisjoint(other)


def test_nobody_and_missing_stay_as_they_are():
    table = pd.DataFrame({"agent_id": ["unknown", None, "K1"], "owner": ["全员", "", "王主管"]})
    named = pseudonymise(table, KEY)
    assert "unknown" in set(named["agent_id"])
    assert named["agent_id"].isna().sum() == 1
    assert {"全员", ""} <= set(named["owner"])
    assert "王主管" not in set(named["owner"])


def test_the_order_of_rows_does_not_tell_the_order_of_ids():
    agents = [f"K{number:04d}" for number in range(50)]
    named = pseudonymise(measures(agents), KEY)["agent_id"].tolist()
    assert named == sorted(named)
    assert named != [f"客服-{code(agent)}" for agent in agents]


def test_units_are_renamed_where_they_are_agents():
    table = pd.DataFrame({"unit_kind": ["team", "agent_id"], "unit": ["甲组", "K1001"]})
    assert set(pseudonymise(table, KEY)["unit"]) == {"甲组", f"客服-{code('K1001')}"}
    across = pd.DataFrame({"unit": ["K1001"], "metric": "csat"})
    assert pseudonymise(across, KEY)["unit"].tolist() == ["K1001"], "unit of what is not said"
    assert pseudonymise(across, KEY, columns=["unit"])["unit"].tolist() == [f"客服-{code('K1001')}"]


def test_several_tables_have_one_list_of_names():
    tables = {"a": measures(["K1001"]), "b": pd.DataFrame({"inspector": ["K1001"], "n": 1})}
    named = pseudonymise(tables, KEY)
    assert named["a"]["agent_id"].tolist() == [f"客服-{code('K1001')}"]
    assert named["b"]["inspector"].tolist() == [f"质检员-{code('K1001')}"]


def test_ids_within_texts_are_replaced_as_whole_words():
    plan = pd.DataFrame({"unit": ["K100"], "state": ["K100一次解决率低；K1001不低"]})
    named = pseudonymise(plan, KEY, people=["K100"]).iloc[0]
    assert named["unit"] == f"客服-{code('K100')}"
    assert named["state"] == f"客服-{code('K100')}一次解决率低；K1001不低"


def test_shared_codes_get_longer_until_they_differ(monkeypatch):
    monkeypatch.setattr(pseudonyms, "CODE_LENGTH", 1)
    agents = [f"K{number}" for number in range(40)]  # 16 codes of one digit for 40 people
    named = pseudonymise(measures(agents), KEY)["agent_id"]
    assert named.nunique() == 40
    assert named.str.len().max() > named.str.len().min()


def test_the_key_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    assert pseudonymise(measures(["K1"])).equals(pseudonymise(measures(["K1"]), KEY))
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(RuleError, match=f"环境变量 {KEY_VARIABLE}"):
        pseudonymise(measures(["K1"]))


def test_wrong_arguments_are_named():
    with pytest.raises(RuleError, match="至少 12 个字符"):
        pseudonymise(measures(["K1"]), "short")
    with pytest.raises(RuleError, match="没有列 name"):
        pseudonymise(measures(["K1"]), KEY, columns=["name"])
    with pytest.raises(RuleError, match="`language` 应为"):
        pseudonymise(measures(["K1"]), KEY, language="fr")
    with pytest.raises(DataError, match="而不是 list"):
        pseudonymise([measures(["K1"])], KEY)
    with pytest.raises(DataError, match="里的 a 应为表"):
        pseudonymise({"a": 1}, KEY)


ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda one: one not in pseudonyms.NOBODY
)


@settings(deadline=None, max_examples=50)
@given(st.lists(ids, min_size=1, max_size=20, unique=True))
def test_people_stay_told_apart_and_no_id_is_left(agents):
    named = pseudonymise(measures(agents), KEY)["agent_id"]
    assert named.nunique() == len(agents)
    assert named.str.fullmatch(r"客服-[0-9A-F]{6,}").all()

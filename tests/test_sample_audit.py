"""The audit of a sample: what is missing, what looks selected, how sure it makes us."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.sample import draw_sample
from csqa.sample_audit import audit_sample
from tests.test_sample import CONTACTS, make_contacts


def judged(ids: object) -> pd.DataFrame:
    return pd.DataFrame({"contact_id": list(ids), "item": "开场白", "result": "合格"})


def build(contacts: pd.DataFrame, ids: object) -> csqa.Dataset:
    return csqa.Dataset.from_frames({"contacts": contacts, "inspections": judged(ids)})


MANY = make_contacts(2000, agents=6, days=5)


class TestSelection:
    def test_a_drawn_sample_shows_no_sign(self):
        picked = draw_sample(MANY, seed=4)
        audit = audit_sample(picked, build(MANY, picked["contact_id"]))
        assert set(audit.selection["verdict"]) == {"no_sign"}
        assert audit.replacements.empty

    def test_many_complaints_are_no_selection(self):
        """All complaints and a tenth of the others: more of a kind, but of nobody in particular."""
        chosen = MANY["complaint"] | (np.random.default_rng(9).random(len(MANY)) < 0.1)
        audit = audit_sample(None, build(MANY, MANY.loc[chosen, "contact_id"]))
        assert set(audit.selection["verdict"]) == {"no_sign"}

    @pytest.mark.parametrize("seed", range(5))
    def test_a_random_sample_without_a_plan_shows_no_sign(self, seed):
        chosen = np.random.default_rng(seed).permutation(len(MANY))[:200]
        audit = audit_sample(None, build(MANY, MANY["contact_id"].iloc[chosen]))
        assert set(audit.selection["verdict"]) == {"no_sign"}

    def test_easy_hours_are_seen(self):
        hour = MANY["created_at"].str.slice(11, 13).astype(int)
        easy = MANY[~hour.between(10, 11)]["contact_id"].iloc[::8]
        audit = audit_sample(None, build(MANY, easy))
        line = audit.selection.set_index("dimension").loc["peak"]
        assert line["verdict"] == "selective"
        assert (line["most_over"], line["most_under"]) == ("off_peak", "peak")

    def test_few_are_not_judged(self):
        audit = audit_sample(None, build(MANY, MANY["contact_id"].iloc[:10]))
        assert set(audit.selection["verdict"]) == {"too_few"}
        assert audit.selection["p"].isna().all()

    def test_inspecting_all_is_no_selection(self):
        audit = audit_sample(None, build(CONTACTS, CONTACTS["contact_id"]))
        assert "selective" not in set(audit.selection["verdict"])
        assert (audit.precision["margin"] == 0).all()


class TestCoverage:
    def test_what_is_missing_is_named(self):
        phone = CONTACTS[(CONTACTS["channel"] == "phone") & (CONTACTS["agent_id"] != "K5")]
        audit = audit_sample(None, build(CONTACTS, phone["contact_id"]))
        missing = audit.coverage[audit.coverage["verdict"] == "missing"]
        named = set(zip(missing["dimension"], missing["value"], strict=True))
        assert {("agent_id", "K5"), ("channel", "online")} <= named
        assert ("peak", "peak") not in named

    def test_feedback_of_each_kind_is_counted(self):
        audit = audit_sample(None, build(CONTACTS, CONTACTS["contact_id"]))
        found = audit.coverage[audit.coverage["dimension"] == "feedback"].set_index("value")
        assert set(found.index) == {"positive", "neutral", "negative", "no_feedback"}
        bad = (CONTACTS["complaint"] | (CONTACTS["csat"] == 1)).sum()
        assert found.loc["negative", "contacts"] == bad

    def test_planned_adds_up_to_the_chances(self):
        picked = draw_sample(CONTACTS)
        audit = audit_sample(picked, CONTACTS)
        agents = audit.coverage[audit.coverage["dimension"] == "agent_id"]
        assert agents["picked"].sum() == len(picked) == audit.days["picked"].sum()
        assert agents["planned"].sum() == pytest.approx(audit.days["planned"].sum())


def test_replacements_are_listed():
    picked = draw_sample(CONTACTS)
    out = [one for one in CONTACTS["contact_id"] if one not in set(picked["contact_id"])]
    ids = [*picked["contact_id"].iloc[1:], out[0]]
    found = audit_sample(picked, build(CONTACTS, ids)).replacements
    assert found[["contact_id", "kind"]].to_numpy().tolist() == [
        [out[0], "inspected_not_picked"],
        [picked["contact_id"].iloc[0], "picked_not_inspected"],
    ]


def test_precision_by_hand():
    """20 of 100 by hand, 90 % expected: half of Wilson's interval at 20 · 99 / 80."""
    contacts = make_contacts(100)
    audit = audit_sample(None, build(contacts, contacts["contact_id"].iloc[::5]))
    whole = audit.precision.iloc[0]
    assert (whole["contacts"], whole["n"], whole["n_effective"]) == (100, 20, 20)
    n, p, z = 20 * 99 / 80, 0.9, 1.959963984540054
    half = z * np.sqrt(p * (1 - p) / n + z * z / 4 / n**2) / (1 + z * z / n)
    assert whole["margin"] == pytest.approx(half, abs=1e-4)
    assert whole["n_needed"] == 59  # 138.3 / (1 + 137.3 / 100)


def test_nothing_to_audit_is_said():
    with pytest.raises(csqa.DataError, match="既没有抽样，也没有质检记录"):
        audit_sample(None, CONTACTS)
    with pytest.raises(csqa.DataError, match=r"`picked` 应为 csqa\.draw_sample 给出的表"):
        audit_sample(pd.DataFrame({"id": ["C1"]}), CONTACTS)


def test_stated_chances_make_the_margin_wider_without_a_plan():
    ids = MANY["contact_id"].iloc[:60]
    rows = judged(ids).assign(inclusion_probability=[1.0] * 30 + [0.05] * 30)
    data = csqa.Dataset.from_frames({"contacts": MANY, "inspections": rows})
    whole = audit_sample(None, data).precision.iloc[0]
    weights = np.array([1.0] * 30 + [20.0] * 30)
    assert whole["n"] == 60
    assert whole["n_effective"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())

"""The sample data's planted problems are found, and nobody innocent is accused.

``data/sample/truth.yml`` is written by the generator from the same plan as the data; the report is
made by the real runner. Each test names what a manager must read, or must not.
"""

import json

import pandas as pd
import pytest
import yaml

import csqa
from csqa.show.record import read_record

PERIOD = "2025-06"
RULES = {
    "negative_seconds": "negative_value",
    "unknown_channel": "unknown_value",
    "duplicate_id": "duplicate_key",
    "header_repeated": "repeated_header",
    "too_many_columns": "wrong_field_count",
    "missing_contact": "no_contact",
}
"""What truth.yml calls a fault, where csqa's rule has another name."""


@pytest.fixture(scope="module")
def truth():
    path = csqa.bundled("sample") / "truth.yml"
    return yaml.safe_load(path.read_text(encoding="utf8"))


@pytest.fixture(scope="module")
def plants(truth):
    return {plant["id"]: plant for plant in truth["plants"]}


@pytest.fixture(scope="module")
def tables(sample_report):
    import nbformat

    return read_record(nbformat.read(sample_report / "report.ipynb", as_version=4)).tables


@pytest.fixture(scope="module")
def things(tables):
    return tables["things"]


def one(rows):
    assert len(rows) == 1, rows
    return rows.iloc[0]


class TestFound:
    def test_weak_agent_with_the_topic_it_fails_on(self, things, plants):
        agent = plants["weak_agent"]["unit"]["agent_id"]
        thing = one(things[things["unit"] == agent])
        assert thing["metric"] == "first_contact_resolution"
        assert any(topic in thing["sentence"] for topic in plants["weak_agent"]["topics"])
        assert thing["value"] < 0.75

    def test_slow_team_is_persistent_and_slow_at_peak(self, things, plants):
        plant = plants["slow_team_at_peak"]
        thing = one(things[things["unit"] == plant["unit"]["team"]])
        assert thing["metric"] == plant["metric"]
        assert (thing["persistence"], thing["evidence"]) == ("persistent", "strong")
        assert thing["run_length"] == 5
        assert "主要在高峰时段" in thing["sentence"]

    def test_measure_that_failed_leaves_its_team_over_target(self, things, plants):
        plant = plants["measure_failed"]
        thing = one(things[things["unit"] == plant["unit"]["team"]])
        assert thing["metric"] == plant["metric"]
        assert (thing["persistence"], thing["evidence"]) == ("persistent", "strong")

    def test_complaint_wave(self, things, tables, plants):
        thing = one(things[things["kind"] == "topic"])
        assert thing["unit"] == plants["complaint_wave"]["unit"]["topic"]
        topics = tables["topics"].set_index("topic")
        low, high = plants["complaint_wave"]["observed_share"]
        assert low <= topics.loc[thing["unit"], "share"] <= high
        assert topics.loc[topics["verdict"] == "rising"].index.tolist() == [thing["unit"]]

    def test_chance_month_is_occasional_and_maybe_noise(self, tables, things, plants):
        rows = tables["vertical"]
        row = one(
            rows[
                (rows["unit_kind"] == "all")
                & (rows["period"] == PERIOD)
                & (rows["metric"] == plants["occasional"]["metric"])
            ]
        )
        low, high = plants["occasional"]["observed_range"]
        assert low <= row["value"] <= high
        assert (row["persistence"], row["evidence"]) == ("occasional", "may_be_noise")
        assert plants["occasional"]["metric"] not in set(things["metric"])

    def test_measure_that_worked_shows_in_the_months_after(self, tables, plants):
        plant = plants["measure_worked"]
        rows = tables["vertical"]
        rows = rows[(rows["unit"] == plant["unit"]["team"]) & (rows["metric"] == plant["metric"])]
        changed = plant["changed_on"].strftime("%Y-%m")
        before, after = rows[rows["period"] < changed], rows[rows["period"] >= changed]
        assert before["value"].mean() > 2 * after["value"].mean()


class TestNotAccused:
    def test_no_innocent_agent_or_team_is_a_thing_to_know(self, things, truth):
        innocent = truth["innocent"]
        named = set(things["unit"])
        assert named.isdisjoint(innocent["agents"])
        assert named.isdisjoint(innocent["few_contacts"])
        assert named.isdisjoint(innocent["teams"])

    def test_nothing_else_is_a_thing_to_know(self, things):
        assert len(things) == 4

    def test_no_innocent_agent_is_judged_worse(self, tables, plants):
        rows = tables["horizontal"]
        worse = set(rows.loc[rows["verdict"] == "worse", "unit"])
        assert worse == {plants["weak_agent"]["unit"]["agent_id"]}

    def test_agents_with_few_contacts_are_not_judged(self, tables, truth):
        rows = tables["horizontal"]
        few = rows[rows["unit"].isin(truth["innocent"]["few_contacts"])]
        assert len(few) > 0
        assert set(few["verdict"]) == {"too_few"}

    def test_the_weak_agent_is_judged_on_nothing_else(self, tables, plants):
        rows = tables["horizontal"]
        mine = rows[rows["unit"] == plants["weak_agent"]["unit"]["agent_id"]]
        worse = mine[mine["verdict"].isin(["worse", "watch_worse"])]
        assert worse["metric"].tolist() == ["first_contact_resolution"]


def test_no_stage_warns_on_the_sample(sample):
    """Warnings are errors here; in the notebook they would stand in the report's log."""
    agents = csqa.measure(sample, by=["agent_id", "team", "channel", "topic"], until=PERIOD)
    peers = csqa.compare_horizontal(agents, unit="agent_id", period=PERIOD, months=3)
    teams = csqa.measure(sample, by="team", until=PERIOD)
    assert set(peers["unit"]) >= {"K1001", "K1005"}
    assert len(csqa.composite(csqa.score(teams))) == 4 * 24
    assert set(csqa.compare_vertical(teams)["unit"]) == set(teams["team"])


class TestRows:
    def test_every_bad_row_is_quarantined_for_its_reason(self, tables, truth):
        rows = tables["rows"].set_index("file")
        assert (rows["rows_in"] == rows["rows_used"] + rows["rows_quarantined"]).all()
        faults = tables["faults"].groupby(["file", "rule"]).size()
        for file, planted in truth["bad_rows"].items():
            (counted,) = (rows.loc[name] for name in rows.index if name.startswith(file))
            assert counted["rows_quarantined"] == planted["quarantined"], file
            for rule, ids in planted["rules"].items():
                found = faults[[name.startswith(file) for name in faults.index.get_level_values(0)]]
                assert found.xs(RULES.get(rule, rule), level="rule").sum() == len(ids), (file, rule)

    def test_contacts_of_the_month_are_those_of_the_summary(self, sample_report, sample):
        summary = json.loads((sample_report / "summary.json").read_text("utf-8"))
        month = sample.contacts["created_at"].dt.strftime("%Y-%m")
        assert summary["contacts"] == int((month == PERIOD).sum())


@pytest.fixture(scope="module")
def written(sample_report):
    """All that a reader of the report could see, as one text."""
    import openpyxl

    texts = [
        path.read_text("utf-8")
        for path in sample_report.rglob("*")
        if path.suffix in (".html", ".ipynb", ".json", ".csv")
    ]
    workbook = openpyxl.load_workbook(sample_report / "report.xlsx", read_only=True)
    texts += [
        str(cell) for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    workbook.close()
    return "\n".join(texts)


class TestNothingCustomersWroteIsInTheReport:
    """The sample holds scripts, formulas and a telephone number; the report shows none of them."""

    @pytest.mark.parametrize("text", ["<script>alert", "HYPERLINK", "@SUM", "13800138000"])
    def test_hostile_and_personal_texts_stay_out(self, sample, written, text):
        said = pd.concat([sample.feedback["text"], sample.messages["text"]]).dropna()
        assert said.str.contains(text, regex=False).any(), "the sample should hold it"
        assert text not in written

    def test_a_text_in_the_wrong_column_stays_out(self, tmp_path):
        rows = [f"S{number},电话,2025-06-{number % 28 + 1:02d} 10:00,300,5" for number in range(60)]
        rows[7] = "S7,电话,2025-06-08 10:00,300,我叫张三电话13800138000"
        table = "\n".join(["服务单号,渠道,创建时间,处理时长秒,满意度评分", *rows])
        (tmp_path / "服务记录.csv").write_text(table, "utf-8")
        out = tmp_path / "reports"
        made = csqa.run_report(
            "monthly_diagnostic", period="2025-06", source=tmp_path, out=out, progress=False
        )
        shared = [path for path in made.rglob("*") if path.parent.name != "quarantine"]
        assert len(shared) > 20, "the rows set aside are for whoever keeps the data"
        for path in shared:
            if path.suffix in (".html", ".ipynb", ".json", ".csv"):
                assert "13800138000" not in path.read_text("utf-8"), path


class TestInspection:
    """What is planted in conversations and judgements is found, and nothing beside it."""

    def test_each_planted_phrase_is_found_and_no_other(self, sample, truth):
        told = truth["messages"]
        found = csqa.review(sample)
        by_rule = found.groupby("rule")["contact_id"].agg(set)
        for rule, sessions in told["sessions_with_planted_phrase"].items():
            assert by_rule[rule] == set(sessions), rule
        assert by_rule["dont_know"] == set(told["sessions_with_forbidden"])

    def test_the_strict_inspector_is_named_and_nobody_else(self, sample, truth):
        found = csqa.measure_severity(sample, period="2025-Q2").set_index("inspector")
        strict = truth["second_codings"]["strict"]
        assert found.loc[strict["inspector"], "verdict"] == "stricter"
        assert set(found["verdict"].drop(strict["inspector"])) == {"no_difference"}

    def test_the_item_on_which_the_strict_one_differs_spreads_most(self, sample):
        found = csqa.measure_agreement(sample, period="2025-Q2").set_index("item")
        assert found["spread"].idxmax() == "process"
        assert found["spread"].drop("process").max() < 0.02

    def test_second_judgements_change_no_figure_of_the_service(self, sample):
        first = sample.inspections[sample.inspections["second_coding"].isna()]
        tables = {"contacts": sample.contacts, "inspections": first}
        asked = {"by": "team", "until": "2025-06"}
        alone = csqa.score_inspections(csqa.Dataset.from_frames(tables), **asked)
        pd.testing.assert_frame_equal(csqa.score_inspections(sample, **asked), alone)

    def test_disputes_are_counted_as_they_were_written(self, sample, truth):
        found = csqa.measure_disputes(sample, every="year", as_of="2025-06-30")
        outcomes = truth["disputes"]["outcomes"]
        assert found["n_overturned"].sum() == outcomes["改判"]
        assert found["n_upheld"].sum() == outcomes["维持"]
        assert found["n_pending"].sum() == outcomes["待裁定"]

    def test_nobody_selected_what_was_inspected(self, sample):
        audit = csqa.audit_sample(None, sample, period="2025-06")
        assert set(audit.selection["verdict"]) == {"no_sign"}
        agents = audit.coverage[audit.coverage["dimension"] == "agent_id"]
        assert set(agents["verdict"]) == {"covered"}


@pytest.fixture(scope="module")
def month(sample):
    """Texts, facts, causes and the audit of the report month."""
    texts = csqa.gather_texts(sample, period=PERIOD)
    facts = csqa.gather_facts(sample, period=PERIOD)
    causes = csqa.tag_causes(texts, facts=facts)
    return {"facts": facts, "causes": causes, "audited": csqa.read_audit(sample)}


class TestRootCauses:
    """What customers were made to complain of is found, with the right shares."""

    @pytest.mark.parametrize("by", ["cause", "bone"])
    def test_true_shares_are_inside_their_intervals(self, month, truth, by):
        told = truth["causes"]["told"][PERIOD]
        bones = csqa.read_fishbone()
        true = pd.Series(told)[lambda one: one != "none"]
        true = true.map(bones.bone_of) if by == "bone" else true
        ranks = csqa.rank_causes(
            month["causes"], month["facts"], audited=month["audited"], by=by
        ).set_index("cause")
        assert ranks["corrected"].all()
        counted = true.value_counts()
        known = ranks.reindex(counted.index)
        shares = counted / ranks["n"].iloc[0]
        unseen = shares[known["n"].isna()]  # no rule hit it, nor was a case of it drawn
        assert unseen.to_numpy().max(initial=0) < 0.03
        missed = (shares < known["lower"]) | (shares > known["upper"])
        # Of so many intervals of 95 % one may miss, but not that of what weighs most.
        assert missed.sum() <= 1
        assert not missed.iloc[0]
        assert ranks.drop("unclassified")["share"].idxmax() == true.value_counts().idxmax()

    def test_shares_as_counted_say_so(self, month, truth):
        told = pd.Series(truth["causes"]["told"][PERIOD])
        raw = csqa.rank_causes(month["causes"], month["facts"]).set_index("cause")
        assert not raw["corrected"].any()
        found = raw.loc["appointment", "cases"] / (told == "appointment").sum()
        assert 0.5 < found <= 1

    def test_rules_find_most_of_what_was_planted(self, sample, truth):
        """At the first try 44 % of the sentences were found; the misses have been read since."""
        told = {
            case: one for part in truth["causes"]["told"].values() for case, one in part.items()
        }
        texts = csqa.gather_texts(sample, period=PERIOD, months=3)
        causes = csqa.tag_causes(texts)
        found = causes[causes["kind"] == "words"].groupby("case_id")["bone"].agg(set)
        bones = csqa.read_fishbone()
        known = {case: bones.bone_of(one) for case, one in told.items() if one != "none"}
        hit = sum(bone in found.get(case, set()) for case, bone in known.items())
        assert len(known) > 100
        assert hit / len(known) > 0.8

    def test_the_wave_is_put_down_to_appointments(self, tables):
        first = tables["problems"].iloc[0]
        assert (first["unit"], first["metric"]) == ("安装", "complaint_rate")
        chain = tables["links"][tables["links"]["problem_id"] == first["problem_id"]]
        row = one(chain[chain["cause"] == "预约改期"])
        assert row["action_id"] == "A06"
        assert row["cases"] == chain["cases"].max()

    def test_the_slow_node_is_the_bottleneck_and_no_other(self, sample, truth):
        plant = truth["steps"]["plant"]
        found = csqa.find_bottlenecks(sample, period=PERIOD).set_index("name_zh")
        assert found.loc[plant["node"], "verdict"] == "bottleneck"
        assert found["verdict"].drop(plant["node"]).eq("no_bottleneck").all()
        before = csqa.find_bottlenecks(sample, period="2025-03").set_index("name_zh")
        assert before.loc[plant["node"], "verdict"] != "bottleneck"

    def test_threats_are_listed_early(self, sample, truth):
        talks = csqa.measure_sentiment(sample, period=PERIOD)
        risks = csqa.list_risks(talks)
        said = set(sample.messages["contact_id"]) & set(truth["causes"]["threats"])
        month = {case for case in said if case.startswith("S2506")}
        assert month
        assert month <= set(risks.loc[risks["reason"] == "threat", "contact_id"])

    def test_complaints_in_a_chat_got_worse_or_ended_badly(self, sample):
        talks = csqa.measure_sentiment(sample, period=PERIOD).set_index("contact_id")
        contacts = sample.contacts.set_index("contact_id")["complaint"]
        complained = contacts.reindex(talks.index).fillna(value=False).astype(bool)
        ends = talks["end_level"].groupby(complained).mean()
        assert ends[True] < ends[False] - 0.2


def test_a_supervisor_adds_a_cause_and_sees_it_in_the_next_report(tmp_path):
    """Three words and two examples, no Python."""
    own = tmp_path / "fishbone.yml"
    own.write_text(
        "extends: shipped\n"
        "causes:\n"
        "- id: waited_at_home\n"
        "  bone: process\n"
        "  name: 客户在家空等\n"
        "  keywords: [在家等, 白等一天, 空等]\n"
        "  examples: {hit: [请假在家等了一天], miss: [在家里用着不错]}\n",
        "utf-8",
    )
    made = csqa.run_report(
        "monthly",
        period=PERIOD,
        out=tmp_path / "reports",
        parameters={"fishbone": str(own)},
        progress=False,
    )
    ranks = pd.read_csv(made / "tables" / "cause_ranks.csv")
    assert "客户在家空等" in set(ranks["cause"])
    assert "客户在家空等" in (made / "report.html").read_text("utf-8")

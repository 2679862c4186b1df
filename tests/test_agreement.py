"""Do inspectors judge alike, and who judges strictly: by hand, by property, by planted severity."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import csqa
from csqa import stats
from csqa.agreement import AGREEMENT_COLUMNS
from csqa.errors import DataError, RuleError
from csqa.severity import SEVERITY_COLUMNS
from tests.tables import contacts, write

COLUMNS = ["contact_id", "inspector", "item", "result", "score"]
SCORED = """
scale: {min: 0, max: 10}
items:
  语气: {}
  开场白: {}
"""


def load(rows, **more):
    """A data set of judged items, with the contacts that they name."""
    judged = pd.DataFrame(rows, columns=COLUMNS[: len(rows[0])])
    names = sorted(judged["contact_id"].unique(), key=lambda name: int(name[1:]))
    table = contacts(*({} for _ in names), **more).assign(contact_id=names)
    return csqa.load({"contacts": table, "inspections": judged})


def both(first, second, item="语气", names=("甲", "乙")):
    """What two inspectors said of C1, C2 … by a letter each: p, f, n; a dot is no judgement."""
    words = {"p": "合格", "f": "不合格", "n": "不适用"}
    return [
        (f"C{number}", name, item, words[letter])
        for name, letters in zip(names, (first, second), strict=True)
        for number, letter in enumerate(letters, 1)
        if letter != "."
    ]


@pytest.fixture
def form(tmp_path):
    return csqa.read_form(write(tmp_path, SCORED, "inspection.yml"))


def only(found):
    assert len(found) == 1
    return found.iloc[0]


class TestAgreement:
    def test_by_hand(self):
        row = only(csqa.measure_agreement(load(both("ppffpppppp", "ppfppppppf"))))
        assert (row["item"], row["level"], row["n"], row["n_inspectors"]) == (
            "语气",
            "nominal",
            10,
            2,
        )
        assert row["agreement"] == pytest.approx(0.8)
        assert (row["agreement_lower"], row["agreement_upper"]) == stats.wilson(8, 10)
        assert row["spread"] == pytest.approx(0.2)
        # both fail 2 of 10: by chance .68, so kappa = .12 / .32
        assert row["kappa"] == pytest.approx(0.375)
        assert row["alpha"] == pytest.approx(1 - 0.2 / (2 * 4 * 16 / (20 * 19)))
        assert row["ac1"] == pytest.approx((0.8 - 0.32) / (1 - 0.32))
        assert (row["status"], row["n_minority"], row["flagged"]) == ("rare", 3, True)

    def test_what_one_inspector_judged_says_nothing(self):
        row = only(csqa.measure_agreement(load(both("pppppp..", "pppppfpf"))))
        assert row["n"] == 6
        assert row["agreement"] == pytest.approx(5 / 6)

    def test_all_alike_has_no_alpha(self):
        row = only(csqa.measure_agreement(load(both("pppppp", "pppppp"))))
        assert (row["status"], row["agreement"], row["flagged"]) == ("all_agree", 1, False)
        assert row[["alpha", "alpha_lower", "kappa"]].isna().all()
        assert row["ac1"] == 1  # a fail was possible

    def test_alpha_rests_on_enough_of_the_rarer_verdict(self):
        row = only(csqa.measure_agreement(load(both("ffffpppppp", "fffffppppp"))))
        assert (row["status"], row["n_minority"]) == ("ok", 5)

    def test_few_are_counted_and_no_more(self):
        row = only(csqa.measure_agreement(load(both("pppf", "fppf"))))
        assert (row["status"], row["n"], row["flagged"]) == ("too_few", 4, False)
        assert row[["agreement", "spread", "alpha", "ac1", "kappa"]].isna().all()

    def test_the_form_says_how_few_and_when_to_flag(self, tmp_path):
        text = "agreement: {flag_above: 0.5, fewest_units: 2}\nother_items: count\n"
        lenient = csqa.read_form(write(tmp_path, text + "items: {语气: {}}", "form.yml"))
        row = only(csqa.measure_agreement(load(both("pppf", "fppf")), lenient))
        assert (row["status"], row["spread"], row["flagged"]) == ("rare", 0.25, False)

    def test_a_difference_just_at_the_limit_is_not_above_it(self, tmp_path):
        form = csqa.read_form(
            write(tmp_path, "agreement: {flag_above: 0.3}\nitems: {语气: {}}", "f")
        )
        row = only(csqa.measure_agreement(load(both("ppppppffff", "pppfffffff")), form))
        assert row["spread"] == pytest.approx(0.3)
        assert not row["flagged"]

    def test_not_applicable_against_pass_is_a_disagreement(self):
        row = only(csqa.measure_agreement(load(both("ppppnf", "ppppp."))))
        assert (row["n"], row["agreement"]) == (5, 0.8)

    def test_scores_differ_by_how_much(self, form):
        rows = [(f"C{n}", "甲", "语气", None, s) for n, s in enumerate([10, 8, 6, 5, 2], 1)]
        rows += [(f"C{n}", "乙", "语气", None, s) for n, s in enumerate([10, 7, 6, 3, 2], 1)]
        row = only(csqa.measure_agreement(load(rows), form))
        assert (row["level"], row["agreement"]) == ("interval", 0.6)
        assert row["spread"] == pytest.approx((0.1 + 0.2) / 5)
        ratings = np.array([[10, 10], [8, 7], [6, 6], [5, 3], [2, 2]]) / 10
        assert row["alpha"] == pytest.approx(stats.krippendorff_alpha(ratings, "interval").value)
        assert row["kappa"] == pytest.approx(stats.cohen_kappa(*ratings.T, "quadratic").value)
        assert not row["flagged"]

    def test_three_inspectors_have_no_cohen(self):
        rows = both("ppff", "pppf") + both("....pfpf", "....ppff", names=("丙", "甲"))
        row = only(csqa.measure_agreement(load(rows)))
        assert (row["n"], row["n_inspectors"], row["agreement"]) == (8, 3, 5 / 8)
        assert np.isnan(row["kappa"])

    def test_items_and_units(self):
        rows = both("pppppp", "ppppff") + both("ppffpp", "ppffpp", item="开场白")
        data = load(rows)
        found = csqa.measure_agreement(data)
        assert found.columns.tolist() == ["item", *AGREEMENT_COLUMNS]
        assert dict(zip(found["item"], found["flagged"], strict=True)) == {
            "开场白": False,
            "语气": True,
        }
        pooled = only(csqa.measure_agreement(data, by=()))
        assert (pooled["n"], pooled["agreement"]) == (12, pytest.approx(10 / 12))
        by_channel = csqa.measure_agreement(data, by=["channel", "item"])
        assert by_channel["channel"].tolist() == ["online", "online"]

    def test_of_a_period(self):
        data = load(both("pppppp", "ppppff"))
        assert only(csqa.measure_agreement(data, period="2025-Q2"))["n"] == 6
        assert csqa.measure_agreement(data, period="2025-05").empty

    def test_one_who_wrote_two_rows_has_one_voice(self):
        rows = both("pppppp", "pppppf")
        row = only(csqa.measure_agreement(load([*rows, rows[-1], rows[0]])))
        assert (row["n"], row["agreement"]) == (6, pytest.approx(5 / 6))

    def test_without_names_nobody_is_compared(self):
        rows = [(c, None, item, result) for c, _, item, result in both("pppppp", "pppppf")]
        assert csqa.measure_agreement(load(rows)).empty
        assert csqa.measure_severity(load(rows)).empty

    def test_what_cannot_be_asked_is_refused(self):
        data = load(both("p", "p"))
        with pytest.raises(RuleError, match="`by` 应为 'item', 'team'"):
            csqa.measure_agreement(data, by="inspector")
        with pytest.raises(RuleError, match="2025-13"):
            csqa.measure_agreement(data, period="2025-13")
        with pytest.raises(DataError, match="没有提供质检记录：算不出"):
            csqa.measure_agreement(csqa.load({"contacts": contacts({})}))

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(st.tuples(*[st.sampled_from("pfn.")] * 2), min_size=1, max_size=12),
        st.randoms(use_true_random=False),
    )
    def test_order_and_names_change_nothing(self, letters, random):
        first, second = ("".join(side) for side in zip(*letters, strict=True))
        rows = both(first + "p", second + "p")
        swapped = both(second + "p", first + "p")
        random.shuffle(swapped)
        one, other = (csqa.measure_agreement(load(table)) for table in (rows, swapped))
        pd.testing.assert_frame_equal(one, other)


class TestSeverity:
    def test_by_hand(self):
        found = csqa.measure_severity(load(both("ffffppppp", "pppppppp."))).set_index("inspector")
        assert found.columns.tolist() == [c for c in SEVERITY_COLUMNS if c != "inspector"]
        assert found["n"].tolist() == [8, 8]
        assert found.loc["甲", "severity_points"] == -25
        interval = found.loc["甲", ["lower", "upper"]].tolist()
        assert interval == pytest.approx([float(x) for x in stats.t_mean([-50] * 4 + [0] * 4)])
        # of everything: 甲 5 of 9 passed, 乙 8 of 8
        assert found.loc["甲", "n_all"] == 9
        assert found.loc["甲", "difference_all"] == pytest.approx(100 * (5 / 9 - 1))
        lower, upper = stats.welch_difference(9, 500, 50_000, 8, 800, 80_000)
        both_ends = found.loc["甲", ["difference_lower", "difference_upper"]].tolist()
        assert both_ends == pytest.approx([float(lower), float(upper)])

    def test_items_of_one_contact_are_one_piece_of_evidence(self):
        rows = [row for item in "abcde" for row in both("f", "p", item=item)]
        found = csqa.measure_severity(load(rows))
        assert found["n"].tolist() == [1, 1]
        assert found["n_judgements"].tolist() == [5, 5]
        assert (found["verdict"] == "too_few").all()
        assert found["severity_points"].isna().all()

    def test_harder_records_make_nobody_strict(self):
        """甲 saw all the bad ones, but agrees wherever both judged."""
        rows = both("pfpfpf" + "f" * 20, "pfpfpf" + "." * 20 + "p" * 20)
        found = csqa.measure_severity(load(rows)).set_index("inspector")
        assert found.loc["甲", "severity_points"] == 0
        assert found.loc["甲", "verdict"] == "no_difference"
        assert found.loc["甲", "difference_upper"] < 0

    def test_planted_severity_is_found_and_no_other(self):
        """200 records, three of five inspectors each; one fails 25 % of what should pass."""
        rng = np.random.default_rng(11)
        names = np.array(["甲", "乙", "丙", "丁", "戊"])
        rows = []
        for number in range(1, 201):
            good = rng.random() < 0.8
            for name in names[rng.permutation(5)[:3]]:
                wrong = rng.random() < (0.3 if name == "丙" and good else 0.05)
                rows.append((f"C{number}", name, "语气", "合格" if good ^ wrong else "不合格"))
        found = csqa.measure_severity(load(rows)).set_index("inspector")
        assert found.loc["丙", "verdict"] == "stricter"
        assert found.loc["丙", "upper"] < -5
        assert (found.drop("丙")["verdict"] != "stricter").all()
        assert found["n"].sum() == 600

    def test_intervals_cover_an_unbiased_inspector(self):
        """Four who err alike: of 4 × 40 intervals about 95 % hold 0."""
        rng = np.random.default_rng(12)
        months = [str(month) for month in pd.period_range("2021-01", periods=40, freq="M")]
        rows = [
            (f"C{number}", name, "语气", "合格" if rng.random() < 0.85 else "不合格")
            for number in range(1, 40 * len(months) + 1)
            for name in rng.permutation(list("甲乙丙丁"))[:2]
        ]
        people = contacts(*({"created_at": f"{one}-02 09:00"} for one in np.repeat(months, 40)))
        judged = pd.DataFrame(rows, columns=COLUMNS[:4])
        data = csqa.load({"contacts": people, "inspections": judged})
        covered, shown = 0, 0
        for month in months:
            found = csqa.measure_severity(data, period=month).dropna(subset="severity_points")
            covered += ((found["lower"] <= 0) & (found["upper"] >= 0)).sum()
            shown += len(found)
        assert 0.91 <= covered / shown <= 0.99

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(st.tuples(*[st.sampled_from("pf")] * 3), min_size=5, max_size=12),
    )
    def test_severities_of_all_who_judged_everything_sum_to_nothing(self, letters):
        sides = ["".join(side) for side in zip(*letters, strict=True)]
        rows = both(sides[0], sides[1]) + both(sides[2], "", names=("丙", "丁"))
        found = csqa.measure_severity(load(rows))
        assert found["severity_points"].sum() == pytest.approx(0, abs=1e-9)
        assert (found["lower"] <= found["severity_points"]).all()
        assert (found["severity_points"] <= found["upper"]).all()

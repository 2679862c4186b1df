"""The analyst's workbench: it agrees with the stages, its code draws the same, the panel works."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import csqa
from csqa.errors import RuleError
from csqa.explore import (
    VIEWS,
    Choice,
    Workbench,
    show_choice,
    show_panel,
    show_view,
    write_code,
)
from csqa.explore.panel import Panel
from csqa.show.explore_distribution import quantiles_of_counts
from tests.browsers import CHROMIUM, Page, open_lab, open_page

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"


@pytest.fixture(scope="module")
def bench(sample: csqa.Dataset) -> Workbench:
    return Workbench(sample)


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    plt.close("all")


def small_contacts() -> pd.DataFrame:
    """Six contacts of one team: two Mondays, one Sunday just before midnight in Shanghai."""
    return pd.DataFrame(
        {
            "contact_id": ["1", "2", "3", "4", "5", "6"],
            "channel": ["online"] * 5 + ["phone"],
            "scene": ["presale", "presale", "aftersale", "aftersale", "presale", "presale"],
            "team": ["甲", "甲", "甲", "乙", "乙", "乙"],
            "created_at": [
                "2025-06-02 09:00:00",
                "2025-06-02 09:30:00",
                "2025-06-09 09:59:59",
                "2025-06-08 23:59:59",
                "2025-06-04 00:00:00",
                "2025-06-04 12:00:00",
            ],
            "first_response_at": [
                "2025-06-02 09:00:20",
                "2025-06-02 09:30:40",
                "2025-06-09 10:00:39",
                "2025-06-09 00:00:59",
                "2025-06-04 00:00:31",
                "2025-06-04 12:00:05",
            ],
        }
    )


@pytest.fixture(scope="module")
def small() -> Workbench:
    return Workbench(small_contacts())


class TestAnswersByHand:
    """Online targets: 30 s, aftersale 45 s. Waits: 20 40 | 40 60 31 seconds."""

    def test_the_figure(self, small):
        row = small.summary(small.choose(metric="first_response_online")).iloc[0]
        assert (row["n"], row["value"]) == (5, pytest.approx(191 / 5))

    def test_a_filter_leaves_the_rest_out(self, small):
        chosen = small.choose(metric="first_response_online", scene="aftersale")
        assert small.values(chosen).to_numpy().tolist() == [[40.0, 1], [60.0, 1]]
        assert small.targets(chosen) == [45.0]
        assert small.summary(chosen)["value"].tolist() == [50.0]

    def test_both_targets_where_both_judge(self, small):
        assert small.targets(small.choose(metric="first_response_online")) == [30.0, 45.0]

    def test_each_contact_is_judged_by_its_own_target(self, small):
        rows = small.contacts(small.choose(metric="first_response_online"))
        assert rows[["contact_id", "value", "target", "missed"]].to_numpy().tolist() == [
            ["4", 60.0, 45.0, True],
            ["2", 40.0, 30.0, True],
            ["5", 31.0, 30.0, True],
            ["3", 40.0, 45.0, False],
            ["1", 20.0, 30.0, False],
        ]
        assert rows["reason"].tolist() == [
            "超过目标 45 秒，多 15 秒",
            "超过目标 30 秒，多 10 秒",
            "超过目标 30 秒，多 1 秒",
            "在目标内",
            "在目标内",
        ]

    def test_hours_are_those_of_the_declared_zone(self, small):
        rows = small.hours(small.choose(metric="first_response_online"))
        assert rows[["weekday", "hour", "contacts", "n", "total"]].to_numpy().tolist() == [
            [0, 9, 3, 3, 100.0],
            [2, 0, 1, 1, 31.0],
            [2, 12, 1, 0, 0.0],
            [6, 23, 1, 1, 60.0],
        ]
        assert rows["value"].isna().all()  # fewer than ten records say nothing

    def test_weekdays_add_up(self, small):
        week = small.weekdays(small.choose(metric="first_response_online"))
        assert week[["weekday", "contacts", "n"]].to_numpy().tolist() == [
            [0, 3, 3],
            [2, 2, 1],
            [6, 1, 1],
        ]

    def test_a_unit_that_its_own_filter_leaves_out_has_nothing(self, small):
        chosen = small.choose(
            metric="first_response_online", unit_kind="channel", unit="online", channel="phone"
        )
        for name in ("summary", "trend", "peers", "values", "hours", "contacts"):
            assert len(getattr(small, name)(chosen)) == 0, name
        for view in VIEWS:
            small.draw(chosen, view)
            assert show_view(small, chosen, view).text
        assert show_choice(small, chosen).text == "无数据"


def test_a_table_of_contacts_alone_is_enough():
    contacts = small_contacts().drop(columns=["team", "scene"])
    bench = Workbench(contacts)
    assert bench.unit_kinds == ["channel", "peak"]
    assert bench.choose().unit_kind == "channel"
    assert len(bench.messages("1")) == 0
    for view in VIEWS:
        bench.draw(bench.choose(), view)


def test_every_wrong_field_is_named_at_once(small):
    with pytest.raises(RuleError, match=r"(?s)`metric` 应为.*'x'.*`unit` 应为 all, .*'丙'"):
        small.choose(metric="x", unit="丙")
    with pytest.raises(RuleError, match="`minimum_n` 应为 1 或更大的整数，而不是 0"):
        small.choose(minimum_n=0)
    with pytest.raises(RuleError, match="`period` 应为 2025-06 之一，而不是 '2024-01'"):
        small.choose(period="2024-01")
    with pytest.raises(RuleError, match="`view`"):
        small.draw(small.choose(), "pie")


class TestAgreesWithTheStages:
    def test_measuring_is_not_changed_by_a_workbench(self):
        data = csqa.load(small_contacts())
        before = csqa.measure(data, by="team")
        Workbench(data)
        assert_frame_equal(csqa.measure(data, by="team"), before)

    @pytest.mark.parametrize("metric", ["first_response_online", "csat", "nps", "wording"])
    def test_contacts_that_miss_are_as_many_as_were_measured(self, bench, metric):
        chosen = bench.choose(period="2025-06", metric=metric, channel="online", months=3)
        measures = csqa.measure(bench.data, bench.standard, by="channel")
        kept = (measures["metric"] == metric) & (measures["channel"] == "online")
        sums = measures[kept & measures["period"].isin(chosen.periods)]
        rows = bench.contacts(chosen, limit=100_000)
        assert len(rows) == sums["n"].sum()
        assert rows["missed"].sum() == sums["over"].sum()
        assert rows["value"].sum() == pytest.approx(sums["total"].sum())

    @pytest.mark.parametrize("metric", ["handle_time", "first_contact_resolution", "wording"])
    def test_values_and_hours_sum_to_the_measures(self, bench, metric):
        chosen = bench.choose(period="2025-06", metric=metric, unit_kind="team", unit="热线组")
        measures = csqa.measure(bench.data, bench.standard, by="team")
        here = measures[(measures["metric"] == metric) & (measures["period"] == "2025-06")]
        here = here[here["team"] == "热线组"]
        counts, hours = bench.values(chosen), bench.hours(chosen)
        assert counts["n"].sum() == hours["n"].sum() == here["n"].sum() > 0
        total = here["total"].sum()
        assert (counts["value"] * counts["n"]).sum() == pytest.approx(total)
        assert hours["total"].sum() == pytest.approx(total)

    def test_quantiles_are_the_engines(self, bench):
        chosen = bench.choose(period="2025-06", metric="handle_time")
        found = bench.quantiles(chosen).set_index("probability")["value"]
        asked = csqa.measure_quantiles(bench.data, bench.standard, probabilities=list(found.index))
        asked = asked[(asked["metric"] == "handle_time") & (asked["period"] == "2025-06")]
        assert asked["value"].tolist() == pytest.approx(found.tolist())


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.floats(0, 1))
def test_quantiles_of_counts_are_those_of_the_values(values, probability):
    counted = pd.Series(values).value_counts().sort_index()
    counts = pd.DataFrame({"value": counted.index.astype(float), "n": counted.to_numpy()})
    expected = np.quantile(values, probability)
    assert quantiles_of_counts(counts, [probability])[0] == pytest.approx(expected)


def drawn(ax: plt.Axes) -> dict[str, list]:
    """All that a chart shows of its data."""
    arrays = [made.get_array() for made in ax.collections]
    known = [array for array in arrays if array is not None]
    return {
        "lines": [line.get_xydata().tolist() for line in ax.lines],
        "bars": [patch.get_bbox().bounds for patch in ax.patches],
        "areas": [np.ma.filled(array, -1.0).ravel().tolist() for array in known],
    }


def flat(found: object) -> list[float]:
    if isinstance(found, list | tuple):
        return [number for part in found for number in flat(part)]
    return [float(found)]


MEASURED = [
    {},
    {"unit_kind": "agent_id", "months": 3, "minimum_n": 20},
    {"unit": "在线一组", "metric": "csat", "channel": "online"},
    {"unit_kind": "channel", "unit": "phone", "metric": "handle_time", "scene": "aftersale"},
    {"metric": "nps", "channel": "phone", "scene": "presale", "months": 12, "language": "en"},
]
SCANNED = [
    ("distribution", {"unit_kind": "agent_id", "months": 3}),
    ("distribution", {"unit_kind": "agent_id", "metric": "csat", "months": 3, "unit": "K1003"}),
    ("hours", {"unit": "在线一组", "metric": "csat", "channel": "online", "months": 12}),
]


class TestCopyAsCode:
    @pytest.mark.parametrize("view", ["trend", "peers"])
    @pytest.mark.parametrize("fields", MEASURED, ids=str)
    def test_the_code_draws_the_same(self, bench, monkeypatch, view, fields):
        monkeypatch.setattr(csqa, "load", lambda _: bench.data)  # the same data, not read again
        self.check_code(bench, view, fields)

    @pytest.mark.parametrize(("view", "fields"), SCANNED, ids=str)
    def test_the_code_of_single_contacts_draws_the_same(self, bench, monkeypatch, view, fields):
        monkeypatch.setattr(csqa, "load", lambda _: bench.data)
        self.check_code(bench, view, fields)

    def check_code(self, bench, view, fields):
        chosen = bench.choose(**{"period": "2025-06", "metric": "first_response_online", **fields})
        names: dict[str, object] = {}
        exec(write_code(chosen, view), names)
        ours, theirs = drawn(bench.draw(chosen, view)), drawn(names["ax"])
        assert {key: len(parts) for key, parts in ours.items()} == {
            key: len(parts) for key, parts in theirs.items()
        }
        assert sum(map(len, ours.values())) > 0
        for key, parts in ours.items():
            assert flat(parts) == pytest.approx(flat(theirs[key]), nan_ok=True)

    def test_the_code_lists_the_same_contacts(self, bench):
        chosen = bench.choose(period="2025-06", metric="csat", channel="phone")
        names: dict[str, pd.DataFrame] = {}
        exec(write_code(chosen, "contacts"), names)
        assert_frame_equal(names["rows"], bench.contacts(chosen))

    @pytest.mark.parametrize("view", VIEWS)
    def test_a_hostile_name_stays_a_text(self, view):
        unit = '\'); import os; os.abort() #\n"""'
        chosen = Choice("2025-06", "csat", unit=unit, channel=unit)
        code = compile(write_code(chosen, view, source=unit, mapping=unit), "code", "exec")
        assert "os" not in code.co_names

    def test_files_are_named_and_a_password_is_not(self):
        chosen = Choice("2025-06", "csat")
        code = write_code(
            chosen, source="postgresql://ann:s3cret@db/qa", standard="a.yml", calendar="b.yml"
        )
        assert "s3cret" not in code
        assert "csqa.load('postgresql://ann@db/qa')" in code
        assert "read_standard('a.yml')" in code
        assert "read_calendar('b.yml')" in code


class TestMasking:
    def test_messages_are_masked_and_escaped(self):
        contacts = small_contacts().head(1)
        messages = pd.DataFrame(
            {
                "contact_id": ["1", "1"],
                "seq": [2, 1],
                "sender": ["agent", "customer"],
                "text": ["<script>alert(1)</script>", "我是13812345678"],
            }
        )
        bench = Workbench(csqa.load({"contacts": contacts, "messages": messages}))
        assert bench.messages("1")["text"].tolist() == [
            "我是[手机1]",
            "<script>alert(1)</script>",
        ]
        assert len(bench.messages("' OR 1=1 --")) == 0
        panel = Panel(bench, bench.choose(metric="first_response_online"), {})
        panel.view.value = "contacts"
        shown = panel.outputs["messages"].value
        assert "&lt;script&gt;" in shown
        assert "<script>" not in shown
        assert "13812345678" not in shown


class TestPanel:
    def test_a_change_redraws_the_chart_and_the_numbers(self, bench):
        panel = Panel(bench, bench.choose(period="2025-06", metric="csat"), {})
        before = {name: output.value for name, output in panel.outputs.items()}
        panel.controls["channel"].value = "phone"
        assert panel.choice.channel == "phone"
        for name in ("summary", "picture", "table", "code"):
            assert panel.outputs[name].value != before[name]

    def test_another_kind_of_unit_starts_with_the_whole(self, bench):
        panel = Panel(bench, bench.choose(period="2025-06", metric="csat", unit="热线组"), {})
        panel.controls["unit_kind"].value = "topic"
        assert panel.choice.unit == "all"
        assert [value for _, value in panel.controls["unit"].options] == bench.units("topic")

    def test_every_view_in_both_languages(self, bench):
        panel = Panel(bench, bench.choose(period="2025-06", metric="handle_time"), {})
        for language, name in (("zh", "平均处理时长"), ("en", "handl")):
            panel.controls["language"].value = language
            for view in VIEWS:
                panel.view.value = view
                assert "<table" in panel.outputs["table"].value
                assert "data:image/png" in panel.outputs["picture"].value
            assert name in panel.outputs["summary"].value
        assert panel.controls["period"].description == "Month"

    def test_a_wrong_start_is_refused(self, bench):
        with pytest.raises(RuleError, match="`metric`"):
            show_panel(bench, replace(bench.choose(), metric="x"))


def test_importing_csqa_imports_neither_the_workbench_nor_widgets():
    told = (
        "import sys, csqa; print([n for n in ('csqa.explore', 'ipywidgets') if n in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.slow
def test_it_runs_under_papermill_with_pictures_and_tables(tmp_path):
    folder = csqa.run_report("explore", period="2025-06", out=tmp_path, progress=False)
    page = (folder / "report.html").read_text("utf-8")
    assert page.count("data:image/png") == 4
    assert page.count("<table") >= 6
    assert "客服质量探索台" in page
    assert "VBox" not in page
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert summary["metric"] == "first_response_online"


WIDGET = "[...(window.jupyterapp?.shell?.widgets('main') ?? [])][0]"
PANEL = "document.querySelector('.csqa-explore"


def choose(page: Page, control: str, label: str) -> None:
    """Choose an option as a user does, by its text."""
    chosen = page.run(
        f"(() => {{ const select = {PANEL}-{control} select');"
        f" const texts = [...select.options].map((option) => option.text);"
        f" select.selectedIndex = texts.indexOf({json.dumps(label)});"
        f" select.dispatchEvent(new Event('change', {{bubbles: true}}));"
        " return select.selectedIndex; })()"
    )
    assert chosen >= 0


def shown(page: Page, output: str) -> str:
    return str(page.run(f"{PANEL}-{output}').innerText"))


def wait_for_other(page: Page, picture: str) -> str:
    """Wait until the picture is another one; which."""
    source = f"{PANEL}-picture img')?.src"
    page.wait(f"({source} ?? {json.dumps(picture)}) !== {json.dumps(picture)}")
    return str(page.run(source))


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="needs chromium on the PATH")
def test_in_a_real_jupyterlab(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(NOTEBOOK, root)
    with open_lab(root, tmp_path / "lab") as lab:
        address = lab.format(NOTEBOOK.name)
        with open_page(address, tmp_path / "browser") as page:
            _use_the_panel(page, tmp_path)


def _use_the_panel(page: Page, folder: Path) -> None:
    page.wait(f"{WIDGET}?.sessionContext?.session?.kernel?.status === 'idle'")
    page.run(f"jupyterapp.shell.activateById({WIDGET}.id)")
    page.run("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait(f"{PANEL}-picture img')?.complete")
    first = str(page.run(f"{PANEL}-picture img').src"))
    assert "平均响应时长（在线）" in shown(page, "summary")
    assert "1,509" in shown(page, "summary")

    choose(page, "scene", "售后")
    second = wait_for_other(page, first)
    assert "业务场景：售后" in shown(page, "summary")
    assert "1,509" not in shown(page, "summary")

    page.run("[...document.querySelectorAll('.csqa-explore-view button')][4].click()")
    wait_for_other(page, second)
    page.wait(f"{PANEL}-messages').innerText.includes('客户')")
    assert "超过目标 45 秒" in shown(page, "table")

    page.run(f"{PANEL}-button button').click()")
    assert shown(page, "button").strip() == "已复制"
    assert "scene='aftersale'" in page.run(f"{PANEL}-code textarea').value")
    page.run(f"{PANEL}-view').scrollIntoView()")
    page.photograph(folder / "panel.png")
    outputs = f"{WIDGET}.content.model.sharedModel.cells.flatMap((cell) => cell.outputs ?? [])"
    kinds = page.run(f"{outputs}.map((output) => output.output_type + (output.name ?? ''))")
    assert set(kinds) <= {"display_data", "execute_result"}
    assert len(kinds) >= 12

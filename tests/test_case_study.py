"""docs/case_study.md says what a fresh run says, and plain pandas says the same."""

import re
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

import csqa
from tests.case_study import BLOCK, DOCUMENT, fill, unjudged
from tests.case_study_doubts import WRITERS
from tests.case_study_judgements import JUDGED, WATCHED
from tests.case_study_log import VALUES, compare_by_hand
from tests.case_study_pictures import DIGEST, PICTURES, digest, draw_all, list_pictures
from tests.case_study_verdicts import LOG, Study, available, make_study
from tests.case_study_writers import NOT_LOOKED_AT

LARGEST_PICTURE = 60_000
"""Bytes."""
LOGGED = pytest.mark.skipif(
    not available(), reason="the real incidents lie beside the project, not in it"
)
TEXT = DOCUMENT.read_text("utf-8")


@pytest.fixture(scope="module")
def study() -> Study:
    return make_study()


@LOGGED
@pytest.mark.slow
def test_the_document_says_what_a_fresh_run_says(study: Study):
    assert fill(TEXT, study) == TEXT, "refresh it: python -m tests.case_study"


@LOGGED
@pytest.mark.slow
def test_every_verdict_has_been_looked_at(study: Study):
    assert unjudged(study) == []


@LOGGED
@pytest.mark.slow
@pytest.mark.parametrize("metric", VALUES)
@pytest.mark.parametrize(("level", "unit"), [("team", "team"), ("agent_id", "agent")])
def test_values_and_expected_values_are_those_of_plain_pandas(
    study: Study, level: str, unit: str, metric: str
):
    across = study.across.set_index(["level", "metric"]).loc[(level, metric)].set_index("unit")
    across = across[across.index.isin(study.incidents[unit])]
    named = across.index[across["verdict"].isin(["worse", "better"])]
    by_hand = compare_by_hand(study.incidents, unit, metric, named).loc[across.index]
    assert len(across) >= len(study.incidents[unit].unique()) - 5
    for column in ("n", "value", "expected"):
        pd.testing.assert_series_equal(
            across[column].astype(float),
            by_hand[column].astype(float),
            rtol=1e-9,
            check_names=False,
        )


@LOGGED
@pytest.mark.slow
def test_the_prose_between_the_tables_is_true(study: Study):
    """Three months give no limits; nearly half is mix; the first two weeks are the bad ones."""
    assert study.months["lower_limit"].isna().all()
    march = study.months.set_index(["period", "metric"]).loc[("2016-03", "resolution_time")]
    assert march["persistence"] == "occasional"
    assert 0.4 < study.change["mix"] / study.change["change"] < 0.5
    times = study.weeks[study.weeks["metric"] == "resolution_time"]
    assert times["variation"].eq("concern").to_list() == [True] * 2 + [False] * (len(times) - 2)
    assert times["variation"].iloc[-1] == "improvement"
    missing = study.incidents.groupby("month")["seconds"].apply(lambda column: column.isna().mean())
    assert missing.idxmax() == "2016-03"
    assert (study.incidents["priority"] == "3").mean() > 0.9
    for team, pair in (("30", ["184", "201"]), ("31", ["182", "207"])):
        agents = study.incidents.loc[study.incidents["team"] == team, "agent"]
        assert agents.isin(pair).mean() > 0.9


@LOGGED
@pytest.mark.slow
def test_pictures_show_the_tables_of_a_fresh_run(study: Study, tmp_path: Path):
    draw_all(study, tmp_path)
    for name, (kind, rows, metric) in list_pictures(study).items():
        with Image.open(PICTURES / name) as picture, Image.open(tmp_path / name) as fresh:
            assert picture.info[DIGEST] == fresh.info[DIGEST] == digest(kind, rows, metric)


def test_each_computed_part_is_there_once():
    assert [found[2] for found in BLOCK.finditer(TEXT)] == list(WRITERS)
    assert NOT_LOOKED_AT not in TEXT


def test_pictures_are_there_and_small():
    shown = re.findall(r"!\[([^]]+)\]\(pictures/(case_study_\w+\.png)\)", TEXT)
    assert {name for _, name in shown} == {path.name for path in PICTURES.glob("case_study_*")}
    assert all((PICTURES / name).stat().st_size <= LARGEST_PICTURE for _, name in shown)


def test_no_verdict_is_judged_twice():
    assert JUDGED.keys() & WATCHED.keys() == set()


def test_the_document_is_short():
    assert TEXT.count("\n") <= 225


@LOGGED
@pytest.mark.slow
def test_the_code_works_as_a_reader_would_use_it(study: Study):
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    code = code.replace("<日志所在目录>/incident_event_log.zip", str(LOG))
    names: dict[str, pd.DataFrame] = {}
    exec(compile(code, str(DOCUMENT), "exec"), names)
    expected = study.across.set_index(["level", "unit", "metric"])["verdict"]
    for level, name in (("team", "across_teams"), ("agent_id", "across_agents")):
        found = names[name].set_index(["unit", "metric"])["verdict"]
        pd.testing.assert_series_equal(found, expected.loc[level], check_index=True)
    pd.testing.assert_frame_equal(names["weeks"], study.weeks)
    import matplotlib.pyplot as plt

    plt.close("all")
    assert csqa.plots.__name__ == "csqa.show.plots"

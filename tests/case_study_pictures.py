"""The pictures of docs/case_study.md, each with the digest of the table it was drawn from."""

import hashlib
from pathlib import Path

import pandas as pd

import csqa
from tests.case_study_judgements import FCR, TIME
from tests.case_study_verdicts import STANDARD, Study
from tests.conftest import ROOT

PICTURES = ROOT / "docs" / "pictures"
DPI = 84
DIGEST = "Comment"
"""Key of a picture's text that says of which table it was drawn."""
FIGURES = 6
"""Significant figures that make two tables the same."""
DRAWN = ["period", "unit", "metric", "value", "n", "lower_limit", "upper_limit"]
CHARTS = {
    "across": ("funnel", "verdict"),
    "marked": ("intervals", "verdict"),
    "over": ("control_chart", "variation"),
}
"""Chart of :mod:`csqa.plots` and the column of its marks."""


def _level(study: Study, level: str) -> pd.DataFrame:
    """Units with enough records: the limits of two records dwarf all others."""
    across = study.across
    return across[(across["level"] == level) & (across["verdict"] != "too_few")]


def _marked(study: Study, level: str) -> pd.DataFrame:
    rows = _level(study, level)
    return rows[rows["verdict"] != "no_difference"]


def list_pictures(study: Study) -> dict[str, tuple[str, pd.DataFrame, str]]:
    """File name → kind of chart, its table and metric."""
    return {
        "case_study_teams_fcr.png": ("across", _level(study, "team"), FCR),
        "case_study_teams_time.png": ("across", _level(study, "team"), TIME),
        "case_study_agents_fcr.png": ("across", _level(study, "agent_id"), FCR),
        "case_study_agents_time.png": ("marked", _marked(study, "agent_id"), TIME),
        "case_study_weeks_time.png": ("over", study.weeks, TIME),
        "case_study_weeks_uncut.png": ("over", study.weeks_uncut, FCR),
    }


def draw_all(study: Study, folder: Path) -> None:
    """Draw every picture into the folder."""
    import matplotlib.pyplot as plt

    folder.mkdir(exist_ok=True)
    standard = csqa.read_standard(STANDARD)
    for name, (kind, rows, metric) in list_pictures(study).items():
        ax = getattr(csqa.plots, CHARTS[kind][0])(rows, metric=metric, standard=standard)
        text = {DIGEST: digest(kind, rows, metric)}
        ax.figure.savefig(folder / name, dpi=DPI, metadata=text)
        plt.close(ax.figure)


def digest(kind: str, rows: pd.DataFrame, metric: str) -> str:
    """What identifies the table of a picture, but for the last digits of its numbers."""
    shown = rows.loc[rows["metric"] == metric, [*DRAWN, CHARTS[kind][1]]]
    text = shown.to_csv(index=False, float_format=f"%.{FIGURES}g")
    return hashlib.sha256(text.encode()).hexdigest()

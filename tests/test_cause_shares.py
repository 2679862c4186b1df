"""The figures of docs/cause_shares.md hold, by simulation and on labelled complaints."""

from pathlib import Path

import pytest

from benchmarks.cause_shares import AUDITS, SHARES, simulate, try_labels
from benchmarks.causes import read_labels

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("audited", AUDITS)
def test_intervals_hold_at_about_their_level(share: float, audited: int) -> None:
    assert simulate(share, audited, 1000)["holds"] >= 0.93


def test_a_bootstrap_would_be_too_sure_of_rare_causes() -> None:
    found = simulate(0.02, 50, 1000)
    assert found["bootstrap_holds"] < 0.6
    assert found["no_disagreement"] > 0.4


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not at ../shared/data")
def test_an_audit_halves_the_error_on_labelled_complaints() -> None:
    tried = try_labels(read_labels(DATA), 200)
    many = tried[(tried["labels"] == "all") & (tried["cases"] > 1000)].set_index("audited")
    assert many.loc[50, "raw_error"] > 3
    assert many.loc[100, "corrected_error"] < 2
    assert many.loc[200, "corrected_error"] < 1.5
    assert (tried["holds"] >= 0.95).all()

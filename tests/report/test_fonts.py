"""The Chinese font is found, drawn with, and cut down for a page."""

import subprocess
import sys
import warnings
from io import BytesIO

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont

from csqa.show.fonts import font_path, subset_font, use_chinese_font


@pytest.fixture(autouse=True)
def restored_settings() -> object:
    with mpl.rc_context():
        yield


def characters(woff: bytes) -> set[str]:
    with TTFont(BytesIO(woff)) as font:
        return set(map(chr, font.getBestCmap()))


def test_the_carrier_is_not_imported() -> None:
    code = "import sys, csqa.show.fonts as f; f.font_path(); print('zhplot' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_calling_twice_adds_the_font_once() -> None:
    from matplotlib import font_manager

    use_chinese_font()
    use_chinese_font()
    added = [e for e in font_manager.fontManager.ttflist if e.fname == str(font_path())]
    assert len(added) == 1


def test_chinese_is_drawn_again_after_a_seaborn_theme() -> None:
    import seaborn as sns
    from matplotlib.figure import Figure

    use_chinese_font()
    sns.set_theme()
    use_chinese_font()
    figure = Figure()
    figure.subplots().set_title("首次解决率 −5% 喆镕")
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        figure.savefig(BytesIO())


def test_a_subset_holds_the_characters_asked_for_and_no_other() -> None:
    assert characters(subset_font("质检 12%")) == set("质检 12%")


def test_a_subset_depends_only_on_the_set_of_characters() -> None:
    assert subset_font("质检质") == subset_font("检质")


def test_characters_the_font_lacks_are_left_out() -> None:
    assert characters(subset_font("质\U0001f600")) == {"质"}

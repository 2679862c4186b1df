"""The Chinese font that csqa carries, for charts and for pages: Noto Sans SC (OFL), from zhplot.

zhplot is used as a carrier only. Importing it would change matplotlib's settings, so the file is
found through the package's metadata.
"""

from functools import cache
from importlib import metadata
from io import BytesIO
from pathlib import Path

from csqa.errors import ReportError

FAMILY = "Noto Sans SC"
_FILE = "NotoSansSC-Regular.ttf"


@cache
def font_path() -> Path:
    """Where the font file is.

    Returns
    -------
    Path
        The TrueType file of Noto Sans SC, regular weight.

    Raises
    ------
    ReportError
        If zhplot, which carries it, is not installed whole.

    Examples
    --------
    >>> font_path().name
    'NotoSansSC-Regular.ttf'
    """
    try:
        files = metadata.files("zhplot") or []
    except metadata.PackageNotFoundError:
        files = []
    found = [Path(str(file.locate())) for file in files if file.name == _FILE]
    if not found or not found[0].is_file():
        message = f"找不到中文字体 {_FILE}：请重新安装依赖 zhplot。"
        raise ReportError(message)
    return found[0]


def use_chinese_font() -> None:
    """Make matplotlib draw Chinese on any machine.

    Call it again after ``seaborn.set_theme()`` or ``plt.style.use("default")``: both set the font
    back. Calling it twice changes nothing.

    Raises
    ------
    ReportError
        If the font is missing.

    Examples
    --------
    >>> import matplotlib
    >>> use_chinese_font()
    >>> matplotlib.rcParams["font.family"]
    ['Noto Sans SC', 'DejaVu Sans']
    """
    import matplotlib as mpl
    from matplotlib import font_manager

    file = str(font_path())
    if all(entry.fname != file for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(file)
    mpl.rcParams["font.family"] = [FAMILY, "DejaVu Sans"]


def subset_font(characters: str) -> bytes:
    """Cut the font down to the characters of one page.

    Parameters
    ----------
    characters : str
        The text; order and repetitions don't matter. Characters the font lacks are left out.

    Returns
    -------
    bytes
        A WOFF file; the same bytes for the same characters.

    Raises
    ------
    ReportError
        If the font is missing.

    Examples
    --------
    >>> subset_font("质检")[:4]
    b'wOFF'
    """
    from fontTools import subset

    options = subset.Options(flavor="woff", layout_features=[], hinting=False, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes={ord(character) for character in characters})
    written = BytesIO()
    with subset.load_font(str(font_path()), options) as font:
        cutter.subset(font)
        font.flavor = options.flavor
        font.save(written, reorderTables=None)
    return written.getvalue()

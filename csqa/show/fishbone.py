"""The fishbone (鱼骨图): a metric at the head, seven bones, the causes found on their ribs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import sentences, words
from csqa.cause_results import NO_CAUSE
from csqa.engine.cause_names import Names, name_cause
from csqa.engine.problem_cases import count_causes
from csqa.errors import check_option
from csqa.problems.listing import first_problem
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.fishbone_bones import Fish, list_bones
from csqa.show.fishbone_narrow import WIDTH, draw_narrow, height_of_narrow
from csqa.show.fishbone_wide import draw_wide, height_of_wide

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROW_DPI = 100
"""At :data:`csqa.show.fishbone_narrow.WIDTH` a picture is 390 pixels wide, as a phone is."""

NARROW_BELOW = 5.0
"""Inches of given axes below which the narrow layout is taken."""

TEXTS = {
    "title": ("鱼骨图", "Fishbone"),
    "n": ("n={n} 个案例", "n={n} cases"),
    "unclassified": ("未归类 {share}", "unclassified {share}"),
    "few": ("案例少，占比只作参考", "few cases: take shares as a hint"),
    "many": ("一个案例可有多个原因", "a case may have several causes"),
    "raw": ("原因由规则标注，不是因果证明", "causes tagged by rules, no proof of causation"),
    "target": ("目标 {target}", "target {target}"),
    "since": ("自 {since}", "since {since}"),
    "no_causes": ("没有可用的原因标注", "no causes tagged"),
}


def fishbone(
    problem: pd.DataFrame | Mapping[str, Any],
    causes: pd.DataFrame,
    *,
    standard: Standard | None = None,
    names: Names = None,
    most: int = 3,
    narrow: bool | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a problem and the causes found in its cases as a fishbone.

    Parameters
    ----------
    problem : DataFrame or mapping
        From :func:`csqa.list_problems`: one row, or the table, of which the first row is drawn.
    causes : DataFrame
        Causes counted, with ``bone``, ``cause``, ``cases`` (``share``, ``n``, ``bone_cases`` if
        known), as from :func:`csqa.rank_causes`; or the rows of :func:`csqa.select_causes`, which
        are counted here.
    standard : Standard, optional
        For the metric's name. Default: the shipped one.
    names : Fishbone or mapping of id to name, optional
        Of the causes and bones.
    most : int
        Causes shown of one bone; how many more there are is said.
    narrow : bool, optional
        Whether to draw for a phone (390 pixels wide) instead of a page. Default: only on axes that
        are less than 5 inches wide.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure of the right size if left out.

    Returns
    -------
    Axes
        The metric at the head, a bone per category, the most frequent causes on its ribs with
        cases and share; the strongest are orange and thick, a bone without evidence is pale and
        says 无证据. Below: n and the share of cases in which nothing was found.

    Raises
    ------
    RuleError
        If there is no problem, or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> problem = {"metric": "csat", "kind": "share", "unit_kind": "all", "unit": "all"}
    >>> problem |= {"value": 0.8, "target": 0.9, "direction": "at_least", "since": "2025-05"}
    >>> causes = pd.DataFrame({"bone": ["people"], "cause": ["careless"], "cases": [12], "n": [40]})
    >>> ax = fishbone(problem, causes, names={"careless": "操作失误"})
    >>> [text.get_text() for text in ax.texts if "12" in text.get_text()]
    ['12 例 · 30%']
    >>> plt.close(ax.figure)
    """
    check_option("language", language, words.LANGUAGES)
    row = first_problem(problem)
    counted = count_causes(causes) if "cases" not in causes else causes
    fish = _fish(row, counted, standard or read_standard(), names, most, language)
    narrow = _is_narrow(ax) if narrow is None else narrow
    draw, height = (draw_narrow, height_of_narrow) if narrow else (draw_wide, height_of_wide)
    width = WIDTH if narrow else canvas.WIDTH
    ax = _open(ax, language, width, height(fish), NARROW_DPI if narrow else canvas.DPI)
    draw(ax, fish)
    return ax


def _is_narrow(ax: "Axes | None") -> bool:
    if ax is None:
        return False
    box = ax.get_window_extent()
    return bool(box.width / canvas.figure_of(ax).dpi < NARROW_BELOW)


def _open(ax: "Axes | None", language: str, width: float, height: float, dpi: int) -> "Axes":
    """Axes whose units are inches, so that texts are placed by their size."""
    if ax is None:
        import matplotlib.pyplot as plt

        canvas.open_axes(None, language, height=height)
        figure = plt.gcf()
        figure.set_layout_engine("none")
        figure.set_size_inches(width, height)
        figure.set_dpi(dpi)
        ax = figure.axes[0]
        ax.set_position((0.0, 0.0, 1.0, 1.0))
    else:
        canvas.open_axes(ax, language)
    ax.set_axis_off()
    ax.set(xlim=(0, width), ylim=(0, height))
    return ax


def _fish(
    problem: dict[str, Any],
    counted: pd.DataFrame,
    standard: Standard,
    names: Names,
    most: int,
    language: str,
) -> Fish:
    kind = str(problem["kind"])
    metric = standard.metric(problem["metric"]).name(language)
    unit = sentences.name_unit(problem["unit_kind"], str(problem["unit"]), language)
    target = words.format_target(
        problem["target"],
        problem["direction"],
        kind,
        language,
        upper=problem.get("target_upper") or float("nan"),
    )
    return Fish(
        title=f"{_text('title', language)} · {unit} {metric}",
        head=(
            unit,
            metric,
            words.format_value(problem["value"], kind, language),
            _text("target", language).format(target=target),
            _text("since", language).format(since=problem["since"]),
        ),
        bones=list_bones(counted, most, lambda cause: name_cause(cause, names, language), language),
        caption=_caption(counted, standard.judge_from, language),
        language=language,
    )


def _caption(counted: pd.DataFrame, least: int, language: str) -> list[str]:
    if counted.empty:
        return [_text("no_causes", language)]
    said = []
    if "n" in counted:
        n = words.format_count(float(counted["n"].iloc[0]))
        said.append(_text("n", language).format(n=n))
        if float(counted["n"].iloc[0]) < least:
            said.append(_text("few", language))
    rest = counted[counted["bone"] == NO_CAUSE]
    if "share" in counted or "n" in counted:
        shares = rest["share"] if "share" in rest else rest["cases"] / rest["n"]
        share = words.format_value(float(shares.sum()), "share", language, short=True)
        said.append(_text("unclassified", language).format(share=share))
    return [*said, _text("many", language), _text("raw", language)]


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]

"""The flow of the process: nodes in their order, what goes from one to the next, what comes back.

Drawn in a row for paper; in a column, with the same marks, for a phone.
"""

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.flow_edges import BOX_DEPTH, BOX_LENGTH, draw_edge, give_lanes, turn
from csqa.show.palette import BAND_GREY, FAINT_GREY, INK, WORSE_ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NODES = {False: 6, True: 9}
"""Nodes drawn in a row, in a column; of more, the ones that take most time, the others as one."""

OTHERS = "\x00others"
"""Key of the node that stands for all the others."""

LEAST_SHARE = 0.02
"""Edges with less of all steps are left out, and counted below the picture."""

NAME_WIDTH = 11
"""Columns of a name's line in a row."""
INCHES_ACROSS, INCHES_ALONG = 1.3, 1.0
"""Of one unit: across a row, along a column."""

TEXTS = {
    "title": ("流程图", "Flow of the process"),
    "visits": ("{n} 次", "{n} visits"),
    "over": ("超时 {share}", "late {share}"),
    "open": ("在办 {n}", "{n} open"),
    "all": (
        "框里：次数、停留的中位数、超时占比。线的粗细按次数，橙色是退回。",
        "In a box: visits, median stay, share late. Thick: frequent; orange: back.",
    ),
    "hidden": (
        "另有 {edges} 种走法（占流转的 {share}）每种不到 {least}，没有画。",
        "{edges} rarer ways ({share} of all steps), each under {least}, are not drawn.",
    ),
    "others": ("其余 {n} 个", "{n} others"),
    "bottleneck": ("瓶颈", "bottleneck"),
    "maybe_bottleneck": ("疑似瓶颈", "bottleneck?"),
    "paused": ("等外部", "waiting"),
}


def flow(
    paths: pd.DataFrame,
    steps: pd.DataFrame,
    bottlenecks: pd.DataFrame | None = None,
    *,
    vertical: bool = False,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw how contacts go through the nodes of the process, and where time is lost.

    Parameters
    ----------
    paths : DataFrame
        From :func:`csqa.measure_paths`.
    steps : DataFrame
        From :func:`csqa.measure_steps`, of the same months and nodes, not split by a unit.
    bottlenecks : DataFrame, optional
        From :func:`csqa.find_bottlenecks`: the node called the bottleneck is marked.
    vertical : bool
        Nodes from top to bottom, for a phone; else from left to right.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        At most 6 nodes, 9 in a column: of more, those with most hours and visits, and the others
        as one. An edge is as thick as it is frequent, its count beside it; edges back bend to the
        other side. Rare ones are left out, and counted below.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from csqa.load import load
    >>> from csqa.flows import measure_paths
    >>> from csqa.steps import measure_steps
    >>> contacts = pd.DataFrame({"contact_id": ["1"], "channel": "online"})
    >>> contacts["created_at"] = "2025-06-02 09:00"
    >>> told = pd.DataFrame({"contact_id": "1", "step": ["甲", "乙"]})
    >>> told["entered_at"] = ["2025-06-02 09:00", "2025-06-02 10:00"]
    >>> data = load({"contacts": contacts, "steps": told})
    >>> paths, steps = (f(data, period="2025-06") for f in (measure_paths, measure_steps))
    >>> ax = flow(paths, steps)
    >>> [text.get_text().split()[0] for text in ax.texts if text.get_gid() == "node"]
    ['甲', '乙']
    >>> plt.close(ax.figure)
    """
    nodes = _choose(steps[steps["visits"] > 0], bottlenecks, MOST_NODES[vertical], language)
    edges, hidden = _sum_edges(paths, nodes)
    edges, reach = give_lanes(edges)
    across = INCHES_ACROSS * sum(reach)
    height = 1.1 + INCHES_ALONG * max(len(nodes), 1) if vertical else 1.1 + across
    ax = canvas.open_axes(ax, language, height=height)
    canvas.set_title(ax, _text("title", language), _period(steps))
    if nodes.empty:
        return canvas.say_no_data(ax, language)
    ax.set_axis_off()
    for edge in records(edges.sort_values("count")):
        draw_edge(ax, edge, vertical)
    for place, node in enumerate(records(nodes)):
        _draw_node(ax, place, node, vertical, language)
    _frame(ax, len(nodes), reach, vertical)
    _say_hidden(ax, hidden, language)
    return ax


def _text(key: str, language: str, **values: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(**values)


def _period(steps: pd.DataFrame) -> str:
    return str(steps["period"].iloc[0]) if len(steps) else ""


def _choose(
    steps: pd.DataFrame, bottlenecks: pd.DataFrame | None, most_nodes: int, language: str
) -> pd.DataFrame:
    """The nodes that are drawn, in their order; the others together at the end."""
    name = "name_zh" if language == "zh" else "name_en"
    told = steps.assign(name=steps[name], verdict="")
    if bottlenecks is not None and len(bottlenecks):
        verdicts = bottlenecks.set_index("step")["verdict"]
        told["verdict"] = told["step"].map(verdicts).fillna("")
    if len(told) <= most_nodes:
        return told.sort_values("place", ignore_index=True)
    weight = sum(told[name] / max(told[name].sum(), 1e-9) for name in ("total_hours", "visits"))
    most = told.assign(weight=weight).nlargest(most_nodes - 1, "weight").sort_values("place")
    most = most.drop(columns="weight")
    rest = told[~told["step"].isin(most["step"])]
    summed = rest[["visits", "open", "n_limited", "n_over", "total_hours"]].sum()
    others = rest.iloc[:1].assign(
        step=OTHERS,
        name=_text("others", language, n=len(rest)),
        median_hours=np.nan,
        over_share=np.nan,
        paused=False,
        verdict="",
        **{str(key): value for key, value in summed.items()},
    )
    return pd.concat([most, others], ignore_index=True)


def _sum_edges(paths: pd.DataFrame, nodes: pd.DataFrame) -> tuple[pd.DataFrame, tuple[int, float]]:
    """Edges between drawn nodes by their places; how many are left out, and their share."""
    place = {step: number for number, step in enumerate(nodes["step"])}
    other = place.get(OTHERS, -1)
    ends = {side: paths[f"{side}_step"].map(place).fillna(other) for side in ("from", "to")}
    drawn = paths.assign(**ends).astype({"from": int, "to": int})
    drawn = drawn[(drawn["from"] >= 0) & (drawn["to"] >= 0) & (drawn["from"] != drawn["to"])]
    summed = drawn.groupby(["from", "to"], as_index=False)["count"].sum()
    total = max(int(paths["count"].sum()), 1)
    summed["share"] = summed["count"] / total
    rare = summed["share"] < LEAST_SHARE
    return summed[~rare], (int(rare.sum()), float(summed.loc[rare, "share"].sum()))


def _draw_node(ax: "Axes", place: int, node: dict[str, Any], vertical: bool, language: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    marked = node["verdict"] in ("bottleneck", "maybe_bottleneck")
    wide, high = (BOX_DEPTH, BOX_LENGTH) if vertical else (BOX_LENGTH, BOX_DEPTH)
    x, y = turn((place, 0.0), vertical)
    box = FancyBboxPatch(
        (x - wide / 2, y - high / 2),
        wide,
        high,
        boxstyle="round,pad=0,rounding_size=0.06",
        facecolor="#fdf1e3" if marked else BAND_GREY,
        edgecolor=WORSE_ORANGE if marked else FAINT_GREY,
        linewidth=2.2 if node["verdict"] == "bottleneck" else 1.2,
        linestyle="--" if node["paused"] or node["verdict"] == "maybe_bottleneck" else "-",
        zorder=3,
        gid="box",
    )
    ax.add_patch(box)
    lines = _lines(node, vertical, language)
    ax.text(
        x,
        y,
        "\n".join(lines),
        ha="center",
        va="center",
        fontsize=canvas.TEXT_SIZE,
        color=INK,
        linespacing=1.25,
        zorder=6,
        gid="node",
    )


def _lines(node: dict[str, Any], vertical: bool, language: str) -> list[str]:
    facts, remarks = _facts(node, language), _remarks(node, language)
    if vertical:
        return [safe_text(node["name"], 34), " · ".join(facts), *remarks]
    name = textwrap.wrap(str(node["name"]), NAME_WIDTH)[:2] or [""]
    return [*(safe_text(line, NAME_WIDTH) for line in name), *facts, *remarks]


def _facts(node: dict[str, Any], language: str) -> list[str]:
    said = [_text("visits", language, n=f"{int(node['visits']):,}")]
    if node["median_hours"] > 0:  # a node that closes the process takes no time
        said.append(words.format_value(node["median_hours"] * 3600, "seconds", language))
    if not pd.isna(node["over_share"]):
        said.append(_text("over", language, share=f"{node['over_share']:.0%}"))
    if node["open"]:
        said.append(_text("open", language, n=f"{int(node['open']):,}"))
    return said


def _remarks(node: dict[str, Any], language: str) -> list[str]:
    if node["verdict"] in ("bottleneck", "maybe_bottleneck"):
        return [f"▼ {_text(node['verdict'], language)}"]
    return [_text("paused", language)] if node["paused"] else []


def _frame(ax: "Axes", nodes: int, reach: tuple[float, float], vertical: bool) -> None:
    along = (-BOX_LENGTH / 2 - 0.05, nodes - 1 + BOX_LENGTH / 2 + 0.05)
    if vertical:
        ax.set_xlim(-reach[1] - 0.15, reach[0] + 0.15)
        ax.set_ylim(-along[1], -along[0])
    else:
        ax.set_xlim(*along)
        ax.set_ylim(-reach[1] - 0.05, reach[0] + 0.05)


def _say_hidden(ax: "Axes", hidden: tuple[int, float], language: str) -> None:
    edges, share = hidden
    told = [_text("all", language)]
    if edges:
        least, part = f"{LEAST_SHARE:.0%}", f"{share:.1%}"
        told.append(_text("hidden", language, edges=edges, share=part, least=least))
    ax.annotate(
        "\n".join(told),
        (0, 0),
        xycoords="axes fraction",
        xytext=(0, -6),
        textcoords="offset points",
        va="top",
        fontsize=canvas.TEXT_SIZE,
        color=INK,
    )

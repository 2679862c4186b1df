"""Copy as code: what was clicked, as Python that gives the same chart."""

from collections.abc import Sequence

from csqa.engine.addresses import strip_password
from csqa.errors import check_option
from csqa.explore.choice import VIEWS, Choice
from csqa.explore.cubes import grouping
from csqa.schema import OVERALL


def write_code(
    choice: Choice,
    view: str = "trend",
    *,
    source: str = "",
    mapping: str = "",
    standard: str = "",
    calendar: str = "",
) -> str:
    """Write a choice as a Python program that ends with the chart in ``ax``.

    Parameters
    ----------
    choice : Choice
        What is looked at.
    view : str
        One of :data:`csqa.explore.VIEWS`.
    source, mapping, standard, calendar : str
        As for :func:`csqa.load`, ``read_standard`` and ``read_calendar``; empty: the shipped
        ones. A password in an address is left out.

    Returns
    -------
    str
        Lines of Python. Names from the data stand in it as quoted texts only.

    Raises
    ------
    RuleError
        If the view is not one of those there are.

    Examples
    --------
    >>> print(write_code(Choice("2025-06", "csat", unit="热线组")))
    import csqa
    from csqa import plots
    <BLANKLINE>
    data = csqa.load(csqa.bundled('sample'))
    standard = csqa.read_standard()
    calendar = csqa.read_calendar()
    measures = csqa.measure(data, standard, by=['team'], until='2025-06', calendar=calendar)
    measures = measures[measures['metric'] == 'csat']
    measures = measures[measures['team'] == '热线组']
    over = csqa.compare_vertical(measures, standard)
    ax = plots.control_chart(over, metric='csat', unit='热线组', standard=standard, language='zh')
    """
    check_option("view", view, VIEWS)
    plain = strip_password(source)[0]
    loaded = repr(plain) if source else "csqa.bundled('sample')"
    mapped = f", mapping={mapping!r}" if mapping else ""
    written = {"trend": _trend_lines, "peers": _peers_lines}.get(view)
    imports, body = written(choice) if written else _bench_lines(choice, view)
    hidden = ["# 密码未写入代码：请设在环境变量中。"] if plain != source else []
    lines = [
        "import csqa",
        imports,
        "",
        *hidden,
        f"data = csqa.load({loaded}{mapped})",
        f"standard = csqa.read_standard({repr(standard) if standard else ''})",
        f"calendar = csqa.read_calendar({repr(calendar) if calendar else ''})",
        *body,
    ]
    return "\n".join(lines)


def _trend_lines(choice: Choice) -> tuple[str, list[str]]:
    own = {} if choice.unit == OVERALL else {choice.unit_kind: choice.unit}
    by = list(dict.fromkeys([*own, *choice.filters]))
    spare = [name for name in by if name not in own]
    left = f".drop(columns={spare})" if spare else ""
    unit = f", unit={choice.unit!r}" if own else ""
    return "from csqa import plots", [
        *_measured(choice, by),
        f"measures = measures[measures['metric'] == {choice.metric!r}]",
        *_narrowed([*own.items(), *choice.filters.items()]),
        f"over = csqa.compare_vertical(measures{left}, standard)",
        f"ax = plots.control_chart(over, metric={choice.metric!r}{unit}, {_shared(choice)})",
    ]


def _peers_lines(choice: Choice) -> tuple[str, list[str]]:
    return "from csqa import plots", [
        *_measured(choice, grouping(choice.unit_kind)),
        f"measures = measures[measures['metric'] == {choice.metric!r}]",
        *_narrowed(list(choice.filters.items())),
        "across = csqa.compare_horizontal(",
        f"    measures, standard, unit={choice.unit_kind!r}, period={choice.period!r},",
        f"    months={choice.months}, minimum_n={choice.minimum_n},",
        ")",
        f"ax = plots.funnel(across, metric={choice.metric!r}, {_shared(choice)})",
    ]


def _bench_lines(choice: Choice, view: str) -> tuple[str, list[str]]:
    """Views of single contacts are the workbench's own."""
    fields = ["period", "metric", "unit_kind", "unit", "channel", "scene", "months"]
    fields += ["minimum_n", "language"]
    listed = [f"    {name}={getattr(choice, name)!r}," for name in fields]
    table = ["rows = bench.contacts(choice)"] if view == "contacts" else []
    return "from csqa.explore import Choice, Workbench", [
        "bench = Workbench(data, standard, calendar)",
        "choice = Choice(",
        *listed,
        ")",
        *table,
        f"ax = bench.draw(choice, {view!r})",
    ]


def _measured(choice: Choice, by: Sequence[str]) -> list[str]:
    return [
        f"measures = csqa.measure(data, standard, by={list(by)},"
        f" until={choice.period!r}, calendar=calendar)"
    ]


def _narrowed(conditions: Sequence[tuple[str, str]]) -> list[str]:
    return [f"measures = measures[measures[{name!r}] == {value!r}]" for name, value in conditions]


def _shared(choice: Choice) -> str:
    return f"standard=standard, language={choice.language!r}"

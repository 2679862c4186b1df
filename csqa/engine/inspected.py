"""SQL of the inspections: from judged items to faults and scores of whole contacts.

Queries only; what they join is kept by :mod:`csqa.engine.facts`.
"""

from collections.abc import Collection, Iterator
from importlib.resources import files

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import Dialect
from csqa.rules.inspection import COUNT, FAULT_KINDS, Form, FormItem

SCORES = ("record_score", "record_score_unkilled", "critical_free")
"""Measures of a record by all its items together."""

STORED_SCORES = SCORES[:2]
"""Those that are kept in whole numbers of a fraction of a point."""

RECORD_SCORE_PER_POINT = 1_000_000
"""Scores of records are kept in whole millionths of a point."""

RATING_PER_POINT = 10_000_000
"""Ratings of items are kept in whole billionths of the scale, which is 100 points."""

PARTS_PER_FAULT = 60
"""Faults are kept in whole sixtieths: up to six inspectors of one contact are averaged exactly."""

_MEAN_FAULTS = (
    "CASE WHEN COUNT({x}) > 0 THEN"
    f" CAST(FLOOR(CAST({PARTS_PER_FAULT} * SUM({{x}}) AS {{number}}) / COUNT({{x}}) + 0.5)"
    " AS {whole}) END"
)
_MEAN = (
    "CASE WHEN COUNT(rating) > 0 THEN"
    " CAST(FLOOR(CAST(SUM({x}) AS {number}) / COUNT(rating) + 0.5) AS {whole}) END"
)
"""Of the rows that are rated; every engine is kept from dividing by 0."""


def inspected_query(data: Dataset, facts: str, measures: Collection[str], form: Form) -> str:
    """SQL of the facts of each inspected contact, with its faults and, if asked for, its scores.

    Parameters
    ----------
    data : Dataset
        With ``inspections``.
    facts : str
        Where the facts are kept.
    measures : collection of str
        Those asked for.
    form : Form
        What the items mean.
    """
    asked = set(SCORES) & set(measures)
    join = f"LEFT JOIN ({records_query(data, form)}) AS records" if asked else ""
    return _text("inspected").format(
        facts=facts,
        judged=judged_query(data, form),
        **{kind: _mean_faults(kind, data.engine.dialect) for kind in FAULT_KINDS},
        scores="".join(f", records.{name}" for name in SCORES) if asked else "",
        records=f"{join} ON records.contact_id = facts.contact_id" if asked else "",
    )


def records_query(data: Dataset, form: Form) -> str:
    """SQL of the score of each inspected contact.

    Parameters
    ----------
    data : Dataset
        With ``inspections``.
    form : Form
        What the items weigh.

    Returns
    -------
    str
        ``contact_id``; ``record_score`` and ``record_score_unkilled`` [millionths of a point],
        NULL where nothing was rated; ``critical_free`` (0, 1, or NULL where nothing was rated);
        ``set_aside``, judged items that could not be used.
    """
    dialect = data.engine.dialect
    return _text("records").format(
        items=items_query(data, form),
        number=dialect.number,
        whole=dialect.whole,
        wide=dialect.wide,
    )


def items_query(data: Dataset, form: Form) -> str:
    """SQL of the rating of each item on each inspected contact.

    Parameters
    ----------
    data : Dataset
        With ``inspections``.
    form : Form
        What the items weigh.

    Returns
    -------
    str
        ``contact_id``, ``item_key``; ``rating`` [billionths of the scale] and ``weight``
        [millionths], NULL where it was not rated; ``killed`` (0, 1); ``set_aside``, rows.
    """
    dialect = data.engine.dialect
    weight = "CASE WHEN rating IS NOT NULL THEN weight END"
    return _text("items").format(
        judged=judged_query(data, form),
        mean_rating=mean_of("rating", dialect),
        mean_weight=mean_of(weight, dialect),
    )


def _mean_faults(kind: str, dialect: Dialect) -> str:
    return _MEAN_FAULTS.format(x=kind, number=dialect.number, whole=dialect.whole)


def mean_of(column: str, dialect: Dialect) -> str:
    """SQL of the mean of a whole number over the rows that are rated, whole again."""
    return _MEAN.format(x=column, number=dialect.number, whole=dialect.whole)


def judged_query(
    data: Dataset, form: Form, *, all_codings: bool = False, corrected: bool | None = None
) -> str:
    """SQL of each judged item: its fault, rating and weight, and why it was set aside if it was.

    Parameters
    ----------
    data : Dataset
        With ``inspections``.
    form : Form
        What the items mean.
    all_codings : bool
        Also blind second judgements: they tell of the inspectors, not of the service.
    corrected : bool, optional
        Whether overturned items count as corrected, if the data ask for it. Default: not where
        inspectors are compared, who did not judge so.
    """
    dialect = data.engine.dialect
    named = data.has("inspections", "inspector")
    lines = " UNION ALL ".join(_lines(form, dialect))
    restate = data.corrected and (not all_codings if corrected is None else corrected)
    return _text("judged").format(
        inspections=_corrected(data, lines) if restate else data.relation("inspections"),
        inspector="COALESCE(inspections.inspector, '')" if named else "''",
        form=lines,
        codings="1 = 1" if all_codings else "NOT COALESCE(inspections.second_coding, FALSE)",
        others=1 if form.other_items == COUNT else 0,
        whole=dialect.whole,
    )


def _corrected(data: Dataset, lines: str) -> str:
    """SQL of the inspections, overturned items as the decisions on disputes have them."""
    return _text("corrected").format(
        inspections=data.relation("inspections"), disputes=data.relation("disputes"), form=lines
    )


def _lines(form: Form, dialect: Dialect) -> Iterator[str]:
    """One line per way in which the data may write an item; a text is met in one line at most."""
    for item in form.items:
        for spelling in sorted({s for text in item.spellings for s in (text, text.lower())}):
            yield _line(spelling, item, form, dialect)


def _line(spelling: str, item: FormItem, form: Form, dialect: Dialect) -> str:
    low, high = item.scale or (None, None)
    counted = item.listed or form.other_items == COUNT
    texts = {"spelling": spelling, "item_key": item.key, "counts_as": item.counts_as}
    numbers = {"weight": item.weight, "low": low, "high": high}
    columns = [
        *(f"{dialect.cast_text.format(x=literal(t))} AS {name}" for name, t in texts.items()),
        *(f"CAST({literal(x)} AS {dialect.number}) AS {name}" for name, x in numbers.items()),
        f"{int(item.critical)} AS critical",
        f"{int(counted)} AS counted",
    ]
    return f"SELECT {', '.join(columns)}"


def _text(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")

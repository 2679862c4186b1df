"""make_assignments and read_assignments: from a sample to filled sheets and back to inspections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from csqa.engine.assignment_sheets import FAULT_COLUMNS, Filled, read_workbook
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.sampling_frame import fetch_facts
from csqa.errors import DataError
from csqa.rules.inspection import Form, FormItem, read_form

ANONYMOUS = ("A", "B")
"""Two piles where no inspectors are named: who takes one writes the name on it."""

FACTS = ("order", "contact_id", "created", "channel", "topic", "agent_id")
ASSIGNMENT_COLUMNS = ("inspector", *FACTS, "item", "name", "low", "high", "inclusion_probability")
INSPECTION_COLUMNS = (
    "contact_id",
    "inspector",
    "item",
    "result",
    "score",
    "note",
    "sentence",
    "inspected_at",
    "inclusion_probability",
)


@dataclass(frozen=True)
class FilledAssignments:
    """What filled sheets say."""

    inspections: pd.DataFrame
    """One row per judged item, as the table ``inspections``: :func:`csqa.load` takes it."""
    faults: pd.DataFrame
    """``file``, ``sheet``, ``row``, ``column``, ``value``, ``rule``, ``reason``."""
    sheets: pd.DataFrame
    """``file``, ``inspector``, ``rows`` given out, ``filled``, ``unfilled``, ``faulty``."""


def make_assignments(
    picked: pd.DataFrame,
    data: Dataset | pd.DataFrame,
    form: Form | None = None,
    *,
    inspectors: Sequence[str] = (),
    language: str = "zh",
) -> pd.DataFrame:
    """Deal a sample out to inspectors, one row per contact and item of the form.

    Parameters
    ----------
    picked : DataFrame
        From :func:`csqa.draw_sample`.
    data : Dataset or DataFrame
        What it was drawn from.
    form : Form, optional
        From :func:`csqa.read_form`. Default: the shipped one.
    inspectors : sequence of str
        Who judges. Empty: two piles, A and B.
    language : {"zh", "en"}
        Of the items' names.

    Returns
    -------
    DataFrame
        ``inspector``; ``order`` within the inspector's pile, ``contact_id``, ``created``,
        ``channel``, ``topic``, ``agent_id``; ``item``, its ``name``, ``low`` and ``high`` score
        (NaN: passed or failed only); ``inclusion_probability``. Contacts judged twice are in two
        piles, at places by chance: nothing tells them from the others, and neither why a contact
        was drawn nor how satisfied the customer was is said.

    Raises
    ------
    DataError
        If the sample is empty, or a single inspector would have to judge contacts twice.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {"contact_id": ["1", "2"], "channel": "phone", "created_at": "2025-06-02 09:00:00"}
    ... )
    >>> picked = pd.DataFrame({"contact_id": ["1", "2"], "inclusion_probability": 0.5})
    >>> picked = picked.assign(order=[1, 2], double_coded=[True, False])
    >>> piles = make_assignments(picked, contacts, inspectors=["张三", "李四"])
    >>> piles.groupby("inspector")["contact_id"].nunique().to_dict()
    {'张三': 1, '李四': 2}
    """
    if picked.empty:
        msg = "没有抽中任何记录：没有可以分派的。"
        raise DataError(msg)
    names = tuple(inspectors) or ANONYMOUS
    twice = picked[picked["double_coded"].astype(bool)]
    if len(names) == 1 and len(twice):
        msg = f"只有一位质检员（{names[0]}），不能双评：请再加一位，或把 double_coded 设为 0。"
        raise DataError(msg)
    place = (picked["order"].astype(int) - 1) % len(names)
    first = picked.assign(pile=place)
    again = twice.assign(pile=(place[twice.index] + _steps(twice, len(names))) % len(names))
    dealt = pd.concat([first, again]).sort_values(["pile", "order"], ignore_index=True)
    dealt = dealt.assign(
        inspector=dealt["pile"].map(dict(enumerate(names))),
        order=dealt.groupby("pile").cumcount() + 1,
    )
    source = as_dataset(data)
    facts = fetch_facts(source, picked["contact_id"].tolist())
    dealt = dealt.merge(facts, on="contact_id", how="left", validate="many_to_one")
    dealt = dealt.reindex(columns=["inspector", *FACTS, "inclusion_probability"])
    rows = dealt.merge(_items(form or read_form(), language), how="cross")
    return rows[list(ASSIGNMENT_COLUMNS)]


def _steps(twice: pd.DataFrame, count: int) -> "pd.Series[int]":
    """How many piles on the second inspector sits: each pair meets about as often."""
    number = pd.Series(range(len(twice)), index=twice.index)
    return 1 + number % max(count - 1, 1)


def _items(form: Form, language: str) -> pd.DataFrame:
    listed = [_item(item, form, language) for item in form.items if item.listed]
    return pd.DataFrame(listed, columns=["item", "name", "low", "high"]).astype(
        {"low": "float64", "high": "float64"}
    )


def _item(item: FormItem, form: Form, language: str) -> tuple[str, str, float, float]:
    low, high = item.scale or (float("nan"), float("nan"))
    return item.key, form.name(item.key, language), low, high


def read_assignments(
    paths: str | Path | Iterable[str | Path], form: Form | None = None
) -> FilledAssignments:
    """Read filled sheets back, naming every fault by sheet, row and column.

    Parameters
    ----------
    paths : str, Path or several
        Workbooks that :func:`csqa.tables` wrote for inspectors, or folders of them.
    form : Form, optional
        The form that they were made by: items that it does not list are told.

    Returns
    -------
    FilledAssignments
        ``inspections``: rows without a fault, ``contact_id inspector item result score note
        sentence inspected_at inclusion_probability``; ``faults``; ``sheets`` with what is missing.
        A cell that was locked and yet changed is told; what was given out counts.

    Raises
    ------
    DataError
        If there is no file, or one is no workbook of ours.
    """
    files = _list_files([paths] if isinstance(paths, str | Path) else list(paths))
    known = {item.key for item in form.items if item.listed} if form else None
    read = [read_workbook(path, known) for path in files]
    inspections = pd.DataFrame(
        [row for one in read for row in one.rows], columns=list(INSPECTION_COLUMNS)
    ).astype({"score": "float64", "inclusion_probability": "float64"})
    faults = pd.DataFrame([f for one in read for f in one.faults], columns=list(FAULT_COLUMNS))
    twice = inspections.duplicated(["contact_id", "inspector", "item"], keep="first")
    if twice.any():
        again = inspections[twice]
        told = [_repeated(row.contact_id, row.inspector, row.item) for row in again.itertuples()]
        faults = pd.concat([faults, pd.DataFrame(told, columns=list(FAULT_COLUMNS))])
        inspections = inspections[~twice].reset_index(drop=True)
    return FilledAssignments(inspections, faults.reset_index(drop=True), _sheets(read))


def _repeated(contact: object, inspector: object, item: object) -> tuple[object, ...]:
    reason = (
        f"服务单号 {contact} 的“{item}”由 {inspector} 评了两次（同一份表给了两遍？），只用第一次"
    )
    return "", "", 0, "", str(contact), "repeated", reason


def _sheets(read: Sequence[Filled]) -> pd.DataFrame:
    columns = ["file", "inspector", "rows", "filled", "unfilled", "faulty"]
    listed = [(one.file, one.inspector, *one.counts) for one in read]
    return pd.DataFrame(listed, columns=columns)


def _list_files(paths: Sequence[str | Path]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += sorted(p for p in path.glob("*.xlsx") if not p.name.startswith(("~$", ".")))
        else:
            found.append(path)
    missing = [str(path) for path in found if not path.is_file()]
    if missing or not found:
        told = (
            f"没有这些文件：{'、'.join(missing)}。" if missing else "没有给出质检任务表（.xlsx）。"
        )
        raise DataError(told)
    return found

"""The last gate before publication: no personal number may be left in the finished files.

Masking is done where texts are shown (:func:`csqa.mask_personal`, :func:`csqa.record`). This looks
at what came of it, whoever wrote the notebook: one number left, and nothing is published.
"""

from collections.abc import Iterator
from pathlib import Path

from csqa.engine.personal_blocks import KINDS
from csqa.engine.personal_outputs import find_sure, is_id_header
from csqa.errors import ReportError
from csqa.report.gate_readers import read_ids, read_places
from csqa.report.gate_workbook import Place

MOST_TOLD = 10
"""Places that the message names; the rest is counted."""
_SHOWN = 3
"""Characters that the message shows of what was found: enough to know it, too few to call it."""


def require_masked(folder: Path) -> None:
    """Refuse a finished report that holds a mobile, identity or card number or a mail address.

    Parameters
    ----------
    folder : Path
        All its files are read: page, notebook, workbook, JSON, CSV; and their names.

    Raises
    ------
    ReportError
        Naming each file and place, with what was found masked.

    Notes
    -----
    Ids of contacts, orders and staff that stand in columns of ids in the tables are exempt,
    unless a sentence tells them as phones. Decimals, fingerprints and sums are no personal numbers.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = Path(place, "notes.txt").write_text("回电 13812345678", "utf-8")
    ...     require_masked(Path(place))
    Traceback (most recent call last):
        ...
    csqa.errors.ReportError: 报告里还有个人信息，没有发布；原有的报告没有改动。共 1 处：
      - notes.txt：手机 138…
    在笔记本里用 csqa.mask_personal 遮盖后再运行；确需保留，用 --keep-personal。
    """
    told = list(dict.fromkeys(_survivors(folder)))
    if not told:
        return
    shown = "\n".join(f"  - {line}" for line in told[:MOST_TOLD])
    rest = f"\n  - 另有 {len(told) - MOST_TOLD} 处" if len(told) > MOST_TOLD else ""
    message = (
        f"报告里还有个人信息，没有发布；原有的报告没有改动。共 {len(told)} 处：\n{shown}{rest}\n"
        "在笔记本里用 csqa.mask_personal 遮盖后再运行；确需保留，用 --keep-personal。"
    )
    raise ReportError(message)


def _survivors(folder: Path) -> Iterator[str]:
    ids = read_ids(folder)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        shown = _hide(name)
        yield from (f"文件名 {shown}：{found}" for found in _found(name, ids))
        for place, text in _places(path):
            for found in _found(text, ids):
                yield f"{shown}{' ' * bool(place)}{_hide(place)}：{found}"


def _places(path: Path) -> Iterator[Place]:
    """Texts of a file; the cells of columns of ids are ids."""
    for place, text in read_places(path):
        column = place.removeprefix("列 ").partition(" 第 ")[0]
        if not (place.startswith("列 ") and is_id_header(column)):
            yield place, text


def _found(text: str, ids: set[str]) -> Iterator[str]:
    for hit in find_sure(text, ids):
        yield f"{KINDS[hit.kind][0]} {hit.value[:_SHOWN]}…"


def _hide(text: str) -> str:
    """A name as it may be told: what was found in it is cut short."""
    for hit in reversed(find_sure(text)):
        text = f"{text[: hit.start]}{hit.value[:_SHOWN]}…{text[hit.end :]}"
    return text

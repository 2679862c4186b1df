"""The rows set aside, as they may travel in a report: without what names a person."""

import re
from pathlib import Path

import pandas as pd

from csqa.engine.personal import mask_personal
from csqa.engine.personal_blocks import KINDS
from csqa.engine.personal_outputs import is_id_header
from csqa.report.quarantine import ADDED, PREFIX, defuse_cell

HIDDEN = {"zh": "[已遮盖]", "en": "[hidden]"}
"""What stands in a cell of a column that names persons."""
_CONTACT = re.compile(
    r"电话|手机|座机|(?:姓|人|客户|顾客|用户|会员)名|收[货件]人|联系(?:人|方式)|地址|邮箱|邮件|身份证|证件|银行卡"
    r"|卡号|微信|QQ|车牌|phone|mobile|e-?mail|address|(?:customer|full|first|last|user).?name"
    r"|wechat|id.?card|(?:主叫|被叫|来电|呼[入出]|联系)(?:人|方)?号|(?:主叫|被叫)\Z|旺旺",
    re.IGNORECASE,
)
"""Headers of columns whose every cell names a person."""
_OF_IDS = tuple(kind for kind in KINDS if kind not in ("long_number", "card", "name"))
"""Kinds that are looked for in a column of ids, of which some are long numbers."""


def mask_quarantine(folder: Path, language: str = "zh") -> None:
    """Mask the files that :func:`csqa.write_quarantine` wrote, in their place.

    Parameters
    ----------
    folder : Path
        With ``quarantined_*.csv``.
    language : {"zh", "en"}
        Of the tokens.

    Notes
    -----
    Columns of contact details, by their header, are hidden whole; all other cells are masked as
    messages are, file by file. File, row and reason tell where the original is.
    """
    for path in sorted(folder.glob(f"{PREFIX}*.csv")):
        # Without a header, or pandas would rename headers that stand twice.
        read = pd.read_csv(
            path, dtype="str", keep_default_na=False, encoding="utf-8-sig", header=None
        )
        rows = read.iloc[1:].set_axis(pd.Index(read.iloc[0]), axis=1)
        masked = mask_cells(rows, language)
        if not masked.equals(rows):
            written = masked.map(defuse_cell)
            written.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def mask_cells(rows: pd.DataFrame, language: str = "zh") -> pd.DataFrame:
    """Mask the cells of rows under the headers they came with.

    Examples
    --------
    >>> rows = pd.DataFrame({"客户电话": ["13812345678", ""], "备注": ["请打13812345678", "急"]})
    >>> mask_cells(rows)
        客户电话       备注
    0  [已遮盖]  请打[手机1]
    1               急
    """
    masked = rows.copy()
    headers = [str(header) for header in rows.columns]
    own = tuple(ADDED.values())
    whole = [bool(_CONTACT.search(header)) and header not in own for header in headers]
    for place in (place for place, hidden in enumerate(whole) if hidden):
        cells = rows.iloc[:, place]
        masked.isetitem(place, cells.where(cells == "", HIDDEN[language]).to_numpy())
    for kinds, ids in ((None, False), (_OF_IDS, True)):
        places = [
            i for i, header in enumerate(headers) if not whole[i] and is_id_header(header) == ids
        ]
        if places:
            cells = pd.concat([masked.iloc[:, i] for i in places])
            texts = mask_personal(cells, language=language, kinds=kinds).to_numpy()
            for nth, place in enumerate(places):
                masked.isetitem(place, texts[nth * len(rows) : (nth + 1) * len(rows)])
    return masked

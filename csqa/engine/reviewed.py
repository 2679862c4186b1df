"""Which conversations were looked at, and whose they are."""

from collections.abc import Sequence

import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.message_blocks import PARTS, count_messages
from csqa.errors import RuleError, check_option
from csqa.schema import UNITS, UNKNOWN

LOOKED_AT = """SELECT parts.contact_id AS contact_id{columns}
FROM {parts} AS parts JOIN (
    SELECT contact_id, COUNT(*) AS n FROM {messages} WHERE sender = 'agent' GROUP BY contact_id
) AS spoken ON spoken.contact_id = parts.contact_id{contacts}"""

UNIT_COLUMNS = tuple(unit for unit in UNITS if unit != "peak")
"""Columns of a contact by which its findings can be summed up."""


def fetch_reviewed(
    data: Dataset, by: Sequence[str] = (), *, period: str | None = None, until: str | None = None
) -> pd.DataFrame:
    """Fetch the contacts whose messages are looked at: those in which an agent spoke.

    Parameters
    ----------
    data : Dataset
        With ``messages``; with ``contacts`` if units are asked for.
    by : sequence of str
        Of :data:`UNIT_COLUMNS`.
    period, until : str, optional
        As for :func:`csqa.engine.text.scan_messages`.

    Returns
    -------
    DataFrame, one row per contact
        ``contact_id`` and the unit columns, ``unknown`` where a contact has none.

    Raises
    ------
    RuleError
        If a unit is not one of those allowed, or there are no contacts to tell it.
    """
    for unit in by:
        check_option("by", unit, UNIT_COLUMNS)
    if by and not data.has("contacts"):
        msg = "没有提供服务记录（contacts）：不能用 `by` 分组。"
        raise RuleError(msg)
    count_messages(data, period=period, until=until)
    contacts = data.relation("contacts")
    joined = f" LEFT JOIN {contacts} AS contacts ON contacts.contact_id = parts.contact_id"
    found = data.engine.frame(
        LOOKED_AT.format(
            columns="".join(f", contacts.{unit} AS {unit}" for unit in by),
            parts=PARTS,
            messages=data.relation("messages"),
            contacts=joined if by else "",
        )
    )
    return found.astype("str").assign(
        **{unit: found[unit].astype("object").where(found[unit].notna(), UNKNOWN) for unit in by}
    )

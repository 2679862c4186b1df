"""Rows of an engine → a DataFrame with the types that csqa's tables have in pandas."""

import pandas as pd

from csqa.columntypes import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME, Table


def type_frame(frame: pd.DataFrame, table: Table, zone: str) -> pd.DataFrame:
    """Give the columns of a table their types, whatever engine they came from.

    Parameters
    ----------
    frame : DataFrame
        All columns of the table; times in UTC without zone. Changed in place.
    table : Table
        Which one.
    zone : str
        In which times are shown.

    Returns
    -------
    DataFrame
        Times aware, in the zone; flags ``boolean``, whole numbers ``Int64``, texts ``str``.
    """
    for column in table.columns:
        values = frame[column.name]
        if column.kind == TIME:
            times = values.astype("datetime64[us]").dt.tz_localize("UTC")
            frame[column.name] = times.dt.tz_convert(zone)
        elif column.kind == FLAG:
            frame[column.name] = values.astype("boolean")
        elif column.kind == INTEGER:
            frame[column.name] = values.astype("Int64")
        elif column.kind == NUMBER:
            frame[column.name] = values.astype("float64")
        elif column.kind == DATE:
            frame[column.name] = values.astype("datetime64[s]")
        elif column.kind in (TEXT, CHOICE):
            frame[column.name] = values.astype("str")
    return frame

"""Which hours and agents have contacts: small tables of counts, one SQL text each."""

from collections.abc import Sequence

import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.quality import contacts_of, in_month


def count_hours(data: Dataset, period: str = "") -> pd.DataFrame:
    """Count contacts and agents by hour of the day.

    Parameters
    ----------
    data : Dataset
        With contacts.
    period : str
        A month; empty for all.

    Returns
    -------
    DataFrame, one row per hour with contacts
        ``hour`` 0–23 in the declared zone; ``n`` [contacts]; ``agents`` [count]; ``with_agent``
        [contacts].
    """
    return data.engine.frame(
        f"SELECT {_hour(data)} AS hour, COUNT(*) AS n, COUNT(DISTINCT agent_id) AS agents,"
        f" COUNT(agent_id) AS with_agent FROM {contacts_of(data)} WHERE {in_month(data, period)}"
        " GROUP BY 1 ORDER BY 1",
    ).astype({"hour": "int64"})


def count_days(data: Dataset, months: Sequence[str]) -> pd.DataFrame:
    """Count contacts by day and hour.

    Parameters
    ----------
    data : Dataset
        With contacts.
    months : sequence of str
        Months that are counted.

    Returns
    -------
    DataFrame, one row per day and hour with contacts
        ``day`` label; ``hour`` 0–23 in the declared zone; ``contacts`` [count].
    """
    month, day = (
        data.engine.dialect.periods[kind].format(t="local_at") for kind in ("month", "day")
    )
    listed = ", ".join(map(literal, months))
    return (
        data.engine.frame(
            f"SELECT {day} AS day_, {_hour(data)} AS hour_, COUNT(*) AS contacts"
            f" FROM {contacts_of(data)} WHERE {month} IN ({listed}) GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .rename(columns={"day_": "day", "hour_": "hour"})
        .astype({"hour": "int64", "contacts": "int64"})
    )


def count_agents(data: Dataset, period: str = "") -> pd.DataFrame:
    """Count each agent's contacts and days.

    Parameters
    ----------
    data : Dataset
        With contacts.
    period : str
        A month; empty for all.

    Returns
    -------
    DataFrame, one row per agent
        ``agent_id``; ``n`` [contacts]; ``days`` with contacts; ``hours`` of the day with contacts
        on the day that has most.
    """
    day = data.engine.dialect.periods["day"].format(t="local_at")
    # Grouping twice is five times as fast as counting distinct hours.
    return data.engine.frame(
        "SELECT agent_id, SUM(n) AS n, COUNT(*) AS days, MAX(hours) AS hours FROM"
        " (SELECT agent_id, day_, SUM(n) AS n, COUNT(*) AS hours FROM"
        f" (SELECT agent_id, {day} AS day_, {_hour(data)} AS hour_, COUNT(*) AS n"
        f" FROM {contacts_of(data)} WHERE agent_id IS NOT NULL AND {in_month(data, period)}"
        " GROUP BY 1, 2, 3) hourly GROUP BY agent_id, day_) daily"
        " GROUP BY agent_id ORDER BY agent_id",
    ).astype({"n": "int64", "days": "int64", "hours": "int64"})


def _hour(data: Dataset) -> str:
    return f"FLOOR({data.engine.dialect.minute_of_day.format(t='local_at')} / 60)"

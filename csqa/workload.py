"""workload: how much each agent did, month by month: what figures about people rest on."""

import pandas as pd

from csqa.engine.coverage import count_agents
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.periods import complete_periods
from csqa.errors import RuleError
from csqa.periods import check_month, months_back

COLUMNS = ("period", "agent_id", "contacts", "active_days", "contacts_per_day", "complete")


def measure_workload(data: Dataset | pd.DataFrame, *, period: str, months: int = 6) -> pd.DataFrame:
    """Count each agent's contacts and days with contacts, month by month.

    Parameters
    ----------
    data : Dataset or DataFrame of contacts
        Loaded data.
    period : str
        The last month.
    months : int
        Months up to it.

    Returns
    -------
    DataFrame, one row per month and agent with contacts
        ``period``, ``agent_id``, ``contacts``, ``active_days`` [days with contacts],
        ``contacts_per_day`` [of those days], ``complete`` (bool: the data span the month). A day
        without contacts may be a day off: this is no measure of diligence.

    Raises
    ------
    RuleError
        If ``period`` is no month or ``months`` is below 1.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2", "3"], "channel": "phone"})
    >>> contacts["agent_id"] = ["K1", "K1", "K2"]
    >>> contacts["created_at"] = ["2025-06-02 09:00", "2025-06-02 15:00", "2025-06-28 09:00"]
    >>> found = measure_workload(contacts, period="2025-06", months=1)
    >>> found[["agent_id", "contacts", "active_days"]].values.tolist()
    [['K1', 2, 1], ['K2', 1, 1]]
    """
    check_month(period)
    if isinstance(months, bool) or not isinstance(months, int) or months < 1:
        msg = f"`months` 应为正整数，而不是 {months!r}。"
        raise RuleError(msg)
    dataset = as_dataset(data)
    complete = complete_periods(dataset).set_index("period")["complete"]
    tables = []
    for back in reversed(range(months)):
        month = months_back(period, back)
        if month in complete.index:
            counted = count_agents(dataset, month).assign(period=month)
            tables.append(counted.assign(complete=bool(complete[month])))
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    found = pd.concat(tables, ignore_index=True)
    found = found.rename(columns={"n": "contacts", "days": "active_days"})
    per_day = found["contacts"] / found["active_days"]
    return found.assign(contacts_per_day=per_day)[list(COLUMNS)]

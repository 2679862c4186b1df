"""What went before and after a case: waits, an agent's first day, the matter coming back."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.case_facts import fetch_agent_starts, fetch_neighbours, fetch_of_cases
from csqa.engine.dataset import Dataset
from csqa.engine.driver_cells import UNKNOWN_START_DAYS
from csqa.engine.waits import measure_waits
from csqa.rules.standard import Standard

Whole = NDArray[np.integer[Any]]
SECONDS_PER_DAY, US_PER_MS, MS_PER_DAY = 86_400, 1_000, 86_400_000


def longest_waits(data: Dataset) -> pd.DataFrame:
    """Longest time that the customer's words waited for an answer, by ``contact_id`` [s]."""
    rows = fetch_of_cases(data, "messages", ["contact_id", "seq", "sender", "sent_at"])
    rows = rows.astype({"contact_id": "str", "sender": "str", "sent_at": "datetime64[us]"})
    rows = rows.astype({"seq": "Float64"}).sort_values(["contact_id", "seq"], ignore_index=True)
    waits = measure_waits(rows).groupby("contact_id")["wait_seconds"].max()
    return waits.astype("float64").rename("longest_wait_seconds").reset_index()


def agent_days(data: Dataset, standard: Standard, facts: pd.DataFrame) -> "pd.Series[float]":
    """Days since an agent began; missing where the data or the roster cannot tell."""
    starts = facts[["agent_id"]].merge(
        fetch_agent_starts(data, standard), on="agent_id", how="left"
    )
    begin: Any = pd.NaT if data.first_at is None else pd.Timestamp(data.first_at).normalize()
    seen = starts["first_at"].dt.normalize()
    seen = seen.where(seen >= begin + pd.Timedelta(days=UNKNOWN_START_DAYS))
    day = facts["local_at"].dt.normalize()
    since = starts["since"].where(starts["since"] <= day, seen)
    days: pd.Series[float] = (day - since).dt.total_seconds() / SECONDS_PER_DAY
    return days


def count_repeats(data: Dataset, standard: Standard) -> pd.DataFrame:
    """Whether the matter of each contact came back, and how often, as sorted times tell it."""
    rows = fetch_neighbours(data, standard)
    rows = rows.sort_values(["customer_id", "topic", "created_at", "contact_id"], kind="stable")
    matter = rows.groupby(["customer_id", "topic"], sort=False).ngroup().to_numpy()
    created = rows["created_at"].to_numpy("datetime64[us]").astype(np.int64)
    at = np.asarray(created // US_PER_MS, dtype=np.int64)
    window = round(standard.repeat_contact_days * MS_PER_DAY)
    resolved = rows["resolved"].fillna(value=False).to_numpy(bool)
    later, earlier = _near(matter, at, window, resolved)
    after = np.where(resolved, later, 0)
    unknown = rows["resolved"].isna() | (rows["undecided"] & rows["resolved"])
    count = pd.Series(after + earlier, index=rows.index, dtype="Int64")
    count = count.mask(unknown.fillna(value=False).to_numpy(bool) & (count == 0).to_numpy(bool))
    found = rows[["contact_id"]].assign(repeated=(count > 0), repeat_contacts=count)
    return found.astype({"repeated": "boolean"})


def _near(
    matter: Whole, at: Whole, window: int, resolved: NDArray[np.bool_]
) -> tuple[Whole, Whole]:
    """Of sorted contacts: how many follow within the window; how many resolved ones precede."""
    if not len(at):
        return at, at
    apart = int(at.max() - at.min()) + 2 * window + 2
    line = matter * apart + (at - at.min())
    place = np.arange(len(line))
    later = np.searchsorted(line, line + window, side="right") - place - 1
    known = np.concatenate([[0], np.cumsum(resolved)])
    first = np.searchsorted(line, line - window, side="left")
    return later, known[place] - known[first]

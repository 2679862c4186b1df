"""draw_sample: which contacts to inspect, each with its chance to be drawn (G5, P7, A8)."""

from math import ceil

import pandas as pd

from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.sampling_frame import fetch_inspected, require_contacts
from csqa.engine.sampling_period import design_period
from csqa.rules.calendar import Calendar
from csqa.rules.sampling import Sampling, read_sampling
from csqa.rules.standard import Standard

SAMPLE_COLUMNS = (
    "contact_id",
    "day",
    "agent_id",
    "team",
    "channel",
    "customer_type",
    "peak",
    "stratum",
    "inclusion_probability",
    "reason",
    "double_coded",
    "order",
)


def draw_sample(
    data: Dataset | pd.DataFrame,
    rules: Sampling | None = None,
    *,
    rate: float | None = None,
    period: str | None = None,
    seed: int = 1,
    calendar: Calendar | None = None,
    standard: Standard | None = None,
) -> pd.DataFrame:
    """Draw the contacts to inspect, stratified, some kinds more often, each with its chance.

    Parameters
    ----------
    data : Dataset or DataFrame
        From :func:`csqa.load`, or contacts. Contacts abandoned in the queue are not drawn.
    rules : Sampling, optional
        From :func:`csqa.read_sampling`. Default: the shipped ones.
    rate : float, optional
        Share of ordinary records, in place of that of the rules.
    period : str, optional
        A day (``2025-06-30``), week, month, quarter or year. Default: all contacts.
    seed : int
        Which of the possible samples. The same seed gives the same sample on every machine; keep
        it from those who are inspected.
    calendar, standard
        Peak hours, and whose contact it is (``attribution``). Default: the shipped ones.

    Returns
    -------
    DataFrame, one row per contact drawn and not yet inspected, in the order to work through
        ``contact_id``, ``day``, ``agent_id``, ``team``, ``channel``, ``customer_type``, ``peak``;
        ``stratum``; ``inclusion_probability``, in (0, 1]; ``reason``: ``complaint``, ``low_csat``,
        ``high_csat``, ``proportional``, or ``at_least_one`` where an agent had none otherwise;
        ``double_coded`` (bool): two inspectors judge it, neither knowing; ``order``, from 1.

    Raises
    ------
    DataError
        If there are no contacts in the period.
    RuleError
        If ``rate``, ``seed`` or ``period`` is none.

    Notes
    -----
    A stratum is an agent's contacts of one day, kind and cell of the rules' ``strata``. Of its
    ``N`` contacts ``p N`` are due, rounded up or down by chance, so that small strata have their
    chance too; those with the smallest SHA-256 of seed and id are drawn. Rows in another order
    change nothing; a new contact changes its own stratum by itself and at most one other contact,
    and whether its agent needs the promised one. A contact whose satisfaction or complaint comes
    in later moves to another stratum. Those already inspected are counted like all others, and
    only then left out of the result: together with them it is the sample of the whole period.
    The chances are exact, the promise of one per agent included: see ``docs/sampling.md``.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": [f"C{n}" for n in range(100)],
    ...         "channel": "phone",
    ...         "agent_id": ["K1", "K2"] * 50,
    ...         "created_at": "2025-06-02 09:00:00",
    ...         "complaint": [n < 3 for n in range(100)],
    ...     }
    ... )
    >>> picked = draw_sample(contacts, rate=0.1, seed=202506)
    >>> picked["reason"].value_counts().to_dict()
    {'proportional': 10, 'complaint': 3}
    >>> picked.groupby("reason")["inclusion_probability"].first().to_dict()
    {'complaint': 1.0, 'proportional': 0.1}
    """
    source = require_contacts(as_dataset(data))
    rows = design_period(
        source, rules, rate=rate, period=period, seed=seed, calendar=calendar, standard=standard
    )
    done = fetch_inspected(source)["contact_id"]
    drawn = rows[rows["drawn"]].sort_values(["hash_order", "contact_id"], ignore_index=True)
    # Of all that is drawn, so that a redraw leaves the pairs as they were planned.
    twice = ceil(round((rules or read_sampling()).double_coded * len(drawn), 9))
    second = drawn["hash_second"].rank(method="first") <= twice
    left = drawn.assign(double_coded=second)[~drawn["contact_id"].isin(done)]
    picked = left.assign(order=range(1, len(left) + 1))
    return picked[list(SAMPLE_COLUMNS)].reset_index(drop=True)

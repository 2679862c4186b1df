"""draw_sample: which contacts to inspect, each with its chance to be drawn (G5, P7, A8)."""

from dataclasses import replace
from math import ceil

import pandas as pd

from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.sampling_design import design
from csqa.engine.sampling_frame import fetch_frame, fetch_inspected, require_contacts
from csqa.errors import DataError, RuleError
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.faults import is_number
from csqa.rules.sampling import LEAST_RATE, Sampling, read_sampling
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

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
    drawn = rows[rows["drawn"] & ~rows["contact_id"].isin(done)].sort_values(
        ["hash_order", "contact_id"], ignore_index=True
    )
    twice = ceil(round((rules or read_sampling()).double_coded * len(drawn), 9))
    second = drawn["hash_second"].rank(method="first") <= twice
    picked = drawn.assign(double_coded=second, order=range(1, len(drawn) + 1))
    return picked[list(SAMPLE_COLUMNS)]


def design_period(
    data: Dataset,
    rules: Sampling | None = None,
    *,
    rate: float | None = None,
    period: str | None = None,
    seed: int = 1,
    calendar: Calendar | None = None,
    standard: Standard | None = None,
) -> pd.DataFrame:
    """Give every contact of a period its stratum and its chance to be drawn.

    Parameters
    ----------
    data, rules, rate, period, seed, calendar, standard
        As for :func:`draw_sample`.

    Returns
    -------
    DataFrame, one row per contact that could be inspected
        Its units, ``group``, ``stratum``, ``inclusion_probability``, ``drawn`` (bool), ``reason``.

    Raises
    ------
    DataError, RuleError
        As :func:`draw_sample`.
    """
    used = rules or read_sampling()
    if rate is not None:
        used = replace(used, rate=check_rate(rate))
    if not isinstance(seed, int) or isinstance(seed, bool):
        msg = f"`seed` 应为整数，而不是 {seed!r}。"
        raise RuleError(msg)
    hours = calendar or read_calendar()
    frame = fetch_frame(data, standard or read_standard(), hours, period)
    if frame.empty:
        span = f"{data.first_at:%Y-%m-%d} 至 {data.last_at:%Y-%m-%d}" if data.first_at else "无"
        msg = f"{period or '数据里'}没有可以抽检的服务记录（数据的时间：{span}）。"
        raise DataError(msg)
    return design(frame, used, seed)


def check_rate(rate: object) -> float:
    """Return a rate, checked.

    Raises
    ------
    RuleError
        If it is no number from 0.001 to 1.

    Examples
    --------
    >>> check_rate(0.15)
    0.15
    """
    if not is_number(rate) or not LEAST_RATE <= rate <= 1:  # type: ignore[operator]
        msg = f"`rate` 应为 {LEAST_RATE:g} 到 1 的比例，如 0.1（10%），而不是 {rate!r}。"
        raise RuleError(msg)
    return float(rate)  # type: ignore[arg-type]

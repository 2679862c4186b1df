"""The design of a period: every contact that could be inspected, with its chance to be drawn."""

from dataclasses import replace

import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.sampling_design import design
from csqa.engine.sampling_frame import fetch_frame
from csqa.errors import DataError, RuleError
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.faults import is_number
from csqa.rules.sampling import LEAST_RATE, Sampling, read_sampling
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard


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
        As for :func:`csqa.draw_sample`.

    Returns
    -------
    DataFrame, one row per contact that could be inspected
        Its units, ``group``, ``stratum``, ``inclusion_probability``, ``drawn`` (bool), ``reason``.

    Raises
    ------
    DataError, RuleError
        As :func:`csqa.draw_sample`.
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

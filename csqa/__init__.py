"""csqa: customer-service quality, month by month, statistically honest.

Tables in, tables out; the stages in their order::

    load                 exports, frames         -> Dataset: tables, faults, quarantine
    check                Dataset                 -> what the data can and cannot tell
    measure              Dataset, standard       -> measures: sums that add up
    score                measures, standard      -> scores: value, interval, target, points, reason
    composite            scores, standard        -> dimensions, composite, interval, change
    compare_horizontal   measures, standard      -> several units in one period, with limits
    compare_vertical     measures, standard      -> one unit over periods, on a control chart
    rank_topics          measures                -> what complaints are about (Pareto)
    check_plan           actions                 -> open, overdue, without owner, not verified
    brief                comparisons, plan       -> the few things a manager must know
    run_report           notebook, period, data  -> a folder: html, xlsx, ipynb, json

Rules are data: ``read_standard``, ``read_calendar``, ``read_mapping``; left out, they are the
shipped ones. Pictures and tables for readers: ``csqa.plots``, ``csqa.tables``; arrays in,
arrays out: ``csqa.stats``. Each function's docstring has its columns, units and sources.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from csqa.brief import brief
from csqa.check import check, require_usable
from csqa.composite import composite
from csqa.definitions import define_metrics, list_conventions
from csqa.diagnose import rank_topics
from csqa.engine.business import business_seconds
from csqa.engine.dataset import Dataset
from csqa.errors import CsqaError, DataError, ReportError, RuleError
from csqa.horizontal import compare_horizontal
from csqa.limits import list_limits
from csqa.load import load
from csqa.measure import measure, measure_clocks, measure_quantiles
from csqa.paths import bundled
from csqa.plan import check_plan
from csqa.rules.calendar import read_calendar
from csqa.rules.mapping import read_mapping
from csqa.rules.standard_reader import read_standard
from csqa.score import score
from csqa.scorecard import scorecard
from csqa.show.picture import picture
from csqa.show.record import record
from csqa.summary import describe_origin, report_day, require_period, summarise
from csqa.vertical import compare_vertical

if TYPE_CHECKING:
    from csqa import stats
    from csqa.report import run_report, write_quarantine
    from csqa.show import plots, tables

__all__ = [
    "CsqaError",
    "DataError",
    "Dataset",
    "ReportError",
    "RuleError",
    "brief",
    "bundled",
    "business_seconds",
    "check",
    "check_plan",
    "compare_horizontal",
    "compare_vertical",
    "composite",
    "define_metrics",
    "describe_origin",
    "list_conventions",
    "list_limits",
    "load",
    "measure",
    "measure_clocks",
    "measure_quantiles",
    "picture",
    "plots",
    "rank_topics",
    "read_calendar",
    "read_mapping",
    "read_standard",
    "record",
    "report_day",
    "require_period",
    "require_usable",
    "run_report",
    "score",
    "scorecard",
    "stats",
    "summarise",
    "tables",
    "write_quarantine",
]

_LATER = {
    "plots": ("csqa.show.plots", None),
    "tables": ("csqa.show.tables", None),
    "stats": ("csqa.stats", None),
    "run_report": ("csqa.report", "run_report"),
    "write_quarantine": ("csqa.report.quarantine", "write_quarantine"),
}
"""Imported when first asked for: matplotlib and papermill cost more than all the rest."""


def __getattr__(name: str) -> Any:
    """Import ``plots``, ``tables``, ``stats`` and ``run_report`` when they are first used."""
    if name not in _LATER:
        msg = f"module 'csqa' has no attribute {name!r}"
        raise AttributeError(msg)
    module, attribute = _LATER[name]
    found = import_module(module)
    return getattr(found, attribute) if attribute else found

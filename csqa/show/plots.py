"""Charts of a report: each answers one question, takes a table and returns its Axes.

==========================  ============================================================
:func:`bridge`              Which metrics moved the composite since last month?
:func:`cause_pareto`        What lies behind the cases, and how much of it?
:func:`control_chart`       Is this month unusual for this metric?
:func:`control_charts`      The same for all metrics at a glance.
:func:`calendar_heat`       When do contacts come in, and when does a metric suffer?
:func:`composite_trend`     Where is the composite going, and how sure is that?
:func:`contributions`       Which teams, channels or topics moved a metric?
:func:`distribution`        How do single cases spread, and what share misses the target?
:func:`drivers`             What goes with low ratings or complaints?
:func:`fishbone`            Which causes are found in the cases of a problem?
:func:`flow`                How do contacts go through the process, where is time lost?
:func:`funnel`              Who stands out from peers with the same kind of work?
:func:`intervals`           How do a few teams compare with what is expected?
:func:`pareto`              What are complaints about, and what is on the rise?
:func:`sentiment`           How did conversations go for the customer: better, worse, the same?
:func:`slope`               Whose figure really changed since the last period?
:func:`small_multiples`     Who of many is on the way down, each beside the others?
:func:`standards_timeline`  Which target was in force when?
==========================  ============================================================

All take ``language`` and ``ax``; without ``ax`` a figure is made, which the caller closes.
Blue ▲ is better and orange ▼ worse, whichever way the figure moves; hollow marks are not judged.
"""

from csqa.show.bridge import bridge
from csqa.show.calendar_heat import calendar_heat
from csqa.show.cause_ranks import cause_pareto
from csqa.show.composites import composite_trend
from csqa.show.contributions import contributions
from csqa.show.distributions import distribution
from csqa.show.drivers import drivers
from csqa.show.fishbone import fishbone
from csqa.show.flow import flow
from csqa.show.funnels import funnel
from csqa.show.over_time import control_chart, control_charts
from csqa.show.peers import intervals
from csqa.show.sentiment_plot import sentiment
from csqa.show.slopes import slope
from csqa.show.small_multiples import small_multiples
from csqa.show.timeline import standards_timeline
from csqa.show.topics import pareto

__all__ = [
    "bridge",
    "calendar_heat",
    "cause_pareto",
    "composite_trend",
    "contributions",
    "control_chart",
    "control_charts",
    "distribution",
    "drivers",
    "fishbone",
    "flow",
    "funnel",
    "intervals",
    "pareto",
    "sentiment",
    "slope",
    "small_multiples",
    "standards_timeline",
]

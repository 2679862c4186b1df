"""Charts of a report: each answers one question, takes a table and returns its Axes.

==========================  ============================================================
:func:`bridge`              Which metrics moved the composite since last month?
:func:`control_chart`       Is this month unusual for this metric?
:func:`control_charts`      The same for all metrics at a glance.
:func:`composite_trend`     Where is the composite going, and how sure is that?
:func:`funnel`              Who stands out from peers with the same kind of work?
:func:`intervals`           How do a few teams compare with what is expected?
:func:`pareto`              What are complaints about, and what is on the rise?
:func:`standards_timeline`  Which target was in force when?
==========================  ============================================================

All take ``language`` and ``ax``; without ``ax`` a figure is made, which the caller closes.
Blue ▲ is better and orange ▼ worse, whichever way the figure moves; hollow marks are not judged.
"""

from csqa.show.bridge import bridge
from csqa.show.composites import composite_trend
from csqa.show.funnels import funnel
from csqa.show.over_time import control_chart, control_charts
from csqa.show.peers import intervals
from csqa.show.timeline import standards_timeline
from csqa.show.topics import pareto

__all__ = [
    "bridge",
    "composite_trend",
    "control_chart",
    "control_charts",
    "funnel",
    "intervals",
    "pareto",
    "standards_timeline",
]

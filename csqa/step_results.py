"""The result tables of the process: its nodes, its bottlenecks, its paths, its cycle times."""

NODE_COLUMNS = ("step", "name_zh", "name_en", "owner_zh", "owner_en", "place", "named", "paused")
"""What is told of a node in every table.

``step``: its key in the process, or as the data write it; ``place`` from 1 in the order of the
process, then of those that it does not name (``named`` is false), as contacts come to them;
``paused``: the contact waits there for someone outside.
"""
STEP_COLUMNS = (
    "period",
    "months",
    *NODE_COLUMNS,
    "limit_hours",
    "contacts",
    "visits",
    "visits_per_contact",
    "median_hours",
    "median_lower",
    "median_upper",
    "p90_hours",
    "total_hours",
    "share_of_hours",
    "n_limited",
    "n_over",
    "over_share",
    "lower",
    "upper",
    "method",
    "beyond_hours",
    "returns",
    "handovers",
    "open",
    "open_over",
    "open_at_risk",
    "open_median_hours",
    "n_unknown",
    "status",
)
"""Of the nodes: one row each (and per unit, after ``months``); hours by each node's own clock.

``limit_hours``: where it is the same for all its visits. ``median_hours`` with 95 % interval,
``p90_hours``: Kaplan and Meier's, of all visits. ``n_limited``: visits that have ended, or are over
their limit already, and have one; ``over_share`` of them are over it (Wilson's interval);
``beyond_hours``: time past the limits. ``returns``: visits of contacts that had left the node
before. ``handovers``: on entering the node or inside it. ``n_unknown``: visits that have ended, it
is not known when. ``status``: ``too_few`` visits, or empty.
"""
BOTTLENECK_COLUMNS = (
    "period",
    "rank",
    *NODE_COLUMNS,
    "basis",
    "contacts",
    "visited",
    "cost_hours",
    "cost_share",
    "lower",
    "upper",
    "first_share",
    "per_contact_hours",
    "before_hours",
    "change_hours",
    "change_lower",
    "change_upper",
    "change",
    "n_before",
    "baseline_months",
    "method",
    "verdict",
)
"""Of the bottlenecks: one row per node, the costliest first, nodes that wait for others last.

``basis``: ``beyond_limit`` (time past the limits) or, where no node has one, ``total`` (all time).
``cost_hours`` and its ``cost_share`` of all nodes' with 95 % interval; ``first_share``: of the
resamples in which this node cost most. ``per_contact_hours``: cost over all contacts of the month,
``before_hours`` the same in the months before, ``change_hours`` with interval, ``change``:
``rising``, ``falling``, ``no_difference``, ``too_few``. ``verdict``: one of :data:`VERDICTS`.
"""
VERDICTS = (
    "bottleneck",
    "maybe_bottleneck",
    "no_bottleneck",
    "waits_for_others",
    "too_few",
)
"""Of a node: it is the one that costs most; it may be; it is not; it waits; too few contacts."""

PATH_COLUMNS = (
    "period",
    "months",
    "from_step",
    "to_step",
    "from_zh",
    "from_en",
    "to_zh",
    "to_en",
    "from_place",
    "to_place",
    "back",
    "count",
    "contacts",
    "share",
    "share_of_all",
    "median_hours",
    "median_gap_hours",
)
"""Of the steps from node to node: one row per pair that occurs, the most frequent first.

``back``: to a node that stands before it in the order. ``share`` of what leaves ``from_step``,
``share_of_all`` steps. ``median_hours`` of the stay before the step; ``median_gap_hours`` between
leaving and entering (0 in a log of events, negative where both overlap).
"""
VARIANT_COLUMNS = (
    "period",
    "months",
    "rank",
    "steps",
    "way_zh",
    "way_en",
    "visits",
    "returns",
    "count",
    "share",
    "lower",
    "upper",
    "method",
    "cumulative",
    "median_hours",
    "ended",
    "variants",
)
"""Of the ways that contacts went from first to last node, the most frequent first.

``steps``: keys, `` > `` between; ``share`` of the contacts that have ended, with Wilson's interval;
``median_hours`` of the whole way; ``ended``: contacts in all; ``variants``: different ways in all.
"""
CYCLE_COLUMNS = (
    "period",
    "contacts",
    "ended",
    "open",
    "n_unknown",
    "hours",
    "median_hours",
    "lower",
    "upper",
    "p90_hours",
    "method",
    "visits_per_contact",
    "returned_share",
    "departments_per_contact",
    "handovers_per_contact",
    "status",
)
"""Of the whole way: one row per month in which contacts were created.

``hours``: the clock, ``calendar`` or ``business``. ``median_hours`` from entering the first node to
the end of the last with 95 % interval and ``p90_hours``: Kaplan and Meier's, NaN where not reached;
``returned_share``: contacts that came back to a node. ``departments_per_contact``: different ones.
"""
OPEN_STEP_COLUMNS = (
    "contact_id",
    "step",
    "name_zh",
    "name_en",
    "owner_zh",
    "owner_en",
    "priority",
    "entered_at",
    "open_hours",
    "limit_hours",
    "used_share",
    "state",
)
"""Of contacts that are in a node with a limit: ``state`` is ``over_limit`` or ``at_risk``."""

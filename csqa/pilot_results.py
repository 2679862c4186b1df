"""The result tables of pilots: what one needs, and what one showed."""

PILOT_PLAN_COLUMNS = (
    "metric",
    "outcome",
    "effect",
    "weeks",
    "agents",
    "available",
    "records",
    "spread",
    "power",
    "feasible",
    "pilot",
    "control",
)
"""Of a plan of a pilot: one row per duration.

``agents`` needed on each side (missing where the past is too short to tell), of those
``available``; ``records`` per agent in so many weeks; ``spread``: standard deviation of an agent's
change from chance alone; ``pilot`` and ``control``: agents drawn, with spaces between.
"""
PILOT_COLUMNS = (
    "metric",
    "outcome",
    "started",
    "ended",
    "pilot_agents",
    "control_agents",
    "pilot_before",
    "pilot_after",
    "control_before",
    "control_after",
    "pilot_n_before",
    "pilot_n_after",
    "control_n_before",
    "control_n_after",
    "effect",
    "effect_lower",
    "effect_upper",
    "p",
    "harm",
    "recommendation",
    "reason",
    "more_days",
)
"""Of the evaluation of a pilot: one row.

``pilot_before`` … ``control_after``: values of all records together; ``effect``: mean change of the
pilot's agents less that of the control's, with its 95 % interval and ``p`` by permutation;
``harm``: other metrics that surely got worse; ``recommendation``: ``roll_out``, ``extend``,
``stop``; ``reason``: ``better``, ``harm``, ``worse``, ``too_small``, ``not_sure``, ``too_few``;
``more_days`` that would make it sure if the effect is what it looks like.
"""

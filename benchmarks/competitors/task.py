"""What every competitor must give, as its users would ask for it: the rules written out once.

They are those of csqa's shipped standard and calendar; if those change, the figures no longer
agree and the benchmark stops.
"""

UNITS = ("agent_id", "team", "channel")
"""Each figure is wanted per month and each of these."""

PEAK_HOURS = (10, 11, 19, 20, 21)
"""Hours of the day, local, with relaxed targets."""

LATEST_SECONDS = {
    "online": {"aftersale": 45, "peak": 45, "base": 30},
    "phone": {"peak": 20, "base": 15},
    "handle": {"base": 600},
}
"""Targets of each duration, by the line that judges a contact; the first line that fits."""

SATISFIED_FROM, PROMOTER_FROM, PASSIVE_FROM = 4, 9, 7
FOLLOW_UP_DAYS = 7
PROBABILITIES = (0.5, 0.9)
FLAGS = ("fcr", "csat", "nps", "complaint", "praise")

COLUMNS = (
    "contact_id",
    "customer_id",
    "channel",
    "scene",
    "topic",
    "agent_id",
    "team",
    "created_at",
    "first_response_at",
    "handle_seconds",
    "resolved",
    "reopened",
    "csat",
    "nps",
    "complaint",
    "praise",
)
"""Columns of the source."""


def figures() -> list[str]:
    """Columns of a result beside ``period`` and the unit: whole numbers end in ``_n``, ``_over_…``.

    Of a duration: how many, mean [s], sum of squares [s²], how many over target by line, median
    and 90th percentile [s]. Of a flag: how many, and their mean; NPS counts 1, 0, -1.
    """
    names = []
    for duration, lines in LATEST_SECONDS.items():
        names += [f"{duration}_n", f"{duration}_mean", f"{duration}_squares"]
        names += [f"{duration}_over_{line}" for line in lines]
        names += [f"{duration}_p{100 * p:.0f}" for p in PROBABILITIES]
    for flag in FLAGS:
        names += [f"{flag}_n", f"{flag}_mean"]
    return names

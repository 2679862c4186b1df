"""The result tables: their columns, and the words stored in them as verdicts."""

# Verdicts are words of the field, stored as values; labels for readers live in csqa.words.
BETTER, WATCH_BETTER, NO_DIFFERENCE, WATCH_WORSE, WORSE, TOO_FEW = (
    "better",
    "watch_better",
    "no_difference",
    "watch_worse",
    "worse",
    "too_few",
)
HORIZONTAL_VERDICTS = (BETTER, WATCH_BETTER, NO_DIFFERENCE, WATCH_WORSE, WORSE, TOO_FEW)
"""Outside 99.8 % limits, outside 95 % limits (watch), inside, or 样本不足."""

MEASURE_COLUMNS = ("metric", "target_line", "n", "total", "total_squares", "over", "complete")
"""Of ``measures``, after ``period`` and the unit columns: statistics that add up.

``n`` contacts, ratings or inspected records that count; ``total`` of the values;
``total_squares`` of their squares; ``over`` how many miss the target of their line;
``complete`` whether the data cover the period (a partial month is False).
"""
SCORE_COLUMNS = (
    "metric",
    "dimension",
    "kind",
    "value",
    "lower",
    "upper",
    "n",
    "method",
    "direction",
    "target",
    "target_upper",
    "met",
    "score",
    "deduction",
    "bonus",
    "reason",
    "status",
    "target_line",
    "total",
    "total_squares",
    "over",
    "complete",
    "parts",
)
"""Of ``scores``, after ``period`` and the unit columns. ``kind`` is the unit of ``value``.

``target_upper`` is the upper end of a range (``between``), else NaN; so is ``bonus`` where the
metric earns none. ``parts``: of a period in which the standard changed, what was judged by each
version (JSON); else empty.
"""
HORIZONTAL_COLUMNS = (
    "period",
    "months",
    "unit",
    "metric",
    "kind",
    "value",
    "lower",
    "upper",
    "n",
    "n_period",
    "method",
    "expected",
    "lower_limit",
    "upper_limit",
    "lower_watch",
    "upper_watch",
    "z",
    "p",
    "q",
    "shrunken",
    "direction",
    "target",
    "target_upper",
    "verdict",
)
"""Of a horizontal comparison: several units in one period. Limits are 99.8 %, watch 95 %."""
VERTICAL_COLUMNS = (
    "period",
    "unit",
    "metric",
    "kind",
    "value",
    "lower",
    "upper",
    "n",
    "over",
    "method",
    "target",
    "target_upper",
    "direction",
    "met",
    "complete",
    "chart",
    "center",
    "lower_limit",
    "upper_limit",
    "trial",
    "signals",
    "variation",
    "assurance",
    "run_length",
    "persistence",
    "evidence",
)
"""Of a vertical comparison: one unit over several periods.

``variation``: improvement, concern, common, none. ``assurance``: consistently_met,
inconsistent, consistently_failed, none. ``persistence``: met, occasional, persistent, none.
``evidence``: stable, marginal, special_cause, may_be_noise, strong, weak, none.
"""

KINDS = ("seconds", "share", "per_hundred", "nps", "number")
"""Units of a metric's value: seconds; share 0–1; faults per 100 records; −1…1; a plain mean."""

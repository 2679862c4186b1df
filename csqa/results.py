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
    "shrunken_lower",
    "shrunken_upper",
    "miss_chance",
    "direction",
    "target",
    "target_upper",
    "verdict",
    "against",
)
"""Of a horizontal comparison: several units in one period. Limits are 99.8 %, watch 95 %.

``shrunken_lower`` and ``_upper``: 95 % credible interval of the true value; ``miss_chance``: how
probably it misses the target. ``against``: ``peers`` or ``target``, what the limits are around.
"""
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
    "segment",
    "rebased",
)
"""Of a vertical comparison: one unit over several periods.

``variation``: improvement, concern, common, none. ``assurance``: consistently_met,
inconsistent, consistently_failed, none. ``persistence``: met, occasional, persistent, none.
``evidence``: stable, marginal, special_cause, may_be_noise, strong, weak, none. ``segment``: 1, 2 …
since which recorded change the limits hold; ``rebased``: its reason at its first point, else empty.
"""
WATCH_COLUMNS = (
    "period",
    "unit_kind",
    "unit",
    "metric",
    "kind",
    "value",
    "n",
    "expected",
    "lower_limit",
    "upper_limit",
    "side",
    "direction",
    "verdict",
    "p",
    "false_alarms",
)
"""Of the anomaly watch: a day or a week that the weeks before did not lead to expect.

``metric`` is ``contacts`` for the number of records itself; ``side`` above or below; ``verdict``
better, worse, or ``unusual`` where neither; ``false_alarms`` a month that the rule allows.
"""
HOUR_COLUMNS = ("period", "metric", "weekday", "hour", "contacts", "n", "value")
"""Of a week by the hour: ``weekday`` 0 is Monday; ``metric`` ``contacts`` where none is asked."""
VALUE_COLUMNS = ("period", "metric", "kind", "value", "n", "target", "missed")
"""Of single values and how often each occurs; ``missed`` tells whether the target is missed."""
FINDING_COLUMNS = (
    "contact_id",
    "seq",
    "sender",
    "rule",
    "version",
    "effective_from",
    "kind",
    "severity",
    "mitigated",
    "hint",
    "item",
    "start",
    "end",
    "matched",
    "trigger_seq",
)
"""Of ``findings``: one row per hit of a phrase rule, in the order of the conversations.

``seq`` of the message and the characters ``start`` to ``end`` of its text that were hit
(``matched``); all three missing where something owed was not said. ``effective_from`` (ISO date):
since when that version of the rule holds, missing for “ever since”. ``kind`` forbid, require or
disclose; ``severity`` minor, major or critical, after ``mitigated`` (bool) has lowered it;
``hint`` (bool): for a reviewer to look at, never counted; ``item`` of the inspection form that it
speaks to; ``trigger_seq``: the message that called for what was not said.
"""
CASE_COLUMNS = (
    "rank",
    "contact_id",
    "local_at",
    "agent_id",
    "team",
    "channel",
    "scene",
    "topic",
    "csat",
    "complaint",
    "messages",
    "findings",
    "severity",
    "rules",
    "failed_items",
    "overlooked",
    "longest_wait_seconds",
    "points",
    "cases",
)
"""Of ``cases``: one complaint or low rating each, the one to learn most from first.

``findings`` counts what rules found; ``severity`` is the worst of it, empty without; ``rules``,
``failed_items`` (by an inspector) and ``overlooked`` (rules hit although an inspector passed the
item) are ids with spaces between; ``points`` is what the case adds to those before it; ``cases``
there are in the period, listed or not.
"""
CASE_LINE_COLUMNS = (
    "contact_id",
    "line",
    "source",
    "seq",
    "sender",
    "gap_seconds",
    "text",
    "marks",
    "rules",
    "owed",
)
"""Of a case, line by line, personal data masked.

``source``: ``message``, ``feedback`` (what the customer wrote elsewhere), ``inspection`` (a
sentence or note of an inspector), ``owed`` (what was not said at all). ``gap_seconds`` since the
line before; ``marks``: which characters of ``text`` which rule hit, as ``3-7:rule``, with spaces
between; ``rules`` hit, or items failed; ``owed``: rules by which something should have followed.
"""

KINDS = ("seconds", "share", "per_hundred", "nps", "number")
"""Units of a metric's value: seconds; share 0–1; faults per 100 records; −1…1; a plain mean."""
VERDICT_COLUMNS = (
    "action_id",
    "metric",
    "unit_kind",
    "unit",
    "measure",
    "owner",
    "status",
    "started",
    "ended",
    "before_months",
    "after_months",
    "kind",
    "direction",
    "value_before",
    "n_before",
    "value",
    "n",
    "change",
    "change_lower",
    "change_upper",
    "method",
    "p",
    "goal_value",
    "goal_from",
    "met",
    "expected",
    "beyond",
    "beyond_lower",
    "beyond_upper",
    "others",
    "others_change",
    "did",
    "did_lower",
    "did_upper",
    "did_p",
    "limits_left",
    "jump",
    "jump_lower",
    "jump_upper",
    "placebo_share",
    "placebo_places",
    "guards",
    "verdict",
    "reasons",
    "sentence",
)
"""Of ``verdicts``: one measure of the plan each, and whether it worked.

``before_months`` and ``after_months``: first and last month of each side, ``2025-01/2025-03``.
``change`` is after minus before, with its 95 % interval; ``goal_from``: ``plan`` (its text names a
value), ``standard`` or ``none``. ``expected``: what the unit was to be expected to do anyway;
``beyond``: the value after, less that. ``others``: units without a measure, ``others_change``
theirs; ``did``: the difference of both changes, ``did_p`` by permutation of agents.
``limits_left``: months after it outside the limits of those before; ``jump`` of the level beside
the trend, as a ratio for faults. ``placebo_share`` of so many ``placebo_places`` in the past look
as good. ``guards``: other metrics of the unit that surely got worse. ``verdict``:
``met_significant``, ``improved_not_met``, ``met_not_proven``, ``no_change``, ``insufficient``,
``worse``; ``reasons``: words with spaces between.
"""

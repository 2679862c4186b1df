"""The result tables of problems: what lasts, its 5W1H, what is linked to it, who said so."""

PROBLEM_COLUMNS = (
    "rank",
    "problem_id",
    "part_of",
    "explains_whole",
    "metric",
    "kind",
    "unit_kind",
    "unit",
    "period",
    "value",
    "lower",
    "upper",
    "n",
    "target",
    "target_upper",
    "direction",
    "since",
    "from_start",
    "run_length",
    "evidence",
)
"""Of ``problems``: one row per metric and unit that misses its target lastingly.

``problem_id`` is the same in every month for one metric and unit. ``part_of``: the problem of the
whole that this one is a part of, "" where the whole is well; ``explains_whole`` (bool): without
this unit the whole would meet its target. ``since``: the first period missed of the run;
``from_start`` (bool): it is the first of the data, so that nobody knows since when really;
``run_length``: how many. ``evidence``: ``strong`` or ``weak``.
"""
QUESTIONS = ("what", "where", "when", "who", "how", "why")
"""Of a 5W1H sheet, in its order (G7)."""

FIVE_W_COLUMNS = ("problem_id", "question", "aspect", "answer", "evidence", "n", "status")
"""Of a 5W1H sheet: one row per answer, several to a question.

``answer`` is "" where the data cannot tell; ``evidence`` says which table it was read from and over
which months; ``n`` (Int64) on how many records it rests, missing where it counts none; ``status``:
``filled`` from the data, or ``open`` (待会议填写).
"""
CAUSE_COUNT_COLUMNS = ("bone", "cause", "cases", "share", "lower", "upper", "n", "bone_cases")
"""Of causes counted: one row per cause, most frequent first, what has none last.

``cases`` with that cause, of ``n`` in all; ``share`` [0–1] with its 95 % interval (Wilson);
``bone_cases``: different cases with any cause of the bone. A case may count for several causes.
"""
GAPS = ("no_cause", "no_measure", "not_verified")
"""What a chain from problem to verification can lack."""

LINK_COLUMNS = (
    "problem_id",
    "metric",
    "unit_kind",
    "unit",
    "bone",
    "cause",
    "cases",
    "share",
    "action_id",
    "root_cause",
    "measure",
    "owner",
    "due",
    "action_status",
    "verified",
    "gap",
)
"""Of links: surface problem → root cause → measure → verification, one row per chain.

``bone`` and ``cause`` are "" where no case shows one; ``action_id`` and what follows are ""
(``due`` missing) where no measure fits. ``gap``: those of :data:`GAPS` that hold, with spaces
between.
"""
QUOTE_COLUMNS = ("problem_id", "case_id", "source", "seq", "bone", "cause", "text", "marks")
"""Of quotations: one row per customer's words, personal data masked.

``marks``: which characters of ``text`` are the evidence, as ``3-7:cause``.
"""

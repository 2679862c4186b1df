"""The result tables of diagnosis: texts of cases, facts of cases, causes with their evidence."""

BONES = (
    "people",
    "process",
    "policy",
    "product",
    "system",
    "information",
    "environment",
)
"""The bones of the fishbone, in the order in which they are drawn and listed."""

NO_CAUSE = "unclassified"
"""Bone and cause of a case in which nothing was found (未归类): it is shown, never dropped."""

CASE_TEXT_COLUMNS = ("case_id", "source", "seq", "sender", "text")
"""Of the texts of cases: one row per text; a case may have several.

``case_id`` and ``text`` are all that :func:`csqa.tag_causes` needs. ``source``: ``message`` (only
the customer's), ``feedback`` or ``inspection``; ``seq`` of the message, else missing.
"""
CASE_FACT_COLUMNS = (
    "case_id",
    "contact_id",
    "period",
    "local_at",
    "complaint",
    "low_rating",
    "failed_inspection",
    "feedback",
    "agent_id",
    "team",
    "channel",
    "scene",
    "topic",
    "csat",
    "departments",
    "reopened",
    "repeated",
    "repeat_contacts",
    "agent_days",
    "handle_seconds",
    "first_response_seconds",
    "longest_wait_seconds",
    "failed_items",
)
"""Of the facts of cases: one row per case, whatever is not known is missing.

``case_id`` is the contact's id, or the feedback's where it names no contact; ``contact_id`` then is
missing. ``complaint``, ``low_rating``, ``failed_inspection``, ``feedback`` (boolean): why it is a
case. ``repeated`` (boolean): the customer came again on the same topic after it had been called
resolved, in the window of the standard; ``repeat_contacts``: how often. ``agent_days``: days since
the agent's first day in the roster, else since the first contact in the data (missing where that
day is the first of the data, for then nothing is known). ``failed_items``: keys, 、 between.
"""
CAUSE_COLUMNS = (
    "case_id",
    "bone",
    "cause",
    "kind",
    "rule",
    "version",
    "effective_from",
    "source",
    "seq",
    "evidence",
    "start",
    "end",
    "confidence",
)
"""Of ``causes``: one row per piece of evidence; a case has several causes, or :data:`NO_CAUSE`.

``kind``: ``words`` (a rule hit characters ``start`` to ``end`` of the text of ``source`` and
``seq``; ``evidence`` is what stands there), ``facts`` (``evidence`` says which fact, such as
``departments=4``), ``learned`` (a trained tagger; the span weighed most), ``audited`` (a person
said so), ``none`` (one row for a case without any cause). ``confidence`` [0–1] is how often such
evidence is right, as the rule file or the tagger states it; missing for ``none``.
"""
TRAINING_COLUMNS = (
    "cause",
    "n",
    "positives",
    "rules_precision",
    "rules_recall",
    "rules_f1",
    "precision",
    "recall",
    "f1",
    "difference",
    "difference_lower",
    "difference_upper",
    "better",
    "calibration_error",
    "threshold",
    "verdict",
)
"""Of the report of a training: one row per label.

``n`` texts, ``positives`` with the label; ``rules_…`` of the word rules, the others of the trained
machine, on texts that it was not trained on; ``difference`` of both F1 with its 95 % interval by a
paired bootstrap, ``better`` the share of resamples in which the machine is; ``calibration_error``
[0–1]; ``threshold`` the probability from which the label is told (missing where each text has
exactly one). ``verdict``: ``model`` (used), ``rules`` (the rules stay), ``too_few`` (not learned).
"""

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
resolved, in the window of the standard, with this contact as the first or as the return;
``repeat_contacts``: how often. ``agent_days``: days since the agent's first day in the roster, else
since the first contact in the data (missing where that is within the first 30 days of the data,
for then nothing is known). ``failed_items``: keys, 、 between.
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

ASSOCIATED_WORSE, ASSOCIATED_BETTER = "associated_worse", "associated_better"
"""Verdicts of a driver: more, or fewer, bad outcomes go with it; never that it makes them."""

DRIVER_COLUMNS = (
    "period",
    "months",
    "outcome",
    "factor",
    "level",
    "compared_with",
    "contacts",
    "contact_share",
    "response_share",
    "n",
    "outcomes",
    "share",
    "n_reference",
    "outcomes_reference",
    "share_reference",
    "crude",
    "crude_lower",
    "crude_upper",
    "difference",
    "lower",
    "upper",
    "strata",
    "compared_share",
    "p",
    "q",
    "excess",
    "excess_lower",
    "excess_upper",
    "odds_ratio",
    "odds_lower",
    "odds_upper",
    "method",
    "model",
    "verdict",
)
"""Of ``drivers``: one row per level of a factor, compared with ``compared_with``.

``contacts`` have it, ``contact_share`` of all; of ``response_share`` of them the outcome is known:
``n``, of which ``outcomes`` are bad. ``crude`` is the difference of shares as it stands,
``difference`` within strata [0–1, both], of which ``strata`` hold both sides and
``compared_share`` of the ``n``. ``excess``: difference times ``n``, the bad outcomes that go with
it. ``odds_ratio``: all else in the model held equal. ``verdict``: ``associated_worse``,
``associated_better``, ``no_difference``, ``too_few``.
"""
AUDIT_COLUMNS = ("case_id", "text", "causes", "audited", "cases")
"""Of an audit sheet: one case each, drawn at random.

``text`` is masked; ``causes``: ids that rules found, ``+`` between, or ``none``; ``audited``: what
the reader of the case finds, written the same way, missing as long as nobody has; ``cases`` from
which it was drawn.
"""
CAUSE_RANK_COLUMNS = (
    "cause",
    "bone",
    "cases",
    "n",
    "share",
    "lower",
    "upper",
    "corrected",
    "audited",
    "drawn",
    "method",
    "per_thousand",
    "per_thousand_lower",
    "per_thousand_upper",
    "handle_hours",
    "repeat_contacts",
    "cumulative",
    "vital",
    "before_share",
    "change",
    "change_lower",
    "change_upper",
    "p",
    "q",
    "verdict",
)
"""Of a ranking of causes: one row per cause or bone, the most frequent first, unclassified last.

``cases`` tagged of ``n``; ``share`` with its 95 % interval, ``corrected`` (bool) by so many
``audited`` cases of those ``drawn``, or as counted by rules, which find too little. A case with two
causes counts in both, so shares add up to more than 1; ``cumulative`` is over mentions and
``vital`` those that make up 80 % of them. ``per_thousand`` contacts; ``handle_hours`` and
``repeat_contacts`` of its cases. ``change`` since the months before, of what rules found in both,
so that it is like for like.
"""
RISING_COLUMNS = (
    "phrase",
    "cases",
    "n",
    "share",
    "cases_before",
    "n_before",
    "before_share",
    "change",
    "change_lower",
    "change_upper",
    "p",
    "q",
    "examples",
)
"""Of phrases that are new or rise: cases now and before (not mentions), what changed and how sure.

``examples``: ids of a few cases, with spaces between.
"""
SUGGESTION_COLUMNS = ("topic", "phrases", "cases", "share", "examples", "snippet")
"""Of suggestions for new rules, from cases that no rule tagged: one row per group of words.

``phrases``: the heaviest, 、 between; ``cases`` that hold at least one, ``share`` of the untagged;
``examples``: case ids; ``snippet``: lines to complete and put into a fishbone file.
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

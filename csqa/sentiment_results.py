"""The result tables of what customers feel: messages, conversations, feedback, early risks."""

RATED_COLUMNS = ("score", "level", "polarity", "words", "evidence", "spans")
"""Of rated texts, after the columns they came with.

``score`` [-1, 1]; ``level`` [-1, 1], with what only tilts; ``polarity`` -1, 0, 1; ``words``: ids of
the entries that were found, ``evidence``: what stands there, both with 、 between; ``spans``: a
tuple of ``(start, end, id, value)``.
"""
CONVERSATION_UNITS = ("channel", "scene", "topic")
"""What conversations are told apart by; never by agent: words of customers judge no person."""

COURSES = ("recovered", "flat", "deteriorated", "too_few")
"""How a conversation went."""

CONVERSATION_COLUMNS = (
    "contact_id",
    "period",
    "local_at",
    *CONVERSATION_UNITS,
    "complaint",
    "messages",
    "negative",
    "positive",
    "mean",
    "start_level",
    "end_level",
    "change",
    "course",
    "worst_score",
    "worst_seq",
    "worst_start",
    "worst_end",
    "worst_text",
    "threat",
    "threat_severity",
    "threat_seq",
    "threat_start",
    "threat_end",
    "threat_text",
)
"""Of conversations: one row per contact with messages of the customer.

``messages`` of the customer, ``negative`` and ``positive`` of them; ``mean``, ``start_level``,
``end_level``, ``change`` (end - start) [-1, 1]; ``course``: one of :data:`COURSES`; the worst
message and the worst threat, as they were written.
"""
FEEDBACK_COLUMNS = (
    "period",
    "by",
    "unit",
    "n",
    "negative",
    "neutral",
    "positive",
    "negative_share",
    "negative_lower",
    "negative_upper",
    "neutral_share",
    "neutral_lower",
    "neutral_upper",
    "positive_share",
    "positive_lower",
    "positive_upper",
    "rated",
    "mean_rating",
    "rating_lower",
    "rating_upper",
    "both",
    "agreement",
    "kappa",
    "n_before",
    "negative_share_before",
    "change",
    "change_lower",
    "change_upper",
    "p",
    "q",
    "verdict",
)
"""Of feedback: one row per source, and per topic where it names a contact."""

RISK_COLUMNS = (
    "rank",
    "severity",
    "reason",
    "contact_id",
    "unit",
    "period",
    "local_at",
    "channel",
    "scene",
    "topic",
    "end_level",
    "change",
    "share",
    "share_before",
    "n",
    "q",
    "rule",
    "seq",
    "evidence",
)
"""Of early risks: one row per conversation or source, the most urgent first.

``reason``: one of :data:`REASONS`, what weighs most; ``evidence`` is masked.
"""
REASONS = ("threat", "deteriorated", "ended_negative", "source_rising")

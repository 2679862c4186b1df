"""Tables for readers: what a notebook shows, escaped, in Chinese or English.

The first screen: ``show_verdict show_things show_metrics``; on demand: ``show_units
show_horizontal show_vertical show_scores show_topics``; at the end: ``show_actions show_limits
show_definitions show_clocks show_quality show_manifest``. All take tables and return
:class:`csqa.show.html.Html`.
"""

from csqa.show.closing import (
    show_actions,
    show_limits,
    show_manifest,
    show_topics,
)
from csqa.show.definitions import show_clocks, show_definitions
from csqa.show.quality import show_quality
from csqa.show.screen import show_metrics, show_things, show_verdict
from csqa.show.sections import show_horizontal, show_scores, show_units, show_vertical

__all__ = [
    "show_actions",
    "show_clocks",
    "show_definitions",
    "show_horizontal",
    "show_limits",
    "show_manifest",
    "show_metrics",
    "show_quality",
    "show_scores",
    "show_things",
    "show_topics",
    "show_units",
    "show_verdict",
    "show_vertical",
]

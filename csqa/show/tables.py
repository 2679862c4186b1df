"""Tables for readers: what a notebook shows, escaped, in Chinese or English.

The first screen: ``show_verdict show_things show_metrics``, or ``show_metric_cards``; on demand:
``show_units show_horizontal show_vertical show_scorecard show_scores show_topics show_cases
show_inspections show_items show_order show_backlog show_relaxations show_restatement
show_changes show_contributions show_conflicts show_consistency show_watch``; of lasting problems
and what lies behind them: ``show_problems show_problem show_fishbone show_links show_quotes
show_causes show_cases_gathered show_rising show_suggestions show_drivers``; of the process:
``show_steps show_bottlenecks show_variants show_cycles``; of what customers feel: ``show_sentiment
show_feedback show_risks``; of inspection: ``show_audit show_findings show_agreement show_severity
show_rule_quality show_disputes show_open_disputes show_disputed_scores``, and ``show_absent``
where a table is not given; per agent: ``show_agent_sheet show_agent_sheets``; of a training:
``show_training``; for the
review of the standard: ``show_review show_effect``; at the end:
``show_actions show_limits show_definitions show_clocks show_quality show_manifest``. All take
tables and return :class:`csqa.show.html.Html`.
"""

from csqa.show.absent import show_absent
from csqa.show.agents import show_agent_sheet, show_agent_sheets
from csqa.show.agreement import show_agreement, show_severity
from csqa.show.audit import show_audit
from csqa.show.cases import name_rules, show_cases
from csqa.show.cause_ranks import show_causes
from csqa.show.changes_tables import show_changes, show_contributions
from csqa.show.closing import (
    show_actions,
    show_limits,
    show_manifest,
    show_topics,
)
from csqa.show.definitions import show_clocks, show_definitions
from csqa.show.disputes import show_disputed_scores, show_disputes, show_open_disputes
from csqa.show.drivers import show_drivers
from csqa.show.emerging import show_rising, show_suggestions
from csqa.show.findings import show_findings
from csqa.show.gathered import show_cases_gathered
from csqa.show.inspections import show_inspections, show_items
from csqa.show.metric_cards import show_metric_cards
from csqa.show.order import show_order
from csqa.show.people_tables import show_conflicts, show_consistency
from csqa.show.problem_links import name_causes, show_fishbone, show_links, show_quotes
from csqa.show.problems import show_problem, show_problems
from csqa.show.process_tables import show_bottlenecks, show_steps
from csqa.show.quality import show_quality
from csqa.show.review import show_effect, show_review
from csqa.show.rule_quality import show_rule_quality
from csqa.show.scorecard_table import show_scorecard
from csqa.show.screen import show_metrics, show_things, show_verdict
from csqa.show.sections import show_horizontal, show_scores, show_units, show_vertical
from csqa.show.sentiment import show_feedback, show_risks, show_sentiment
from csqa.show.standing import show_backlog, show_relaxations, show_restatement
from csqa.show.training import show_training
from csqa.show.watch_tables import show_watch
from csqa.show.way_tables import show_cycles, show_variants

__all__ = [
    "name_causes",
    "name_rules",
    "show_absent",
    "show_actions",
    "show_agent_sheet",
    "show_agent_sheets",
    "show_agreement",
    "show_audit",
    "show_backlog",
    "show_bottlenecks",
    "show_cases",
    "show_cases_gathered",
    "show_causes",
    "show_changes",
    "show_clocks",
    "show_conflicts",
    "show_consistency",
    "show_contributions",
    "show_cycles",
    "show_definitions",
    "show_disputed_scores",
    "show_disputes",
    "show_drivers",
    "show_effect",
    "show_feedback",
    "show_findings",
    "show_fishbone",
    "show_horizontal",
    "show_inspections",
    "show_items",
    "show_limits",
    "show_links",
    "show_manifest",
    "show_metric_cards",
    "show_metrics",
    "show_open_disputes",
    "show_order",
    "show_problem",
    "show_problems",
    "show_quality",
    "show_quotes",
    "show_relaxations",
    "show_restatement",
    "show_review",
    "show_rising",
    "show_risks",
    "show_rule_quality",
    "show_scorecard",
    "show_scores",
    "show_sentiment",
    "show_severity",
    "show_steps",
    "show_suggestions",
    "show_things",
    "show_topics",
    "show_training",
    "show_units",
    "show_variants",
    "show_verdict",
    "show_vertical",
    "show_watch",
]

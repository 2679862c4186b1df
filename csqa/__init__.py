"""csqa: customer-service quality, month by month, statistically honest.

Tables in, tables out; the stages in their order::

    load                 exports, frames         -> Dataset: tables, faults, quarantine
    check                Dataset                 -> what the data can and cannot tell
    measure              Dataset, standard       -> measures: sums that add up
    measure_backlog      Dataset, standard       -> what is open at each period's end, how late
    score                measures, standard      -> scores: value, interval, target, points, reason
    composite            scores, standard        -> dimensions, composite, interval, change
    compare_horizontal   measures, standard      -> several units in one period, with limits
    compare_vertical     measures, standard      -> one unit over periods, on a control chart
    compare_periods      measures, standard      -> since last month, since last year, how sure
    explain_change       measures, standard      -> which units moved a metric, by mix and by rate
    contrast_units       measures, across        -> what those who stand out do differently
    measure_consistency  measures, standard      -> how much agents truly differ
    find_conflicts       measures, standard      -> metrics chased at the cost of others
    watch                measures, standard      -> odd days and weeks, with its false alarms
    agent_sheets         measures, standard      -> a sheet per agent, for coaching
    decompose_change     scores, standard        -> why the composite moved, metric by metric
    order_sensitivity    composite, standard     -> places of units: what weights, chance leave open
    mask_personal        messages                -> tokens in place of numbers, names, addresses
    rank_topics          measures                -> what complaints are about (Pareto)
    measure_steps        Dataset, process        -> nodes of the process: stays, limits, returns
    find_bottlenecks     Dataset, process        -> the node that costs most, and since when
    measure_paths        Dataset, process        -> from node to node; list_variants whole ways
    measure_cycles       Dataset, process        -> how long the whole way takes, month by month
    rank_cases           Dataset, findings       -> complaints and low ratings, most to learn first
    tag_causes           texts, fishbone         -> causes of each case, each with its evidence
    transcribe_cases     Dataset, cases          -> what was said in them, marked and masked
    rank_causes          causes, facts           -> what each weighs, costs, and how it changed
    audit_causes         causes, texts           -> a sheet for people; read_audit back again
    find_rising          texts, texts before     -> phrases that are new or rise
    suggest_causes       texts, causes           -> drafts of rules for what no rule tagged
    gather_texts         Dataset                 -> what was said in the cases of a diagnosis
    gather_facts         Dataset, standard       -> what was recorded of those cases
    find_drivers         Dataset, standard       -> what goes with low ratings or complaints
    check_plan           actions                 -> open, overdue, without owner, not verified
    check_goals          standard                -> what each goal lacks to be SMART
    draw_sample          Dataset, rules          -> contacts to inspect, each with its chance
    audit_sample         picked, Dataset         -> what a sample covers, whether it was selected
    make_assignments     picked, Dataset, form   -> who judges what; read_assignments back again
    score_inspections    Dataset, form           -> scores of inspected records, agents, teams
    review               Dataset, phrases        -> findings: what was said, and what was not
    measure_agreement    Dataset, form           -> do inspectors judge alike, item by item
    train_causes         labels, fishbone        -> a tagger, used where it beats the rules
    train_sentiment      labels, lexicon         -> the same for sentiment; read_tagger reads both
    evaluate_rules       findings, Dataset       -> each phrase rule against the inspectors
    measure_disputes     Dataset, form           -> disputes, overturned ones, deadlines kept
    apply_disputes       Dataset                 -> the same, judged items as corrected
    measure_severity     Dataset, form           -> who judges strictly, on what others judged too
    list_problems        comparisons             -> targets missed lastingly, with stable ids
    describe_problem     problem, details        -> its 5W1H: what the data know, the rest blank
    link_problems        problems, causes, plan  -> problem, cause, measure, verification by ids
    pick_quotes          causes, texts           -> what customers said, masked, as evidence
    rate_sentiment       texts, lexicon          -> negative, neutral, positive, with the words
    measure_sentiment    Dataset, lexicon        -> conversations: recovered, flat, deteriorated
    summarise_feedback   Dataset, lexicon        -> feedback by source: said, rated, changed
    list_risks           conversations, feedback -> what may become a complaint, most urgent first
    verify               actions, measures       -> did a measure work, or was it luck
    plan_pilot           measures, effect        -> how many agents, how long; evaluate_pilot
    brief                comparisons, plan       -> the few things a manager must know
    restate              data, standard          -> scores by the standard then and by today's
    review_standard      measures, standard      -> each target: too easy, fitting, out of reach
    run_report           notebook, period, data  -> a folder: html, xlsx, ipynb, json

Rules are data: ``read_standard``, ``read_calendar``, ``read_phrases``, ``read_fishbone``,
``read_process``, ``read_sentiment``; left out, they are the shipped ones. Pictures and tables for
readers: ``csqa.plots``, ``csqa.tables``; arrays in, arrays out: ``csqa.stats``. Each function's
docstring has its columns, units and sources.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from csqa.agent_sheets import agent_sheets
from csqa.agreement import measure_agreement
from csqa.assignments import make_assignments, read_assignments
from csqa.backlog import measure_attainment, measure_backlog
from csqa.bottlenecks import find_bottlenecks
from csqa.brief import brief
from csqa.case_texts import gather_facts, gather_texts, summarise_cases
from csqa.cases import rank_cases
from csqa.causes import tag_causes, tag_plan
from csqa.change import decompose_change
from csqa.check import check, require_usable
from csqa.compare_periods import compare_periods
from csqa.composite import composite
from csqa.conflicts import find_conflicts
from csqa.consistency import measure_consistency
from csqa.contrast import contrast_units
from csqa.contributions import explain_change
from csqa.definitions import define_metrics, list_conventions
from csqa.diagnose import rank_topics
from csqa.disputes import apply_disputes, list_open_disputes, measure_disputes
from csqa.drivers import find_drivers
from csqa.engine.business import business_seconds
from csqa.engine.dataset import Dataset
from csqa.errors import CsqaError, DataError, ReportError, RuleError
from csqa.feedback import summarise_feedback
from csqa.flows import list_variants, measure_cycles, measure_paths
from csqa.goals import check_goals
from csqa.horizontal import compare_horizontal
from csqa.hours import measure_hours, measure_values
from csqa.inspection_faults import list_inspection_faults
from csqa.inspections import score_inspections, score_items
from csqa.limits import list_limits
from csqa.load import load
from csqa.measure import measure, measure_clocks, measure_quantiles
from csqa.paths import bundled
from csqa.plan import check_plan
from csqa.problems import describe_problem, link_problems, list_problems, select_causes
from csqa.pseudonyms import pseudonymise
from csqa.relaxations import list_relaxations
from csqa.restate import compare_standards_scores, restate, summarise_restatement
from csqa.review import review, summarise_findings
from csqa.review_standard import review_standard
from csqa.risks import list_risks
from csqa.rule_quality import evaluate_rules
from csqa.rules.calendar import read_calendar
from csqa.rules.case_settings import read_case_settings
from csqa.rules.fishbone import read_fishbone
from csqa.rules.goal_text import check_goal_text
from csqa.rules.history import compare_standards, list_fingerprints
from csqa.rules.inspection import read_form
from csqa.rules.mapping import read_mapping
from csqa.rules.phrases import read_phrases
from csqa.rules.process import read_process
from csqa.rules.sampling import read_sampling
from csqa.rules.sentiment import read_sentiment
from csqa.rules.standard_reader import read_standard
from csqa.sample import draw_sample
from csqa.sample_audit import audit_sample
from csqa.score import score
from csqa.scorecard import scorecard
from csqa.sensitivity import compare_order, order_sensitivity
from csqa.sentiment import measure_sentiment, rate_sentiment, summarise_courses
from csqa.severity import measure_severity
from csqa.show.picture import picture
from csqa.show.record import record
from csqa.steps import list_open_steps, measure_steps
from csqa.summary import describe_origin, report_day, require_period, summarise
from csqa.verify import verify
from csqa.vertical import compare_vertical
from csqa.watch import watch
from csqa.workload import measure_workload

if TYPE_CHECKING:
    from csqa import stats
    from csqa.cause_audit import audit_causes, read_audit
    from csqa.cause_ranks import rank_causes
    from csqa.emerging import find_rising, suggest_causes
    from csqa.engine.personal import find_personal, mask_personal
    from csqa.learn.taggers import read_tagger, train_causes, train_sentiment
    from csqa.pilot import evaluate_pilot
    from csqa.pilot_plan import plan_pilot
    from csqa.problems.quotes import pick_quotes
    from csqa.report import run_report, write_quarantine
    from csqa.rules.verification import read_verification
    from csqa.show import plots, tables
    from csqa.transcripts import transcribe_cases

__all__ = [
    "CsqaError",
    "DataError",
    "Dataset",
    "ReportError",
    "RuleError",
    "agent_sheets",
    "apply_disputes",
    "audit_causes",
    "audit_sample",
    "brief",
    "bundled",
    "business_seconds",
    "check",
    "check_goal_text",
    "check_goals",
    "check_plan",
    "compare_horizontal",
    "compare_order",
    "compare_periods",
    "compare_standards",
    "compare_standards_scores",
    "compare_vertical",
    "composite",
    "contrast_units",
    "decompose_change",
    "define_metrics",
    "describe_origin",
    "describe_problem",
    "draw_sample",
    "evaluate_pilot",
    "evaluate_rules",
    "explain_change",
    "find_bottlenecks",
    "find_conflicts",
    "find_drivers",
    "find_personal",
    "find_rising",
    "gather_facts",
    "gather_texts",
    "link_problems",
    "list_conventions",
    "list_fingerprints",
    "list_inspection_faults",
    "list_limits",
    "list_open_disputes",
    "list_open_steps",
    "list_problems",
    "list_relaxations",
    "list_risks",
    "list_variants",
    "load",
    "make_assignments",
    "mask_personal",
    "measure",
    "measure_agreement",
    "measure_attainment",
    "measure_backlog",
    "measure_clocks",
    "measure_consistency",
    "measure_cycles",
    "measure_disputes",
    "measure_hours",
    "measure_paths",
    "measure_quantiles",
    "measure_sentiment",
    "measure_severity",
    "measure_steps",
    "measure_values",
    "measure_workload",
    "order_sensitivity",
    "pick_quotes",
    "picture",
    "plan_pilot",
    "plots",
    "pseudonymise",
    "rank_cases",
    "rank_causes",
    "rank_topics",
    "rate_sentiment",
    "read_assignments",
    "read_audit",
    "read_calendar",
    "read_case_settings",
    "read_fishbone",
    "read_form",
    "read_mapping",
    "read_phrases",
    "read_process",
    "read_sampling",
    "read_sentiment",
    "read_standard",
    "read_tagger",
    "read_verification",
    "record",
    "report_day",
    "require_period",
    "require_usable",
    "restate",
    "review",
    "review_standard",
    "run_report",
    "score",
    "score_inspections",
    "score_items",
    "scorecard",
    "select_causes",
    "stats",
    "suggest_causes",
    "summarise",
    "summarise_cases",
    "summarise_courses",
    "summarise_feedback",
    "summarise_findings",
    "summarise_restatement",
    "tables",
    "tag_causes",
    "tag_plan",
    "train_causes",
    "train_sentiment",
    "transcribe_cases",
    "verify",
    "watch",
    "write_quarantine",
]

_LATER = {
    "read_verification": ("csqa.rules.verification", "read_verification"),
    "evaluate_pilot": ("csqa.pilot", "evaluate_pilot"),
    "plan_pilot": ("csqa.pilot_plan", "plan_pilot"),
    "suggest_causes": ("csqa.emerging", "suggest_causes"),
    "find_rising": ("csqa.emerging", "find_rising"),
    "rank_causes": ("csqa.cause_ranks", "rank_causes"),
    "read_audit": ("csqa.cause_audit", "read_audit"),
    "audit_causes": ("csqa.cause_audit", "audit_causes"),
    "plots": ("csqa.show.plots", None),
    "tables": ("csqa.show.tables", None),
    "stats": ("csqa.stats", None),
    "run_report": ("csqa.report", "run_report"),
    "write_quarantine": ("csqa.report.quarantine", "write_quarantine"),
    "find_personal": ("csqa.engine.personal", "find_personal"),
    "mask_personal": ("csqa.engine.personal", "mask_personal"),
    "read_tagger": ("csqa.learn.taggers", "read_tagger"),
    "train_causes": ("csqa.learn.taggers", "train_causes"),
    "train_sentiment": ("csqa.learn.taggers", "train_sentiment"),
    "transcribe_cases": ("csqa.transcripts", "transcribe_cases"),
    "pick_quotes": ("csqa.problems.quotes", "pick_quotes"),
}
"""Imported when first asked for: matplotlib and papermill cost more than all the rest, and the
patterns of personal data a tenth of what else is imported."""


def __getattr__(name: str) -> Any:
    """Import what :data:`_LATER` lists when it is first used."""
    if name not in _LATER:
        msg = f"module 'csqa' has no attribute {name!r}"
        raise AttributeError(msg)
    module, attribute = _LATER[name]
    found = import_module(module)
    return getattr(found, attribute) if attribute else found

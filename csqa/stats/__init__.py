"""Statistics: arrays in, arrays out; they know no tables and cite every formula.

=============================  ====================================================================
question                       functions
=============================  ====================================================================
how sure is one figure         ``wilson wilson_finite zero_events_upper poisson_exact byar t_mean
                               t_interval nps_interval``
the same, strata sampled       ``stratified_proportion stratified_mean stratified_estimate``
unequally
how sure is a difference       ``newcombe_difference rate_ratio welch_difference nps_difference
                               t_test_p``
what is normal for a series    ``xmr mr_chart p_chart u_chart c_chart g_chart t_chart run_chart
                               moving_ranges``, each but the last a ``ControlChart``; ``rebase`` for
                               new or frozen limits
which points are signals       ``apply_rules rules_by_point``, each hit a ``Signal``; rule sets in
                               ``RULE_SETS``
which units differ             ``funnel_limits overdispersion``; with different work,
                               ``expected_events standardised_ratio poisson_funnel_limits
                               ratio_overdispersion``; over many tests ``adjust_p``
what to expect of a unit next  ``shrink``; with interval and chance of missing a target,
                               ``shrink_proportions shrink_rates shrink_means``, each
                               ``Shrunken``; ``james_stein dersimonian_laird``
how far raters agree           ``raw_agreement krippendorff_alpha cohen_kappa fleiss_kappa
                               gwet_ac1``, on scores ``icc``, on an order ``kendall_w``, each an
                               ``Agreement``; ``expand_counts`` for published tables
how many to draw, from where   ``sample_size margin_of_error units_needed allocate_proportional
                               allocate_neyman round_by_chance chance_of_none
                               acceptance_probability``
a sample drawn unequally       ``weighted_mean weighted_share``, each a ``WeightedEstimate``; from
                               sums that add up, ``weighted_terms mean_of_sums share_of_sums``;
                               ``record_weights``, to sum records like any others
a count by a rule that errs    ``corrected_share`` by what people judged of a random part
how consistent units are       ``between_variation`` of ``arcsine_effects`` or ``root_effects``
where a difference comes from  ``decompose_difference``
what goes with an outcome      ``stratified_difference``, a ``StratifiedDifference``;
                               ``logistic``, a ``LogisticFit``
how long what is not over      ``kaplan_meier``, ``survival_quantile``
how sure a share of totals is  ``resample_totals percentile_interval``
did a measure do it            ``difference_in_differences permute_difference placebo_in_time``; of
                               a long series ``interrupted_series``, an ``InterruptedSeries``
=============================  ====================================================================

Shared conventions: rates are fractions; nothing observed is NaN, never 0; intervals stay inside
the range of what they estimate. SciPy is imported when first needed, not with this package.
"""

from csqa.stats._ratings import Agreement, expand_counts
from csqa.stats.agreement import fleiss_kappa, gwet_ac1, raw_agreement
from csqa.stats.allocation import (
    allocate_neyman,
    allocate_proportional,
    chance_of_none,
    round_by_chance,
)
from csqa.stats.attributes import c_chart, p_chart, u_chart
from csqa.stats.chart import ControlChart
from csqa.stats.cohen import cohen_kappa
from csqa.stats.contrasts import newcombe_difference, rate_ratio, t_test_p, welch_difference
from csqa.stats.control import moving_ranges, mr_chart, run_chart, xmr
from csqa.stats.corrected import corrected_share
from csqa.stats.decompose import Decomposition, decompose_difference
from csqa.stats.funnel import Overdispersion, funnel_limits, overdispersion
from csqa.stats.interrupted import Change, InterruptedSeries, interrupted_series
from csqa.stats.intervals import (
    byar,
    poisson_exact,
    t_interval,
    t_mean,
    wilson,
    wilson_finite,
    zero_events_upper,
)
from csqa.stats.krippendorff import krippendorff_alpha
from csqa.stats.logistic import LogisticFit, logistic
from csqa.stats.mantel_haenszel import StratifiedDifference, stratified_difference
from csqa.stats.nps import nps_difference, nps_interval
from csqa.stats.parallel import (
    DifferenceInDifferences,
    difference_in_differences,
    permute_difference,
    placebo_in_time,
)
from csqa.stats.pilots import units_needed
from csqa.stats.pooling import (
    PooledEffect,
    adjust_p,
    dersimonian_laird,
    james_stein,
    shrink,
)
from csqa.stats.rare import g_chart, t_chart
from csqa.stats.ratios import (
    StandardisedRatio,
    expected_events,
    poisson_funnel_limits,
    ratio_overdispersion,
    standardised_ratio,
)
from csqa.stats.rebase import rebase
from csqa.stats.reliability import icc, kendall_w
from csqa.stats.resampling import RESAMPLES, percentile_interval, resample_totals
from csqa.stats.sampling import acceptance_probability, margin_of_error, sample_size
from csqa.stats.shrinkage import (
    Shrunken,
    shrink_means,
    shrink_proportions,
    shrink_rates,
)
from csqa.stats.signals import RULE_SETS, Signal, apply_rules, rules_by_point
from csqa.stats.spread import BetweenVariation, arcsine_effects, between_variation, root_effects
from csqa.stats.strata import (
    StratifiedEstimate,
    stratified_estimate,
    stratified_mean,
    stratified_proportion,
)
from csqa.stats.survival import Survival, kaplan_meier, survival_quantile
from csqa.stats.two_shares import two_shares_p
from csqa.stats.weighting import (
    WeightedEstimate,
    mean_of_sums,
    share_of_sums,
    weighted_mean,
    weighted_share,
)
from csqa.stats.weights import WeightedSums, record_weights, weighted_terms

__all__ = [
    "RESAMPLES",
    "RULE_SETS",
    "Agreement",
    "BetweenVariation",
    "Change",
    "ControlChart",
    "Decomposition",
    "DifferenceInDifferences",
    "InterruptedSeries",
    "LogisticFit",
    "Overdispersion",
    "PooledEffect",
    "Shrunken",
    "Signal",
    "StandardisedRatio",
    "StratifiedDifference",
    "StratifiedEstimate",
    "Survival",
    "WeightedEstimate",
    "WeightedSums",
    "acceptance_probability",
    "adjust_p",
    "allocate_neyman",
    "allocate_proportional",
    "apply_rules",
    "arcsine_effects",
    "between_variation",
    "byar",
    "c_chart",
    "chance_of_none",
    "cohen_kappa",
    "corrected_share",
    "decompose_difference",
    "dersimonian_laird",
    "difference_in_differences",
    "expand_counts",
    "expected_events",
    "fleiss_kappa",
    "funnel_limits",
    "g_chart",
    "gwet_ac1",
    "icc",
    "interrupted_series",
    "james_stein",
    "kaplan_meier",
    "kendall_w",
    "krippendorff_alpha",
    "logistic",
    "margin_of_error",
    "mean_of_sums",
    "moving_ranges",
    "mr_chart",
    "newcombe_difference",
    "nps_difference",
    "nps_interval",
    "overdispersion",
    "p_chart",
    "percentile_interval",
    "permute_difference",
    "placebo_in_time",
    "poisson_exact",
    "poisson_funnel_limits",
    "rate_ratio",
    "ratio_overdispersion",
    "raw_agreement",
    "rebase",
    "record_weights",
    "resample_totals",
    "root_effects",
    "round_by_chance",
    "rules_by_point",
    "run_chart",
    "sample_size",
    "share_of_sums",
    "shrink",
    "shrink_means",
    "shrink_proportions",
    "shrink_rates",
    "standardised_ratio",
    "stratified_difference",
    "stratified_estimate",
    "stratified_mean",
    "stratified_proportion",
    "survival_quantile",
    "t_chart",
    "t_interval",
    "t_mean",
    "t_test_p",
    "two_shares_p",
    "u_chart",
    "units_needed",
    "weighted_mean",
    "weighted_share",
    "weighted_terms",
    "welch_difference",
    "wilson",
    "wilson_finite",
    "xmr",
    "zero_events_upper",
]

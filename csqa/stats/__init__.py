"""Statistics: arrays in, arrays out; they know no tables and cite every formula.

=============================  ====================================================================
question                       functions
=============================  ====================================================================
how sure is one figure         ``wilson wilson_finite zero_events_upper poisson_exact byar t_mean
                               t_interval nps_interval``
how sure is a difference       ``newcombe_difference rate_ratio welch_difference``
what is normal for a series    ``xmr p_chart u_chart c_chart t_chart run_chart moving_ranges``,
                               each but the last a ``ControlChart``
which points are signals       ``apply_rules rules_by_point``, each hit a ``Signal``; rule sets in
                               ``RULE_SETS``
which units differ             ``funnel_limits poisson_funnel_limits overdispersion adjust_p``
what to expect of a unit next  ``shrink dersimonian_laird``
=============================  ====================================================================

Shared conventions: rates are fractions; nothing observed is NaN, never 0; intervals stay inside
the range of what they estimate. SciPy is imported when first needed, not with this package.
"""

from csqa.stats.chart import ControlChart
from csqa.stats.contrasts import newcombe_difference, rate_ratio, welch_difference
from csqa.stats.control import c_chart, moving_ranges, p_chart, run_chart, t_chart, u_chart, xmr
from csqa.stats.funnel import (
    Overdispersion,
    funnel_limits,
    overdispersion,
    poisson_funnel_limits,
)
from csqa.stats.intervals import (
    byar,
    nps_interval,
    poisson_exact,
    t_interval,
    t_mean,
    wilson,
    wilson_finite,
    zero_events_upper,
)
from csqa.stats.pooling import PooledEffect, adjust_p, dersimonian_laird, shrink
from csqa.stats.signals import RULE_SETS, Signal, apply_rules, rules_by_point

__all__ = [
    "RULE_SETS",
    "ControlChart",
    "Overdispersion",
    "PooledEffect",
    "Signal",
    "adjust_p",
    "apply_rules",
    "byar",
    "c_chart",
    "dersimonian_laird",
    "funnel_limits",
    "moving_ranges",
    "newcombe_difference",
    "nps_interval",
    "overdispersion",
    "p_chart",
    "poisson_exact",
    "poisson_funnel_limits",
    "rate_ratio",
    "rules_by_point",
    "run_chart",
    "shrink",
    "t_chart",
    "t_interval",
    "t_mean",
    "u_chart",
    "welch_difference",
    "wilson",
    "wilson_finite",
    "xmr",
    "zero_events_upper",
]

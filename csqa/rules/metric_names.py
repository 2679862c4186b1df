"""What people call a metric in a plan that they write by hand."""

from csqa.rules.standard import Standard
from csqa.schema import OVERALL

EVERYBODY = ("", "全部", "全员", "整体", OVERALL)
"""What a plan writes where a measure is for all."""


def name_metrics(standard: Standard) -> dict[str, str]:
    """What a plan may call each metric, by name; 净推荐值 will do for 净推荐值 NPS.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> name_metrics(read_standard())["净推荐值"]
    'nps'
    """
    return {
        name: key
        for key in standard.metric_keys
        for full in (standard.metric(key).name("zh"),)
        for name in (key, full, full.split(" ")[0], standard.metric(key).name("en"))
    }

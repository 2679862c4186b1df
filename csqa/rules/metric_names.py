"""What a plan may call each metric of a standard."""

from csqa.rules.standard import Standard


def name_metrics(standard: Standard) -> dict[str, str]:
    """Names by which people call metrics, each with its key; 净推荐值 will do for 净推荐值 NPS.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> named = name_metrics(read_standard())
    >>> named["一次解决率"], named["净推荐值"]
    ('first_contact_resolution', 'nps')
    """
    return {
        name: key
        for key in standard.metric_keys
        for full in (standard.metric(key).name("zh"),)
        for name in (key, full, full.split(" ")[0], standard.metric(key).name("en"))
    }

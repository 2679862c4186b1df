"""What a lasting problem is called: readable, the same every month, safe as a file's name."""

import hashlib
import re
import unicodedata

PREFIX = "Q"
LONGEST_UNIT = 24
"""Characters of a unit's name in an id; a longer name is cut and told apart by its hash."""

HASH_CHARACTERS = 6
_UNSAFE = re.compile(r"[^\w]+")


def name_problem(metric: str, unit_kind: str, unit: str) -> str:
    """Name the problem of a metric and a unit.

    Parameters
    ----------
    metric, unit_kind, unit : str
        As in a vertical comparison.

    Returns
    -------
    str
        ``Q-metric-unit_kind-unit`` of letters, digits, ``_`` and ``-`` only: it can stand in a
        file's name and in a cell. Where the unit's name had to be changed for that, six
        characters of its SHA-256 follow, so that two units never share an id.

    Examples
    --------
    >>> name_problem("csat", "all", "all"), name_problem("csat", "team", "在线一组")
    ('Q-csat-all', 'Q-csat-team-在线一组')
    >>> name_problem("csat", "team", "华东/一组")
    'Q-csat-team-华东_一组-dc3f17'
    """
    if unit_kind == unit:
        return f"{PREFIX}-{metric}-{unit}"
    plain = unicodedata.normalize("NFKC", unit)
    safe = _UNSAFE.sub("_", plain).strip("_")[:LONGEST_UNIT]
    parts = [PREFIX, metric, unit_kind, safe or "unit"]
    if safe != unit:
        parts.append(hashlib.sha256(unit.encode()).hexdigest()[:HASH_CHARACTERS])
    return "-".join(parts)

"""Sources that serve several tables: an event log is contacts, and the steps they went through."""

from dataclasses import replace

from csqa.engine.derived_rows import Named, fits
from csqa.engine.sources import Source
from csqa.rules.mapping import Mapping


def list_served(name: str, source: Source, rules: Mapping) -> list[str]:
    """Tables of ours whose ``files`` name a source, in the order of the mapping."""
    patterns = {table: rule.files for table, rule in rules.tables.items()}
    return [table for table, files in patterns.items() if any(fits(p, name, source) for p in files)]


def share_sources(sources: list[Named], rules: Mapping) -> list[Named]:
    """List a source once more for every further table that the mapping makes of it.

    Parameters
    ----------
    sources : list of (str, Source)
        As they came.
    rules : Mapping
        Whose ``files`` may name one source for several tables.

    Returns
    -------
    list of (str, Source)
        The further ones last, each with ``shared_for``; they read the same view.

    Examples
    --------
    >>> from csqa.rules.mapping import read_mapping
    >>> log = Source("log.csv", "v", (), (), "utf-8", 0, "")
    >>> both = read_mapping({"tables": {"contacts": {"files": "log"}, "steps": {"files": "log"}}})
    >>> [source.shared_for for _, source in share_sources([("log.csv", log)], both)]
    ['', 'steps']
    """
    further = [
        (name, replace(source, shared_for=table, kept=""))
        for name, source in sources
        for table in list_served(name, source, rules)[1:]
    ]
    return [*sources, *further]


def serves(name: str, source: Source, table: str, rules: Mapping) -> bool:
    """Whether a source, or one of its copies, is the rows of a table that names it."""
    served = list_served(name, source, rules)
    meant = source.shared_for or (served[0] if served else "")
    return meant == table

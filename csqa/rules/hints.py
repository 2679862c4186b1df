"""Words that help to draft a mapping: headers and values that are often ours; shipped as data."""

from dataclasses import dataclass, field
from functools import cache

from csqa.rules.files import DEFAULTS, read_yaml

Values = dict[str, str | None]


@dataclass(frozen=True)
class Hints:
    """What headers and values often mean; never used when data is read."""

    headers: dict[str, tuple[str, ...]]
    """Our column → headers, the likelier first."""
    too_common: frozenset[str]
    """Words that say nothing as a part of a header."""
    values: dict[str, Values] = field(default_factory=dict)
    """Our column → their value, in lower case → ours; None is missing."""
    guesses: dict[str, Values] = field(default_factory=dict)
    """The same, where it is no more than a guess."""
    missing: tuple[str, ...] = ()
    """Texts that often mean an empty cell where they stand alone."""
    personal: tuple[str, ...] = ()
    """Words in the headers of columns that hold names, addresses, numbers of people."""


@cache
def read_hints() -> Hints:
    """Read the words that csqa ships.

    Examples
    --------
    >>> read_hints().values["channel"]["小程序"]
    'online'
    """
    content, _ = read_yaml(DEFAULTS / "draft.yml")
    return Hints(
        {name: tuple(map(str, words)) for name, words in content["headers"].items()},
        frozenset(content["too_common"]),
        _lower(content["values"]),
        _lower(content["guesses"]),
        tuple(map(str, content["missing"])),
        tuple(content["personal"]),
    )


def _lower(content: dict[str, dict[object, str | None]]) -> dict[str, Values]:
    return {
        name: {str(theirs).lower(): ours for theirs, ours in values.items()}
        for name, values in content.items()
    }

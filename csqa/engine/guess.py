"""Which header is most likely which of our columns: by its name, and by what stands below it."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from csqa.columntypes import CHOICE, FLAG, INTEGER, NUMBER, TIME, Column, Table
from csqa.engine.headers import normalise_header
from csqa.engine.profile import Profile
from csqa.rules.hints import Hints

KNOWN, HINTED, PARTLY, BY_CONTENT = 1.0, 0.9, 0.6, 0.3
"""How likely a match is: a header of ours, one often met, a word in it, only what it holds."""

SURE = 0.85
"""From here on a match is not called unsure."""

FUZZY = 0.8
"""``difflib`` ratio from which two headers are taken for the same but for a slip."""

FEW_VALUES, LONGEST_VALUE = 60, 24
"""A choice has no more values than this, and none longer."""


@dataclass(frozen=True)
class Guess:
    """A header that may be one of our columns."""

    column: Column
    profile: Profile
    likeness: float

    @property
    def sure(self) -> bool:
        """Whether its name says so."""
        return self.likeness >= SURE


def guess_columns(table: Table, profiles: Sequence[Profile], hints: Hints) -> dict[str, Guess]:
    """Find our columns among those of a source; each of theirs is used once.

    Parameters
    ----------
    table : Table
        Which columns to look for.
    profiles : sequence of Profile
        What their columns hold.
    hints : Hints
        Words that headers often have.

    Returns
    -------
    dict of str to Guess
        Our column → the likeliest of theirs, in the order of the table.
    """
    found = [
        Guess(column, profile, likeness)
        for column in table.columns
        for profile in profiles
        if (likeness := _likeness(column, profile, hints)) > 0
    ]
    taken: dict[str, Guess] = {}
    for guess in sorted(found, key=lambda guess: -guess.likeness):
        used = {other.profile.header for other in taken.values()}
        if guess.column.name not in taken and guess.profile.header not in used:
            taken[guess.column.name] = guess
    _fill_required(table, profiles, taken)
    return {name: taken[name] for name in table.names if name in taken}


def _fill_required(table: Table, profiles: Sequence[Profile], taken: dict[str, Guess]) -> None:
    """By content alone: what no name says, but a table cannot do without."""
    for column in table.columns:
        if not column.required or column.name in taken:
            continue
        used = {guess.profile.header for guess in taken.values()}
        free = [profile for profile in profiles if profile.header not in used]
        if column.kind == TIME:
            fitting = [profile for profile in free if profile.is_time]
        elif column.name == table.key[0]:
            fitting = [p for p in free if p.filled == p.distinct == p.rows > 0 and not p.is_time]
        else:
            fitting = []
        if fitting:
            taken[column.name] = Guess(column, fitting[0], BY_CONTENT)


def _likeness(column: Column, profile: Profile, hints: Hints) -> float:
    named = like_name(column, profile.header, hints)
    if not named or not profile.filled:
        return 0
    return named if _can_hold(column, profile, named, hints) else 0


def like_name(column: Column, header: str, hints: Hints) -> float:
    """How likely a header is a column of ours by its name alone, from 0 to 1.

    Examples
    --------
    >>> from csqa.rules.hints import read_hints
    >>> from csqa.schema import CONTACTS
    >>> [
    ...     like_name(CONTACTS.column("agent_id"), header, read_hints())
    ...     for header in ("客服工号", "assignee_id", "当前处理人姓名", "颜色")
    ... ]
    [1.0, 0.9, 0.6, 0]
    """
    plain = _plain(header)
    own = [_plain(name) for name in (column.name, column.zh, *column.aliases)]
    words = hints.headers.get(column.name, ())
    if plain in own:
        return KNOWN
    for place, word in enumerate(words):
        if plain == _plain(word):
            return HINTED - place / 1_000
    telling = [w for w in (*column.aliases, column.zh, *words) if w not in hints.too_common]
    if any(_contains(header, word) for word in telling):
        return PARTLY
    ratios = (difflib.SequenceMatcher(None, plain, _plain(w)).ratio() for w in (*own, *words))
    best = max(ratios, default=0.0)
    return PARTLY * best if best >= FUZZY else 0


def _plain(header: str) -> str:
    """A header without its unit: that of a duration is told apart."""
    bare = re.sub(r"[(\[【〔（].*?[)\]】〕）]", "", unicodedata.normalize("NFKC", header))
    return normalise_header(bare or header)


def _contains(header: str, word: str) -> bool:
    """Whether a word stands in a header: between others if it is of letters, anywhere if not."""
    if len(word) < 2:
        return False
    if not word.isascii():
        return _plain(word) in _plain(header)
    words = "_".join(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", header).lower()))
    wanted = "_".join(re.findall(r"[a-z0-9]+", word.lower()))
    return f"_{wanted}_" in f"_{words}_"


def _can_hold(column: Column, profile: Profile, named: float, hints: Hints) -> bool:
    """Whether the cells can be of the column's kind."""
    if column.kind == TIME:
        return profile.is_time
    if profile.is_time and not profile.mostly(profile.numbers):
        return False
    if column.kind in (CHOICE, FLAG) and any(
        _contains(profile.header, word) for word in hints.personal
    ):
        return False
    if column.kind == CHOICE:
        few = profile.distinct <= FEW_VALUES and profile.longest <= LONGEST_VALUE
        return few and not profile.mostly(profile.personal)
    if column.kind == FLAG:
        told = bool(hints.values.get(column.name)) and profile.distinct <= FEW_VALUES
        return (profile.mostly(profile.flags) and profile.distinct <= FEW_VALUES) or told
    if column.kind in (NUMBER, INTEGER):
        return _can_measure(column, profile, hints)
    return named >= PARTLY


def _can_measure(column: Column, profile: Profile, hints: Hints) -> bool:
    """Whether cells can be numbers of the column, within its bounds."""
    if column.name.endswith("_seconds"):
        return profile.mostly(profile.numbers + profile.durations + profile.clocks)
    if not profile.mostly(profile.numbers):
        return bool(hints.values.get(column.name)) and profile.distinct <= FEW_VALUES
    low = -1e9 if column.minimum is None else column.minimum
    high = 1e9 if column.maximum is None else column.maximum
    return low <= profile.low and profile.high <= high

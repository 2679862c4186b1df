"""What can go wrong, one class per cause.

Three errors, all of them :class:`ValueError` too. The command line turns each
into one message and an exit code: :class:`RuleError` 2 (wrong use), :class:`DataError` 3,
:class:`ReportError` 4.
"""

from collections.abc import Sequence


class CsqaError(ValueError):
    """Base of all errors that csqa raises on purpose."""


class DataError(CsqaError):
    """The data cannot be used: which file, row or column, what was allowed, what was found."""


class RuleError(CsqaError):
    """A rule file or an argument is wrong: which one, what was allowed, what was found."""


class ReportError(CsqaError):
    """A report could not be made; the last good one is untouched."""


def check_option(name: str, value: object, allowed: Sequence[object]) -> None:
    """Refuse an option that is not one of those allowed.

    Raises
    ------
    RuleError
        Naming the argument, what was allowed and what was found.

    Examples
    --------
    >>> check_option("every", "month", ["month", "quarter"])
    >>> check_option("every", "fortnight", ["month", "quarter"])
    Traceback (most recent call last):
        ...
    csqa.errors.RuleError: `every` 应为 'month', 'quarter' 之一，而不是 'fortnight'。
    """
    if value not in allowed:
        raise RuleError(
            f"`{name}` 应为 {', '.join(map(repr, allowed))} 之一，而不是 {value!r}。"  # noqa: EM102
        )

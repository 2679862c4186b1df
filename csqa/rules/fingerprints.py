"""Fingerprint of what a rule says, not of the file: comments and order change nothing."""

import hashlib
import json
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from csqa.rules.expressions import Expression


def fingerprint_of(value: Any) -> str:
    """Return the SHA-256 of the content of a frozen value of the rules.

    Parameters
    ----------
    value : dataclass
        Its fields are values, tuples and dataclasses; those equal to their default do not
        count, so that a later csqa that knows more settings gives the fingerprint of today.

    Returns
    -------
    str
        64 hexadecimal digits; the same whatever the order of what has a name.

    Examples
    --------
    >>> from csqa.rules.standard import Line
    >>> scene, peak = ("scene", "aftersale"), ("peak", True)
    >>> one, other = Line((scene, peak), 45.0), Line((peak, scene), 45.0)
    >>> fingerprint_of(one) == fingerprint_of(other) != fingerprint_of(Line((peak,), 45.0))
    True
    """
    return hashlib.sha256(_write(_content(value)).encode()).hexdigest()


def _write(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _content(value: Any) -> Any:
    if isinstance(value, Expression):
        return value.text  # what csqa makes of it is not what the user said
    if is_dataclass(value):
        told = (one for one in fields(value) if not _is_default(value, one))
        return {one.name: _content(getattr(value, one.name)) for one in told}
    if isinstance(value, tuple):
        listed = [_content(one) for one in value]
        # A pair of name and value has an order; what is found by its name has none.
        named = all(isinstance(one, list | dict) for one in listed)
        return sorted(listed, key=_write) if named else listed
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)  # 30 and 30.0 are one target
    return value if isinstance(value, str | bool | None) else str(value)


def _is_default(value: Any, field: "Field[Any]") -> bool:
    return field.default is not MISSING and getattr(value, field.name) == field.default

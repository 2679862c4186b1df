r"""Hide what names a person in what customers wrote, before it is shown.

Rather too much than too little: a long number is hidden although it may be an order's. Names and
postal addresses are not found.
"""

import re

import pandas as pd

_GAP = r"[\s\-－]?"

PATTERNS = (
    # The mail first: its name may be a phone number.
    ("[邮箱]", r"[A-Za-z0-9_.+\-]+\s?[@＠]\s?[A-Za-z0-9\-]+(?:[.．][A-Za-z0-9\-]+)+"),
    ("[证件号]", rf"(?<!\d)\d{{6}}{_GAP}(?:1[89]|20)\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXxＸｘ]"),
    ("[卡号]", r"(?<!\d)\d(?:[\s\-－]?\d){15,18}(?!\d)"),
    ("[手机号]", rf"(?<!\d)(?:[+＋]?86{_GAP})?[1１][3-9３-９]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"),
    ("[电话]", rf"(?<!\d)(?:0\d{{2,3}}{_GAP}\d{{7,8}}|400{_GAP}\d{{3}}{_GAP}\d{{4}})(?!\d)"),
    ("[长号码]", r"(?<!\d)\d{11,}(?!\d)"),
)
"""What is written instead, and what is found; the digits may be full-width ones."""

_COMPILED = tuple((label, re.compile(pattern)) for label, pattern in PATTERNS)


def mask_personal(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Hide mail addresses, phone, identity and card numbers in texts.

    Parameters
    ----------
    texts : Series of str
        Messages; NA stays.

    Returns
    -------
    Series of str
        With ``[手机号]``, ``[邮箱]``, ``[证件号]``, ``[卡号]``, ``[电话]``, ``[长号码]`` instead.

    Examples
    --------
    >>> texts = pd.Series(["打13812345678找我", "li.wei@example.com", "单号 20250601 共 2 件"])
    >>> mask_personal(texts).tolist()
    ['打[手机号]找我', '[邮箱]', '单号 20250601 共 2 件']
    """
    for label, pattern in _COMPILED:
        texts = texts.str.replace(pattern, label, regex=True)
    return texts

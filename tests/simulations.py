"""How often simulations draw: enough to notice what is wrong in everyday runs, all if asked to.

``CSQA_ALL_DRAWS=1 python -m pytest …`` draws as often as when the figures in the documents and in
the tests' docstrings were measured.
"""

import os

ALL = os.environ.get("CSQA_ALL_DRAWS") == "1"


def draws(measured: int, everyday: int) -> int:
    """How many draws to take: as many as were measured, or the fewer of everyday."""
    return measured if ALL else everyday

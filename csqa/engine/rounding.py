"""Rounding that adds up: parts of a sum, written with few decimals, still make the sum."""

import math
from collections.abc import Sequence

from csqa import words


def round_parts(
    points: Sequence[float], total: float, digits: int = 1
) -> tuple[list[float], float]:
    """Round parts and their total to so many decimals that the parts still add up to it.

    Each part goes to the step below or above it, by largest remainder; the first of equals.

    Examples
    --------
    >>> round_parts([0.34, 0.33, 0.33, -0.25], 0.75)
    ([0.4, 0.3, 0.3, -0.2], 0.8)
    >>> round_parts([0.333, 0.333, 0.334], 1.0, 2)
    ([0.33, 0.33, 0.34], 1.0)
    """
    scale = 10**digits
    aim = round(float(words.round_half_up(total, digits).replace(",", "")) * scale)
    # Noise of the last bits is no remainder: 0.7 × 10 is 7.
    steps = [round(point * scale, 9) for point in points]
    floors = [math.floor(step) for step in steps]
    remainders = [step - floor for step, floor in zip(steps, floors, strict=True)]
    first = sorted(range(len(points)), key=lambda place: -remainders[place])
    raised = set(first[: aim - sum(floors)])
    rounded = [(floor + (place in raised)) / scale for place, floor in enumerate(floors)]
    return rounded, aim / scale

"""How often the interval of a shrunken share holds the truth, and a high chance comes true.

``python -m benchmarks.shrunken_coverage [--quick]`` makes months of 6, 20 and 60 agents with 20 to
200 contacts each, whose true shares are Beta with a mean of 50 or 88 % and a weight of 20, 60 or
200 contacts, and asks :func:`csqa.stats.shrink_proportions`. ``held`` is the share of agents whose
95 % interval holds their true share; ``true`` is the share of those said to be below the mean with
a probability of over 95 % who are. ``far`` is an agent at 70 % among 19 around 90 %.
"""

import argparse

import numpy as np

from csqa import stats

AGENTS, MEANS, WEIGHTS = (6, 20, 60), (0.5, 0.88), (20, 60, 200)
MONTHS, QUICK_MONTHS = 200, 10
FAR_MONTHS, QUICK_FAR_MONTHS = 2000, 20
SURE = 0.95


def cover(
    rng: np.random.Generator, agents: int, mean: float, weight: float, months: int
) -> tuple[float, float]:
    """Share of agents whose interval holds the truth, and share of high chances that are true."""
    held, true = [], []
    for _ in range(months):
        n = rng.integers(20, 201, agents)
        share = rng.beta(mean * weight, (1 - mean) * weight, agents)
        units = stats.shrink_proportions(rng.binomial(n, share), n)
        lower, upper = units.interval()
        held += list((lower <= share) & (share <= upper))
        true += list((share < mean)[units.chance_below(mean) > SURE])
    return float(np.mean(held)), float(np.mean(true)) if true else np.nan


def cover_far(rng: np.random.Generator, months: int) -> float:
    """Share of months in which the interval of an agent at 70 % among 19 around 90 % holds it."""
    held = 0
    for _ in range(months):
        share = np.append(rng.beta(90, 10, 19), 0.7)
        lower, upper = stats.shrink_proportions(rng.binomial(100, share), 100).interval()
        held += int(lower[-1] <= share[-1] <= upper[-1])
    return held / months


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer months")
    quick = parser.parse_args().quick
    rng = np.random.default_rng(11)
    print("agents  mean  weight   held   true")
    for agents in AGENTS:
        for mean in MEANS:
            for weight in WEIGHTS:
                months = QUICK_MONTHS if quick else MONTHS
                held, true = cover(rng, agents, mean, weight, months)
                print(f"{agents:6}  {mean:4.2f}  {weight:6}  {held:5.3f}  {true:5.3f}")
    print(f"far     {cover_far(rng, QUICK_FAR_MONTHS if quick else FAR_MONTHS):.3f}")


if __name__ == "__main__":
    main()

"""How far shares of causes are off, as rules find them and as an audit corrects them.

``python -m benchmarks.cause_shares [DATA] [--quick]`` prints

* by simulation, how often the 95 % interval of :func:`csqa.stats.corrected_share` holds the truth,
  for shares of 2 to 40 %, a rule that finds half, and 50, 100 and 200 of 600 cases audited; beside
  it that of a percentile bootstrap, which has no width where the audit found no disagreement;
* on the labelled complaints of a folder of real data (``labels/complaint_causes.csv``; default
  ``../shared/data``) the mean distance in points between the share of a bone and the truth: as the
  shipped causes find it, and corrected by audits of 50, 100 and 200. The labels are tried as the
  whole of the cases, and resampled to ten times as many: an audit of most of the cases would
  otherwise look better than one of few among many.

Without the folder only the simulation runs, and that is said.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import csqa
from benchmarks.causes import BONES, find_bones, read_labels

SHARES = (0.02, 0.05, 0.1, 0.2, 0.4)
AUDITS = (50, 100, 200)
CASES, RECALL, PRECISION = 600, 0.5, 0.85
ROUNDS, QUICK_ROUNDS = 2000, 100
RESAMPLES = 400
TIMES = 10
SEED = 7

Flags = NDArray[np.bool_]


def simulate(share: float, audited: int, rounds: int) -> dict[str, float]:
    """How often intervals hold the truth, for one share and size of audit."""
    rng = np.random.default_rng(SEED)
    true = rng.random((rounds, CASES)) < share
    wrong = share * RECALL * (1 / PRECISION - 1) / (1 - share)
    rule = np.where(true, rng.random(true.shape) < RECALL, rng.random(true.shape) < wrong)
    gaps = true[:, :audited].astype(int) - rule[:, :audited]
    missed, false = (gaps > 0).sum(axis=1), (gaps < 0).sum(axis=1)
    truth, counted = true.mean(axis=1), rule.sum(axis=1)
    found, lower, upper = csqa.stats.corrected_share(counted, CASES, missed, false, audited)
    low, high = _bootstrap(missed, false, audited, rng)
    raw = counted / CASES
    return {
        "share": share,
        "audited": audited,
        "holds": np.mean((lower <= truth) & (truth <= upper)),
        "width": np.mean(upper - lower),
        "bootstrap_holds": np.mean((raw + low <= truth) & (truth <= raw + high)),
        "no_disagreement": np.mean(missed + false == 0),
        "raw_error": np.abs(raw - truth).mean() * 100,
        "corrected_error": np.abs(found - truth).mean() * 100,
    }


def _bootstrap(
    missed: NDArray[np.int_], false: NDArray[np.int_], n: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    chances = np.stack([missed, false, n - missed - false], axis=1) / n
    drawn = rng.multinomial(n, chances, (RESAMPLES, len(chances)))
    ends = np.quantile((drawn[..., 0] - drawn[..., 1]) / n, [0.025, 0.975], axis=0)
    return ends[0], ends[1]


def try_audits(true: Flags, rule: Flags, audited: int, rounds: int) -> dict[str, float]:
    """Errors in points over bones and audits drawn at random; ``true`` is cases × bones."""
    rng = np.random.default_rng(SEED)
    cases, truth, counted = len(true), true.mean(axis=0), rule.sum(axis=0)
    errors, held = [], []
    for _ in range(rounds):
        picked = rng.permutation(cases)[:audited]
        gaps = true[picked].astype(int) - rule[picked]
        found, lower, upper = csqa.stats.corrected_share(
            counted, cases, (gaps > 0).sum(axis=0), (gaps < 0).sum(axis=0), audited
        )
        errors.append(np.abs(found - truth).mean())
        held.append(np.mean((lower <= truth) & (truth <= upper)))
    return {
        "cases": cases,
        "audited": audited,
        "raw_error": np.abs(counted / cases - truth).mean() * 100,
        "corrected_error": np.mean(errors) * 100,
        "holds": np.mean(held),
    }


def try_labels(labels: pd.DataFrame, rounds: int) -> pd.DataFrame:
    """Audits of the labelled complaints: all, those the causes never saw, and resampled."""
    found = find_bones(labels["text"])
    true, rule = (
        np.array([[bone in bones for bone in BONES] for bones in column])
        for column in (labels["bones"], found)
    )
    held_out = (labels["half"] == "held out").to_numpy()
    rows = []
    for name, part in (("all", np.ones(len(labels), dtype=bool)), ("held out", held_out)):
        own, own_rule = true[part], rule[part]
        again = np.random.default_rng(SEED).integers(0, len(own), TIMES * len(own))
        for one, other in ((own, own_rule), (own[again], own_rule[again])):
            sizes = [size for size in AUDITS if size < len(one)]
            rows += [{"labels": name} | try_audits(one, other, size, rounds) for size in sizes]
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it works")
    options = parser.parse_args()
    rounds = QUICK_ROUNDS if options.quick else ROUNDS
    simulated = [simulate(share, size, rounds) for share in SHARES for size in AUDITS]
    print(pd.DataFrame(simulated).round(3).to_string(index=False))
    if options.data.is_dir():
        print(try_labels(read_labels(options.data), rounds).round(3).to_string(index=False))
    else:
        print(f"{options.data} is not there: nothing is measured against real labels")


if __name__ == "__main__":
    main()

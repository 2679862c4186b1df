"""What the intervals of agreement cover, who is wrongly called strict, and how long it takes.

``python -m benchmarks.agreement [--quick]`` simulates inspectors who are right with a known
probability. The truth is the coefficient over 400,000 records; covered is how many of the
intervals from few records hold it. Then teams of inspectors of whom none, or one, is strict; and
the time of :func:`csqa.measure_agreement` on many judgements.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import csqa
from csqa import stats

ROUNDS, QUICK_ROUNDS = 1000, 50
TEAMS, QUICK_TEAMS = 60, 5
RECORDS, QUICK_RECORDS = 50_000, 500
ITEMS, INSPECTORS = 10, 6
TRUTH = 400_000
SIZES = (20, 60, 200)
CASES = {"20 % fail": (0.2, 0.9), "3 % fail": (0.03, 0.97)}
"""Share that truly fails, and how often an inspector is right."""

COEFFICIENTS: dict[str, Callable[[np.ndarray], stats.Agreement]] = {
    "raw": stats.raw_agreement,
    "alpha": lambda x: stats.krippendorff_alpha(x, resamples=500),
    "kappa": lambda x: stats.cohen_kappa(*x.T),
    "fleiss": lambda x: stats.fleiss_kappa(x, [0, 1]),
    "AC1": lambda x: stats.gwet_ac1(x, [0, 1]),
}


def judge(rng: np.random.Generator, n: int, failed: float, right: float) -> np.ndarray:
    """Two inspectors' verdicts on n records: 1 failed, 0 passed."""
    truth = rng.random(n) < failed
    return np.stack([truth ^ (rng.random(n) > right) for _ in range(2)], axis=1).astype(int)


def cover(rounds: int) -> pd.DataFrame:
    """How often each interval holds the truth; undefined coefficients are counted apart."""
    rng, lines = np.random.default_rng(1), []
    for case, chances in CASES.items():
        many = judge(rng, TRUTH, *chances)
        for n in SIZES:
            samples = [judge(rng, n, *chances) for _ in range(rounds)]
            for name, coefficient in COEFFICIENTS.items():
                truth = coefficient(many).value
                found = [coefficient(sample) for sample in samples]
                told = np.array([not np.isnan(one.lower) for one in found])
                held = np.array([one.lower <= truth <= one.upper for one in found])
                enough = told & np.array([sample.any(axis=1).sum() >= 5 for sample in samples])
                lines.append(
                    {
                        "case": case,
                        "n": n,
                        "coefficient": name,
                        "truth": round(truth, 3),
                        "undefined": round(1 - told.mean(), 3),
                        "covered": round(held[told].mean(), 3),
                        "5 with a fail": round(enough.mean(), 3),
                        "covered then": round(held[enough].mean(), 3) if enough.any() else np.nan,
                    }
                )
    return pd.DataFrame(lines)


def make_data(rng: np.random.Generator, records: int, items: int, strict: float) -> csqa.Dataset:
    """Records judged by two of the inspectors each; the first fails more of what is good."""
    pairs = np.argsort(rng.random((records, INSPECTORS)), axis=1)[:, :2]
    good = rng.random((records, items, 1)) < 0.85
    wrong = 0.05 + strict * (pairs[:, None, :] == 0) * good
    passed = good ^ (rng.random((records, items, 2)) < wrong)
    places = np.indices(passed.shape).reshape(3, -1)
    judged = pd.DataFrame(
        {
            "contact_id": np.char.add("C", places[0].astype(str)),
            "inspector": np.char.add("Q", pairs[places[0], places[2]].astype(str)),
            "item": np.char.add("item ", places[1].astype(str)),
            "result": np.where(passed.ravel(), "pass", "fail"),
        }
    )
    ids = np.char.add("C", np.arange(records).astype(str))
    contacts = pd.DataFrame({"contact_id": ids, "channel": "online"})
    contacts["created_at"] = "2025-06-02 09:00:00"
    return csqa.Dataset.from_frames({"contacts": contacts, "inspections": judged})


def find_strict(teams: int) -> pd.DataFrame:
    """Of 100 double-coded records with five items: who is called stricter or more lenient."""
    rng, lines = np.random.default_rng(2), []
    for strict in (0.0, 0.15, 0.3):
        said = [
            csqa.measure_severity(make_data(rng, 100, 5, strict)).set_index("inspector")
            for _ in range(teams)
        ]
        others = [one.drop("Q0")["verdict"].isin(["stricter", "more_lenient"]) for one in said]
        lines.append(
            {
                "fails more of the good": strict,
                "called stricter": np.mean(
                    [one.loc["Q0", "verdict"] == "stricter" for one in said]
                ),
                "others called stricter or more lenient": np.mean(pd.concat(others)),
            }
        )
    return pd.DataFrame(lines)


def take_time(records: int) -> pd.DataFrame:
    """Seconds of the stages on so many double-coded records."""
    data, lines = make_data(np.random.default_rng(3), records, ITEMS, 0.0), []
    for stage in (csqa.measure_agreement, csqa.measure_severity):
        start = time.perf_counter()
        stage(data)
        seconds = round(time.perf_counter() - start, 1)
        judgements = records * ITEMS * 2
        lines.append({"stage": stage.__name__, "judgements": judgements, "seconds": seconds})
    return pd.DataFrame(lines)


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few rounds only")
    quick = parser.parse_args().quick
    print(cover(QUICK_ROUNDS if quick else ROUNDS).to_string(index=False))
    print(find_strict(QUICK_TEAMS if quick else TEAMS).round(3).to_string(index=False))
    print(take_time(QUICK_RECORDS if quick else RECORDS).to_string(index=False))


if __name__ == "__main__":
    main()

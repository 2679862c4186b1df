"""How good trained taggers are on texts they have not seen, and what training and tagging cost.

``python -m benchmarks.learn [DATA] [--quick]`` reads a folder of real data (default
``../shared/data``) and prints, always for texts that were held out of the training:

* ten kinds of goods by their reviews, seven of them, 9,000 texts, imbalanced: a stand-in for
  complaints in seven classes. Macro-F1, expected calibration error, coverage at 0.7;
* the same as letters of some 700 characters, for what long texts cost;
* kinds of faults in complaints about cars (several per complaint, 50 labelled or more);
* the hand labels ``labels/complaint_causes.csv`` (by bones) and ``labels/chat_sentiment.csv``, in
  halves, beside the rules, averaged over splits;
* seconds per million messages of 21 characters, and megabytes at most.

Seconds are those of the processor, so that others at work on the machine do not count.

Nothing that is trained here is kept.
"""

import argparse
import resource
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import csqa
from csqa.learn.calibration import calibration_error
from csqa.learn.figures import count_hits
from csqa.learn.training import Training

SIZES = {
    "平板": 2400,
    "水果": 1900,
    "洗发水": 1400,
    "衣服": 1200,
    "酒店": 900,
    "计算机": 700,
    "书籍": 500,
}
"""Reviews of each kind of goods."""
HELD_OUT = 3
"""One text in so many is held out."""
LETTER = 700
"""Characters of a letter made of reviews."""
MESSAGE = 21


def read_reviews(folder: Path, divisor: int) -> pd.DataFrame:
    """Reviews of over 20 characters: ``text``, ``label``."""
    with zipfile.ZipFile(folder / "zh_sentiment" / "online_shopping_10_cats.zip") as archive:
        rows = pd.read_csv(archive.open("online_shopping_10_cats.csv")).dropna()
    rows = rows[rows["review"].str.len() > 20].drop_duplicates("review")
    taken = [
        rows[rows["cat"] == name].sample(size // divisor, random_state=1)
        for name, size in SIZES.items()
    ]
    mixed = pd.concat(taken).sample(frac=1, random_state=2, ignore_index=True)
    return mixed[["review", "cat"]].set_axis(["text", "label"], axis=1)


def make_letters(reviews: pd.DataFrame) -> pd.DataFrame:
    """As many letters of each kind as reviews, each of several drawn at random."""
    draws = np.random.default_rng(3)
    by_label = {label: own["text"].tolist() for label, own in reviews.groupby("label")}
    letters = []
    for label in reviews["label"]:
        text = ""
        while len(text) < LETTER:
            text += by_label[label][draws.integers(len(by_label[label]))]
        letters.append(text)
    return reviews.assign(text=letters)


def read_cars(folder: Path) -> pd.DataFrame:
    """Complaints about cars with the first letters of their problem codes: ``text``, ``causes``."""
    parts = []
    for name, columns in (
        ("600", ["id", "desc", "problem"]),
        ("630", ["id", "问题简述", "典型问题"]),
    ):
        path = folder / "car_complaints" / f"car_complain_{name}_gbk.csv"
        part = pd.read_csv(path, encoding="gb18030")
        parts.append(part[columns].set_axis(["id", "text", "codes"], axis=1))
    rows = pd.concat(parts).drop_duplicates("id").dropna()
    codes = rows["codes"].str.findall(r"[A-Z](?=\d)")
    common = pd.Series([code for own in codes for code in set(own)]).value_counts()
    kept = set(common[common >= 50].index)
    joined = ["+".join(sorted(set(own) & kept)) or "none" for own in codes]
    return pd.DataFrame({"text": rows["text"].str.strip(), "causes": joined}).reset_index(drop=True)


def judge_held_out(
    labels: pd.DataFrame, train: Callable[[pd.DataFrame], Training], seed: int = 0
) -> dict[str, Any]:
    """Train on two thirds, and judge on the rest; with the rules' macro-F1 on it if there are."""
    rest = np.random.default_rng(seed).permutation(len(labels)) % HELD_OUT == 0
    started = time.process_time()
    training = train(labels[~rest])
    seconds = time.process_time() - started
    tagger, held = training.tagger, labels[rest]
    own = held.iloc[:, -1].astype("str").map(lambda cell: set(cell.split("+")))
    truths = np.array([[name in cell for name in tagger.names] for cell in own])
    chances = tagger.probabilities(held["text"]).to_numpy()
    tags = replace(tagger, causes=tagger.names).tag(held["text"].tolist())
    told = np.array([[name in {tag[0] for tag in row} for name in tagger.names] for row in tags])
    likeliest, sure = chances.argmax(axis=1), chances.max(axis=1) >= 0.7
    right = truths[np.arange(len(truths)), likeliest]
    single = training.summary["single"]
    pairs = (chances.max(axis=1), right) if single else (chances.ravel(), truths.ravel())
    found = {
        "n": int((~rest).sum()),
        "held_out": int(rest.sum()),
        "macro_f1": _macro(told, truths),
        "ece": calibration_error(*pairs),
        "sure": float(sure.mean()),
        "sure_right": float(right[sure].mean()),
        "seconds": seconds,
    }
    if tagger.rule_hits is not None:
        hits = tagger.rule_hits(held["text"].tolist())
        ruled = np.array([[name in row for name in tagger.names] for row in hits])
        used = [name in tagger.causes for name in tagger.names]
        found["rules"] = _macro(ruled, truths)
        found["together"] = _macro(np.where(used, told, ruled), truths)
    return found


def _macro(told: "np.ndarray[Any, Any]", truths: "np.ndarray[Any, Any]") -> float:
    return float(np.nan_to_num(count_hits(told, truths).f1).mean())


def measure_speed(reviews: pd.DataFrame, messages: int) -> float:
    """Seconds per million messages, spans and probabilities of all tags with them."""
    tagger = csqa.train_causes(reviews).tagger
    joined = "".join(reviews["text"])
    starts = np.random.default_rng(4).integers(0, len(joined) - MESSAGE, messages)
    texts = [joined[start : start + MESSAGE] for start in starts]
    started = time.process_time()
    tagger.tag(texts)
    return (time.process_time() - started) * 1e6 / messages


def _tell(name: str, found: list[dict[str, Any]]) -> None:
    table = pd.DataFrame(found).mean()
    told = [f"{key} {value:,.0f}" for key, value in table.items() if key in ("n", "held_out")]
    told += [f"{key} {value:.3f}" for key, value in table.items() if key not in ("n", "held_out")]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{name}: {', '.join(told)}; peak so far {peak:,.0f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--quick", action="store_true", help="a sixth of the reviews, two splits")
    options = parser.parse_args()
    if find_spec("sklearn") is None:
        print('left out: scikit-learn is not installed (pip install "csqa[learn]")')
        return
    if not options.data.is_dir():
        print(f"left out: no folder {options.data}")
        return
    splits = range(2 if options.quick else 10)
    reviews = read_reviews(options.data, 6 if options.quick else 1)
    _tell("reviews, 7 classes", [judge_held_out(reviews, csqa.train_causes)])
    _tell("letters, 7 classes", [judge_held_out(make_letters(reviews), csqa.train_causes)])
    cars = read_cars(options.data)
    _tell("cars", [judge_held_out(cars, csqa.train_causes, seed) for seed in splits])
    for name, train in (("causes", csqa.train_causes), ("sentiment", csqa.train_sentiment)):
        file = "complaint_causes.csv" if name == "causes" else "chat_sentiment.csv"
        labels = pd.read_csv(options.data / "labels" / file, encoding="utf-8-sig")
        labels = labels[["text", labels.columns[-1]]]
        if name == "sentiment":
            words = {-1: "negative", 0: "neutral", 1: "positive"}
            labels = labels.assign(sentiment=labels["sentiment"].map(words))
        _tell(name, [judge_held_out(labels, train, seed) for seed in splits])
    seconds = measure_speed(reviews, 100_000 if options.quick else 1_000_000)
    print(f"tagging: {seconds:.1f} s per million messages of {MESSAGE} characters")


if __name__ == "__main__":
    main()

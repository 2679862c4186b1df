"""What the shipped sentiment lexicon reaches on real texts, and what it costs.

``python -m benchmarks.sentiment [DATA] [--quick]`` reads a folder of real data (default
``../shared/data``) and prints:

* accuracy and macro-F1 over negative, neutral, positive against ``labels/chat_sentiment.csv``, on
  the half that the lexicon was developed on (every other label) and on the other half;
* how the mean and the end of conversations correlate with the annotators' satisfaction
  (``jddc_satisfaction``), on the dialogues it was developed on (``valid``) and on the others
  (``test``): over all turns, and over those that were annotated (all but the first three);
* accuracy and macro-F1 on reviews that are positive or negative (``zh_sentiment``): a stated
  figure; the lexicon is written for service, and a neutral verdict counts as wrong;
* processor seconds per million messages, drawn from real chat and joined to 21 characters.
"""

import argparse
import random
import time
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

import csqa
from csqa.engine.clean_text import clean_texts
from csqa.engine.sentiment_blocks import Rater

HALVES = {"developed": 0, "held out": 1}
"""Every other label, from the first or the second on."""

PARTS = {"developed": "valid", "held out": "test"}
CHARACTERS = 21
BLOCK = 20_000
REVIEWS = 3_000
"""Reviews of each file that are read, by a fixed seed."""


def score_classes(truth: np.ndarray, found: np.ndarray, classes: tuple[int, ...]) -> dict:
    """Accuracy, F1 of each class and their mean."""
    f1 = {}
    for one in classes:
        both = ((truth == one) & (found == one)).sum()
        f1[one] = 2 * both / max((truth == one).sum() + (found == one).sum(), 1)
    names = {-1: "negative_f1", 0: "neutral_f1", 1: "positive_f1"}
    named = {names[one]: value for one, value in f1.items()}
    return {
        "n": len(truth),
        "accuracy": (truth == found).mean(),
        "macro_f1": sum(f1.values()) / len(f1),
        **named,
    }


def measure_labels(folder: Path) -> pd.DataFrame:
    """Macro-F1 on labelled messages, by half."""
    labels = pd.read_csv(folder / "labels" / "chat_sentiment.csv", encoding="utf-8-sig")
    rows = []
    for half, first in HALVES.items():
        own = labels.iloc[first::2]
        found = csqa.rate_sentiment(own)["polarity"].to_numpy()
        scored = score_classes(own["sentiment"].to_numpy(), found, (-1, 0, 1))
        rows.append({"half": half, **scored})
    return pd.DataFrame(rows)


def read_dialogues(folder: Path) -> pd.DataFrame:
    """Turns of users with satisfaction and the rating of the whole dialogue."""
    turns, dialogues = (
        folder / "jddc_satisfaction" / f"{name}.parquet" for name in ("turns", "dialogues")
    )
    return duckdb.sql(
        f"SELECT t.dialogue_id AS contact_id, t.turn AS seq, 'customer' AS sender,"
        f" t.user_text AS text, CAST(t.satisfaction AS DOUBLE) AS satisfaction,"
        f" CAST(d.overall_satisfaction AS DOUBLE) AS overall"
        f" FROM '{turns}' t JOIN '{dialogues}' d USING (dialogue_id) ORDER BY 1, 2"
    ).df()


def measure_dialogues(folder: Path) -> pd.DataFrame:
    """Correlations of conversations with satisfaction, by part."""
    turns = read_dialogues(folder)
    rows = []
    for half, part in PARTS.items():
        own = turns[turns["contact_id"].str.startswith(part)]
        rated = own[own["satisfaction"].notna()]
        truth = rated.groupby("contact_id")["satisfaction"].mean()
        overall = own.groupby("contact_id")["overall"].first()
        whole, late = (
            csqa.measure_sentiment(one.drop(columns=["satisfaction", "overall"])).set_index(
                "contact_id"
            )
            for one in (own, rated)
        )
        rows.append(
            {
                "part": half,
                "dialogues": len(truth),
                "mean_of_rated_turns": late["mean"].corr(truth),
                "mean_of_all_turns": whole["mean"].corr(truth),
                "end_level": whole["end_level"].corr(truth),
                "change": whole["change"].corr(truth),
                "mean_with_overall": whole["mean"].corr(overall),
            }
        )
    return pd.DataFrame(rows)


def read_reviews(folder: Path) -> dict[str, pd.DataFrame]:
    """Reviews: ``label`` 1 or 0, ``review``."""
    found = {
        name: pd.read_csv(folder / "zh_sentiment" / f"{file}.csv", encoding="utf-8-sig")
        for name, file in (("hotel", "ChnSentiCorp_htl_all"), ("take-away", "waimai_10k"))
    }
    with zipfile.ZipFile(folder / "zh_sentiment" / "online_shopping_10_cats.zip") as whole:
        name = next(one for one in whole.namelist() if one.endswith(".csv"))
        with whole.open(name) as file:
            found["shopping"] = pd.read_csv(file, encoding="utf-8-sig")
    return {name: rows.dropna(subset=["review"]) for name, rows in found.items()}


def measure_reviews(folder: Path, most: int = REVIEWS) -> pd.DataFrame:
    """Accuracy on reviews, neutral verdicts counted as wrong, and where it is not neutral."""
    rows = []
    for name, reviews in read_reviews(folder).items():
        own = reviews.sample(min(most, len(reviews)), random_state=7)
        truth = np.where(own["label"] == 1, 1, -1)
        found = csqa.rate_sentiment(own["review"])["polarity"].to_numpy()
        told = found != 0
        scored = score_classes(truth, found, (-1, 1))
        rows.append(
            {
                "reviews": name,
                **scored,
                "told": told.mean(),
                "right_where_told": (truth == found)[told].mean(),
            }
        )
    return pd.DataFrame(rows)


def read_chat(folder: Path) -> list[str]:
    """Customers' messages of real chat."""
    lines = (folder / "jddc_raw" / "chat_0.1per.txt").read_text("utf-8").splitlines()
    cells = [line.split("\t") for line in lines]
    return [row[6] for row in cells if len(row) > 6 and row[2] == "0" and row[6].strip()]


def make_messages(chat: list[str], count: int) -> list[str]:
    """Messages drawn by a fixed seed; short ones joined so that they have 21 characters on mean."""
    draw = random.Random(3)
    mean = sum(map(len, chat)) / len(chat)
    twice = max(CHARACTERS - mean, 0) / mean
    made = []
    for _ in range(count):
        text = draw.choice(chat)
        made.append(f"{text} {draw.choice(chat)}" if draw.random() < twice else text)
    return made


def measure_cost(folder: Path, count: int) -> pd.DataFrame:
    """Processor seconds per million messages."""
    texts = make_messages(read_chat(folder), count)
    rater = Rater(csqa.read_sentiment())
    began = time.process_time()
    for start in range(0, count, BLOCK):
        rater.rate(clean_texts(texts[start : start + BLOCK]))
    seconds = time.process_time() - began
    return pd.DataFrame(
        {
            "messages": [count],
            "characters": [sum(map(len, texts)) / count],
            "seconds_per_million": [seconds * 1e6 / count],
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--quick", action="store_true", help="fewer reviews and messages")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data} is not there: nothing is measured without real messages")
        return
    reviews, messages = (500, 20_000) if options.quick else (REVIEWS, 200_000)
    print("Chat messages against labels:")
    print(measure_labels(options.data).round(3).to_string(index=False))
    print("\nConversations against annotators' satisfaction (Pearson):")
    print(measure_dialogues(options.data).round(3).to_string(index=False))
    print("\nReviews, positive or negative:")
    print(measure_reviews(options.data, reviews).round(3).to_string(index=False))
    print("\nCost on one core:")
    print(measure_cost(options.data, messages).round(1).to_string(index=False))


if __name__ == "__main__":
    main()

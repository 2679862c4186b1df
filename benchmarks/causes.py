"""How well the shipped causes find what a person marked, what they find in praise, how fast.

``python -m benchmarks.causes [DATA] [--quick]`` reads the labelled complaints of a folder of real
data (``labels/complaint_causes.csv``; default ``../shared/data``) and prints:

* precision, recall and F1 by bone against the labels, on the half that the causes were developed
  on and on the other half (a split by a hash of the text), over all evidence and, as the labels
  know no ``environment``, over the bones that they use; macro-F1 over bones with five labels;
* the share of unlabelled reviews, negative and positive, in which anything is found
  (``zh_sentiment/online_shopping_10_cats.zip``), and in customers' chat (``jddc_raw``);
* seconds of processor time for a million chat messages, generated and real.

Without the folder only the speed on generated messages is measured, and that is said.
"""

import argparse
import hashlib
import resource
import zipfile
from pathlib import Path
from time import process_time

import pandas as pd

import csqa
from benchmarks.text import make_messages
from csqa.engine.cause_scan import scan_texts

FEWEST_LABELS = 5
"""Of a bone: with fewer, its F1 says nothing."""

BONES = ("people", "process", "policy", "product", "system", "information")
"""Those that the labels use."""

MESSAGES, QUICK_MESSAGES = 1_000_000, 20_000
REVIEWS, QUICK_REVIEWS = 4_000, 500
SEED = 7


def read_labels(folder: Path) -> pd.DataFrame:
    """Labelled complaints: ``text``, ``bones`` (a set) and ``half``."""
    rows = pd.read_csv(folder / "labels" / "complaint_causes.csv", encoding="utf-8-sig")
    labels = [frozenset(one.split("+")) - {"none"} for one in rows["causes"]]
    halves = ["developed" if _hash(text) % 2 == 0 else "held out" for text in rows["text"]]
    return pd.DataFrame({"text": rows["text"], "bones": labels, "half": halves})


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def find_bones(texts: pd.Series) -> list[frozenset[str]]:
    """The bones that the shipped causes find in each text."""
    table = pd.DataFrame({"case_id": range(len(texts)), "text": texts.to_numpy()})
    found = csqa.tag_causes(table)
    found = found[found["kind"] != "none"]
    by_case = found.groupby(found["case_id"].astype(int))["bone"].agg(frozenset)
    return [by_case.get(case, frozenset()) for case in range(len(texts))]


def measure_bones(labels: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall and F1 by half and bone."""
    judged = labels.assign(found=find_bones(labels["text"]))
    rows = []
    for half, own in judged.groupby("half"):
        for bone in (*BONES, "environment"):
            marked = own["bones"].map(lambda bones, bone=bone: bone in bones)
            hit = own["found"].map(lambda bones, bone=bone: bone in bones)
            right, hits, wanted = int((marked & hit).sum()), int(hit.sum()), int(marked.sum())
            rows.append(
                {"half": half, "bone": bone, "labels": wanted, "hits": hits, "right": right}
            )
    table = pd.DataFrame(rows)
    precision, recall = table["right"] / table["hits"], table["right"] / table["labels"]
    f1 = 2 * table["right"] / (table["hits"] + table["labels"])
    return table.assign(precision=precision, recall=recall, f1=f1)


def sum_up(by_bone: pd.DataFrame) -> pd.DataFrame:
    """One row per half: precision with its Wilson interval, recall, macro-F1."""
    rows = []
    for half, own in by_bone.groupby("half"):
        for which, part in (("all", own), ("labels' bones", own[own["bone"].isin(BONES)])):
            right, hits, wanted = part[["right", "hits", "labels"]].sum()
            lower, upper = csqa.stats.wilson(right, hits)
            enough = part[part["labels"] >= FEWEST_LABELS]
            rows.append(
                {
                    "half": half,
                    "bones": which,
                    "hits": int(hits),
                    "precision": right / hits,
                    "interval": f"{lower:.3f}-{upper:.3f}",
                    "recall": right / wanted,
                    "macro_f1": enough["f1"].mean(),
                }
            )
    return pd.DataFrame(rows)


def read_reviews(folder: Path, count: int) -> pd.DataFrame:
    """Unlabelled shopping reviews: ``negative`` (bool) and ``text``; a draw by a fixed seed."""
    path = folder / "zh_sentiment" / "online_shopping_10_cats.zip"
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as file:
        rows = pd.read_csv(file, encoding="utf-8-sig").dropna()
    drawn = rows.sample(count, random_state=SEED)
    return pd.DataFrame({"negative": drawn["label"] == 0, "text": drawn["review"]})


def read_chat(folder: Path) -> list[str]:
    """What customers and agents wrote in real chat."""
    lines = (folder / "jddc_raw" / "chat_0.1per.txt").read_text("utf-8").splitlines()
    return [line.split("\t")[6] for line in lines if line.count("\t") >= 6]


def measure_speed(texts: list[str], name: str) -> dict[str, object]:
    """Seconds of processor time for a million of such texts."""
    began = process_time()
    found = scan_texts(texts)
    seconds = process_time() - began
    return {
        "texts": name,
        "count": len(texts),
        "mean_characters": round(sum(map(len, texts)) / len(texts), 1),
        "tagged": round(sum(map(bool, found)) / len(texts), 3),
        "seconds_per_million": round(seconds * 1e6 / len(texts), 1),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--quick", action="store_true", help="few texts, to see that it works")
    options = parser.parse_args()
    messages = make_messages(QUICK_MESSAGES if options.quick else MESSAGES)["text"].tolist()
    speeds = [measure_speed(messages, "generated")]
    if options.data.is_dir():
        by_bone = measure_bones(read_labels(options.data))
        print(by_bone.round(3).to_string(index=False))
        print(sum_up(by_bone).round(3).to_string(index=False))
        count = QUICK_REVIEWS if options.quick else REVIEWS
        reviews = read_reviews(options.data, count)
        tagged = reviews.assign(tagged=[bool(hits) for hits in scan_texts(list(reviews["text"]))])
        print(tagged.groupby("negative")["tagged"].mean().round(3).to_string())
        speeds.append(measure_speed(read_chat(options.data), "real chat"))
    else:
        print(f"{options.data} is not there: nothing is measured against real labels")
    print(pd.DataFrame(speeds).to_string(index=False))


if __name__ == "__main__":
    main()

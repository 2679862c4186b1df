"""How well the shipped phrase rules find what a person marked, and what they find in real chat.

``python -m benchmarks.phrases [DATA]`` reads the labelled messages and the chats of a folder of
real data (``labels/forbidden_phrases.csv``, ``jddc_raw/chat_0.1per.txt``; default
``../shared/data``) and prints:

* precision and recall of the forbidden wordings against ``refusal_or_ignorance``, with Wilson
  intervals, on the half that the rules were developed on and on the other half (a split by a fixed
  seed), and how often severity agrees with ``bare_refusal``;
* the share of sessions with an opening and a closing: in the exact wording of the guide (G2), as
  families within the position, and where nothing was owed;
* what each rule finds per 100 sessions.
"""

import argparse
import random
from pathlib import Path

import pandas as pd

import csqa

SEED = 6
"""Of the split in halves; the rules were written on the first one."""

OPENING, CLOSING = "您好，很高兴为您服务", "请问还有其他可以帮您的吗"
"""The guide's own wordings (G2)."""


def read_labels(folder: Path) -> pd.DataFrame:
    """Labelled agents' messages: ``text``, ``refused`` and ``bare`` (bool), ``half``."""
    rows = pd.read_csv(folder / "labels" / "forbidden_phrases.csv", encoding="utf-8-sig")
    order = list(range(len(rows)))
    random.Random(SEED).shuffle(order)
    own = set(order[: len(rows) // 2])
    return pd.DataFrame(
        {
            "text": rows["text"],
            "refused": rows["refusal_or_ignorance"] == 1,
            "bare": rows["bare_refusal"] == 1,
            "half": ["developed" if place in own else "held out" for place in rows.index],
        }
    )


def judge_labels(labels: pd.DataFrame) -> pd.DataFrame:
    """Add what the rules say: ``hit`` by any forbidden wording, ``severe`` if one stays major."""
    table = pd.DataFrame(
        {"contact_id": labels.index.astype("str"), "seq": 1, "sender": "agent"}
    ).assign(text=labels["text"].to_numpy())
    found = csqa.review(table)
    found = found[(found["kind"] == "forbid") & ~found["hint"]]
    names = labels.index.astype("str")
    severe = found.loc[found["severity"] != "minor", "contact_id"]
    return labels.assign(hit=names.isin(found["contact_id"]), severe=names.isin(severe))


def measure_labels(judged: pd.DataFrame) -> pd.DataFrame:
    """Precision and recall by half, with intervals; agreement on severity where both are hits."""
    rows = []
    halves = [*judged.groupby("half"), ("both", judged)]
    for half, own in halves:
        right = int((own["hit"] & own["refused"]).sum())
        hits, wanted = int(own["hit"].sum()), int(own["refused"].sum())
        both = own[own["hit"] & own["refused"]]
        rows.append(
            {
                "half": half,
                "messages": len(own),
                "refused": wanted,
                "hits": hits,
                "right": right,
                "precision": right / hits,
                "precision_interval": _interval(right, hits),
                "recall": right / wanted,
                "recall_interval": _interval(right, wanted),
                "severity_agrees": float((both["severe"] == both["bare"]).mean()),
            }
        )
    return pd.DataFrame(rows)


def _interval(right: int, n: int) -> str:
    lower, upper = csqa.stats.wilson(right, n)
    return f"{lower:.3f}-{upper:.3f}"


def read_chats(folder: Path) -> pd.DataFrame:
    """Sessions of real chat as messages."""
    path = folder / "jddc_raw" / "chat_0.1per.txt"
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    rows = [(cells[0], cells[2], cells[6]) for cells in lines if len(cells) > 6]
    table = pd.DataFrame(rows, columns=["contact_id", "is_agent", "text"])
    sender = table["is_agent"].map({"1": "agent", "0": "customer"})
    seq = table.groupby("contact_id").cumcount()
    return table[["contact_id", "text"]].assign(sender=sender, seq=seq)


def measure_sessions(chats: pd.DataFrame) -> pd.DataFrame:
    """Shares of sessions with an opening and a closing, exact and as families."""
    agents = chats[chats["sender"] == "agent"]
    sessions = agents["contact_id"].nunique()
    missing = csqa.review(chats).groupby("rule")["contact_id"].nunique()
    rows = []
    for rule_id, wording in (("opening", OPENING), ("closing", CLOSING)):
        rule = csqa.read_phrases().rule(rule_id)
        grouped = agents.groupby("contact_id")["text"]
        within = rule.within
        own = (
            grouped.head(within.messages)
            if within.end == "first"
            else grouped.tail(within.messages)
        )
        said = own.map(lambda text, rule=rule: any(one.search(text) for one in rule.any))
        exact = agents["text"].str.contains(wording, regex=False)
        rows.append(
            {
                "rule": rule_id,
                "sessions": sessions,
                "exact_wording": agents.loc[exact, "contact_id"].nunique() / sessions,
                "family_in_place": agents.loc[own.index[said], "contact_id"].nunique() / sessions,
                "missing_though_owed": int(missing.get(rule_id, 0)) / sessions,
            }
        )
    return pd.DataFrame(rows)


def count_findings(chats: pd.DataFrame) -> pd.DataFrame:
    """What each rule finds in the chats."""
    summary = csqa.summarise_findings(csqa.review(chats), chats)
    columns = ["rule", "hint", "n", "contacts", "hits", "minor", "major", "critical"]
    return summary[columns].assign(per_100=(100 * summary["rate"]).round(2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--quick", action="store_true", help="as ever: it takes seconds")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data} is not there: nothing is measured without real messages")
        return
    chats = read_chats(options.data)
    print("Forbidden wordings against the labels:")
    judged = judge_labels(read_labels(options.data))
    print(measure_labels(judged).round(3).to_string(index=False))
    print("\nOpening and closing in real sessions:")
    print(measure_sessions(chats).round(3).to_string(index=False))
    print("\nFindings in real sessions:")
    print(count_findings(chats).to_string(index=False))


if __name__ == "__main__":
    main()

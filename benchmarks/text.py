"""How fast phrase rules run over messages, beside what a user would write, and the raw scan.

``python -m benchmarks.text [--quick] [--messages N] [--out FILE]`` makes conversations by a fixed
seed and, in one run and one process at a time, measures the megabytes of text (UTF-8) a second of:

* ``raw scan``: one trivial pass over the joined bytes, the limit;
* ``stems``: csqa's search for literal stems, which leads to the messages worth a pattern;
* ``ahocorasick_rs``, ``pyahocorasick``: the same stems by a library, where it is installed;
* ``forbidden rules``: csqa's forbidden wordings, exceptions and mitigation included;
* ``plain loop``: each pattern of these rules tried on each message, without exceptions, as a user
  would write it (on a part of the messages: it is slow);
* ``all rules``: :func:`csqa.review` with every shipped rule, from the loaded data set to the table.

Time is that of the processor (one core); memory the most that the process held.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

MESSAGES, QUICK_MESSAGES = 1_000_000, 20_000
PLAIN_PART = 20
"""One of so many messages the plain loop takes."""

SEED = 6
PER_CONVERSATION = 12

CUSTOMER = (
    "我的订单什么时候到", "可以退货吗", "在吗", "好的谢谢", "我不知道怎么操作",
    "能不能快一点",
    "这个质量怎么样", "已经三天了还没有发货", "发票怎么开", "我再想想", "嗯嗯", "怎么还没到账",
)  # fmt: skip
AGENT = (
    "您好，很高兴为您服务，请问有什么可以帮您", "稍等，我帮您查询一下", "您的订单预计明天送达",
    "请您提供一下订单号", "好的，已经为您登记了，会有专人联系您", "这边看到您的包裹还在路上",
    "签收后七天内可以申请退换货", "感谢您的耐心等待", "请问还有其他可以帮您的吗",
    "发票在订单完成后自动开具，可以在详情页下载", "已经帮您催促了，请您保持电话畅通",
)  # fmt: skip
ODD = (
    "这个我不知道", "没办法，改不了的", "具体时间不太清楚，建议您关注物流", "您自己看规则吧",
    "我保证明天送到", "不知道您方便接电话吗", "如果没法送达会再联系您",
    "图片看不清楚，麻烦再拍一张",
)  # fmt: skip
ODD_SHARE = 0.03
"""Of agents' messages; a tenth of the real ones hold some stem (JDDC chat)."""


def make_messages(count: int) -> pd.DataFrame:
    """Conversations of twelve messages, drawn by a fixed seed, with numbers that differ."""
    rng = np.random.default_rng(SEED)
    number = np.arange(count)
    agent = number % 2 == 1
    own = np.where(rng.random(count) < ODD_SHARE, rng.choice(ODD, count), rng.choice(AGENT, count))
    said = pd.Series(np.where(agent, own, rng.choice(CUSTOMER, count)), dtype="str")
    details = pd.Series(rng.integers(10_000, 99_999, count)).astype("str")
    return pd.DataFrame(
        {
            "contact_id": "C" + pd.Series(number // PER_CONVERSATION).astype("str").str.zfill(8),
            "seq": number % PER_CONVERSATION,
            "sender": np.where(agent, "agent", "customer"),
            "text": said.where(rng.random(count) < 0.6, said + "，单号尾数" + details),
        }
    )


def forbidden_patterns() -> list[str]:
    """Patterns of the shipped forbidden wordings."""
    import csqa

    rules = csqa.read_phrases().in_force()
    return [one.pattern for rule in rules if rule.kind == "forbid" for one in rule.any]


def stems() -> list[str]:
    """Literal stems of these patterns."""
    from csqa.rules.regex_stems import find_stems

    return sorted({stem for pattern in forbidden_patterns() for stem in find_stems(pattern)})


def prepare_raw_scan(table: pd.DataFrame) -> Callable[[], object]:
    joined = "\n".join(table["text"]).encode()
    return lambda: joined.count(b"\x00")


def prepare_stems(table: pd.DataFrame) -> Callable[[], object]:
    from csqa.engine.stems import StemFinder

    finder = StemFinder({stem: {0} for stem in stems()})
    texts = table["text"].tolist()
    blocks = [texts[start : start + 20_000] for start in range(0, len(texts), 20_000)]
    return lambda: sum(len(finder.find(block)) for block in blocks)


def prepare_ahocorasick_rs(table: pd.DataFrame) -> Callable[[], object]:
    from ahocorasick_rs import AhoCorasick

    finder, texts = AhoCorasick(stems()), table["text"].str.lower().tolist()
    return lambda: sum(bool(finder.find_matches_as_indexes(text)) for text in texts)


def prepare_pyahocorasick(table: pd.DataFrame) -> Callable[[], object]:
    from ahocorasick import Automaton

    finder, texts = Automaton(), table["text"].str.lower().tolist()
    for stem in stems():
        finder.add_word(stem, stem)
    finder.make_automaton()
    return lambda: sum(next(finder.iter(text), None) is not None for text in texts)


def prepare_plain_loop(table: pd.DataFrame) -> Callable[[], object]:
    import re

    patterns = [re.compile(text, re.IGNORECASE) for text in forbidden_patterns()]
    texts = table["text"].tolist()
    return lambda: sum(any([one.search(text) for one in patterns]) for text in texts)


def prepare_forbidden_rules(table: pd.DataFrame) -> Callable[[], object]:
    from dataclasses import replace

    import csqa

    phrases = csqa.read_phrases()
    own = replace(phrases, rules=tuple(r for r in phrases.rules if r.kind == "forbid"))
    data = csqa.Dataset.from_frames({"messages": table})
    return lambda: len(csqa.review(data, own))


def prepare_all_rules(table: pd.DataFrame) -> Callable[[], object]:
    import csqa

    data, phrases = csqa.Dataset.from_frames({"messages": table}), csqa.read_phrases()
    return lambda: len(csqa.review(data, phrases))


WAYS = {
    "raw scan": prepare_raw_scan,
    "stems": prepare_stems,
    "ahocorasick_rs": prepare_ahocorasick_rs,
    "pyahocorasick": prepare_pyahocorasick,
    "forbidden rules": prepare_forbidden_rules,
    "plain loop": prepare_plain_loop,
    "all rules": prepare_all_rules,
}
NEEDS = {"ahocorasick_rs": "ahocorasick_rs", "pyahocorasick": "ahocorasick"}


def measure_one(way: str, count: int) -> dict[str, object]:
    """Run one way in this process."""
    table = make_messages(count)
    if way == "plain loop":
        table = table.iloc[: max(count // PLAIN_PART, 1_000)]
    size = int(table["text"].str.encode("utf-8").str.len().sum())
    run = WAYS[way](table)
    began = process_time()
    found = run()
    seconds = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "way": way,
        "messages": len(table),
        "megabytes": round(size / 1e6, 2),
        "seconds": round(seconds, 3),
        "megabytes_per_second": round(size / 1e6 / max(seconds, 1e-6), 2),
        "seconds_per_million": round(seconds * 1e6 / len(table), 2),
        "found": found,
        "peak_megabytes": round(peak),
    }


def call(way: str, count: int) -> dict[str, object]:
    """Run one way in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "benchmarks.text", "--messages", str(count), "--one", way]
    done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{way} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def present() -> list[str]:
    """Ways that can be measured here; say so of those that cannot."""
    missing = [way for way, module in NEEDS.items() if importlib.util.find_spec(module) is None]
    for way in missing:
        print(f"{way} is not installed: left out", flush=True)
    return [way for way in WAYS if way not in missing]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few messages, to see that it works")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help="CSV of the table")
    options = parser.parse_args()
    count = QUICK_MESSAGES if options.quick else options.messages
    if options.one:
        print(json.dumps(measure_one(options.one, count)))
        return
    table = pd.DataFrame([call(way, count) for way in present()])
    rates = table.set_index("way")["megabytes_per_second"]
    table["of_raw_scan"] = (table["megabytes_per_second"] / rates["raw scan"]).round(5)
    table["of_plain_loop"] = (table["megabytes_per_second"] / rates["plain loop"]).round(1)
    print(table.to_string(index=False))
    if options.out:
        table.to_csv(options.out, index=False)


if __name__ == "__main__":
    main()

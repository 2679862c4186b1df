"""Complaints made by a small grammar: each says one thing or two, in many words."""

import random
from collections.abc import Sequence

import pandas as pd

OPENINGS = ("你好", "我上周买的", "说一下", "订单里的", "真不明白", "请问", "我家的", "这次")
THINGS = ("热水壶", "台灯", "书架", "键盘", "雨伞", "床单", "水杯", "背包")
ENDINGS = ("，请处理", "，怎么办", "。", "，希望回复", "，等了两天", "！", "，麻烦看看", "")
SAYINGS = {
    "slow": ("一直没有人处理", "拖了好几天还没结果", "处理得太慢了", "迟迟不给办"),
    "rude": ("说话很不耐烦", "态度非常生硬", "语气凶得很", "还嘲讽我"),
    "broken": ("打开就是坏的", "用一次就裂了", "按下去没有反应", "开关失灵"),
    "fee": ("多扣了一笔钱", "额外收了安装费", "账单金额不对", "乱收手续费"),
}
NOTHING = ("看着还可以", "已经收到", "颜色是蓝的", "尺寸正好")


def make_sentence(random_: random.Random, labels: Sequence[str]) -> str:
    """A sentence that says each of the labels; of none, nothing to complain of."""
    said = [random_.choice(SAYINGS[label]) for label in labels] or [random_.choice(NOTHING)]
    beginning = random_.choice(OPENINGS) + random_.choice(THINGS) + str(random_.randint(10, 9999))
    return beginning + "，".join(said) + random_.choice(ENDINGS)


def make_labels(count: int, seed: int = 1, *, single: bool = False) -> pd.DataFrame:
    """Labelled sentences: ``text``, ``causes`` (``label`` with ``single``)."""
    random_ = random.Random(seed)
    names = sorted(SAYINGS)
    rows = []
    for _ in range(count):
        own = random_.sample(names, 1 if single else random_.choice((0, 1, 1, 1, 2)))
        rows.append((make_sentence(random_, own), "+".join(sorted(own)) or "none"))
    return pd.DataFrame(rows, columns=["text", "label" if single else "causes"])


class Bone:
    """As much of a fishbone as a training looks at."""

    ids = tuple(sorted(SAYINGS))
    bones = (("people", ()), ("process", ()))
    fingerprint = "f" * 64


def half_blind(texts: Sequence[str]) -> list[set[str]]:
    """Rules that know one saying of each cause."""
    return [{label for label, said in SAYINGS.items() if said[0] in text} for text in texts]


def perfect(texts: Sequence[str]) -> list[set[str]]:
    """Rules that know all of them."""
    return [
        {label for label, said in SAYINGS.items() if any(one in text for one in said)}
        for text in texts
    ]

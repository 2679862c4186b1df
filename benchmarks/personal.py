"""How fast personal data are found and masked, and how much of what was planted is found.

``python -m benchmarks.personal [--quick] [--texts FILE]`` times, in turn in the same process, over
the same generated messages: csqa (find, mask), a plain loop of the regexes one would write first,
and the raw scan (one character class over the joined text), which is the limit. Then it plants
generated numbers, each kind in many ways of writing, into messages, and counts which are masked,
and what is found in the messages as they were. ``--texts`` takes messages from a file instead (the
last tab-separated field of each line; ``--field N`` another); they should hold no numbers.
"""

import argparse
import random
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from csqa.engine.personal import find_personal, mask_personal
from csqa.engine.personal_numbers import is_identity, passes_luhn

ROUNDS = 3
LEFT = 5
"""Digits in a row that give a number away."""
NAIVE = (
    re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])"),
    re.compile(r"(?<!\d)\d{16,19}(?!\d)"),
    re.compile(r"(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"),
    re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}"),
    re.compile(r"(?:微信|QQ)号?[:：]?\s*([A-Za-z0-9_-]{6,20})"),
)
WORDS = (
    *("您好", "请问", "这个", "商品", "什么时候", "发货", "我要", "退货", "换货", "已经", "收到"),
    *("了", "还没有", "物流", "显示", "到了", "配送", "站点", "麻烦", "帮我", "查", "一下", "谢谢"),
    *("好的", "稍等", "我们", "会", "尽快", "处理", "订单", "金额", "优惠", "三天", "价格", "保护"),
    *("发票", "地址", "安装", "师傅", "联系", "不好意思", "给您", "添麻烦", "质量", "问题", "坏了"),
    *("重新", "申请", "审核", "通过", "退款", "24小时", "7天", "199元", "2件", "第1次", "9:30"),
)
SPOKEN = (str.maketrans("0123456789", "零幺二三四五六七八九"), "一")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def make_messages(count: int, seed: int = 1) -> list[str]:
    """Messages of 21 characters on average, without personal data."""
    rng = random.Random(seed)
    return ["".join(rng.choices(WORDS, k=rng.randint(6, 14))) for _ in range(count)]


def mobile(rng: random.Random) -> str:
    """A mobile number."""
    return f"1{rng.choice('3456789')}{rng.randrange(10**9):09d}"


def identity(rng: random.Random) -> str:
    """An identity number with its check digit."""
    region = rng.choice(("110105", "310104", "440305", "510107", "330106", "420111"))
    day = f"{rng.randint(1945, 2008)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    body = f"{region}{day}{rng.randrange(1000):03d}"
    return next(body + check for check in "0123456789X" if is_identity(body + check))


def card(rng: random.Random) -> str:
    """A card's number with its check digit."""
    start, length = rng.choice((("622202", 19), ("621700", 19), ("4", 16), ("52", 16), ("62", 17)))
    body = start + "".join(rng.choices("0123456789", k=length - len(start) - 1))
    return next(body + check for check in "0123456789" if passes_luhn(body + check))


def cut(number: str, sizes: tuple[int, ...], mark: str) -> str:
    """A number in groups; the last takes the rest."""
    parts, start = [], 0
    for size in sizes:
        parts.append(number[start : start + size])
        start += size
    return mark.join(filter(None, [*parts, number[start:]]))


def write_mobile(number: str, rng: random.Random) -> str:
    """A mobile number in one of the ways people write it."""
    mark = rng.choice((" ", "-", "－", "·", "—", "\u200b", "\u202e", " - ", ".", "\u3000"))
    spoken = number.translate(SPOKEN[0])
    ways = (
        number,
        number,
        number,
        cut(number, (3, 4), mark),
        cut(number, (3, 4), mark),
        cut(number, (4, 3), " "),
        cut(number, (7,), "-"),
        cut(number, (1,) * 10, " "),
        number.translate(WIDE),
        f"+86{number}",
        f"+86 {cut(number, (3, 4), ' ')}",
        f"0086-{number}",
        f"86{number}",
        spoken,
        spoken.replace("幺", SPOKEN[1]),
        cut(spoken, (3, 4), " "),
        spoken[:3] + number[3:],
    )
    return rng.choice(ways)


def write_identity(number: str, rng: random.Random) -> str:
    """An identity number in one of the ways people write it."""
    ways = (
        number,
        number,
        number.lower(),
        cut(number, (6, 8), " "),
        cut(number, (6, 4, 4), "-"),
        cut(number, (3, 3, 4, 4), " "),
        cut(number, (6, 8), "\u200f"),
        number.translate(WIDE),
    )
    return rng.choice(ways)


def write_card(number: str, rng: random.Random) -> str:
    """A card's number in one of the ways people write it."""
    fours = (4, 4, 4, 4)
    ways = (
        number,
        number,
        cut(number, fours, " "),
        cut(number, fours, "-"),
        number.translate(WIDE),
    )
    return rng.choice((*ways, cut(number, (6,), " "), cut(number, fours, "\u200b")))


def write_mail(rng: random.Random) -> str:
    """A mail address."""
    name = rng.choice(("li.wei", "wang_fang88", f"{rng.randrange(10**9)}", mobile(rng), "Ann+x"))
    at = rng.choice(("@", "@", "@", "＠", " @ "))
    return name + at + rng.choice(("qq.com", "163.com", "mail.example.com.cn", "Outlook.COM"))


def write_plate(rng: random.Random) -> str:
    """A number plate, of the old form or for new energy."""
    city = rng.choice("京沪粤苏浙川鄂鲁") + rng.choice("ABCDEF")
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    old = rng.choice(
        (
            f"{rng.randrange(10**5):05d}",
            f"{rng.choice(letters)}{rng.randrange(10**4):04d}",
            f"{rng.randrange(100):02d}{rng.choice(letters)}{rng.randrange(100):02d}",
        )
    )
    new = rng.choice(
        (f"D{rng.randrange(10**5):05d}", f"F{rng.choice('AB')}{rng.randrange(10**4):04d}")
    )
    written = city + rng.choice(("", "", "·", " ")) + rng.choice((old, new))
    return rng.choice((written, written.lower()))


KINDS: dict[str, tuple[Callable[[random.Random], str], tuple[str, ...]]] = {
    "mobile": (
        lambda rng: write_mobile(mobile(rng), rng),
        ("", "电话", "我的手机号是", "打", "联系我：", "订单里的号码是", "tel:"),
    ),
    "id_card": (
        lambda rng: write_identity(identity(rng), rng),
        ("", "身份证", "身份证号：", "实名信息是"),
    ),
    "card": (lambda rng: write_card(card(rng), rng), ("", "卡号", "退到银行卡", "请打到")),
    "email": (write_mail, ("", "邮箱", "发票发到", "mail: ")),
    "plate": (write_plate, ("", "车牌", "我开的是")),
}


def plant(messages: list[str], kind: str, rng: random.Random) -> tuple[list[str], list[str]]:
    """Messages with one datum of a kind in each, at a place of chance; and what was planted."""
    make, leads = KINDS[kind]
    planted, made = [], []
    for message in messages:
        datum = make(rng)
        place = rng.choice((0, len(message), rng.randint(0, len(message))))
        # Not right beside another number: nobody could tell where it begins.
        before, after = (
            message[:place].rstrip("0123456789. "),
            message[place:].lstrip("0123456789. "),
        )
        planted.append(f"{before}{rng.choice(leads)}{datum}{rng.choice(('', '，', ' '))}{after}")
        made.append(datum)
    return planted, made


def gives_away(text: str, datum: str) -> bool:
    """Whether five or more characters of what was planted, seen without separators, are left."""
    plain, number = (re.sub(r"[^\w@]", "", one) for one in (text, datum))
    return any(number[i : i + LEFT] in plain for i in range(len(number) - LEFT + 1))


def measure_recall(messages: list[str], planted: int, seed: int = 7) -> dict[str, tuple[int, int]]:
    """For each kind, how many were planted and how many are masked."""
    rng = random.Random(seed)
    counts = {}
    for kind in KINDS:
        texts, made = plant(rng.choices(messages, k=planted), kind, rng)
        masked = mask_personal(pd.Series(texts, dtype="str"))
        left = sum(gives_away(text, datum) for text, datum in zip(masked, made, strict=True))
        counts[kind] = (planted, planted - left)
    return counts


def naive(messages: list[str]) -> int:
    """A plain loop of regexes over messages."""
    count = 0
    for message in messages:
        text = message
        for pattern in NAIVE:
            text, hits = pattern.subn("[…]", text)
            count += hits
    return count


def time_all(messages: list[str]) -> dict[str, float]:
    """Median seconds of each way."""
    texts = pd.Series(messages, dtype="str")
    scan = re.compile("[0-9]{7,}")
    ways: dict[str, Callable[[], object]] = {
        "csqa find": lambda: find_personal(texts),
        "csqa mask": lambda: mask_personal(texts),
        "plain loop": lambda: naive(messages),
        "raw scan": lambda: len(scan.findall("\n".join(messages))),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.process_time()
            way()
            seconds[name].append(time.process_time() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def read_texts(path: str, field: int) -> list[str]:
    """Messages of a file, one per line."""
    lines = Path(path).read_text("utf-8", errors="replace").splitlines()
    return [line.split("\t")[field] for line in lines if line]


def main() -> None:
    """Print the times, the recall and the false hits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the messages")
    parser.add_argument("--texts", help="file of messages without numbers")
    parser.add_argument("--field", type=int, default=-1, help="which tab-separated field")
    parser.add_argument("--planted", type=int, default=2_000, help="numbers of each kind")
    parser.add_argument("--seed", type=int, default=7, help="of what is planted")
    options = parser.parse_args()
    count = 100_000 if options.quick else 1_000_000
    messages = make_messages(count)
    rng = random.Random(3)
    for i in rng.sample(range(count), count // 100):  # one message in a hundred has a number
        messages[i] += write_mobile(mobile(rng), rng)
    size = len("\n".join(messages).encode()) / 1e6
    timed = time_all(messages)
    print(f"{count:,} messages of {sum(map(len, messages)) / count:.0f} characters, {size:.0f} MB")
    print("way                s    MB/s   ratio to the raw scan")
    for name, taken in timed.items():
        print(f"{name:<12} {taken:>7.2f} {size / taken:>7.1f} {taken / timed['raw scan']:>15.1f}")
    clean = read_texts(options.texts, options.field) if options.texts else make_messages(20_000, 2)
    print(f"\nkind       planted  masked  recall   (in {len(clean):,} messages)")
    recall = measure_recall(clean, options.planted, options.seed)
    for kind, (made, found) in recall.items():
        print(f"{kind:<10} {made:>7,} {found:>7,} {found / made:>7.4f}")
    false = find_personal(pd.Series(clean, dtype="str"))
    rows = false["row"].nunique()
    print(f"found in messages as they were: {rows} of {len(clean):,}", end="")
    print(f" ({rows / len(clean) * 1000:.2f} in 1,000): {false['kind'].value_counts().to_dict()}")


if __name__ == "__main__":
    main()

"""Files made wrong on purpose from small valid exports, each with what must come of it."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import openpyxl

HEADER = ["服务单号", "渠道", "创建时间", "处理时长秒", "班组"]
TEAMS = ("一组", "二组", "三组, 夜班", "")
ROWS = [
    [
        f"C{i:03}",
        ("电话", "在线", "邮件")[i % 3],
        f"2025-06-{i % 28 + 1:02} 09:{i:02}:00",
        f"{100 + i}",
        TEAMS[i % 4],
    ]
    for i in range(40)
]
IDS = [row[0] for row in ROWS]
SECONDS = {row[0]: float(row[3]) for row in ROWS}

ENCODINGS = ("utf-8", "gb18030", "utf-16")
Row = Sequence[str]


@dataclass(frozen=True)
class Case:
    """One wrong file and what is known of it beforehand."""

    name: str
    content: bytes
    rows: int | None = None
    """Rows that must come in; None where nobody can know."""
    intact: frozenset[str] = frozenset()
    """Contacts that must be used, with the seconds they had."""
    exact: bool = False
    """Whether no other contact may be used."""
    refused: bool | None = None
    """Whether the whole file must be refused; None where either is right."""


def text_of(rows: Sequence[Row], header: Row = HEADER, separator: str = ",") -> str:
    """A CSV as text, lines ended by a line feed."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerows([header, *rows])
    return out.getvalue()


def json_lines(rows: Sequence[Row]) -> str:
    """Rows as JSON lines."""
    return "".join(
        json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) + "\n" for row in rows
    )


def workbook(rows: Sequence[Sequence[object]], before: Sequence[Sequence[object]] = ()) -> bytes:
    """Rows as a workbook."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = dt.datetime(2025, 7, 1)
    for row in [*before, HEADER, *rows]:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(folder: str) -> bytes:
    """Rows as Parquet."""
    path = f"{folder}/rows.parquet"
    listed = ", ".join("(" + ", ".join(f"'{cell}'" for cell in row) + ")" for row in ROWS)
    names = ", ".join(f'"{name}"' for name in HEADER)
    duckdb.sql(f"SELECT * FROM (VALUES {listed}) AS r({names})").write_parquet(path)
    with open(path, "rb") as stream:  # noqa: PTH123
        return stream.read()


def archive(**members: str | bytes) -> bytes:
    """A zip; `/` in names is written `__`, the suffix `_csv`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            path = name.replace("__", "/").replace("_csv", ".csv").replace("_zip", ".zip")
            packed.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def without(*wrong: int) -> frozenset[str]:
    """All ids but those of the rows given."""
    return frozenset(one for i, one in enumerate(IDS) if i not in wrong)


def list_cases(folder: str) -> Iterator[Case]:
    """All of them; the same ones at each call."""
    makers: list[Callable[[], Iterator[Case]]] = [
        truncated_texts, mixed_encodings, marks_in_the_middle, nulls, huge_cells, swapped_columns,
        wrong_dates, mixed_dates, emoji_ids, doubled_headers, doubled_rows, flipped_bytes,
        extra_separators, unclosed_quotes, wide_rows, empty_headers, headers_only, blank_lines,
        line_ends, archives, workbooks, wrong_json,
    ]  # fmt: skip
    for maker in makers:
        for i, case in enumerate(maker()):
            yield Case(f"{maker.__name__}_{i}_{case.name}", *list(vars(case).values())[1:])
    yield from damaged_containers(folder)


def truncated_texts() -> Iterator[Case]:
    """Cut after any number of bytes: whole lines are used, the last one is set aside."""
    sources = [("csv", text_of(ROWS), encoding) for encoding in ENCODINGS]
    sources += [("jsonl", json_lines(ROWS), "utf-8")]
    rng = random.Random(1)
    for suffix, text, encoding in sources:
        content = text.encode(encoding)
        start = len(text.split("\n")[0].encode(encoding)) + 4
        for cut in sorted(rng.sample(range(start, len(content)), 10)):
            whole = content[:cut].decode(encoding, "ignore")
            lines = whole.split("\n")
            complete = lines[1 if suffix == "csv" else 0 : -1]
            partial = int(
                content[:cut] != whole.encode(encoding) or bool(lines[-1].strip("\ufeff"))
            )
            ids = frozenset(IDS[: len(complete)])
            yield Case(
                f"{cut}.{suffix}", content[:cut], len(complete) + partial, ids, refused=not ids
            )


def mixed_encodings() -> Iterator[Case]:
    """A few lines in another encoding than the rest: only they are set aside."""
    pairs = [("utf-8", "gb18030"), ("gb18030", "utf-8"), ("utf-8-sig", "gb18030")]
    for main, other in pairs:
        for places in ([0], [39], [5, 6, 7], [3, 20, 30, 36]):
            lines = text_of(ROWS).encode(main).split(b"\n")
            for i in places:
                lines[i + 1] = lines[i + 1].decode(main).encode(other)
            yield Case("mixed.csv", b"\n".join(lines), 40, without(*places), True, False)
    halves = text_of(ROWS[:20]).encode() + text_of(ROWS[20:]).encode("gb18030")
    yield Case("halves.csv", halves, refused=True)


def marks_in_the_middle() -> Iterator[Case]:
    """Byte order marks where files were joined: they belong to no cell."""
    for i in (1, 7, 39):
        for encoding in ENCODINGS:
            parts = [text_of(ROWS[:i]), text_of(ROWS[i:]).split("\n", 1)[1]]
            mark = b"\xef\xbb\xbf" if encoding != "utf-16" else b"\xff\xfe"
            tail = parts[1].encode("utf-16-le" if encoding == "utf-16" else encoding)
            content = parts[0].encode(encoding) + mark + tail
            yield Case("mark.csv", content, 40, frozenset(IDS), True, False)
        joined = text_of(ROWS[:i]).encode("utf-8-sig") + text_of(ROWS[i:]).encode("utf-8-sig")
        yield Case("joined.csv", joined, 41, frozenset(IDS), True, False)
        joined = json_lines(ROWS[:i]).encode("utf-8-sig") + json_lines(ROWS[i:]).encode("utf-8-sig")
        yield Case("joined.jsonl", joined, 40, frozenset(IDS), True, False)


def nulls() -> Iterator[Case]:
    """NULs in a cell set its row aside."""
    for column in range(4):
        for encoding in ENCODINGS:
            rows = [list(row) for row in ROWS]
            rows[17][column] = rows[17][column][:1] + "\x00" + rows[17][column][1:]
            yield Case("null.csv", text_of(rows).encode(encoding), 40, without(17), True, False)
    yield Case("tail.csv", text_of(ROWS).encode() + bytes(3), 41, frozenset(IDS), True, False)
    yield Case("hole.csv", text_of(ROWS).encode() + bytes(9000), refused=True)


def huge_cells() -> Iterator[Case]:
    """Cells of ten megabytes."""
    for column, quoted in ((0, False), (2, False), (4, True)):
        rows = [list(row) for row in ROWS]
        rows[8][column] = ("长, " if quoted else "x") * (10_000_000 // (3 if quoted else 1))
        yield Case("huge.csv", text_of(rows).encode(), 40, without(8), refused=False)
    lines = json_lines(ROWS).split("\n")
    lines[8] = lines[8].replace("C008", "C" * 10_000_000)
    yield Case("huge.jsonl", "\n".join(lines).encode(), 40, without(8), True, False)


def swapped_columns() -> Iterator[Case]:
    """Columns in another order are no fault; cells under the wrong header are."""
    rng = random.Random(2)
    for _ in range(8):
        order = rng.sample(range(5), 5)
        rows = [[row[i] for i in order] for row in ROWS]
        text = text_of(rows, [HEADER[i] for i in order])
        yield Case("order.csv", text.encode("gb18030"), 40, frozenset(IDS), True, False)
    for a, b in ((1, 2), (2, 3), (1, 3), (0, 2)):
        rows = [list(row) for row in ROWS]
        rows[11][a], rows[11][b] = rows[11][b], rows[11][a]
        yield Case("cells.csv", text_of(rows).encode(), 40, without(11), True, False)


WRONG_DATES = (
    "2025-02-30 09:00", "2025-13-01 09:00", "2025-06-31", "0000-00-00 00:00:00", "1900-01-01",
    "2025-06-01 25:00", "01/02/2025", "昨天", "9999-12-31", "2025-06", "1750000000000", "-1",
)  # fmt: skip


def wrong_dates() -> Iterator[Case]:
    """Times that are none, or not of this age."""
    for text in WRONG_DATES:
        rows = [list(row) for row in ROWS]
        rows[3][2] = text
        yield Case("date.csv", text_of(rows).encode(), 40, without(3), True, False)


def mixed_dates() -> Iterator[Case]:
    """Several ways of writing the same time in one file: all can be read."""
    ways = ("2025年6月1日 9:05", "2025/6/1 9:05", "45809.378472", "2025-06-01T09:05:00+08:00",
            "20250601090500", "2025.6.1 9:05", "２０２５－０６－０１ ０９：０５")  # fmt: skip
    for shift in range(3):
        rows = [[*row[:2], ways[(i + shift) % len(ways)], *row[3:]] for i, row in enumerate(ROWS)]
        for encoding in ENCODINGS[:2]:
            text = text_of(rows).encode(encoding)
            yield Case("dates.csv", text, 40, frozenset(IDS), True, False)


def emoji_ids() -> Iterator[Case]:
    """Signs beyond the basic plane in the ids."""
    rows = [["😀" * (i % 3 + 1) + row[0], *row[1:]] for i, row in enumerate(ROWS)]
    for encoding in ENCODINGS:
        yield Case("emoji.csv", text_of(rows).encode(encoding), 40, refused=False)
    yield Case("emoji.jsonl", json_lines(rows).encode(), 40, refused=False)
    yield Case("emoji.xlsx", workbook(rows), 40, refused=False)


def doubled_headers() -> Iterator[Case]:
    """A header twice: the first column counts, the second is kept as unused."""
    for i, name in enumerate(HEADER):
        rows = [[*row, "99999"] for row in ROWS]
        text = text_of(rows, [*HEADER, name])
        yield Case(f"{i}.csv", text.encode(), 40, frozenset(IDS), True, False)
        yield Case(f"{i}.tsv", text_of(rows, [*HEADER, name], "\t").encode("gb18030"), 40,
                   frozenset(IDS), True, False)  # fmt: skip


def doubled_rows() -> Iterator[Case]:
    """Rows twice are used once, headers in between never."""
    for times in (1, 3, 40):
        rows = [*ROWS, *ROWS[:times]]
        yield Case("rows.csv", text_of(rows).encode(), 40 + times, frozenset(IDS), True, False)
        yield Case("rows.jsonl", json_lines(rows).encode(), 40 + times, frozenset(IDS), True, False)
    rows = [*ROWS[:20], HEADER, *ROWS[20:], HEADER]
    yield Case("headers.csv", text_of(rows).encode("gb18030"), 42, frozenset(IDS), True, False)


def flipped_bytes() -> Iterator[Case]:
    """Bytes turned to others: lines without one keep their values."""
    rng = random.Random(3)
    sources = [("csv", text_of(ROWS).encode("utf-8")), ("csv", text_of(ROWS).encode("gb18030")),
               ("jsonl", json_lines(ROWS).encode())]  # fmt: skip
    for round_ in range(8):
        for suffix, content in sources:
            damaged = bytearray(content)
            for _ in range(1 + round_ % 3):
                damaged[rng.randrange(len(content))] = rng.randrange(256)
            before, after = content.split(b"\n"), bytes(damaged).split(b"\n")
            kept = [line for line in after if line in before]
            head = suffix == "csv"
            whole = not head or after[0] == before[0]
            ids = [i for i, line in enumerate(before[head:-1]) if line in kept]
            yield Case(f"flip.{suffix}", bytes(damaged), None,
                       frozenset(IDS[i] for i in ids) if whole else frozenset(),
                       refused=False if whole else None)  # fmt: skip


def extra_separators() -> Iterator[Case]:
    """Separators within cells that were never quoted."""
    for i, extra in enumerate((",", ",,", ",多", ",多,余")):
        for row in (0, 25):
            lines = text_of(ROWS).split("\n")
            lines[row + 1] += extra
            used = frozenset(IDS) if i < 2 else without(row)
            yield Case("extra.csv", "\n".join(lines).encode(), 40, used, True, False)


def unclosed_quotes() -> Iterator[Case]:
    """A quotation mark that nothing closes costs its own row."""
    for column in range(5):
        for row in (1, 30):
            lines = text_of(ROWS).split("\n")
            cells = lines[row + 1].split(",")
            cells[column] = f'"{cells[column]}'
            lines[row + 1] = ",".join(cells)
            text = "\n".join(lines)
            yield Case("quote.csv", text.encode("gb18030"), 40, without(row), True, False)


def wide_rows() -> Iterator[Case]:
    """Rows of thousands of fields."""
    for width in (100, 20_000, 200_000):
        lines = text_of(ROWS).split("\n")
        lines[9] += ",x" * width
        yield Case("wide.csv", "\n".join(lines).encode(), 40, without(8), True, False)
    header = [*HEADER, *(f"列{i}" for i in range(1000))]
    rows = [[*row, *["1"] * 1000] for row in ROWS]
    yield Case("columns.csv", text_of(rows, header).encode(), 40, frozenset(IDS), True, False)


def empty_headers() -> Iterator[Case]:
    """Columns without a name are no fault, unless they are the ones that are needed."""
    for i in range(6):
        rows = [[*row[:i], "9", *row[i:]] for row in ROWS]
        text = text_of(rows, [*HEADER[:i], "", *HEADER[i:]])
        yield Case("unnamed.csv", text.encode(), 40, frozenset(IDS), True, False)
    for i in range(3):
        header = [*HEADER[:i], "", *HEADER[i + 1 :]]
        yield Case("lacking.csv", text_of(ROWS, header).encode(), refused=True)


def headers_only() -> Iterator[Case]:
    """Files without a row."""
    for encoding in ENCODINGS:
        yield Case("header.csv", text_of([]).encode(encoding), refused=True)
        yield Case("unended.csv", text_of([]).rstrip().encode(encoding), refused=True)
    yield Case("header.xlsx", workbook([]), refused=True)
    yield Case("header.zip", archive(header_csv=text_of([])), refused=True)
    yield Case("empty.jsonl", b"\n\n", refused=True)
    yield Case("empty.json", b"[]", refused=True)


def blank_lines() -> Iterator[Case]:
    """Lines with nothing in them are no rows."""
    rng = random.Random(4)
    for blank in ("", ",,,,", "  ", '"",,'):
        for encoding in ENCODINGS[:2]:
            lines = text_of(ROWS).split("\n")
            for _ in range(3):
                lines.insert(rng.randrange(1, len(lines)), blank)
            text = "\n" + "\n".join(lines) + "\n\n"
            yield Case("blank.csv", text.encode(encoding), 40, frozenset(IDS), True, False)
    text = json_lines(ROWS).replace("\n", "\n\n")
    yield Case("blank.jsonl", text.encode(), 40, frozenset(IDS), True, False)


def line_ends() -> Iterator[Case]:
    """Lines ended by CR LF, CR, or now this, now that."""
    for end in ("\r\n", "\r"):
        for encoding in ENCODINGS:
            text = text_of(ROWS).replace("\n", end)
            yield Case("ends.csv", text.encode(encoding), 40, frozenset(IDS), True, False)
    lines = text_of(ROWS).split("\n")
    text = "".join(line + ("\r\n", "\n", "\r")[i % 3] for i, line in enumerate(lines[:-1]))
    yield Case("mixed.csv", text.encode(), 40, frozenset(IDS), True, False)
    yield Case("mixed.jsonl", json_lines(ROWS).replace("\n", "\r\n").encode(), 40, frozenset(IDS),
               True, False)  # fmt: skip


def archives() -> Iterator[Case]:
    """Zip and gzip, whole and hostile."""
    text, ids = text_of(ROWS), frozenset(IDS)
    first, second = text_of(ROWS[:15]), text_of(ROWS[15:])
    for encoding in ENCODINGS:
        packed = gzip.compress(text.encode(encoding), mtime=0)
        yield Case("rows.csv.gz", packed, 40, ids, True, False)
        yield Case("one.zip", archive(rows_csv=text.encode(encoding)), 40, ids, True, False)
    yield Case("rows.jsonl.gz", gzip.compress(json_lines(ROWS).encode()), 40, ids, True, False)
    for folder in ("a__b__", "..__..__", "__etc__"):
        members = {f"{folder}1_csv": first, f"{folder}2_csv": second}
        yield Case("folders.zip", archive(**members), 40, ids, True, False)
    yield Case("book.zip", archive(**{"rows.xlsx": workbook(ROWS)}), 40, ids, True, False)
    yield Case("notes.zip", archive(rows_csv=text, **{"notes.md": "x"}), 40, ids, True, False)
    yield Case("nested.zip", archive(rows_csv=text, inner_zip=archive(b_csv=text)), refused=True)
    yield Case("inside.csv.gz", gzip.compress(archive(rows_csv=text)), refused=True)
    yield Case("twice.csv.gz", gzip.compress(gzip.compress(text.encode())), refused=True)
    yield Case("nothing.zip", archive(), refused=True)
    yield Case("pictures.zip", archive(**{"a.png": "x"}), refused=True)
    yield Case("zeros.zip", archive(rows_csv=bytes(120 << 20)), refused=True)
    yield Case("bad.zip", archive(rows_csv=text, bad_csv=bytes(range(256))), refused=True)


def workbooks() -> Iterator[Case]:
    """Workbooks as people make them."""
    ids, titles = frozenset(IDS), [["六月服务明细"], ["导出时间：2025-07-01"], []]
    yield Case("title.xlsx", workbook(ROWS, titles), 40, ids, True, False)
    groups = [["", "", "时间", "", "归属"]]
    yield Case("groups.xlsx", workbook(ROWS, [*titles, *groups]), 40, ids, True, False)
    total = [*ROWS, ["合计", "", "", sum(map(int, (row[3] for row in ROWS))), ""]]
    yield Case("total.xlsx", workbook(total), 41, ids, True, False)
    aside = [[*row, "", "备注"] if i == 4 else row for i, row in enumerate(ROWS)]
    yield Case("aside.xlsx", workbook(aside), 40, without(4), True, False)
    numbers = [[*row[:3], float(row[3]), row[4]] for row in ROWS]
    yield Case("numbers.xlsx", workbook(numbers), 40, ids, True, False)
    times = [[*row[:2], dt.datetime.fromisoformat(row[2]), *row[3:]] for row in ROWS]
    yield Case("times.xlsx", workbook(times), 40, ids, True, False)
    formulas = [[*row[:3], "=1+1" if i == 9 else row[3], row[4]] for i, row in enumerate(ROWS)]
    yield Case("formulas.xlsx", workbook(formulas), 40, without(9), True, False)
    for title in ("六月服务明细\n", "六月,,,,\n导出人：张三\n\n", "说明：合计 40 条\n\n\n"):
        for encoding in ENCODINGS:
            content = (title + text_of(ROWS)).encode(encoding)
            yield Case("title.csv", content, 40, ids, True, False)


def wrong_json() -> Iterator[Case]:
    """JSON that is none in places, and arrays."""
    ids = frozenset(IDS)
    objects = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    for indent in (None, 1):
        whole = json.dumps(objects, ensure_ascii=False, indent=indent)
        yield Case("array.json", whole.encode(), 40, ids, True, False)
        yield Case("cut.json", whole[: whole.index('"C020"') + 9].encode(), 21,
                   frozenset(IDS[:20]), True, False)  # fmt: skip
    for junk in ("{", "oops", "[1, 2]", "42", "null", '{"服务单号": "C012"', '"text"'):
        lines = json_lines(ROWS).split("\n")
        lines[12] = junk
        yield Case("junk.jsonl", "\n".join(lines).encode(), 40, without(12), True, False)
    late = [{**one, "备注": "x"} if i == 39 else one for i, one in enumerate(objects)]
    nested = [{**one, "标签": [{"级别": i}]} for i, one in enumerate(objects)]
    for listed in (late, nested):
        text = "\n".join(json.dumps(one) for one in listed)
        yield Case("more.jsonl", text.encode(), 40, ids, True, False)
    twice = json_lines(ROWS).replace(
        '{"服务单号": "C005"', '{"服务单号": "C005", "服务单号": "C006"'
    )
    yield Case("twice.jsonl", twice.encode(), 40, without(5), True, False)


def damaged_containers(folder: str) -> Iterator[Case]:
    """Workbooks, Parquet and archives with a part lost or bytes turned."""
    whole = {
        "xlsx": workbook(ROWS),
        "parquet": parquet(folder),
        "zip": archive(rows_csv=text_of(ROWS)),
        "csv.gz": gzip.compress(text_of(ROWS).encode(), mtime=0),
    }
    rng = random.Random(5)
    for suffix, content in whole.items():
        for i in range(8):
            cut = rng.randrange(1, len(content))
            yield Case(f"cut_{i}_{cut}.{suffix}", content[:cut], refused=True)
        # A turned bit in Parquet can be a turned value: that is nowhere written twice.
        for i in range(10 if suffix != "parquet" else 0):
            damaged = bytearray(content)
            damaged[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            # Their parts carry checksums: what is read is what was written.
            ids = frozenset(IDS)
            yield Case(f"turned_{i}.{suffix}", bytes(damaged), 40, ids, exact=True)

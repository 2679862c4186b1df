"""The page: one language, no code, no script, no request."""

import base64
import html
import json
import re
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from nbformat import v4

from csqa.report.page import HIDDEN_TAGS, choose_language, make_page, sanitise
from csqa.show.html import Badge, table
from csqa.show.record import record

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="{site}/a.png">',
    '<img srcset="{site}/b.png 2x">',
    "<svg onload=alert(1)><image href='{site}/c.png'/></svg>",
    '<iframe src="{site}/d"></iframe>',
    '<object data="{site}/e"></object>',
    '<link rel=stylesheet href="{site}/f.css">',
    '<style>@import "{site}/g.css"; body {{ background: url({site}/h.png) }}</style>',
    '<p style="background: url({site}/i.png)">一</p>',
    '<a href="javascript:alert(1)">二</a>',
    '<a href="{site}/j" ping="{site}/k">三</a>',
    '<form action="{site}/l"><input autofocus onfocus=alert(1)></form>',
    '<meta http-equiv=refresh content="0;url={site}/m">',
    '<base href="{site}/">',
    '<math><mtext><img src="{site}/n.png"></mtext></math>',
    '<table background="{site}/o.png"><tr><td>四</td></tr></table>',
    '<video src="{site}/p" autoplay></video><audio src="{site}/q"></audio>',
    "<!--><img src={site}/r.png>-->",
    '<noscript><p title="</noscript><img src={site}/s.png>">',
)


def shown(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return v4.new_notebook(cells=list(cells))


def html_cell(content: str, *tags: str) -> nbformat.NotebookNode:
    output = v4.new_output("display_data", {"text/html": content, "text/plain": "…"})
    return v4.new_code_cell("secret_code()", outputs=[output], metadata={"tags": list(tags)})


def hostile_page(site: str) -> str:
    payloads = [payload.format(site=site) for payload in HOSTILE]
    cells = [v4.new_markdown_cell(payload) for payload in payloads]
    cells += [v4.new_markdown_cell(f"![x]({site}/t.png) [y]({site}/u)")]
    return make_page(shown(*cells, *map(html_cell, payloads)), language="zh", period="2025-06")


class Requests(HTMLParser):
    """Collects every tag and attribute that can run code or fetch something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "link", "form", "base", "svg", "video"}:
            self.found.append(tag)
        for name, value in attrs:
            target = name in {"src", "srcset", "href", "action", "background", "ping", "data"}
            if name.startswith("on") or (target and not (value or "").startswith(("data:", "#"))):
                self.found.append(f"{tag} {name}={value}")


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        ("# 月报｜Monthly report", "# 月报", "# Monthly report"),
        ("一 ｜ one", "一", "one"),
        ("  - **好｜good**", "  - **好**", "  - **good**"),
        ("> 1. 甲｜a", "> 1. 甲", "> 1. a"),
        ("**重**要｜**very**", "**重**要", "**very**"),
        ("没有英文", "没有英文", "没有英文"),
        ("甲｜a｜b", "甲", "a｜b"),
        ("", "", ""),
        ("a | b", "a | b", "a | b"),
    ],
)
def test_one_language_of_each_line(line: str, zh: str, en: str) -> None:
    assert choose_language(line, "zh") == zh
    assert choose_language(line, "en") == en


def test_lines_are_chosen_one_by_one() -> None:
    assert choose_language("甲｜a\n\n乙\n丙｜c", "en") == "a\n\n乙\nc"


def test_the_page_speaks_its_language() -> None:
    notebook = shown(v4.new_markdown_cell("# 月报｜Report\n\n说明｜Notes"))
    chinese = make_page(notebook, language="zh", period="2025-06")
    english = make_page(notebook, language="en", period="2025-06")
    assert '<html lang="zh-CN">' in chinese
    assert "<title>月报 · 2025-06</title>" in chinese
    assert "Notes" not in chinese
    assert '<html lang="en">' in english
    assert "<title>Report · 2025-06</title>" in english
    assert "说明" not in english


def test_a_page_without_a_heading_is_named_after_the_period() -> None:
    page = make_page(shown(v4.new_markdown_cell("x")), language="zh", period="2025-06")
    assert "<title>客服质量诊断报告 2025-06</title>" in page


@pytest.mark.parametrize("tag", sorted(HIDDEN_TAGS))
def test_cells_for_machines_are_left_out(tag: str) -> None:
    page = make_page(shown(html_cell("<p>geheim</p>", tag)), language="zh", period="2025-06")
    assert "geheim" not in page


def test_code_logs_and_records_are_left_out() -> None:
    cell = html_cell("<p>visible</p>")
    cell.outputs.append(v4.new_output("stream", name="stderr", text="warning"))
    cell.outputs.append(v4.new_output("display_data", record({}, {}, {})._repr_mimebundle_()))
    page = make_page(shown(cell), language="zh", period="2025-06")
    assert "<p>visible</p>" in page
    for absent in ("secret_code", "warning", "已记录"):
        assert absent not in page


def test_contents_lead_to_the_sections() -> None:
    notebook = shown(v4.new_markdown_cell("# t\n\n## 横向\n\n### 小节\n\n## 纵向 <b>x</b>"))
    page = make_page(notebook, language="zh", period="2025-06")
    assert re.findall(r'<a href="#(s\d)">(.*?)</a>', page) == [("s1", "横向"), ("s2", "纵向 x")]
    assert re.findall(r'<h2 id="(s\d)">', page) == ["s1", "s2"]


def test_a_wide_table_scrolls_and_a_cards_table_knows_its_headers() -> None:
    row = "<tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>x</td><td>-1.5%</td></tr></tbody>"
    wide = f'<table border="1" class="dataframe"><thead>{row}</table>'
    page = make_page(
        shown(html_cell(wide), html_cell(wide.replace("dataframe", "dataframe cards"))),
        language="zh",
        period="2025-06",
    )
    assert '<div class="scroll"><table class="dataframe">' in page.replace("\n", "")
    assert page.count('<div class="scroll">') == 2
    assert '<td data-label="a"><div>x</div></td>' in page
    assert '<td class="num" data-label="b"><div>-1.5%</div></td>' in page
    assert page.count('<th class="num">b</th>') == 2


def columns_of(kind: str, rows: Sequence[Sequence[str]]) -> list[set[str]]:
    """Classes of the cells of each column of the page's table, its header's among them."""
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    head = "".join(f"<th>{number}</th>" for number in range(len(rows[0])))
    made = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    page = make_page(shown(html_cell(made)), language="zh", period="2025-06")
    soup = BeautifulSoup(page, "html.parser")
    found = [row.find_all(["th", "td"]) for row in soup.find_all("tr")]
    return [
        {" ".join(cell.get("class", [])) for cell in column} for column in zip(*found, strict=True)
    ]


def test_a_column_is_aligned_as_a_whole() -> None:
    rows = [["37.5 秒", "12", "–", ""], ["92.5%", "1,338", "3", "7"], ["0.1%", "−2.5%", "4", "8"]]
    assert columns_of("dataframe", rows) == [{""}, {"num"}, {""}, {"num"}]


def test_our_own_tables_say_themselves_what_is_numeric() -> None:
    assert columns_of("csqa", [["10", "5"], ["12", "6"]]) == [{""}, {""}]


def test_an_image_keeps_its_description() -> None:
    output = v4.new_output(
        "display_data",
        {"image/png": PNG, "text/plain": "<Figure>"},
        metadata={"image/png": {"alt": '走势 "一组"'}},
    )
    cell = v4.new_code_cell("plot()", outputs=[output])
    page = make_page(shown(cell), language="zh", period="2025-06")
    assert f'<figure><img alt=\'走势 "一组"\' src="data:image/png;base64,{PNG}"></figure>' in page


def test_the_font_holds_exactly_the_characters_of_the_page() -> None:
    notebook = shown(v4.new_markdown_cell("# 质检 &amp; 诊断"), html_cell('<p title="喆">满意</p>'))
    page = make_page(notebook, language="zh", period="2025-06")
    found = re.search(r"data:font/woff;base64,([^)]+)\)", page)
    assert found
    with TTFont(BytesIO(base64.b64decode(found.group(1)))) as font:
        chinese = {chr(code) for code in font.getBestCmap() if code > 127}
        assert set(map(chr, range(32, 127))) <= {chr(code) for code in font.getBestCmap()}
    assert chinese == set("质检诊断满意喆·")


def test_the_same_notebook_gives_the_same_page() -> None:
    notebook = shown(v4.new_markdown_cell("# 月报"), html_cell("<p>一</p>"))
    pages = {make_page(notebook, language="zh", period="2025-06") for _ in range(2)}
    assert len(pages) == 1


def test_the_policy_forbids_everything_but_data() -> None:
    page = make_page(shown(), language="zh", period="2025-06")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy.group(1) == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def test_nothing_hostile_is_left_in_the_page() -> None:
    page = hostile_page("https://example.org")
    requests = Requests()
    requests.feed(page)
    assert requests.found == []
    style = page[page.index("<style>") : page.index("</style>")]
    assert re.findall(r"(?:url\((?!data:)|@import)", style) == []


@pytest.mark.parametrize("payload", HOSTILE)
def test_each_hostile_piece_alone(payload: str) -> None:
    requests = Requests()
    requests.feed(sanitise(payload.format(site="https://example.org")))
    assert requests.found == []


def test_a_table_passes_whole() -> None:
    whole = (
        '<table class="csqa"><caption>表</caption><thead><tr><th colspan="2" scope="col">a</th>'
        '</tr></thead><tbody><tr><td data-label="x" rowspan="1">1</td></tr></tbody></table>'
    )
    assert sanitise(whole) == whole


def test_text_that_looks_like_code_stays_text() -> None:
    text = "<p>1 &lt; 2 &amp; &lt;script&gt;</p>"
    assert sanitise(text) == text


class _Counter(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.server.paths.append(self.request.recv(200).split(b" ")[1])  # type: ignore[attr-defined]


@pytest.fixture
def site() -> Iterator[tuple[str, list[bytes]]]:
    """A site on this machine that only writes down what it is asked for."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Counter) as server:
        server.paths = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", server.paths  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium on the PATH")
def test_a_browser_asks_nobody(tmp_path: Path, site: tuple[str, list[bytes]]) -> None:
    address, asked = site
    page, control = tmp_path / "page.html", tmp_path / "control.html"
    page.write_text(hostile_page(address), "utf-8")
    control.write_text(f'<meta charset="utf-8"><img src="{address}/control.png">', "utf-8")
    dumped = _open_in_chromium(page, tmp_path)
    assert "三" in dumped
    assert asked == []
    _open_in_chromium(control, tmp_path)
    assert b"/control.png" in asked


MEASURE = """
<script>
function measure(frame) {
  const page = frame.contentDocument, width = (tag) => tag.getBoundingClientRect().width;
  const found = {
    window: frame.contentWindow.innerWidth,
    page: page.documentElement.scrollWidth,
    main: width(page.querySelector("main")),
    cards: [...page.querySelectorAll("table.cards")].map(width),
    scrolls: [...page.querySelectorAll("table.cards")].map(
      (table) => table.closest(".scroll").scrollWidth - table.closest(".scroll").clientWidth),
    charts: [...page.querySelectorAll("figure img")].map(width),
  };
  const told = document.createElement("pre");
  told.textContent = JSON.stringify(found);
  document.body.append(told);
}
</script>
"""
FIRST_TABLE = {
    "zh": (
        "指标|本月（n，95% 区间）|目标|得分|波动|达标能力|持续/偶发|责任人",
        "平均响应时长（在线）|34.5 秒（n=568，31.9–37.1 秒）|≤ 42.4 秒|✓ 100.0",
        "▼ 特殊原因·恶化|～ 波动内时达时不达|偶发·可能是波动|安装协调专员、投诉主管",
    ),
    "en": (
        "Metric|This month (n, 95 %)|Target|Score|Variation|Assurance|Persistence|Owner",
        "Mean response time, online|0.0 per 100 (n=1,338, 0.0–2.7 per 100)|≤ 1 per 100|✓ 100.0",
        "▼ special cause, worse|～ sometimes met|occasional·may be noise|to be named",
    ),
}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium on the PATH")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 1024, 768, 390])
def test_nothing_is_wider_than_the_screen(language: str, width: int, tmp_path: Path) -> None:
    headers, texts, badges = (line.split("|") for line in FIRST_TABLE[language])
    row = [*texts[:3], *map(Badge, [texts[3], *badges[:3]]), badges[3]]
    wide = table(headers, [row] * 9, numeric=headers[3:4], short=headers[:3:2])
    chart = v4.new_output("display_data", {"image/png": PNG, "text/plain": "<Figure>"})
    cells = [html_cell(wide.html), v4.new_code_cell("plot()", outputs=[chart])]
    page = make_page(shown(*cells), language=language, period="2025-06")
    found = _measure_in_chromium(page, width, tmp_path)
    assert found["window"] == width
    assert found["page"] <= width
    assert max(found["cards"]) <= found["main"]
    assert found["scrolls"] == [0]
    assert found["charts"] == ([640] if width < 640 else [1])


def _measure_in_chromium(page: str, width: int, home: Path) -> dict[str, Any]:
    """Lay the page out in a frame of some width; its policy would forbid the script that looks."""
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    frame = f'<iframe width="{width}" srcdoc="{html.escape(free)}" onload="measure(this)"></iframe>'
    outer = home / "outer.html"
    outer.write_text(f'<meta charset="utf-8">{MEASURE}{frame}', "utf-8")
    told = re.search(r"<pre>(\{.*?\})</pre>", _open_in_chromium(outer, home))
    assert told
    found: dict[str, Any] = json.loads(told.group(1))
    return found


def _open_in_chromium(page: Path, home: Path) -> str:
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    options = [f"--user-data-dir={home / 'profile'}", "--virtual-time-budget=3000"]
    told = subprocess.run(
        [*command, *options, page.as_uri()], capture_output=True, text=True, timeout=60, check=True
    )
    return told.stdout

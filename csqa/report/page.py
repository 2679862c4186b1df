"""The page: an executed notebook as one HTML file that asks nobody for anything.

nbconvert renders the cells; everything around them is ours. Text from customers is hostile, so
there are two walls, each enough alone: tags and attributes pass by an allow-list, and the page's
content security policy forbids scripts, frames, forms and every request.
"""

import base64
import html
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from csqa.show.fonts import subset_font
from csqa.show.record import MIME

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from nbformat import NotebookNode

HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "remove-cell", "setup", "record"})
"""Cells with one of these tags are for machines; the page leaves them out."""
_TAGS = frozenset(
    re.findall(
        r"\w+",
        "a b blockquote br caption code col colgroup dd details div dl dt em figcaption figure"
        " h1 h2 h3 h4 h5 h6 hr i img kbd li mark nav ol p pre s section small span strong sub"
        " summary sup table tbody td tfoot th thead tr u ul",
    )
)
_ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        "alt aria-hidden aria-label class colspan data-label height id lang open role rowspan"
        " scope title width",
    )
)
_DROPPED = re.findall(
    r"\w+", "base embed form iframe link math meta noscript object script style svg template"
)
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
_OTHER_LANGUAGE = "｜"
"""U+FF5C: a Markdown line with it is Chinese before and English after."""
_MARKUP = re.compile(r"\s*(?:(?:#{1,6}|[-*+]|\d+[.)]|>)\s+)*")
_NUMBER = re.compile(r"[-+−]?[\d,]*\.?\d+%?|NaN")
_EMPHASIS = re.compile(r"(\*\*|__|\*|_)((?:(?!\1).)+)\1")
_WORDS = {
    "zh": {"html": "zh-CN", "contents": "目录", "report": "客服质量诊断报告"},
    "en": {"html": "en", "contents": "Contents", "report": "Service quality diagnosis"},
}


def make_page(notebook: "NotebookNode", *, language: str, period: str) -> str:
    """Render an executed notebook as a page without code.

    Parameters
    ----------
    notebook : NotebookNode
        An executed, clean notebook.
    language : {"zh", "en"}
        Which half of the bilingual Markdown lines to keep.
    period : str
        Named in the heading and the title.

    Returns
    -------
    str
        HTML; the same for the same notebook.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> shown = v4.new_notebook(cells=[v4.new_markdown_cell("# 月报｜Monthly report")])
    >>> "<h1>Monthly report · 2025-06</h1>" in make_page(shown, language="en", period="2025-06")
    True
    """
    soup = _render(_shown_part(notebook, language))
    words = _WORDS[language]
    heading = soup.find("h1")
    if heading:
        heading.append(f" · {period}")  # a report that is forwarded must say its month
    title = heading.get_text().strip() if heading else f"{words['report']} {period}"
    body = sanitise(_arrange(soup))
    contents = _contents(soup, words["contents"])
    here = Path(__file__).parent
    frame, style = ((here / name).read_text("utf-8") for name in ("page.html", "page.css"))
    text = html.unescape(re.sub(r'src="[^"]*"', "", body)) + title + contents
    return Template(frame).substitute(
        lang=words["html"],
        title=html.escape(title),
        style=style,
        font=base64.b64encode(subset_font(_characters(text))).decode(),
        contents=contents,
        body=body,
    )


def choose_language(markdown: str, language: str) -> str:
    """Keep one language of Markdown written ``中文｜English``, line by line.

    Parameters
    ----------
    markdown : str
        Lines without ``｜`` stay as they are.
    language : {"zh", "en"}
        The half to keep. Marks at the beginning of a line belong to both halves.

    Returns
    -------
    str
        The Markdown of that language.

    Examples
    --------
    >>> choose_language("## 指标｜Metrics", "en"), choose_language("- **好｜good**", "zh")
    ('## Metrics', '- **好**')
    """
    return "\n".join(_choose_in_line(line, language) for line in markdown.split("\n"))


def sanitise(body: str) -> str:
    """Let through only tags and attributes that a report needs.

    Parameters
    ----------
    body : str
        HTML from anywhere.

    Returns
    -------
    str
        No scripts, styles, frames, forms; images only as data, links only within the page.

    Examples
    --------
    >>> sanitise('<p onclick="x()">一<img src="https://example.org/a.png"></p>')
    '<p>一<img></p>'
    """
    import bleach

    cleaner = bleach.Cleaner(
        tags=_TAGS, attributes=_allowed, protocols={"data"}, strip=True, strip_comments=True
    )
    return str(cleaner.clean(_without_dropped(body)))


def _choose_in_line(line: str, language: str) -> str:
    if _OTHER_LANGUAGE not in line:
        return line
    marks = _MARKUP.match(line)
    start = marks.group() if marks else ""
    text = line[len(start) :]
    emphasis = _EMPHASIS.fullmatch(text.strip())
    around, text = emphasis.groups() if emphasis else ("", text)
    chinese, english = text.split(_OTHER_LANGUAGE, 1)
    return f"{start}{around}{(chinese if language == 'zh' else english).strip()}{around}"


def _shown_part(notebook: "NotebookNode", language: str) -> "NotebookNode":
    """Cells for readers, in their language, without records and logs."""
    import nbformat.v4

    cells = []
    for cell in notebook.cells:
        if HIDDEN_TAGS & set(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            cells.append(nbformat.v4.new_markdown_cell(choose_language(cell.source, language)))
        elif cell.cell_type == "code":
            outputs = [output for output in cell.outputs if _is_shown(output)]
            cells.append(nbformat.v4.new_code_cell(outputs=outputs))
    shown: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    return shown


def _is_shown(output: Any) -> bool:
    return MIME not in output.get("data", {}) and output.get("name") != "stderr"


def _render(notebook: "NotebookNode") -> "BeautifulSoup":
    """Let nbconvert render the cells, and keep what is inside its frames."""
    from bs4 import BeautifulSoup
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    rendered, _ = exporter.from_notebook_node(notebook)
    soup = BeautifulSoup(rendered, "html.parser")
    frames = "div.cell, div.inner_cell, div.text_cell_render, div.output_wrapper, div.output"
    for frame in soup.select(f"{frames}, div.output_area, div.output_subarea, div.input"):
        frame.unwrap()
    return soup


def _arrange(soup: "BeautifulSoup") -> str:
    """Number the headings, let tables scroll or become cards, frame the images."""
    for heading in soup.select("h1[id], h3[id], h4[id]"):
        del heading["id"]
    for number, heading in enumerate(soup.find_all("h2"), start=1):
        heading["id"] = f"s{number}"
    for table in soup.find_all("table"):
        _arrange_table(soup, table)
    for image in soup.find_all("img"):
        if not image.find_parent("figure"):
            image.wrap(soup.new_tag("figure"))
    return "\n".join(line for line in str(soup).splitlines() if line.strip())


def _arrange_table(soup: "BeautifulSoup", table: "Tag") -> None:
    headers = table.select("thead tr:last-child th")
    found = [list(row.find_all(["td", "th"], recursive=False)) for row in table.select("tbody tr")]
    rows = [cells for cells in found if len(cells) == len(headers)]
    if "csqa" not in _classes(table):  # ours say themselves which columns are numeric
        for column in zip(headers, *rows, strict=True):
            _align_column(column[0], column[1:])
    if "cards" in _classes(table):
        _label_cells(soup, headers, rows)
    if not table.find_parent(class_="scroll"):
        table.wrap(soup.new_tag("div", attrs={"class": "scroll"}))


def _align_column(header: "Tag", cells: Sequence["Tag"]) -> None:
    """Align a column of numbers to the right, all of it: cell by cell it would be ragged."""
    texts = [cell.get_text(strip=True) for cell in cells]
    numbers = all(_NUMBER.fullmatch(text) for text in texts if text)
    if any(texts) and numbers and all(cell.name == "td" for cell in cells):
        for cell in (header, *cells):
            _add_class(cell, "num")


def _classes(tag: "Tag") -> list[str]:
    return [name for name in tag.get_attribute_list("class") if name]


def _add_class(tag: "Tag", name: str) -> None:
    tag["class"] = " ".join(dict.fromkeys([*_classes(tag), name]))


def _label_cells(
    soup: "BeautifulSoup", headers: Sequence["Tag"], rows: Sequence[Sequence["Tag"]]
) -> None:
    """Tell each cell its column's header: on a phone a row becomes a card."""
    labels = [header.get_text(" ", strip=True) for header in headers]
    for cells in rows:
        for cell, label in zip(cells, labels, strict=True):
            cell.attrs.setdefault("data-label", label)
            if cell.contents:
                content = soup.new_tag("div")
                content.extend(list(cell.contents))
                cell.append(content)


def _contents(soup: "BeautifulSoup", label: str) -> str:
    headings = soup.find_all("h2")
    if len(headings) < 2:  # a page of one section needs no contents
        return ""
    links = "".join(
        f'<li><a href="#{heading["id"]}">{html.escape(heading.get_text(" ", strip=True))}</a></li>'
        for heading in headings
    )
    return f'<nav class="contents" aria-label="{label}"><ol>{links}</ol></nav>'


def _characters(text: str) -> str:
    ascii_characters = "".join(map(chr, range(32, 127)))
    return "".join(sorted({*ascii_characters, *text} - {"\n", "\t"}))


def _without_dropped(body: str) -> str:
    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

    with warnings.catch_warnings():
        # A body may look like a file name or an address; it is text all the same.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(body, "html.parser")
    for dropped in soup.find_all(_DROPPED):
        if not dropped.decomposed:  # one inside another is gone with it
            dropped.decompose()
    return str(soup)


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and value.startswith("#")
    if name == "src":
        return tag == "img" and _IMAGE.fullmatch(value) is not None
    return name in _ATTRIBUTES

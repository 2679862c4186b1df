"""Cases as readable conversations: who said what, after how long, what is marked, what is owed."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import sentences, words
from csqa.engine.marks import read_marks
from csqa.frames import records
from csqa.show.html import Badge, Html, badge_html, paragraph

if TYPE_CHECKING:
    from csqa.rules.phrases import Phrases

LONGEST_SHOWN = 600
"""Characters of one message on the page; the workbook has all that a cell holds."""

MOST_LINES = 40
"""Lines of one case on the page."""

TEXTS = {
    "none": (
        "本月没有投诉、低分评价，也没有致命的问题语句。",
        "No complaint, no low rating and no critical sentence in this month.",
    ),
    "nothing_said": ("没有会话记录。", "There is no record of what was said."),
    "count": (
        "本月投诉、低分评价和有致命问题语句的共 {cases} 个，最值得看的 {shown} 个如下；"
        "其余见工作簿“案例复核”。",
        "{cases} complaints, low ratings and conversations with a critical sentence; below the"
        " {shown} most worth reading, the others are in the workbook.",
    ),
    "case": ("案例 {rank}", "Case {rank}"),
    "complaint": ("投诉", "complaint"),
    "rating": ("评分 {csat}", "rated {csat}"),
    "wait": ("最久等了 {duration}", "waited up to {duration}"),
    "points": ("建议的问题点：", "Suggested problem points: "),
    "no_points": (
        "规则和质检都没有发现问题，值得人工看一遍。",
        "Neither rules nor inspectors found anything: worth reading by eye.",
    ),
    "failed": ("质检不合格：{items}", "failed at inspection: {items}"),
    "overlooked": ("规则命中、质检判合格：{rules}", "hit by rules, passed by inspectors: {rules}"),
    "owed_here": ("由这句话引出：{rules}", "this called for more: {rules}"),
    "owed": ("整段会话：{rules}", "in all of it: {rules}"),
    "advice": ("可以这样说：{advice}", "What to say: {advice}"),
    "hit": ("命中：{rules}", "hit: {rules}"),
    "after": ("隔 {duration}", "after {duration}"),
    "more": ("…… 还有 {lines} 行，见工作簿", "… {lines} more lines in the workbook"),
    "feedback": ("客户反馈", "feedback"),
    "inspection": ("质检备注", "inspector's note"),
}

SENDERS = {
    "agent": ("客服", "Agent"),
    "customer": ("客户", "Customer"),
    "bot": ("机器人", "Bot"),
    "system": ("系统", "System"),
}
SEVERITY_MEANING = {"critical": "worse", "major": "worse", "minor": "watch"}


def _text(key: str, language: str, **values: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(**values)


def show_cases(
    cases: pd.DataFrame,
    lines: pd.DataFrame,
    phrases: "Phrases",
    *,
    most: int = 5,
    language: str = "zh",
) -> Html:
    """Show the first cases as conversations, with what rules and inspectors found where.

    Parameters
    ----------
    cases : DataFrame
        From :func:`csqa.rank_cases`.
    lines : DataFrame
        From :func:`csqa.transcribe_cases`: masked.
    phrases : Phrases
        From :func:`csqa.read_phrases`, for the names of the rules.
    most : int
        Cases shown.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        Every text escaped.
    """
    if cases.empty:
        return paragraph(_text("none", language))
    shown = cases.head(most)
    counted = f"{int(cases['cases'].iloc[0]):,}"
    made = paragraph(_text("count", language, cases=counted, shown=len(shown)))
    by_case = dict(list(lines.groupby("contact_id", sort=False)))
    for case in records(shown):
        said = by_case.get(case["contact_id"], lines.head(0))
        made += _case(case, said, phrases, language)
    return made


def name_rules(table: pd.DataFrame, phrases: "Phrases", *, language: str = "zh") -> pd.DataFrame:
    """Write the names of rules in place of their ids, for a workbook.

    Parameters
    ----------
    table : DataFrame
        Cases or their lines, with ``rules``, ``overlooked``, ``owed`` as far as it has them.
    phrases : Phrases
        For the names; what is no rule (an inspected item) stays as it is.
    language : {"zh", "en"}
        Of the names.

    Returns
    -------
    DataFrame
        A copy.
    """
    named = {
        column: table[column].map(lambda rules: _names(rules, phrases, language))
        for column in ("rules", "overlooked", "owed")
        if column in table
    }
    return table.assign(**named)


def _case(case: dict[str, Any], lines: pd.DataFrame, phrases: "Phrases", language: str) -> Html:
    title = _text("case", language, rank=case["rank"])
    facts = _facts(case, language)
    badges = " ".join(map(badge_html, _badges(case, language)))
    # The first is open: on a page of two minutes the others wait behind their line.
    state = " open" if case["rank"] == 1 else ""
    summary = f"<summary>{escape(title)} <small>{escape(facts)}</small></summary>"
    points = paragraph(_points(case, phrases, language), "points")
    for advice in _advice(case["rules"], phrases, language):
        points += paragraph(_text("advice", language, advice=advice))
    told = _transcript(lines, phrases, language)
    inside = f"<p>{badges}</p>{points.html}\n{told.html}"
    html = f'<details class="case"{state}>{summary}{inside}</details>'
    said = words.join((badge.text for badge in _badges(case, language)), language)
    return Html(html, f"{title} {facts}\n{said}\n{points.text}\n{told.text}")


def _advice(rules: str, phrases: "Phrases", language: str) -> list[str]:
    """What to say instead, for each rule that has such words."""
    known = [dict(phrases.rule(rule).advice) for rule in rules.split() if rule in phrases.ids]
    texts = [said[language] for said in known if said.get(language)]
    return list(dict.fromkeys(texts))


def _facts(case: dict[str, Any], language: str) -> str:
    when = f"{case['local_at']:%Y-%m-%d %H:%M}" if pd.notna(case["local_at"]) else ""
    named = [
        sentences.name_unit(unit, case[unit], language)
        for unit in ("channel", "topic", "team", "agent_id")
        if pd.notna(case[unit]) and case[unit]
    ]
    return " · ".join(filter(None, [str(case["contact_id"]), when, *named]))


def _badges(case: dict[str, Any], language: str) -> Iterator[Badge]:
    if case["complaint"] is True:
        yield Badge(_text("complaint", language), "worse")
    if pd.notna(case["csat"]):
        yield Badge(_text("rating", language, csat=f"{case['csat']:g}"), "watch")
    if case["severity"]:
        meaning = SEVERITY_MEANING.get(case["severity"], "neutral")
        yield Badge(words.label(case["severity"], language), meaning)
    if pd.notna(case["longest_wait_seconds"]):
        duration = _duration(case["longest_wait_seconds"], language)
        yield Badge(_text("wait", language, duration=duration))


def _points(case: dict[str, Any], phrases: "Phrases", language: str) -> str:
    found = [_names(case["rules"], phrases, language)] if case["rules"] else []
    if case["failed_items"]:
        found.append(_text("failed", language, items=case["failed_items"]))
    if case["overlooked"]:
        rules = _names(case["overlooked"], phrases, language)
        found.append(_text("overlooked", language, rules=rules))
    if not found:
        return _text("no_points", language)
    joint = "；" if language == "zh" else "; "
    return _text("points", language) + joint.join(found)


def _names(rules: str, phrases: "Phrases", language: str) -> str:
    return words.join((phrases.name(rule, language) for rule in rules.split()), language)


def _transcript(lines: pd.DataFrame, phrases: "Phrases", language: str) -> Html:
    if not (lines["source"] == "message").any():
        nothing = paragraph(_text("nothing_said", language))
        rest = _list(lines, phrases, language)
        return nothing + rest if len(lines) else nothing
    return _list(lines, phrases, language)


def _list(lines: pd.DataFrame, phrases: "Phrases", language: str) -> Html:
    made = [_line(line, phrases, language) for line in records(lines.head(MOST_LINES))]
    rest = len(lines) - MOST_LINES
    if rest > 0:
        more = _text("more", language, lines=rest)
        made.append(Html(f'<li class="owed">{escape(more)}</li>', more))
    items = "\n".join(line.html for line in made)
    text = "\n".join(line.text for line in made)
    return Html(f'<ol class="transcript">\n{items}\n</ol>', text)


def _line(line: dict[str, Any], phrases: "Phrases", language: str) -> Html:
    if line["source"] == "owed":
        told = _text("owed", language, rules=_names(line["owed"], phrases, language))
        return Html(f'<li class="owed">{escape(told)}</li>', told)
    who = _speaker(line, language)
    said, plain = _mark(line)
    notes = _notes(line, phrases, language)
    small = "".join(f'<p class="found">{escape(note)}</p>' for note in notes)
    role = line["sender"] if line["source"] == "message" else line["source"]
    html = f'<li class="{escape(role)}"><small>{escape(who)}</small><p>{said}</p>{small}</li>'
    return Html(html, "\n".join([f"{who}：{plain}", *(f"  ▲ {note}" for note in notes)]))


def _speaker(line: dict[str, Any], language: str) -> str:
    place = words.LANGUAGES.index(language)
    if line["source"] != "message":
        return f"{_text(line['source'], language)} {line['rules']}".strip()
    who = SENDERS[line["sender"]][place] if line["sender"] in SENDERS else str(line["sender"])
    if pd.isna(line["gap_seconds"]) or line["gap_seconds"] < 0:
        return who
    duration = _duration(line["gap_seconds"], language)
    return f"{who} · {_text('after', language, duration=duration)}"


def _duration(seconds: float, language: str) -> str:
    """Whole seconds below two minutes: clocks of conversations know no tenths."""
    if seconds < 2 * 60:
        return f"{round(seconds)} {'秒' if language == 'zh' else 's'}"
    return words.format_value(seconds, "seconds", language)


def _notes(line: dict[str, Any], phrases: "Phrases", language: str) -> list[str]:
    notes = []
    if line["source"] == "message" and line["rules"]:
        notes.append(_text("hit", language, rules=_names(line["rules"], phrases, language)))
    if line["owed"]:
        notes.append(_text("owed_here", language, rules=_names(line["owed"], phrases, language)))
    return notes


def _mark(line: dict[str, Any]) -> tuple[str, str]:
    """The text with its marks, as HTML and plain: 【…】."""
    text, rest = str(line["text"]), ""
    if len(text) > LONGEST_SHOWN:
        text, rest = text[:LONGEST_SHOWN], "…"
    html = plain = ""
    read = 0
    for start, end, _ in read_marks(line["marks"]):
        start, end = max(start, read), min(end, len(text))
        if start < end:
            html += f"{escape(text[read:start])}<mark>{escape(text[start:end])}</mark>"
            plain += f"{text[read:start]}【{text[start:end]}】"
            read = end
    return html + escape(text[read:]) + rest, plain + text[read:] + rest
